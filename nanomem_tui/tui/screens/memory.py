"""The Memory screen, whole: what a person does to facts and files by hand.

Every edit goes through the bank as a change of its own; how to take it back is said each time.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import BindingType
from textual.content import Content

from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.facts import Fact, Tier
from nanomem_tui.memory.lines import decode, encode
from nanomem_tui.memory.paths import check_path
from nanomem_tui.memory.visible import visible
from nanomem_tui.tui import actions
from nanomem_tui.tui.external import edited_outside, editor_command
from nanomem_tui.tui.screens.memory_asking import MemoryAsking
from nanomem_tui.tui.widgets.block_list import BlockList
from nanomem_tui.tui.widgets.fact_editor import FactEditor
from nanomem_tui.tui.widgets.prompt_line import PromptLine, PromptMode
from nanomem_tui.tui.widgets.raw_editor import RawEditor

if TYPE_CHECKING:
    from nanomem_tui.changes.journal import Outcome

NEEDS_FACT = {"edit", "archive", "remove", "move", "why"}
NEEDS_FILE = {"raw", "editor", "rename_file", "delete_file"}
SHORT = 40
"""Characters of a fact that a notification quotes."""


class MemoryScreen(MemoryAsking):
    """What is remembered."""

    CSS_PATH = "memory.tcss"
    BINDINGS: ClassVar[list[BindingType]] = actions.bindings(actions.Scope.MEMORY)
    BINDING_GROUP_TITLE = "Memory"
    HELP = """What is remembered: files left, their facts beside them, the fields of the selected fact below.
    Nothing is written without a change that z takes back."""

    def __init__(self) -> None:
        super().__init__()
        self._moving: Fact | None = None

    # Going to parts

    def action_add(self) -> None:
        """Tell the memory something."""
        self.prompt.start(PromptMode.ADD)

    def action_query(self) -> None:
        """Ask the memory something."""
        self.prompt.start(PromptMode.QUERY)

    def action_filter(self) -> None:
        """Search as one types."""
        self.filter.add_class("-on")
        self.filter.focus()

    def action_show_history(self) -> None:
        """Fold or unfold the facts that are no longer current."""
        self.facts.history_open = not self.facts.history_open

    def action_cancel(self) -> None:
        """Stop or leave the nearest thing."""
        focused = self.focused
        if focused is not None and self.editor in focused.ancestors:
            self.editor.leave()
            self.facts.focus()
        elif focused is self.raw:
            self.action_raw()
        elif focused is self.why:
            self._leave_why()
        elif self.has_run:
            self.cancel_run()
        elif focused is self.prompt.text_area:
            self.prompt.leave()
            self._moving = None
            self.to_list()
        elif self.found is not None or self.cited is not None or self.filter.has_class("-on"):
            self.close_found()
            self.files.focus()
        elif self.has_class("-tracing") and not self.has_class("-three"):
            self.remove_class("-tracing")
        else:
            self.files.focus()

    # One fact

    def action_edit(self) -> None:
        """Edit the selected fact."""
        self.editor.start()

    def action_new_fact(self) -> None:
        """Write a fact by hand."""
        if self.path is None:
            self.prompt.start(PromptMode.FILE)
        else:
            self.remove_class("-tracing")
            self.editor.start_new(self.path)

    def action_archive(self) -> None:
        """Send the selected fact to history."""
        if fact := self.facts.fact:
            self._decide("Archived", fact.text, lambda: self.bank.archive_facts([fact.ref]))

    def action_remove(self) -> None:
        """Take the selected fact out of its file."""
        if fact := self.facts.fact:
            self._decide("Removed", fact.text, lambda: self.bank.remove_facts([fact.ref]))

    def action_move(self) -> None:
        """Ask where the selected fact goes."""
        if fact := self.facts.fact:
            self._moving = fact
            self.prompt.start(PromptMode.MOVE, fact.path)

    def action_why(self) -> None:
        """Show where the selected fact comes from, or the facts again."""
        if self.query_one("#file").has_class("-why"):
            self._leave_why()
        elif fact := self.facts.fact:
            self.nanomem.work("why", self._tell_why(fact), group="why")

    async def _tell_why(self, fact: Fact) -> None:
        try:
            why = await self.off_loop(lambda: self.bank.why(fact.ref))
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        pane = self.query_one("#file")
        pane.add_class("-why")
        pane.border_title = Content.assemble("Why · ", (visible(fact.path), "bold"))
        self.why.focus()
        # Once it has its size: what is hidden cannot know where its top is.
        self.call_after_refresh(self.why.explain, why, self.bank.clock())

    def _leave_why(self) -> None:
        self.query_one("#file").remove_class("-why")
        self.facts.focus()
        self.show_middle()

    @on(BlockList.Chosen, "WhyView")
    async def _open_version(self, message: BlockList.Chosen) -> None:
        if not message.clicked:
            await self.nanomem.show_change(message.block.key)

    @on(FactEditor.Saved)
    def _save_fact(self, message: FactEditor.Saved) -> None:
        ref, fact = message.ref, message.fact

        def write() -> "Outcome":
            if ref is None:
                return self.bank.add_fact(message.path, fact)
            return self.bank.edit_fact(ref, fact, message.reason)

        self._decide("Saved" if ref else "Added", fact.text, write, then=self._saved_fact)

    def _saved_fact(self, outcome: "Outcome") -> None:
        self.editor.saved()
        edit = outcome.change.edits[0]
        self.select(edit.path, edit.text or "")
        self.facts.focus()

    @on(PromptLine.Entered)
    def _path_entered(self, message: PromptLine.Entered) -> None:
        if message.mode in (PromptMode.ADD, PromptMode.QUERY):
            return
        path = message.text if message.text.endswith(".md") else f"{message.text}.md"
        try:
            check_path(path)
        except NanomemError as error:
            self.prompt.start(message.mode, message.text)
            self.nanomem.say_error(error)
            return
        self.prompt.leave()
        fact, self._moving = self._moving, None
        if message.mode is PromptMode.FILE:
            self.remove_class("-bare")
            self.editor.start_new(path)
        elif message.mode is PromptMode.NEW_FILE:
            self.files.focus()
            self._decide("Made", path, lambda: self.bank.new_file(path), then=lambda _: self._arrive(path))
        elif message.mode is PromptMode.RENAME and self.path is not None:
            old = self.path
            self.files.focus()
            self._decide(
                f"Renamed to {path}",
                old,
                lambda: self.bank.move_file(old, path),
                then=lambda _: self._arrive(path),
            )
        elif fact is not None:
            self.facts.focus()
            self._decide(f"Moved to {path}", fact.text, lambda: self.bank.move_facts([fact.ref], path))

    # A whole file

    def action_new_file(self) -> None:
        """Ask for the path of a new file; it begins in the folder of the selected one."""
        self.prompt.start(PromptMode.NEW_FILE, "".join((self.path or "").rpartition("/")[:2]))

    def action_rename_file(self) -> None:
        """Ask for the new path of the selected file."""
        self.prompt.start(PromptMode.RENAME, self.path or "")

    def action_delete_file(self) -> None:
        """Delete the selected file, as it was seen."""
        if file := self.file:
            self._decide("Deleted", file.path, lambda: self.bank.write_text(file.path, None, seen=file.text))
            self.files.focus()

    def _arrive(self, path: str) -> None:
        self.path, self.file = path, None
        self.reload()
        self.files.focus()

    def action_raw(self) -> None:
        """Show the file as text, or its facts again."""
        if self.has_class("-raw"):
            self.remove_class("-raw")
            self.query_one("#file").remove_class("-raw")
            self.facts.focus()
            self.show_middle()
        elif self.file is not None:
            self.close_found()
            self.add_class("-raw")
            self.query_one("#file").add_class("-raw")
            self.raw.show_text(self.file.path, self.file.text)
            self.raw.focus()

    @on(RawEditor.Saved)
    def _save_text(self, message: RawEditor.Saved) -> None:
        def written(outcome: "Outcome") -> None:
            self.raw.show_text(message.path, message.text)

        self._decide(
            "Saved",
            message.path,
            lambda: self.bank.write_text(message.path, message.text, seen=message.seen),
            then=written,
        )

    def action_editor(self) -> None:
        """Edit the file in the person's own editor."""
        file = self.file
        if file is None:
            return
        data = encode(file.text)
        try:
            with self.app.suspend():
                after = edited_outside(editor_command(), file.path.rpartition("/")[2], data)
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        if after == data:
            self.nanomem.say("Nothing was changed.")
            return
        self._decide(
            "Saved", file.path, lambda: self.bank.write_text(file.path, decode(after), seen=file.text)
        )

    # Deciding

    def _decide(
        self,
        done: str,
        what: str,
        decide: "Callable[[], Outcome]",
        *,
        then: "Callable[[Outcome], None] | None" = None,
    ) -> None:
        self.nanomem.decide(decide, f"{done}: {short(what)}", "z takes it back.", then=then)

    def why_not(self, action: str) -> str | None:
        """What the selection does not allow."""
        if action in NEEDS_FACT and self.facts.fact is None:
            return "Select a fact first."
        if action == "archive" and self.facts.fact and self.facts.fact.tier is Tier.HISTORY:
            return "This fact is in the history already."
        if action in NEEDS_FILE and self.file is None:
            return "Select a file first."
        if action == "editor" and not editor_command():
            return "No editor is set. Set $EDITOR to one, or use v."
        return super().why_not(action)


def short(text: str) -> str:
    """`text` as a notification quotes it, with its full stop."""
    return f"{text.rstrip('.')}." if len(text) <= SHORT else f"{text[: SHORT - 1]}…"

"""What a person does to facts by hand on the Memory screen: to the selected one, or to all marked ones.

Every edit goes through the bank as one change; how to take it back is said each time.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.content import Content

from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.facts import Fact, Tier
from nanomem_tui.memory.paths import check_path
from nanomem_tui.memory.visible import visible
from nanomem_tui.tui.screens.memory_asking import MemoryAsking
from nanomem_tui.tui.widgets.ask_bar import Reply
from nanomem_tui.tui.widgets.block_list import BlockList
from nanomem_tui.tui.widgets.fact_editor import FactEditor
from nanomem_tui.tui.widgets.fact_list import FactList
from nanomem_tui.tui.widgets.prompt_line import PromptLine, PromptMode
from nanomem_tui.tui.widgets.words import count, shown

if TYPE_CHECKING:
    from nanomem_tui.changes.model import Outcome
    from nanomem_tui.results import Freer

NEEDS_FACT = {"edit", "archive", "remove", "move", "why", "confirm_fact", "forget", "copy_fact", "copy_ref"}
MARKING = {"mark_fact", "mark_down", "mark_up", "mark_facts"}
SHORT = 40
"""Characters of a fact that a notification quotes."""
TAKEN_BACK = "z takes it back."


class MemoryFacts(MemoryAsking):
    """Editing, marking, moving, confirming and copying facts."""

    def __init__(self) -> None:
        super().__init__()
        self._moving: tuple[str, ...] = ()
        """Refs of the facts whose new file is asked for."""
        self._due: tuple[str, ...] = ()
        """Refs of the facts that are due for review, as they were looked up last."""

    # Marking

    def action_mark_fact(self) -> None:
        """Mark the selected fact, or unmark it."""
        self.facts.mark()

    def action_mark_down(self) -> None:
        """Mark on downwards."""
        self.facts.mark_to(1)

    def action_mark_up(self) -> None:
        """Mark on upwards."""
        self.facts.mark_to(-1)

    def action_mark_facts(self) -> None:
        """Mark all facts that are shown, or none."""
        self.facts.mark_all()

    @on(FactList.Marked)
    def _marked_others(self) -> None:
        self.show_title()
        self.refresh_bindings()

    # Editing

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

    @on(FactEditor.Saved)
    def _save_fact(self, message: FactEditor.Saved) -> None:
        ref, fact = message.ref, message.fact

        def write() -> "Outcome":
            if ref is None:
                return self.bank.add_fact(message.path, fact)
            return self.bank.edit_fact(ref, fact, message.reason)

        self.decide("Saved" if ref else "Added", shown(fact.text), write, then=self._saved_fact)

    def _saved_fact(self, outcome: "Outcome") -> None:
        self.editor.saved()
        edit = outcome.change.edits[0]
        self.select(edit.path, edit.text or "")
        self.facts.focus()

    # One or several

    def action_archive(self) -> None:
        """Send the chosen facts to history."""
        facts = [fact for fact in self.facts.chosen if fact.tier is not Tier.HISTORY]
        self._do("Archived", facts, self.bank.archive_facts)

    def action_remove(self) -> None:
        """Take the chosen facts out of their files."""
        self._do("Removed", self.facts.chosen, self.bank.remove_facts)

    def action_confirm_fact(self) -> None:
        """Note that the chosen facts hold today."""
        self._do("Confirmed as of today", self.facts.chosen, self.bank.confirm)

    def action_move(self) -> None:
        """Ask where the chosen facts go."""
        chosen = self.facts.chosen
        if chosen:
            self._moving = tuple(fact.ref for fact in chosen)
            self.prompt.start(PromptMode.MOVE, chosen[0].path)

    def _do(self, done: str, facts: Sequence[Fact], act: "Callable[[Sequence[str]], Outcome]") -> None:
        """One change over some facts; what was marked is not any more."""
        refs = [fact.ref for fact in facts]
        if refs:
            self.decide(done, told(facts), lambda: act(refs), then=lambda _: self.facts.unmark())

    @on(PromptLine.Entered)
    def _place_entered(self, message: PromptLine.Entered) -> None:
        if message.mode not in (PromptMode.FILE, PromptMode.MOVE):
            return
        path = self.entered_path(message)
        if path is None:
            return
        if message.mode is PromptMode.FILE:
            self.remove_class("-bare")
            self.editor.start_new(path)
            return
        refs, self._moving = self._moving, ()
        self.facts.focus()
        self.nanomem.work("move", self._move(refs, path))

    async def _move(self, refs: tuple[str, ...], path: str) -> None:
        try:
            freer = await self.off_loop(lambda: self.bank.freer_facts(refs, path))
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        facts = [fact for fact in self.facts.facts if fact.ref in refs]
        self.unless_freer(
            f"Move to {path}",
            freer,
            lambda: self._do(f"Moved to {path}", facts, lambda refs: self.bank.move_facts(refs, path)),
        )

    def entered_path(self, message: PromptLine.Entered) -> str | None:
        """The path of a file that was entered; None when it is none, which is said."""
        path = message.text if message.text.endswith(".md") else f"{message.text}.md"
        try:
            check_path(path)
        except NanomemError as error:
            self.prompt.start(message.mode, message.text)
            self.nanomem.say_error(error)
            return None
        self.prompt.leave()
        return path

    def unless_freer(self, title: str, freer: "Sequence[Freer]", do: Callable[[], None]) -> None:
        """Do it; when something would be disclosed more freely, only after a yes to that."""
        if not freer:
            do()
            return
        one = freer[0]
        which = visible(one.name) if len(freer) == 1 else f"{len(freer)} of them"
        change = f"{one.before.word} now, {one.after.word} there"
        lines = [
            Content.assemble(
                (f"{which} would be disclosed more freely: ", "$text-warning"),
                change if len(freer) == 1 else f"{visible(one.name)} is {change}",
                ".",
            )
        ]
        self.asking.ask(Content(visible(title)), lines, [Reply("y", "do it", do)], then=self.to_list)

    # Due for review

    def action_next_due(self) -> None:
        """Go to the next fact that is due for review."""
        self.nanomem.work("due", self._next_due, group="due")

    async def _next_due(self) -> None:
        try:
            due = await self.off_loop(self.bank.due)
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        if not due:
            self.nanomem.say("Nothing is due for review.")
            return
        refs = tuple(fact.ref for fact in due)
        here = self.facts.fact.ref if self.facts.fact else ""
        if here in refs:
            at = (refs.index(here) + 1) % len(refs)
        elif here in self._due:
            # It was due a moment ago: go on behind it.
            behind = self._due[self._due.index(here) :]
            at = next((refs.index(ref) for ref in behind if ref in refs), 0)
        else:
            at = 0
        self._due = refs
        self.close_found()
        self.select(due[at].path, refs[at])
        self.facts.focus()
        self.nanomem.say(f"{at + 1} of {len(refs)} due for review.", "s says it still holds, e edits it.")

    # Copying

    def action_copy_fact(self) -> None:
        """Copy the words of the chosen facts."""
        facts = self.facts.chosen
        self._copy("\n".join(fact.text for fact in facts), told(facts))

    def action_copy_ref(self) -> None:
        """Copy the names of the chosen facts."""
        refs = [fact.ref for fact in self.facts.chosen]
        self._copy("\n".join(refs), refs[0] if len(refs) == 1 else f"{len(refs)} names")

    def action_copy_file(self) -> None:
        """Copy the text of the selected file."""
        if self.file is not None:
            self._copy(self.file.text, self.file.path)

    def _copy(self, text: str, what: str) -> None:
        self.nanomem.copy_text(text, short(what))

    # Why

    def action_why(self) -> None:
        """Show where the selected fact comes from, or the facts again."""
        if self.query_one("#file").has_class("-why"):
            self.leave_why()
        elif fact := self.facts.fact:
            self.nanomem.work("why", partial(self._tell_why, fact), group="why")

    async def _tell_why(self, fact: Fact) -> None:
        try:
            why = await self.off_loop(lambda: self.bank.why(fact.ref))
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        self.query_one("#file").add_class("-why")
        self.explained = fact.path
        self.show_title()
        self.why.focus()
        # Once it has its size: what is hidden cannot know where its top is.
        self.call_after_refresh(self.why.explain, why, self.bank.clock())

    def leave_why(self) -> None:
        """Back to the facts."""
        self.query_one("#file").remove_class("-why")
        self.facts.focus()
        self.show_middle()

    @on(BlockList.Chosen, "WhyView")
    async def _open_version(self, message: BlockList.Chosen) -> None:
        if not message.clicked:
            await self.nanomem.show_change(message.block.key)

    # Deciding

    def decide(
        self,
        done: str,
        what: str,
        decide: "Callable[[], Outcome]",
        *,
        then: "Callable[[Outcome], None] | None" = None,
    ) -> None:
        """Have the bank do something; say what was done to what, and how to take it back."""
        self.nanomem.decide(decide, f"{done}: {short(what)}", TAKEN_BACK, then=then)

    def why_not(self, action: str) -> str | None:
        """What the facts do not allow."""
        chosen = self.facts.chosen
        if action in NEEDS_FACT and not chosen:
            return "Select a fact first."
        if action in MARKING and not self.facts.has_focus:
            return "Go to the facts first: enter on a file."
        if action in ("edit", "why") and self.facts.fact is None:
            return "Select a fact first."
        if action == "archive" and all(fact.tier is Tier.HISTORY for fact in chosen):
            return f"{'These facts are' if len(chosen) > 1 else 'This fact is'} in the history already."
        if action == "confirm_fact" and all(fact.checked_at == self.bank.clock().date() for fact in chosen):
            return "Confirmed today already."
        return super().why_not(action)


def told(facts: Sequence[Fact]) -> str:
    """Facts as a notification names them."""
    if len(facts) == 1:
        return shown(facts[0].text)
    files = {fact.path for fact in facts}
    where = visible(facts[0].path) if len(files) == 1 else f"{len(files)} files"
    return f"{count(len(facts), 'fact')} of {where}"


def short(text: str) -> str:
    """`text` as a notification quotes it, with its full stop."""
    return f"{text.rstrip('.')}." if len(text) <= SHORT else f"{text[: SHORT - 1]}…"

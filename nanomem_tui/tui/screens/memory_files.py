"""What a person does to files and folders on the Memory screen: make, rename, delete, edit as text.

A whole folder is one change, after a question that says how much it is.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.content import Content

from nanomem_tui.bank.external import edited_outside, editor_command
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.lines import decode, encode
from nanomem_tui.memory.paths import check_folder
from nanomem_tui.memory.visible import visible
from nanomem_tui.tui.screens.memory_facts import MemoryFacts
from nanomem_tui.tui.widgets.ask_bar import Reply
from nanomem_tui.tui.widgets.prompt_line import PromptLine, PromptMode
from nanomem_tui.tui.widgets.raw_editor import RawEditor
from nanomem_tui.tui.widgets.words import count

if TYPE_CHECKING:
    from nanomem_tui.changes.model import Outcome
    from nanomem_tui.results import Freer, Inside

NEEDS_FILE = {"raw", "editor", "rename_file", "delete_file", "copy_file"}


class MemoryFiles(MemoryFacts):
    """Making, renaming, deleting and rewriting files and folders."""

    def __init__(self) -> None:
        super().__init__()
        self._renaming = ""
        """The file or folder whose new name is asked for; a folder's ends with `/`."""

    @property
    def folder(self) -> str | None:
        """The selected folder, with `/` at its end; None while a file is selected."""
        key = self.files.key
        inside = self.focused is not None and self.query_one("#tree") in self.focused.ancestors
        return key if inside and key is not None and key.endswith("/") else None

    def action_new_file(self) -> None:
        """Ask for the path of a new file; it begins in the selected folder."""
        self.prompt.start(PromptMode.NEW_FILE, self.folder or "".join((self.path or "").rpartition("/")[:2]))

    def action_rename_file(self) -> None:
        """Ask for the new path of the selected file or folder."""
        self._renaming = self.folder or self.path or ""
        mode = PromptMode.RENAME_FOLDER if self._renaming.endswith("/") else PromptMode.RENAME
        self.prompt.start(mode, self._renaming.rstrip("/"))

    def action_delete_file(self) -> None:
        """Delete the selected file, as it was seen, or a folder after a question."""
        if folder := self.folder:
            self.nanomem.work("folder", self._ask_delete(folder))
        elif file := self.file:
            self.decide("Deleted", file.path, lambda: self.bank.write_text(file.path, None, seen=file.text))
            self.files.focus()

    @on(PromptLine.Entered)
    def _name_entered(self, message: PromptLine.Entered) -> None:
        if message.mode is PromptMode.NEW_FILE:
            if new := self.entered_path(message):
                self.files.focus()
                self.decide("Made", new, partial(self.bank.new_file, new), then=lambda _: self.arrive(new))
        elif message.mode is PromptMode.RENAME:
            if path := self.entered_path(message):
                self.files.focus()
                self.nanomem.work("rename", self._rename(self._renaming, path))
        elif message.mode is PromptMode.RENAME_FOLDER:
            try:
                to = check_folder(message.text)
            except NanomemError as error:
                self.prompt.start(message.mode, message.text)
                self.nanomem.say_error(error)
                return
            self.prompt.leave()
            self.files.focus()
            self.nanomem.work("folder", self._ask_rename(self._renaming, to))

    async def _rename(self, old: str, path: str) -> None:
        try:
            freer = await self.off_loop(lambda: self.bank.freer_files({old: path}))
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        self.unless_freer(
            f"Rename to {path}",
            freer,
            lambda: self.decide(
                f"Renamed to {path}",
                old,
                lambda: self.bank.move_file(old, path),
                then=lambda _: self.arrive(path),
            ),
        )

    def arrive(self, path: str) -> None:
        """Show a file that has just come to its place."""
        self.path, self.file = path, None
        self.reload()
        self.files.focus()

    # Folders

    async def _ask_delete(self, folder: str) -> None:
        try:
            inside = await self.off_loop(lambda: self.bank.inside(folder))
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        if not inside.files and not inside.others:
            await self._drop(inside.folder)
            return
        self._ask(
            f"Delete {inside.folder}/",
            inside,
            f"Deleted {inside.folder}/",
            lambda: self.bank.delete_folder(inside.folder),
        )

    async def _ask_rename(self, folder: str, to: str) -> None:
        def look() -> "tuple[Inside, dict[str, str], Sequence[Freer]]":
            inside = self.bank.inside(folder)
            moved = {file.path: f"{to}{file.path.removeprefix(inside.folder)}" for file in inside.files}
            return inside, moved, self.bank.freer_files(moved)

        try:
            inside, moved, freer = await self.off_loop(look)
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        lines = []
        if freer:
            example = f"{freer[0].name} is {freer[0].before.word} now, {freer[0].after.word} there"
            text = f"{count(len(freer), 'file')} would be disclosed more freely: {visible(example)}."
            lines.append(Content.styled(text, "$text-warning"))
        first = next(iter(moved.values()), "")
        self._ask(
            f"Rename {inside.folder}/ to {to}/",
            inside,
            f"Renamed {inside.folder}/ to {to}/",
            lambda: self.bank.move_folder(inside.folder, to),
            lines=lines,
            then=lambda _: self.arrive(first),
        )

    def _ask(
        self,
        title: str,
        inside: "Inside",
        done: str,
        act: "Callable[[], Outcome]",
        *,
        lines: list[Content] | None = None,
        then: "Callable[[Outcome], None] | None" = None,
    ) -> None:
        if not inside.files:
            self.nanomem.say(f"There is no memory in {inside.folder}/.", severity="warning")
            return
        how_much = f"{count(len(inside.files), 'file')} with {count(inside.facts, 'fact')}"
        about = [Content.assemble((how_much, "bold"), ", as one change that z takes back."), *(lines or [])]
        if inside.others:
            what = f"{visible(inside.others[0])} is no memory and stays"
            more = f", as do {len(inside.others) - 1} more" if len(inside.others) > 1 else ""
            about.append(Content.styled(f"{what}{more}.", "$text-muted"))
        reply = Reply("y", "do it", lambda: self.decide(done, how_much, act, then=then))
        self.asking.ask(Content(visible(title)), about, [reply], then=self.files.focus)

    async def _drop(self, folder: str) -> None:
        try:
            gone = await self.off_loop(lambda: self.bank.drop_empty_folder(folder))
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        self.nanomem.say(f"Removed the empty folder {folder}/." if gone else f"{folder}/ is not empty.")
        self.reload()

    # As text

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
        self.decide(
            "Saved",
            message.path,
            lambda: self.bank.write_text(message.path, message.text, seen=message.seen),
            then=lambda _: self.raw.show_text(message.path, message.text),
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
        self.decide(
            "Saved", file.path, lambda: self.bank.write_text(file.path, decode(after), seen=file.text)
        )

    def why_not(self, action: str) -> str | None:
        """What the selected file or folder does not allow."""
        on_folder = action in ("rename_file", "delete_file") and self.folder is not None
        if action in NEEDS_FILE and self.file is None and not on_folder:
            return "Select a file first."
        if action == "editor" and not editor_command():
            return "No editor is set. Set $EDITOR to one, or use v."
        return super().why_not(action)

"""The line at the bottom: say something to the memory, or ask it. Its mode is always in sight.

It runs nothing; it posts what was entered, and in which mode.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static, TextArea

from nanomem_tui.tui import actions


class PromptMode(StrEnum):
    """What Enter does."""

    ADD = "add"
    QUERY = "query"
    MOVE = "move"
    FILE = "file"
    NEW_FILE = "new-file"
    RENAME = "rename"
    RENAME_FOLDER = "rename-folder"


SIGNS = {
    PromptMode.ADD: "add",
    PromptMode.QUERY: "query",
    PromptMode.MOVE: "move to",
    PromptMode.FILE: "in file",
    PromptMode.NEW_FILE: "new file",
    PromptMode.RENAME: "rename to",
    PromptMode.RENAME_FOLDER: "rename folder to",
}
"""What stands before the cursor."""
HINTS = {
    PromptMode.ADD: "add a fact in your own words · tab: ask instead",
    PromptMode.QUERY: "ask what would be disclosed · tab: add instead",
    PromptMode.MOVE: "the file it moves to, for example personal/about.md",
    PromptMode.FILE: "the file the new fact goes to, for example personal/about.md",
    PromptMode.NEW_FILE: "the new file, with its folders, for example hobbies/music.md",
    PromptMode.RENAME: "the file's new place and name, for example personal/home.md",
    PromptMode.RENAME_FOLDER: "the folder's new place and name, for example archive/2025",
}
"""What an empty line says while it is written in."""
AT_REST = "add a fact, or ask what would be disclosed"


class PromptText(TextArea):
    """The text: Enter sends it, pasted lines stay lines."""

    BINDING_GROUP_TITLE = "Prompt"
    BINDINGS: ClassVar[list[BindingType]] = actions.bindings(actions.Scope.PROMPT)

    @dataclass
    class Sent(Message):
        """Enter was pressed."""

    @dataclass
    class Turned(Message):
        """Tab was pressed."""

    async def _on_key(self, event: events.Key) -> None:
        if event.key in ("enter", "tab"):
            # Left alone here, these reach their bindings; a text area would take them for itself.
            event.prevent_default()

    def action_send(self) -> None:
        """Hand out what was written."""
        self.post_message(self.Sent())

    def action_turn(self) -> None:
        """Turn to the other mode."""
        self.post_message(self.Turned())

    def action_newline(self) -> None:
        """Begin another line."""
        self.insert("\n")


class PromptLine(Horizontal):
    """Mode and text."""

    HELP = """Tell or ask the memory in your own words. tab turns between adding and asking, enter sends,
    ctrl+j begins another line, escape leaves."""

    mode: reactive[PromptMode] = reactive(PromptMode.ADD)

    @dataclass
    class Entered(Message):
        """The person sent something."""

        mode: PromptMode
        text: str

    def compose(self) -> ComposeResult:
        """The sign of the mode, then the text."""
        yield Static(">", id="sign", markup=False)
        yield PromptText(id="prompt-text", compact=True, highlight_cursor_line=False, placeholder=AT_REST)

    @property
    def text_area(self) -> PromptText:
        """The text."""
        return self.query_one(PromptText)

    def start(self, mode: PromptMode, text: str = "") -> None:
        """Begin to write in a mode. Words begun in adding or asking stay when it turns to the other."""
        free = {PromptMode.ADD, PromptMode.QUERY}
        if text or not (self.mode in free and mode in free):
            self.text_area.load_text(text)
            self.text_area.move_cursor(self.text_area.document.end)
        self.mode = mode
        self.text_area.focus()

    def leave(self) -> None:
        """Back to rest; begun words of adding and asking stay."""
        if self.mode not in (PromptMode.ADD, PromptMode.QUERY):
            self.text_area.load_text("")
            self.mode = PromptMode.ADD

    def watch_mode(self, mode: PromptMode) -> None:
        """Show the mode."""
        for each in PromptMode:
            self.set_class(each is mode, f"-{each.value}")
        self._show()

    def on_descendant_focus(self) -> None:
        """While it is written in, it says how."""
        self._show()

    def on_descendant_blur(self) -> None:
        """At rest it says what it is for."""
        self._show()

    def _show(self) -> None:
        if not self.is_mounted:
            return
        active = self.text_area.has_focus
        self.set_class(active, "-active")
        self.query_one("#sign", Static).update(Content(f"{SIGNS[self.mode]} >" if active else ">"))
        self.text_area.placeholder = Content(HINTS[self.mode] if active else AT_REST)

    def on_prompt_text_sent(self, event: PromptText.Sent) -> None:
        """Hand out what was written."""
        event.stop()
        text = self.text_area.text.strip()
        if text:
            self.post_message(self.Entered(self.mode, text))
            self.text_area.load_text("")

    def on_prompt_text_turned(self, event: PromptText.Turned) -> None:
        """Turn between adding and asking."""
        event.stop()
        if self.mode in (PromptMode.ADD, PromptMode.QUERY):
            self.mode = PromptMode.QUERY if self.mode is PromptMode.ADD else PromptMode.ADD

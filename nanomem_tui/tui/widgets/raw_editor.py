"""The whole text of a file, to read and to edit; lines the person leaves alone keep their very characters.

It saves nothing; it posts the new text with the text it was made from.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.widgets import TextArea

from nanomem_tui.memory.visible import visible
from nanomem_tui.tui import actions

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")


class RawEditor(TextArea):
    """A file as text."""

    HELP = """The file as it is written. ctrl+s saves it as one change, escape gives up what you wrote."""
    BINDING_GROUP_TITLE = "File as text"
    BINDINGS: ClassVar[list[BindingType]] = actions.bindings(actions.Scope.TEXT)

    @dataclass
    class Saved(Message):
        """The person wants this text written."""

        path: str
        text: str
        seen: str

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, show_line_numbers=True, compact=True, highlight_cursor_line=True)
        self.path = ""
        self.seen = ""

    @property
    def is_dirty(self) -> bool:
        """Whether the person wrote something that is not saved."""
        return self.text != shown(self.seen)

    def show_text(self, path: str, text: str) -> None:
        """Show a file."""
        self.path, self.seen = path, text
        self.load_text(shown(text))

    def action_save(self) -> None:
        """Hand out the text."""
        self.post_message(self.Saved(self.path, merged(self.seen, self.text), self.seen))


def shown(text: str) -> str:
    """`text` as an editor can hold it: every line break as `\\n`, every hidden character visible."""
    return "".join(_shown_line(line) for line in _LINE.findall(text))


def merged(original: str, edited: str) -> str:
    """What the edited form of `shown(original)` means: lines left alone are the original ones, to the byte.

    New lines end as the first line of the original does.
    """
    lines = _LINE.findall(original)
    before = [_shown_line(line) for line in lines]
    after = _LINE.findall(edited)
    newline = next((line[len(line.rstrip("\r\n")) :] for line in lines if line.endswith(("\r", "\n"))), "\n")
    result: list[str] = []
    for tag, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            result += lines[first:last]
        else:
            result += [line[:-1] + newline if line.endswith("\n") else line for line in after[start:end]]
    return "".join(result)


def _shown_line(line: str) -> str:
    body = line.rstrip("\r\n")
    return visible(body) + ("\n" if body != line else "")

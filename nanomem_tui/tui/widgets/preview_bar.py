"""The line above the question: says what waits for a yes, or takes words and places.

What it asks takes no focus, and its screen decides what a key means; only a field the person called for does.
"""

from dataclasses import dataclass
from enum import Enum

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static


class BarMode(Enum):
    """What it is there for."""

    CLOSED = "closed"
    NOTICE = "notice"
    """It says something."""
    ASKING = "asking"
    """It waits for a yes."""
    WORDS = "words"
    """Other words for a fact are written."""
    PLACE = "place"
    """A file or a command is written."""


WRITING = (BarMode.WORDS, BarMode.PLACE)


class PreviewBar(Vertical):
    """A title, a field where something is to be written, and a hint."""

    DEFAULT_CSS = """
    PreviewBar {
        display: none;
        height: auto;
        padding: 0 1;
        border-left: thick $accent;
        &.-open { display: block; }
        Static { height: auto; }
        .bar--title { text-style: bold; }
        .bar--hint { color: $text-accent; }
        Input { display: none; border: none; height: 1; padding: 0; background: $surface; }
        &.-writing Input { display: block; }
    }
    """

    @dataclass
    class Entered(Message):
        """Something was written."""

        mode: BarMode
        text: str

    mode = BarMode.CLOSED

    def compose(self) -> ComposeResult:
        """Three lines."""
        yield Static("", classes="bar--title", markup=False)
        yield Input(compact=True)
        yield Static("", classes="bar--hint", markup=False)

    @property
    def line(self) -> Input:
        """Where something is written."""
        return self.query_one(Input)

    @property
    def is_writing(self) -> bool:
        """Whether something is written in it."""
        return self.mode in WRITING

    def say(self, mode: BarMode, title: str, hint: str) -> None:
        """Say something, or ask for a yes.

        Args:
            mode: NOTICE or ASKING.
            title: one line, fit to be shown.
            hint: which keys do what.
        """
        self._open(mode, title, hint)

    def write(self, mode: BarMode, title: str, hint: str, text: str = "", placeholder: str = "") -> None:
        """Let the person write something, beginning with `text`."""
        self._open(mode, title, hint)
        self.line.placeholder = placeholder
        self.put(text)
        self.line.focus()

    def put(self, text: str) -> None:
        """Put words into the field."""
        self.line.value = text
        self.line.cursor_position = len(text)

    def close(self) -> None:
        """Put it away."""
        self.mode = BarMode.CLOSED
        self.remove_class("-open", "-writing")

    def _open(self, mode: BarMode, title: str, hint: str) -> None:
        self.mode = mode
        self.query_one(".bar--title", Static).update(Content(title))
        self.query_one(".bar--hint", Static).update(Content(hint))
        self.add_class("-open")
        self.set_class(self.is_writing, "-writing")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand out what was written."""
        event.stop()
        self.post_message(self.Entered(self.mode, event.value))

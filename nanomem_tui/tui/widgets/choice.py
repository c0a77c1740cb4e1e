"""A field that holds one of a few words, on one line: arrows, space or a click turn it.

It knows words, not what they mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class Choice(Widget, can_focus=True):
    """One word out of some."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Choice {
        height: 1;
        width: 1fr;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        &:focus { background: $surface; color: $accent; }
    }
    """
    HELP = "← and → turn through the words; a letter jumps to the next one that begins with it."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space", "turn(1)", "Next", show=False),
        Binding("left", "turn(-1)", "Previous", show=False),
    ]

    value: reactive[str] = reactive("")

    @dataclass
    class Submitted(Message):
        """Enter was pressed."""

        choice: "Choice"

    def __init__(self, words: Sequence[str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.words = words
        self.set_reactive(Choice.value, words[0])

    def validate_value(self, value: str) -> str:
        """Only one of the words.

        Raises:
            ValueError: it is none of them.
        """
        if value not in self.words:
            raise ValueError(f"{value} is none of {', '.join(self.words)}")
        return value

    def render(self) -> Content:
        """The word, and where it turns to."""
        return Content(f"‹ {self.value} ›" if self.has_focus else self.value)

    def action_turn(self, by: int) -> None:
        """To the next or previous word."""
        self.value = self.words[(self.words.index(self.value) + by) % len(self.words)]

    def on_click(self) -> None:
        """A click turns it, once it has the focus."""
        self.action_turn(1)

    def on_key(self, event: events.Key) -> None:
        """A letter jumps; Enter is for the form around."""
        if event.key == "enter":
            event.stop()
            self.post_message(self.Submitted(self))
        elif event.character and event.character.isalpha():
            at = self.words.index(self.value)
            order = [*self.words[at + 1 :], *self.words[: at + 1]]
            letter = event.character.casefold()
            word = next((word for word in order if word.casefold().startswith(letter)), None)
            if word is not None:
                event.stop()
                self.value = word

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Letters are its own: a key of the screen never fires from inside a form."""
        return character is not None and character.isprintable()

"""What forgetting for good will erase and what it cannot reach, and the word that must be written to do it.

It forgets nothing; it posts that the person wrote the word. Afterwards it shows what came of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

WORD = "forget"
"""What must be written."""


class ForgetPanel(VerticalScroll, can_focus=True):
    """Shown from the question until its outcome was read."""

    BINDING_GROUP_TITLE = "Forget for good"
    HELP = f"Write {WORD} and press enter to forget for good; escape leaves everything as it is."
    DEFAULT_CSS = """
    ForgetPanel {
        display: none;
        height: auto;
        max-height: 60%;
        padding: 0 1;
        border: round $error;
        border-title-color: $error;
        scrollbar-size-vertical: 1;
        &.-open { display: block; }
        Input { background: $surface; height: 1; padding: 0 1; }
        &.-done Input { display: none; }
    }
    """

    @dataclass
    class Agreed(Message):
        """The person wrote the word."""

        refs: tuple[str, ...]

    @dataclass
    class Left(Message):
        """The person left it."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._refs: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """What will happen, and the field for the word."""
        yield Static(id="forget-lines", markup=False)
        yield Input(
            id="forget-word", compact=True, placeholder=f"write {WORD}, then enter · escape leaves it"
        )

    @property
    def is_open(self) -> bool:
        """Something is asked, or an outcome shown."""
        return self.has_class("-open")

    def ask(self, refs: Sequence[str], lines: Sequence[Content]) -> None:
        """Ask about facts.

        Args:
            refs: the facts.
            lines: what will be erased, and what cannot be reached.
        """
        self._refs = tuple(refs)
        self.border_title = "Forget for good"
        self.query_one("#forget-lines", Static).update(Content("\n").join(lines))
        self.remove_class("-done")
        self.add_class("-open")
        field = self.query_one("#forget-word", Input)
        field.value = ""
        field.focus()
        self.scroll_home(animate=False)

    def tell(self, lines: Sequence[Content]) -> None:
        """Show what came of it."""
        self._refs = ()
        self.border_title = "Forgotten for good"
        closing = Content.styled("escape closes this", "$text-muted")
        self.query_one("#forget-lines", Static).update(Content("\n").join([*lines, closing]))
        self.add_class("-open", "-done")
        self.focus()

    def close(self) -> None:
        """Show nothing any more."""
        self._refs = ()
        self.query_one("#forget-lines", Static).update("")
        self.remove_class("-open", "-done")

    @on(Input.Submitted)
    def _written(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip().casefold() == WORD and self._refs:
            self.post_message(self.Agreed(self._refs))
        else:
            event.input.value = ""

    def on_key(self, event: events.Key) -> None:
        """Escape leaves."""
        if event.key == "escape":
            event.stop()
            event.prevent_default()
            self.close()
            self.post_message(self.Left())

"""Where one value is changed: a line to type in, words to choose from, or the next key struck.

It knows no setting; it asks what it is told to ask and posts the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from nanomem_tui.tui.safe import plain
from nanomem_tui.tui.widgets.row_list import Row, RowList


class WordList(RowList[str]):
    """Words to choose from."""


class AnswerLine(Input):
    """The line; down leads to the words."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("down", "app.focus_next", "To the words", show=False)]


class KeyCatch(Widget, can_focus=True):
    """Takes the next key, whatever it is; escape leaves."""

    DEFAULT_CSS = """
    KeyCatch { height: 1; background: $surface; padding: 0 1; color: $accent; text-style: bold; }
    """

    @dataclass
    class Caught(Message):
        """A key was struck."""

        key: str

    def render(self) -> Content:
        """What is waited for."""
        return Content("press a key · escape leaves")

    def on_key(self, event: events.Key) -> None:
        """Every key but escape is the answer."""
        if event.key != "escape":
            event.stop()
            event.prevent_default()
            self.post_message(self.Caught(event.key))

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """No key fires anything else."""
        return key != "escape"


class SettingPanel(Vertical):
    """A question and its answer."""

    DEFAULT_CSS = """
    SettingPanel {
        display: none;
        height: 1fr;
        .panel--question { height: auto; color: $foreground; }
        AnswerLine { display: none; height: 1; background: $surface; padding: 0 1; }
        WordList { display: none; height: 1fr; min-height: 3; }
        KeyCatch { display: none; }
        &.-open { display: block; }
        &.-line AnswerLine { display: block; }
        &.-words WordList { display: block; }
        &.-key KeyCatch { display: block; }
    }
    """

    @dataclass
    class Answered(Message):
        """The person answered."""

        about: str
        """What was asked for, as it was given."""
        text: str

    def __init__(self) -> None:
        super().__init__()
        self.about = ""
        """What is asked for."""

    def compose(self) -> ComposeResult:
        """Question, line, words, key."""
        yield Static(classes="panel--question", markup=False)
        yield AnswerLine(compact=True)
        yield WordList()
        yield KeyCatch()

    @property
    def line(self) -> AnswerLine:
        """The line."""
        return self.query_one(AnswerLine)

    @property
    def words(self) -> WordList:
        """The words."""
        return self.query_one(WordList)

    @property
    def is_open(self) -> bool:
        """Whether it asks something."""
        return self.has_class("-open")

    def ask(
        self,
        about: str,
        question: str | Content,
        *,
        text: str | None = None,
        secret: bool = False,
        words: Sequence[tuple[str, str]] = (),
        now: str = "",
        key: bool = False,
    ) -> None:
        """Ask for a value.

        Args:
            about: handed back with the answer.
            question: what is asked.
            text: what stands in the line; None: there is no line.
            secret: what is typed is not shown.
            words: to choose from, each with what it means.
            now: the word under the cursor at first.
            key: the answer is the next key struck.
        """
        self.about = about
        shown = plain(question, newlines=True) if isinstance(question, str) else question
        self.query_one(".panel--question", Static).update(shown)
        self.set_class(text is not None, "-line")
        self.set_class(key, "-key")
        self.add_class("-open")
        self.line.password = secret
        self.line.value = text or ""
        self.words.cursor = 0
        self.offer(words, now or (words[0][0] if words else ""))
        if key:
            self.query_one(KeyCatch).focus()
        else:
            (self.words if text is None else self.line).focus()

    def offer(self, words: Sequence[tuple[str, str]], now: str = "") -> None:
        """Words to choose from."""
        self.set_class(bool(words), "-words")
        width = min(max((len(word) for word, _ in words), default=0), 28)
        self.words.show(
            [Row(word, ((f"{word:<{width}}", "strong"), (f"  {means}", "dim"))) for word, means in words],
            key=now or None,
        )

    def close(self) -> None:
        """Ask nothing."""
        self.line.value = ""
        self.remove_class("-open")

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Answered(self.about, event.value.strip()))

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.post_message(self.Answered(self.about, str(event.key)))

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()

    @on(KeyCatch.Caught)
    def _caught(self, event: KeyCatch.Caught) -> None:
        event.stop()
        self.post_message(self.Answered(self.about, event.key))

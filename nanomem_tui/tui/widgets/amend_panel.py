"""The panel under the edits in which one of them is amended, or a rejection is explained. Not a modal.

It hands back what was written; what becomes of it is its screen's business.
"""

from dataclasses import replace
from difflib import SequenceMatcher
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static, TextArea

from nanomem_tui.changes.model import Edit, Op
from nanomem_tui.memory.document import parse, to_new_fact
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.memory.metadata import escape
from nanomem_tui.tui.widgets.words import shown

AMENDABLE = (Op.ADD, Op.UPDATE, Op.DESCRIBE, Op.TEXT)
"""Operations that bring a text of their own."""


class FactText(TextArea):
    """The text of a fact: enter saves, since a fact is one line."""

    class Done(Message):
        """The person is done writing."""

    def __init__(self) -> None:
        super().__init__(soft_wrap=True, show_line_numbers=False, tab_behavior="focus", compact=True)
        self.single_line = True

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter" and self.single_line:
            event.stop()
            event.prevent_default()
            self.post_message(self.Done())
            return
        await super()._on_key(event)


class AmendPanel(Vertical):
    """Shown while something is written in it."""

    DEFAULT_CSS = """
    AmendPanel {
        display: none;
        height: auto;
        max-height: 70%;
        border-top: solid $accent;
        padding: 0 1;
        &.-open { display: block; }
        Static { height: auto; color: $text-muted; }
        .amend--title { color: $text-accent; text-style: bold; }
        .amend--there { display: none; max-height: 6; }
        .amend--there.-some { display: block; }
        .amend--fault { color: $text-error; display: none; }
        .amend--fault.-some { display: block; }
        FactText {
            height: auto;
            min-height: 1;
            max-height: 6;
            border: none;
            padding: 0;
            background: $surface;
        }
        FactText.-file { height: 12; max-height: 100%; }
        Input { border: none; height: 1; padding: 0; background: $surface; }
        .-gone { display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "done", "Save", show=True, tooltip="Save and apply."),
    ]

    class Amended(Message):
        """An edit has been written anew."""

        def __init__(self, change: str, n: int, new: str | NewFact) -> None:
            super().__init__()
            self.change = change
            self.n = n
            self.new = new

    class Commented(Message):
        """A rejection has its reason."""

        def __init__(self, change: str, n: int, reason: str) -> None:
            super().__init__()
            self.change = change
            self.n = n
            self.reason = reason

    def __init__(self) -> None:
        super().__init__()
        self._change = ""
        self._edit: Edit | None = None
        self._comments = False

    @property
    def is_open(self) -> bool:
        """True while something is written in it."""
        return self.has_class("-open")

    def compose(self) -> ComposeResult:
        yield Static("", classes="amend--title", markup=False)
        yield Static("", classes="amend--there", markup=False)
        yield FactText()
        yield Input(classes="amend--line", compact=True)
        yield Static("", classes="amend--fault", markup=False)
        yield Static("", classes="amend--hint", markup=False)

    def amend(self, change: str, edit: Edit, theirs: str | None = None) -> None:
        """Write an edit anew.

        Args:
            change: id of the change it belongs to.
            edit: the edit.
            theirs: what stands in the file instead of what it saw; a file's text is merged from both.
        """
        has_metadata = edit.op in (Op.ADD, Op.UPDATE) and edit.fact is not None
        text = edit.description if edit.op is Op.DESCRIBE else edit.fact.text if edit.fact else edit.text
        area, line = self.query_one(FactText), self.query_one(Input)
        area.single_line = edit.op is not Op.TEXT
        area.set_class(edit.op is Op.TEXT, "-file")
        merging = theirs is not None and edit.op is Op.TEXT
        area.load_text(merged_text(theirs or "", text or "") if merging else text or "")
        area.move_cursor(area.document.end)
        area.remove_class("-gone")
        line.set_class(not has_metadata, "-gone")
        if edit.fact is not None:
            line.value = metadata_line(edit.fact)
        line.placeholder = "tier=long_term | confidence=high | expires_at=2026-01-31"
        keys = "ctrl+s" if edit.op is Op.TEXT else "enter"
        self._begin(
            change,
            edit,
            f"Edit {edit.n} · {shown(edit.path)}",
            f"{keys} applies it · escape leaves it as it was",
            there=theirs if not merging else None,
        )
        area.focus()

    def comment(self, change: str, edit: Edit) -> None:
        """Ask why an edit is rejected."""
        self._comments = True
        line = self.query_one(Input)
        self.query_one(FactText).add_class("-gone")
        line.remove_class("-gone")
        line.value = ""
        line.placeholder = "why not"
        self._begin(
            change,
            edit,
            f"Reject {edit.n} · {shown(edit.path)}",
            "enter rejects it · escape leaves it open",
            comments=True,
        )
        line.focus()

    def close(self) -> None:
        """Put it away."""
        self.remove_class("-open")
        self._edit = None

    def _begin(
        self,
        change: str,
        edit: Edit,
        title: str,
        hint: str,
        *,
        comments: bool = False,
        there: str | None = None,
    ) -> None:
        self._change, self._edit, self._comments = change, edit, comments
        beside = self.query_one(".amend--there", Static)
        beside.update(Content(f"there now  {shown(there or '')}"))
        beside.set_class(bool(there), "-some")
        self.query_one(".amend--title", Static).update(Content(title))
        self.query_one(".amend--hint", Static).update(Content(hint))
        self._fault("")
        self.add_class("-open")

    @on(FactText.Done)
    @on(Input.Submitted)
    def action_done(self) -> None:
        """Hand back what was written."""
        edit = self._edit
        if edit is None:
            return
        if self._comments:
            self.post_message(self.Commented(self._change, edit.n, self.query_one(Input).value.strip()))
            return
        text = self.query_one(FactText).text
        if edit.op is Op.TEXT:
            if any(line.startswith(("<<<<<<< ", ">>>>>>> ")) for line in text.splitlines()):
                self._fault("The marks <<<<<<< and >>>>>>> are still in it: choose the lines to keep.")
                return
            self.post_message(self.Amended(self._change, edit.n, text))
            return
        text = " ".join(text.split())
        if not text:
            self._fault("There is no text. Write one, or leave with escape and reject the edit.")
            return
        if edit.op is Op.DESCRIBE or edit.fact is None:
            self.post_message(self.Amended(self._change, edit.n, text))
            return
        fact, fault = read_metadata(text, self.query_one(Input).value, edit.fact)
        if fact is None:
            self._fault(fault)
        else:
            self.post_message(self.Amended(self._change, edit.n, fact))

    def _fault(self, sentence: str) -> None:
        fault = self.query_one(".amend--fault", Static)
        fault.update(Content(shown(sentence)))
        fault.set_class(bool(sentence), "-some")


def merged_text(theirs: str, ours: str) -> str:
    """Two texts of a file as one to edit: where they differ both stand, between the marks git uses."""
    a, b = theirs.splitlines(), ours.splitlines()
    lines: list[str] = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += a[a1:a2]
        else:
            lines += ["<<<<<<< there now", *a[a1:a2], "=======", *b[b1:b2], ">>>>>>> proposed"]
    return "\n".join(lines) + "\n"


def metadata_line(fact: NewFact) -> str:
    """A fact's metadata as it is written in files, without what follows from its place."""
    pairs = [
        ("tier", fact.tier.value),
        ("confidence", fact.confidence.value if fact.confidence else ""),
        ("source", fact.source.value),
        ("topic", fact.topic or ""),
        ("review_at", fact.review_at.isoformat() if fact.review_at else ""),
        ("expires_at", fact.expires_at.isoformat() if fact.expires_at else ""),
        ("disclosure", fact.disclosure.word if fact.disclosure is not None else ""),
    ]
    return " | ".join(f"{key}={value}" for key, value in pairs if value)


def read_metadata(text: str, line: str, old: NewFact) -> tuple[NewFact | None, str]:
    """A fact from its text and its metadata as written, and what is wrong with it.

    What the line does not say is the default of the format; what it cannot say stays as it was.
    """
    line = " ".join(line.split()).strip("| ")
    facts = parse(f"- {escape(text)} | {line or 'tier=long_term'}\n").facts
    if not facts or facts[0].text != text:
        return None, "The metadata cannot be read. Write key=value, separated by |."
    fact = facts[0]
    if fact.warnings:
        return None, " ".join(fact.warnings)
    if fact.extra:
        return None, f"{', '.join(fact.extra)} is no key of ours."
    new = to_new_fact(fact)
    return (
        replace(
            new,
            confidence=new.confidence if "confidence=" in line else None,
            topic=new.topic if "topic=" in line else None,
            status=old.status if "status=" not in line else new.status,
            updated_at=old.updated_at,
            checked_at=old.checked_at,
            origin=old.origin,
            details=old.details,
        ),
        "",
    )

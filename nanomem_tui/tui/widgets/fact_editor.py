"""The form for one fact: every field of it, checked before it is handed out.

It saves nothing; it posts what the person wrote. What becomes of it is the screen's part.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Grid, Horizontal, VerticalScroll
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Button, Input, Label, Static, TextArea

from nanomem_tui.changes.model import UpdateReason
from nanomem_tui.memory.edits import to_new_fact
from nanomem_tui.memory.facts import Confidence, Fact, NewFact, Source, Status, Tier
from nanomem_tui.memory.levels import Level
from nanomem_tui.tui import actions
from nanomem_tui.tui.safe import plain
from nanomem_tui.tui.widgets.choice import Choice
from nanomem_tui.tui.widgets.sized import say

Value = TypeVar("Value")

INHERIT = "inherited"
"""A fact without a level of its own."""
WORDS: dict[str, dict[str, Any]] = {
    "tier": {"long-term": Tier.LONG_TERM, "working": Tier.WORKING, "history": Tier.HISTORY},
    "status": {status.value: status for status in Status},
    "source": {
        "you said it": Source.USER_STATEMENT,
        "document": Source.DOCUMENT,
        "assistant summary": Source.ASSISTANT_SUMMARY,
        "system": Source.SYSTEM,
        "inference": Source.INFERENCE,
    },
    "confidence": {confidence.value: confidence for confidence in Confidence},
    "disclosure": {INHERIT: None, **{level.word: level for level in Level}},
}
"""What can be chosen, in words, by field."""
LABELS = {
    "tier": "tier",
    "status": "status",
    "source": "source",
    "confidence": "confidence",
    "topic": "topic",
    "disclosure": "level",
    "updated_at": "updated",
    "checked_at": "checked",
    "expires_at": "expires",
    "review_at": "review",
    "origin": "origin",
}
DAYS = ("updated_at", "checked_at", "expires_at", "review_at")
CHANGED = "things changed: keep the old fact in history"
CORRECTED = "it was wrong: correct it in place"


class Mode(StrEnum):
    """What the form is for at the moment."""

    EMPTY = "empty"
    EDIT = "edit"
    NEW = "new"


class FactText(TextArea):
    """The text of a fact: wraps, but is one line of the file."""

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.prevent_default().stop()
            self.screen.query_one(FactEditor).action_save()

    async def _on_paste(self, event: events.Paste) -> None:
        # The text area's own handler runs after this one and takes what is left here.
        event.text = " ".join(event.text.split())


class FactEditor(VerticalScroll, can_focus=False):
    """The fields of one fact."""

    HELP = """Every field of the fact. ctrl+s saves, escape gives up what you wrote. Dates are written
    2026-03-01. Correct replaces the fact in place; changed keeps the old one in history."""
    BINDING_GROUP_TITLE = "Fact"
    BINDINGS: ClassVar[list[BindingType]] = actions.bindings(actions.Scope.FACT)

    mode: reactive[Mode] = reactive(Mode.EMPTY, init=False)

    @dataclass
    class Saved(Message):
        """The person wants this fact written."""

        path: str
        ref: str | None
        """The fact it replaces; None: a new one."""
        fact: NewFact
        reason: UpdateReason

    @dataclass
    class Left(Message):
        """The person gave up editing."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.fact: Fact | None = None
        self._path = ""
        self._loaded: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """Text above, the other fields in two columns, then what to do."""
        yield FactText(
            id="field-text", compact=True, highlight_cursor_line=False, placeholder="The fact, in one line"
        )
        yield Static(id="summary", markup=False)
        with Grid(id="fields"):
            for name, label in LABELS.items():
                yield Label(label, markup=False, classes=f"label label-{name}")
                if name in WORDS:
                    yield Choice(list(WORDS[name]), id=f"field-{name}")
                else:
                    yield Input(id=f"field-{name}", compact=True)
        yield TextArea(id="field-details", compact=True, highlight_cursor_line=False)
        yield Static(id="fault", markup=False)
        with Horizontal(id="saving"):
            yield Choice([CORRECTED, CHANGED], id="reason")
            yield Button("Save", id="save", compact=True, variant="primary")
        yield Static(id="note", markup=False)

    def on_mount(self) -> None:
        """Nothing to edit yet."""
        self.watch_mode(self.mode)

    # What it shows

    @property
    def is_dirty(self) -> bool:
        """Whether the person wrote something that is not saved."""
        return self.mode is not Mode.EMPTY and self._values() != self._loaded

    def show_fact(self, fact: Fact | None) -> None:
        """Show another fact, unless something unsaved stands in the form."""
        if fact is not None and fact == self.fact and self.mode is Mode.EDIT:
            return
        if self.is_dirty or (self.mode is Mode.NEW and self.has_focus_within):
            return
        self.fact = fact
        if fact is None:
            self.mode = Mode.EMPTY
            self._fill(NewFact(text=""))
            say(self.query_one("#note", Static), plain(""), layout=False)
            return
        self._path = fact.path
        self.mode = Mode.EDIT
        self._fill(to_new_fact(fact))
        self._note(fact)

    def start_new(self, path: str) -> None:
        """Offer an empty form for a new fact in the file at `path`."""
        self.fact, self._path = None, path
        self.mode = Mode.NEW
        self._fill(NewFact(text=""))
        say(self.query_one("#note", Static), plain(f"A new fact in {path}"), layout=False)
        self.start()

    def start(self) -> None:
        """Put the cursor into the text."""
        self.query_one("#field-text").focus()

    def leave(self) -> None:
        """Give up what was written."""
        self._loaded = self._values()
        fact, self.fact = self.fact, None
        self.mode = Mode.EMPTY
        self.show_fact(fact)
        self.post_message(self.Left())

    def saved(self) -> None:
        """What was written is in the file now."""
        self._loaded = self._values()
        if self.mode is Mode.NEW:
            self.mode = Mode.EMPTY

    def fail(self, message: str, field: str | None = None) -> None:
        """Show what is wrong, and put the cursor there."""
        fault = self.query_one("#fault", Static)
        say(fault, plain(message))
        fault.display = bool(message)
        if field:
            self.query_one(f"#field-{field}").focus()

    def watch_mode(self, mode: Mode) -> None:
        """An empty form can hold nothing."""
        self.update_classes({"-empty": mode is Mode.EMPTY, "-new": mode is Mode.NEW})

    def _fill(self, fact: NewFact) -> None:
        for name, words in WORDS.items():
            value = getattr(fact, name) or (Confidence.HIGH if name == "confidence" else None)
            value = fact.disclosure if name == "disclosure" else value
            word = next(word for word, known in words.items() if known is value)
            self.query_one(f"#field-{name}", Choice).value = word
        for id, text in (("#field-text", fact.text), ("#field-details", fact.details)):
            field = self.query_one(id, TextArea)
            if field.text != text:
                field.load_text(text)
        self.query_one("#field-details").display = bool(fact.details)
        written = {"topic": fact.topic, "origin": fact.origin}
        for name in DAYS:
            moment = getattr(fact, name)
            written[name] = _written(moment) if moment else None
        for name, value in written.items():
            self.query_one(f"#field-{name}", Input).value = value or ""
        self.query_one("#reason", Choice).value = CORRECTED
        self.fail("")
        self._loaded = self._values()

    def _note(self, fact: Fact) -> None:
        summary = [word for name in WORDS for word in [self._values()[name]] if word != INHERIT]
        summary += [f"{LABELS[name]} {_written(day)}" for name in DAYS if (day := getattr(fact, name))]
        say(self.query_one("#summary", Static), plain(" · ".join(summary)), layout=False)
        notes = [f"{fact.path}#{fact.id}"]
        if fact.level is not (fact.disclosure or Level.OPEN):
            notes.append(f"{fact.level.word} by its file or the policy")
        notes += [f"{key}={value}" for key, value in fact.extra.items()]
        notes += fact.warnings
        say(self.query_one("#note", Static), plain(" · ".join(notes)), layout=False)

    # What the person wrote

    def _values(self) -> dict[str, str]:
        values = {"text": self.query_one("#field-text", FactText).text}
        values["details"] = self.query_one("#field-details", TextArea).text
        for name in LABELS:
            field = self.query_one(f"#field-{name}")
            values[name] = str(field.value) if isinstance(field, Choice | Input) else ""
        return values

    def action_save(self) -> None:
        """Check the fields and hand out the fact."""
        if self.mode is Mode.EMPTY:
            return
        try:
            fact = self._read()
        except FieldError as error:
            self.fail(error.message, error.field)
            return
        self.fail("")
        changed = self.query_one("#reason", Choice).value == CHANGED
        self.post_message(
            self.Saved(
                self._path,
                self.fact.ref if self.fact else None,
                fact,
                UpdateReason.CHANGED if changed else UpdateReason.CORRECTED,
            )
        )

    @on(Button.Pressed, "#save")
    def _save_pressed(self) -> None:
        self.action_save()

    @on(Input.Submitted)
    @on(Choice.Submitted)
    def _submitted(self, event: Input.Submitted | Choice.Submitted) -> None:
        event.stop()
        self.action_save()

    def _read(self) -> NewFact:
        values = self._values()
        text = " ".join(values["text"].split("\n")).strip()
        if not text:
            raise FieldError("text", "A fact needs a text.")
        start = to_new_fact(self.fact) if self.fact else NewFact(text="")

        def kept(name: str, read: Callable[[str, str], Value]) -> Value:
            """The value of a field, untouched where the person left it as it was."""
            if self.fact and values[name] == self._loaded[name]:
                before: Value = getattr(start, name)
                return before
            return read(name, values[name].strip())

        untouched_text = self.fact is not None and values["text"] == self._loaded["text"]
        return replace(
            start,
            text=self.fact.text if self.fact and untouched_text else text,
            details=kept("details", lambda _, value: value),
            tier=WORDS["tier"][values["tier"]],
            status=WORDS["status"][values["status"]],
            source=WORDS["source"][values["source"]],
            confidence=WORDS["confidence"][values["confidence"]],
            disclosure=WORDS["disclosure"][values["disclosure"]],
            topic=kept("topic", lambda _, value: value or None),
            origin=kept("origin", lambda _, value: value or None),
            updated_at=kept("updated_at", _moment),
            checked_at=kept("checked_at", _day),
            expires_at=kept("expires_at", _day),
            review_at=kept("review_at", _day),
        )


class FieldError(Exception):
    """A field holds something that cannot be saved."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


def _written(moment: date) -> str:
    return moment.isoformat(timespec="minutes") if isinstance(moment, datetime) else moment.isoformat()


def _day(name: str, value: str) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise FieldError(name, f"{LABELS[name]} is no date: {value}. Write it as 2026-03-01.") from None


def _moment(name: str, value: str) -> datetime | None:
    if not value:
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise FieldError(
            name, f"{LABELS[name]} is no date: {value}. Write it as 2026-03-01 or 2026-03-01T18:30."
        ) from None

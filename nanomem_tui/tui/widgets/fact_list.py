"""The facts of a file by tier, or found facts of many files, one line each.

It knows facts and the day, not where they come from nor what is done to them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from textual.message import Message
from textual.reactive import reactive

from nanomem_tui.memory.facts import Fact, Source, Status, Tier
from nanomem_tui.memory.levels import Level
from nanomem_tui.tui.widgets.fact_tree import LEVEL_LOOK
from nanomem_tui.tui.widgets.row_list import Row, RowList, Span

HISTORY = "\0history"
"""Key of the heading that folds the history."""
TIER_TITLES = {Tier.LONG_TERM: "Long-term", Tier.WORKING: "Working", Tier.HISTORY: "History"}
"""How tiers are called on screen."""
SHORT_SOURCES = {
    Source.USER_STATEMENT: "you",
    Source.DOCUMENT: "document",
    Source.ASSISTANT_SUMMARY: "assistant",
    Source.SYSTEM: "system",
    Source.INFERENCE: "inferred",
}
"""Who said it, in one word."""
ROOM_FOR_WHO = 54
"""From this width on the source and confidence of a fact have room."""


class OfMany(StrEnum):
    """Why facts of several files stand in one list."""

    FOUND = "found"
    """A search found them."""
    CITED = "cited"
    """An answer cites them, by number."""


class FactList(RowList[str]):
    """Facts. The key of a row is the fact's ref."""

    history_open: reactive[bool] = reactive(False, init=False)
    """Whether the facts that are no longer current are shown."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.facts: Sequence[Fact] = ()
        self._by_ref: dict[str, Fact] = {}
        self._today = date.min
        self._of_many: OfMany | None = None
        self._touched: frozenset[str] = frozenset()
        self._columns = (0, 0)
        self._marked: frozenset[str] = frozenset()
        self._range: tuple[frozenset[str], str, str] | None = None
        """What was marked before a range began, the key it began at, and the key it was drawn to."""

    @dataclass
    class Marked(Message):
        """Other facts are marked than before."""

        list: "FactList"

        @property
        def control(self) -> "FactList":
            """The list it happened in."""
            return self.list

    @property
    def fact(self) -> Fact | None:
        """The fact under the cursor."""
        return self._by_ref.get(self.key or "")

    @property
    def marked(self) -> tuple[Fact, ...]:
        """The marked facts, in the order in which they are shown."""
        return tuple(self._by_ref[row.key] for row in self.rows if row.key and row.key in self._marked)

    @property
    def chosen(self) -> tuple[Fact, ...]:
        """The facts that an action is for: the marked ones, or else the one under the cursor."""
        return self.marked or ((self.fact,) if self.fact else ())

    # Marking

    def mark(self) -> None:
        """Mark the fact under the cursor, or unmark it."""
        if self.fact:
            self._mark(self._marked ^ {self.fact.ref})

    def mark_to(self, by: int) -> None:
        """Move the cursor and mark from where the range began to where it stands now."""
        if self.fact is None:
            return
        before, start, end = self._range or (self._marked, self.fact.ref, self.fact.ref)
        if end != self.key:
            before, start = self._marked, self.fact.ref
        self.action_cursor(by)
        keys = [row.key for row in self.rows]
        first, last = sorted((keys.index(start), self.cursor))
        reached = {key for key in keys[first : last + 1] if key in self._by_ref}
        self._mark(before | {key for key in reached if key})
        self._range = (before, start, self.key or start)

    def mark_all(self) -> None:
        """Mark all facts that are shown, or none when all are."""
        shown = {row.key for row in self.rows if row.key and row.key in self._by_ref}
        self._mark(frozenset() if shown <= self._marked else frozenset(shown))

    def unmark(self) -> None:
        """Mark none."""
        self._mark(frozenset())

    def _mark(self, refs: frozenset[str]) -> None:
        self._range = None
        if refs != self._marked:
            self._marked = refs
            self._rebuild(None)
            self.post_message(self.Marked(self))

    # What it shows

    def show_facts(
        self,
        facts: Sequence[Fact],
        today: date,
        *,
        of_many: OfMany | None = None,
        touched: Iterable[str] = (),
        ref: str | None = None,
    ) -> None:
        """Show facts.

        Args:
            facts: the facts, in their order.
            today: the day ages and expiry are counted from.
            of_many: they are of several files, so each shows its file and there are no tiers.
            touched: refs that pending edits touch.
            ref: where to put the cursor; None: it stays.
        """
        self.facts, self._today, self._of_many = facts, today, of_many
        self._touched = frozenset(touched)
        self._by_ref = {fact.ref: fact for fact in facts}
        if ref and ref in self._by_ref and self._by_ref[ref].tier is Tier.HISTORY:
            self.set_reactive(FactList.history_open, True)
        self._rebuild(ref)

    def watch_history_open(self) -> None:
        """Fold or unfold the history."""
        self._rebuild(None)

    def on_resize(self) -> None:
        """What a row holds depends on its room."""
        super().on_resize()
        self._rebuild(None)

    def action_choose(self) -> None:
        """The heading of the history folds it."""
        if self.key == HISTORY:
            self.history_open = not self.history_open
        else:
            super().action_choose()

    def _rebuild(self, ref: str | None) -> None:
        self._columns = self._measure()
        rows = (
            [self._row(fact, n) for n, fact in enumerate(self.facts, 1)] if self._of_many else self._tiers()
        )
        # What cannot be seen is not marked: nothing happens to it by surprise.
        seen = self._marked & {row.key for row in rows}
        if seen != self._marked:
            self._marked = seen
            self.post_message(self.Marked(self))
        self.show(rows, key=ref)

    def _tiers(self) -> list[Row[str]]:
        rows: list[Row[str]] = []
        for tier in (Tier.LONG_TERM, Tier.WORKING, Tier.HISTORY):
            facts = [fact for fact in self.facts if fact.tier is tier]
            if not facts:
                continue
            title = TIER_TITLES[tier]
            if tier is Tier.HISTORY:
                sign = "▾" if self.history_open else "▸"
                rows.append(Row(HISTORY, ((f"{sign} {title} ({len(facts)})", "heading"),)))
                facts = facts if self.history_open else []
            else:
                rows.append(Row(None, ((title, "heading"),)))
            rows += [self._row(fact) for fact in facts]
        return rows

    def _row(self, fact: Fact, n: int = 0) -> Row[str]:
        past = fact.tier is Tier.HISTORY or fact.is_expired(self._today)
        sign, look = "  ", ""
        if fact.ref in self._marked:
            sign, look = "✓ ", "good"
        elif fact.ref in self._touched:
            sign, look = "● ", "mark"
        elif fact.warnings:
            sign, look = "! ", "warning"
        elif fact.status is Status.UNCERTAIN:
            sign, look = "? ", "warning"
        left: list[Span] = [(sign, look)]
        if self._of_many is OfMany.CITED:
            left.insert(0, (f"[{n}] ", "mark"))
        if self._of_many:
            left.append((f"{fact.path.removesuffix('.md')}  ", "dim"))
        left.append((fact.text, "dim" if past else ""))
        if fact.details:
            left.append((" ¶", "dim"))
        right: list[Span] = []
        if fact.disclosure not in (None, Level.OPEN):
            right.append((f"  {fact.level.word}", LEVEL_LOOK[fact.level]))
        who_width, when_width = self._columns if self.size.width >= ROOM_FOR_WHO else (0, 0)
        if who_width:
            right.append((f"  {_who(fact):<{who_width}}", "dim"))
        when, look = self._when(fact)
        right.append((f"  {when:>{when_width}}", look))
        return Row(fact.ref, tuple(left), tuple(right))

    def _measure(self) -> tuple[int, int]:
        """Widths of the columns for who said it and when, over the facts that are shown."""
        shown = [
            fact for fact in self.facts if self.history_open or self._of_many or fact.tier is not Tier.HISTORY
        ]
        who = max((len(_who(fact)) for fact in shown), default=0)
        return who, max((len(self._when(fact)[0]) for fact in shown), default=0)

    def _when(self, fact: Fact) -> Span:
        if fact.tier is not Tier.HISTORY and fact.expires_at is not None:
            if fact.is_expired(self._today):
                return "expired", "warning"
            return f"until {short_date(fact.expires_at, self._today)}", "good"
        if fact.is_due(self._today):
            return "check", "warning"
        return age(fact.updated_at.date(), self._today) if fact.updated_at else "undated", "dim"


def _who(fact: Fact) -> str:
    return f"{SHORT_SOURCES[fact.source]}·{fact.confidence.value}"


def age(then: date, today: date) -> str:
    """How long ago, in two or three characters and a unit: `today`, `3d`, `5w`, `8mo`, `2y`."""
    days = (today - then).days
    if days < 0:
        return short_date(then, today)
    if days == 0:
        return "today"
    for unit, length, until in (("d", 1, 21), ("w", 7, 70), ("mo", 30.4, 730)):
        if days < until:
            return f"{int(days / length)}{unit}"
    return f"{int(days / 365.25)}y"


def short_date(day: date, today: date) -> str:
    """`01-20` in the same year or within half a year, else with the year."""
    near = abs((day - today).days) < 180 or day.year == today.year
    return f"{day:%m-%d}" if near else f"{day:%Y-%m}"

"""Narrowing the timeline: the words of its filter, and which changes they leave.

Pure functions of changes; knows no widget and no bank.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from nanomem_tui.changes.model import Change
from nanomem_tui.tui.widgets.change_words import request_words

HINT = "words, in:file, by:author, flow:add, since:2026-01, until:2026-02-03"
_NAMES = {"in": "in", "file": "in", "by": "by", "author": "by", "flow": "flow"}
_DATES = ("since", "until", "on")


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What the filter asks for. Everything in it must fit."""

    words: tuple[str, ...] = ()
    """In lower case; each is somewhere in a change's files, author, flow, state or request."""
    named: tuple[tuple[str, str], ...] = ()
    """(in, by or flow) and a part of it, in lower case."""
    since: date | None = None
    until: date | None = None
    fault: str = ""
    """What cannot be understood, in one sentence."""

    @property
    def is_empty(self) -> bool:
        """Nothing is asked for."""
        return self == Narrowed()

    def fits(self, change: Change) -> bool:
        """True when the change is one of those asked for."""
        day = (change.decided_at or change.created_at).date()
        if (self.since and day < self.since) or (self.until and day > self.until):
            return False
        paths = {edit.path for edit in change.edits} | {edit.to_path or "" for edit in change.edits}
        paths |= {splice.path for splice in (*change.effects, *change.undone)}
        values = {
            "in": " ".join(sorted(paths)),
            "by": f"{change.author.name} {change.author.kind.value} {change.decided_by or ''}",
            "flow": change.flow,
        }
        if not all(part in values[name].casefold() for name, part in self.named):
            return False
        if not self.words:
            return True
        text = " ".join(
            (*values.values(), change.state.value, change.request, change.summary, change.id)
        ).casefold()
        return all(word in text for word in self.words)


def narrow(typed: str) -> Narrowed:
    """What the words of the filter ask for."""
    asked = Narrowed()
    for word in typed.casefold().split():
        name, colon, value = word.partition(":")
        if colon and name in _NAMES:
            if value:
                asked = replace(asked, named=(*asked.named, (_NAMES[name], value)))
        elif colon and name in _DATES:
            first, last = days(value)
            if first is None or last is None:
                if value:
                    asked = replace(asked, fault=f"{name}: takes a date such as 2026-01-31, 2026-01 or 2026.")
                continue
            if name in ("since", "on"):
                asked = replace(asked, since=first)
            if name in ("until", "on"):
                asked = replace(asked, until=last)
        else:
            asked = replace(asked, words=(*asked.words, word))
    return asked


def days(written: str) -> tuple[date | None, date | None]:
    """The first and the last day of a day, a month or a year; None for what is none of them."""
    parts = written.split("-")
    try:
        numbers = [int(part) for part in parts]
        if len(numbers) == 3:
            day = date(*numbers)
            return day, day
        if len(numbers) == 2:
            year, month = numbers
            first = date(year, month, 1)
            return first, date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return (date(numbers[0], 1, 1), date(numbers[0], 12, 31)) if len(numbers) == 1 else (None, None)
    except (ValueError, OverflowError):
        return None, None


def named(changes: list[Change]) -> list[Change]:
    """The same changes, newest first; one that takes another back is called by what that one was asked."""
    asked: dict[str, str] = {}
    found: list[Change] = []
    for change in reversed(changes):
        if change.reverts in asked:
            change = replace(change, summary=asked[change.reverts])
        asked[change.id] = request_words(change)
        found.append(change)
    return found[::-1]

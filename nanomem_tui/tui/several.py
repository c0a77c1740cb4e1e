"""Deciding on several changes at once: what it would do, counted before, and what it did, reported after.

Calls the bank off the loop; knows no widget.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from nanomem_tui.bank import MemoryBank
from nanomem_tui.changes.model import Change
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.tui.deciding import plain, standings, still_open
from nanomem_tui.tui.widgets.words import count


@dataclass(frozen=True, slots=True)
class Batch:
    """What is asked about: the very changes that were counted, and which of their edits are meant."""

    approve: bool
    changes: tuple[tuple[Change, frozenset[int]], ...]
    waits: int = 0
    """Edits that are left alone, since each needs a yes of its own."""

    @property
    def edits(self) -> int:
        """How many edits are decided."""
        return sum(len(numbers) for _, numbers in self.changes)

    @property
    def question(self) -> str:
        """What to ask before it is carried out."""
        verb = "Approve" if self.approve else "Reject"
        left = f" {_waits(self.waits)}" if self.waits else ""
        return f"{verb} {count(self.edits, 'edit')} of {count(len(self.changes), 'change')}?{left}"


def batch(bank: MemoryBank, ids: Collection[str], *, approve: bool) -> Batch:
    """What deciding on these changes would decide: all that is open, or to approve, all that is plain."""
    meant: list[tuple[Change, frozenset[int]]] = []
    waits = 0
    for change in bank.pending():
        if change.id in ids:
            open_ = still_open(change)
            edits = plain(change, standings(bank, change)) if approve else open_
            waits += len(open_) - len(edits)
            if edits:
                meant.append((change, frozenset(edit.n for edit in edits)))
    return Batch(approve, tuple(meant), waits)


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a batch."""

    batch: Batch
    done: int = 0
    """Edits decided."""
    changes: int = 0
    """Changes with one of them."""
    conflicts: int = 0
    moved: int = 0
    """Changes that were not decided, since somebody had changed or decided them meanwhile."""
    faults: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """It in a sentence or two."""
        verb = "Applied" if self.batch.approve else "Rejected"
        parts = [f"{verb} {count(self.done, 'edit')} of {count(self.changes, 'change')}."]
        if self.conflicts:
            parts.append(f"{count(self.conflicts, 'edit')} did not fit any more and wait.")
        if self.moved:
            parts.append(f"{count(self.moved, 'change')} had moved on and wait for another look.")
        if self.batch.waits:
            parts.append(_waits(self.batch.waits))
        return " ".join([*parts, *self.faults])

    @property
    def hint(self) -> str:
        """How to take it back."""
        if not self.batch.approve:
            return "Nothing was written; History keeps what was proposed."
        if not self.done:
            return ""
        return "z takes it back." if self.changes == 1 else "z takes them back, one change at a time."


def carry_out(bank: MemoryBank, asked: Batch) -> Report:
    """Decide what was asked about, oldest change first; a change that is not what was counted stays open."""
    done = changes = conflicts = moved = 0
    faults: dict[str, None] = {}
    for change, numbers in reversed(asked.changes):
        try:
            if bank.change(change.id) != change:
                moved += 1
                continue
            decide = bank.approve if asked.approve else bank.reject
            outcome = decide(change.id, numbers)
        except NanomemError as error:
            faults[str(error)] = None
            continue
        conflicts += len(outcome.conflicts)
        decided = len(numbers) - len(outcome.conflicts)
        done += decided
        changes += decided > 0
    return Report(asked, done, changes, conflicts, moved, tuple(faults))


def still_there(marked: Iterable[str], changes: Iterable[Change]) -> set[str]:
    """The marked ids of changes that still wait."""
    return set(marked) & {change.id for change in changes}


def _waits(number: int) -> str:
    if number == 1:
        return "1 flagged or conflicting edit waits for a yes of its own."
    return f"{number} flagged or conflicting edits wait for a yes of their own."

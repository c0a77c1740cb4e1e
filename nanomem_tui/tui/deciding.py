"""What the Review screen asks of the bank and says of a decision. Calls that touch the disk run off the loop.

Knows no widget.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from nanomem_tui.bank import MemoryBank
from nanomem_tui.changes.model import Change, Edit, Op, Outcome
from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.tui.widgets.change_pane import OPEN
from nanomem_tui.tui.widgets.change_words import Standing
from nanomem_tui.tui.widgets.words import shown

_LONGEST = 60
"""Characters of a fact in a notification."""

Words = Callable[[list[Edit]], tuple[str, str]]
"""What to say of edits that were decided: what happened, and how to take it back."""


# Looking


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a decision, and what cannot be read."""

    changes: tuple[Change, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()
    """File name and fault of what lies among the changes and is none."""


def look(bank: MemoryBank) -> Waiting:
    """Everything the list shows, changes newest first; those with an edit in conflict among them."""
    return Waiting(tuple(bank.pending()), tuple(bank.faults()))


def standings(bank: MemoryBank, change: Change) -> dict[int, Standing]:
    """What the edits of a change meet on the disk now, by number."""
    conflicts = {edit.n: edit for edit in bank.check(change.id)}
    found: dict[int, Standing] = {}
    tree = bank.tree_index
    for edit in change.edits:
        standing = Standing(conflict=conflicts.get(edit.n), new_file=not tree.exists(edit.path))
        if edit.op is Op.DESCRIBE and not standing.new_file:
            document = tree.read(edit.path).document
            standing = replace(standing, title=document.title, description=document.frontmatter.description)
        found[edit.n] = standing
    return found


def still_open(change: Change) -> list[Edit]:
    """The edits that can still be decided."""
    return [edit for edit in change.edits if edit.state in OPEN]


def plain(change: Change, found: Mapping[int, Standing]) -> list[Edit]:
    """The pending edits that nothing speaks against: no flag, no conflict."""
    return [
        edit for edit in change.pending if not edit.flags and found.get(edit.n, Standing()).conflict is None
    ]


def no_refresh(change: Change) -> str | None:
    """Why the request of a change cannot be run again; None when it can."""
    from nanomem_tui.bank.refreshing import check

    try:
        check(change)
    except UsageError as error:
        return error.message
    return None


def stale_words(change: Change, found: Mapping[int, Standing]) -> str:
    """That memory has moved away from a proposal, and what helps; "" when all of it fits."""
    numbers = [edit.n for edit in still_open(change) if found.get(edit.n, Standing()).conflict]
    if not numbers:
        return ""
    which = ", ".join(map(str, numbers))
    fits = f"edit {which} does not" if len(numbers) == 1 else f"edits {which} do not"
    helps = " F5 asks again on today's memory." if no_refresh(change) is None else ""
    return f"Memory has moved on since: {fits} fit it any more.{helps}"


def next_open(change: Change | None, n: int) -> int | None:
    """Number of the open edit to go on with behind `n`, or else before it."""
    numbers = [edit.n for edit in still_open(change) if edit.n != n] if change else []
    return next((number for number in numbers if number > n), numbers[0] if numbers else None)


# Deciding


def approve(bank: MemoryBank, change: Change, edit: Edit, seen: Edit | None) -> Outcome:
    """Apply one edit.

    Args:
        bank: the memory.
        change: the change it belongs to.
        edit: the edit.
        seen: the conflict that was on the screen with both its texts: a yes then takes the proposed one, as
            long as the other one is still what stands there.
    """
    return _knowing(bank, change.id, edit.n, seen)


def amend(bank: MemoryBank, change: str, n: int, new: str | NewFact, seen: Edit | None) -> Outcome:
    """Write an edit anew, then apply it. `seen` as for `approve`: the two texts were merged by hand."""
    bank.amend(change, n, new)
    return _knowing(bank, change, n, seen)


def _knowing(bank: MemoryBank, change: str, n: int, seen: Edit | None) -> Outcome:
    outcome = bank.approve(change, {n})
    if seen and [conflict.theirs for conflict in outcome.conflicts] == [seen.theirs]:
        return bank.take_proposal(change, n)
    return outcome


# Saying


def applied(edits: list[Edit]) -> tuple[str, str]:
    """Of edits that were applied."""
    return f"Applied {_named(edits)}.", "z takes it back." if len(edits) == 1 else "z takes them back."


def refreshed(new: Change | None) -> tuple[str, str]:
    """Of a proposal whose request was run again."""
    if new is None:
        return (
            "Asked again: nothing is proposed today.",
            "The old proposal waits on; R rejects it.",
        )
    size = f"{len(new.edits)} edit" + ("" if len(new.edits) == 1 else "s")
    return f"Asked again: {size} proposed.", "What was open of the old proposal is rejected."


def rejected(edits: list[Edit]) -> tuple[str, str]:
    """Of edits that were rejected."""
    return f"Rejected {_named(edits)}.", "Nothing was written; History keeps what was proposed."


def waits(number: int) -> str:
    """Of edits that `A` left alone."""
    return (
        "1 edit waits for a yes of its own."
        if number == 1
        else f"{number} edits wait for a yes of their own."
    )


def _named(edits: list[Edit]) -> str:
    if len(edits) == 1:
        text = shown(edits[0].text or edits[0].before or "")
        return f"“{text if len(text) <= _LONGEST else text[: _LONGEST - 1] + '…'}” in {edits[0].path}"
    paths = list(dict.fromkeys(edit.path for edit in edits))
    where = paths[0] if len(paths) == 1 else f"{len(paths)} files"
    return f"{len(edits)} edits in {where}"

"""Taking a change back: the texts its files would have without it, or what stands in the way, in words.

Pure but for the texts it is given; the journal writes the result as a change of its own.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from nanomem_tui.changes.apply import Workspace, closest
from nanomem_tui.changes.effects import Displaced, inverse, lies_as_left, replay
from nanomem_tui.changes.errors import StandsInTheWay
from nanomem_tui.changes.model import (
    Author,
    AuthorKind,
    Change,
    ChangeState,
    Edit,
    EditState,
    Op,
    Splice,
    UpdateReason,
)
from nanomem_tui.changes.needles import FORGOTTEN
from nanomem_tui.memory.document import Document, parse, put_raw, remove_facts, split_lines
from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.facts import Tier
from nanomem_tui.memory.identity import normal, same

_PLACEHOLDER = "_no entries yet._"
_TAKING = (Op.UPDATE, Op.ARCHIVE, Op.REMOVE, Op.MOVE)
"""What takes a fact away from the current ones of its file, or may."""


UNDO, REDO, REVERT = "undo", "redo", "revert"
"""Flows of the changes that take another one back."""


def applied_at(change: Change) -> str:
    """Sorts changes by when they were applied, and those that were not by when they were made."""
    return change.applied or change.id


def next_undo(changes: Iterable[Change]) -> Change:
    """The change that undo takes back: the one applied last.

    Args:
        changes: the last applied first.

    Raises:
        StandsInTheWay: there is none.
    """
    for change in changes:
        if change.effects and change.flow not in (UNDO, REDO):
            return change
    raise StandsInTheWay("There is nothing to undo.")


def next_redo(changes: Iterable[Change]) -> Change:
    """The undo that redo takes back: the last one, when nothing was changed since.

    Args:
        changes: the last applied first.

    Raises:
        StandsInTheWay: nothing was undone, or something was changed since.
    """
    last = next((change for change in changes if change.effects and change.flow != REDO), None)
    if last is None or last.flow != UNDO:
        raise StandsInTheWay("There is nothing to redo.")
    return last


def take_back(work: Workspace, change: Change, later: Iterable[Change]) -> None:
    """Bring the files in `work` to what they would be without `change`.

    Args:
        work: the files of today.
        change: one with effects.
        later: changes applied after it, the last applied first; to name the one in the way.

    Raises:
        UsageError: nothing of it is applied.
        StandsInTheWay: what it wrote is not there any more, or what it took away is there again.
    """
    if not change.effects:
        raise UsageError(
            f"{_short(change)} cannot be taken back: what it did was forgotten for good."
            if change.state is ChangeState.APPLIED
            else f"{_short(change)} is {change.state.value}, so there is nothing to take back.",
            "See `nanomem history`.",
        )
    for path in dict.fromkeys(splice.path for splice in change.effects):
        splices = tuple(splice for splice in change.effects if splice.path == path)
        standing = work.text(path)
        try:
            text = _without(standing, splices)
        except Displaced as displaced:
            raise _in_the_way(change, displaced.splice, standing, later) from displaced
        for twice in _new_twins(path, standing, text):
            later = tuple(later)
            stood = _stood_twice(change, path, twice)
            fits = lies_as_left(standing, splices) if stood is None else stood
            if not fits or _said_since(twice, path, later):
                raise StandsInTheWay(
                    f"“{twice}” stands in {path} again, so it cannot be put back{_by(path, later)}.",
                    "Remove it there first, or leave it as it is.",
                )
        work.put(path, None if text is None else parse(text, path))


def with_twins(work: Workspace, edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Edits that were carried out; of each that took a fact away, whether its file still says the same."""

    standing: dict[str, set[str]] = {}

    def noted(edit: Edit) -> Edit:
        if edit.state is not EditState.APPLIED or edit.op not in _TAKING or edit.before is None:
            return edit
        if edit.path not in standing:
            document = work.document(edit.path)
            facts = document.facts if document else ()
            standing[edit.path] = {normal(fact.text) for fact in facts if fact.tier is not Tier.HISTORY}
        return replace(edit, twin=normal(edit.before) in standing[edit.path])

    return tuple(map(noted, edits))


def inverse_change(change: Change, id: str, flow: str, by: str, now: datetime) -> Change:
    """The change that records taking `change` back; what it does to the files is not yet in it."""
    return Change(
        id=id,
        state=ChangeState.APPLIED,
        flow=flow,
        author=Author(AuthorKind.PERSON, by),
        request=f"{flow} {change.id}",
        created_at=now,
        decided_at=now,
        decided_by=by,
        reverts=change.id,
        summary=change.summary or change.request,
        edits=inverse_edits(change),
    )


def inverse_edits(change: Change) -> tuple[Edit, ...]:
    """What taking `change` back does, in the words of edits: for people and for history."""
    made: list[Edit] = []
    for edit in reversed(change.edits):
        if edit.state is EditState.APPLIED and edit.path != FORGOTTEN:
            made.append(replace(_inverse(edit), n=len(made) + 1, state=EditState.APPLIED))
    return tuple(made)


def _inverse(edit: Edit) -> Edit:
    n, path = edit.n, edit.path
    if edit.op is Op.ADD:
        return Edit(n, Op.REMOVE, path, id=edit.becomes, before=edit.text)
    if edit.op is Op.REMOVE:
        return Edit(n, Op.ADD, path, becomes=edit.id, text=edit.before)
    if edit.op is Op.MOVE and edit.to_path:
        return Edit(n, Op.MOVE, edit.to_path, id=edit.becomes, becomes=edit.id, before=edit.before,
                    text=edit.before, to_path=path)  # fmt: skip
    if edit.op is Op.ARCHIVE:
        return Edit(n, Op.UPDATE, path, id=edit.id, becomes=edit.id, before=edit.before, text=edit.before,
                    reason=UpdateReason.CORRECTED, note="It is no longer history.")  # fmt: skip
    return Edit(n, edit.op, path, id=edit.becomes, becomes=edit.id, before=edit.text, text=edit.before,
                reason=UpdateReason.CORRECTED if edit.op is Op.UPDATE else None)  # fmt: skip


def _without(standing: str | None, splices: tuple[Splice, ...]) -> str | None:
    """The text without `splices`: the exact bytes from before where the file has not moved on."""
    back = inverse(splices)
    if standing is None:
        return replay(None, back)
    text: str | None = standing
    for splice in back:
        try:
            text = replay(text, (splice,))
        except Displaced:
            if text is None:
                raise
            text = _by_facts(text, splice)
        if text is not None and (splice.after or "").strip().casefold() == _PLACEHOLDER:
            text = _without_idle_placeholders(text)
    return text


def _without_idle_placeholders(text: str) -> str:
    """“No entries yet” goes where others made entries since."""
    document = parse(text)
    starts = [heading.line for heading in document.headings]
    sections = list(zip([0, *starts], [*starts, len(document.lines)], strict=True))
    filled = [(start, end) for start, end in sections if any(start <= f.line < end for f in document.facts)]
    return document.bom + "".join(
        line
        for i, line in enumerate(document.lines)
        if line.strip().casefold() != _PLACEHOLDER or not any(start <= i < end for start, end in filled)
    )


def _by_facts(text: str, splice: Splice) -> str:
    """Take one splice back by what its lines mean, in a file whose lines have moved on.

    Raises:
        Displaced: the facts it wrote are not there any more, or it did not only write facts.
    """
    document = parse(text, splice.path)
    gone = parse(splice.before or "", splice.path)
    wanted = parse(splice.after or "", splice.path)
    for lost in gone.facts:
        raw = gone.raw(lost.id)
        there = next((fact for fact in document.facts if _same_lines(document.raw(fact.id), raw)), None)
        if there is None:
            raise Displaced(splice)
        document = remove_facts(document, (there.id,))
    if splice.before is not None and not _only_facts(gone):
        raise Displaced(splice)
    if splice.after is not None and not _only_facts(wanted):
        raise Displaced(splice)
    for fact in wanted.facts:
        document = put_raw(document, wanted.raw(fact.id), fact.tier)
    return _text_of(document)


def _only_facts(document: Document) -> bool:
    """True when nothing but facts, blank lines, headings and placeholders would come or go."""
    inside = {i for first, end in document.spans for i in range(first, end)} | {
        h.line for h in document.headings
    }
    rest = [line.strip() for i, line in enumerate(document.lines) if i not in inside]
    return all(not line or line.casefold() == _PLACEHOLDER for line in rest)


def _text_of(document: Document) -> str:
    return document.bom + "".join(document.lines)


def _same_lines(a: str, b: str) -> bool:
    return a.rstrip("\r\n") == b.rstrip("\r\n")


def _new_twins(path: str, before: str | None, after: str | None) -> list[str]:
    """The facts that would stand twice among the current ones although they do not now."""
    old = _twins(path, before)
    return [text for key, text in _twins(path, after).items() if key not in old]


def _twins(path: str, text: str | None) -> dict[str, str]:
    """The current facts of a file that stand in it twice, by their normal form."""
    seen: set[str] = set()
    found = {}
    for fact in parse(text or "", path).facts:
        if fact.tier is not Tier.HISTORY:
            key = normal(fact.text)
            if key in seen:
                found[key] = fact.text
            seen.add(key)
    return found


def _stood_twice(change: Change, path: str, words: str) -> bool | None:
    """Whether the file said `words` twice before `change` took one; None: not noted, or it took both."""
    noted = [
        edit.twin
        for edit in change.edits
        if edit.twin is not None and edit.path == path and same(edit.before or "", words)
    ]
    if any(noted):
        return True
    return False if len(noted) == 1 else None


def _said_since(words: str, path: str, later: Iterable[Change]) -> bool:
    """True when one of the later changes put a fact that says `words` into the file at `path`."""

    def says(text: str | None) -> int:
        return sum(same(fact.text, words) for fact in parse(text or "", path).facts)

    return any(
        says(splice.after) > says(splice.before)
        for change in later
        for splice in change.effects
        if splice.path == path
    )


def _in_the_way(
    change: Change, splice: Splice, standing: str | None, later: Iterable[Change]
) -> StandsInTheWay:
    """The sentence that says which file, which words, what stands there instead, and who put it there."""
    path = splice.path
    if standing is None:
        return StandsInTheWay(
            f"{path} does not exist any more{_by(path, later)}, so {_short(change)} cannot go.",
            "Revert the later change first.",
        )
    if splice.before is None:
        return StandsInTheWay(f"{path} exists again{_by(path, later)}.", "Move it away first.")
    wrote = _first_fact(splice.before)
    document = parse(standing, path)
    near = closest(document, wrote)
    instead = f" it now says “{near.text}”" if near else " nothing like it is there"
    return StandsInTheWay(
        f"{_short(change)} wrote “{wrote}” in {path}, but{instead}{_by(path, later)}.",
        "Revert the later change first, or edit the fact by hand.",
    )


def _first_fact(block: str) -> str:
    facts = parse(block).facts
    if facts:
        return facts[0].text
    return next((line.strip() for line in split_lines(block) if line.strip()), "an empty line")


def _by(path: str, later: Iterable[Change]) -> str:
    last = next((c for c in later if any(s.path == path for s in c.effects)), None)
    if last is None:
        return ", changed outside nanomem"
    return f", last changed by {last.id[-6:].lower()} ({last.flow} by {last.author.name})"


def _short(change: Change) -> str:
    return f"The change {change.id[-6:].lower()}"

"""Planning a step anew when somebody saved one of its files while it was under way, or before a restart.

Pure but for reading texts: what to write instead, and what became of each edit. Whatever was done already is
found by what the files say, so that it does not matter how far the step had come.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace

from nanomem_tui.changes.apply import Workspace, already_done, carry_out
from nanomem_tui.changes.disk import text_digest
from nanomem_tui.changes.effects import Displaced, diff, replay
from nanomem_tui.changes.model import Change, Edit, EditState, Op, Opening, Splice, Stamp
from nanomem_tui.changes.states import state_of
from nanomem_tui.memory.document import new_document, parse, put_raw, remove_facts
from nanomem_tui.memory.facts import Tier

Read = Callable[[str], str | None]
"""The text of a memory file as it stands now; None for no such file."""


def plan_again(record: Change, moved: set[str], read: Read, *, quick: bool = False) -> Change:
    """The record with a plan for the files as they stand now.

    Args:
        record: an open record.
        moved: those of its files that are neither as they were nor as they shall be.
        read: reads a file.
        quick: only look for the lines, where that is enough; for a file that this step has not written yet
            and that somebody saves faster than its facts can be read.

    Raises:
        Displaced: a revert that does not fit any more.
    """
    assert record.opening is not None
    planned = None
    if record.reverts:
        planned = _rebase(record, moved, read)
    elif quick and len(record.opening.files) == 1:
        with suppress(Displaced):
            planned = _rebase(record, moved, read)
    planned = planned or _reapply(record, moved, read)
    assert planned.opening is not None
    tried = {*record.opening.tried, *(stamp.after for stamp in record.opening.files if stamp.after)}
    return replace(planned, opening=replace(planned.opening, tried=tuple(sorted(tried))))


def _rebase(record: Change, moved: set[str], read: Read) -> Change:
    """The splices of the record where their lines are now."""
    opening = record.opening
    assert opening is not None
    stamps: list[Stamp] = []
    splices: list[Splice] = []
    for stamp in opening.files:
        own = splices_of(opening.splices, stamp.path)
        if stamp.path in moved:
            standing = read(stamp.path)
            after = replay(standing, own)
            stamp = Stamp(stamp.path, text_digest(standing), text_digest(after))
            own = diff(stamp.path, standing, after)
        stamps.append(stamp)
        splices += own
    return replace(record, opening=replace(opening, files=tuple(stamps), splices=tuple(splices)))


def _reapply(record: Change, moved: set[str], read: Read) -> Change:
    """Carry the edits of the files that moved on out again, on what stands there now."""
    opening = record.opening
    assert opening is not None
    stepped = [edit for edit in record.edits if edit.n in opening.edits and edit.state is EditState.APPLIED]
    touched = set(moved)
    while True:
        more = {p for e in stepped if touched & _paths(e) for p in _paths(e)} - touched
        if not more:
            break
        touched |= more
    work = Workspace(read)
    done: dict[int, Edit] = {}
    kept: set[str] = set()
    for edit in stepped:
        if not touched & _paths(edit):
            continue
        if already_done(work, edit):
            kept |= _paths(edit)
            continue
        again = _carry_out_again(work, edit, record)
        if again.state is EditState.CONFLICT and edit.op is Op.MOVE:
            again = _half_moved(work, edit, again, opening)
        done[edit.n] = again
    stamps = [stamp for stamp in opening.files if stamp.path not in touched]
    splices = [splice for splice in opening.splices if splice.path not in touched]
    for path in sorted(touched):
        splices += _in_place(splices_of(opening.splices, path), work.before(path) or "", path in kept)
        splices += diff(path, work.before(path), work.text(path))
        stamps.append(Stamp(path, text_digest(work.before(path)), text_digest(work.text(path))))
    edits = tuple(done.get(edit.n, edit) for edit in record.edits)
    return replace(
        record,
        edits=edits,
        opening=Opening(state_of(edits), tuple(splices), tuple(stamps), opening.edits),
    )


def _carry_out_again(work: Workspace, edit: Edit, record: Change) -> Edit:
    target = work.document(edit.to_path or "") if edit.op is Op.MOVE and edit.to_path else None
    copy = target.find(edit.becomes) if target and edit.becomes else None
    if copy is None or copy.text != edit.before:
        return carry_out(work, edit, now=record.created_at)
    # Its copy was written already: what is left of the move is to take the fact out of the old file.
    done = carry_out(work, replace(edit, op=Op.REMOVE), now=record.created_at)
    return replace(done, op=Op.MOVE, becomes=edit.becomes)


def _half_moved(work: Workspace, edit: Edit, conflict: Edit, opening: Opening) -> Edit:
    """A move that cannot be carried out again: its first half was, or its fact was changed since."""
    target_path = edit.to_path or ""
    target = work.document(target_path)
    source = work.document(edit.path)
    if conflict.theirs is None and edit.before_raw and edit.before is not None:
        # Taken out of the one file and not yet in the other: its lines are in the record only.
        moved = parse(edit.before_raw).facts
        tier = moved[0].tier if moved else Tier.LONG_TERM
        work.put(target_path, put_raw(target or new_document(target_path), edit.before_raw, tier))
        return edit
    stamp = next((stamp for stamp in opening.files if stamp.path == target_path), None)
    if stamp and target and source and edit.becomes and text_digest(work.before(target_path)) == stamp.after:
        copy = target.find(edit.becomes)
        if copy is not None and copy.text == edit.before:
            work.put(target_path, remove_facts(target, (copy.id,)))
    return conflict


def _in_place(splices: tuple[Splice, ...], text: str, done: bool) -> list[Splice]:
    """Those splices that took effect in a file that moved on since; `done`: an edit of it was found done."""
    return [
        splice
        for splice in splices
        if (splice.after and splice.after in text)
        or (done and not splice.after and splice.before and splice.before not in text)
    ]


def _paths(edit: Edit) -> set[str]:
    return {path for path in (edit.path, edit.to_path) if path}


def splices_of(splices: Iterable[Splice], path: str) -> tuple[Splice, ...]:
    """Those splices that are about the file at `path`."""
    return tuple(splice for splice in splices if splice.path == path)

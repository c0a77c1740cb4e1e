"""Many files, all or nothing: the write-ahead record, the step over the files, and finishing after a crash.

Knows bytes, records and how edits are carried out again; decides nothing about which edits apply.
All of it runs under the store's lock.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from nanomem_tui.changes.apply import Workspace, already_done, carry_out
from nanomem_tui.changes.disk import Staged, digest, folder_of
from nanomem_tui.changes.effects import Displaced, diff, inverse, replay
from nanomem_tui.changes.errors import Busy, ChangeUnreadable, StandsInTheWay, WriteFailed
from nanomem_tui.changes.model import Change, ChangeState, Edit, EditState, Op, Opening, Splice, Stamp
from nanomem_tui.changes.store import FOLDER, Store
from nanomem_tui.memory.document import decode, encode, new_document, parse, put_raw, remove_facts
from nanomem_tui.memory.errors import NanomemError, NotFound, UsageError
from nanomem_tui.memory.facts import Tier
from nanomem_tui.memory.paths import SIZE_CAP, read_bytes

_ATTEMPTS = 100
"""How often a step starts over because somebody keeps saving one of its files."""
_PATIENT = 3
"""How often it writes its new plan down before it starts over."""


class Writer:
    """Carries a change over the files it touches.

    Args:
        store: where changes are kept, and the disk they apply to.
        after: called with the paths written, once they are.
    """

    def __init__(self, store: Store, after: Callable[[Iterable[str]], None]) -> None:
        self._store = store
        self._disk = store.disk
        self._after = after

    def text(self, path: str) -> str | None:
        """The text of a memory file as it stands on the disk; None when there is none."""
        try:
            return decode(read_bytes(self._store.root, path))
        except NotFound:
            return None

    def write(
        self,
        change: Change,
        work: Workspace,
        *,
        then: ChangeState,
        edits: tuple[int, ...],
        was: Change | None,
    ) -> Change:
        """Bring the files to what they are in `work`, and `change` to the state `then`.

        Args:
            change: as it will stand, edits decided, but for its state and effects.
            work: the files, edits carried out.
            then: the state to close with.
            edits: numbers of the edits this step applies.
            was: the stored change before this step; None when it is not stored yet.

        Returns:
            The closed change, which is on the disk.

        Raises:
            WriteFailed: the disk refused. Either nothing happened, or the next start finishes the step.
        """
        paths = _copies_first(work.changed, change.edits)
        splices = tuple(s for path in paths for s in diff(path, work.before(path), work.text(path)))
        if not paths:
            closed = replace(change, state=then, opening=None)
            self._store.save(closed)
            return closed
        for path in paths:
            if len(encode(work.text(path) or "")) > SIZE_CAP:
                raise UsageError(
                    f"{path} would grow beyond what is read as memory.", "Put it into another file."
                )
        stamps = tuple(Stamp(p, _digest(work.before(p)), _digest(work.text(p))) for p in paths)
        record = replace(change, state=ChangeState.APPLYING, opening=Opening(then, splices, stamps, edits))
        staged: dict[str, Staged] = {}
        try:
            self._store.mark_open(record.id, list(paths))
            for path in paths:
                if (text := work.text(path)) is not None:
                    staged[path] = self._disk.stage(path, encode(text))
            self._store.save(record)
        except WriteFailed:
            self._give_up(record, was, staged)
            raise
        try:
            return self._settle(record, staged)
        except WriteFailed as error:
            raise WriteFailed(
                error.message, "The change is on record; the next command finishes it."
            ) from error

    def recover(self) -> list[str]:
        """Finish what an interrupted process left open; one line for each change finished."""
        lines: list[str] = []
        if not self._store.untidy():
            return lines
        self._disk.clear_leftovers(FOLDER)
        for id, paths in self._store.opened().items():
            for folder in {folder_of(path) for path in paths} | {""}:
                self._disk.clear_leftovers(folder)
            name = id[-6:].lower()
            try:
                record = self._store.load(id)
                if record.opening is not None:
                    closed = self._settle(record, {})
                    lines.append(_finished(closed, record.opening))
                else:
                    for path in paths:
                        self._disk.prune_folders(path)
            except NotFound:
                # It had come no further than its mark.
                for path in paths:
                    self._disk.prune_folders(path)
            except (ChangeUnreadable, StandsInTheWay) as error:
                lines.append(f"The interrupted change {name} could not be finished: {error.message}")
            self._store.mark_closed(id)
        return lines

    # Inside

    def _give_up(self, record: Change, was: Change | None, staged: dict[str, Staged]) -> None:
        """Nothing was renamed yet: put the change back to what it was. What fails here, recovery does."""
        for item in staged.values():
            self._disk.discard(item)
        try:
            if was is not None:
                self._store.save(was)
            else:
                self._store.delete(record.id)
            self._store.mark_closed(record.id)
        except WriteFailed:
            return

    def _settle(self, record: Change, staged: dict[str, Staged]) -> Change:
        """Bring every file to its recorded state, planning anew for those somebody else has changed."""
        for attempt in range(_ATTEMPTS):
            assert record.opening is not None
            moved = self._moved(record.opening)
            if not moved:
                moved = self._put_in_place(record, staged)
            if not moved:
                return self._close(record)
            for item in staged.values():
                self._disk.discard(item)
            staged = {}
            record = self._plan_again(record, moved)
            # Against somebody who saves all the time every millisecond counts. Edits can be found done in
            # a file without their record; a revert cannot.
            if attempt < _PATIENT or record.reverts:
                self._store.save(record)
        raise Busy(
            "One of the files is being saved by another program over and over.", "Try again in a moment."
        )

    def _moved(self, opening: Opening) -> set[str]:
        """Files that are neither as they were nor as they shall be."""
        return {s.path for s in opening.files if _digest(self.text(s.path)) not in (s.before, s.after)}

    def _put_in_place(self, record: Change, staged: dict[str, Staged]) -> set[str]:
        """Rename every file into its place; returns the path of one that was saved by somebody meanwhile."""
        assert record.opening is not None
        for stamp in record.opening.files:
            standing = self.text(stamp.path)
            if _digest(standing) == stamp.after:
                continue
            item = staged.pop(stamp.path, None)
            if item is None and stamp.after is not None:
                text = replay(standing, _of(record.opening.splices, stamp.path))
                if text is None or _digest(text) != stamp.after:
                    return {stamp.path}
                item = self._disk.stage(stamp.path, encode(text))
            # The last look before the rename: whoever saved since must not be overwritten.
            if _digest(self.text(stamp.path)) != stamp.before:
                if item is not None:
                    self._disk.discard(item)
                return {stamp.path}
            if item is None:
                self._disk.delete(stamp.path)
                self._disk.prune_folders(stamp.path)
            else:
                self._disk.commit(item)
        return set()

    def _close(self, record: Change) -> Change:
        opening = record.opening
        assert opening is not None
        if record.reverts:
            self._mark(record.reverts, record.id, opening.splices)
        closed = replace(record, state=opening.then, effects=record.effects + opening.splices, opening=None)
        self._store.save(closed)
        self._after([stamp.path for stamp in opening.files])
        self._store.mark_closed(closed.id)
        return closed

    def _mark(self, id: str, by: str, splices: tuple[Splice, ...]) -> None:
        """Note on a change that it was taken back, and on the one it had taken back that it stands again.

        Harmless when done twice.
        """
        standing = False
        name: str | None = id
        while name is not None:
            try:
                change = self._store.load(name)
            except NanomemError:
                return
            marked = _stands_again(change, splices) if standing else _taken_back(change, by)
            if marked != change:
                self._store.save(marked)
            standing = not standing
            name = change.reverts

    def _plan_again(self, record: Change, moved: set[str]) -> Change:
        if record.reverts:
            return self._rebase(record, moved)
        return self._reapply(record, moved)

    def _rebase(self, record: Change, moved: set[str]) -> Change:
        """A revert whose file moved on: its splices where their lines are now, or the step is dropped."""
        opening = record.opening
        assert opening is not None
        stamps: list[Stamp] = []
        splices: list[Splice] = []
        try:
            for stamp in opening.files:
                own = _of(opening.splices, stamp.path)
                if stamp.path in moved:
                    standing = self.text(stamp.path)
                    after = replay(standing, own)
                    stamp = Stamp(stamp.path, _digest(standing), _digest(after))
                    own = diff(stamp.path, standing, after)
                stamps.append(stamp)
                splices += own
        except Displaced as displaced:
            self._drop(record)
            raise StandsInTheWay(
                f"{displaced.splice.path} was changed at the same moment; nothing was reverted.",
                "Look at the file and try again.",
            ) from displaced
        return replace(record, opening=replace(opening, files=tuple(stamps), splices=tuple(splices)))

    def _drop(self, record: Change) -> None:
        """Undo what an unfinished step did, as far as its files are still as it left them."""
        assert record.opening is not None
        for stamp in record.opening.files:
            standing = self.text(stamp.path)
            if _digest(standing) == stamp.after != stamp.before:
                before = replay(standing, inverse(_of(record.opening.splices, stamp.path)))
                if before is None:
                    self._disk.delete(stamp.path)
                else:
                    self._disk.write(stamp.path, encode(before))
        self._store.delete(record.id)
        self._store.mark_closed(record.id)

    def _reapply(self, record: Change, moved: set[str]) -> Change:
        """Carry the edits of the files that moved on out again, on what stands there now."""
        opening = record.opening
        assert opening is not None
        stepped = [
            edit for edit in record.edits if edit.n in opening.edits and edit.state is EditState.APPLIED
        ]
        touched = set(moved)
        while True:
            more = {p for e in stepped if touched & _paths(e) for p in _paths(e)} - touched
            if not more:
                break
            touched |= more
        work = Workspace(self.text)
        done: dict[int, Edit] = {}
        kept: set[str] = set()
        for edit in stepped:
            if not touched & _paths(edit):
                continue
            if already_done(work, edit):
                kept |= _paths(edit)
                continue
            again = self._carry_out_again(work, edit, record)
            if again.state is EditState.CONFLICT and edit.op is Op.MOVE:
                again = self._half_moved(work, edit, again, opening)
            done[edit.n] = again
        stamps = [stamp for stamp in opening.files if stamp.path not in touched]
        splices = [splice for splice in opening.splices if splice.path not in touched]
        for path in sorted(touched):
            splices += _in_place(_of(opening.splices, path), work.before(path) or "", path in kept)
            splices += diff(path, work.before(path), work.text(path))
            stamps.append(Stamp(path, _digest(work.before(path)), _digest(work.text(path))))
        edits = tuple(done.get(edit.n, edit) for edit in record.edits)
        return replace(
            record,
            edits=edits,
            opening=Opening(state_of(edits), tuple(splices), tuple(stamps), opening.edits),
        )

    def _carry_out_again(self, work: Workspace, edit: Edit, record: Change) -> Edit:
        target = work.document(edit.to_path or "") if edit.op is Op.MOVE and edit.to_path else None
        copy = target.find(edit.becomes) if target and edit.becomes else None
        if copy is None or copy.text != edit.before:
            return carry_out(work, edit, now=record.created_at)
        # Its copy was written already: what is left of the move is to take the fact out of the old file.
        done = carry_out(work, replace(edit, op=Op.REMOVE), now=record.created_at)
        return replace(done, op=Op.MOVE, becomes=edit.becomes)

    def _half_moved(self, work: Workspace, edit: Edit, conflict: Edit, opening: Opening) -> Edit:
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
        if stamp and target and source and edit.becomes and _digest(work.before(target_path)) == stamp.after:
            copy = target.find(edit.becomes)
            if copy is not None and copy.text == edit.before:
                work.put(target_path, remove_facts(target, (copy.id,)))
        return conflict


def _copies_first(paths: tuple[str, ...], edits: Iterable[Edit]) -> tuple[str, ...]:
    """`paths` so that a file a fact moves to is written before the one it moves from, but for circles."""
    ordered: dict[str, None] = {}
    visiting: set[str] = set()
    targets = [(edit.path, edit.to_path) for edit in edits if edit.op is Op.MOVE and edit.to_path]

    def visit(path: str) -> None:
        if path in visiting or path not in paths:
            return
        visiting.add(path)
        for source, target in targets:
            if source == path:
                visit(target)
        ordered[path] = None

    for path in paths:
        visit(path)
    return tuple(ordered)


def _in_place(splices: tuple[Splice, ...], text: str, done: bool) -> list[Splice]:
    """Those splices that took effect in a file that moved on since; `done`: an edit of it was found done."""
    return [
        splice
        for splice in splices
        if (splice.after and splice.after in text)
        or (done and not splice.after and splice.before and splice.before not in text)
    ]


def state_of(edits: tuple[Edit, ...]) -> ChangeState:
    """The state of a change that follows from its edits. One with conflicts only is still to be decided."""
    states = {edit.state for edit in edits}
    if EditState.PENDING in states:
        return ChangeState.PENDING
    if EditState.APPLIED in states:
        return ChangeState.APPLIED
    if EditState.CONFLICT in states:
        return ChangeState.PENDING
    return ChangeState.REVERTED if EditState.REVERTED in states else ChangeState.REJECTED


def _taken_back(change: Change, by: str) -> Change:
    if not any(edit.state is EditState.APPLIED for edit in change.edits):
        return change
    edits = tuple(
        replace(edit, state=EditState.REVERTED) if edit.state is EditState.APPLIED else edit
        for edit in change.edits
    )
    return replace(change, edits=edits, state=state_of(edits), reverted_by=by, effects=())


def _stands_again(change: Change, splices: tuple[Splice, ...]) -> Change:
    if not any(edit.state is EditState.REVERTED for edit in change.edits):
        return change
    edits = tuple(
        replace(edit, state=EditState.APPLIED) if edit.state is EditState.REVERTED else edit
        for edit in change.edits
    )
    effects = change.effects + splices
    return replace(change, edits=edits, state=state_of(edits), reverted_by=None, effects=effects)


def _paths(edit: Edit) -> set[str]:
    return {path for path in (edit.path, edit.to_path) if path}


def _of(splices: Iterable[Splice], path: str) -> tuple[Splice, ...]:
    return tuple(splice for splice in splices if splice.path == path)


def _digest(text: str | None) -> str | None:
    return None if text is None else digest(encode(text))


def _finished(change: Change, opening: Opening) -> str:
    files = ", ".join(stamp.path for stamp in opening.files)
    return f"Finished the change {change.id[-6:].lower()} that was interrupted: {files}."

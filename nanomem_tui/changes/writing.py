"""Many files, all or nothing: the write-ahead record, the step over the files, and finishing after a crash.

Knows bytes, records and how edits are carried out again; decides nothing about which edits apply.
All of it runs under the store's lock.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from nanomem_tui.changes.apply import Workspace
from nanomem_tui.changes.disk import Staged, folder_of, text_digest
from nanomem_tui.changes.effects import Displaced, diff, inverse, replay
from nanomem_tui.changes.errors import Busy, ChangeUnreadable, StandsInTheWay, WriteFailed
from nanomem_tui.changes.model import Change, ChangeState, Edit, Op, Opening, Splice, Stamp
from nanomem_tui.changes.replanning import plan_again, splices_of
from nanomem_tui.changes.states import stands_again, taken_back
from nanomem_tui.changes.store import FOLDER, Store, new_id
from nanomem_tui.memory.document import decode, encode
from nanomem_tui.memory.errors import NanomemError, NotFound, UnsafePath, UsageError
from nanomem_tui.memory.paths import SIZE_CAP, check_path, read_bytes

_ATTEMPTS = 100
"""How often a step starts over because somebody keeps saving one of its files."""
_PATIENT = 1
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
        stamps = tuple(Stamp(p, text_digest(work.before(p)), text_digest(work.text(p))) for p in paths)
        opening = Opening(then, splices, stamps, edits)
        record = replace(change, state=ChangeState.APPLYING, applied=new_id(), opening=opening)
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
            name = id[-6:].lower()
            try:
                record = self._store.load(id)
                for stamp in record.opening.files if record.opening else ():
                    check_path(stamp.path)
                self._tidy(paths, record.opening)
                if record.opening is not None:
                    closed = self._settle(record, {})
                    lines.append(_finished(closed, record.opening))
                else:
                    for path in paths:
                        self._disk.prune_folders(path)
            except NotFound:
                # It had come no further than its mark.
                self._tidy(paths, None)
                for path in paths:
                    self._disk.prune_folders(path)
            except (ChangeUnreadable, StandsInTheWay, UnsafePath) as error:
                lines.append(f"The interrupted change {name} could not be finished: {error.message}")
            self._store.mark_closed(id)
        return lines

    # Inside

    def _tidy(self, paths: list[str], opening: Opening | None) -> None:
        """Clear temporary files, but for what was somebody's."""
        for stamp in opening.files if opening else ():
            known = {stamp.before, stamp.after, *opening.tried} if opening else set()
            self._disk.reclaim(stamp.path, {found for found in known if found})
        for folder in {folder_of(path) for path in paths} | {""}:
            self._disk.clear_leftovers(folder)

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
        mine = bool(staged)
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
            try:
                record = plan_again(record, moved, self.text, quick=mine and attempt > 0)
            except Displaced as displaced:
                self._drop(record)
                raise StandsInTheWay(
                    f"{displaced.splice.path} was changed at the same moment; nothing was reverted.",
                    "Look at the file and try again.",
                ) from displaced
            # Against somebody who saves all the time every millisecond counts. Edits can be found done in
            # a file without their record; a revert cannot.
            if attempt < _PATIENT or record.reverts:
                self._store.save(record)
        raise Busy(
            "One of the files is being saved by another program over and over.", "Try again in a moment."
        )

    def _moved(self, opening: Opening) -> set[str]:
        """Files that are neither as they were nor as they shall be."""
        return {s.path for s in opening.files if text_digest(self.text(s.path)) not in (s.before, s.after)}

    def _put_in_place(self, record: Change, staged: dict[str, Staged]) -> set[str]:
        """Rename every file into its place; returns the path of one that was saved by somebody meanwhile."""
        assert record.opening is not None
        for stamp in record.opening.files:
            standing = self.text(stamp.path)
            if text_digest(standing) == stamp.after:
                continue
            item = staged.pop(stamp.path, None)
            if item is None and stamp.after is not None:
                text = replay(standing, splices_of(record.opening.splices, stamp.path))
                if text is None or text_digest(text) != stamp.after:
                    return {stamp.path}
                item = self._disk.stage(stamp.path, encode(text))
            if item is not None:
                done = self._disk.replace(item, stamp.before)
            elif done := self._disk.remove(stamp.path, stamp.before):
                self._disk.prune_folders(stamp.path)
            if not done:
                return {stamp.path}
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
            marked = stands_again(change, splices) if standing else taken_back(change, by)
            if marked != change:
                self._store.save(marked)
            standing = not standing
            name = change.reverts

    def _drop(self, record: Change) -> None:
        """Undo what an unfinished step did, as far as its files are still as it left them."""
        assert record.opening is not None
        for stamp in record.opening.files:
            standing = self.text(stamp.path)
            if text_digest(standing) == stamp.after != stamp.before:
                before = replay(standing, inverse(splices_of(record.opening.splices, stamp.path)))
                if before is None:
                    self._disk.delete(stamp.path)
                else:
                    self._disk.write(stamp.path, encode(before))
        self._store.delete(record.id)
        self._store.mark_closed(record.id)


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


def _finished(change: Change, opening: Opening) -> str:
    files = ", ".join(stamp.path for stamp in opening.files)
    return f"Finished the change {change.id[-6:].lower()} that was interrupted: {files}."

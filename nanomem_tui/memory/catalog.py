"""The index kept level with the disk: what is there is compared by stat, what changed is parsed, once.

Holds the connection, the table of files and the last look at the disk. Knows no policy and no ranking.
"""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TypeVar

from nanomem_tui.memory.errors import MemoryUnreadable, NotFound
from nanomem_tui.memory.index import INDEX_NAME, Head, Index, Known, discard
from nanomem_tui.memory.lines import decode
from nanomem_tui.memory.paths import STATE_DIR, read_with_stat
from nanomem_tui.memory.scan import Scan, Stamp, rescan, scan, stamp_of

Progress = Callable[[int, int], None]
"""Called with (files done, files to do)."""
Result = TypeVar("Result")
_LARGE = 2_000
"""Files from which a look at the disk is not repeated at once."""
_FRESH_LOOKS = 4
"""For how many times its length a look is not repeated."""
_FRESH_SECONDS = 1.0
"""And for how long at most."""
_SETTLED_NS = 50_000_000
"""A file changed this recently (ns) may change again within one tick of the file system's clock."""


def settled(stamp: Stamp) -> bool:
    """True when any later change of the file will show in its stamp."""
    return time.time_ns() - max(stamp.mtime, stamp.ctime) > _SETTLED_NS


class Catalog:
    """The files of one memory root, on the disk and in the index. One thread at a time."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._rootless = False
        self._index: Index | None = None
        self._generation = -1
        self._looked = False
        """False until the whole disk was looked at once."""
        self._looked_until = self._look_took = 0.0
        self._touched: set[str] = set()
        self.files: dict[str, Known] = {}
        """What the index holds, by path."""
        self._heads: dict[str, Head] | None = None
        """What the map shows of it; None until that is asked for."""
        self.scan = Scan()
        """The last look at the disk."""
        self.unreadable: dict[str, str] = {}
        """Files that could not be opened, with the reason."""

    def run(self, work: Callable[[Index], Result]) -> Result:
        """Do `work` with the index; when that fails, once more with one that was built anew."""
        try:
            return work(self._opened())
        except sqlite3.DatabaseError as error:
            self._replace(error)
        self._sync(None, None)
        return work(self._opened())

    def heads(self, index: Index) -> dict[str, Head]:
        """What the map shows of each file. One that another process has just dropped may be missing."""
        if self._heads is None:
            self._heads = index.heads()
        return self._heads

    def load(self) -> None:
        """Read the table of files without looking at the disk."""
        try:
            self._reload(self._opened())
        except sqlite3.DatabaseError as error:
            self._replace(error)

    def sync(self, below: Collection[str] | None = None, progress: Progress | None = None) -> set[str]:
        """Bring the index up to the disk.

        Args:
            below: look only at these files or folders; None looks everywhere.
            progress: told how many files are parsed.

        Returns:
            Paths whose bytes are others than at the last sync or load.
        """
        before = self.files
        self._touched = set()
        try:
            self._sync(below, progress)
        except sqlite3.DatabaseError as error:
            self._replace(error)
            self._sync(None, progress)
        return self._touched if self.files is before else _difference(before, self.files)

    def is_fresh(self) -> bool:
        """True right after a look at a large tree, so that looking never takes most of a program's time."""
        if not self._looked or len(self.files) <= _LARGE:
            return False
        return time.monotonic() - self._looked_until < min(_FRESH_LOOKS * self._look_took, _FRESH_SECONDS)

    def close(self) -> None:
        """Give the connection back; it is opened again when needed."""
        if self._index is not None:
            self._index.close()
        self._index = None
        self._generation = -1
        self._looked = False

    def forget(self) -> None:
        """Delete the index from the disk with every byte it held, also one that was left for memory.

        Raises:
            MemoryUnreadable: it is there and cannot be deleted.
        """
        self.close()
        folder = self._root / STATE_DIR
        try:
            # Behind a link lies nothing of ours.
            if not folder.is_symlink():
                discard(folder / INDEX_NAME)
        except NotADirectoryError:
            return
        except OSError as error:
            raise MemoryUnreadable(
                f"{folder / INDEX_NAME} cannot be deleted: {error.strerror}.", "Delete it by hand."
            ) from error

    def _replace(self, error: sqlite3.DatabaseError) -> None:
        """Leave a failing index: one out of reach (locked, full) for memory, a broken one for another."""
        if not isinstance(error, sqlite3.OperationalError):
            with contextlib.suppress(MemoryUnreadable):
                self.forget()
                return
        self.close()
        self._index = Index.in_memory()

    def _opened(self) -> Index:
        rootless = not _is_folder(self._root)
        if self._index is not None and (self._index.vanished() or self._rootless != rootless):
            self.close()
        if self._index is None:
            self._index = Index.in_memory() if rootless else Index.open(self._root)
        self._rootless = rootless
        return self._index

    def _sync(self, below: Collection[str] | None, progress: Progress | None) -> None:
        index = self._opened()
        self._reload(index)
        at = None if below is None or not self._looked else rescan(self._root, self.scan, below, self.files)
        if at is None:
            begun = time.monotonic()
            self.scan = scan(self._root, self.files.keys())
            self.unreadable = {}
            self._looked = True
            self._looked_until = time.monotonic()
            self._look_took = self._looked_until - begun
        if self._stale(at) or self._gone(at):
            with index.writing():
                self._reload(index)
                self._update(index, at, progress)

    def _reload(self, index: Index) -> None:
        """Read the table of files again where another process has written it."""
        if index.generation() != self._generation:
            self.files, self._generation = index.files()
            self._heads = None

    def _stale(self, at: set[str] | None) -> list[str]:
        """Files that are not as the index knows them; of the paths `at` only, where they are given."""
        files, stamps = self.files, self.scan.files
        if at is not None:
            stamps = {path: stamps[path] for path in at if path in stamps}
        return [
            path
            for path, stamp in stamps.items()
            if not ((known := files.get(path)) and known.is_at(stamp)) and path not in self.unreadable
        ]

    def _gone(self, at: set[str] | None) -> list[str]:
        """Files of the index that are not there any more, or are not read any more."""
        stamps = self.scan.files
        return [path for path in (self.files if at is None else at & self.files.keys()) if path not in stamps]

    def _update(self, index: Index, at: set[str] | None, progress: Progress | None) -> None:
        for path in self._gone(at):
            self._drop(index, path)
        stale = self._stale(at)
        for done, path in enumerate(stale):
            if progress is not None:
                progress(done, len(stale))
            self._take_in(index, path)
        if progress is not None and stale:
            progress(len(stale), len(stale))

    def _drop(self, index: Index, path: str) -> None:
        index.drop(path)
        if self._heads is not None:
            self._heads.pop(path, None)
        if self.files.pop(path, None):
            self._touched.add(path)

    def _take_in(self, index: Index, path: str) -> None:
        """Read one changed file into the index."""
        # Imported late: most commands find every file as the index knows it, and parse nothing.
        import hashlib

        from nanomem_tui.memory.parsing import parse

        try:
            data, info = read_with_stat(self._root, path)
        except NotFound:
            self._drop(index, path)
            return
        except MemoryUnreadable as error:
            self._drop(index, path)
            self.unreadable[path] = error.message
            return
        stamp = stamp_of(info)
        self.scan.files[path] = stamp
        if not settled(stamp):
            stamp = stamp._replace(mtime=0)
        sha256 = hashlib.sha256(data).hexdigest()
        known = self.files.get(path)
        if known is not None and known.sha256 == sha256:
            self.files[path] = index.touch(path, stamp, sha256)
        else:
            self.files[path], head = index.put(parse(decode(data), path), stamp, sha256)
            if self._heads is not None:
                self._heads[path] = head
            self._touched.add(path)


def _is_folder(path: Path) -> bool:
    """True for a folder that can be looked at."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _difference(before: dict[str, Known], after: dict[str, Known]) -> set[str]:
    """Paths whose bytes are not the same in both."""
    gone = before.keys() - after.keys()
    new = after.keys() - before.keys()
    return gone | new | {p for p, file in after.items() if p in before and before[p].sha256 != file.sha256}

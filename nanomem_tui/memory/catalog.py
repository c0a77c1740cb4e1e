"""The index kept level with the disk: what is there is compared by stat, what changed is parsed, once.

Holds the connection, the table of files and the last look at the disk. Knows no policy and no ranking.
"""

import hashlib
import sqlite3
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TypeVar

from nanomem_tui.memory.errors import MemoryUnreadable, NotFound
from nanomem_tui.memory.index import FileRow, Index, discard
from nanomem_tui.memory.lines import decode
from nanomem_tui.memory.parsing import parse
from nanomem_tui.memory.paths import read_with_stat
from nanomem_tui.memory.scan import Scan, Stamp, rescan, scan, stamp_of

Progress = Callable[[int, int], None]
"""Called with (files done, files to do)."""
Result = TypeVar("Result")
_SETTLED_NS = 50_000_000
"""A file changed this recently (ns) may change again within one tick of the file system's clock."""


def settled(stamp: Stamp) -> bool:
    """True when any later change of the file will show in its stamp."""
    return time.time_ns() - max(stamp.mtime, stamp.ctime) > _SETTLED_NS


class Catalog:
    """The files of one memory root, on the disk and in the index. One thread at a time."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._index: Index | None = None
        self._generation = -1
        self._rootless = False
        self.files: dict[str, FileRow] = {}
        """What the index holds, by path."""
        self.scan = Scan()
        """The last look at the disk."""
        self.unreadable: dict[str, str] = {}
        """Files that could not be opened, with the reason."""

    def run(self, work: Callable[[Index], Result]) -> Result:
        """Do `work` with the index; a broken one is built anew, and one out of reach replaced by memory."""
        try:
            return work(self._opened())
        except sqlite3.OperationalError:
            self.close()
            self._index = Index.in_memory()
        except sqlite3.DatabaseError:
            self.forget()
        self.sync()
        return work(self._opened())

    def load(self) -> None:
        """Read the table of files without looking at the disk."""
        self.run(self._reload)

    def sync(self, below: Collection[str] | None = None, progress: Progress | None = None) -> None:
        """Bring the index up to the disk.

        Args:
            below: look only at these files or folders; None looks everywhere.
            progress: told how many files are parsed.
        """
        try:
            self._sync(below, progress)
        except sqlite3.OperationalError:
            self.close()
            self._index = Index.in_memory()
            self._sync(None, progress)
        except sqlite3.DatabaseError:
            self.forget()
            self._sync(None, progress)

    def close(self) -> None:
        """Give the connection back; it is opened again when needed."""
        if self._index is not None:
            self._index.close()
        self._index = None
        self._generation = -1
        self.files = {}

    def forget(self) -> None:
        """Delete the index from the disk with every byte it held."""
        file = self._index.file if self._index else None
        self.close()
        if file is not None:
            discard(file)

    def _opened(self) -> Index:
        rootless = not self._root.is_dir()
        if self._index is not None and (self._index.vanished() or self._rootless != rootless):
            self.close()
        if self._index is None:
            self._index = Index.in_memory() if rootless else Index.open(self._root)
            self._rootless = rootless
        return self._index

    def _sync(self, below: Collection[str] | None, progress: Progress | None) -> None:
        index = self._opened()
        self._reload(index)
        if below is None:
            self.scan = scan(self._root, self.files)
            self.unreadable = {}
        else:
            self.scan = rescan(self._root, self.scan, below, self.files)
        if self._stale() or self._gone():
            with index.writing():
                self._reload(index)
                self._update(index, progress)

    def _reload(self, index: Index) -> None:
        """Read the table of files again where another process has written it."""
        generation = index.generation()
        if generation != self._generation:
            self.files = index.files()
            self._generation = generation

    def _stale(self) -> list[str]:
        files = self.files
        return [
            path
            for path, stamp in self.scan.files.items()
            if path not in self.unreadable and (path not in files or files[path].stamp != stamp)
        ]

    def _gone(self) -> list[str]:
        return [path for path in self.files if path not in self.scan.files]

    def _update(self, index: Index, progress: Progress | None) -> None:
        for path in self._gone():
            self._drop(index, path)
        stale = self._stale()
        for done, path in enumerate(stale):
            if progress is not None:
                progress(done, len(stale))
            self._take_in(index, path)
        if progress is not None and stale:
            progress(len(stale), len(stale))

    def _drop(self, index: Index, path: str) -> None:
        index.drop(path)
        self.files.pop(path, None)

    def _take_in(self, index: Index, path: str) -> None:
        """Read one changed file into the index."""
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
        row = self.files.get(path)
        if row is not None and row.sha256 == sha256:
            self.files[path] = index.touch(row, stamp)
        else:
            self.files[path] = index.put(parse(decode(data), path), stamp, sha256)

"""The memory tree: files, folders, facts, search and disclosure levels of one memory root.

Served by the index and synced by stat, so that only changed files are ever parsed. Reads only; the one
thing it writes is its derived index. Knows no change and no model.
"""

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date
from operator import attrgetter
from pathlib import Path
from threading import RLock
from typing import TypeVar

from nanomem_tui.memory.catalog import Catalog, Progress, settled
from nanomem_tui.memory.errors import UnsafePath
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.index import Index, Known
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.listing import FileInfo, FolderInfo, MemoryFile, loose_key, tree_index_text
from nanomem_tui.memory.overview import file_infos, folder_infos, skipped_infos
from nanomem_tui.memory.paths import STATE_DIR, check_path, read_with_stat, twin_key
from nanomem_tui.memory.policy import POLICY_FILE, Policy
from nanomem_tui.memory.scan import Stamp, stamp_of
from nanomem_tui.memory.search import Hit, rank, rank_documents

__all__ = ["FileInfo", "FolderInfo", "Hit", "MemoryFile", "Tree", "rank_documents", "tree_index_text"]

Result = TypeVar("Result")


class Tree:
    """The memory below one root. May be shared by the threads of a program, and a root by programs.

    Args:
        root: the memory root; it need not exist yet.
        today: the clock that recency and expiry go by.
        indexing: called with (files done, files to do) by every sync that parses files.
    """

    def __init__(
        self, root: Path, *, today: Callable[[], date] = date.today, indexing: Progress | None = None
    ) -> None:
        self.root = root
        self._today = today
        self._indexing = indexing
        self._lock = RLock()
        self._catalog = Catalog(root)
        self._log: list[str] = []
        """Paths in the order in which syncs found them changed."""
        self._told = 0
        """How much of the log `sync` has returned."""
        self._policy = Policy()
        self._policy_stamp: Stamp | None = None
        self._synced = False
        self._frozen = 0

    # -- syncing ---------------------------------------------------------------------------------

    def sync(self, below: Collection[str] | None = None, progress: Progress | None = None) -> set[str]:
        """Bring the index up to the disk.

        Args:
            below: look only at these files and folders (there or gone), which is faster in a large
                tree; None looks everywhere.
            progress: called with (files done, files to do) while files are parsed.

        Returns:
            Paths of memory files whose bytes changed, came or went since this was last called; at
            first, since the index was last written.
        """
        with self._lock:
            self._sync(below, progress)
            changed = self.changed_since(self._told)
            self._told = len(self._log)
            return changed

    def _sync(self, below: Collection[str] | None = None, progress: Progress | None = None) -> None:
        if not self._synced:
            self._catalog.load()
        self._log += sorted(self._catalog.sync(below, progress or self._indexing))
        self._load_policy()
        self._synced = True

    def _refresh(self) -> None:
        """Sync, unless frozen, or a large tree was looked at a moment ago (tenths of a second)."""
        if not self._synced or not (self._frozen or self._catalog.is_fresh()):
            self._sync()

    def mark(self) -> int:
        """A point in the history of syncs, for `changed_since`."""
        return len(self._log)

    def changed_since(self, mark: int) -> set[str]:
        """What all syncs since `mark`, whoever called for them, found changed."""
        return set(self._log[mark:])

    def hashes(self) -> dict[str, str]:
        """The SHA-256 of each memory file, as of the last sync."""
        with self._lock:
            return {path: row.sha256 for path, row in self._catalog.files.items()}

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Sync once, then serve everything inside from that state."""
        with self._lock:
            self._refresh()
            self._frozen += 1
        try:
            yield
        finally:
            with self._lock:
                self._frozen -= 1

    def close(self) -> None:
        """Give the index's connection back; the tree opens it again when used."""
        with self._lock:
            self._catalog.close()
            self._synced = False

    def forget_index(self) -> None:
        """Delete the index and all bytes it held; it is built anew from the files on the next use."""
        with self._lock:
            self._catalog.forget()
            self._synced = False

    def _served(self, work: Callable[[Index], Result], *, surely: bool = False) -> Result:
        """Do `work` on the synced index; all of the tree's looking goes through here.

        `surely` looks at the disk even where that was done a moment ago: for what the gate and forgetting
        rest on.
        """
        with self._lock:
            if surely and not self._frozen:
                self._sync()
            else:
                self._refresh()
            return self._catalog.run(work)

    @property
    def _files(self) -> dict[str, Known]:
        return self._catalog.files

    # -- policy ----------------------------------------------------------------------------------

    @property
    def policy(self) -> Policy:
        """The policy as it stands on the disk now."""
        with self._lock:
            if not self._frozen:
                self._load_policy()
            return self._policy

    def policy_now(self) -> Policy:
        """The policy, also while another thread builds the index: nobody waits for that to read a file."""
        if not self._lock.acquire(blocking=False):
            return Policy.load(self.root)
        try:
            return self.policy
        finally:
            self._lock.release()

    def _load_policy(self) -> None:
        try:
            stamp = stamp_of((self.root / STATE_DIR / POLICY_FILE).stat())
        except OSError:
            stamp = None
        if stamp is None or stamp != self._policy_stamp:
            self._policy = Policy.load(self.root)
            self._policy_stamp = stamp if stamp and settled(stamp) else None

    def _leveled(self, facts: Iterable[Fact]) -> Iterator[Fact]:
        """Facts of the index with what the policy says of their files."""
        levels: dict[str, Level] = {}
        for fact in facts:
            if fact.path not in levels:
                levels[fact.path] = self._policy.level(fact.path)
            level = max(fact.level, levels[fact.path])
            yield fact if level is fact.level else replace(fact, level=level)

    # -- looking ---------------------------------------------------------------------------------

    def files(self) -> list[FileInfo]:
        """All memory files by path, and the skipped ones with their reason."""

        def collect(index: Index) -> list[FileInfo]:
            infos = [
                *file_infos(self._catalog, index, self._policy),
                *skipped_infos(self._catalog, self._policy),
            ]
            return sorted(infos, key=attrgetter("path"))

        return self._served(collect, surely=True)

    def folders(self) -> list[FolderInfo]:
        """All folders by path, the root first, with files and facts counted to the bottom."""
        return self._served(lambda index: folder_infos(self._catalog, index, self._policy))

    def again(self, paths: Collection[str]) -> dict[str, FileInfo]:
        """These memory files as they are now, without a look at the others; what is none is left out."""
        with self._lock:
            self._sync(paths)
            infos = self._catalog.run(lambda i: list(file_infos(self._catalog, i, self._policy, paths)))
            return {info.path: info for info in infos}

    def exists(self, path: str) -> bool:
        """True when there is a memory file at `path`; False for any path that could not be one."""
        try:
            canonical = check_path(path)
        except UnsafePath:
            return False
        return self._served(lambda _: canonical in self._files)

    def twin(self, path: str) -> str | None:
        """A file that is there and that some system would take for `path`: other letter case, same name."""
        key = twin_key(path)
        return self._served(
            lambda _: next((p for p in self._files if p != path and twin_key(p) == key), None)
        )

    def find(self, loose: str) -> str | None:
        """The one file that a loosely written path can mean, for reading only; None for none or several.

        Letter case, accents, `.md`, a leading `/` or `./`, and `-`, `_` and space are not told apart;
        a bare name may lie in any folder.
        """
        wanted = loose.strip().replace("\\", "/")
        key = loose_key(wanted)

        def look(_: Index) -> str | None:
            if wanted in self._files:
                return wanted
            if not key:
                return None
            full = [path for path in self._files if loose_key(path) == key]
            if full or "/" in key:
                return full[0] if len(full) == 1 else None
            named = [path for path in self._files if loose_key(path.rpartition("/")[2]) == key]
            return named[0] if len(named) == 1 else None

        return self._served(look)

    def read(self, path: str) -> MemoryFile:
        """One memory file as it is on the disk now.

        Raises:
            UnsafePath: `path` is no path to a memory file.
            NotFound: there is no such file.
            MemoryUnreadable: it is a link, no regular file, too large or forbidden.
        """
        # Imported late: what only lists and searches opens no file.
        import hashlib

        from nanomem_tui.memory.lines import decode
        from nanomem_tui.memory.parsing import parse

        canonical = check_path(path)
        data, _ = read_with_stat(self.root, canonical)
        text = decode(data)
        document = parse(text, canonical)
        level = max(self.policy_now().level(canonical), document.frontmatter.level)
        facts = tuple(fact if fact.level >= level else replace(fact, level=level) for fact in document.facts)
        document = replace(document, facts=facts)
        return MemoryFile(canonical, text, document, level, hashlib.sha256(data).hexdigest())

    def facts(self, path_prefix: str = "") -> list[Fact]:
        """All facts, or those of one file or below one folder, with their effective levels."""
        folder = path_prefix.rstrip("/") + "/" if path_prefix else ""

        def collect(index: Index) -> list[Fact]:
            paths = sorted(p for p in self._files if p == path_prefix or p.startswith(folder))
            return list(self._leveled(index.facts_of(paths)))

        return self._served(collect, surely=True)

    def withheld(self, level: Level) -> list[Fact]:
        """All facts whose effective level is `level` or stricter."""

        def collect(index: Index) -> list[Fact]:
            inside = index.paths_at_least(level)
            inside |= {path for path in self._files if self._policy.level(path) >= level}
            single = [fact for fact in index.facts_at_least(level) if fact.path not in inside]
            return list(self._leveled([*index.facts_of(sorted(inside)), *single]))

        return self._served(collect, surely=True)

    def search(
        self, query: str, limit: int = 20, *, path_prefix: str = "", history: bool = True
    ) -> list[Hit]:
        """Facts that match a question in natural words, best first. Never raises, whatever the words.

        Args:
            query: any text.
            limit: most hits to return.
            path_prefix: only this file, or files below this folder.
            history: facts that no longer hold too.
        """

        def look(index: Index) -> list[Hit]:
            hits = rank(index, query, limit, self._today(), prefix=path_prefix, history=history)
            facts = self._leveled(hit.fact for hit in hits)
            return [replace(hit, fact=fact) for hit, fact in zip(hits, facts, strict=True)]

        return self._served(look)

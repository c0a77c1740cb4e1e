"""The memory tree: files, folders, facts, search and disclosure levels of one memory root.

Served by the index and synced by stat, so that only changed files are ever parsed. Reads only; the one
thing it writes is its derived index. Knows no change and no model.
"""

import contextlib
import hashlib
import re
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from threading import RLock
from typing import TypeVar

from nanomem_tui.memory.errors import MemoryUnreadable, NotFound, UnsafePath
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.index import FileRow, Index, Stamp, discard
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.lines import decode
from nanomem_tui.memory.parsing import Document, parse
from nanomem_tui.memory.paths import STATE_DIR, check_path, read_with_stat, twin_key
from nanomem_tui.memory.policy import POLICY_FILE, Policy
from nanomem_tui.memory.query import fold, match_expression, weight
from nanomem_tui.memory.scan import Scan, scan, stamp_of

Result = TypeVar("Result")
_POOL = 8
"""Candidates taken from the index for each hit wanted, before weighing."""
_SETTLED_NS = 50_000_000
"""A file changed this recently (ns) may change again within one tick of the file system's clock."""


@dataclass(frozen=True, slots=True)
class FileInfo:
    """One line of the map: a memory file without its facts, or one that is skipped."""

    path: str
    title: str
    description: str | None
    level: Level
    """The strictest of policy and frontmatter."""
    facts: int
    bytes: int
    updated_at: datetime | None
    """When the file was last written, local time; None for a skipped one."""
    skipped: str | None = None
    """Why it is not read as memory."""
    fault: str | None = None
    """What is wrong with its frontmatter."""


@dataclass(frozen=True, slots=True)
class FolderInfo:
    """A folder with what lies below it; the root has the path ""."""

    path: str
    level: Level
    """The level that the policy gives everything below it."""
    files: int
    facts: int


@dataclass(frozen=True, slots=True)
class MemoryFile:
    """One memory file as read now."""

    path: str
    text: str
    document: Document
    """Its facts carry their effective level."""
    level: Level
    sha256: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A fact that was found, with its score; higher is better, comparable inside one search only."""

    fact: Fact
    score: float


class Tree:
    """The memory below one root. May be shared by the threads of a program, and a root by programs.

    Args:
        root: the memory root; it need not exist yet.
        today: the clock that recency and expiry go by.
    """

    def __init__(self, root: Path, *, today: Callable[[], date] = date.today) -> None:
        self.root = root
        self._today = today
        self._lock = RLock()
        self._index: Index | None = None
        self._files: dict[str, FileRow] = {}
        self._generation = -1
        self._scan = Scan()
        self._unreadable: dict[str, str] = {}
        self._seen: dict[str, str] = {}
        self._policy = Policy()
        self._policy_stamp: Stamp | None = None
        self._frozen = 0

    # -- syncing ---------------------------------------------------------------------------------

    def sync(self, progress: Callable[[int, int], None] | None = None) -> set[str]:
        """Bring the index up to the disk.

        Args:
            progress: called with (done, all) while files are parsed.

        Returns:
            Paths of memory files whose bytes changed, came or went since this tree's last sync.
        """
        with self._lock:
            return self._guarded(lambda: self._sync(progress))

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Sync once, then serve everything inside from that state."""
        with self._lock:
            if not self._frozen:
                self.sync()
            self._frozen += 1
        try:
            yield
        finally:
            with self._lock:
                self._frozen -= 1

    def close(self) -> None:
        """Give the index's connection back; the tree opens it again when used."""
        with self._lock:
            if self._index is not None:
                self._index.close()
                self._index = None
                self._generation = -1

    def forget_index(self) -> None:
        """Delete the index and all bytes it held; it is built anew from the files on the next use."""
        with self._lock:
            file = self._index.file if self._index else None
            self.close()
            self._files = {}
            if file is not None:
                discard(file)

    def _fresh(self) -> Index:
        """The index, synced unless frozen. The lock is held."""
        if not self._frozen or self._index is None:
            self._sync(None)
        return self._opened()

    def _opened(self) -> Index:
        if self._index is None:
            self._index = Index.open(self.root) if self.root.is_dir() else Index.in_memory()
            self._generation = -1
        return self._index

    def _guarded(self, work: Callable[[], Result]) -> Result:
        """Do `work`; when the index turns out broken, build it anew and do it once more."""
        try:
            return work()
        except sqlite3.DatabaseError as error:
            file = self._index.file if self._index else None
            self.close()
            if file is None or isinstance(error, sqlite3.OperationalError):
                self._index = Index.in_memory()
            else:
                discard(file)
            return work()

    def _served(self, work: Callable[[Index], Result]) -> Result:
        with self._lock:
            return self._guarded(lambda: work(self._fresh()))

    def _sync(self, progress: Callable[[int, int], None] | None) -> set[str]:
        if self._index is not None and self._index.file is None and self.root.is_dir() and not self._files:
            self.close()
        index = self._opened()
        self._load_policy()
        self._reload(index)
        self._scan = scan(self.root, self._files)
        self._unreadable = {}
        if self._stale() or self._gone():
            with index.writing():
                self._reload(index)
                self._update(index, progress)
            self._files = index.files()
            self._generation = index.generation()
        now = {path: row.sha256 for path, row in self._files.items()}
        changed = {path for path, _ in now.items() ^ self._seen.items()}
        self._seen = now
        return changed

    def _reload(self, index: Index) -> None:
        generation = index.generation()
        if generation != self._generation:
            self._files = index.files()
            if self._generation == -1 and not self._seen:
                self._seen = {path: row.sha256 for path, row in self._files.items()}
            self._generation = generation

    def _stale(self) -> list[str]:
        files = self._files
        return [
            path
            for path, stamp in self._scan.files.items()
            if path not in files or files[path].stamp != stamp
        ]

    def _gone(self) -> list[str]:
        return [path for path in self._files if path not in self._scan.files]

    def _update(self, index: Index, progress: Callable[[int, int], None] | None) -> None:
        for path in self._gone():
            index.drop(path)
        stale = self._stale()
        for done, path in enumerate(stale):
            if progress is not None:
                progress(done, len(stale))
            self._take_in(index, path)
        if progress is not None:
            progress(len(stale), len(stale))

    def _take_in(self, index: Index, path: str) -> None:
        """Read one changed file into the index."""
        try:
            data, info = read_with_stat(self.root, path)
        except NotFound:
            index.drop(path)
            self._scan.files.pop(path, None)
            return
        except MemoryUnreadable as error:
            index.drop(path)
            self._scan.files.pop(path, None)
            self._unreadable[path] = error.message
            return
        stamp = stamp_of(info)
        if time.time_ns() - max(stamp.mtime, stamp.ctime) < _SETTLED_NS:
            stamp = replace(stamp, mtime=0)
        sha256 = hashlib.sha256(data).hexdigest()
        row = self._files.get(path)
        if row is not None and row.sha256 == sha256:
            index.touch(row, stamp)
        else:
            index.put(parse(decode(data), path), stamp, sha256)

    # -- policy ----------------------------------------------------------------------------------

    @property
    def policy(self) -> Policy:
        """The policy as it stands on the disk now."""
        with self._lock:
            if not self._frozen:
                self._load_policy()
            return self._policy

    def _load_policy(self) -> None:
        try:
            stamp = stamp_of((self.root / STATE_DIR / POLICY_FILE).stat())
        except OSError:
            stamp = None
        if stamp is None or stamp != self._policy_stamp:
            self._policy = Policy.load(self.root)
            settled = stamp and time.time_ns() - max(stamp.mtime, stamp.ctime) > _SETTLED_NS
            self._policy_stamp = stamp if settled else None

    def _level(self, path: str) -> Level:
        row = self._files.get(path)
        return max(self._policy.level(path), row.level if row else Level.OPEN)

    def _leveled(self, facts: Iterable[Fact]) -> Iterator[Fact]:
        levels: dict[str, Level] = {}
        for fact in facts:
            if fact.path not in levels:
                levels[fact.path] = self._level(fact.path)
            level = max(fact.level, levels[fact.path])
            yield fact if level is fact.level else replace(fact, level=level)

    # -- looking ---------------------------------------------------------------------------------

    def files(self) -> list[FileInfo]:
        """All memory files by path, and the skipped ones with their reason."""
        return self._served(lambda _: sorted(self._infos(), key=lambda info: info.path))

    def _infos(self) -> Iterator[FileInfo]:
        for path, row in self._files.items():
            stamp = self._scan.files.get(path, row.stamp)
            updated = datetime.fromtimestamp(stamp.mtime / 1e9)
            level = max(self._policy.level(path), row.level)
            yield FileInfo(
                path, row.title, row.description, level, row.facts, stamp.size, updated, fault=row.fault
            )
        for path, reason in (self._scan.skipped | self._unreadable).items():
            yield FileInfo(path, path, None, self._policy.level(path), 0, 0, None, skipped=reason)

    def folders(self) -> list[FolderInfo]:
        """All folders by path, the root first, with files and facts counted to the bottom."""

        def count(_: Index) -> list[FolderInfo]:
            files: dict[str, int] = dict.fromkeys(("", *self._scan.folders), 0)
            facts = dict(files)
            for path, row in self._files.items():
                folder = path
                while folder:
                    folder = folder.rpartition("/")[0]
                    files[folder] = files.get(folder, 0) + 1
                    facts[folder] = facts.get(folder, 0) + row.facts
            level = self._policy.folder_level
            return [FolderInfo(path, level(path), files[path], facts[path]) for path in sorted(files)]

        return self._served(count)

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
        key = _loose_key(wanted)

        def look(_: Index) -> str | None:
            if wanted in self._files:
                return wanted
            if not key:
                return None
            full = [path for path in self._files if _loose_key(path) == key]
            if full or "/" in key:
                return full[0] if len(full) == 1 else None
            named = [path for path in self._files if _loose_key(path.rpartition("/")[2]) == key]
            return named[0] if len(named) == 1 else None

        return self._served(look)

    def read(self, path: str) -> MemoryFile:
        """One memory file as it is on the disk now.

        Raises:
            UnsafePath: `path` is no path to a memory file.
            NotFound: there is no such file.
            MemoryUnreadable: it is a link, no regular file, too large or forbidden.
        """
        canonical = check_path(path)
        data, _ = read_with_stat(self.root, canonical)
        text = decode(data)
        document = parse(text, canonical)
        level = max(self.policy.level(canonical), document.frontmatter.level)
        facts = tuple(fact if fact.level >= level else replace(fact, level=level) for fact in document.facts)
        document = replace(document, facts=facts)
        return MemoryFile(canonical, text, document, level, hashlib.sha256(data).hexdigest())

    def facts(self, path_prefix: str = "") -> list[Fact]:
        """All facts, or those of one file or below one folder, with their effective levels."""
        folder = path_prefix.rstrip("/") + "/" if path_prefix else ""

        def collect(index: Index) -> list[Fact]:
            paths = sorted(p for p in self._files if p == path_prefix or p.startswith(folder))
            return list(self._leveled(index.facts_of(paths)))

        return self._served(collect)

    def withheld(self, level: Level) -> list[Fact]:
        """All facts whose effective level is `level` or stricter."""

        def collect(index: Index) -> list[Fact]:
            paths = sorted(path for path in self._files if self._level(path) >= level)
            inside = set(paths)
            single = [fact for fact in index.facts_at_least(level) if fact.path not in inside]
            return list(self._leveled([*index.facts_of(paths), *single]))

        return self._served(collect)

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
        return self._served(
            lambda index: [
                replace(hit, fact=fact)
                for hits in [_ranked(index, query, limit, self._today(), path_prefix, history)]
                for hit, fact in zip(hits, self._leveled(hit.fact for hit in hits), strict=True)
            ]
        )


def rank_documents(
    documents: Iterable[Document], query: str, limit: int = 20, *, today: date | None = None
) -> list[Hit]:
    """Search documents that are in no tree (drafts) with the ranking of `Tree.search`."""
    index = Index.in_memory()
    try:
        for document in documents:
            index.put(document, Stamp(0, 0, 0, 0), "")
        return _ranked(index, query, limit, today or date.today(), "", True)
    finally:
        index.close()


def _ranked(index: Index, query: str, limit: int, today: date, prefix: str, history: bool) -> list[Hit]:
    expression = match_expression(query)
    if expression is None or limit <= 0:
        return []
    found = index.match(expression, max(limit * _POOL, 100), prefix=prefix, past=history)
    hits = [Hit(fact, score * weight(fact, today)) for fact, score in found]
    hits.sort(key=lambda hit: -hit.score)
    return hits[:limit]


def _loose_key(path: str) -> str:
    """The form in which a loosely written path is compared."""
    parts = [part for part in re.split(r"/+", path.strip()) if part not in ("", ".")]
    key = "/".join(re.sub(r"[\s_-]+", " ", fold(part)).strip() for part in parts)
    return key.removesuffix(".md").strip()


def tree_index_text(files: Iterable[FileInfo]) -> str:
    """The text of `_tree.md` in upstream's format; file descriptions stand where it has fact texts."""
    lines = []
    for info in files:
        if info.skipped is not None:
            continue
        updated = f"updated {info.updated_at:%Y-%m-%d %H:%M}" if info.updated_at else ""
        count = f"{info.facts} item{'s' if info.facts != 1 else ''}" if info.facts else ""
        meta = ", ".join(part for part in (count, updated) if part)
        lines.append(f"- {info.path}{f' ({meta})' if meta else ''} — {info.description or info.title}")
    return "\n".join(["# Memory Index", "", *(lines or ["_No files yet._"])])

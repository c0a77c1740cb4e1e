"""Where changes are kept: one JSON file each in `.nanomem/changes/`, and markers for the open ones.

Knows files and their faults; nothing of what a change does.
"""

import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path

from nanomem_tui.changes.disk import Disk
from nanomem_tui.changes.errors import Busy, ChangeUnreadable, WriteFailed
from nanomem_tui.changes.leftovers import CHANGES, is_untidy, names_of_changes
from nanomem_tui.changes.model import Change, ChangeState
from nanomem_tui.changes.serialize import dumps, loads
from nanomem_tui.memory.catalog import settled
from nanomem_tui.memory.errors import MemoryUnreadable, NotFound, UsageError
from nanomem_tui.memory.paths import is_memory_path, state_dir
from nanomem_tui.memory.scan import Stamp, stamp_of

FOLDER = CHANGES
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NAME = re.compile(rf"([{_ALPHABET}]{{26}})\.json\Z")
_HEAD = re.compile(
    rf'\{{\n "id": "(?P<id>[{_ALPHABET}]{{26}})",\n "state": "(?P<state>[a-z]+)",'
    rf'\n "applied": (?:null|"(?P<applied>[{_ALPHABET}]{{26}})"),\n'.encode()
)
"""How a stored change begins."""
_HEAD_BYTES = 160
_STATES = {state.value.encode(): state for state in ChangeState}
PATIENCE = 30.0
"""Seconds to wait for another process before giving up."""

_last_id = 0


def new_id() -> str:
    """A new ULID (github.com/ulid/spec): sorts by time, and within this process always after the last one."""
    global _last_id
    number = (time.time_ns() // 1_000_000 << 80) | secrets.randbits(79)
    _last_id = max(number, _last_id + 1)
    return "".join(_ALPHABET[_last_id >> shift & 31] for shift in range(125, -1, -5))


def made_at(id: str) -> datetime:
    """The time in a ULID, aware, to the millisecond."""
    milliseconds = 0
    for letter in id[:10]:
        milliseconds = milliseconds << 5 | _ALPHABET.index(letter)
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


@dataclass(frozen=True, slots=True)
class Head:
    """What the first bytes of a stored change tell of it."""

    id: str
    state: ChangeState
    applied: str | None

    @property
    def applied_at(self) -> str:
        """Sorts changes by when they were applied, and those that were not by when they were made."""
        return self.applied or self.id


@dataclass(frozen=True, slots=True)
class _Cached:
    stamp: Stamp
    change: Change | None
    fault: str


class Store:
    """The stored changes of one memory root.

    Args:
        root: the memory root. The state folder is made with the first write.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.disk = Disk(root)
        self._cache: dict[str, _Cached] = {}
        self._heads: dict[str, tuple[Stamp, Head | None]] = {}

    @contextmanager
    def locked(self, patience: float = PATIENCE) -> Iterator[None]:
        """Hold the one lock that every writer takes. Not for readers; not to be taken twice.

        Args:
            patience: seconds to wait for another process.

        Raises:
            Busy: another process keeps it.
            WriteFailed: there can be no lock here.
        """
        from filelock import FileLock, Timeout

        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            # A soft lock would outlive a killed process, hence no fallback. A new object each time, so that
            # threads of one process exclude each other too.
            lock = FileLock(
                state_dir(self.root) / "lock",
                timeout=patience,
                mode=0o600,
                poll_interval=0.01,
                fallback_to_soft=False,
            )
            lock.acquire()
        except Timeout as error:
            raise Busy(
                "Another nanomem process has been writing for half a minute.", "Wait for it or end it."
            ) from error
        except (OSError, NotImplementedError) as error:
            reason = getattr(error, "strerror", None) or "its file system has no locks"
            raise WriteFailed(
                f"{self.root} cannot be written to: {reason}.", "Check its permissions."
            ) from error
        try:
            yield
        finally:
            lock.release()

    def save(self, change: Change) -> None:
        """Write a change, down to the disk."""
        self.disk.write(f"{FOLDER}/{change.id}.json", dumps(change).encode("ascii"))
        self._cache.pop(f"{change.id}.json", None)

    def load(self, id: str) -> Change:
        """The change called `id`.

        Raises:
            NotFound: there is none.
            ChangeUnreadable: it is there but no change.
        """
        entry = self._entry(f"{id}.json")
        if entry is None:
            raise NotFound(f"There is no change {id}.", "See `nanomem history` for those there are.")
        if entry.change is None:
            raise ChangeUnreadable(
                f"The change {id} cannot be read. {entry.fault}", "Restore or delete its file."
            )
        return entry.change

    def resolve(self, name: str) -> str:
        """The one id that begins or ends with `name`.

        Raises:
            UsageError: several do, or `name` is empty.
            NotFound: none does.
        """
        wanted = name.strip().upper()
        if not wanted:
            raise UsageError("No change is named.", "See `nanomem history` for their ids.")
        ids = list(self.ids())
        found = [id for id in ids if id.startswith(wanted)] or [id for id in ids if id.endswith(wanted)]
        if len(found) > 1:
            raise UsageError(f"{len(found)} changes are called {name}.", "Give more of its id.")
        if not found:
            raise NotFound(f"There is no change {name}.", "See `nanomem history` for those there are.")
        return found[0]

    def ids(self) -> Iterator[str]:
        """Ids of all stored changes, newest first."""
        for name in sorted(self.names(), reverse=True):
            if match := _NAME.match(name):
                yield match[1]

    def all(self) -> Iterator[Change]:
        """The readable changes, newest first."""
        return self._loaded(self.ids())

    def pending(self) -> Iterator[Change]:
        """The changes that wait for a decision, newest first. Of the others only the beginning is read."""
        waiting = (head.id for head in self.heads() if head.state is ChangeState.PENDING)
        return (change for change in self._loaded(waiting) if change.state is ChangeState.PENDING)

    def by_applied(self) -> Iterator[Change]:
        """The readable changes, the last applied first; read one by one, as they are asked for."""
        heads = sorted(self.heads(), key=attrgetter("applied_at"), reverse=True)
        yield from self._loaded(head.id for head in heads)

    def heads(self) -> list[Head]:
        """What the beginnings of the changes tell, newest first; unreadable changes are left out."""
        stamps = self._stamps()
        heads = {name: known for name, known in self._heads.items() if known[0] == stamps.get(name)}
        for name, data in self.disk.beginnings(FOLDER, stamps.keys() - heads.keys(), _HEAD_BYTES):
            heads[name] = stamps[name], self._head(name, data)
        self._heads = {name: known for name, known in heads.items() if settled(known[0])}
        return [head for name in sorted(heads, reverse=True) if (head := heads[name][1])]

    def unreadable(self) -> list[str]:
        """Names of the changes of which nothing can be told."""
        told = {f"{head.id}.json" for head in self.heads()}
        return sorted(name for name in self.names() if _NAME.match(name) and name not in told)

    def faults(self) -> list[tuple[str, str]]:
        """Names and faults of what lies among the changes and cannot be read as one."""
        found = []
        for name in sorted(self.names()):
            if name.startswith(".") or name.endswith((".open", ".purge")):
                continue
            entry = (
                self._entry(name)
                if _NAME.match(name)
                else _Cached(Stamp(0, 0, 0, 0), None, "It is no change file.")
            )
            if entry is not None and entry.change is None:
                found.append((name, entry.fault))
        return found

    def delete(self, id: str) -> None:
        """Remove a stored change for good."""
        self.disk.delete(f"{FOLDER}/{id}.json")
        self._cache.pop(f"{id}.json", None)

    # Markers: which changes are open, found without reading every change

    def mark_open(self, id: str, paths: list[str]) -> None:
        """Note, down to the disk, that `id` is about to write `paths`."""
        self.disk.write(f"{FOLDER}/{id}.open", "\n".join(paths).encode("utf-8", "surrogateescape"))

    def mark_closed(self, id: str) -> None:
        """Take the note of `mark_open` back."""
        self.disk.delete(f"{FOLDER}/{id}.open")

    def opened(self) -> dict[str, list[str]]:
        """Ids marked as open, with the paths they write; whoever marked them, only of memory files."""
        found = {}
        for name in sorted(self.names()):
            if name.endswith(".open") and _NAME.match(f"{name[:-5]}.json"):
                data = self.disk.read(f"{FOLDER}/{name}") or b""
                paths = data.decode("utf-8", "surrogateescape").split("\n")
                found[name[:-5]] = [path for path in paths if is_memory_path(path)]
        return found

    def untidy(self) -> bool:
        """True when an interrupted process left something behind."""
        return is_untidy(self.root)

    # Inside

    def names(self) -> list[str]:
        """Names of all files among the changes.

        Raises:
            MemoryUnreadable: they cannot be listed.
        """
        return names_of_changes(self.root)

    def _loaded(self, ids: Iterable[str]) -> Iterator[Change]:
        for id in ids:
            entry = self._entry(f"{id}.json")
            if entry is not None and entry.change is not None:
                yield entry.change

    def _stamps(self) -> dict[str, Stamp]:
        try:
            with os.scandir(self.root / FOLDER) as entries:
                return {
                    entry.name: stamp_of(entry.stat(follow_symlinks=False))
                    for entry in entries
                    if _NAME.match(entry.name)
                }
        except OSError:
            # One was deleted at this moment, or none can be looked at: then one by one.
            found = {name: self._stamp(name) for name in self.names() if _NAME.match(name)}
            return {name: stamp for name, stamp in found.items() if stamp}

    def _stamp(self, name: str) -> Stamp | None:
        try:
            return stamp_of((self.root / FOLDER / name).stat(follow_symlinks=False))
        except OSError:
            return None

    def _head(self, name: str, data: bytes) -> Head | None:
        found = _HEAD.match(data)
        if found and f"{found['id'].decode()}.json" == name and found["state"] in _STATES:
            applied = found["applied"]
            return Head(name[:26], _STATES[found["state"]], applied.decode() if applied else None)
        # Written by another hand: all of it has to be read.
        entry = self._entry(name)
        change = entry.change if entry else None
        return Head(change.id, change.state, change.applied) if change else None

    def _entry(self, name: str) -> _Cached | None:
        stamp = self._stamp(name)
        if stamp is None:
            return None
        cached = self._cache.get(name)
        if cached is not None and cached.stamp == stamp:
            return cached
        try:
            found = self._parse(name, stamp)
        except MemoryUnreadable as error:
            # Not kept: what the disk refuses now it may give the next time.
            return _Cached(stamp, None, str(error))
        if settled(stamp):
            self._cache[name] = found
        return found

    def _parse(self, name: str, stamp: Stamp) -> _Cached:
        try:
            data = self.disk.read(f"{FOLDER}/{name}")
            if data is None:
                return _Cached(stamp, None, "It is gone.")
            change = loads(data.decode("utf-8"))
        except (ChangeUnreadable, UnicodeDecodeError) as error:
            return _Cached(stamp, None, str(error))
        if f"{change.id}.json" != name:
            return _Cached(stamp, None, f"It calls itself {change.id}, not what its file is called.")
        return _Cached(stamp, change, "")

"""Forgetting for good: every byte of a fact out of every file of ours, and a fingerprint in its place.

Runs under the journal's lock. Its own record holds the words until the last step, so that a forgetting that
was interrupted is finished at the next start; doing a step twice does no harm.
"""

import json
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from nanomem_tui.changes.disk import TEMP_SUFFIX, digest
from nanomem_tui.changes.errors import Busy, ChangeUnreadable
from nanomem_tui.changes.forgotten import FORGOTTEN_FILE, Forgotten
from nanomem_tui.changes.leftovers import TEMP_PREFIX
from nanomem_tui.changes.model import Author, AuthorKind, Change, ChangeState, Edit, EditState, Op
from nanomem_tui.changes.needles import FORGOTTEN, NOTE, Needles, gather, hit, scrub
from nanomem_tui.changes.states import state_of
from nanomem_tui.changes.store import FOLDER, Store, new_id
from nanomem_tui.memory.document import decode, encode, parse, remove_facts, render
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.identity import fingerprint, normal
from nanomem_tui.memory.paths import STATE_DIR, read_bytes
from nanomem_tui.memory.tree import Tree

LEDGER = f"{STATE_DIR}/disclosures.jsonl"
TRACES = f"{STATE_DIR}/traces"
_ATTEMPTS = 50
_LONG = 8
"""Continuation lines shorter than this are no words to look for: they occur anywhere."""
_LONGEST_SALT = 64
"""Bytes that the hash of a fingerprint takes as its key."""
_SUFFIX = ".purge"
_OURS = (FORGOTTEN_FILE, "lock")


@dataclass(frozen=True, slots=True)
class Purged:
    """What forgetting for good did, and what it could not reach."""

    facts: int
    """How many facts."""
    files: tuple[str, ...] = ()
    """Memory files they were taken out of."""
    changes: int = 0
    """Stored changes that were cleaned."""
    traces: int = 0
    """Traces that were deleted: a model repeats in words of its own, so each went whole."""
    disclosures: int = 0
    """Ledger entries that were cleaned."""
    told: tuple[tuple[str, str], ...] = ()
    """Who had been told before, and when: what they keep is out of reach."""
    mentions: tuple[str, ...] = ()
    """The person's own files below the root that still hold the words: prose, copies, backups."""


class Purge:
    """Forgetting for good in one memory root. Every method needs the lock.

    Args:
        store: the stored changes.
        tree: the index.
    """

    def __init__(self, store: Store, tree: Tree) -> None:
        self._store = store
        self._disk = store.disk
        self._tree = tree

    def begin(
        self,
        facts: Iterable[Fact],
        texts: Iterable[str],
        by: str,
        at: datetime,
        *,
        decided: Change | None = None,
    ) -> Purged:
        """Forget `facts` (as they stand in files) and facts that said `texts`.

        Args:
            facts: facts of memory files.
            texts: what other facts said.
            by: who decided.
            at: when, local time.
            decided: the change that proposed it, as it stands after; saved behind the record.
        """
        facts = tuple(facts)
        below = (line.strip() for fact in facts for line in fact.details.splitlines())
        details = tuple(line for line in below if len(line) >= _LONG)
        needles = Needles(
            texts=tuple(dict.fromkeys([*(fact.text for fact in facts), *texts])),
            quotes=details,
            refs=tuple(fact.ref for fact in facts),
        )
        needles = gather(needles, self._store.all())
        id = new_id()
        record = {"by": by, "at": at.isoformat(), **asdict(needles)}
        self._disk.write(f"{FOLDER}/{id}{_SUFFIX}", json.dumps(record).encode())
        if decided is not None:
            self._store.save(decided)
        return self._run(id, needles, by, at)

    def finish_interrupted(self) -> list[str]:
        """Finish what was interrupted; one line each."""
        lines = []
        for name in self._store.names():
            if not name.endswith(_SUFFIX):
                continue
            try:
                raw = json.loads(self._disk.read(f"{FOLDER}/{name}") or b"")
                needles = Needles(
                    *(tuple(map(str, raw[key])) for key in ("texts", "quotes", "refs", "traces"))
                )
                by, at = str(raw["by"]), datetime.fromisoformat(raw["at"])
            except (ValueError, KeyError, TypeError):
                lines.append(f"The record {name} of an interrupted forgetting cannot be read.")
                continue
            purged = self._run(name.removesuffix(_SUFFIX), needles, by, at)
            lines.append(f"Finished forgetting {purged.facts} facts for good, which was interrupted.")
        return lines

    def _run(self, id: str, needles: Needles, by: str, at: datetime) -> Purged:
        pattern = needles.pattern
        Forgotten(self._store.root).add(needles.texts, at)
        files, mentions = self._clean_files(needles, pattern)
        changes = self._clean_changes(id, pattern)
        traces = self._delete_traces(needles, pattern)
        disclosures, told = self._clean_ledger(needles, pattern)
        self._leave_stub(id, needles, files, by, at)
        self._clear_leftovers()
        mentions += self._elsewhere(pattern)
        self._tree.forget_index()
        self._disk.delete(f"{FOLDER}/{id}{_SUFFIX}")
        return Purged(len(needles.texts), files, changes, traces, disclosures, told, mentions)

    # Files of the person

    def _clean_files(
        self, needles: Needles, pattern: re.Pattern[str]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        keys = {normal(text) for text in needles.texts}
        files, mentions = [], []
        for info in self._tree.files():
            if info.skipped is not None:
                continue
            for _ in range(_ATTEMPTS):
                with suppress(NanomemError):
                    data = read_bytes(self._store.root, info.path)
                    break
            else:
                continue
            changed, left = self._clean_file(info.path, data, keys, pattern)
            files += [info.path] if changed else []
            mentions += [info.path] if left else []
        return tuple(files), tuple(mentions)

    def _clean_file(
        self, path: str, data: bytes, keys: set[str], pattern: re.Pattern[str]
    ) -> tuple[bool, bool]:
        """Take the facts out of one file. Returns whether it changed, and whether the words are left."""
        for _ in range(_ATTEMPTS):
            document = parse(decode(data), path)
            gone = [fact.id for fact in document.facts if normal(fact.text) in keys]
            clean = remove_facts(document, gone) if gone else document
            left = hit(render(clean), pattern)
            if not gone:
                return False, left
            if self._disk.replace(self._disk.stage(path, encode(render(clean))), digest(data)):
                return True, left
            data = read_bytes(self._store.root, path)
        raise Busy(f"{path} is being saved by another program over and over.", "Try again in a moment.")

    # Files of ours

    def _clean_changes(self, own: str, pattern: re.Pattern[str]) -> int:
        count = 0
        for id in self._store.ids():
            if id == own:
                continue
            try:
                change = self._store.load(id)
            except ChangeUnreadable:
                if self._holds(f"{FOLDER}/{id}.json", pattern):
                    self._store.delete(id)
                    count += 1
                continue
            clean = scrub(change, pattern)
            if clean != change:
                if change.state in (ChangeState.PENDING, ChangeState.REJECTED):
                    clean = replace(clean, state=state_of(clean.edits))
                self._store.save(clean)
                count += 1
        return count

    def _delete_traces(self, needles: Needles, pattern: re.Pattern[str]) -> int:
        count = 0
        for name in self._names(TRACES):
            id = name.partition(".")[0]
            if id in needles.traces or self._holds(f"{TRACES}/{name}", pattern):
                self._disk.delete(f"{TRACES}/{name}")
                count += 1
        return count

    def _holds(self, path: str, pattern: re.Pattern[str]) -> bool:
        """True when a file of ours holds the words, also when they came in pieces or escaped."""
        data = self._disk.read(path) or b""
        raw = data.decode("utf-8", "replace")
        if hit(raw, pattern):
            return True
        strings: list[str] = []
        pieces: list[str] = []
        for line in raw.splitlines():
            with suppress(ValueError, RecursionError):
                value = json.loads(line)
                strings += _strings(value)
                if isinstance(value, dict) and value.get("type") == "text.delta":
                    pieces += [_delta(value)]
        with suppress(ValueError, RecursionError):
            strings += _strings(json.loads(raw))
        return any(hit(text, pattern) for text in (*strings, "".join(pieces)))

    def _clean_ledger(
        self, needles: Needles, pattern: re.Pattern[str]
    ) -> tuple[int, tuple[tuple[str, str], ...]]:
        for _ in range(_ATTEMPTS):
            data = self._disk.read(LEDGER)
            if data is None:
                return 0, ()
            lines, count, told = [], 0, []
            for line in data.decode("utf-8", "replace").splitlines():
                try:
                    entry = json.loads(line)
                except ValueError:
                    entry = None
                if entry is None:
                    lines += [] if hit(line, pattern) else [line]
                    continue
                clean = _cut_strings(entry, set(needles.refs), pattern)
                knows = _cut_names(clean, needles.texts)
                if isinstance(entry, dict) and (knows or clean != entry):
                    told.append((str(entry.get("recipient", "")), str(entry.get("time", ""))))
                if clean != entry:
                    count += 1
                    line = json.dumps(clean)
                lines.append(line)
            if not count:
                return 0, tuple(dict.fromkeys(told))
            staged = self._disk.stage(LEDGER, "".join(f"{line}\n" for line in lines).encode())
            # The ledger is appended to without our lock: a line that came meanwhile must not be lost.
            if self._disk.replace(staged, digest(data)):
                return count, tuple(dict.fromkeys(told))
        raise Busy("The ledger is being written over and over.", "Try again in a moment.")

    def _leave_stub(self, id: str, needles: Needles, files: tuple[str, ...], by: str, at: datetime) -> None:
        """History says that something was forgotten, when and by whom, and not what."""
        paths = sorted({ref.rpartition("#")[0] for ref in needles.refs} | set(files)) or [FORGOTTEN]
        edits = tuple(
            Edit(n, Op.REMOVE, path, before=FORGOTTEN, state=EditState.APPLIED, note=NOTE)
            for n, path in enumerate(paths, 1)
        )
        author = Author(AuthorKind.PERSON, by)
        self._store.save(
            Change(
                id, ChangeState.APPLIED, "forget", author, FORGOTTEN, at, edits, decided_at=at, decided_by=by
            )
        )

    def _clear_leftovers(self) -> None:
        for folder, _, names in os.walk(self._store.root):
            below = Path(folder).relative_to(self._store.root).as_posix()
            if any(name.startswith(TEMP_PREFIX) and name.endswith(TEMP_SUFFIX) for name in names):
                self._disk.clear_leftovers("" if below == "." else below)

    def _elsewhere(self, pattern: re.Pattern[str]) -> tuple[str, ...]:
        """The person's other files below the root that hold the words: copies, backups, prompts, policy."""
        found = []
        for folder, folders, names in os.walk(self._store.root):
            below = Path(folder).relative_to(self._store.root)
            folders[:] = [name for name in folders if (below / name).as_posix() not in (FOLDER, TRACES)]
            for name in names:
                path = (below / name).as_posix()
                ours = path.startswith(f"{STATE_DIR}/") and (name in _OURS or name.startswith("index."))
                if not ours and not self._tree.exists(path):
                    with suppress(NanomemError):
                        found += [path] if self._holds(path, pattern) else []
        return tuple(sorted(found))

    def _names(self, folder: str) -> list[str]:
        try:
            with os.scandir(self._store.root / folder) as entries:
                return sorted(entry.name for entry in entries if entry.is_file(follow_symlinks=False))
        except (FileNotFoundError, NotADirectoryError):
            return []


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        # Arguments of tool calls are JSON inside JSON.
        inner: list[str] = []
        if value[:1] in ("{", "["):
            with suppress(ValueError, RecursionError):
                inner = _strings(json.loads(value))
        return [value, *inner]
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    return []


def _delta(event: dict[str, object]) -> str:
    attributes = event.get("attributes")
    text = attributes.get("text") if isinstance(attributes, dict) else event.get("text")
    return text if isinstance(text, str) else ""


def _cut_names(entry: object, texts: Iterable[str]) -> bool:
    """Take the names of facts out of a ledger entry that knows them by their fingerprints, under any name.

    Returns:
        Whether there are such facts.
    """
    facts = entry.get("facts") if isinstance(entry, dict) else None
    found = False
    for fact in facts if isinstance(facts, list) else ():
        known = fact.get("fingerprint") if isinstance(fact, dict) else None
        salt = known.partition(":")[0] if isinstance(known, str) else ""
        if salt and len(salt) <= _LONGEST_SALT and any(fingerprint(text, salt) == known for text in texts):
            fact["ref"] = None
            found = True
    return found


def _cut_strings(value: object, refs: set[str], pattern: re.Pattern[str]) -> object:
    if isinstance(value, str):
        if value in refs:
            return None
        return FORGOTTEN if hit(value, pattern) else value
    if isinstance(value, dict):
        return {key: _cut_strings(item, refs, pattern) for key, item in value.items()}
    if isinstance(value, list):
        return [_cut_strings(item, refs, pattern) for item in value]
    return value

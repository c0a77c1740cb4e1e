"""Forgetting for good: every byte of a fact out of every file of ours, and a fingerprint in its place.

Runs under the journal's lock. Its own record holds the words until the last step, so that a forgetting that
was interrupted is finished at the next start; doing a step twice does no harm.
"""

import json
import os
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from itertools import chain
from pathlib import Path

from nanomem_tui.changes.disk import TEMP_SUFFIX, digest
from nanomem_tui.changes.errors import Busy, ChangeUnreadable
from nanomem_tui.changes.forgotten import FORGOTTEN_FILE, Forgotten
from nanomem_tui.changes.json_words import holds, tells
from nanomem_tui.changes.ledger_cuts import ATTEMPTS, LEDGER, cut_ledger
from nanomem_tui.changes.leftovers import TEMP_PREFIX
from nanomem_tui.changes.model import Author, AuthorKind, Change, ChangeState, Edit, EditState, Op
from nanomem_tui.changes.needles import FORGOTTEN, NOTE, Needles, gather, hit, scrub
from nanomem_tui.changes.states import state_of
from nanomem_tui.changes.store import FOLDER, Store, new_id
from nanomem_tui.changes.telling import telling_words
from nanomem_tui.memory.document import decode, encode, parse, remove_facts, render
from nanomem_tui.memory.errors import MemoryUnreadable, NotFound
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.identity import normal
from nanomem_tui.memory.index import INDEX_NAME
from nanomem_tui.memory.paths import STATE_DIR, read_bytes
from nanomem_tui.memory.tree import Tree

TRACES = f"{STATE_DIR}/traces"
_LONG = 8
"""Continuation lines shorter than this are no words to look for: they occur anywhere."""
_SUFFIX = ".purge"
_OURS = (FORGOTTEN_FILE, LEDGER.rpartition("/")[2], "lock")


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
    unread: tuple[str, ...] = ()
    """Files and folders below the root that could not be read, and may hold the words."""


@dataclass(frozen=True, slots=True)
class _Cleaned:
    """What came of one file."""

    changed: bool
    left: bool
    """The words stand in it still."""


_LEFT = _Cleaned(changed=False, left=True)


@dataclass(frozen=True, slots=True)
class _Found:
    """What came of the files of the person."""

    files: list[str] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def add(self, path: str, outcome: _Cleaned) -> None:
        """Note what came of one file."""
        if outcome.changed:
            self.files.append(path)
        if outcome.left:
            self.mentions.append(path)


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
        needles = replace(needles, words=self._telling(needles))
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
                needles = Needles(**{key.name: tuple(map(str, raw[key.name])) for key in fields(Needles)})
                by, at = str(raw["by"]), datetime.fromisoformat(raw["at"])
            except (ValueError, KeyError, TypeError):
                lines.append(f"The record {name} of an interrupted forgetting cannot be read.")
                continue
            purged = self._run(name.removesuffix(_SUFFIX), needles, by, at)
            lines.append(f"Finished forgetting {purged.facts} facts for good, which was interrupted.")
            lines += [f"{path} still holds the words; it is yours to edit." for path in purged.mentions]
            lines += [f"{path} could not be read, and may hold the words." for path in purged.unread]
        return lines

    def _run(self, id: str, needles: Needles, by: str, at: datetime) -> Purged:
        pattern = needles.pattern
        Forgotten(self._store.root).add(needles.texts, at)
        self._clear_leftovers()
        found = self._clean_files(needles, pattern)
        changes = self._clean_changes(id, pattern, needles.words)
        traces = self._delete_traces(needles, pattern)
        disclosures, told = cut_ledger(self._disk, needles, pattern)
        self._leave_stub(id, needles, found.files, by, at)
        self._tree.forget_index()
        self._disk.delete(f"{FOLDER}/{id}{_SUFFIX}")
        return Purged(
            facts=len(needles.texts),
            files=tuple(found.files),
            changes=changes,
            traces=traces,
            disclosures=disclosures,
            told=told,
            mentions=tuple(found.mentions),
            unread=tuple(found.unread),
        )

    # Files of the person

    def _clean_files(self, needles: Needles, pattern: re.Pattern[str]) -> _Found:
        """Take the facts out of the memory files; find out which files below the root hold the words still.

        Copies, backups, prompts and policy are the person's own, and so is prose: they are only named.
        """
        keys = {normal(text) for text in needles.texts}
        found = _Found()
        memory = [info.path for info in self._tree.files() if info.skipped is None]
        seen: set[str] = set()
        for path in memory:
            # What cannot be read now is looked for once more below.
            with suppress(MemoryUnreadable, NotFound):
                found.add(path, self._clean_file(path, keys, pattern))
                seen.add(path)
        for path in self._everything("", found.unread):
            if path in seen:
                continue
            try:
                if self._holds(path, pattern):
                    outcome = self._clean_file(path, keys, pattern) if self._tree.exists(path) else _LEFT
                    found.add(path, outcome)
            except MemoryUnreadable:
                found.unread.append(path)
        return found

    def _clean_file(self, path: str, keys: set[str], pattern: re.Pattern[str]) -> _Cleaned:
        """Take the facts out of one memory file."""
        for _ in range(ATTEMPTS):
            data = read_bytes(self._store.root, path)
            document = parse(decode(data), path)
            gone = [fact.id for fact in document.facts if normal(fact.text) in keys]
            clean = remove_facts(document, gone) if gone else document
            left = hit(render(clean), pattern)
            if not gone:
                return _Cleaned(False, left)
            if self._disk.replace(self._disk.stage(path, encode(render(clean))), digest(data)):
                return _Cleaned(True, left)
        raise Busy(f"{path} is being saved by another program over and over.", "Try again in a moment.")

    # Files of ours

    def _clean_changes(self, own: str, pattern: re.Pattern[str], words: Collection[str]) -> int:
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
            clean = scrub(change, pattern, words, self._tree.exists)
            if clean != change:
                if change.state in (ChangeState.PENDING, ChangeState.REJECTED):
                    clean = replace(clean, state=state_of(clean.edits))
                self._store.save(clean)
                count += 1
        return count

    def knows(self, words: str) -> bool:
        """True when a trace or a change says these words, as a fact or not."""
        pattern = Needles((words,)).pattern
        return any(self._traces_with((), pattern)) or any(
            scrub(change, pattern, (), self._tree.exists) != change for change in self._store.all()
        )

    def _delete_traces(self, needles: Needles, pattern: re.Pattern[str]) -> int:
        gone = list(self._traces_with(needles.traces, pattern, needles.words))
        for path in gone:
            self._disk.delete(path)
        return len(gone)

    def _traces_with(
        self, ids: Collection[str], pattern: re.Pattern[str], words: Collection[str] = ()
    ) -> Iterator[str]:
        """Paths of the traces that have these ids, match the pattern, or say one of these words."""
        for name in self._names(TRACES):
            path = f"{TRACES}/{name}"
            text = self._text(path)
            if name.partition(".")[0] in ids or holds(text, pattern) or tells(text, words):
                yield path

    def _telling(self, needles: Needles) -> tuple[str, ...]:
        """The words that the facts say, and no other fact, no proposal and no line of the map."""
        keys, pattern = {normal(text) for text in needles.texts}, needles.pattern
        facts = (fact.text for fact in self._tree.facts() if normal(fact.text) not in keys)
        named = (f"{info.path} {info.title} {info.description}" for info in self._tree.files())
        open_edits = (edit for change in self._store.all() for edit in change.undecided)
        waiting = (f"{edit.path} {edit.text}" for edit in open_edits if not hit(edit.text or "", pattern))
        return tuple(sorted(telling_words(needles.texts, chain(facts, named, waiting))))

    def _holds(self, path: str, pattern: re.Pattern[str]) -> bool:
        return holds(self._text(path), pattern)

    def _text(self, path: str) -> str:
        return (self._disk.read(path) or b"").decode("utf-8", "replace")

    def _leave_stub(self, id: str, needles: Needles, files: Iterable[str], by: str, at: datetime) -> None:
        """History says that something was forgotten, when and by whom, and not what."""
        known = {ref.rpartition("#")[0] for ref in needles.refs} | set(files)
        paths = sorted({path if self._tree.exists(path) else FORGOTTEN for path in known}) or [FORGOTTEN]
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
            below = Path(folder).relative_to(self._store.root)
            for name in names:
                if name.startswith(TEMP_PREFIX) and name.endswith(TEMP_SUFFIX):
                    self._disk.delete((below / name).as_posix())

    def _everything(self, folder: str, unread: list[str]) -> Iterator[str]:
        """All plain files but those that were cleaned as ours. What cannot be listed is added to `unread`."""
        try:
            with os.scandir(self._store.root / folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except FileNotFoundError:
            return
        except OSError:
            unread.append(folder or ".")
            return
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_dir(follow_symlinks=False):
                if path not in (FOLDER, TRACES):
                    yield from self._everything(path, unread)
            elif entry.is_file(follow_symlinks=False) and not (folder == STATE_DIR and _is_ours(entry.name)):
                yield path

    def _names(self, folder: str) -> list[str]:
        try:
            with os.scandir(self._store.root / folder) as entries:
                return sorted(entry.name for entry in entries if entry.is_file(follow_symlinks=False))
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise MemoryUnreadable(f"{folder} cannot be read: {error.strerror}.") from error


def _is_ours(name: str) -> bool:
    """True for files of the state folder that hold no words, or are cleaned by themselves."""
    return name in _OURS or name.startswith(INDEX_NAME)

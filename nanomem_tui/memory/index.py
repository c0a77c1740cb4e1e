"""The derived index: facts and file heads in SQLite with full-text search. Safe to delete at any time.

Knows rows, not the disk's files: `tree` decides what goes in. Any defect of the database is answered
by building it anew, and a folder that cannot be written by keeping it in memory.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nanomem_tui.memory.errors import MemoryUnreadable
from nanomem_tui.memory.facts import Fact, Status, Tier
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.paths import state_dir
from nanomem_tui.memory.query import index_words
from nanomem_tui.memory.rows import dump_fact, load_fact
from nanomem_tui.memory.scan import Stamp

if TYPE_CHECKING:
    from nanomem_tui.memory.parsing import Document

INDEX_NAME = "index.sqlite"
_VERSION = 1
"""Counted up whenever the tables, or what parsing puts in them, change."""
_BUSY_SECONDS = 20.0
_FILE_COLUMNS = "path, mtime, ctime, size, inode, sha256, level, facts, title, description, fault"
_LEVELS = tuple(Level)
_SCHEMA = """
CREATE TABLE files (id INTEGER PRIMARY KEY, path TEXT UNIQUE NOT NULL, mtime INTEGER, ctime INTEGER,
    size INTEGER, inode INTEGER, sha256 TEXT, level INTEGER, facts INTEGER, title TEXT, description TEXT,
    fault TEXT);
CREATE TABLE facts (id INTEGER PRIMARY KEY, file INTEGER NOT NULL, level INTEGER, past INTEGER, fact TEXT);
CREATE INDEX facts_by_file ON facts (file);
CREATE INDEX facts_by_level ON facts (level) WHERE level > 0;
CREATE VIRTUAL TABLE words USING fts5 (text, details, context,
    tokenize = "porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc So'");
"""


class Known(NamedTuple):
    """A memory file as it was when it was read: all that a look at the disk is compared with."""

    path: str
    mtime: int
    ctime: int
    size: int
    inode: int
    sha256: str

    def is_at(self, stamp: Stamp) -> bool:
        """True when the file had this stamp when it was read."""
        return self[1:5] == stamp


class Head(NamedTuple):
    """What the map shows of a memory file."""

    level: Level
    """What its frontmatter gives it."""
    facts: int
    title: str
    description: str | None
    fault: str | None


class Index:
    """One connection to the index of one memory root. Not for use by two threads at once."""

    def __init__(self, connection: sqlite3.Connection, file: Path | None) -> None:
        self._db = connection
        self.file = file
        """None when it lives in memory."""
        self._inode = _inode(file)

    @classmethod
    def open(cls, root: Path) -> "Index":
        """The index of `root`, made where missing, made anew where broken or of another version."""
        try:
            file = state_dir(root) / INDEX_NAME
        except MemoryUnreadable:
            return cls.in_memory()
        for _ in range(2):
            try:
                return cls(_connect(file), file)
            except sqlite3.OperationalError:
                return cls.in_memory()
            except sqlite3.DatabaseError:
                discard(file)
            except OSError:
                return cls.in_memory()
        return cls.in_memory()

    @classmethod
    def in_memory(cls) -> "Index":
        """An index that leaves no trace on the disk."""
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        connection.executescript(_SCHEMA)
        return cls(connection, None)

    def close(self) -> None:
        """Give the connection back."""
        self._db.close()

    def vanished(self) -> bool:
        """True when its file was deleted or replaced."""
        return _inode(self.file) != self._inode

    def generation(self) -> int:
        """A number that changes when another connection has written."""
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction, taken at once so that two processes never index the same file twice."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def files(self) -> tuple[dict[str, Known], int]:
        """All files by path, and the generation they are of."""
        self._db.execute("BEGIN")
        rows = self._db.execute("SELECT path, mtime, ctime, size, inode, sha256 FROM files").fetchall()
        generation = self.generation()
        self._db.execute("COMMIT")
        # Not `Known._make`: over a large tree that takes as long as reading the rows.
        return {row[0]: tuple.__new__(Known, row) for row in rows}, generation

    def heads(self) -> dict[str, Head]:
        """What the map shows of all files, by path."""
        rows = self._db.execute("SELECT path, level, facts, title, description, fault FROM files")
        return {
            path: Head(_LEVELS[level], facts, title, description, fault)
            for path, level, facts, title, description, fault in rows
        }

    def paths_at_least(self, level: Level) -> set[str]:
        """Files whose frontmatter makes them `level` or stricter."""
        return {path for (path,) in self._db.execute("SELECT path FROM files WHERE level >= ?", (level,))}

    def touch(self, path: str, stamp: Stamp, sha256: str) -> Known:
        """Note that a file has another stat and the same bytes."""
        sql = "UPDATE files SET mtime = ?, ctime = ?, size = ?, inode = ? WHERE path = ?"
        self._db.execute(sql, (*stamp, path))
        return Known(path, *stamp, sha256)

    def put(self, doc: "Document", stamp: Stamp, sha256: str) -> tuple[Known, Head]:
        """Put a file's head and facts in, in place of what was there of it."""
        self.drop(doc.path)
        front = doc.frontmatter
        texts = (_plain(doc.title), _plain(front.description), _plain(front.fault))
        cursor = self._db.execute(
            f"INSERT INTO files ({_FILE_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (doc.path, *stamp, sha256, int(front.level), len(doc.facts), *texts),
        )
        file = cursor.lastrowid or 0
        place = index_words(f"{doc.path.removesuffix('.md')} {doc.title} {' '.join(front.tags)}")
        first = int(self._db.execute("SELECT coalesce(max(id), 0) FROM facts").fetchone()[0]) + 1
        facts, words = [], []
        for id, fact in enumerate(doc.facts, first):
            facts.append((id, file, _own_level(fact), _is_past(fact), dump_fact(fact)))
            context = f"{place} {index_words(fact.topic)}"
            words.append((id, index_words(fact.text), index_words(fact.details), context))
        self._db.executemany("INSERT INTO facts VALUES (?, ?, ?, ?, ?)", facts)
        self._db.executemany("INSERT INTO words (rowid, text, details, context) VALUES (?, ?, ?, ?)", words)
        head = Head(front.level, len(facts), texts[0] or "", texts[1], texts[2])
        return Known(doc.path, *stamp, sha256), head

    def drop(self, path: str) -> None:
        """Take a file and its facts out."""
        row = self._db.execute("SELECT id FROM files WHERE path = ?", (path,)).fetchone()
        if row is None:
            return
        self._db.execute("DELETE FROM words WHERE rowid IN (SELECT id FROM facts WHERE file = ?)", row)
        self._db.execute("DELETE FROM facts WHERE file = ?", row)
        self._db.execute("DELETE FROM files WHERE id = ?", row)

    def match(
        self, expression: str, limit: int, *, prefix: str = "", past: bool = True
    ) -> list[tuple[Fact, float]]:
        """Facts that match an FTS5 expression with their BM25 score, higher is better.

        Like all facts that come from here, each has the stricter of its own level and its file's.

        Args:
            expression: an FTS5 expression.
            limit: most facts to return.
            prefix: only facts of this file or of files below this folder; "" for all.
            past: facts that no longer hold too.
        """
        sql = "SELECT words.rowid AS id, bm25(words, 1.0, 0.7, 0.35) AS score FROM words"
        where = ["words MATCH ?"]
        values: list[str | int] = [expression]
        if prefix or not past:
            sql += " JOIN facts ON facts.id = words.rowid"
        if not past:
            where.append("facts.past = 0")
        if prefix:
            where.append("facts.file IN (SELECT id FROM files WHERE path = ? OR substr(path, 1, ?) = ?)")
            folder = (_plain(prefix) or "").rstrip("/") + "/"
            values += [folder[:-1], len(folder), folder]
        best = f"{sql} WHERE {' AND '.join(where)} ORDER BY score LIMIT ?"
        rows = self._db.execute(
            f"SELECT files.path, files.level, facts.fact, best.score FROM ({best}) AS best"
            " JOIN facts ON facts.id = best.id JOIN files ON files.id = facts.file ORDER BY best.score",
            (*values, limit),
        )
        return [(load_fact(fact, path, _LEVELS[level]), -float(score)) for path, level, fact, score in rows]

    def facts_of(self, paths: Iterable[str]) -> Iterator[Fact]:
        """All facts of the named files, in file order."""
        for path in paths:
            rows = self._db.execute(
                "SELECT files.level, facts.fact FROM files JOIN facts ON facts.file = files.id"
                " WHERE files.path = ? ORDER BY facts.id",
                (path,),
            ).fetchall()
            for level, fact in rows:
                yield load_fact(fact, path, _LEVELS[level])

    def facts_at_least(self, level: Level) -> list[Fact]:
        """Facts whose own `disclosure` key is `level` or stricter."""
        rows = self._db.execute(
            "SELECT files.path, files.level, facts.fact FROM facts JOIN files ON files.id = facts.file"
            " WHERE facts.level > 0 AND facts.level >= ? ORDER BY files.path, facts.id",
            (int(level),),
        )
        return [load_fact(fact, path, _LEVELS[own]) for path, own, fact in rows]


def discard(file: Path) -> None:
    """Delete an index and its side files, so that no byte of it stays."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{file}{suffix}").unlink()


def _inode(file: Path | None) -> int | None:
    try:
        return file.stat().st_ino if file else None
    except OSError:
        return None


def _connect(file: Path) -> sqlite3.Connection:
    """Open the database, 0600, with the tables of this version in it."""
    os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    db = sqlite3.connect(file, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        if db.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
            _make_tables(db)
        for table in ("files", "facts", "words"):
            db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _make_tables(db: sqlite3.Connection) -> None:
    db.execute("BEGIN IMMEDIATE")
    if db.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
        for table in ("words", "facts", "files"):
            db.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in _SCHEMA.split(";\n"):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {_VERSION}")
    db.execute("COMMIT")


def _plain(text: str | None) -> str | None:
    """A text for the map as SQLite can hold it."""
    return text and text.encode("utf-8", "replace").decode("utf-8")


def _own_level(fact: Fact) -> int:
    return int(fact.disclosure or 0)


def _is_past(fact: Fact) -> bool:
    return fact.tier is Tier.HISTORY or fact.status in (Status.SUPERSEDED, Status.EXPIRED)

"""A journal over a root on the disk, and the shortest ways to put something into it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.journal import Journal
from nanomem_tui.changes.model import Author, AuthorKind, Change, Outcome
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.memory.tree import Tree

NOW = datetime(2026, 3, 1, 12, 0)
AGENT = Author(AuthorKind.AGENT, "rules")
PERSON = Author(AuthorKind.PERSON, "person")


@dataclass
class World:
    """A memory root with its tree and journal."""

    root: Path
    tree: Tree
    journal: Journal

    def draft(self) -> Draft:
        return Draft(self.tree, now=NOW)

    def read(self, path: str) -> str:
        return (self.root / path).read_bytes().decode("utf-8", "surrogateescape")

    def put(self, path: str, text: str) -> None:
        """Save a file as another program would."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode("utf-8", "surrogateescape"))

    def id(self, path: str, text: str) -> str:
        """The id of the fact that says `text`."""
        return next(fact.id for fact in self.tree.read(path).document.facts if fact.text == text)

    def propose(self, draft: Draft, request: str = "", author: Author = PERSON) -> Change:
        return self.journal.propose(draft.edits, flow="add", author=author, request=request)

    def add(self, path: str, *texts: str) -> Outcome:
        """Write facts, as a person's own hand."""
        draft = self.draft()
        for text in texts:
            draft.add(path, NewFact(text))
        return self.journal.apply_now(draft.edits, flow="edit", author=PERSON, request="by hand")

    def files(self) -> dict[str, bytes]:
        """The bytes of every memory file."""
        return {
            str(file.relative_to(self.root)): file.read_bytes()
            for file in sorted(self.root.rglob("*.md"))
            if ".nanomem" not in file.parts
        }


def open_world(root: Path, clock: Callable[[], datetime] = lambda: NOW) -> World:
    root.mkdir(parents=True, exist_ok=True)
    tree = Tree(root)
    return World(root, tree, Journal(root, tree, clock=clock))


@pytest.fixture
def world(root: Path) -> Iterator[World]:
    world = open_world(root)
    yield world
    world.tree.close()

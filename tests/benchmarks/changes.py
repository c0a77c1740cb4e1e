"""How looking at changes behaves as they pile up: what waits, and taking back, against reading all of them.

    python -m tests.benchmarks.changes [CHANGES ...]

Prints one table of CPU seconds, each the best of three with nothing cached, and the ratio. Works in temporary
folders only.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.journal import Journal
from nanomem_tui.changes.model import Author, AuthorKind
from nanomem_tui.changes.serialize import dumps
from nanomem_tui.changes.store import FOLDER, Store, new_id
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.memory.tree import Tree

SIZES = (1_000, 5_000)
RUNS = 3
NOW = datetime(2026, 3, 1, 12, 0)
PERSON = Author(AuthorKind.PERSON, "person")
WAITING = 3


@dataclass(frozen=True)
class Times:
    """CPU seconds of one look with nothing cached."""

    pending: float
    newest: float
    """Finding the change that undo would take back."""
    all: float


def build(root: Path, changes: int) -> None:
    """Applied changes of three edits each, and a few that wait."""
    root.mkdir(parents=True)
    with closing(Tree(root)) as tree:
        journal = Journal(root, tree, clock=lambda: NOW)
        draft = Draft(tree, now=NOW)
        for n in range(3):
            draft.add(
                "food/tea.md", NewFact(f"Drinks tea number {n} in the morning, with a friend from work")
            )
        words = "I drink three kinds of tea in the morning, and always with a friend from work. "
        done = journal.apply_now(draft.edits, flow="edit", author=PERSON, request=words * 4).change
        for _ in range(changes - 1 - WAITING):
            id = new_id()
            (root / FOLDER / f"{id}.json").write_text(dumps(replace(done, id=id, applied=id)))
        for n in range(WAITING):
            draft = Draft(tree, now=NOW)
            draft.add("food/tea.md", NewFact(f"Wants tea number {n}"))
            journal.propose(draft.edits, flow="add", author=PERSON, request=words)


def measure(root: Path) -> Times:
    """Time the looks, each with a store of its own."""
    return Times(
        pending=_best(root, lambda store: list(store.pending())),
        newest=_best(root, lambda store: next(store.by_applied())),
        all=_best(root, lambda store: list(store.all())),
    )


def _best(root: Path, look: Callable[[Store], object]) -> float:
    taken = []
    for _ in range(RUNS):
        store = Store(root)
        begun = time.process_time()
        look(store)
        taken.append(time.process_time() - begun)
    return min(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description="How looking at changes behaves as they pile up.")
    parser.add_argument("changes", nargs="*", type=int, default=SIZES)
    print(f"{'changes':>8} {'pending':>9} {'undo':>9} {'all':>9} {'all/pending':>12}")
    for changes in parser.parse_args().changes:
        with tempfile.TemporaryDirectory() as folder:
            build(Path(folder) / "memory", changes)
            found = measure(Path(folder) / "memory")
        ratio = found.all / found.pending
        print(f"{changes:>8} {found.pending:>9.3f} {found.newest:>9.3f} {found.all:>9.3f} {ratio:>12.1f}")


if __name__ == "__main__":
    main()

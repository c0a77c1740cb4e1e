"""A process that keeps changing three files at once, and what must hold of them wherever it was killed.

Each step brings the same generation number into all files; the process says what it tries before a step
and what it has done after it. Where the disk fails it, it says so, recovers and goes on, as the app does.
"""

import os
import random
import re
import sqlite3
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.errors import StandsInTheWay
from nanomem_tui.changes.journal import Journal
from nanomem_tui.changes.model import Author, AuthorKind, UpdateReason
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.memory.tree import Tree

SECRET, CANARY = "secret.md", "Keeps a canary"
FILES = ("a.md", "deep/er/b.md", "c/c.md")
NOW = datetime(2026, 3, 1, 12, 0)
PERSON = Author(AuthorKind.PERSON, "person")
KINDS = ("next", "next", "fresh", "undo", "redo", "forget")
"""What a step can be. A run of n steps does the last n."""
_GENERATION = re.compile(r"Generation (\d+)(?! *\d)")


@contextmanager
def opened(root: Path) -> Iterator[tuple[Tree, Journal]]:
    tree = Tree(root)
    try:
        yield tree, Journal(root, tree, clock=datetime.now)
    finally:
        tree.close()


def prepare(root: Path) -> None:
    """Generation 0 in every file."""
    root.mkdir(parents=True)
    with opened(root) as (tree, journal):
        draft = Draft(tree, now=NOW)
        draft.add(SECRET, NewFact(CANARY))
        draft.add(SECRET, NewFact("Likes tea"))
        journal.apply_now(draft.edits, flow="edit", author=PERSON, request=f"remember: {CANARY}")
        draft = Draft(tree, now=NOW)
        for path in FILES:
            draft.add(path, NewFact("Generation 0"))
        journal.apply_now(draft.edits, flow="edit", author=PERSON, request="start")


def generation(root: Path) -> int:
    """The generation all files are at; -1 where there are none.

    Raises:
        AssertionError: the files disagree, or one is torn.
    """
    found = []
    for path in FILES:
        text = _read(root / path)
        if text is None:
            found.append(-1)
            continue
        current = text[: text.index("## History")]
        (number,) = _GENERATION.findall(current)
        assert text.startswith("# Memory: ")
        assert "## Working" in text
        found.append(int(number))
    assert len(set(found)) == 1, f"mixed generations {found}"
    return found[0]


def _read(file: Path) -> str | None:
    for _ in range(2):
        try:
            return file.read_text()
        except FileNotFoundError:
            return None
        except OSError:
            # The fault hit this look at the file and none of the journal's.
            continue
    raise AssertionError(f"{file} cannot be read")


def step(
    tree: Tree, journal: Journal, root: Path, kind: str, draw: random.Random, say: Callable[[str], None]
) -> None:
    """One change, undo, redo or forgetting; says `try N` before and `done N` after it."""
    now = generation(root)
    if now < 0 and kind != "forget":
        kind = draw.choice(("undo", "redo"))
    if kind in ("next", "fresh"):
        new = draw.randrange(1, 10**9)
        draft = Draft(tree, now=NOW)
        for path in FILES:
            old = next(f for f in tree.read(path).document.facts if f.text == f"Generation {now}")
            reason = UpdateReason.CHANGED if kind == "fresh" else UpdateReason.CORRECTED
            draft.update(path, old.id, NewFact(f"Generation {new}"), reason)
        change = journal.propose(draft.edits, flow="add", author=PERSON, request=f"{now}->{new}")
        say(f"try {new}")
        outcome = journal.approve(change.id, flagged=True)
        if outcome.conflicts:
            # One of the files could not be read. As a person does, once more.
            outcome = journal.approve(change.id, [edit.n for edit in outcome.conflicts])
        assert not outcome.conflicts
        say(f"done {new}")
        return
    say("try *")
    if kind == "forget":
        canary = [fact.ref for fact in tree.facts(SECRET) if fact.text == CANARY]
        # By its words too: an undo may have taken it out of the file, but a redo could bring it back.
        purged = journal.purge(canary, texts=(CANARY,))
        say(f"done {now}")
        # Where the disk hid something, that was said instead.
        say("forgotten" if not purged.unread else "partly forgotten")
        return
    try:
        _ = journal.undo() if kind == "undo" else journal.redo()
    except StandsInTheWay:
        # Nothing to undo or redo: a step that did nothing. A disk that failed is no such thing.
        say(f"done {now}")
        return
    say(f"done {generation(root)}")


def check(root: Path, said: list[str]) -> str:
    """What must hold after a kill or a fault, given what the process had said. Returns what recovery said."""
    bug = next((word for word in said if word.startswith("bug")), None)
    assert bug is None, bug.replace("\\n", "\n")
    with opened(root) as (tree, journal):
        lines = journal.recover()
        at = generation(root)
        done = next((word.split()[1] for word in reversed(said) if word.startswith("done")), None)
        tried = next((word.split()[1] for word in reversed(said) if word.startswith("try")), None)
        if said and said[-1].startswith(("try", "fail")):
            assert tried in (None, "*") or done is None or str(at) in (tried, done), (at, said[-4:])
        elif done is not None:
            assert str(at) == done, f"lost an acknowledged step: {at}, {said[-4:]}"
        holding = [path.name for path in root.rglob("*") if path.is_file() and b"canary" in path.read_bytes()]
        assert not (holding and "forgotten" in said), holding
        if (root / SECRET).exists():
            kept = (root / SECRET).read_text()
            assert "Likes tea" in kept
            assert CANARY in kept or not holding, holding
        assert journal.faults() == []
        assert not journal.store.opened()
        states = {change.state.value for change in journal.history()}
        assert "applying" not in states
        left = [str(p) for p in root.rglob("*") if p.name.startswith(".nanomem-") or p.name.endswith(".open")]
        assert left == []
        written = {fact.ref for info in tree.files() for fact in tree.read(info.path).document.facts}
        assert {fact.ref for fact in tree.facts()} == written, "the index is not what the files say"
    _check_index(root)
    return "; ".join(lines)


def _check_index(root: Path) -> None:
    with closing(sqlite3.connect(root / ".nanomem/index.sqlite")) as index:
        assert index.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        facts, words = (
            index.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ("facts", "words")
        )
        assert facts == words


def run(root: Path, seed: int, say: Callable[[str], None], steps: int | None = None) -> None:
    """Take steps: so many, or until killed. Anything but an error for people is said to be a bug."""
    draw = random.Random(seed)
    try:
        with opened(root) as (tree, journal):
            journal.recover()
            while steps is None or steps > 0:
                kind = draw.choice(KINDS) if steps is None else KINDS[-steps]
                try:
                    step(tree, journal, root, kind, draw, say)
                except NanomemError:
                    say("fail")
                    journal.recover()
                    say(f"done {generation(root)}")
                steps = None if steps is None else steps - 1
    except NanomemError:
        say("fail")
    except BaseException:
        say(f"bug {traceback.format_exc()!r}")
        raise


def say(word: str) -> None:
    os.write(1, f"{word}\n".encode())

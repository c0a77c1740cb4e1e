"""Many processes and an editor on the same files: nothing acknowledged is lost or overwritten unseen."""

import ctypes
import os
import random
import sys
import threading
import traceback
from pathlib import Path

import pytest

from nanomem_tui.changes.disk import Staged
from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.errors import WriteFailed
from nanomem_tui.changes.model import Change, ChangeState, UpdateReason
from nanomem_tui.memory.facts import NewFact

from .conftest import NOW, PERSON, World, open_world

SHARED = "shared.md"
_EXCHANGE = 2
_AT_FDCWD = -100


def work(root: Path, name: str, adds: int, pipe: int) -> None:
    """Add facts one by one; say each that was acknowledged."""
    world = open_world(root)
    for i in range(adds):
        text = f"Worker {name} saw thing {i}"
        draft = Draft(world.tree, now=NOW)
        draft.add(SHARED, NewFact(text))
        change = world.journal.propose(draft.edits, flow="add", author=PERSON, request=text)
        outcome = world.journal.approve(change.id, flagged=True)
        assert outcome.change.state is ChangeState.APPLIED, outcome.conflicts
        os.write(pipe, f"{text}\n".encode())


def save_as_an_editor(file: Path, line: str, draw: random.Random) -> bool:
    """Read, change a line, save by rename, unless the file was saved by somebody else in between."""
    before = file.read_text()
    at = draw.choice((0, len(before)))
    temp = file.with_name(f".editor-{draw.randrange(10**9)}")
    temp.write_text(before[:at] + f"{line}\n" + before[at:])
    if file.read_text() != before:
        temp.unlink()
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        temp.rename(file)
        return True
    # An exchange shows what was really replaced, so that the editor is not the one who loses a fact.
    libc.renameat2(_AT_FDCWD, bytes(temp), _AT_FDCWD, bytes(file), _EXCHANGE)
    if temp.read_text() != before:
        libc.renameat2(_AT_FDCWD, bytes(temp), _AT_FDCWD, bytes(file), _EXCHANGE)
        temp.unlink()
        return False
    temp.unlink()
    return True


def four_processes(root: Path, adds: int) -> None:
    world = open_world(root)
    world.add(SHARED, "The first fact")
    read_end, write_end = os.pipe()
    children = []
    for name in "abcd":
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.close(read_end)
                work(root, name, adds, write_end)
                code = 0
            except BaseException:
                traceback.print_exc(file=sys.__stderr__)
                raise
            finally:
                os._exit(code)
        children.append(child)
    os.close(write_end)
    saved: list[str] = []
    done = threading.Event()

    def edit() -> None:
        draw = random.Random(3)
        while not done.is_set():
            line = f"<!-- edited {len(saved)} -->"
            if save_as_an_editor(root / SHARED, line, draw):
                saved.append(line)
            done.wait(draw.uniform(0.03, 0.15))

    editor = threading.Thread(target=edit)
    editor.start()
    with os.fdopen(read_end) as pipe:
        acknowledged = pipe.read().splitlines()
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    done.set()
    editor.join()
    text = world.read(SHARED)
    assert codes == [0, 0, 0, 0]
    assert len(acknowledged) == 4 * adds
    facts = [fact.text for fact in world.tree.read(SHARED).document.facts]
    assert sorted(facts) == sorted(["The first fact", *acknowledged])
    assert saved, "the editor never got to save"
    assert [line for line in saved if line not in text] == []
    assert world.journal.faults() == []
    assert len(world.journal.history()) == 4 * adds + 1


def test_four_processes_and_an_editor_lose_nothing(root: Path) -> None:
    four_processes(root, 25)


@pytest.mark.long
def test_four_processes_times_a_hundred_adds_and_an_editor_lose_nothing(root: Path) -> None:
    four_processes(root, 100)


def test_a_save_right_before_the_rename_is_not_overwritten(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is saved by an editor after it was read and before ours is renamed over it."""
    world.add("a.md", "Likes tea")
    world.add("b.md", "Likes jazz")
    draft = world.draft()
    draft.add("a.md", NewFact("Likes milk"))
    draft.update("b.md", world.id("b.md", "Likes jazz"), NewFact("Likes opera"), UpdateReason.CORRECTED)
    change = world.propose(draft)
    save = world.journal.store.save
    saves: list[int] = []

    def save_then_edit(record: Change) -> None:
        save(record)
        if not saves:
            saves.append(1)
            world.put("b.md", world.read("b.md").replace("Likes jazz", "Likes free jazz"))
            world.put("a.md", world.read("a.md") + "A line of mine.\n")

    monkeypatch.setattr(world.journal.store, "save", save_then_edit)
    outcome = world.journal.approve(change.id)
    assert [edit.n for edit in outcome.conflicts] == [2]
    assert outcome.conflicts[0].theirs == "Likes free jazz"
    assert "A line of mine." in world.read("a.md")
    assert "Likes milk" in world.read("a.md")
    assert "Likes free jazz" in world.read("b.md")
    assert "opera" not in world.read("b.md")
    monkeypatch.undo()
    world.journal.revert(change.id)
    assert "Likes milk" not in world.read("a.md")
    assert world.read("a.md").endswith("A line of mine.\n")


@pytest.mark.parametrize("moment", range(1, 4))
def test_an_edit_between_crash_and_restart_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    """Killed in the middle of a move; the person edits both files before the next start."""
    world.add("a.md", "Likes tea", "Likes jazz")
    world.add("b.md", "Lives in Graz")
    draft = world.draft()
    draft.move("a.md", world.id("a.md", "Likes tea"), "b.md")
    draft.add("c.md", NewFact("Plays go"))
    change = world.propose(draft)
    replace = world.journal.store.disk.replace
    calls: list[int] = []

    class Killed(BaseException):
        """Stands in for SIGKILL: nothing catches it, nothing runs after it."""

    def die(staged: Staged, expected: str | None) -> bool:
        calls.append(1)
        if len(calls) == moment:
            raise Killed
        return replace(staged, expected)

    monkeypatch.setattr(world.journal.store.disk, "replace", die)
    with pytest.raises(Killed):
        world.journal.approve(change.id)
    monkeypatch.undo()
    for path in ("a.md", "b.md"):
        world.put(path, world.read(path) + "Mine.\n")
    again = open_world(world.root)
    assert len(again.journal.recover()) == 1
    after = again.journal.get(change.id)
    assert after.state is ChangeState.APPLIED
    texts = {
        path: [f.text for f in again.tree.read(path).document.facts] for path in ("a.md", "b.md", "c.md")
    }
    assert texts == {"a.md": ["Likes jazz"], "b.md": ["Lives in Graz", "Likes tea"], "c.md": ["Plays go"]}
    assert all(again.read(path).endswith("Mine.\n") for path in ("a.md", "b.md"))
    again.journal.revert(change.id)
    texts = {path: [f.text for f in again.tree.read(path).document.facts] for path in ("a.md", "b.md")}
    assert {path: sorted(found) for path, found in texts.items()} == {
        "a.md": ["Likes jazz", "Likes tea"],
        "b.md": ["Lives in Graz"],
    }
    assert not (again.root / "c.md").exists()


def test_opening_the_journal_never_waits_for_a_writer(world: World) -> None:
    world.add("a.md", "Likes tea")
    with world.journal.store.locked():
        world.journal.store.mark_open(world.journal.history()[0].id, ["a.md"])
        assert open_world(world.root).journal.recover() == []
        assert world.journal.store.opened()
    assert open_world(world.root).journal.recover() == []
    assert not world.journal.store.opened()


def test_a_root_that_cannot_be_written_is_a_plain_error(root: Path) -> None:
    root.mkdir()
    world = open_world(root)
    (root / ".nanomem" / "lock").mkdir(parents=True)
    draft = world.draft()
    draft.add("a.md", NewFact("Likes tea"))
    with pytest.raises(WriteFailed):
        world.propose(draft)

"""The memory as it was: byte for byte where the records have it, and never a guess that looks certain."""

import os
import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.bank import MemoryBank
from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.past import Past
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.memory.lines import encode
from nanomem_tui.settings import Settings

PATHS = ("a.md", "home/b.md", "home/c.md")
STEPS = (
    "add",
    "add",
    "edit",
    "archive",
    "remove",
    "move",
    "undo",
    "redo",
    "text",
    "file",
    "delete",
    "three",
)


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*.md")
        if ".nanomem" not in path.parts
    }


def at(bank: MemoryBank, past: Past) -> dict[str, bytes]:
    """The bytes of every file of then."""
    return {
        file.path: (bank.root / file.path).read_bytes() if file.text is None else encode(file.text)
        for file in past.files
    }


def step(bank: MemoryBank, kind: str, dice: random.Random, number: int) -> str | None:
    """Do something to the memory; the id of the change, None when there was nothing to do."""
    facts = [fact for path in files(bank.root) for fact in bank.read(path).document.facts]
    path = dice.choice(PATHS)
    new = NewFact(f"Fact {number} {dice.choice(['tea', 'naïve', 'x | y'])}")
    try:
        if kind == "add":
            return bank.add_fact(path, new).change.id
        if kind == "file":
            return bank.new_file(f"new/{number}.md").change.id
        if kind == "undo":
            return bank.undo().change.id
        if kind == "redo":
            return bank.redo().change.id
        if kind == "three":
            draft = Draft(bank.tree_index, now=bank.clock())
            for each in PATHS:
                draft.add(each, NewFact(f"{new.text} in {each}"))
            from nanomem_tui.bank.opened import PERSON

            change = bank.journal.propose(draft.edits, flow="add", author=PERSON, request="three")
            return bank.approve(change.id, flagged=True).change.id
        if kind in ("text", "delete"):
            there = sorted(files(bank.root))
            if not there:
                return None
            path = dice.choice(there)
            seen = bank.read(path).text
            text = (
                None if kind == "delete" else dice.choice(["\r\n".join(seen.split("\n")), f"# New\n{seen}x"])
            )
            return bank.write_text(path, text, seen=seen).change.id
        if not facts:
            return None
        fact = dice.choice(facts)
        return {
            "edit": lambda: bank.edit_fact(fact.ref, new),
            "archive": lambda: bank.archive_facts([fact.ref]),
            "remove": lambda: bank.remove_facts([fact.ref]),
            "move": lambda: bank.move_facts([fact.ref], path),
        }[kind]().change.id
    except NanomemError:
        return None


@settings(max_examples=6, deadline=None)
@given(st.lists(st.sampled_from(STEPS), min_size=2, max_size=12), st.integers(0, 10**6))
def test_what_the_records_have_comes_back_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, kinds: list[str], seed: int
) -> None:
    root = tmp_path_factory.mktemp("past")
    bank = MemoryBank(root, settings=Settings(root=root))
    dice = random.Random(seed)
    then: dict[str, dict[str, bytes]] = {}
    for number, kind in enumerate(kinds):
        id = step(bank, kind, dice, number)
        if id is not None:
            then[id] = files(root)
    for id, wanted in then.items():
        past = bank.tree_at(id)
        assert at(bank, past) == wanted
        assert not [file for file in past.files if file.doubt]


@settings(max_examples=8, deadline=None)
@given(
    st.lists(st.sampled_from((*STEPS, "outside", "outside")), min_size=3, max_size=14), st.integers(0, 10**6)
)
def test_what_others_wrote_is_never_passed_off_as_certain(
    tmp_path_factory: pytest.TempPathFactory, kinds: list[str], seed: int
) -> None:
    root = tmp_path_factory.mktemp("past")
    bank = MemoryBank(root, settings=Settings(root=root))
    (root / "a.md").write_text("# A\n\n- Fact of old\n")
    dice = random.Random(seed)
    then: dict[str, dict[str, bytes]] = {}
    for number, kind in enumerate(kinds):
        if kind == "outside":
            file_there = root / dice.choice(PATHS)
            file_there.parent.mkdir(exist_ok=True)
            lines = file_there.read_text().splitlines(keepends=True) if file_there.exists() else []
            lines.insert(dice.randint(0, len(lines)), f"- By hand {number}\n")
            file_there.write_text("".join(lines))
            os.utime(file_there, (time.time() + 60 + number,) * 2)
        elif (id := step(bank, kind, dice, number)) is not None:
            then[id] = files(root)
    for id, wanted in then.items():
        past = bank.tree_at(id)
        shown = at(bank, past)
        for file in past.files:
            assert file.doubt or shown[file.path] == wanted.get(file.path), file
        lost = set(wanted) - set(shown)
        assert not lost & set(files(root)), "only a file that others made and deleted can be missing"


def test_a_file_deleted_outside_is_rebuilt_and_says_so(root: Path) -> None:
    bank = MemoryBank(root, settings=Settings(root=root))
    first = bank.add_fact("a.md", NewFact("Likes tea")).change.id
    wanted = (root / "a.md").read_text()
    bank.add_fact("a.md", NewFact("Likes coffee"))
    (root / "a.md").unlink()
    file = bank.tree_at(first).file("a.md")
    assert file is not None
    assert file.text == wanted
    assert "deleted outside" in file.doubt


def test_a_change_decided_on_in_parts_is_not_certain(root: Path) -> None:
    bank = MemoryBank(root, settings=Settings(root=root))
    draft = Draft(bank.tree_index, now=bank.clock())
    draft.add("a.md", NewFact("Likes tea"))
    draft.add("b.md", NewFact("Likes coffee"))
    from nanomem_tui.bank.opened import PERSON

    change = bank.journal.propose(draft.edits, flow="add", author=PERSON, request="Likes tea. Likes coffee.")
    bank.approve(change.id, {1})
    between = bank.add_fact("c.md", NewFact("Likes milk")).change.id
    bank.approve(change.id, {2})
    past = bank.tree_at(between)
    assert past.file("c.md") is not None
    assert all(file.doubt for file in past.files if file.path in ("a.md", "b.md"))


def test_many_changes_are_walked_back_in_no_time(root: Path) -> None:
    from dataclasses import replace
    from time import process_time

    from nanomem_tui.changes.past import tree_at
    from nanomem_tui.changes.store import new_id

    bank = MemoryBank(root, settings=Settings(root=root))
    made = bank.add_fact("a.md", NewFact("Likes tea")).change
    changes = [made]
    text = (root / "a.md").read_text()
    for number in range(1500):
        line = f"- Line {number}\n"
        splice = replace(made.effects[0], path="a.md", at=0, before="", after=line, above="", below="")
        below = text.splitlines(keepends=True)[0]
        changes.append(replace(made, id=new_id(), applied=new_id(), effects=(replace(splice, below=below),)))
        text = line + text
    start = process_time()
    past = tree_at(made, changes, {"a.md": 0.0}, lambda path: text)
    assert process_time() - start < 5.0
    file = past.file("a.md")
    assert file is not None
    assert file.text == (root / "a.md").read_text()
    assert file.doubt == ""

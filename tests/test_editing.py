"""Editing by hand at the bank: facts, files and folders, each as one change that one undo takes back."""

from datetime import date
from pathlib import Path

import pytest

from nanomem_tui import MemoryBank
from nanomem_tui.bank.opened import PERSON
from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.errors import StandsInTheWay
from nanomem_tui.changes.model import ArchiveReason, ChangeState
from nanomem_tui.memory.errors import NanomemError, NotFound, UnsafePath, UsageError
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.memory.levels import Level

ODD = b"\xef\xbb\xbf# Odd\r\n\r\n- Owns a \xf0\x9f\x9a\xb2 | topic=bikes\r\nprose \xff without an end"
TWICE = """\
# Twice

## Long-term memory
- Same | updated_at=2026-01-02
- Other
- Same | updated_at=2026-01-02
- Last

## History
- Old
"""


@pytest.fixture
def bank(root: Path) -> MemoryBank:
    for name, data in {
        "home/twice.md": TWICE.encode(),
        "home/deep/odd.md": ODD,
        "home/photo.png": b"\x89PNG",
        "work/job.md": b"- Works at Acme | review_at=2026-01-01 | updated_at=2025-05-05\n",
        "tax/netherlands.md": b"---\ntitle: Tax\n---\n- Owes money\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return MemoryBank(root)


def stored(root: Path) -> dict[str, bytes]:
    """The bytes of every file but our own state."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".nanomem" not in path.parts
    }


def refs(bank: MemoryBank, path: str, *texts: str) -> list[str]:
    return [fact.ref for fact in bank.read(path).document.facts if fact.text in texts]


# Several facts


def test_facts_that_say_the_same_are_removed_together_and_one_undo_brings_them_back(
    bank: MemoryBank, root: Path
) -> None:
    before = stored(root)
    same = refs(bank, "home/twice.md", "Same", "Last")
    assert len(set(same)) == 3
    outcome = bank.remove_facts([*same, same[0]])
    assert len(outcome.change.edits) == 3
    assert [fact.text for fact in bank.read("home/twice.md").document.facts] == ["Other", "Old"]
    assert len(bank.history()) == 1
    bank.undo()
    assert stored(root) == before


def test_archiving_several_leaves_history_alone_and_goes_over_files(bank: MemoryBank, root: Path) -> None:
    before = stored(root)
    chosen = [
        *refs(bank, "home/twice.md", "Same", "Old"),
        *refs(bank, "work/job.md", "Works at Acme"),
    ]
    bank.archive_facts(chosen, ArchiveReason.EXPIRED)
    assert [fact.text for fact in bank.read("home/twice.md").document.facts if fact.tier == "long_term"] == [
        "Other",
        "Last",
    ]
    assert b"status=expired" in stored(root)["work/job.md"]
    with pytest.raises(NotFound, match="Nothing would change"):
        bank.archive_facts(refs(bank, "home/twice.md", "Old"))
    bank.undo()
    assert stored(root) == before


def test_moving_several_skips_what_is_there_and_refuses_as_a_whole_what_is_said_there(
    bank: MemoryBank, root: Path
) -> None:
    before = stored(root)
    job = refs(bank, "work/job.md", "Works at Acme")
    bank.move_facts([*refs(bank, "home/twice.md", "Other", "Last"), *job], "work/job.md")
    assert {fact.text for fact in bank.read("work/job.md").document.facts} == {
        "Works at Acme",
        "Other",
        "Last",
    }
    bank.undo()
    assert stored(root) == before
    (root / "work/job.md").write_bytes(before["work/job.md"] + b"- Other\n")
    with pytest.raises(UsageError, match="says “Other” already"):
        bank.move_facts(refs(bank, "home/twice.md", "Other", "Last"), "work/job.md")
    assert stored(root)["home/twice.md"] == before["home/twice.md"]


def test_a_confirmed_fact_keeps_the_day_it_was_said(bank: MemoryBank, root: Path) -> None:
    before = stored(root)
    (due,) = bank.due()
    assert due.text == "Works at Acme"
    bank.confirm([due.ref])
    (fact,) = bank.read("work/job.md").document.facts
    assert fact.checked_at == date(2026, 3, 1)
    assert fact.updated_at == due.updated_at
    assert bank.due() == ()
    bank.undo()
    assert stored(root) == before


def test_one_of_two_that_say_the_same_comes_back_unless_it_was_said_again_since(
    bank: MemoryBank, root: Path
) -> None:
    before = stored(root)
    for ref in refs(bank, "home/twice.md", "Same"):
        bank.archive_facts([ref], ArchiveReason.DUPLICATE)
        bank.undo()
        assert stored(root) == before
    (last,) = refs(bank, "home/twice.md", "Last")
    removed = bank.remove_facts([last])
    bank.add_fact("home/twice.md", NewFact("Last"))
    with pytest.raises(StandsInTheWay, match="“Last” stands in"):
        bank.revert(removed.change.id)


# Levels


def test_the_level_of_facts_and_of_a_file_is_a_change_like_any_other(bank: MemoryBank, root: Path) -> None:
    before = stored(root)
    same = refs(bank, "home/twice.md", "Same")
    bank.set_fact_level(same, Level.PRIVATE)
    assert stored(root)["home/twice.md"].count(b"- Same | updated_at=2026-01-02 | disclosure=private\n") == 2
    assert {fact.level for fact in bank.read("home/twice.md").document.facts if fact.text == "Same"} == {
        Level.PRIVATE
    }
    bank.set_fact_level(refs(bank, "home/twice.md", "Same"), None)
    assert stored(root) == before
    bank.set_file_level("tax/netherlands.md", Level.ASK)
    assert stored(root)["tax/netherlands.md"] == b"---\ntitle: Tax\ndisclosure: ask\n---\n- Owes money\n"
    with pytest.raises(NotFound, match="says ask already"):
        bank.set_file_level("tax/netherlands.md", Level.ASK)
    bank.undo()
    assert stored(root) == before


def test_what_a_move_would_disclose_more_freely_is_told_before(bank: MemoryBank) -> None:
    bank.set_level("tax/**", Level.PRIVATE)
    (file,) = bank.freer_files({"tax/netherlands.md": "money.md", "work/job.md": "tax/job.md"})
    assert (file.name, file.before, file.after) == ("tax/netherlands.md", Level.PRIVATE, Level.OPEN)
    owed = refs(bank, "tax/netherlands.md", "Owes money")
    (fact,) = bank.freer_facts(owed, "work/job.md")
    assert (fact.name, fact.after) == (owed[0], Level.OPEN)
    assert bank.freer_facts(owed, "tax/new.md") == ()
    bank.set_fact_level(owed, Level.PRIVATE)
    assert bank.freer_facts(owed, "work/job.md") == ()


# Files


def test_a_new_file_has_no_facts_and_is_never_made_over_another(bank: MemoryBank, root: Path) -> None:
    before = stored(root)
    bank.new_file("hobbies/music.md")
    assert bank.read("hobbies/music.md").document.facts == ()
    for taken in ("work/job.md", "Work/Job.md"):
        with pytest.raises(UsageError, match=r"There is a file work/job\.md already"):
            bank.new_file(taken)
    with pytest.raises(UnsafePath):
        bank.new_file("../music.md")
    bank.undo()
    assert stored(root) == before
    assert not (root / "hobbies").exists()


def test_a_file_moves_with_its_very_bytes_or_not_at_all(bank: MemoryBank, root: Path) -> None:
    before = stored(root)
    bank.move_file("home/deep/odd.md", "odd.md")
    assert stored(root) == {"odd.md" if p == "home/deep/odd.md" else p: d for p, d in before.items()}
    bank.undo()
    assert stored(root) == before
    with pytest.raises(UsageError, match=r"There is a file work/job\.md already"):
        bank.move_file("home/deep/odd.md", "work/job.md")
    with pytest.raises(NotFound):
        bank.move_file("nowhere.md", "somewhere.md")
    assert stored(root) == before


def test_a_file_that_moved_on_while_it_was_renamed_stays_as_it_is(bank: MemoryBank, root: Path) -> None:
    draft = Draft(bank.tree_index, now=bank.clock())
    draft.write_text("work/job.md", None, seen=bank.read("work/job.md").text)
    draft.write_text("job.md", "x", seen=None)
    (root / "job.md").write_bytes(b"somebody else's")
    before = stored(root)
    outcome = bank.journal.apply_now(draft.edits, author=PERSON, flow="edit", request="rename", whole=True)
    assert [edit.path for edit in outcome.conflicts] == ["job.md"]
    assert stored(root) == before
    assert bank.history() == []


# Folders


def test_a_folder_is_renamed_as_one_change_and_keeps_every_byte(bank: MemoryBank, root: Path) -> None:
    before = stored(root)
    inside = bank.inside("home/")
    assert [file.path for file in inside.files] == ["home/deep/odd.md", "home/twice.md"]
    assert (inside.facts, inside.others) == (6, ("home/photo.png",))
    outcome = bank.move_folder("home/", "places/old")
    assert outcome.change.state is ChangeState.APPLIED
    after = stored(root)
    assert after["places/old/deep/odd.md"] == ODD
    assert set(after) == {
        "places/old/deep/odd.md",
        "places/old/twice.md",
        "home/photo.png",
        "work/job.md",
        "tax/netherlands.md",
    }
    assert len(bank.history()) == 1
    bank.undo()
    assert stored(root) == before
    assert not (root / "places").exists()
    bank.redo()
    assert stored(root) == after


def test_a_folder_is_deleted_as_one_change_and_comes_back(bank: MemoryBank, root: Path) -> None:
    before = stored(root)
    bank.delete_folder("home")
    assert set(stored(root)) == {"home/photo.png", "work/job.md", "tax/netherlands.md"}
    bank.delete_folder("work")
    assert not (root / "work").exists()
    bank.undo()
    bank.undo()
    assert stored(root) == before


@pytest.mark.parametrize(
    ("folder", "to", "fault"),
    [
        ("home", "home/inner", "cannot move into itself"),
        ("home", "home", "cannot move into itself"),
        ("home", "../out", "is not a path to a folder of memory"),
        ("home", ".nanomem", "is not a path to a folder of memory"),
        ("home", " ", "no folder inside"),
        ("", "all", "no folder inside"),
        ("nowhere", "home2", "There is no memory in nowhere"),
        ("home", "work", "There is a file work/twice.md already"),
    ],
)
def test_a_folder_that_cannot_be_renamed_stays_whole(
    bank: MemoryBank, root: Path, folder: str, to: str, fault: str
) -> None:
    (root / "work/twice.md").write_text("- In the way\n")
    before = stored(root)
    with pytest.raises(NanomemError, match=fault):
        bank.move_folder(folder, to)
    assert stored(root) == before


def test_only_a_folder_with_nothing_in_it_is_dropped(bank: MemoryBank, root: Path) -> None:
    (root / "empty/nested").mkdir(parents=True)
    assert bank.drop_empty_folder("empty")
    assert not (root / "empty").exists()
    assert not bank.drop_empty_folder("home")
    assert (root / "home/photo.png").exists()

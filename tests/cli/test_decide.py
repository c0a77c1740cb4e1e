"""Deciding on changes and taking them back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nanomem_tui.bank import MemoryBank
from nanomem_tui.changes.disk import Staged
from nanomem_tui.changes.draft import Draft
from nanomem_tui.memory.facts import NewFact
from tests.cli.conftest import Runs, propose
from tests.cli.terminal import Terminal

Write = Callable[[str, str], Path]

TEA = "# Memory: Tea\n\n## Long-term memory\n- Drinks Assam | topic=food | tier=long_term\n- Likes Oolong\n"
KEY = "My key is sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEF"
WORDS = f"I drink green tea. I own two pots. {KEY}."


def three(draft: Draft) -> None:
    """Two plain facts and one that looks like a secret."""
    draft.add("food/tea.md", NewFact("Drinks green tea"), quote="I drink green tea")
    draft.add("home/kitchen.md", NewFact("Owns two pots"), quote="I own two pots")
    draft.add("home/kitchen.md", NewFact(KEY), quote=KEY)


@pytest.fixture
def waiting(bank: MemoryBank) -> str:
    """The short name of a change of three edits, the third one flagged."""
    change = propose(bank, three, request=WORDS)
    assert [sorted(edit.flags) for edit in change.edits] == [[], [], ["secret"]]
    return change.id[-6:].lower()


def test_pending_lists_what_waits(nanomem: Runs, waiting: str) -> None:
    ran = nanomem("pending")
    assert ran.code == 0
    assert ran.out.startswith(f"{waiting}  2026-03-01 12:00  pending add +3")
    assert "1 flagged edit" in ran.out
    assert "nanomem approve ID" not in ran.out


def test_nothing_waits(nanomem: Runs, root: Path) -> None:
    assert nanomem("pending").err == "Nothing waits for review.\n"
    assert nanomem("review").err == "Nothing waits for review.\n"
    assert nanomem("history").err == "No change yet.\n"
    assert not root.exists(), "looking must not make the folder"


def test_show_prints_whole_facts_signs_flags_and_words(nanomem: Runs, waiting: str) -> None:
    ran = nanomem("show", waiting)
    assert ran.code == 0
    for line in (
        "food/tea.md",
        "  1 + Drinks green tea",
        "      because: I drink green tea",
        "home/kitchen.md",
        "  2 + Owns two pots",
    ):
        assert line in ran.out.splitlines(), ran.out
    assert "! secret: " in ran.out
    assert f"nanomem approve {waiting}" in ran.err


def test_approve_leaves_flagged_edits_waiting(nanomem: Runs, waiting: str, root: Path) -> None:
    ran = nanomem("approve", waiting)
    assert ran.code == 3
    assert f"{waiting}: 2 edits applied, 1 edit waiting." in ran.err
    assert f"nanomem approve {waiting} --flagged" in ran.err
    assert "Drinks green tea" in (root / "food/tea.md").read_text()
    assert KEY not in (root / "home/kitchen.md").read_text()

    again = nanomem("approve", waiting)
    assert again.code == 3
    assert KEY not in (root / "home/kitchen.md").read_text()

    assert nanomem("approve", waiting, "--flagged").code == 0
    assert KEY in (root / "home/kitchen.md").read_text()


def test_approve_by_number(nanomem: Runs, waiting: str, root: Path) -> None:
    assert nanomem("approve", waiting, "--only", "2").code == 3
    assert not (root / "food/tea.md").exists()
    assert "Owns two pots" in (root / "home/kitchen.md").read_text()
    ran = nanomem("approve", waiting, "--only", "1,3", "--json")
    assert ran.code == 0
    assert [edit["state"] for edit in ran.json["change"]["edits"]] == ["applied"] * 3


def test_reject_some_with_a_reason(nanomem: Runs, waiting: str, root: Path) -> None:
    assert nanomem("reject", waiting, "--only", "3", "--reason", "a secret").code == 3
    assert nanomem("approve", waiting).code == 0
    shown = nanomem("show", waiting)
    assert "rejected: a secret" in shown.out
    assert "decided 2026-03-01 12:00 by you" in shown.out
    assert KEY not in (root / "home/kitchen.md").read_text()


def test_several_at_once(nanomem: Runs, bank: MemoryBank, root: Path) -> None:
    names = []
    for n in range(3):
        text = f"Number {n}"

        def make(draft: Draft, n: int = n, text: str = text) -> None:
            draft.add(f"n/{n}.md", NewFact(text), quote=text)

        names.append(propose(bank, make, request=text).id)
    ran = nanomem("approve", *names, "--json")
    assert ran.code == 0
    assert [outcome["change"]["id"] for outcome in ran.json["outcomes"]] == names
    assert ran.err.startswith("3 changes with 3 edits to decide.\n")
    assert ran.err.endswith("Of 3 changes: 3 applied.\n")
    assert len(list(root.glob("n/*.md"))) == 3
    assert nanomem("reject", *names).code == 2


def test_one_change_that_cannot_be_decided_does_not_stop_the_others(
    nanomem: Runs, waiting: str, bank: MemoryBank, root: Path
) -> None:
    done = propose(bank, lambda draft: draft.add("a.md", NewFact("Likes jam")), request="Likes jam")
    nanomem("reject", done.id)
    ran = nanomem("approve", done.id, waiting, waiting, "--json")
    assert ran.code == 1
    first, second = ran.json["outcomes"]
    assert first["error"]["code"] == "usage"
    assert second["change"]["state"] == "pending"
    assert "2 changes with 3 edits to decide, 1 of them flagged." in ran.err
    assert "Of 2 changes: 1 still waiting, 1 left as it was." in ran.err
    assert (root / "food/tea.md").exists()


def test_an_unknown_name_among_several_decides_nothing(nanomem: Runs, waiting: str, root: Path) -> None:
    ran = nanomem("approve", waiting, "zzzzzz")
    assert ran.code == 1
    assert "zzzzzz" in ran.err
    assert not (root / "food").exists()


def test_conflict_is_shown_with_both_texts(nanomem: Runs, bank: MemoryBank, write: Write) -> None:
    file = write("food/tea.md", TEA)
    oolong = bank.read("food/tea.md").document.facts[1].id
    change = propose(bank, lambda draft: draft.remove("food/tea.md", oolong))
    file.write_text(TEA.replace("Likes Oolong", "Loves Oolong"))
    shown = nanomem("show", change.id)
    assert "Edit 1 no longer fits: " in shown.err
    assert "The file says: Loves Oolong" in shown.err
    assert "food/tea.md was changed since, outside nanomem." in shown.err
    assert f"nanomem refresh {change.id[-6:].lower()}" in shown.err
    assert [edit["n"] for edit in nanomem("show", change.id, "--json").json["conflicts"]] == [1]
    ran = nanomem("approve", change.id)
    assert ran.code == 1
    assert "Not applied: edit 1." in ran.err
    assert file.read_text() == TEA.replace("Likes Oolong", "Loves Oolong")
    asked = nanomem("approve", change.id, "--only", "1", "--json")
    assert asked.code == 1
    assert [edit["n"] for edit in asked.json["conflicts"]] == [1]


def test_what_is_left_in_conflict_still_waits(nanomem: Runs, bank: MemoryBank, write: Write) -> None:
    file = write("food/tea.md", TEA)
    assam, oolong = bank.read("food/tea.md").document.facts

    def both(draft: Draft) -> None:
        draft.remove("food/tea.md", assam.id)
        draft.remove("food/tea.md", oolong.id)

    change = propose(bank, both)
    file.write_text(TEA.replace("Likes Oolong", "Loves Oolong"))
    ran = nanomem("approve", change.id)
    assert (ran.code, "Assam" in file.read_text()) == (1, False)
    assert "1 edit applied, 1 edit in conflict. Keep the files as they are with" in ran.err
    assert [waiting.id for waiting in bank.pending()] == [change.id]
    assert change.id[-6:].lower() in nanomem("pending").out
    assert bank.status().pending == 1
    assert nanomem("reject", change.id).code == 0
    assert bank.pending() == []
    assert bank.change(change.id).state == "applied"


@pytest.mark.parametrize(("answer", "left"), [("k", "Loves Oolong"), ("t", None), ("l", "Loves Oolong")])
def test_conflict_is_resolved_on_a_terminal(
    bank: MemoryBank, write: Write, root: Path, answer: str, left: str | None
) -> None:
    file = write("food/tea.md", TEA)
    oolong = bank.read("food/tea.md").document.facts[1].id
    propose(bank, lambda draft: draft.remove("food/tea.md", oolong))
    file.write_text(TEA.replace("Likes Oolong", "Loves Oolong"))
    with Terminal(["--root", root, "review"]) as terminal:
        terminal.expect("Apply?")
        terminal.type("y")
        terminal.expect("the file says: Loves Oolong")
        terminal.expect("take the proposal instead?")
        terminal.type(answer)
        assert terminal.end() == (1 if answer == "l" else 0)
    assert ("Oolong" in file.read_text()) is (left is not None)


def test_revert_gives_the_very_bytes_back(nanomem: Runs, bank: MemoryBank, write: Write) -> None:
    before = b"\xef\xbb\xbf# Tea\r\n\r\n- Drinks Assam\r\n- Caf\xe9 at noon\r\n\r\nProse without an end"
    file = write("food/tea.md", "")
    file.write_bytes(before)
    change = propose(bank, lambda draft: draft.add("food/tea.md", NewFact("Drinks green tea")))
    assert nanomem("approve", change.id, "--flagged").code == 0
    assert file.read_bytes() != before
    ran = nanomem("revert", change.id[-6:])
    assert ran.code == 0
    assert ran.err.startswith("Took back ")
    assert file.read_bytes() == before
    assert nanomem("revert", change.id).code != 0


def test_undo_and_redo(nanomem: Runs, bank: MemoryBank, write: Write) -> None:
    file = write("food/tea.md", TEA)
    change = propose(bank, lambda draft: draft.add("food/tea.md", NewFact("Drinks green tea")))
    nanomem("approve", change.id, "--flagged")
    after = file.read_text()
    assert nanomem("undo").code == 0
    assert file.read_text() == TEA
    assert nanomem("redo").code == 0
    assert file.read_text() == after
    name = change.id[-6:].lower()
    for words, said in (
        (("revert", name), "Took back"),
        (("undo",), "Did again"),
        (("redo",), "Took back again"),
        (("undo",), "Did again"),
        (("undo",), "Undid"),
        (("redo",), "Did again"),
        (("redo",), "Took back again"),
    ):
        assert nanomem(*words).err.startswith(f"{said} {name}: "), words
    assert file.read_text() == TEA
    nothing = nanomem("redo")
    assert nothing.code == 1
    assert nothing.err == "nanomem: There is nothing to redo.\n"


def test_history_by_file_flow_and_number(nanomem: Runs, bank: MemoryBank) -> None:
    propose(bank, lambda draft: draft.add("food/tea.md", NewFact("Drinks tea")), request="one")
    propose(bank, lambda draft: draft.add("work/job.md", NewFact("Builds bridges")), request="two")
    assert nanomem("delete", "no/such.md").code == 1
    newer, older = nanomem("history").out.splitlines()
    assert "  two" in newer
    assert "  one" in older
    assert "one" in nanomem("history", "--path", "food/tea.md").out
    assert "two" not in nanomem("history", "--path", "food").out
    assert nanomem("history", "--flow", "edit").err == "No change fits.\n"
    assert nanomem("history", "--author", "you").err == "No change fits.\n"
    assert nanomem("history", "--author", "rules").out.count("\n") == 2
    assert nanomem("history", "--since", "2026-03-01", "--until", "2026-03-01").out.count("\n") == 2
    assert nanomem("history", "--since", "2026-03-02").err == "No change fits.\n"
    assert nanomem("history", "--until", "2026-02-28").err == "No change fits.\n"
    assert nanomem("history", "--since", "yesterday").code == 2
    newest = nanomem("history", "--limit", "1")
    assert newest.out.count("\n") == 1
    assert "--limit N shows more" in newest.err


def test_an_unreadable_change_is_named_and_hides_nothing(
    nanomem: Runs, waiting: str, bank: MemoryBank, root: Path
) -> None:
    broken = root / ".nanomem/changes/01ZZZZZZZZZZZZZZZZZZZZZZZZ.json"
    broken.write_text("{")
    ran = nanomem("history")
    assert waiting in ran.out
    assert "01ZZZZZZZZZZZZZZZZZZZZZZZZ.json cannot be read: It is not valid JSON" in ran.err
    for command in ("pending", "review"):
        ran = nanomem(command)
        assert waiting in ran.out
        assert "01ZZZZZZZZZZZZZZZZZZZZZZZZ.json cannot be read" in ran.err


def test_what_a_killed_process_left_open_is_finished_and_said_in_one_line(
    nanomem: Runs, waiting: str, bank: MemoryBank, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """Stands in for SIGKILL: nothing catches it, nothing runs after it."""

    def die(staged: Staged, expected: str | None) -> bool:
        raise Killed

    monkeypatch.setattr(bank.journal.store.disk, "replace", die)
    with pytest.raises(Killed):
        bank.approve(waiting)
    assert not (root / "food/tea.md").exists()
    ran = nanomem("tree")
    assert ran.code == 0
    said = f"Finished the change {waiting} that was interrupted: food/tea.md, home/kitchen.md.\n"
    assert ran.err.count("\n") == 1
    assert ran.err == said
    assert "Drinks green tea" in (root / "food/tea.md").read_text()
    assert "interrupted" not in nanomem("tree").err


def test_review_prints_everything_without_a_terminal(nanomem: Runs, waiting: str) -> None:
    ran = nanomem("review")
    assert ran.code == 0
    assert "  1 + Drinks green tea" in ran.out
    assert nanomem("review", "--json").json["changes"][0]["state"] == "pending"


def test_review_asks_on_a_terminal(bank: MemoryBank, waiting: str, root: Path) -> None:
    with Terminal(["--root", root, "review"]) as terminal:
        terminal.expect("+ Owns two pots")
        terminal.expect("[l]ater?")
        terminal.type("some")
        for answer in ("y", "n", "l"):
            terminal.expect("[l]ater?")
            terminal.type(answer)
        terminal.expect("1 edit applied, 1 edit rejected, 1 edit waiting")
        assert terminal.end() == 3
    assert (root / "food/tea.md").exists()
    assert not (root / "home/kitchen.md").exists()


def test_a_flagged_edit_is_asked_about_by_itself(bank: MemoryBank, waiting: str, root: Path) -> None:
    with Terminal(["--root", root, "review"]) as terminal:
        terminal.expect("Apply?")
        terminal.type("y")
        terminal.expect("Edit 3 is flagged. Apply it all the same?")
        assert "Owns two pots" in (root / "home/kitchen.md").read_text()
        assert KEY not in (root / "home/kitchen.md").read_text()
        terminal.type("yes")
        assert terminal.end() == 0
    assert KEY in (root / "home/kitchen.md").read_text()


def test_edit_before_approving(bank: MemoryBank, root: Path) -> None:
    change = propose(bank, lambda draft: draft.add("food/tea.md", NewFact("Drinks gren tea")), request="x")
    with Terminal(["--root", root, "review"]) as terminal:
        terminal.expect("Apply?")
        terminal.type("e")
        terminal.expect("Text of edit 1:")
        terminal.expect("Drinks gren tea")
        terminal.press(b"\x15")  # Ctrl-U empties the line
        terminal.type("Drinks green tea")
        terminal.expect("+ Drinks green tea")
        terminal.expect("Apply?")
        terminal.type("y")
        assert terminal.end() == 0
    assert "Drinks green tea" in (root / "food/tea.md").read_text()
    assert bank.change(change.id).edits[0].text == "Drinks green tea"


def test_edit_one_of_several(bank: MemoryBank, waiting: str, root: Path) -> None:
    with Terminal(["--root", root, "review"]) as terminal:
        for n, told in (("9", "There is no edit 9"), ("", "There is no edit"), ("2", "Text of edit 2:")):
            terminal.expect("[l]ater?")
            terminal.type("e")
            terminal.expect("Which edit, 1, 2, 3?")
            terminal.type(n)
            terminal.expect(told)
        terminal.expect("Owns two pots")
        terminal.type(" of iron")
        terminal.expect("+ Owns two pots of iron")
        terminal.expect("[l]ater?")
        terminal.type("l")
        assert terminal.end() == 3
    assert bank.change(waiting).edits[1].text == "Owns two pots of iron"


def test_interrupting_a_question_leaves_the_change_waiting(
    bank: MemoryBank, waiting: str, root: Path
) -> None:
    with Terminal(["--root", root, "review"]) as terminal:
        terminal.expect("Apply?")
        terminal.press(b"\x03")
        terminal.expect(f"{waiting} waits.")
        assert terminal.end() == 130
        assert "Traceback" not in terminal.text
    assert not (root / "food").exists()


def test_the_end_of_input_decides_nothing(bank: MemoryBank, waiting: str, root: Path) -> None:
    with Terminal(["--root", root, "review"]) as terminal:
        terminal.expect("Apply?")
        terminal.press(b"\x04")
        assert terminal.end() == 3
    assert not (root / "food").exists()


def test_nonsense_is_asked_again(bank: MemoryBank, waiting: str, root: Path) -> None:
    with Terminal(["--root", root, "review"]) as terminal:
        terminal.expect("Apply?")
        terminal.type("perhaps")
        terminal.expect("Type one of y, n, s, e, l.")
        terminal.expect("Apply?")
        terminal.type("no")
        terminal.expect("3 edits rejected")
        assert terminal.end() == 0

"""What time does to memory: proposals that it moved away from, and facts to look at again."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nanomem_tui.bank import MemoryBank
from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.model import Author, AuthorKind
from nanomem_tui.memory.facts import NewFact
from tests.cli.conftest import Runs, propose
from tests.cli.terminal import Terminal

Write = Callable[[str, str], Path]

HOME = "# Memory: Home\n\n## Long-term memory\n- Lives in Seattle | topic=home | source=user_statement\n"
PILLS = "# Memory: Pills\n\n- Takes vitamin D | review_at=2026-02-01\n- Takes iron | review_at=2026-09-01\n"


@pytest.fixture
def stale(nanomem: Runs, write: Write) -> str:
    """The name of a proposal whose fact was edited since."""
    file = write("personal/home.md", HOME)
    change = nanomem("update", "I live in Portland now.", "--json").json["change"]
    assert [edit["op"] for edit in change["edits"]] == ["update"]
    file.write_text(HOME.replace("Lives in Seattle", "Lives in Seattle, Ballard"))
    return str(change["id"][-6:].lower())


def test_a_stale_proposal_is_made_anew(nanomem: Runs, stale: str, bank: MemoryBank, root: Path) -> None:
    assert f"nanomem refresh {stale}" in nanomem("show", stale).err
    ran = nanomem("refresh", stale)
    assert ran.code == 3
    (new,) = bank.pending()
    name = new.id[-6:].lower()
    assert f"{stale} was rejected: refreshed as {name}." in ran.err
    old = bank.change(stale)
    assert (old.state, old.edits[0].note) == ("rejected", f"refreshed as {name}")
    assert new.request == old.request == "I live in Portland now."
    assert new.edits[0].before == "Lives in Seattle, Ballard"
    assert bank.check(new.id) == ()
    assert nanomem("approve", name).code == 0
    assert "Lives in Portland" in (root / "personal/home.md").read_text()


def test_refreshing_asks_on_a_terminal(stale: str, root: Path) -> None:
    with Terminal(["--root", root, "refresh", stale]) as terminal:
        terminal.expect("refreshed as")
        terminal.expect("- Lives in Seattle, Ballard")
        terminal.expect("Apply?")
        terminal.type("y")
        assert terminal.end() == 0
    assert "Lives in Portland" in (root / "personal/home.md").read_text()


def test_a_run_that_proposes_nothing_leaves_the_old_one_waiting(
    nanomem: Runs, stale: str, bank: MemoryBank, write: Write
) -> None:
    write("personal/home.md", HOME.replace("Seattle", "Portland"))
    ran = nanomem("refresh", stale)
    assert ran.code == 0
    assert [change.id[-6:].lower() for change in bank.pending()] == [stale]


def test_pruning_is_proposed_anew(nanomem: Runs, bank: MemoryBank, write: Write) -> None:
    figs = "- Bought figs | tier=working | expires_at=2025-01-01\n"
    file = write("a.md", figs)
    pruned = nanomem("prune", "--json").json["change"]["id"]
    file.write_text(figs.replace("figs", "dates") + "- Rents a van | expires_at=2025-02-01\n")
    ran = nanomem("refresh", pruned)
    assert (ran.code, "did not end" in ran.err) == (3, False)
    (new,) = bank.pending()
    assert [edit.before for edit in new.edits] == ["Bought dates", "Rents a van"]
    assert bank.change(pruned).state == "rejected"


def test_deep_forgetting_is_as_deep_when_it_is_made_anew(
    nanomem: Runs, bank: MemoryBank, write: Write
) -> None:
    file = write("a.md", "- Likes soup\n- Likes rain\n")
    write("b.md", "- Walks to work\n- Sleeps late\n")
    plain = nanomem("forget", "soup", "--json").json["change"]
    deep = nanomem("forget", "soup", "--deep", "--json").json["change"]
    assert (plain["deep"], deep["deep"]) == (False, True)
    file.write_text("- Likes hot soup\n- Likes rain\n")
    for old in (plain, deep):
        new = nanomem("refresh", old["id"], "--json").json["change"]
        assert (new["deep"], [edit["before"] for edit in new["edits"]]) == (old["deep"], ["Likes hot soup"])
        # Two files of two facts: only who reads every file has read four.
        assert ("4 facts were read" in new["summary"]) is old["deep"]
    assert nanomem("refresh", new["id"]).code == 3


def test_only_what_a_run_proposed_can_be_made_anew(nanomem: Runs, bank: MemoryBank, write: Write) -> None:
    draft = Draft(bank.tree_index, now=bank.clock())
    draft.add("b.md", NewFact("Plays the cello"))
    importer = Author(AuthorKind.IMPORT, "notes")
    imported = bank.journal.propose(draft.edits, flow="ingest", author=importer, request="Notes").id
    decided = propose(bank, lambda draft: draft.add("c.md", NewFact("Likes jam"))).id
    nanomem("reject", decided)
    guest = Author(AuthorKind.CLIENT, "helper")
    by_hand = bank.journal.propose(draft.edits, flow="edit", author=guest, request="edit b.md").id
    for id, said, step in (
        (imported, "comes from an import, whose text is not kept", "import its file with --again"),
        (decided, "rejected already", "nanomem history"),
        (by_hand, "was made by hand, by helper: there is no run to repeat", "nanomem review"),
    ):
        ran = nanomem("refresh", id)
        assert ran.code == 2
        assert said in ran.err
        assert step in ran.err
    assert {change.id for change in bank.pending()} == {by_hand, imported}


def test_a_guest_is_shown_no_more_by_making_its_proposal_anew(
    nanomem: Runs, bank: MemoryBank, write: Write
) -> None:
    write("personal/home.md", HOME.replace("source=", "disclosure=private | source="))
    draft = Draft(bank.tree_index, now=bank.clock())
    draft.add("b.md", NewFact("Lives in Portland"))
    guest = Author(AuthorKind.CLIENT, "helper")
    said = "I live in Portland now."
    old = bank.journal.propose(draft.edits, flow="update", author=guest, request=said, model="rules")
    assert nanomem("refresh", old.id).code in (0, 3)
    for change in bank.history():
        assert "Seattle" not in "".join(edit.before or "" for edit in change.edits)
        assert change.author == guest


def test_prune_lists_what_is_due_and_confirm_settles_it(nanomem: Runs, write: Write) -> None:
    file = write("health/pills.md", PILLS)
    ran = nanomem("prune")
    assert ran.code == 0
    assert "1 fact to look at again:" in ran.err
    ref = next(word for word in ran.err.split() if word.startswith("health/pills.md#"))
    assert "nanomem confirm PATH#FACT" in ran.err
    confirmed = nanomem("confirm", ref)
    assert confirmed.code == 0
    assert "~ Takes vitamin D · checked at 2026-03-01\n" in confirmed.out
    assert "Take it back with: nanomem revert" in confirmed.err
    assert "checked_at=2026-03-01" in file.read_text()
    assert file.read_text().count("checked_at") == 1
    assert "look at again" not in nanomem("prune").err
    again = nanomem("confirm", ref)
    assert (again.code, again.err) == (1, "nanomem: Nothing would change.\n")
    assert nanomem("undo").code == 0
    assert file.read_text() == PILLS


def test_several_facts_are_confirmed_in_one_change(nanomem: Runs, bank: MemoryBank, write: Write) -> None:
    file = write("health/pills.md", PILLS)
    refs = [fact.ref for fact in bank.read("health/pills.md").document.facts]
    assert nanomem("confirm", *refs).code == 0
    assert file.read_text().count("checked_at=2026-03-01") == 2
    assert len(bank.history()) == 1
    assert nanomem("confirm", "health/pills.md#zzzzz").code == 1

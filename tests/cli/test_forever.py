"""Forgetting for good on the command line: what it asks, what it reaches, and what it cannot."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from nanomem_tui.bank import MemoryBank
from nanomem_tui.changes.draft import Draft
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.memory.identity import fingerprint
from tests.cli.conftest import Runs, propose
from tests.cli.terminal import Terminal

Write = Callable[[str, str], Path]

TEA = "# Memory: Tea\n\n## Long-term memory\n- Drinks Assam tea | source=user_statement\n- Likes Oolong tea\n"


def holding(word: str, *folders: Path) -> list[str]:
    """The files that hold a word, in any letter case."""
    return [
        str(file)
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.is_file() and word.lower().encode() in file.read_bytes().lower()
    ]


def own_folders() -> list[Path]:
    """The folders for config, cache, state and data of the tests' person."""
    home = Path.home()
    names = ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "NANOMEM_CONFIG_DIR")
    return [home, *(Path(os.environ[name]) for name in names if os.environ.get(name))]


def ref_of(nanomem: Runs, text: str) -> str:
    (ref,) = [hit["ref"] for hit in nanomem("search", text, "--json").json["hits"] if hit["text"] == text]
    return str(ref)


@pytest.fixture
def tea(write: Write) -> Path:
    return write("food/tea.md", TEA)


def test_a_queued_proposal_is_forgotten_by_approving_it_forever(nanomem: Runs, tea: Path, root: Path) -> None:
    queued = nanomem("forget", "Assam tea", "--forever")
    assert queued.code == 3
    (change,) = nanomem("pending", "--json").json["changes"]
    name = change["id"][-6:].lower()
    assert f"nanomem approve {name} --forever" in queued.err
    assert "Assam" in tea.read_text()
    done = nanomem("approve", name, "--forever")
    assert done.code == 0
    assert done.out.startswith("Forgot 1 fact for good\n  taken out of food/tea.md\n")
    assert "Out of reach" in done.out
    assert "backups" in done.out
    assert "Assam" not in done.out
    assert "Oolong" in tea.read_text()
    assert holding("Assam", root) == []
    assert nanomem("pending", "--json").json["changes"] == []
    assert nanomem("undo").code == 1


def test_a_yes_alone_only_takes_out(nanomem: Runs, tea: Path, root: Path) -> None:
    assert nanomem("forget", "Assam tea", "--yes").code == 0
    assert "Assam" not in tea.read_text()
    assert holding("Assam", root)
    assert nanomem("undo").code == 0
    assert tea.read_text() == TEA


def test_yes_and_forever_together_do_it_at_once(nanomem: Runs, tea: Path, root: Path) -> None:
    ran = nanomem("forget", "Assam tea", "--yes", "--forever", "--json")
    assert ran.code == 0
    assert ran.json["forgotten"]["facts"] == 1
    assert ran.json["trace"] is None
    assert "Assam" not in json.dumps(ran.json)
    assert holding("Assam", root) == []


def test_the_approval_mode_never_forgets_for_good(
    nanomem: Runs, tea: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NANOMEM_APPROVAL", "auto")
    assert nanomem("forget", "Assam tea", "--forever").code == 3
    assert tea.read_text() == TEA


def test_what_was_taken_out_before_can_be_forgotten_later(nanomem: Runs, tea: Path, root: Path) -> None:
    id = nanomem("forget", "Assam tea", "--yes", "--json").json["change"]["id"]
    assert nanomem("approve", id, "--forever").code == 0
    assert holding("Assam", root) == []


def test_a_flagged_removal_needs_its_own_yes(nanomem: Runs, write: Write, root: Path) -> None:
    file = write("food/tea.md", "".join(f"- Drinks tea number {n}\n" for n in range(4)))
    queued = nanomem("forget", "tea", "--forever", "--yes", "--json")
    assert {flag for edit in queued.json["change"]["edits"] for flag in edit["flags"]} == {"sweeping"}
    assert (queued.code, queued.json["forgotten"]) == (3, None)
    id = queued.json["change"]["id"]
    waiting = nanomem("approve", id, "--forever")
    assert waiting.code == 3
    assert "--forever --flagged" in waiting.err
    assert file.read_text().count("Drinks tea") == 4
    assert nanomem("approve", id, "--forever", "--only", "1").code == 3
    assert nanomem("approve", id, "--forever", "--flagged").code == 0
    assert holding("tea number", root) == []


def test_two_proposals_for_one_fact_are_carried_out_together(nanomem: Runs, tea: Path, root: Path) -> None:
    ids = [nanomem("forget", "Assam tea", "--forever", "--json").json["change"]["id"] for _ in range(2)]
    ran = nanomem("approve", *ids, "--forever", "--json")
    assert ran.code == 0
    assert [outcome["forgotten"] is None for outcome in ran.json["outcomes"]] == [False, True]
    assert holding("Assam", root) == []


def test_a_change_that_removes_nothing_is_no_ground(nanomem: Runs, bank: MemoryBank, root: Path) -> None:
    change = propose(bank, lambda draft: draft.add("a.md", NewFact("Likes jam")), request="Likes jam")
    for more in ((), ("--only", "1"), ("--only", "7")):
        ran = nanomem("approve", change.id, "--forever", *more)
        assert ran.code == 2
        assert "removes no fact" in ran.err
    assert not (root / "a.md").exists()


def test_a_fact_that_says_something_else_now_is_not_forgotten(
    nanomem: Runs, bank: MemoryBank, tea: Path
) -> None:
    oolong = bank.read("food/tea.md").document.facts[1].id
    change = propose(bank, lambda draft: draft.remove("food/tea.md", oolong))
    tea.write_text(TEA.replace("Likes Oolong tea", "Loves Oolong tea"))
    ran = nanomem("approve", change.id, "--forever")
    assert ran.code == 1
    assert "Nothing was forgotten." in ran.err
    assert "Loves Oolong tea" in tea.read_text()
    assert bank.change(change.id).pending


def test_purge_needs_a_yes_of_its_own(nanomem: Runs, tea: Path, root: Path) -> None:
    ref = ref_of(nanomem, "Drinks Assam tea")
    refused = nanomem("purge", ref)
    assert refused.code == 2
    assert "1 fact for good" in refused.err
    assert "Add --yes" in refused.err
    assert tea.read_text() == TEA
    assert nanomem("purge", "food/tea.md#zzzzz", "--yes").code == 1
    assert nanomem("purge", ref, "--yes").code == 0
    assert holding("Assam", root) == []


@pytest.mark.parametrize(("answer", "left"), [("n", True), ("", True), ("y", False)])
def test_purge_asks_on_a_terminal(nanomem: Runs, tea: Path, root: Path, answer: str, left: bool) -> None:
    ref = ref_of(nanomem, "Drinks Assam tea")
    with Terminal(["--root", root, "purge", ref]) as terminal:
        terminal.expect("Drinks Assam tea")
        terminal.expect("cannot be undone")
        terminal.expect("Forget 1 fact for good?")
        terminal.type(answer)
        terminal.expect("Nothing was forgotten." if left else "Out of reach")
        assert terminal.end() == (1 if left else 0)
    assert bool(holding("Assam", root)) is left


def test_words_that_may_mean_several_facts_forget_nothing(nanomem: Runs, tea: Path, root: Path) -> None:
    ran = nanomem("purge", "tea", "--yes")
    assert ran.code == 3
    assert "Drinks Assam tea" in ran.out
    assert ref_of(nanomem, "Likes Oolong tea") in ran.out
    assert "Nothing was forgotten" in ran.err
    listed = nanomem("purge", "tea", "--yes", "--json").json
    assert (listed["forgotten"], len(listed["candidates"]), listed["texts"]) == (None, 2, [])
    assert tea.read_text() == TEA
    nothing = nanomem("purge", "the", "opera", "in", "Graz", "--yes")
    assert (nothing.code, nothing.out) == (1, "")
    assert "No fact says “the opera in Graz”" in nothing.err
    assert nanomem("purge", " ", "--yes").code == 2
    both = nanomem("purge", "tea", ref_of(nanomem, "Likes Oolong tea"), "--yes")
    assert (both.code, tea.read_text()) == (2, TEA)


def test_the_very_words_of_a_fact_name_it(nanomem: Runs, tea: Path, root: Path) -> None:
    assert nanomem("purge", "drinks assam tea.").code == 2
    assert nanomem("purge", "drinks assam tea.", "--yes", "--json").json["forgotten"]["files"] == [
        "food/tea.md"
    ]
    assert holding("Assam", root) == []


def test_what_only_changes_still_know_is_meant_by_words_too(
    nanomem: Runs, bank: MemoryBank, tea: Path, root: Path
) -> None:
    rejected = propose(bank, lambda draft: draft.add("a.md", NewFact("Dislikes Assam")), request="So.")
    nanomem("reject", rejected.id)
    nanomem("delete", "food/tea.md")
    known = nanomem("purge", "assam", "--json").json
    assert (known["candidates"], sorted(known["texts"])) == ([], ["Dislikes Assam", "Drinks Assam tea"])
    with Terminal(["--root", root, "purge", "assam"]) as terminal:
        terminal.expect("2  ")
        terminal.expect("in changes or traces only")
        for answer in ("9", "none"):
            terminal.expect("nothing for none:")
            terminal.type(answer)
            terminal.expect("Type numbers from 1 to 2.")
        terminal.expect("nothing for none:")
        terminal.type("1-2")
        terminal.expect("Forget 2 facts for good?")
        terminal.type("y")
        terminal.expect("Forgot 2 facts for good")
        assert terminal.end() == 0
    assert holding("Assam", root) == []


def test_a_question_is_forgotten_by_its_words(nanomem: Runs, tea: Path, root: Path) -> None:
    asked = "Do I have quokkapox?"
    assert nanomem("retrieve", asked).code == 0
    assert holding("quokkapox", root)
    assert nanomem("purge", asked).code == 2
    assert nanomem("purge", asked, "--yes", "--json").json["forgotten"]["traces"] == 1
    assert holding("quokkapox", root) == []
    assert nanomem("purge", asked, "--yes").code == 1
    assert tea.read_text() == TEA


def test_choosing_nothing_forgets_nothing(nanomem: Runs, tea: Path, root: Path) -> None:
    with Terminal(["--root", root, "purge", "tea"]) as terminal:
        terminal.expect("nothing for none:")
        terminal.type("")
        terminal.expect("Nothing was forgotten.")
        assert terminal.end() == 1
    assert tea.read_text() == TEA


def test_forget_forever_asks_on_a_terminal(tea: Path, root: Path) -> None:
    with Terminal(["--root", root, "forget", "--forever", "Assam tea"]) as terminal:
        terminal.expect("- Drinks Assam tea")
        terminal.expect("cannot be undone")
        terminal.expect("Forget 1 fact for good?")
        terminal.type("later")
        terminal.expect("--forever")
        assert terminal.end() == 3
    assert tea.read_text() == TEA
    with Terminal(["--root", root, "forget", "--forever", "Assam tea"]) as terminal:
        terminal.expect("Forget 1 fact for good?")
        terminal.type("y")
        terminal.expect("Forgot 1 fact for good")
        assert terminal.end() == 0
    assert holding("Assam", root) == []


def test_whoever_was_told_before_is_named_whatever_the_fact_was_called_then(
    nanomem: Runs, tea: Path, root: Path, write: Write
) -> None:
    known = fingerprint("drinks Assam tea.", "0123456789abcdef")
    entry = {
        "id": "01", "time": "2026-02-01T10:00:00", "recipient": "api.example.com", "trust": "remote",
        "purpose": "retrieve", "bytes": 20,
        "facts": [{"ref": "old/name.md#aaaaa", "fingerprint": known}],
    }  # fmt: skip
    other = {**entry, "recipient": "elsewhere", "facts": [{"ref": "a.md#bbbbb", "fingerprint": "ab:cd"}]}
    write(".nanomem/disclosures.jsonl", f"{json.dumps(entry)}\n{json.dumps(other)}\n")
    write("notes.md", "# Notes\n\nThere is Assam tea in the tin: Drinks Assam tea.\n")
    ran = nanomem("purge", ref_of(nanomem, "Drinks Assam tea"), "--yes", "--json").json["forgotten"]
    assert ran["told"] == [{"recipient": "api.example.com", "time": "2026-02-01T10:00:00"}]
    assert ran["mentions"] == ["notes.md"]
    told = nanomem("disclosures", "--json").json["disclosures"]
    assert [fact["ref"] for item in told for fact in item["facts"]] == ["a.md#bbbbb", None]


def test_what_was_forgotten_is_flagged_when_it_is_said_again(nanomem: Runs, tea: Path, root: Path) -> None:
    said = "I'm allergic to penicillin."
    added = nanomem("add", said, "--yes", "--json").json["change"]["edits"][0]
    assert nanomem("purge", added["ref"], "--yes").code == 0
    assert holding("penicillin", root) == []
    again = nanomem("add", said, "--yes", "--json")
    assert again.code == 3
    assert "forgotten" in again.json["change"]["edits"][0]["flags"]
    assert "forgotten for good before" in nanomem("show", again.json["change"]["id"]).out
    assert not [file for file in root.rglob("*.md") if "penicillin" in file.read_text()]


def test_canaries_planted_through_every_command_are_gone_to_the_byte(
    nanomem: Runs, bank: MemoryBank, root: Path, tmp_path: Path, write: Write
) -> None:
    notes = tmp_path / "outside" / "notes.md"
    notes.parent.mkdir()
    notes.write_text("# Notes\n\n- Keeps a quokkaone in the shed\n")
    assert nanomem("add", "I own a quokkatwo named Bo.", "--yes").code == 0
    assert nanomem("update", "My sister has a quokkathree.", "--yes").code == 0
    assert nanomem("import", str(notes), "--yes").code == 0
    nanomem("write", "zoo/list.md", stdin="# Zoo\n- Feeds a quokkafour\n- Feeds a lion\n")
    bank.add_fact("zoo/list.md", NewFact("Has a quokkafive"))
    nanomem("undo")
    nanomem("redo")

    def more(draft: Draft) -> None:
        draft.add("zoo/more.md", NewFact("Wants a quokkafive too"))
        draft.move("zoo/list.md", draft.read("zoo/list.md").facts[0].id, "zoo/more.md")

    pending = propose(bank, more, request="A quokkafour and a quokkafive.")
    rejected = propose(bank, lambda draft: draft.add("x.md", NewFact("Feeds a quokkafour")), request="So.")
    nanomem("reject", rejected.id, "--reason", "feeds a quokkafour already")
    for words in (
        ("retrieve", "which quokkatwo do I own?"),
        ("retrieve-adaptive", "what do I feed, a quokkafour?", "I feed a lion."),
        ("augment", "food for my quokkafive and quokkafour"),
        ("preview", "what is in the shed, a quokkaone?"),
        ("forget", "quokkathree"),
        ("compact", "zoo/list.md"),
        ("search", "quokka"),
        ("export", "--format", "json"),
    ):
        assert nanomem(*words).code in (0, 3), words
    assert nanomem("approve", pending.id, "--only", "1", "--flagged").code == 3
    refs = [fact.ref for fact in bank.tree_index.facts() if "quokka" in fact.text]
    assert len(refs) >= 5
    places = [root, *own_folders()]
    assert len(holding("quokka", *places)) > 8
    ran = nanomem("purge", *refs, "--yes", "--json")
    assert ran.code == 0
    assert "quokka" not in json.dumps(ran.json)
    assert {told["recipient"] for told in ran.json["forgotten"]["told"]} == {"caller"}
    assert ran.json["forgotten"]["mentions"] == []
    assert nanomem("search", "quokka", "--json").json["hits"] == []
    assert nanomem("history").code == 0
    assert holding("quokka", *places) == []
    assert "Feeds a lion" in (root / "zoo/list.md").read_text()

"""Reading: the owner's own view, and answers made for somebody else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Runs
from tests.cli.terminal import Terminal

Write = Callable[[str, str], Path]

MEDICAL = """---
disclosure: ask
---
# Medical

- Allergic to penicillin | source=user_statement | updated_at=2026-01-05
"""
TEA = """---
title: Tea
description: Leaves and pots
---
# Memory: Tea

## Working memory (current context subject to change)
- Out of Assam | tier=working | confidence=high | updated_at=2026-02-20 | expires_at=2026-03-10

## Long-term memory (stable facts that are unlikely to change)
- Drinks Assam tea | source=inference | updated_at=2025-02-20
  - without milk
- Owns a pot | confidence=very
"""


@pytest.fixture
def filled(nanomem: Runs, write: Write) -> Runs:
    write("food/tea.md", TEA)
    write("food/drinks/juice.md", "- Likes apple juice\n")
    write("health/medical.md", MEDICAL)
    write("tax/return.md", "---\ndisclosure: private\n---\n- Earned 61,300 euros\n")
    return nanomem


def test_tree(filled: Runs) -> None:
    assert [line.split() for line in filled("tree").out.splitlines()] == [
        ["food/", "open", "4", "facts"],
        ["drinks/", "open", "1", "fact"],
        ["juice.md", "open", "1", "fact"],
        ["tea.md", "open", "3", "facts", "Leaves", "and", "pots"],
        ["health/", "open", "1", "fact"],
        ["medical.md", "ask", "1", "fact"],
        ["tax/", "open", "1", "fact"],
        ["return.md", "private", "1", "fact"],
    ]


def test_tree_and_ls_of_a_folder(filled: Runs) -> None:
    names = [line.split()[0] for line in filled("tree", "food/").out.splitlines()]
    assert names == ["food/", "drinks/", "juice.md", "tea.md"]
    assert [line.split()[0] for line in filled("ls", "food").out.splitlines()] == ["drinks/", "tea.md"]
    assert [line.split()[0] for line in filled("ls").out.splitlines()] == ["food/", "health/", "tax/"]
    assert filled("ls", "food/tea.md").out.startswith("tea.md ")
    missing = filled("ls", "nowhere")
    assert (missing.code, missing.out) == (1, "")
    assert "nanomem tree" in missing.err


def test_an_empty_memory_says_where_to_begin(nanomem: Runs, root: Path) -> None:
    for words in (("tree",), ("ls",)):
        ran = nanomem(*words)
        assert (ran.code, ran.out) == (0, "")
        assert "nanomem demo" in ran.err
    assert not root.exists()


def test_skipped_files_carry_their_reason(filled: Runs, root: Path) -> None:
    (root / "food/link.md").symlink_to(root / "food/tea.md")
    (line,) = [line for line in filled("tree").out.splitlines() if "link.md" in line]
    assert "! not read: " in line


def test_read_shows_ids_sections_details_and_what_is_odd(filled: Runs) -> None:
    ran = filled("read", "food/tea.md")
    lines = ran.out.splitlines()
    assert lines[:2] == ["food/tea.md · open · 3 facts", "Leaves and pots"]
    assert "Working memory (current context subject to change)" in lines
    (out,) = [line for line in lines if "Out of Assam" in line]
    assert out.endswith("Out of Assam · 2026-02-20 · until 2026-03-10")
    at = next(n for n, line in enumerate(lines) if "Drinks Assam tea" in line)
    assert lines[at].endswith("Drinks Assam tea · 2025-02-20 · inference · medium confidence")
    assert lines[at + 1].strip() == "- without milk"
    assert any(line.strip().startswith("! ") and "very" in line for line in lines)


@pytest.mark.parametrize("loose", ["tea", "TEA.md", "/food/tea", "Tea"])
def test_read_finds_the_file_a_loose_path_means(filled: Runs, loose: str) -> None:
    assert filled("read", loose).out.startswith("food/tea.md ")


def test_read_of_nothing(filled: Runs) -> None:
    for path in ("nothing", "nothing.md"):
        ran = filled("read", path)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.count("\n") == 1


def test_search(filled: Runs) -> None:
    first, *_ = filled("search", "Assam", "tea").out.splitlines()
    assert first.startswith("food/tea.md#")
    assert "Drinks Assam tea" in first
    assert filled("search", "assam", "--limit", "1").out.count("\n") == 1
    nothing = filled("search", "zeppelin")
    assert (nothing.code, nothing.out, nothing.err) == (0, "", "No fact fits.\n")


def test_retrieve_answers_and_names_its_facts(filled: Runs) -> None:
    ran = filled("retrieve", "which", "tea", "do", "I", "drink?")
    assert ran.code == 0
    assert "Assam" in ran.out
    assert ran.out.count("\n") == 1
    assert "  food/tea.md#" in ran.err
    assert filled("retrieve", "-", stdin="which tea do I drink?").out == ran.out


def test_retrieve_says_when_memory_holds_nothing(filled: Runs) -> None:
    ran = filled("retrieve", "who won the cup in 1974?")
    assert ran.code == 0
    assert "nothing" in (ran.out + ran.err).lower()
    assert "rests on no fact" not in ran.err
    assert filled("disclosures").out == ""


def test_private_facts_are_never_in_an_answer(filled: Runs) -> None:
    for more in ([], ["--allow-ask"]):
        ran = filled("retrieve", "how much did I earn, in euros?", *more)
        assert "61,300" not in ran.out + ran.err
    assert "61,300" in filled("search", "earned euros").out


def test_ask_facts_need_a_yes(filled: Runs) -> None:
    ran = filled("retrieve", "am I allergic to penicillin?")
    assert "llergic to penicillin" not in ran.out
    assert "1 fact that may fit withheld. --allow-ask includes" in ran.err
    allowed = filled("retrieve", "am I allergic to penicillin?", "--allow-ask")
    assert "llergic to penicillin" in ran.out + allowed.out
    assert "withheld" not in allowed.err


@pytest.mark.parametrize(("answer", "told"), [("y", True), ("n", False), ("always", True)])
def test_a_person_is_asked_about_ask_facts(root: Path, write: Write, answer: str, told: bool) -> None:
    write("health/medical.md", MEDICAL)
    with Terminal(["--root", root, "retrieve", "am I allergic to penicillin?"], columns=120) as terminal:
        terminal.expect("1 fact that you share only after a yes may fit:")
        terminal.expect("Allergic to penicillin")
        terminal.expect("May the answer use them? [y]es [a]lways [n]o?")
        before = len(terminal.shown)
        terminal.type(answer)
        assert terminal.end() == 0
        assert (b"llergic to penicillin" in terminal.shown[before:]) is told
    assert (root / ".nanomem/consents.jsonl").exists() is (answer == "always")


def test_recipients_are_those_of_the_policy(filled: Runs, root: Path) -> None:
    unknown = filled("retrieve", "tea?", "--recipient", "bob")
    assert (unknown.code, unknown.out) == (2, "")
    (root / ".nanomem").mkdir(exist_ok=True)
    (root / ".nanomem/policy.yaml").write_text("recipients:\n  bob: {allow: ['work/**']}\n")
    ran = filled("retrieve", "which tea do I drink?", "--recipient", "bob")
    assert ran.code == 0
    assert "Assam" not in ran.out + ran.err


def test_disclosures_name_what_each_one_knows(filled: Runs) -> None:
    assert filled("disclosures").err == "Nothing was disclosed.\n"
    filled("retrieve", "which tea do I drink?")
    filled("retrieve", "which tea do I drink?")
    ran = filled("disclosures")
    assert ran.out.count("caller (remote) · retrieve · ") == 2
    refs = [line.strip() for line in ran.out.splitlines() if line.startswith("  ")]
    assert any(ref.startswith("food/tea.md#") for ref in refs)
    told = len(set(refs))
    assert ran.out.endswith(f"caller has been told {told} fact{'s' if told > 1 else ''} in all\n")
    assert filled("disclosures", "nobody").out == ""


def test_preview_shows_what_would_go_and_sends_nothing(filled: Runs) -> None:
    ran = filled("preview", "which tea do I drink?")
    assert ran.code == 0
    assert ran.out.split("\n")[0].endswith(" would go to caller")
    assert "  [x] Drinks Assam tea" in ran.out
    assert "[[user_data]]Drinks Assam tea: - without milk (noted 2025-02-20)[[/user_data]]" in ran.out
    assert ran.err.endswith("Nothing has left this machine.\n")
    assert filled("disclosures").out == ""


def test_preview_leaves_ask_facts_off_until_a_yes(filled: Runs) -> None:
    question = ("preview", "am I allergic to penicillin?")
    assert "  [ ] Allergic to penicillin" in filled(*question).out
    assert "[[user_data]]Allergic" not in filled(*question).out
    assert "[[user_data]]Allergic" in filled(*question, "--allow-ask").out
    private = filled("preview", "how much did I earn, in euros?", "--allow-ask")
    assert "61,300" not in private.out
    assert "1 fact that may fit can never go: 1 private." in private.err


def test_why_tells_the_words_and_the_past(filled: Runs) -> None:
    filled("add", "I moved to Seattle in March 2026.", "--yes")
    filled("add", "Actually, I live in Portland now.", "--yes")
    ref = filled("search", "Portland", "--json").json["hits"][0]["ref"]
    ran = filled("why", ref)
    assert "because you said: " in ran.out
    assert "I live in Portland now" in ran.out
    assert ran.out.count("\n") >= 5
    assert "I moved to Seattle" in ran.out, "the fact it replaced is its past"
    by_hand = filled("search", "Owns a pot", "--json").json["hits"][0]["ref"]
    assert "written outside nanomem" in filled("why", by_hand).out
    assert filled("why", "food/tea.md").code == 2
    assert filled("why", "food/tea.md#zzzzz").code == 1


def test_prune_proposes_what_is_over_and_lists_what_is_due(filled: Runs, write: Write) -> None:
    assert filled("prune").err == "Nothing saved. The time of no fact is over.\n"
    write(
        "work/job.md",
        "- Test until spring | tier=working | expires_at=2026-02-28\n- Old desk | review_at=2026-02-01\n",
    )
    ran = filled("prune", "--yes")
    assert ran.code == 0
    assert "~ Test until spring · to history, expired" in ran.out
    assert "1 fact to look at again:" in ran.err
    assert "Old desk" in ran.err
    assert "Test until spring" in filled("read", "work/job.md").out.partition("History")[2]


def test_a_long_first_reading_shows_how_far_it_is(root: Path) -> None:
    root.mkdir()
    for n in range(600):
        (root / f"note{n}.md").write_text(f"- Note {n}\n")
    with Terminal(["--root", root, "search", "note 7"]) as terminal:
        terminal.expect("600 of 600")
        assert terminal.end() == 0

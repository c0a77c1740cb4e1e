"""The file format: what is a fact, what its metadata says, and what editing one writes."""

from datetime import date, datetime

import pytest

from nanomem_tui.memory.document import (
    Document,
    add_fact,
    archive_fact,
    decode,
    describe,
    encode,
    new_document,
    parse,
    put_raw,
    remove_facts,
    render,
    replace_fact,
    take_raw,
)
from nanomem_tui.memory.errors import NotFound, UsageError
from nanomem_tui.memory.facts import Confidence, NewFact, Source, Status, Tier
from nanomem_tui.memory.levels import Level

NOW = datetime(2026, 3, 1, 12, 0)
HEALTH = """---
title: Health
description: Allergies, conditions, medication      # one line: what the agent sees in the map
disclosure: ask                                     # open (default) | ask | private
tags: [health]                                      # flow style, never block lists
---
# Memory: Health

## Working memory (current context subject to change)
- Bee sting on hand | topic=health | tier=working | updated_at=2026-01-09T16:06 | expires_at=2026-01-23

## Long-term memory (stable facts that are unlikely to change)
- Allergic to penicillin | topic=health | tier=long_term | confidence=high | updated_at=2026-04-07
  - hives within an hour
  - since childhood

## History (no longer current)
- Lived in New York | topic=personal | tier=history | status=superseded | updated_at=2024-06-01
"""


@pytest.fixture
def health() -> Document:
    return parse(HEALTH, "health/about.md")


def texts(source: str) -> list[str]:
    return [fact.text for fact in parse(source).facts]


def test_reads_the_format(health: Document) -> None:
    assert (health.title, health.frontmatter.description) == ("Health", "Allergies, conditions, medication")
    assert (health.frontmatter.disclosure, health.frontmatter.tags) == (Level.ASK, ("health",))
    bee, penicillin, york = health.facts
    assert (bee.tier, penicillin.tier, york.tier) == (Tier.WORKING, Tier.LONG_TERM, Tier.HISTORY)
    assert bee.expires_at == date(2026, 1, 23)
    assert bee.updated_at == datetime(2026, 1, 9, 16, 6)
    assert penicillin.updated_at == datetime(2026, 4, 7), "a bare date is its midnight"
    assert penicillin.details == "- hives within an hour\n- since childhood"
    assert york.status is Status.SUPERSEDED
    assert york.ref == f"health/about.md#{york.id}"
    assert render(health) == HEALTH


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("- a\n* b\n+ c\n", ["a", "b", "c"]),
        ("- a\n  - nested\n    - deeper\n- b", ["a", "b"]),
        ("- a\n\n  more\n\n- b", ["a", "b"]),
        ("```\n- no\n```\n- yes", ["yes"]),
        ("~~~~ x\n- no\n~~~\n- no\n~~~~\n- yes", ["yes"]),
        ("```\n- never closed", []),
        ("`` `\n- yes", ["yes"]),
        ("<!--\n- no\n-->\n- yes", ["yes"]),
        ("<!-- - no -->\n- yes", ["yes"]),
        ("---\ntitle: x\nlist:\n- no\n---\n- yes", ["yes"]),
        ("---\n- yes\n---\n- also", ["yes", "also"]),
        ("---\ntitle: never closed\n- yes", ["yes"]),
        ("- - -\n* * *\n---\n***\n- yes", ["yes"]),
        ("1. no\n   - no\n- yes", ["yes"]),
        ("    - no\n", []),
        ("   - yes\n", ["yes"]),
        ("> - no\n| - no |\n", []),
        ("- [ ] task\n- [x] done", ["[ ] task", "[x] done"]),
        ("-\n- \n-no\n- yes", ["yes"]),
        ("- | topic=x\n- yes", ["yes"]),
        ("\ufeff- first\r\n- second\r- third", ["first", "second", "third"]),
        ("- one\u2028line\x0bstill\x85one", ["one\u2028line\x0bstill\x85one"]),
        ("Title\n=====\n- a\nOther\n-----\n- b", ["a", "b"]),
        ("[x]: http://y\n- a", ["a"]),
    ],
)
def test_what_is_a_fact(source: str, expected: list[str]) -> None:
    assert texts(source) == expected


@pytest.mark.parametrize(
    ("line", "text", "extra", "warnings"),
    [
        ("- a | b | topic=x", "a | b", {}, 0),
        ("- a \\| topic=x | topic=y", "a | topic=x", {}, 0),
        ("- a | mood=good | topic=x", "a", {"mood": "good"}, 0),
        ("- a | mood=good", "a", {"mood": "good"}, 0),
        ("- run cmd|grep=x", "run cmd|grep=x", {}, 0),
        ("- a|topic=x", "a", {}, 0),
        ("- a | mood=good | some words", "a | mood=good | some words", {}, 0),
        ("- a | TOPIC = X | words", "a", {}, 1),
        ("- a | tier=unheard | status=of | source=this | confidence=word", "a", {}, 4),
        ("- a | updated_at=yesterday | expires_at=2026-02-30", "a", {}, 2),
        ("- expires_at=2020-01-01 is a deadline", "expires_at=2020-01-01 is a deadline", {}, 0),
        ("- a | disclosure=secret", "a", {}, 1),
    ],
)
def test_where_metadata_begins(line: str, text: str, extra: dict[str, str], warnings: int) -> None:
    (fact,) = parse(line).facts
    assert fact.text == text
    assert dict(fact.extra) == extra
    assert len(fact.warnings) == warnings


def test_a_level_that_is_none_closes() -> None:
    assert parse("- a | disclosure=secret").facts[0].disclosure is Level.PRIVATE
    assert parse("---\ndisclosure: secret\n---\n").frontmatter.level is Level.PRIVATE
    assert parse("---\ndisclosure: ask\nDisclosure: private\n---\n").frontmatter.level is Level.PRIVATE
    broken = parse("---\ntitle: [\n---\n- a")
    assert broken.frontmatter.level is Level.PRIVATE
    assert broken.frontmatter.fault
    assert parse("---\n" + "[" * 60_000 + "\n---\n").frontmatter.fault, (
        "deep nesting must not end the process"
    )


def test_new_document_is_upstreams_skeleton() -> None:
    assert render(new_document("personal/about.md")) == (
        "# Memory: Personal\n\n"
        "## Working memory (current context subject to change)\n_No entries yet._\n\n"
        "## Long-term memory (stable facts that are unlikely to change)\n_No entries yet._\n\n"
        "## History (no longer current)\n_No entries yet._\n"
    )


def test_adding_writes_upstreams_key_order_then_ours() -> None:
    new = NewFact(
        "a | b\nc",
        tier=Tier.WORKING,
        source=Source.DOCUMENT,
        review_at=date(2026, 4, 1),
        expires_at=date(2026, 5, 1),
        checked_at=date(2026, 3, 1),
        disclosure=Level.ASK,
        origin="chat | 7",
        details="- first\n- second",
    )
    doc, fact = add_fact(new_document("health/x.md"), new, now=NOW)
    assert doc.raw(fact.id) == (
        "- a \\| b c | topic=health | tier=working | status=active | source=document | confidence=low"
        " | updated_at=2026-03-01T12:00 | review_at=2026-04-01 | expires_at=2026-05-01"
        " | checked_at=2026-03-01 | disclosure=ask | origin=chat \\| 7\n  - first\n  - second\n"
    )
    assert (fact.text, fact.origin, fact.details) == ("a | b c", "chat | 7", "- first\n- second")
    assert render(doc).count("_No entries yet._") == 2


def test_adding_to_a_hand_written_file_keeps_it() -> None:
    source = "Shopping\r\n\r\n* milk\r\n* bread"
    doc, _ = add_fact(parse(source, "lists.md"), NewFact("eggs"), now=NOW)
    assert render(doc).startswith("Shopping\r\n\r\n* milk\r\n* bread\r\n- eggs | topic=lists")
    assert not render(doc).endswith("\n"), "the missing final newline stays missing"
    doc, _ = add_fact(parse("# Notes\n\nProse.\n", "n.md"), NewFact("eggs", tier=Tier.WORKING), now=NOW)
    assert render(doc).startswith(
        "# Notes\n\nProse.\n\n## Working memory (current context subject to change)\n- eggs |"
    )


def test_adding_behind_the_prose_of_a_section() -> None:
    new = NewFact("eggs", tier=Tier.WORKING)
    doc, fact = add_fact(parse("## Working\n\nProse.\n", "n.md"), new, now=NOW)
    assert render(doc) == f"## Working\n\nProse.\n\n{doc.raw(fact.id)}"
    doc, fact = add_fact(parse("## Working\nProse.\n## History\n", "n.md"), new, now=NOW)
    assert render(doc) == f"## Working\nProse.\n\n{doc.raw(fact.id)}\n## History\n"
    doc, fact = add_fact(parse("## Working\n\n## History\n", "n.md"), new, now=NOW)
    assert render(doc) == f"## Working\n{doc.raw(fact.id)}\n## History\n"


def test_adding_never_lands_in_an_open_block() -> None:
    doc, fact = add_fact(
        parse("- a\n\n```\ncode without end\n", "n.md"), NewFact("b", tier=Tier.HISTORY), now=NOW
    )
    assert doc.find(fact.id)
    assert render(doc).endswith("\n```\ncode without end\n")


def test_history_is_never_written_active() -> None:
    _, fact = add_fact(new_document("a.md"), NewFact("x", tier=Tier.HISTORY), now=NOW)
    assert fact.status is Status.SUPERSEDED
    with pytest.raises(UsageError):
        add_fact(new_document("a.md"), NewFact(" \n "), now=NOW)


def test_replacing_rewrites_only_what_differs() -> None:
    line = "*   old \\| text | Tier = longterm | mood=good | source=llm_infer | expires_at=soon"
    doc = parse(f"{line} | updated_at=2020-01-01\n    kept\n- other\n")
    new = NewFact("new | text", source=Source.INFERENCE)
    after, fact = replace_fact(doc, doc.facts[0].id, new, now=NOW)
    assert render(after) == (
        "*   new \\| text | Tier = longterm | mood=good | source=llm_infer | expires_at=soon"
        " | updated_at=2026-03-01T12:00\n    kept\n- other\n"
    )
    assert fact.details == "kept"


def test_replacing_can_move_to_another_section(health: Document) -> None:
    bee = health.facts[0]
    after, fact = replace_fact(health, bee.id, NewFact("Bee stings swell", topic="health"), now=NOW)
    assert fact.section.startswith("Long-term")
    assert fact.confidence is bee.confidence, "the same source keeps its confidence"
    assert [f.text for f in after.facts] == [
        "Allergic to penicillin",
        "Bee stings swell",
        "Lived in New York",
    ]


def test_archiving_keeps_the_other_keys(health: Document) -> None:
    penicillin = health.facts[1]
    after = archive_fact(health, penicillin.id, Status.EXPIRED, now=NOW)
    assert after.raw(penicillin.id) == (
        "- Allergic to penicillin | topic=health | tier=history | status=expired | confidence=high"
        " | updated_at=2026-04-07\n  - hives within an hour\n  - since childhood\n"
    )
    assert after.fact(penicillin.id).section.startswith("History")
    bare = archive_fact(
        parse("- bare fact\n"), parse("- bare fact\n").facts[0].id, Status.SUPERSEDED, now=NOW
    )
    assert bare.facts[0].updated_at == NOW, "what has no date gets the day it went"


def test_removing_and_moving(health: Document) -> None:
    ids = [fact.id for fact in health.facts]
    assert remove_facts(health, ids[:2]).facts[0].text == "Lived in New York"
    without, raw = take_raw(health, ids[1])
    assert raw == health.raw(ids[1])
    other = put_raw(new_document("b.md"), raw.replace("\n", "\r\n"), Tier.LONG_TERM)
    assert other.raw(ids[1]) == raw
    assert render(without) == HEALTH.replace(raw, "")
    with pytest.raises(NotFound):
        remove_facts(health, ["nope1"])
    with pytest.raises(NotFound):
        take_raw(health, "nope1")


def test_neighbours_are_kept_apart() -> None:
    """Where taking out or putting in would make one thing of two, a bare comment stands between them."""
    doc = parse("- above\n-    gone\n\n   prose of its own\n")
    after = remove_facts(doc, [doc.facts[1].id])
    assert render(after) == "- above\n<!-- -->\n\n   prose of its own\n"
    assert after.facts[0].details == ""

    headed = parse("## Working\n\n  ## History\n- old\n", "a.md")
    after, fact = add_fact(headed, NewFact("new", tier=Tier.WORKING), now=NOW)
    assert fact.details == ""
    assert after.facts[1].tier is Tier.HISTORY

    doc = parse("- a\n---\n- b | topic=x\nx: 1\n---\n- c\n")
    after = remove_facts(doc, [doc.facts[0].id])
    assert [fact.text for fact in after.facts] == ["b", "c"], "no frontmatter comes out of two rules"


def test_line_ends_never_merge() -> None:
    mixed = parse("## Working\r_No entries yet._\n\n## History\n")
    after, fact = add_fact(mixed, NewFact("c", tier=Tier.WORKING), now=NOW)
    assert render(after) == f"## Working\r{after.raw(fact.id)}\n## History\n"
    assert after.raw(fact.id).endswith("\r\n")
    assert len(after.lines) == len(mixed.lines)


def test_describing_keeps_comments_and_order(health: Document) -> None:
    after = describe(health, description="What I react to: food", disclosure=Level.OPEN)
    changed = [line for line in after.lines if line not in health.lines]
    assert changed == [
        'description: "What I react to: food"      # one line: what the agent sees in the map\n',
        "disclosure: open                                     # open (default) | ask | private\n",
    ]
    made = describe(parse("- a\r\n"), title="T")
    assert render(made) == "---\r\ntitle: T\r\n---\r\n- a\r\n"
    block = parse("---\ndescription: |\n  two\n  lines\nother: 1 # kept\n---\n")
    assert render(describe(block, description="one")) == "---\ndescription: one\nother: 1 # kept\n---\n"
    assert describe(health) is health
    with pytest.raises(UsageError):
        describe(parse("---\na: [\n---\n"), title="x")
    with pytest.raises(UsageError):
        describe(parse("---\n{a: 1}\n---\n"), title="x")


@pytest.mark.parametrize(
    "title", ["plain", "a: b", "# no", "- x", "yes", "12", "'", '"', "\\", "é 漢 🎉", "a #b", "@x", "*"]
)
def test_described_titles_read_back(title: str) -> None:
    assert parse(render(describe(parse("- a\n"), title=title))).title == title


def test_bytes() -> None:
    data = b"\xef\xbb\xbf- \xff\xfe bad\x00 bytes\r\n- \xe6\xbc\xa2\n"
    doc = parse(decode(data))
    assert encode(render(doc)) == data
    after = remove_facts(doc, [doc.facts[1].id])
    assert encode(render(after)) == b"\xef\xbb\xbf- \xff\xfe bad\x00 bytes\r\n"


def test_a_large_file_is_quick() -> None:
    """Lines made to be slow: each must take time in proportion to its length."""
    for line in (
        "# " + " " * 300_000 + "x #",
        "- " + " " * 300_000 + "a",
        "- a | k" + " " * 300_000 + "= v",
        "`" * 300_000 + " `",
    ):
        parse(line)
    doc = parse("".join(f"- fact number {n} | topic=x\n" for n in range(20_000)))
    assert len(remove_facts(doc, [fact.id for fact in doc.facts[:50]]).facts) == 19_950


def test_enums_read_back() -> None:
    for tier in Tier:
        for source in Source:
            new = NewFact("x", tier=tier, source=source, confidence=Confidence.LOW)
            _, fact = add_fact(new_document("a.md"), new, now=NOW)
            assert (fact.tier, fact.source, fact.confidence) == (tier, source, Confidence.LOW)

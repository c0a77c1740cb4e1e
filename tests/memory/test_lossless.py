"""Nothing a person wrote is lost: any text survives, and an edit changes the lines of its fact only."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nanomem_tui.memory.document import (
    Document,
    add_fact,
    archive_fact,
    decode,
    describe,
    encode,
    parse,
    put_raw,
    remove_facts,
    render,
    replace_fact,
    split_lines,
    take_raw,
    to_new_fact,
)
from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.facts import Fact, NewFact, Status, Tier
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.lines import one_line
from nanomem_tui.memory.placing import SECTION_HEADINGS
from tests.memory.strategies import any_bytes, any_text, markdown, new_facts

NOW = datetime(2026, 3, 1, 12, 0)
thorough = settings(max_examples=300, deadline=None)
files = markdown()


def values(facts: Iterable[Fact]) -> Counter[str]:
    """Facts by everything but their id and place, which may move with their neighbours."""
    return Counter(repr(replace(fact, id="", line=0, section="")) for fact in facts)


def chosen(doc: Document, data: st.DataObject) -> Fact:
    assume(doc.facts)
    return data.draw(st.sampled_from(doc.facts))


def rest(lines: Iterable[str]) -> list[str]:
    """Lines without what a section is made of and without their ends."""
    structure = {f"## {heading}" for heading in SECTION_HEADINGS.values()}
    structure |= {
        "",
        "_No entries yet._",
        "<!-- -->",
        "# Memory: Health",
        "# Memory: Title",
        "# Memory: General",
    }
    return [line for raw in lines if (line := raw.rstrip("\r\n").strip(" \t")) not in structure]


@given(any_bytes)
@thorough
def test_bytes_survive(data: bytes) -> None:
    assert encode(decode(data)) == data


@given(any_text | files)
@thorough
def test_text_survives(text: str) -> None:
    doc = parse(text, "a/b.md")
    assert render(doc) == text
    assert "".join(split_lines(text)) == text
    assert len({fact.id for fact in doc.facts}) == len(doc.facts)
    for fact, (first, end) in zip(doc.facts, doc.spans, strict=True):
        assert fact.line == first < end
        assert doc.raw(fact.id) == "".join(doc.lines[first:end])


@given(files, st.data())
@thorough
def test_removing_takes_the_facts_lines_only(text: str, data: st.DataObject) -> None:
    doc = parse(text)
    fact = chosen(doc, data)
    first, end = doc.span(fact.id)
    after = remove_facts(doc, [fact.id])
    kept = doc.lines[:first] + doc.lines[end:]
    apart = (*doc.lines[:first], f"<!-- -->{doc.newline}", *doc.lines[end:])
    assert render(after) in (doc.bom + "".join(kept), doc.bom + "".join(apart))
    assert values(after.facts) == values(f for f in doc.facts if f is not fact)


@given(files, new_facts)
@thorough
def test_adding_adds_one_fact_and_touches_no_other_line(text: str, new: NewFact) -> None:
    doc = parse(text, "health/a.md")
    after, fact = add_fact(doc, new, now=NOW)
    first, end = after.span(fact.id)
    assert rest(after.lines[:first] + after.lines[end:]) == rest(doc.lines)
    assert after.lines[: doc.head] == doc.lines[: doc.head] or not doc.lines[doc.head :]
    assert values(after.facts) - values([fact]) == values(doc.facts)
    assert after.bom == doc.bom
    assert fact.text == one_line(new.text)
    assert (fact.tier, fact.source, fact.disclosure) == (new.tier, new.source, new.disclosure)
    assert (fact.review_at, fact.expires_at, fact.checked_at) == (
        new.review_at,
        new.expires_at,
        new.checked_at,
    )
    assert fact.origin == (one_line(new.origin or "") or None)
    assert fact.confidence is (new.confidence or fact.confidence)
    assert not fact.warnings


@given(files, new_facts, st.data())
@thorough
def test_replacing_touches_one_fact(text: str, new: NewFact, data: st.DataObject) -> None:
    doc = parse(text, "health/a.md")
    old = chosen(doc, data)
    after, fact = replace_fact(doc, old.id, new, now=NOW)
    first, end = doc.span(old.id)
    at, to = after.span(fact.id)
    assert rest(after.lines[:at] + after.lines[to:]) == rest(doc.lines[:first] + doc.lines[end:])
    assert values(after.facts) - values([fact]) == values(f for f in doc.facts if f is not old)
    assert (fact.text, fact.tier, fact.source) == (one_line(new.text), new.tier, new.source)
    assert fact.extra == old.extra
    assert fact.disclosure == new.disclosure


@given(files, st.data())
@thorough
def test_replacing_a_fact_with_itself_changes_nothing(text: str, data: st.DataObject) -> None:
    doc = parse(text)
    fact = chosen(doc, data)
    assume(fact.updated_at is not None)
    assert render(replace_fact(doc, fact.id, to_new_fact(fact), now=NOW)[0]) == text


@given(files, st.sampled_from([Status.SUPERSEDED, Status.EXPIRED]), st.data())
@thorough
def test_archiving_moves_one_fact(text: str, status: Status, data: st.DataObject) -> None:
    doc = parse(text)
    old = chosen(doc, data)
    after = archive_fact(doc, old.id, status, now=NOW)
    first, end = doc.span(old.id)
    others = values(f for f in doc.facts if f is not old)
    assert not others - values(after.facts)
    assert len(after.facts) == len(doc.facts)
    assert any(
        (f.text, f.tier, f.status, f.details) == (old.text, Tier.HISTORY, status, old.details)
        for f in after.facts
    )
    before = Counter(rest(doc.lines[:first] + doc.lines[end:]))
    assert not before - Counter(rest(after.lines))


@given(files, st.sampled_from(Tier), st.data())
@thorough
def test_moving_out_and_back_in(text: str, tier: Tier, data: st.DataObject) -> None:
    doc = parse(text)
    fact = chosen(doc, data)
    without, raw = take_raw(doc, fact.id)
    again = put_raw(without, raw, tier)
    assert raw == doc.raw(fact.id)
    texts = [f.text for f in again.facts]
    assert Counter(texts) == Counter(f.text for f in doc.facts)


@given(files, any_text, any_text, st.sampled_from(Level))
@thorough
def test_describing_touches_the_head_only(text: str, title: str, description: str, level: Level) -> None:
    doc = parse(text)
    try:
        after = describe(doc, title=title, description=description, disclosure=level)
    except UsageError:
        assert doc.frontmatter.fault or text.removeprefix("\ufeff").startswith("---\n{")
        return
    assert after.lines[after.head :] == doc.lines[doc.head :]
    assert after.frontmatter.fault is None
    assert after.frontmatter.disclosure is level
    assert after.frontmatter.tags == doc.frontmatter.tags
    if not any("\ud800" <= char <= "\udfff" for char in title + description):
        assert after.frontmatter.title == (one_line(title) or None)
        assert after.frontmatter.description == (one_line(description) or None)

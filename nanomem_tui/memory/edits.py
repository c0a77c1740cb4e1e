"""Pure edits of a document: each returns a new one and touches only the lines it must. Knows no disk."""

from collections.abc import Collection
from datetime import datetime

from nanomem_tui.memory.blocks import BULLET, content_offset
from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.facts import Fact, NewFact, Status, Tier
from nanomem_tui.memory.frontmatter import change_frontmatter
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.lines import line_end, one_line, split_lines
from nanomem_tui.memory.metadata import (
    escape,
    moment_word,
    set_values,
    split_body,
    status_of,
    values_of,
    write_segments,
)
from nanomem_tui.memory.parsing import Document, with_lines
from nanomem_tui.memory.placing import cut, put, section_tier


def to_new_fact(fact: Fact) -> NewFact:
    """`fact` as something to write: the start of editing it."""
    return NewFact(
        text=fact.text,
        tier=fact.tier,
        status=fact.status,
        source=fact.source,
        confidence=fact.confidence,
        topic=fact.topic,
        updated_at=fact.updated_at,
        review_at=fact.review_at,
        expires_at=fact.expires_at,
        checked_at=fact.checked_at,
        origin=fact.origin,
        disclosure=fact.disclosure,
        details=fact.details,
    )


def add_fact(doc: Document, new: NewFact, *, now: datetime) -> tuple[Document, Fact]:
    """Write a new fact at the end of the section of its tier, making what is missing.

    Args:
        doc: the file; an empty one gets the skeleton.
        new: the fact; one of the history tier is never written as active.
        now: its `updated_at` where it has none.

    Raises:
        UsageError: it has no text.
    """
    values = values_of(new, doc.path, now)
    values |= {key: one_line(value) for key, value in new.extra if key not in values}
    line = f"- {escape(_text(new))}{write_segments(values)}"
    return put(doc, [line, *_indented(new.details, "  ")], new.tier)


def replace_fact(doc: Document, id: str, new: NewFact, *, now: datetime) -> tuple[Document, Fact]:
    """Write `new` over the fact called `id`, in place.

    Only what differs is rewritten: unknown keys, spellings of values that stay, values that do not
    parse and (where `new` has no details) continuation lines are kept. A new tier moves the fact to
    its section.

    Raises:
        NotFound: there is no such fact.
        UsageError: `new` has no text.
    """
    old = doc.fact(id)
    first, end = doc.span(id)
    before = to_new_fact(old)
    text = _text(new)
    was = values_of(before, doc.path, old.updated_at or now)
    will = values_of(new, doc.path, now)
    if new.topic is None:
        will["topic"] = was["topic"]
    if new.confidence is None and new.source is old.source:
        will["confidence"] = was["confidence"]
    changed = {key: value for key, value in will.items() if value != was[key]}
    if new.updated_at is None or old.updated_at is None:
        changed["updated_at"] = will["updated_at"]
    if new.status is not old.status:
        changed["status"] = will["status"]
    line = _with_values(doc.lines[first], changed, text if text != old.text else None)
    kept = list(doc.lines[first + 1 : end])
    if new.details and new.details != old.details:
        kept = [detail + doc.newline for detail in _indented(new.details, _indent_of(doc.lines[first]))]
        line = line if line_end(line) else line + doc.newline
    lines = [line, *kept]
    if new.tier is old.tier or section_tier(doc, first) is new.tier:
        return _with_fact(doc, (*doc.lines[:first], *lines, *doc.lines[end:]), first)
    moved = [part.rstrip("\r\n") for part in lines]
    return put(remove_facts(doc, [id]), moved, new.tier)


def remove_facts(doc: Document, ids: Collection[str]) -> Document:
    """Take the lines of the named facts out and touch nothing else; raises NotFound.

    Where the lines above and below would then be read as one thing, a bare comment keeps them apart.
    """
    return cut(doc, sorted(doc.span(id) for id in set(ids)))


def archive_fact(doc: Document, id: str, status: Status, *, now: datetime) -> Document:
    """Move a fact's lines to History with `status`; its other keys stay as written.

    A fact that has no date gets `now` as its `updated_at`, so that history keeps its order.

    Raises:
        NotFound: there is no such fact.
    """
    fact = doc.fact(id)
    first, end = doc.span(id)
    values: dict[str, str | None] = {
        "tier": Tier.HISTORY.value,
        "status": status_of(Tier.HISTORY, status).value,
    }
    if fact.updated_at is None and not _has_key(doc.lines[first], "updated_at"):
        values["updated_at"] = moment_word(now)
    line = _with_values(doc.lines[first], values, None)
    if section_tier(doc, first) is Tier.HISTORY:
        return with_lines(doc, (*doc.lines[:first], line, *doc.lines[first + 1 :]))
    moved = [part.rstrip("\r\n") for part in (line, *doc.lines[first + 1 : end])]
    return put(remove_facts(doc, [id]), moved, Tier.HISTORY)[0]


def take_raw(doc: Document, id: str) -> tuple[Document, str]:
    """The document without the fact called `id`, and the fact's exact lines; raises NotFound."""
    return remove_facts(doc, [id]), doc.raw(id)


def put_raw(doc: Document, raw: str, tier: Tier) -> Document:
    """Put a fact's lines, as `take_raw` gave them, into the section of `tier`."""
    return put(doc, [line.rstrip("\r\n") for line in split_lines(raw)], tier)[0]


def describe(
    doc: Document,
    *,
    title: str | None = None,
    description: str | None = None,
    disclosure: Level | None = None,
) -> Document:
    """Set what the map says of a file, in its frontmatter. None leaves a value as it is.

    Raises:
        UsageError: the frontmatter there is cannot be changed line by line.
    """
    wanted = {
        "title": title,
        "description": description,
        "disclosure": disclosure.word if disclosure else None,
    }
    if disclosure is Level.OPEN:
        wanted["disclosure"] = Level.OPEN.word
    values = {key: value for key, value in wanted.items() if value is not None}
    if not values:
        return doc
    blank_first = "".join(doc.lines[doc.head : doc.head + 1]) == "\n"
    head = change_frontmatter(doc.lines[: doc.head], values, "\n" if blank_first else doc.newline)
    return with_lines(doc, (*head, *doc.lines[doc.head :]))


def _text(new: NewFact) -> str:
    text = one_line(new.text)
    if not text:
        raise UsageError("A fact needs a text.")
    return text


def _with_fact(doc: Document, lines: tuple[str, ...], at: int) -> tuple[Document, Fact]:
    """The document of `lines` and the fact that begins at line `at`."""
    after = with_lines(doc, lines)
    return after, next(fact for fact in after.facts if fact.line == at)


def _with_values(line: str, values: dict[str, str | None], text: str | None) -> str:
    """A fact's line with other values and, where given, another text."""
    end = line_end(line)
    match = BULLET.match(line[: len(line) - len(end)])
    if match is None:
        raise ValueError("not a fact's line")
    raw, segments = split_body(match[4])
    if text is None and not values:
        return line
    shown = raw.rstrip() if text is None else escape(text)
    return line[: match.start(4)] + shown + set_values(segments, values) + end


def _has_key(line: str, key: str) -> bool:
    match = BULLET.match(line.rstrip("\r\n"))
    return match is not None and any(segment.key == key for segment in split_body(match[4])[1])


def _indent_of(line: str) -> str:
    match = BULLET.match(line)
    return " " * content_offset(match) if match else "  "


def _indented(details: str, indent: str) -> list[str]:
    if not details.strip(" \t\r\n"):
        return []
    texts = [part.rstrip("\r\n") for part in split_lines(details.rstrip(" \t\r\n"))]
    return [indent + text if text.strip(" \t") else "" for text in texts]

"""Pure edits of a document: each returns a new one and touches only the lines it must.

Knows the format's skeleton and where in a file a fact belongs; knows no disk.
"""

import re
from collections.abc import Collection
from datetime import datetime

from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.facts import Fact, NewFact, Status, Tier
from nanomem_tui.memory.frontmatter import change_frontmatter
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.lines import line_end, one_line, split_lines
from nanomem_tui.memory.metadata import (
    escape,
    moment_word,
    normal_topic,
    set_values,
    split_body,
    status_of,
    topic_of_path,
    values_of,
    write_segments,
)
from nanomem_tui.memory.parsing import BULLET, Document, Heading, parse, render

SECTION_HEADINGS = {
    Tier.WORKING: "Working memory (current context subject to change)",
    Tier.LONG_TERM: "Long-term memory (stable facts that are unlikely to change)",
    Tier.HISTORY: "History (no longer current)",
}
"""Upstream's headings, in the order they are written."""
_ORDER = tuple(SECTION_HEADINGS)
_PLACEHOLDER = "_No entries yet._"
_IS_PLACEHOLDER = re.compile(r"\s*_no entries yet\._\s*\Z", re.I)


def new_document(path: str, topic: str | None = None) -> Document:
    """The skeleton upstream writes: title and three sections without entries."""
    name = normal_topic(topic) if topic else topic_of_path(path)
    title = " ".join(part[:1].upper() + part[1:] for part in re.split(r"[/_-]+", name) if part)
    sections = "\n".join(f"## {heading}\n{_PLACEHOLDER}\n" for heading in SECTION_HEADINGS.values())
    return parse(f"# Memory: {title}\n\n{sections}", path)


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
    line = f"- {escape(_text(new))}{write_segments(values_of(new, doc.path, now))}"
    return _put(doc, [line, *_indented(new.details, "  ")], new.tier)


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
    if new.tier is old.tier or _section_tier(doc, first) is new.tier:
        return _with_fact(doc, (*doc.lines[:first], *lines, *doc.lines[end:]), first)
    moved = [part.rstrip("\r\n") for part in lines]
    return _put(remove_facts(doc, [id]), moved, new.tier)


def remove_facts(doc: Document, ids: Collection[str]) -> Document:
    """Take the lines of the named facts out and touch nothing else; raises NotFound."""
    gone = {i for id in ids for i in range(*doc.span(id))}
    return _again(doc, tuple(line for i, line in enumerate(doc.lines) if i not in gone))


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
    if _section_tier(doc, first) is Tier.HISTORY:
        return _again(doc, (*doc.lines[:first], line, *doc.lines[first + 1 :]))
    moved = [part.rstrip("\r\n") for part in (line, *doc.lines[first + 1 : end])]
    return _put(remove_facts(doc, [id]), moved, Tier.HISTORY)[0]


def take_raw(doc: Document, id: str) -> tuple[Document, str]:
    """The document without the fact called `id`, and the fact's exact lines; raises NotFound."""
    return remove_facts(doc, [id]), doc.raw(id)


def put_raw(doc: Document, raw: str, tier: Tier) -> Document:
    """Put a fact's lines, as `take_raw` gave them, into the section of `tier`."""
    return _put(doc, [line.rstrip("\r\n") for line in split_lines(raw)], tier)[0]


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
    head = change_frontmatter(doc.lines[: doc.head], values, doc.newline)
    return _again(doc, (*head, *doc.lines[doc.head :]))


def _text(new: NewFact) -> str:
    text = one_line(new.text)
    if not text:
        raise UsageError("A fact needs a text.")
    return text


def _again(doc: Document, lines: tuple[str, ...]) -> Document:
    return parse(doc.bom + "".join(lines), doc.path)


def _with_fact(doc: Document, lines: tuple[str, ...], at: int) -> tuple[Document, Fact]:
    """The document of `lines` and the fact that begins at line `at`."""
    after = _again(doc, lines)
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
    return " " * (len(match[1]) + 2) if match else "  "


def _indented(details: str, indent: str) -> list[str]:
    if not details.strip():
        return []
    texts = [part.rstrip("\r\n") for part in split_lines(details.strip("\r\n"))]
    return [indent + text if text.strip() else "" for text in texts]


def _section_tier(doc: Document, line: int) -> Tier:
    """The tier of the section that line lies in."""
    tiers = [heading.tier for heading in doc.headings if heading.line < line and heading.tier]
    return tiers[-1] if tiers else Tier.LONG_TERM


def _put(doc: Document, texts: list[str], tier: Tier) -> tuple[Document, Fact]:
    """Put a fact's lines, given without line ends, at the end of the section of `tier`."""
    if not "".join(doc.lines).strip():
        skeleton = render(new_document(doc.path)).replace("\n", doc.newline)
        doc = parse(doc.bom + skeleton, doc.path)
    elif doc.head == len(doc.lines):
        skeleton = render(new_document(doc.path)).replace("\n", doc.newline)
        doc = _again(doc, (*_closed(doc.lines, doc.newline), *split_lines(skeleton)))
    at, upto, before, after = _place(doc, tier)
    new = [*before, *texts, *after]
    lines = list(doc.lines)
    if at == len(lines) and lines and not line_end(lines[-1]):
        lines[-1] += doc.newline
        block = [text + doc.newline for text in new[:-1]] + new[-1:]
    else:
        block = [text + doc.newline for text in new]
        if upto == len(lines) and lines and not line_end(lines[-1]):
            block[-1] = block[-1].rstrip("\r\n")
    lines[at:upto] = block
    return _with_fact(doc, tuple(lines), at + len(before))


def _closed(lines: tuple[str, ...], newline: str) -> tuple[str, ...]:
    return lines if not lines or line_end(lines[-1]) else (*lines[:-1], lines[-1] + newline)


def _place(doc: Document, tier: Tier) -> tuple[int, int, list[str], list[str]]:
    """Where a fact of `tier` goes: the lines to replace, and what to write before and after it."""
    limit = doc.open_block if doc.open_block is not None else len(doc.lines)
    opening = next((heading for heading in doc.headings if heading.tier is tier), None)
    if opening is not None:
        return _place_in(doc, opening.line + 1, _end_of(doc, opening, limit), after_heading=True)
    first_tiered = next((heading for heading in doc.headings if heading.tier), None)
    loose_end = first_tiered.line if first_tiered else limit
    if tier is Tier.LONG_TERM and any(first < loose_end for first, _ in doc.spans):
        last = max(i for i, (first, _) in enumerate(doc.spans) if first < loose_end)
        return doc.spans[last][1], doc.spans[last][1], [], []
    heading = f"## {SECTION_HEADINGS[tier]}"
    later = _ORDER[_ORDER.index(tier) + 1 :]
    next_section = next((h for h in doc.headings if h.tier in later), None)
    if next_section is not None:
        return next_section.line, next_section.line, [heading], [""]
    blank_before = [""] if limit and doc.lines[limit - 1].strip() else []
    return limit, limit, [*blank_before, heading], [""] if limit < len(doc.lines) else []


def _end_of(doc: Document, opening: Heading, limit: int) -> int:
    """The line at which the part of a section right below its heading ends."""
    after = next((heading.line for heading in doc.headings if heading.line > opening.line), len(doc.lines))
    return min(after, limit) if limit > opening.line else after


def _place_in(
    doc: Document, start: int, end: int, *, after_heading: bool
) -> tuple[int, int, list[str], list[str]]:
    """The place for one more fact between two lines of a section."""
    spans = [span for span in doc.spans if start <= span[0] < end]
    if spans:
        return spans[-1][1], spans[-1][1], [], []
    for i in range(start, end):
        if _IS_PLACEHOLDER.match(doc.lines[i]):
            return i, i + 1, [], []
    last = end
    while last > start and not doc.lines[last - 1].strip():
        last -= 1
    if last == start and after_heading:
        return start, start, [], []
    return last, last, [""], [] if last < len(doc.lines) and not doc.lines[last].strip() else [""]

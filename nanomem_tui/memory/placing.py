"""Where in a memory file a fact's lines go, and putting them there without moving anything else.

Knows the skeleton upstream writes; knows lines and sections, not metadata.
"""

import re
from typing import NamedTuple

from nanomem_tui.memory.blocks import BULLET, Heading, content_offset
from nanomem_tui.memory.facts import Fact, Tier
from nanomem_tui.memory.lines import indent_width, line_end, split_lines
from nanomem_tui.memory.metadata import normal_topic, topic_of_path
from nanomem_tui.memory.parsing import Document, parse, render, with_lines

SECTION_HEADINGS = {
    Tier.WORKING: "Working memory (current context subject to change)",
    Tier.LONG_TERM: "Long-term memory (stable facts that are unlikely to change)",
    Tier.HISTORY: "History (no longer current)",
}
"""Upstream's headings, in the order they are written."""
_ORDER = tuple(SECTION_HEADINGS)
_PLACEHOLDER = "_No entries yet._"
_IS_PLACEHOLDER = re.compile(r"[ \t]*_no entries yet\._\s*\Z", re.I)
_BLANK = " \t\r\n"
_SEPARATOR = "<!-- -->"
"""Markdown's way of keeping two things apart that would be read as one."""


def new_document(path: str, topic: str | None = None) -> Document:
    """The skeleton upstream writes: title and three sections without entries."""
    name = normal_topic(topic) if topic else topic_of_path(path)
    title = " ".join(part[:1].upper() + part[1:] for part in re.split(r"[/_-]+", name) if part)
    sections = "\n".join(f"## {heading}\n{_PLACEHOLDER}\n" for heading in SECTION_HEADINGS.values())
    return parse(f"# Memory: {title}\n\n{sections}", path)


def section_tier(doc: Document, line: int) -> Tier:
    """The tier of the section that line lies in."""
    tiers = [heading.tier for heading in doc.headings if heading.line < line and heading.tier]
    return tiers[-1] if tiers else Tier.LONG_TERM


def put(doc: Document, texts: list[str], tier: Tier) -> tuple[Document, Fact]:
    """Put a fact's lines, given without line ends, at the end of the section of `tier`.

    Where lines below would then be read as part of the fact, a bare comment keeps them apart.
    """
    texts = _dedented(texts)
    doc = _with_skeleton(doc)
    after, at = _put_once(doc, texts, tier, ())
    if not _alone(doc, after, at, len(texts)):
        after, at = _put_once(doc, texts, tier, (_SEPARATOR,))
    return after, next(fact for fact in after.facts if fact.line == at)


def cut(doc: Document, spans: list[tuple[int, int]]) -> Document:
    """Take lines out; a bare comment stays where what is around them would be read as one thing."""
    first_lines = {first for first, _ in spans}
    wanted = [_identity(fact) for fact in doc.facts if fact.line not in first_lines]
    after = _cut_once(doc, spans, ())
    if [_identity(fact) for fact in after.facts] != wanted:
        after = _cut_once(doc, spans, (_SEPARATOR + doc.newline,))
    return after


def _cut_once(doc: Document, spans: list[tuple[int, int]], instead: tuple[str, ...]) -> Document:
    lines: list[str] = []
    at = 0
    for first, end in spans:
        lines += [*doc.lines[at:first], *instead]
        at = end
    return with_lines(doc, (*lines, *doc.lines[at:]))


def _identity(fact: Fact) -> tuple[str, str, Tier, str]:
    """What of a fact an edit of another one must not change."""
    return fact.text, fact.details, fact.tier, fact.section


def _alone(before: Document, after: Document, at: int, height: int) -> bool:
    """True when the fact at line `at` has its own lines and all others are what they were."""
    others = [_identity(fact) for fact in after.facts if fact.line != at]
    return (at, at + height) in after.spans and others == [_identity(fact) for fact in before.facts]


def _dedented(texts: list[str]) -> list[str]:
    """A fact's lines with the bullet in the first column, and what continues it indented to its content."""
    bullet = BULLET.match(texts[0])
    width = indent_width(texts[0])
    if bullet is None or not width:
        return texts
    offset = content_offset(bullet)
    indents = [0, *(max(indent_width(text), offset) - width for text in texts[1:])]
    return [
        " " * indent + text.lstrip(" \t") if text.strip(_BLANK) else text
        for indent, text in zip(indents, texts, strict=True)
    ]


def _with_skeleton(doc: Document) -> Document:
    """`doc`, or the skeleton where there is nothing but perhaps a head."""
    if "".join(doc.lines[doc.head :]).strip(_BLANK):
        return doc
    skeleton = render(new_document(doc.path)).replace("\n", doc.newline)
    return with_lines(doc, (*_closed(doc.lines[: doc.head], doc.newline), *split_lines(skeleton)))


def _put_once(doc: Document, texts: list[str], tier: Tier, behind: tuple[str, ...]) -> tuple[Document, int]:
    """The document with the lines in it, and the line they begin at."""
    at, upto, above, below = _gap(doc, tier)
    newline = (line_end(doc.lines[at - 1]) if at else "") or doc.newline
    block = [text + newline for text in (*above, *texts, *behind, *below)]
    lines = list(doc.lines)
    if upto < len(lines) and newline == "\r" and lines[upto][0] == "\n":
        block[-1] += "\n"  # Else the two line ends would become one.
    if upto == len(lines) and lines and not line_end(lines[-1]):
        block[-1] = block[-1].removesuffix(newline)
        if at == upto:
            lines[-1] += newline
    lines[at:upto] = block
    return with_lines(doc, lines), at + len(above)


def _closed(lines: tuple[str, ...], newline: str) -> tuple[str, ...]:
    return lines if not lines or line_end(lines[-1]) else (*lines[:-1], lines[-1] + newline)


class _Gap(NamedTuple):
    """Where a fact goes."""

    at: int
    upto: int
    """The line behind the last one it replaces; `at` where it replaces none."""
    above: tuple[str, ...] = ()
    """Lines to write before it, without line ends."""
    below: tuple[str, ...] = ()


def _gap(doc: Document, tier: Tier) -> _Gap:
    """The gap for one more fact of `tier`."""
    limit = doc.open_block if doc.open_block is not None else len(doc.lines)
    opening = next((heading for heading in doc.headings if heading.tier is tier), None)
    if opening is not None:
        return _gap_in_section(doc, opening.line + 1, _end_of(doc, opening, limit))
    first_tiered = next((heading for heading in doc.headings if heading.tier), None)
    loose_end = first_tiered.line if first_tiered else limit
    if tier is Tier.LONG_TERM and any(first < loose_end for first, _ in doc.spans):
        end = max(end for first, end in doc.spans if first < loose_end)
        return _Gap(end, end)
    heading = f"## {SECTION_HEADINGS[tier]}"
    later = _ORDER[_ORDER.index(tier) + 1 :]
    next_section = next((h for h in doc.headings if h.tier in later), None)
    if next_section is not None:
        return _Gap(next_section.line, next_section.line, (heading,), ("",))
    apart = ("",) if limit and doc.lines[limit - 1].strip(_BLANK) else ()
    return _Gap(limit, limit, (*apart, heading), ("",) if limit < len(doc.lines) else ())


def _end_of(doc: Document, opening: Heading, limit: int) -> int:
    """The line at which the part of a section right below its heading ends."""
    after = next((heading.line for heading in doc.headings if heading.line > opening.line), len(doc.lines))
    return min(after, limit) if limit > opening.line else after


def _gap_in_section(doc: Document, start: int, end: int) -> _Gap:
    """The gap between two lines: behind the facts there, else at the placeholder, else behind the prose."""
    ends = [span[1] for span in doc.spans if start <= span[0] < end]
    if ends:
        return _Gap(ends[-1], ends[-1])
    for i in range(start, end):
        if _IS_PLACEHOLDER.match(doc.lines[i]):
            return _Gap(i, i + 1)
    last = end
    while last > start and not doc.lines[last - 1].strip(_BLANK):
        last -= 1
    if last == start:
        return _Gap(start, start)
    apart = last < len(doc.lines) and doc.lines[last].strip(_BLANK)
    return _Gap(last, last, ("",), ("",) if apart else ())

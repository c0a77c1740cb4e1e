"""Markdown text to a document and back, without losing a byte. Knows no disk and no tree.

A document keeps every line as it was; facts are read from the lines, never the other way round.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from nanomem_tui.memory.blocks import BULLET as BULLET
from nanomem_tui.memory.blocks import Blocks, Heading
from nanomem_tui.memory.errors import NotFound
from nanomem_tui.memory.facts import Confidence, Fact, Source, Status, Tier
from nanomem_tui.memory.frontmatter import NO_FRONTMATTER, Frontmatter, end_of_frontmatter, parse_frontmatter
from nanomem_tui.memory.identity import id_of_normal, normal
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.lines import BOM, common_newline, dedented, indent_width, split_lines
from nanomem_tui.memory.metadata import (
    KEYS,
    Segment,
    normal_topic,
    parse_day,
    parse_moment,
    split_body,
    unescape,
    word,
)

Value = TypeVar("Value")
_NO_EXTRA: MappingProxyType[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Document:
    """One memory file as lines, with what was read from them."""

    path: str
    lines: tuple[str, ...]
    """With their line ends, without the BOM."""
    facts: tuple[Fact, ...]
    spans: tuple[tuple[int, int], ...]
    """First line and the line behind the last one, for each fact."""
    headings: tuple[Heading, ...]
    frontmatter: Frontmatter
    head: int
    """Number of lines of the frontmatter."""
    title: str
    newline: str
    """The line end most lines use."""
    bom: str = ""
    open_block: int | None = None
    """Line of a code fence or comment that is never closed; nothing behind it can be a fact."""

    def find(self, id: str) -> Fact | None:
        """The fact called `id`, or None."""
        return next((fact for fact in self.facts if fact.id == id), None)

    def fact(self, id: str) -> Fact:
        """The fact called `id`; raises NotFound."""
        return self.facts[self._at(id)]

    def span(self, id: str) -> tuple[int, int]:
        """First line and the line behind the last one of the fact called `id`; raises NotFound."""
        return self.spans[self._at(id)]

    def _at(self, id: str) -> int:
        for i, fact in enumerate(self.facts):
            if fact.id == id:
                return i
        raise NotFound(f"There is no fact {id} in {self.path or 'this file'}.", "Read the file for its ids.")

    def raw(self, id: str) -> str:
        """The exact lines of the fact called `id`; raises NotFound."""
        first, end = self.span(id)
        return "".join(self.lines[first:end])


def render(doc: Document) -> str:
    """The text of a document: the exact inverse of `parse`."""
    return doc.bom + "".join(doc.lines)


def parse(text: str, path: str = "") -> Document:
    """Read any text as a memory file. Never raises; `render(parse(text)) == text`.

    Args:
        text: the file's text, lone surrogates and all.
        path: the memory file it is, for the facts' refs and the title; "" for none.
    """
    bom = BOM if text.startswith(BOM) else ""
    lines = split_lines(text[len(bom) :])
    head = end_of_frontmatter(lines)
    frontmatter = NO_FRONTMATTER
    if head:
        found = parse_frontmatter(lines[:head])
        if found is None:
            head = 0
        else:
            frontmatter = found
    blocks = Blocks(lines, head)
    facts = _read_facts(blocks, lines, path)
    return Document(
        path=path,
        lines=lines,
        facts=facts,
        spans=tuple((item[0], item[1]) for item in blocks.items),
        headings=tuple(blocks.headings),
        frontmatter=frontmatter,
        head=head,
        title=frontmatter.title or _title(blocks.headings, path),
        newline=common_newline(lines),
        bom=bom,
        open_block=blocks.open_block,
    )


def with_lines(doc: Document, lines: Iterable[str]) -> Document:
    """The document that the same file is with other lines."""
    return parse(doc.bom + "".join(lines), doc.path)


def _read_facts(blocks: Blocks, lines: tuple[str, ...], path: str) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    taken: set[str] = set()
    seen: dict[str, int] = {}
    tiers = _section_tiers(blocks.headings)
    sections = _section_names(blocks.headings)
    for first, end, offset, above in blocks.items:
        match = BULLET.match(lines[first].rstrip("\r\n"))
        raw, segments = split_body(match[4] if match else "")
        text = unescape(raw).strip()
        key = normal(text)
        seen[key] = seen.get(key, 0) + 1
        id = id_of_normal(key, taken, nth=seen[key])
        taken.add(id)
        details = _details(lines[first + 1 : end], offset) if end > first + 1 else ""
        place = _Place(id, text, path, details, tiers[above], sections[above], first)
        facts.append(_read_fact(place, segments))
    return tuple(facts)


def _section_tiers(headings: list[Heading]) -> list[Tier]:
    """The tier in force under each heading; the last entry, for index -1, is that above all headings."""
    tiers = []
    tier = Tier.LONG_TERM
    for heading in headings:
        tier = heading.tier or tier
        tiers.append(tier)
    return [*tiers, Tier.LONG_TERM]


def _section_names(headings: list[Heading]) -> list[str]:
    names = []
    name = "General"
    for heading in headings:
        name = heading.text or name
        names.append(name)
    return [*names, "General"]


class _Place(NamedTuple):
    """What is known of a fact before its metadata is read."""

    id: str
    text: str
    path: str
    details: str
    tier: Tier
    """Of the section it lies in."""
    section: str
    line: int


def _read_fact(place: _Place, segments: tuple[Segment, ...]) -> Fact:
    """Read a fact's metadata; aliases are resolved, what is missing is defaulted."""
    values: dict[str, str] = {}
    extra: dict[str, str] = {}
    warnings: list[str] = []
    for segment in segments:
        if segment.key in KEYS:
            values[segment.key] = segment.value
        elif segment.key:
            extra[segment.key] = segment.value
        elif segment.value:
            warnings.append(f"`{segment.value}` is not `key=value`.")

    def read(key: str, reader: Callable[[str], Value | None]) -> Value | None:
        value = values.get(key)
        found = reader(value) if value else None
        if value and found is None:
            warnings.append(f"`{key}={value}` is not understood.")
        return found

    tier = read("tier", partial(word, Tier))
    status = read("status", partial(word, Status))
    source = read("source", partial(word, Source))
    confidence = read("confidence", partial(word, Confidence))
    updated_at = read("updated_at", parse_moment)
    review_at = read("review_at", parse_day)
    expires_at = read("expires_at", parse_day)
    checked_at = read("checked_at", parse_day)
    level = None
    if "disclosure" in values:
        level = Level.from_word(values["disclosure"])
        if level is None:
            level = Level.PRIVATE
            warnings.append(
                f"`disclosure={values['disclosure']}` is none of open, ask, private; it counts as private."
            )
    topic = values.get("topic")
    return Fact(
        id=place.id,
        text=place.text,
        path=place.path,
        details=place.details,
        tier=tier or place.tier,
        status=status or (Status.SUPERSEDED if place.tier is Tier.HISTORY else Status.ACTIVE),
        source=source or Source.USER_STATEMENT,
        confidence=confidence or Confidence.MEDIUM,
        topic=normal_topic(topic) if topic else "general",
        updated_at=updated_at,
        review_at=review_at,
        expires_at=expires_at,
        checked_at=checked_at,
        origin=values.get("origin") or None,
        disclosure=level,
        level=level or Level.OPEN,
        section=place.section,
        extra=MappingProxyType(extra) if extra else _NO_EXTRA,
        warnings=tuple(warnings),
        line=place.line,
    )


def _details(lines: tuple[str, ...], offset: int) -> str:
    """Continuation lines without the indentation they share."""
    texts = [dedented(line.rstrip("\r\n"), offset) for line in lines]
    shared = min((indent_width(text) for text in texts if text.strip(" \t")), default=0)
    return "\n".join(dedented(text, shared) for text in texts)


def _title(headings: list[Heading], path: str) -> str:
    for heading in headings:
        if heading.text and heading.tier is None:
            return re.sub(r"\Amemory:\s*", "", heading.text, flags=re.I) or heading.text
    name = path.rsplit("/", 1)[-1].removesuffix(".md")
    return name.replace("-", " ").replace("_", " ").strip() or name

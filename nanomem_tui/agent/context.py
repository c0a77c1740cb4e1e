"""The one owner of the text a model reads: the first user message and the text of tool results, both ways.

Writing serves every model; reading back serves the built-in planner, which sees only what a model
sees. Knows neither the tree nor the tools: it turns values into text and text into values.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from nanomem_tui.memory.facts import Confidence, Fact, Source, Status, Tier

BLOCKS = ("source", "document", "request", "query", "given", "context", "instructions")
"""Names of the blocks of a first message that hold a person's words."""

EMPTY_MAP = "(no memory files yet)"
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ERROR = "Error: "
_SEPARATOR = " · "


@dataclass(frozen=True, slots=True)
class MapEntry:
    """One line of the map: a memory file, or a folder whose files are not listed one by one."""

    path: str
    """A file's path; a folder's path ends with `/`, and `./` is the root."""
    facts: int
    description: str = ""
    files: int | None = None
    """How many files a folder holds; None for a file."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a first user message says."""

    map: tuple[MapEntry, ...]
    today: date
    blocks: tuple[tuple[str, str], ...] = field(default=())
    """The person's words by block name, in order; the last one is what the run is about."""

    @property
    def tag(self) -> str:
        """Name of the last block: `source`, `query`, …; "" when there is none."""
        return self.blocks[-1][0] if self.blocks else ""

    @property
    def text(self) -> str:
        """Text of the last block."""
        return self.blocks[-1][1] if self.blocks else ""

    def block(self, tag: str) -> str | None:
        """Text of the block named `tag`; None when the message has none."""
        return next((text for name, text in self.blocks if name == tag), None)


@dataclass(frozen=True, slots=True)
class SeenFact:
    """A fact as a tool result shows it."""

    path: str
    id: str
    text: str
    updated: date | None
    """None: undated."""
    tier: Tier
    status: Status
    source: Source
    confidence: Confidence
    expires: date | None = None
    details: str = ""

    @property
    def ref(self) -> str:
        """The fact's name anywhere: `personal/about.md#k3f9q`."""
        return f"{self.path}#{self.id}"


# Cleaning


def clean(text: str, *, newlines: bool = False) -> str:
    """Memory text as data: no control, bidi, tag or other hidden characters, and no tag of ours.

    Joiners stay, since Persian, Indic scripts and emoji need them. Line breaks become spaces unless
    `newlines`.
    """
    if newlines:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii() or not text.isprintable():
        text = text.translate(_CLEAN[newlines])
    return _TAGS.sub("‹", text)


_TAGS = re.compile(
    rf"<(?=\s*/?\s*(?:memory|map|today|{'|'.join(BLOCKS)})\b)",
    re.IGNORECASE,
)
_JOINERS = "\u200c\u200d"


class _Cleaning(dict[int, str]):
    """A table for `str.translate` that learns each character when it first meets it."""

    def __init__(self, newlines: bool) -> None:
        super().__init__()
        self._newlines = newlines

    def __missing__(self, code: int) -> str:
        self[code] = _clean_character(chr(code), self._newlines)
        return self[code]


_CLEAN = {newlines: _Cleaning(newlines) for newlines in (False, True)}


def _clean_character(character: str, newlines: bool) -> str:
    if character == "\t" or (character == "\n" and newlines):
        return character
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    if category == "Cs":
        return "\ufffd"
    hidden = (category == "Cf" and character not in _JOINERS) or "\U000e0000" <= character <= "\U000e0fff"
    return "" if hidden else character


# Writing


def map_line(entry: MapEntry) -> str:
    """`path · N facts · description`, or `folder/ · N files · M facts`."""
    parts = [clean(entry.path)]
    if entry.files is not None:
        parts.append(_count(entry.files, "file"))
    parts.append(_count(entry.facts, "fact"))
    if entry.files is None and entry.description:
        parts.append(clean(entry.description).strip())
    return _SEPARATOR.join(parts)


def fact_line(fact: Fact, *, path: str = "") -> str:
    """`[id] text · 2026-04-07 · long_term · user_statement · high`, details indented below.

    Args:
        fact: the fact to show.
        path: written before the id where the line stands alone, as search hits do.
    """
    parts = [
        f"{clean(path)} [{fact.id}] {clean(fact.text)}" if path else f"[{fact.id}] {clean(fact.text)}",
        fact.updated_at.date().isoformat() if fact.updated_at else "undated",
        fact.tier,
    ]
    if fact.status is not Status.ACTIVE:
        parts.append(fact.status)
    parts += [fact.source, fact.confidence]
    if fact.expires_at:
        parts.append(f"until {fact.expires_at.isoformat()}")
    line = _SEPARATOR.join(parts)
    details = clean(fact.details, newlines=True)
    return "\n".join([line, *(f"  {detail}" for detail in details.split("\n"))]) if details else line


def fence(lines: Iterable[str]) -> str:
    """Lines of memory, marked as data. Each line must come from `map_line`, `fact_line` or `clean`."""
    return "\n".join(["<memory>", *lines, "</memory>"])


def error_text(sentence: str) -> str:
    """The result of a call that was not done."""
    return _ERROR + clean(sentence)


def first_message(entries: Sequence[MapEntry], today: date, blocks: Sequence[tuple[str, str]]) -> str:
    """The first user message of a run: what memory holds, the date, then the person's words.

    Args:
        entries: the map, within its budget.
        today: the date in the person's own time zone.
        blocks: (name of `BLOCKS`, text) pairs; what the run is about comes last.
    """
    body = "\n".join(map_line(entry) for entry in entries) or EMPTY_MAP
    parts = [f"<map>\n{body}\n</map>", f"<today>{today.isoformat()} {_WEEKDAYS[today.weekday()]}</today>"]
    parts += [f"<{tag}>\n{clean(text, newlines=True)}\n</{tag}>" for tag, text in blocks]
    return "\n".join(parts)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


# Reading back

_MAP_LINE = re.compile(
    r"(?P<path>.+?) · (?:(?P<files>\d+) files? · (?P<total>\d+) facts?"
    r"|(?P<facts>\d+) facts?(?: · (?P<about>.*))?)"
)
_FACT_LINE = re.compile(
    r"(?:(?!\[[0-9a-z]+\] )(?P<path>.+?\.md) )?\[(?P<id>[0-9a-z]+)\] (?P<text>.*)"
    r" · (?P<updated>\d{4}-\d\d-\d\d|undated)"
    rf" · (?P<tier>{'|'.join(Tier)})"
    rf"(?: · (?P<status>{'|'.join(status for status in Status if status is not Status.ACTIVE)}))?"
    rf" · (?P<source>{'|'.join(Source)})"
    rf" · (?P<confidence>{'|'.join(Confidence)})"
    r"(?: · until (?P<expires>\d{4}-\d\d-\d\d))?"
)
"""The text is greedy and everything after it is anchored at the end, so ` · ` inside a text is text."""
_TODAY = re.compile(r"^<today>(\d{4}-\d\d-\d\d)[^\n]*</today>$", re.MULTILINE)
_MAP = re.compile(r"^<map>\n(.*?)\n</map>$", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(rf"^<({'|'.join(BLOCKS)})>\n(.*?)\n</\1>$", re.MULTILINE | re.DOTALL)


def read_map_line(line: str) -> MapEntry | None:
    """The entry that `map_line` wrote; None for any other line."""
    match = _MAP_LINE.fullmatch(line)
    if match is None:
        return None
    if match["files"] is not None:
        return MapEntry(match["path"], int(match["total"]), files=int(match["files"]))
    return MapEntry(match["path"], int(match["facts"]), match["about"] or "")


def read_facts(result: str) -> list[SeenFact]:
    """The facts of a tool result, of search hits and of a file read alike; other lines are skipped."""
    facts: list[SeenFact] = []
    details: list[str] = []
    path = ""
    for line in result.split("\n"):
        if line.startswith("  ") and facts:
            details = [*details, line[2:]]
            facts[-1] = replace(facts[-1], details="\n".join(details))
            continue
        details = []
        if match := _FACT_LINE.fullmatch(line):
            facts.append(_read_fact(match, match["path"] or path))
        elif entry := read_map_line(line):
            path = entry.path
    return facts


def read_map(result: str) -> tuple[MapEntry, ...]:
    """The map entries of a `list_folder` result or of a map."""
    return tuple(entry for line in result.split("\n") if (entry := read_map_line(line)))


def is_error(result: str) -> bool:
    """True for the result of a call that was not done."""
    return result.startswith(_ERROR)


def read_message(message: str) -> Context:
    """What `first_message` wrote.

    Raises:
        ValueError: the message is none of ours.
    """
    head = _MAP.search(message)
    today = _TODAY.search(message)
    if head is None or today is None:
        raise ValueError("not a first message: it has no map or no date")
    blocks = tuple((match[1], match[2]) for match in _BLOCK.finditer(message, today.end()))
    return Context(read_map(head[1]), date.fromisoformat(today[1]), blocks)


def _read_fact(match: re.Match[str], path: str) -> SeenFact:
    return SeenFact(
        path=path,
        id=match["id"],
        text=match["text"],
        updated=None if match["updated"] == "undated" else date.fromisoformat(match["updated"]),
        tier=Tier(match["tier"]),
        status=Status(match["status"] or Status.ACTIVE),
        source=Source(match["source"]),
        confidence=Confidence(match["confidence"]),
        expires=date.fromisoformat(match["expires"]) if match["expires"] else None,
    )

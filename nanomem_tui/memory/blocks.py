"""Which lines of a memory file are headings and top-level list items. Knows lines, not what they say.

Follows CommonMark where upstream reads line by line: items in code fences and comments are none, and
nested items belong to the item above them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nanomem_tui.memory.facts import Tier
from nanomem_tui.memory.lines import indent_width

BULLET = re.compile(r"( {0,3})([-*+])([ \t]+)(\S.*)\Z", re.DOTALL)
_EMPTY_BULLET = re.compile(r" {0,3}[-*+][ \t]*\Z")
_ORDERED = re.compile(r" {0,3}\d{1,9}[.)](?:[ \t]+|\Z)")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]|\Z)")
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*\Z)|~{3,})", re.DOTALL)
_COMMENT = re.compile(r" {0,3}<!--")
_RULE = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}\Z")
_SECTIONS = (
    (re.compile(r"working", re.I), Tier.WORKING),
    (re.compile(r"(long[- ]?term|active)", re.I), Tier.LONG_TERM),
    (re.compile(r"(history|archive)", re.I), Tier.HISTORY),
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line."""

    line: int
    depth: int
    text: str
    tier: Tier | None
    """The tier it opens; None for a heading that leaves the section as it is."""


class Blocks:
    """One walk over the lines that finds headings and top-level list items."""

    def __init__(self, lines: Sequence[str], start: int) -> None:
        self.headings: list[Heading] = []
        self.items: list[list[int]] = []
        """First line, line behind the last, content offset, index of the heading above (-1 for none)."""
        self.open_block: int | None = None
        self._item: list[int] | None = None
        self._offset: int | None = None
        """Columns a line must be indented by to belong to the open item; None where none is open."""
        fence = ""
        in_comment = after_blank = False
        for i in range(start, len(lines)):
            line = lines[i].rstrip("\r\n")
            if fence:
                if _closes(line, fence):
                    fence, self.open_block = "", None
                continue
            if in_comment:
                if "-->" in line:
                    in_comment, self.open_block = False, None
                continue
            if not line.strip(" \t"):
                after_blank = True
                continue
            belongs = self._belongs(line, after_blank)
            after_blank = False
            if belongs:
                if self._item is not None:
                    self._item[1] = i + 1
                continue
            self._item = self._offset = None
            bullet = BULLET.match(line)
            if bullet and not _RULE.match(line):
                self._offset = content_offset(bullet)
                if bullet[4][0] != "|":  # Metadata without a text says nothing.
                    self._item = [i, i + 1, self._offset, len(self.headings) - 1]
                    self.items.append(self._item)
            elif opening := _FENCE.match(line):
                fence, self.open_block = opening[1], i
            elif comment := _COMMENT.match(line):
                if "-->" not in line[comment.end() :]:
                    in_comment, self.open_block = True, i
            elif heading := _HEADING.match(line):
                text = _heading_text(line[heading.end() :])
                self.headings.append(Heading(i, len(heading[1]), text, _tier_of(text)))
            elif ordered := _ORDERED.match(line):
                self._offset = max(len(ordered[0]), 3)
            elif _EMPTY_BULLET.match(line):
                self._offset = 2

    def _belongs(self, line: str, after_blank: bool) -> bool:
        """True when `line` continues the open item: indented to its content, or at all in its paragraph."""
        if self._offset is None or line[0] not in " \t":
            return False
        if indent_width(line) >= self._offset:
            return True
        return not after_blank and not (BULLET.match(line) or _ORDERED.match(line) or _FENCE.match(line))


def content_offset(bullet: re.Match[str]) -> int:
    """Columns a line must be indented by to belong to the item that `BULLET` matched (CommonMark's rule)."""
    spaces = indent_width(bullet[3])
    return len(bullet[1]) + 1 + (spaces if spaces <= 4 else 1)


def _closes(line: str, fence: str) -> bool:
    stripped = line.strip(" \t")
    return len(stripped) >= len(fence) and not stripped.strip(fence[0]) and indent_width(line) <= 3


def _heading_text(written: str) -> str:
    """A heading without the `#` that may close it."""
    text = written.strip()
    bare = text.rstrip("#")
    return bare.rstrip() if bare == "" or bare[-1] in " \t" else text


def _tier_of(heading: str) -> Tier | None:
    return next((tier for pattern, tier in _SECTIONS if pattern.match(heading)), None)

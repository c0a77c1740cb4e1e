"""The last scan: finds withheld words in a text that is about to leave, however they are written there.

Knows texts only: no memory, no levels. What is looked for is indexed once; a scan then costs what the text is
long, not how much is looked for.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from urllib.parse import unquote

from nanomem_tui.memory.identity import normal

_NOT_TELLING = re.compile(r"[\W_]+")
_SIZES = (32, 16, 8)
"""A telling text is looked up by so many of its first characters: the most it has."""
_SHORT = 3
"""The same for short texts in scripts where words are not set apart."""
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}")
_HEX = re.compile(r"(?:(?:\\x|%)?[0-9A-Fa-f]{2}[ :,-]?){6,}")
_HEX_MARKS = re.compile(r"\\x|[% :,-]")
_ESCAPE = re.compile(r"\\+(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([nrtbf\"'/]))")
_URL_SAFE = str.maketrans("-_", "+/")


class Kind(Enum):
    """How something that must not leave is recognized."""

    TEXT = "text"
    """By its letters and digits alone, wherever they stand in this order; short ones as whole words."""
    NAME = "name"
    """By its words, as whole words."""
    FOLDER = "folder"
    """As it is written in a path, with its slash: a word such as `tax` would be found anywhere."""


@dataclass(frozen=True, slots=True)
class Needle:
    """One thing that must not leave."""

    text: str
    what: str
    """What it is, for the person: never its text."""
    kind: Kind = Kind.TEXT


class Scan:
    """Everything that is looked for, indexed.

    Args:
        needles: what must not leave. Letter case, spacing, punctuation and Unicode forms do not matter.
    """

    def __init__(self, needles: Iterable[Needle]) -> None:
        self.needles = tuple(needles)
        self._by_start: dict[int, dict[str, list[tuple[int, str]]]] = {}
        self._by_word: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
        self._as_written: list[tuple[int, str]] = []
        for number, needle in enumerate(self.needles):
            self._take_in(number, needle)

    def _take_in(self, number: int, needle: Needle) -> None:
        folded = normal(needle.text)
        words = tuple(_words(folded))
        told = "".join(words)
        size = next((size for size in _SIZES if len(told) >= size), 0)
        if not size and not told.isascii() and len(told) >= _SHORT:
            size = _SHORT
        if needle.kind is Kind.FOLDER or (len(told) < _SHORT and needle.kind is Kind.TEXT):
            if folded:
                self._as_written.append((number, folded))
        elif needle.kind is Kind.NAME or not size:
            if words:
                self._by_word.setdefault(words[0], []).append((number, words))
        else:
            starts = self._by_start.setdefault(size, {})
            starts.setdefault(told[:size], []).append((number, told))

    def found(self, text: str, *, loosely: bool = False) -> set[int]:
        """Numbers of the needles that stand in `text` as it is; folders, `loosely`, without their slash."""
        folded = normal(text)
        hits = {
            number
            for number, written in self._as_written
            if _stands(written.rstrip("/") if loosely else written, folded)
        }
        words = list(_words(folded))
        if self._by_word:
            for at, word in enumerate(words):
                for number, wanted in self._by_word.get(word, ()):
                    if len(wanted) == 1 or tuple(words[at : at + len(wanted)]) == wanted:
                        hits.add(number)
        told = "".join(words)
        for size, starts in self._by_start.items():
            for at in range(len(told) - size + 1):
                start = told[at : at + size]
                if start in starts:
                    hits.update(n for n, wanted in starts[start] if told.startswith(wanted, at))
        return hits

    def hidden_in(self, text: str, *, loosely: bool = False) -> set[int]:
        """Numbers of the needles in `text`: as it is, escaped, encoded, or backwards."""
        hits: set[int] = set()
        for form in forms_of(text):
            hits |= self.found(form, loosely=loosely) | self.found(form[::-1], loosely=loosely)
        return hits


def forms_of(text: str) -> Iterator[str]:
    """`text`, and what it says when its escapes, URL, base64 and hex codes are undone."""
    yield text
    if "\\" in text:
        yield _ESCAPE.sub(_unescaped, text)
    if "%" in text:
        yield unquote(text.replace("+", " "), errors="ignore")
    if decoded := "\n".join(_from_base64(text)):
        yield decoded
    if decoded := "\n".join(_from_hex(text)):
        yield decoded


def _words(folded: str) -> Iterator[str]:
    return (word for word in _NOT_TELLING.split(folded) if word)


def _stands(written: str, text: str) -> bool:
    """Whether `written` stands in `text` and is not the end of a longer word."""
    at = text.find(written)
    while at >= 0:
        if at == 0 or not text[at - 1].isalnum():
            return True
        at = text.find(written, at + 1)
    return False


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else " " if match[3] in "nrtbf" else match[3]


def _from_base64(text: str) -> Iterator[str]:
    for match in _BASE64.finditer(text):
        run = match[0].translate(_URL_SAFE)
        # Letters stuck to the code shift it: each of four places may be where it begins.
        for start in range(4):
            piece = run[start : start + (len(run) - start) // 4 * 4 + 4]
            piece = piece[: len(piece) - (len(piece) % 4 == 1)]
            yield from _readable(base64.b64decode(piece + "=" * (-len(piece) % 4)))


def _from_hex(text: str) -> Iterator[str]:
    for match in _HEX.finditer(text):
        digits = _HEX_MARKS.sub("", match[0])
        for start in range(2):
            piece = digits[start:]
            yield from _readable(binascii.unhexlify(piece[: len(piece) // 2 * 2]))


def _readable(data: bytes) -> Iterator[str]:
    text = data.decode("utf-8", "ignore")
    if len(text) >= _SHORT:
        yield text

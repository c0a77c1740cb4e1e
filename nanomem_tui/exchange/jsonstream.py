"""JSON read element by element, so that memory holds one element and not the file.

A damaged element is reported and skipped; the next ones are found again. Knows bytes and JSON, no format.
"""

import codecs
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeAlias

Path: TypeAlias = tuple[str, ...]
CHUNK = 1 << 20
"""Bytes read at once."""
ELEMENT_CAP = 32 * 1024 * 1024
"""Characters of the largest element that is taken into memory."""
_NAME_WITHIN = 1 << 16
_SPACE = re.compile(r"[ \t\r\n\ufeff]*")
_TOKEN = re.compile(r'["{}\[\]]')
_IN_STRING = re.compile(r'["\\]')
_SCALAR = re.compile(r"[^\s,\]}]*")
_BEHIND_ELEMENT = re.compile(r"\s*(?:,\s*[{\[\"]|\])")
_NEXT_OBJECT = re.compile(r"[,\[]\s*(\{)")
_TITLE = re.compile(r'"(?:title|name)"\s*:\s*("(?:[^"\\\n]|\\.){1,400}")')


@dataclass(frozen=True, slots=True)
class Fault:
    """An element that could not be read."""

    reason: str
    title: str | None = None
    """What it calls itself, where that could still be read."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element: where it stood, its number there from 1, and its value or what is wrong with it."""

    path: Path
    number: int
    value: Any


class Feed:
    """Text of a byte stream, a window at a time.

    Args:
        stream: the bytes.
        encoding: as `sniff_encoding` found it. What does not fit becomes lone surrogates.
    """

    def __init__(self, stream: BinaryIO, encoding: str = "utf-8") -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="surrogateescape")
        self.text = ""
        self.at = 0
        self.ended = False

    def more(self) -> bool:
        """Read on; what lies before `at` is dropped. False at the end."""
        if self.ended:
            return False
        data = self._stream.read(CHUNK)
        self.ended = not data
        self.text = self.text[self.at :] + self._decoder.decode(data, final=self.ended)
        self.at = 0
        return True

    def peek(self) -> str:
        """The next character that is no white space, at `at`; "" at the end."""
        while True:
            match = _SPACE.match(self.text, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def take(self) -> str:
        """`peek`, and go past it."""
        found = self.peek()
        self.at += len(found)
        return found


def elements(
    stream: BinaryIO, encoding: str = "utf-8", *, into: Collection[Path] = ((),), cap: int | None = None
) -> Iterator[Element]:
    """The parts of a JSON text, lazily and in order; of several texts that follow one another, all of them.

    Args:
        stream: the bytes.
        encoding: their encoding.
        into: paths of the arrays and objects whose members are yielded one by one; everything else comes as
            a whole value. `()` is the text itself.
        cap: characters of the largest element taken into memory; None: `ELEMENT_CAP`.

    Yields:
        Elements; the members of an object have its path and their key as path. Those that cannot be read
        hold a `Fault`. What stands behind damage that leaves nothing to hold on to is lost; a fault says so.
    """
    feed = Feed(stream, encoding)
    walk = _Walk(feed, frozenset(into), cap or ELEMENT_CAP)
    yield from walk.value((), 1)
    while feed.peek() in ("[", "{"):  # Some people join exports by appending one to another.
        yield from walk.value((), 1)


class _Walk:
    def __init__(self, feed: Feed, into: frozenset[Path], cap: int) -> None:
        self.feed = feed
        self.into = into
        self.cap = cap
        self._decoder = json.JSONDecoder(strict=False)
        self._likes: frozenset[str] = frozenset()
        """Keys of the last good element: how the next one is known again behind damage."""

    def value(self, path: Path, number: int) -> Iterator[Element]:
        opening = self.feed.peek()
        if path in self.into and opening == "[":
            yield from self._array(path)
        elif path in self.into and opening == "{":
            yield from self._object(path)
        else:
            yield Element(path, number, self._whole())

    def _array(self, path: Path) -> Iterator[Element]:
        feed = self.feed
        feed.take()
        number = 0
        value: Any = None
        while (next_ := feed.peek()) not in ("]", ""):
            number += 1
            if next_ == ",":
                feed.take()
                number -= 1
                continue
            value = self._whole()
            yield Element(path, number, value)
            if isinstance(value, Fault):
                continue
            if feed.peek() not in (",", "]", "") and not self._find_again():
                yield Element(path, number + 1, Fault("what follows it is no JSON"))
                return
        if not feed.take() and not isinstance(value, Fault):
            yield Element(path, number + 1, Fault("the file ends in the middle"))

    def _object(self, path: Path) -> Iterator[Element]:
        feed = self.feed
        feed.take()
        while (next_ := feed.peek()) not in ("}", ""):
            if next_ == ",":
                feed.take()
                continue
            key = self._whole()
            if not isinstance(key, str) or feed.take() != ":":
                yield Element(path, 1, Fault("it is no JSON any more from here on"))
                return
            yield from self.value((*path, key), 1)
        if not feed.take():
            yield Element(path, 1, Fault("the file ends in the middle"))

    def _whole(self) -> Any:
        """The value at the present place; a Fault where it cannot be read. Always moves on."""
        feed = self.feed
        if feed.peek() not in ("{", "[", '"'):
            return self._scalar()
        try:
            value, end = self._decoder.raw_decode(feed.text, feed.at)
        except (ValueError, RecursionError):
            return self._with_care()
        feed.at = end
        if isinstance(value, dict):
            self._likes = frozenset(value)
        return value

    def _scalar(self) -> Any:
        feed = self.feed
        while True:
            match = _SCALAR.match(feed.text, feed.at)
            end = match.end() if match else feed.at
            if (end < len(feed.text) or not feed.more()) and end >= feed.at:
                break
        word = feed.text[feed.at : end]
        feed.at = max(end, feed.at + 1)
        try:
            return json.loads(word)
        except ValueError:
            return Fault("it is no JSON")

    def _with_care(self) -> Any:
        """A value that did not decode at once: it goes beyond the window, is too large, or is damaged."""
        feed = self.feed
        end, dropped = self._extent()
        if dropped is not None:
            feed.at = end if end >= 0 else len(feed.text)
            return Fault(f"it is larger than {self.cap >> 20} million characters", dropped)
        body = feed.text[feed.at : end] if end >= 0 else feed.text[feed.at :]
        title = _title_in(body)
        if end >= 0:
            try:
                value = self._decoder.decode(body)
            except ValueError:
                return self._skip(end, Fault("it is damaged", title))
            except RecursionError:
                feed.at = end
                return Fault("it is nested too deeply", title)
            feed.at = end
            if isinstance(value, dict):
                self._likes = frozenset(value)
            return value
        return self._skip(end, Fault("the file ends in the middle of it", title))

    def _skip(self, end: int, fault: Fault) -> Fault:
        """Go behind a damaged element: to the next one known by its keys, or to where its brackets say.

        Damage to a quotation mark lets the brackets reach into the next elements, so these are tried last.
        """
        feed = self.feed
        if self._find_again(end if end >= 0 else None):
            return fault
        if end >= 0 and _BEHIND_ELEMENT.match(feed.text, end):
            feed.at = end
        elif not self._find_again():
            feed.at = end if end >= 0 else len(feed.text)
        return fault

    def _find_again(self, before: int | None = None) -> bool:
        """Go to the next object that has the keys of the last good one, but to none behind `before`."""
        feed = self.feed
        stop = len(feed.text) if before is None else before
        for match in _NEXT_OBJECT.finditer(feed.text, feed.at + 1, stop) if self._likes else ():
            try:
                value, _ = self._decoder.raw_decode(feed.text, match.start(1))
            except (ValueError, RecursionError):
                continue
            if isinstance(value, dict) and len(self._likes & set(value)) * 2 > len(self._likes | set(value)):
                feed.at = match.start(1)
                return True
        return False

    def _resumes(self) -> bool:
        """Whether `_find_again` would find something; stays where it is."""
        at = self.feed.at
        found = self._find_again()
        self.feed.at = at
        return found

    def _extent(self) -> tuple[int, str | None]:
        """Where the value at the present place ends by its brackets, reading on as needed.

        Returns:
            The place behind it, -1 when the file ends before; and, when it grew beyond the cap and its
            beginning was let go, what it called itself ("" for nothing), else None.
        """
        feed = self.feed
        depth, quoted, at = 0, False, feed.at
        dropped: str | None = None
        while True:
            match = (_IN_STRING if quoted else _TOKEN).search(feed.text, at)
            if match is None or (match[0] == "\\" and match.end() == len(feed.text)):
                at = len(feed.text) if match is None else match.start()
                if at - feed.at > self.cap:
                    if dropped is None and self._likes and self._resumes():
                        return -1, None
                    dropped = dropped if dropped is not None else _title_in(feed.text[feed.at :]) or ""
                    feed.at = at
                seen = at - feed.at
                if not feed.more():
                    return -1, dropped
                at = seen
                continue
            at = match.end()
            if match[0] == "\\":
                at += 1
            elif match[0] == '"':
                quoted = not quoted
            else:
                depth += 1 if match[0] in "{[" else -1
            if not quoted and depth <= 0:
                return at, dropped


def _title_in(body: str) -> str | None:
    match = _TITLE.search(body, 0, _NAME_WITHIN)
    if match is None:
        return None
    try:
        return str(json.loads(match[1])) or None
    except ValueError:
        return None


def top_keys(head: str) -> frozenset[str]:
    """The keys of the object that `head` begins with, as far as it goes."""
    keys = set()
    depth = 0
    for match in re.finditer(r'"((?:[^"\\]|\\.)*)"(\s*:)?|[{}\[\]]', head):
        if match[1] is not None:
            if depth == 1 and match[2]:
                keys.add(match[1])
            continue
        depth += 1 if match[0] in "{[" else -1
        if depth <= 0:
            break
    return frozenset(keys)


def sniff_encoding(head: bytes) -> str | None:
    """The encoding of a text by its first bytes; None when it is no text we can read."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if b"\0" in head:
        zeros = head[:200]
        if zeros[1::2].count(0) * 2 > len(zeros[1::2]):
            return "utf-16-le"
        return "utf-16-be" if zeros[::2].count(0) * 2 > len(zeros[::2]) else None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return None
    return "utf-8"

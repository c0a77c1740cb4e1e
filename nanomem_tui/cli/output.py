"""All printing: results on stdout, the rest on stderr, and no character of a text acts on a terminal.

Whatever is printed passes `visible()` here, whoever wrote it; escape sequences come from this module alone,
and only where a terminal reads them. Knows nothing of memory: it prints lines made of pieces.
"""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import TextIO, TypeAlias

from nanomem_tui.memory.visible import visible


class Style(Enum):
    """How a piece of a line looks on a terminal. What it means is always in its text too."""

    PLAIN = ""
    STRONG = "1"
    QUIET = "2"
    ADDED = "32"
    REMOVED = "31"
    CHANGED = "33"
    WARNING = "1;33"
    ERROR = "1;31"


Piece: TypeAlias = str | tuple[Style, str]
Line: TypeAlias = Sequence[Piece]
"""One line of output. A line break inside a piece is shown, not obeyed."""


class Output:
    """Where one run of the command prints.

    Args:
        as_json: print one JSON document instead of results in words.
        out: for results; None: the real stdout.
        err: for everything else; None: the real stderr.
    """

    def __init__(self, as_json: bool, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.as_json = as_json
        self._out = _tolerant(out or sys.stdout or _nowhere())
        self._err = _tolerant(err or sys.stderr or _nowhere())
        self._passing = False

    @property
    def on_terminal(self) -> bool:
        """Whether a person reads stdout on a terminal."""
        return self._out.isatty()

    def emit(self, document: object, lines: Iterable[Line]) -> None:
        """The result of a command: `document` with `--json`, else `lines`."""
        if self.as_json:
            self.document(document)
        else:
            self.lines(lines)

    def document(self, document: object) -> None:
        """The one JSON document on stdout."""
        self._clear()
        self._out.write(safe_json(document) + "\n")

    def lines(self, lines: Iterable[Line]) -> None:
        """A result in words; nothing with `--json`."""
        if not self.as_json:
            self._clear()
            for line in lines:
                self._out.write(_text(line, self._out) + "\n")

    def raw(self, data: bytes) -> None:
        """Bytes on stdout as they are; on a terminal, their text line by line."""
        self._clear()
        if self.on_terminal:
            self.lines([line] for line in data.decode("utf-8", "replace").splitlines())
            return
        self._out.flush()
        self._out.buffer.write(data)
        self._out.buffer.flush()

    def note(self, *pieces: Piece) -> None:
        """A line on stderr."""
        self._clear()
        self._out.flush()
        self._err.write(_text(pieces, self._err) + "\n")
        self._err.flush()

    def notes(self, lines: Iterable[Line]) -> None:
        """Lines on stderr."""
        for line in lines:
            self.note(*line)

    def prompt(self, text: str) -> None:
        """A question on stderr; the answer is typed behind it."""
        self._clear()
        self._out.flush()
        self._err.write(_text([(Style.STRONG, text)], self._err) + " ")
        self._err.flush()

    def passing(self, text: str) -> None:
        """A line that the next output replaces; nothing where stderr is no terminal."""
        if not self._err.isatty():
            return
        width = _width(self._err) // 2  # no character takes more than two columns
        text = visible(text)
        self._err.write("\r\x1b[2K" + (text if columns(text) < width * 2 else text[: width - 1] + "…"))
        self._err.flush()
        self._passing = True

    def flush(self) -> None:
        """Write out what is buffered.

        Raises:
            BrokenPipeError: whoever reads stdout has gone.
        """
        self._clear()
        self._out.flush()
        self._err.flush()

    def _clear(self) -> None:
        if self._passing:
            self._passing = False
            self._err.write("\r\x1b[2K")
            self._err.flush()


def safe_json(document: object) -> str:
    """JSON that a terminal may show: what does not print is escaped, other scripts stay readable."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return text if text.isascii() and "\x7f" not in text else "".join(map(_escape, text))


def _escape(character: str) -> str:
    if character.isprintable() or character == "\n":
        return character
    return json.dumps(character)[1:-1] if character != "\x7f" else "\\u007f"


def columns(text: str) -> int:
    """How many columns a terminal gives `text`."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def _text(line: Iterable[Piece], stream: TextIO) -> str:
    """A line for `stream`: plain in a pipe; in color and broken between words on a terminal."""
    pieces = [(Style.PLAIN, piece) if isinstance(piece, str) else piece for piece in line]
    pieces = [(style, visible(text)) for style, text in pieces]
    if not stream.isatty():
        return "".join(text for _, text in pieces)
    colors = _colors(stream)
    rows = _broken(pieces, _width(stream))
    return "\n".join("".join(_painted(style, text, colors) for style, text in row) for row in rows)


def _broken(pieces: Sequence[tuple[Style, str]], width: int) -> Iterator[list[tuple[Style, str]]]:
    """A line in rows of at most `width` columns where its words allow, all but the first indented."""
    whole = "".join(text for _, text in pieces)
    if columns(whole) <= width:
        yield list(pieces)
        return
    hang = min(len(whole) - len(whole.lstrip()) + 4, width // 2)
    row: list[tuple[Style, str]] = []
    used = first = 0
    for style, text in pieces:
        for word in re.findall(" +|[^ ]+", text):
            if used > first and used + columns(word) > width:
                yield row
                row, used, first = [(Style.PLAIN, " " * hang)], hang, hang
            if used == first and row and word.isspace():
                continue
            if row and row[-1][0] is style:
                row[-1] = (style, row[-1][1] + word)
            else:
                row.append((style, word))
            used += columns(word)
    yield row


def _painted(style: Style, text: str, colors: bool) -> str:
    return f"\x1b[{style.value}m{text}\x1b[0m" if colors and style.value and text else text


def _colors(stream: TextIO) -> bool:
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and stream.isatty()


def _width(stream: TextIO) -> int:
    try:
        return max(20, os.get_terminal_size(stream.fileno()).columns or 80)
    except OSError:
        return 80


def _tolerant(stream: TextIO) -> TextIO:
    """A stream that writes `?` for what its encoding lacks instead of failing."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    return stream


def _nowhere() -> TextIO:
    """A stream for what a caller closed."""
    return Path(os.devnull).open("w", encoding="utf-8")

"""Bytes to text to lines and back, without losing any: the ground the lossless promise stands on."""

import re

BOM = "\ufeff"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_BREAKS = re.compile("[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")


def decode(data: bytes) -> str:
    """Bytes of a file as text; bytes that are no UTF-8 become lone surrogates, a BOM stays."""
    return data.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """The exact inverse of `decode`; surrogates that no byte stands behind become `?`."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return re.sub("[\ud800-\udc7f\udd00-\udfff]", "?", text).encode("utf-8", "surrogateescape")


def split_lines(text: str) -> tuple[str, ...]:
    """Lines with their ends. Only `\\r\\n`, `\\n` and `\\r` end a line, whatever Unicode says of others."""
    return tuple(_LINE.findall(text))


def line_end(line: str) -> str:
    """The line end `line` carries, or ""."""
    return "\r\n" if line.endswith("\r\n") else line[-1:] if line.endswith(("\n", "\r")) else ""


def common_newline(lines: tuple[str, ...]) -> str:
    """The line end most lines use; `\\n` where there is none."""
    ends = [line_end(line) for line in lines]
    return max(("\n", "\r\n", "\r"), key=ends.count)


def one_line(text: str) -> str:
    """`text` without anything a reader could take for a line break, trimmed."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return " ".join(filter(None, map(str.strip, _BREAKS.split(text))))


def indent_width(line: str) -> int:
    """Columns of leading white space, with tabs to every fourth column as in CommonMark."""
    width = 0
    for char in line:
        if char == " ":
            width += 1
        elif char == "\t":
            width += 4 - width % 4
        else:
            break
    return width


def dedented(line: str, width: int) -> str:
    """`line` with up to `width` columns less of indentation; tabs that are not indentation stay."""
    text = line.lstrip(" \t")
    return " " * max(indent_width(line) - width, 0) + text

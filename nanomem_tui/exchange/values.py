"""Values of foreign JSON, read with care: any of them may be missing, of another type or absurd."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from nanomem_tui.memory.lines import one_line
from nanomem_tui.memory.metadata import parse_moment

_TITLE = 120
_MILLISECONDS, _MICROSECONDS = 1e11, 1e14
"""From these numbers on, an epoch counts no seconds any more."""
_IS_ODD = re.compile("[\0\ufeff\ud800-\udfff]")
_ODD = {0: None, 0xFEFF: None, **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")}
"""What is in no text that a file could hold: NUL, a byte order mark, lone surrogates."""


def mapping(value: object) -> Mapping[str, Any]:
    """`value` where it is an object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def entries(value: object) -> Iterator[Mapping[str, Any]]:
    """The objects of a list; nothing for anything else."""
    if isinstance(value, list):
        yield from (entry for entry in value if isinstance(entry, dict))


def text(value: object) -> str:
    """`value` where it is a text, trimmed and without what no file can hold; "" for anything else."""
    if not isinstance(value, str):
        return ""
    return (value.translate(_ODD) if _IS_ODD.search(value) else value).strip()


def first_text(source: Mapping[str, Any], *keys: str) -> str:
    """The first of these values that is a text with something in it."""
    return next((found for key in keys if (found := text(source.get(key)))), "")


def title_of(value: object, otherwise: str) -> str:
    """A title: one line of bounded length."""
    line = one_line(text(value)) or otherwise
    return line if len(line) <= _TITLE else line[: _TITLE - 1] + "…"


def moment(value: object) -> datetime | None:
    """A point in time as naive local time: ISO 8601, or an epoch in seconds, milliseconds or microseconds."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        return parse_moment(value)
    if isinstance(value, int | float):
        seconds = value / 1e6 if value >= _MICROSECONDS else value / 1e3 if value >= _MILLISECONDS else value
        try:
            return datetime.fromtimestamp(seconds).replace(microsecond=0) if seconds > 0 else None
        except (OverflowError, OSError, ValueError):
            return None
    return None


def first_moment(source: Mapping[str, Any], *keys: str) -> datetime | None:
    """The first of these values that is a point in time."""
    return next((found for key in keys if (found := moment(source.get(key)))), None)

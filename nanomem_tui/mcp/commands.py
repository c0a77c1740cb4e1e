"""The parameters of the memory tool's commands, and the form of what it shows: paths, lines, sizes.

Pure: knows no file and no memory.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from nanomem_tui.memory.paths import name_fault
from nanomem_tui.memory.visible import visible

ROOT = "/memories"
DEPTH = 2
"""Levels that a listing goes down."""
LEFT_OUT = "node_modules"
"""Left out of listings, beside hidden items."""
_WIDTH = 6
"""Characters of a line number."""
_UNITS = "KM"
_ENCODED = re.compile("%(?:2e|2f|5c|00)", re.IGNORECASE)
"""What some other program would decode to a way out."""


class Refused(Exception):
    """A command that cannot be done; its text is the answer."""


# Parameters


def text(command: Mapping[str, object], name: str, of: str, *, otherwise: str | None = None) -> str:
    """A parameter that is a text.

    Args:
        command: the whole command.
        name: the parameter.
        of: what it is a parameter of, for the answer.
        otherwise: its value where it is missing.

    Raises:
        Refused: it is missing or no text.
    """
    value = command.get(name, otherwise)
    if value is None:
        raise Refused(f"Error: Missing required parameter `{name}` of {of}.")
    if not isinstance(value, str):
        raise Refused(f"Error: Invalid `{name}` parameter: {value!r}. It should be a string.")
    return value


def number(command: Mapping[str, object], name: str, of: str) -> int:
    """A parameter that is a whole number; takes and raises what `text` does."""
    value = command.get(name)
    if value is None:
        raise Refused(f"Error: Missing required parameter `{name}` of {of}.")
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refused(f"Error: Invalid `{name}` parameter: {value!r}. It should be a whole number.")
    return value


def relative(path: str) -> str | None:
    """A path below `/memories` as one below the memory root, "" for that itself; None for any other.

    Nothing is resolved or decoded: a part that is no plain name, `..` among them, makes it no path at all.
    """
    head, slash, rest = path.partition(ROOT)
    if head or not slash or (rest and not rest.startswith("/")) or _ENCODED.search(rest):
        return None
    rest = unicodedata.normalize("NFC", rest.removeprefix("/").removesuffix("/"))
    if rest and any(name_fault(part) for part in rest.split("/")):
        return None
    return rest


def line_range(wanted: object, count: int) -> range:
    """The lines that `view_range` means, from 0.

    Args:
        wanted: `[first, last]` from 1, both included, -1 for the end of the file; None for all.
        count: how many lines there are.

    Raises:
        Refused: it means none.
    """
    if wanted is None:
        return range(count)
    ends = [end for end in wanted if isinstance(end, int)] if isinstance(wanted, list | tuple) else []
    if len(ends) == 2:
        first, last = ends[0], count if ends[1] == -1 else ends[1]
        if 1 <= first <= last and first <= count:
            return range(first - 1, min(last, count))
    raise Refused(
        f"Error: Invalid `view_range` parameter: {wanted}. It should be two line numbers of the file within "
        f"[1, {count}], the second one -1 for its end."
    )


# What is shown


def numbered(lines: Sequence[str], shown: range) -> Iterator[str]:
    """Lines with their numbers, from 1; what cannot be seen gets a form that can."""
    return (f"{at + 1:>{_WIDTH}}\t{visible(lines[at])}" for at in shown)


def listing(folder: str, sizes: Mapping[str, int]) -> list[tuple[str, str]]:
    """The size and the name of a folder and of what lies below it, by name; the folder itself is "".

    Args:
        folder: below the memory root, "" for that itself.
        sizes: bytes of every file.
    """
    prefix = f"{folder}/" if folder else ""
    found: dict[str, int] = {"": 0}
    for path, size in sizes.items():
        parts = path.removeprefix(prefix).split("/")
        if not path.startswith(prefix) or LEFT_OUT in parts:
            continue
        found[""] += size
        for depth in range(1, min(DEPTH, len(parts)) + 1):
            name = "/" + "/".join(parts[:depth]) + ("/" if depth < len(parts) else "")
            found[name] = found.get(name, 0) + size
    return [(readable(found[name]), name) for name in sorted(found)]


def readable(size: int) -> str:
    """A number of bytes for people: `940B`, `5.5K`, `1.2M`."""
    if size < 1024:
        return f"{size}B"
    power = 2 if size >= 1024 * 1024 else 1
    return f"{size / 1024**power:.1f}{_UNITS[power - 1]}"

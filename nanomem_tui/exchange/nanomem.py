"""Whole memories of nanomem itself: upstream's and our text export, our JSON, and files of a tree.

The text format is upstream's: `--- FILE: path` above each file. Where a line of a file begins like that, we
put a backslash before it, and take one away when reading.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from nanomem_tui.exchange.jsonstream import Fault
from nanomem_tui.exchange.model import Damaged, Document, Item
from nanomem_tui.exchange.values import mapping, text
from nanomem_tui.memory.document import Document as MemoryDocument
from nanomem_tui.memory.errors import UnsafePath
from nanomem_tui.memory.metadata import KEYS, split_body
from nanomem_tui.memory.parsing import BULLET
from nanomem_tui.memory.paths import INDEX_FILE, SIZE_CAP, check_path

SOURCE = "nanomem"
PREFIX = "--- FILE: "
_LOOKS_LIKE_PREFIX = re.compile(rf"^\\*{re.escape(PREFIX)}", re.MULTILINE)
_ESCAPED = re.compile(rf"^\\(\\*{re.escape(PREFIX)})", re.MULTILINE)


def join_files(files: Iterable[tuple[str, str]]) -> str:
    """Paths and texts as one text."""
    return "\n".join(
        f"{PREFIX}{path}\n{_LOOKS_LIKE_PREFIX.sub(_with_backslash, body)}" for path, body in files
    )


def _with_backslash(match: re.Match[str]) -> str:
    return "\\" + match[0]


def split_files(whole: str) -> Iterator[Item]:
    """The inverse of `join_files`; also reads what upstream wrote."""
    path: str | None = None
    lines: list[str] = []
    for line in whole.removeprefix("\ufeff").split("\n"):
        if not line.startswith(PREFIX):
            lines.append(line)
            continue
        if path is not None:
            yield memory_file(path, _unescaped(lines))
        path, lines = line.removeprefix(PREFIX).removesuffix("\r"), []
    if path is not None:
        yield memory_file(path, _unescaped(lines))


def _unescaped(lines: list[str]) -> str:
    return _ESCAPED.sub(r"\1", "\n".join(lines))


def from_json(elements: Iterable[Any]) -> Iterator[Item]:
    """The files of our own JSON export."""
    for number, value in enumerate(elements, 1):
        body = mapping(value).get("text")
        if isinstance(value, Fault) or not isinstance(body, str):
            yield Damaged(f"file {number}", value.reason if isinstance(value, Fault) else "it has no text")
        else:
            yield memory_file(text(mapping(value).get("path")), body)


def memory_file(path: str, body: str) -> Item:
    """A memory file, to be taken over as it is."""
    if len(body.encode("utf-8", "surrogatepass")) > SIZE_CAP:
        return Damaged(path, f"it is larger than {SIZE_CAP >> 20} MiB, which no memory file may be")
    try:
        return Document(path, body, SOURCE, check_path(path), memory=True)
    except UnsafePath as error:
        return Damaged(path or "a file", f"its path is none of a memory file: {error.message}")


def is_index(path: str) -> bool:
    """Whether a file is upstream's index, which is never memory."""
    return path.rpartition("/")[2].casefold() == INDEX_FILE


def is_memory(document: MemoryDocument) -> bool:
    """Whether a markdown file was written as memory: by its title, or by the metadata of a fact."""
    if document.title.startswith("Memory: ") or any(
        h.text.startswith("Memory: ") for h in document.headings[:1]
    ):
        return True
    for fact in document.facts:
        match = BULLET.match(document.lines[fact.line].rstrip("\r\n"))
        if match and any(segment.key in KEYS for segment in split_body(match[4])[1]):
            return True
    return False

"""What the tree is listed as: files, folders, one file as read, and upstream's index of them all."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.query import fold

if TYPE_CHECKING:
    from nanomem_tui.memory.parsing import Document


class FileInfo(NamedTuple):
    """One line of the map: a memory file without its facts, or one that is skipped.

    A named tuple, because a frozen dataclass takes four times as long to make, and there may be 10,000.
    """

    path: str
    title: str
    description: str | None
    level: Level
    """The strictest of policy and frontmatter."""
    facts: int
    bytes: int
    updated_at: datetime | None
    """When the file was last written, local time; None for a skipped one."""
    skipped: str | None = None
    """Why it is not read as memory."""
    fault: str | None = None
    """What is wrong with its frontmatter."""
    own_level: Level = Level.OPEN
    """The level its frontmatter gives it."""


@dataclass(frozen=True, slots=True)
class FolderInfo:
    """A folder with what lies below it; the root has the path ""."""

    path: str
    level: Level
    """The level that the policy gives everything below it."""
    files: int
    facts: int


@dataclass(frozen=True, slots=True)
class MemoryFile:
    """One memory file as read now."""

    path: str
    text: str
    document: "Document"
    """Its facts carry their effective level."""
    level: Level
    sha256: str


def loose_key(path: str) -> str:
    """The form in which a loosely written path is compared."""
    parts = [part for part in re.split(r"/+", path.strip()) if part not in ("", ".")]
    key = "/".join(re.sub(r"[\s_-]+", " ", fold(part)).strip() for part in parts)
    return key.removesuffix(".md").strip()


def tree_index_text(files: Iterable[FileInfo]) -> str:
    """The text of `_tree.md` in upstream's format; file descriptions stand where it has fact texts."""
    lines = []
    for info in files:
        if info.skipped is not None:
            continue
        updated = f"updated {info.updated_at:%Y-%m-%d %H:%M}" if info.updated_at else ""
        count = f"{info.facts} item{'s' if info.facts != 1 else ''}" if info.facts else ""
        meta = ", ".join(part for part in (count, updated) if part)
        lines.append(f"- {info.path}{f' ({meta})' if meta else ''} — {info.description or info.title}")
    return "\n".join(["# Memory Index", "", *(lines or ["_No files yet._"])])

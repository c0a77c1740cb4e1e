"""What the Memory screen shows, read in one go beside the keys.

It reads through the bank and knows no widget.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nanomem_tui.changes.model import EditState
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.results import TreeListing

if TYPE_CHECKING:
    from nanomem_tui.bank import MemoryBank
    from nanomem_tui.memory.facts import Fact
    from nanomem_tui.memory.tree import MemoryFile

FOUND_AT_MOST = 100
"""Facts a search shows."""


@dataclass(frozen=True, slots=True)
class Look:
    """The tree, the selected file and what waits for review."""

    listing: TreeListing
    file: "MemoryFile | None" = None
    fault: str = ""
    """Why the selected file is not shown."""
    marks: Mapping[str, int] = field(default_factory=dict)
    """Pending edits by path."""
    touched: frozenset[str] = frozenset()
    """Refs of facts that pending edits touch."""


def look(
    bank: "MemoryBank", path: str | None, known: Look | None = None, again: frozenset[str] | None = None
) -> Look:
    """Read everything the screen shows. May take a while.

    Args:
        bank: the memory.
        path: the selected file.
        known: an earlier look.
        again: only these files are others than in it; None: anything may be.
    """
    if known is not None and again is not None:
        listing, marks, touched = bank.tree_again(known.listing, again), known.marks, known.touched
    else:
        listing = bank.tree()
        edits = [
            edit for change in bank.pending() for edit in change.edits if edit.state is EditState.PENDING
        ]
        marks, touched = Counter(edit.path for edit in edits), frozenset(edit.ref for edit in edits)
    file, fault = read(bank, path)
    return Look(listing, file, fault, marks, touched)


def glance(bank: "MemoryBank") -> Look:
    """What can be shown of the tree before all files were looked at."""
    return Look(bank.glance())


def read(bank: "MemoryBank", path: str | None) -> "tuple[MemoryFile | None, str]":
    """The selected file, or why it is not shown."""
    if path is None:
        return None, ""
    try:
        return bank.read_at(path), ""
    except NanomemError as error:
        return None, str(error)


@dataclass(frozen=True, slots=True)
class Found:
    """What fits a search: facts, best first, and files by facts or by name."""

    facts: "tuple[Fact, ...]"
    paths: frozenset[str]


def find(bank: "MemoryBank", listing: TreeListing, query: str) -> Found:
    """Search facts and file names."""
    facts = tuple(hit.fact for hit in bank.search(query, FOUND_AT_MOST))
    words = query.casefold().split()
    named = {
        file.path
        for file in listing.files
        if all(word in f"{file.path} {file.title} {file.description or ''}".casefold() for word in words)
    }
    return Found(facts, frozenset(named | {fact.path for fact in facts}))

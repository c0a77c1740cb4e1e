"""What is imported, in the words of the result: its name, its size, what became of it. Proposes nothing."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace

from nanomem_tui.exchange.model import (
    Conversation,
    Damaged,
    Document,
    ImportedFacts,
    Item,
    LeftOut,
    Readable,
    digest,
)
from nanomem_tui.exchange.omf import SOURCE as OMF
from nanomem_tui.exchange.transcript import Part, estimated_tokens, parts, pieces
from nanomem_tui.results import ImportedItem, ItemState

WHOLE = "memory"
"""Key of what is one change together: the files of a memory, the facts of an OMF document."""
_WORDS = {
    ItemState.READ: "would be read",
    ItemState.PROPOSED: "with something to keep",
    ItemState.NOTHING: "with nothing new",
    ItemState.KNOWN: "imported before",
    ItemState.LEFT_OUT: "left out",
    ItemState.DAMAGED: "damaged",
    ItemState.FAILED: "failed",
}


def told(items: Iterable[ImportedItem]) -> str:
    """What became of everything, counted in one sentence."""
    states = [item.state for item in items]
    counted = [f"{states.count(state)} {words}" for state, words in _WORDS.items() if state in states]
    return f"{', '.join(counted)}." if counted else "Nothing was found that could be imported."


def unread(item: Damaged | LeftOut) -> ImportedItem:
    """What the result says of something that gave nothing."""
    state = ItemState.DAMAGED if isinstance(item, Damaged) else ItemState.LEFT_OUT
    return ImportedItem(state.value, item.name, None, 0, 0, state, item.reason)


def key_of(item: Readable) -> str:
    """What names it in the options of an import of the same source."""
    whole = isinstance(item, Document) and item.memory
    return WHOLE if whole or item.source == OMF else digest(item)


def about_item(item: Readable) -> ImportedItem:
    """What the result says of it before anything has come of it."""
    return replace(_measured(item), source=item.source, key=key_of(item))


def _measured(item: Readable) -> ImportedItem:
    match item:
        case Conversation():
            tokens = estimated_tokens(item)
            return ImportedItem(
                "conversation", item.title, item.date, len(item.messages), tokens, ItemState.READ
            )
        case ImportedFacts():
            return ImportedItem("facts", item.title, item.date, len(item.facts), 0, ItemState.READ)
        case Document():
            kind = "memory" if item.memory else "document"
            tokens = 0 if item.memory else estimated_tokens(item)
            return ImportedItem(kind, item.title, item.date, len(item.text), tokens, ItemState.READ)


def parts_of(item: Conversation | Document) -> Iterable[Part]:
    """What a model reads at once of a conversation or a document, one after the other."""
    if isinstance(item, Conversation):
        return parts(item)
    return (Part(piece, item.date) for piece in pieces(item.text))


async def beside(items: Iterator[Item]) -> AsyncIterator[Item]:
    """The items, each read in a thread: one may be megabytes, and others want to run meanwhile."""
    while True:
        reading = asyncio.ensure_future(asyncio.to_thread(next, items, None))
        try:
            item = await asyncio.shield(reading)
        except asyncio.CancelledError:
            # The source is closed next, so its reader has to be out of it.
            await asyncio.wait({reading})
            raise
        if item is None:
            return
        yield item

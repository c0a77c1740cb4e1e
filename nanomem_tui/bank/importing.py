"""Imports and exports for a bank: where what comes in becomes changes, and where what goes out is decided.

Each conversation is one change, with its title, its date and its origin; what needs no model goes without.
Nothing is imported twice: what was, is known by fingerprints that give no word of it away.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nanomem_tui.agent.context import clean
from nanomem_tui.agent.models.base import Usage
from nanomem_tui.bank.import_items import WHOLE, about_item, beside, key_of, parts_of, told, unread
from nanomem_tui.bank.running import Runner, Watcher
from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.model import Author, AuthorKind, Change, Op
from nanomem_tui.exchange.choosing import ImportOptions
from nanomem_tui.exchange.detect import read
from nanomem_tui.exchange.known import Known
from nanomem_tui.exchange.merge import Merge
from nanomem_tui.exchange.model import (
    Conversation,
    Damaged,
    Document,
    ImportedFacts,
    Item,
    LeftOut,
    Readable,
)
from nanomem_tui.exchange.omf import SOURCE as OMF
from nanomem_tui.exchange.settle import origin_of, settle
from nanomem_tui.memory.errors import ModelUnreachable, NanomemError, UsageError
from nanomem_tui.memory.identity import normal
from nanomem_tui.memory.lines import one_line
from nanomem_tui.memory.tree import Tree
from nanomem_tui.results import ImportedItem, ImportResult, ItemState

if TYPE_CHECKING:
    from nanomem_tui.exchange.archive import Source as ImportSource

__all__ = ["ImportOptions", "ImportProgress", "Importer", "open_source"]

FLOW, INGEST = "import", "ingest"
"""Flows of the changes: what was taken over as it is, and what a model read."""


MOST_TOKENS = 400_000
"""Of one conversation or document; a longer one is none that somebody held or wrote."""


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import is."""

    read: int
    """Bytes read."""
    size: int
    """Bytes there are."""
    items: int
    """Conversations and lists seen so far."""
    changes: int
    title: str
    """What is being read now."""
    told: "Sequence[ImportedItem]" = ()
    """What was read so far and what became of it; grows while the import goes on."""


def open_source(place: Path, root: Path) -> "ImportSource":
    """What lies at `place`, opened for an import into the memory at `root`.

    Raises:
        UsageError: it is that very memory.
        NotFound, Unreadable: there is nothing, or an archive that is damaged, encrypted or malicious.
    """
    from nanomem_tui.exchange.archive import Source

    if place.is_dir() and place.resolve() == root.resolve():
        raise UsageError(
            "A memory cannot be imported into itself.", "Name another folder, or another --root."
        )
    return Source(place)


class Importer:
    """One import into one memory root.

    Args:
        runner: runs the flows; its journal takes the changes.
        options: what to import.
        approve: approves a change's unflagged edits at once; None: every change waits.
        watch: called with each event of the runs.
        progress: called before each item.
    """

    def __init__(
        self,
        runner: Runner,
        options: ImportOptions,
        *,
        approve: Callable[[str], Change] | None = None,
        watch: Watcher | None = None,
        progress: Callable[[ImportProgress], None] | None = None,
    ) -> None:
        self._runner = runner
        self._options = options
        self._approve = approve
        self._watch = watch
        self._progress = progress
        self._known = Known(runner.root)
        self._items: list[ImportedItem] = []
        self._changes: list[Change] = []
        self._memory: list[Document] = []
        """Whole memory files, and below the facts of an OMF document: they are one change together."""
        self._memory_facts: list[ImportedFacts] = []
        self._lists: set[int] = set()
        self._usage = Usage()
        self._trace = ""
        self._new = 0
        self._proposed = {
            normal(edit.text)
            for change in runner.journal.pending()
            if change.author.kind is AuthorKind.IMPORT
            for edit in change.pending
            if edit.op in (Op.ADD, Op.UPDATE) and edit.text
        }
        """What earlier conversations propose already: said twice is proposed once."""

    async def run(self, source: "ImportSource") -> ImportResult:
        """Import everything that is chosen.

        Raises:
            ModelUnreachable: the model could not be reached; what was proposed before stays, and the same
                import goes on from there.
        """
        try:
            async for item in beside(read(source, self._options.format)):
                self._report(source, item)
                await self._take(item)
            await asyncio.to_thread(self._take_memory, source.name)
        except ModelUnreachable as error:
            done = (
                f"{len(self._changes)} changes were proposed before."
                if self._changes
                else "Nothing was proposed."
            )
            raise ModelUnreachable(
                f"{error.message} {done}", "Run the same import again to go on."
            ) from error
        return ImportResult(
            changes=tuple(self._changes),
            items=tuple(self._items),
            summary=told(self._items),
            trace=self._trace,
            usage=self._usage,
            dry_run=self._options.dry_run,
        )

    # Choosing

    async def _take(self, item: Item) -> None:
        if isinstance(item, Damaged | LeftOut):
            self._items.append(unread(item))
            return
        if not self._options.takes(item.title, item.date):
            return
        chosen = self._options.chosen
        if chosen is not None and key_of(item) not in chosen:
            return
        if isinstance(item, ImportedFacts) and self._repeats(item):
            return
        about = about_item(item)
        if not self._options.again and item in self._known:
            self._items.append(replace(about, state=ItemState.KNOWN, reason="it was imported before"))
            return
        if self._options.limit is not None and self._new >= self._options.limit:
            return
        if about.tokens > MOST_TOKENS:
            reason = f"it is about {about.tokens} tokens, more than a model can read for one change"
            self._items.append(replace(about, state=ItemState.FAILED, reason=reason))
            return
        self._new += 1
        if isinstance(item, Document) and item.memory:
            self._memory.append(item)
        elif isinstance(item, ImportedFacts):
            if item.source == OMF:
                self._memory_facts.append(item)
            else:
                await asyncio.to_thread(self._propose_facts, (), (item,), about)
        elif self._options.dry_run:
            self._items.append(about)
        else:
            await self._ingest(item, about)

    def _repeats(self, facts: ImportedFacts) -> bool:
        """Whether this import brought the same list already: each conversation holds what it was told."""
        key = hash((facts.title, *(one.fact.text for one in facts.facts)))
        known = key in self._lists
        self._lists.add(key)
        return known

    # What a model reads

    async def _ingest(self, item: Conversation | Document, about: ImportedItem) -> None:
        runner = self._runner
        now = runner.clock()
        draft = Draft(runner.tree, now=now)
        sources: list[str] = []
        try:
            for part in parts_of(item):
                draft.now = min(part.date or now, now)
                run = await runner.read_into(
                    draft, part.text, self._watch, document=isinstance(item, Document)
                )
                self._usage += run.usage
                self._trace = run.id
                sources.append(clean(part.text, newlines=True))
        except ModelUnreachable:
            raise
        except NanomemError as error:
            self._items.append(replace(about, state=ItemState.FAILED, reason=error.message))
            return
        await asyncio.to_thread(self._propose_read, draft, item, about, "\n".join(sources))

    def _propose_read(
        self, draft: Draft, item: Conversation | Document, about: ImportedItem, source: str
    ) -> None:
        runner = self._runner
        settled = settle(draft.edits, item, Draft(runner.tree, now=runner.clock()), self._proposed)
        self._propose(
            settled, item.title, about, (item,), source=source, model=runner.model.name, trace=self._trace
        )

    # What needs no model

    def _take_memory(self, name: str) -> None:
        if self._memory or self._memory_facts:
            files = len(self._memory)
            size = sum(len(facts.facts) for facts in self._memory_facts)
            title = self._memory_facts[0].title if self._memory_facts else name
            source = (self._memory_facts or self._memory)[0].source
            about = ImportedItem(
                "memory", title, None, files or size, 0, ItemState.READ, source=source, key=WHOLE
            )
            self._propose_facts(self._memory, self._memory_facts, about)

    def _propose_facts(
        self, files: Iterable[Document], lists: Iterable[ImportedFacts], about: ImportedItem
    ) -> None:
        files, lists = tuple(files), tuple(lists)
        tree = self._runner.tree
        merge = Merge(Draft(tree, now=self._runner.clock()), self._proposed, _filing(tree))
        with tree.frozen():
            for file in files:
                try:
                    merge.file(file)
                except NanomemError as error:
                    self._items.append(
                        replace(about_item(file), state=ItemState.FAILED, reason=error.message)
                    )
            for facts in lists:
                for one in facts.facts:
                    merge.fact(one, origin_of(facts))
        parts = [f"{merge.known} known already"] if merge.known else []
        if self._options.dry_run:
            paths = {edit.path for edit in merge.draft.edits}
            made = sum(1 for path in paths if not tree.exists(path))
            parts = [
                f"{len(merge.draft.edits)} new",
                *parts,
                *([f"{made} new file{'s' * (made > 1)}"] if made else []),
            ]
        about = replace(about, reason=", ".join(parts))
        if self._options.dry_run:
            self._items.append(about)
        else:
            self._propose(merge.draft, about.title, about, (*files, *lists))

    # Proposing

    def _propose(
        self,
        draft: Draft,
        title: str,
        about: ImportedItem,
        items: Iterable[Readable],
        *,
        source: str | None = None,
        model: str | None = None,
        trace: str | None = None,
    ) -> None:
        now = self._runner.clock()
        items = tuple(items)
        if draft.edits:
            change = self._runner.journal.propose(
                draft.edits,
                flow=INGEST if model else FLOW,
                author=Author(AuthorKind.IMPORT, items[0].source),
                request=one_line(title),
                model=model,
                trace=trace,
                source=source,
                summary=f"Imported from {origin_of(items[0])}",
            )
            self._proposed |= {
                normal(edit.text) for edit in draft.edits if edit.op in (Op.ADD, Op.UPDATE) and edit.text
            }
            if self._approve is not None:
                change = self._approve(change.id)
            self._changes.append(change)
            self._items.append(replace(about, state=ItemState.PROPOSED, change=change.id))
        else:
            reason = about.reason or "nothing new in it"
            self._items.append(replace(about, state=ItemState.NOTHING, reason=reason))
        for item in items:
            self._known.add(item, now)

    # Telling

    def _report(self, source: "ImportSource", item: Item) -> None:
        if self._progress is not None:
            title = item.name if isinstance(item, Damaged | LeftOut) else item.title
            seen = len(self._items)
            changes = len(self._changes)
            self._progress(ImportProgress(source.read, source.size, seen, changes, title, self._items))


def _filing(tree: Tree) -> Callable[[str], str]:
    """Where a fact belongs by what it says, as the built-in rules file it."""
    from nanomem_tui.agent.rules.filing import file_for
    from nanomem_tui.agent.rules.meaning import read as meaning

    files = {info.path: info.description or "" for info in tree.files() if not info.skipped}
    return lambda text: file_for(meaning(text), files)

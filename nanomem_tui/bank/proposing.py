"""Proposing: the writing flows, imports and guests. What they make is a change that waits for a decision."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from nanomem_tui.bank.recipients import Naming
from nanomem_tui.changes.model import (
    Author,
    AuthorKind,
    Change,
    Edit,
)
from nanomem_tui.memory.errors import NotFound, UsageError
from nanomem_tui.memory.levels import Level
from nanomem_tui.settings import Approval

if TYPE_CHECKING:
    from nanomem_tui.bank.importing import ImportOptions, ImportProgress
    from nanomem_tui.bank.running import Watcher
    from nanomem_tui.bank.sweeping import Progressed
    from nanomem_tui.exchange.archive import Source as ImportSource
    from nanomem_tui.exchange.export import ExportFormat
    from nanomem_tui.results import ExportResult, ImportResult, SweepResult, WriteResult


class Proposing(Naming):
    """What agents, imports and guests propose. It waits unless the person said otherwise."""

    async def add(self, text: str, *, watch: "Watcher | None" = None) -> "WriteResult":
        """Propose the facts in `text`: one change, pending unless the approval mode is `auto`.

        Raises:
            UsageError: `text` is empty.
            ModelUnreachable: the model could not be reached; nothing was proposed.
        """
        return await self._write("add", text, watch)

    async def update(self, text: str, *, watch: "Watcher | None" = None) -> "WriteResult":
        """Propose what `text` corrects or replaces in memory. Raises as `add`."""
        return await self._write("update", text, watch)

    async def ingest(self, text: str, *, watch: "Watcher | None" = None) -> "WriteResult":
        """Propose what a conversation or document says that will still matter. Raises as `add`."""
        return await self._write("ingest", text, watch)

    async def forget(
        self,
        query: str,
        *,
        deep: bool = False,
        wait: bool = False,
        watch: "Watcher | None" = None,
        progress: "Progressed | None" = None,
    ) -> "WriteResult":
        """Propose to remove the facts that say what `query` names.

        Args:
            query: what to forget.
            deep: read every file for it, not only what a search finds.
            wait: leave the change pending, whatever the approval mode.
            watch: called with each event of the runs.
            progress: called before some files are read; with `deep` only.

        Raises:
            As `add`.
        """
        if deep:
            from nanomem_tui.bank.sweeping import Sweep

            result = await Sweep(self._runner(), watch, progress).forget(query)
        else:
            result = await self._runner().write("forget", query, watch)
        return result if wait else self._settled(result)

    async def refresh(
        self, id: str, *, watch: "Watcher | None" = None, progress: "Progressed | None" = None
    ) -> "WriteResult":
        """Run the request of a proposal again on today's memory; the new change takes the old one's place.

        When nothing is proposed, the old change waits on.

        Raises:
            UsageError: it is decided, or nothing can be run again: an import, say, or an edit by hand.
            NotFound, ModelUnreachable: there is no such change, or the model could not be reached.
        """
        from functools import partial

        from nanomem_tui.bank.refreshing import refresh

        change = self.change(id)
        guest = change.author.kind is AuthorKind.CLIENT
        known = guest and change.author.name in self.tree_index.policy.recipients
        gate = self.gate(recipient=change.author.name if known else None)
        deeply = partial(self.forget, deep=True, wait=True, watch=watch, progress=progress)
        result = await refresh(self._runner(), change, gate, watch, prune=self.prune, deeply=deeply)
        if result.change is not None:
            name = result.change.id[-6:].lower()
            self.reject(change.id, reason=f"refreshed as {name}")
        return result if guest else self._settled(result)

    async def compact(self, path: str, *, watch: "Watcher | None" = None) -> "WriteResult":
        """Propose to tidy one file: duplicates merged, contradictions and what is over sent to history.

        Raises:
            NotFound: there is no such file.
            ModelUnreachable: the model could not be reached; nothing was proposed.
        """
        return await self._write("compact", self.read(path).path, watch)

    async def compact_all(
        self,
        *,
        approve: bool = False,
        watch: "Watcher | None" = None,
        progress: "Progressed | None" = None,
    ) -> "SweepResult":
        """Propose to tidy every file that changed since it was tidied last: one change for each.

        Args:
            approve: apply unflagged edits at once, as the approval mode `auto` does.
            watch: called with each event of the runs.
            progress: called before each file.

        Raises:
            ModelUnreachable: the model could not be reached; what was proposed before stays.
        """
        from nanomem_tui.bank.sweeping import Sweep

        auto = approve or self.settings.approval is Approval.AUTO
        settle = (lambda change: self.approve(change.id, by="auto").change) if auto else None
        return await Sweep(self._runner(), watch, progress).compact(settle)

    async def propose(
        self,
        flow: str,
        text: str,
        client: str,
        *,
        recipient: str | None = None,
        watch: "Watcher | None" = None,
    ) -> "WriteResult":
        """Run a writing flow for a guest. Whatever the approval mode, the change waits for the person.

        The model sees no more than may be disclosed to the guest: what it writes may come back to them.

        Args:
            flow: add, update or forget.
            text: what the guest says.
            client: the guest's name; the change carries it.
            recipient: the guest's name in the policy.
            watch: called with each event of the run.

        Raises:
            As `add`.
        """
        sees = self.gate(recipient=recipient, told=client).discloses
        author = Author(AuthorKind.CLIENT, client)
        return await self._runner().write(flow, text, watch, author=author, sees=sees)

    def propose_edits(
        self, edits: Iterable[Edit], flow: str, request: str, client: str, *, instead: Change | None = None
    ) -> Change:
        """Keep edits that a guest made itself, without a model; they wait whatever the approval mode.

        Args:
            edits: as a draft has them.
            flow: the kind of work they come from.
            request: what the guest says, which the quotes of new facts are looked up in.
            client: the guest's name.
            instead: the guest's proposal whose place this one takes, unless somebody touched it since.
        """
        self._make_root()
        author = Author(AuthorKind.CLIENT, client)
        change = self.journal.propose(edits, flow=flow, author=author, request=request)
        if instead is not None:
            # Touched at this very moment: then both stand, and the person sees both.
            with suppress(NotFound, UsageError):
                self.journal.withdraw(instead)
        return self.change(change.id) if change.edits else change

    async def importing(
        self,
        source: "ImportSource",
        options: "ImportOptions | None" = None,
        *,
        approve: bool = False,
        watch: "Watcher | None" = None,
        progress: "Callable[[ImportProgress], None] | None" = None,
    ) -> "ImportResult":
        """Propose what chat exports, notes or another memory hold: one change for each conversation or list.

        Args:
            source: the opened file, folder, archive or stream.
            options: which of it; None: everything that is new.
            approve: apply unflagged edits at once, as the approval mode `auto` does.
            watch: called with each event of the runs.
            progress: called before each item.

        Raises:
            ModelUnreachable: the model could not be reached; what was proposed before stays.
        """
        from nanomem_tui.bank.importing import Importer, ImportOptions

        auto = approve or self.settings.approval is Approval.AUTO
        importer = Importer(
            self._runner(),
            options or ImportOptions(),
            approve=(lambda id: self.approve(id).change) if auto else None,
            watch=watch,
            progress=progress,
        )
        return await importer.run(source)

    def export(self, format: "ExportFormat", level: Level | None = None) -> "ExportResult":
        """Memory as bytes to take elsewhere.

        Args:
            format: the form.
            level: None: the owner's own full copy. Else nothing stricter goes along, and it is recorded.

        Raises:
            Withheld: the text of a stricter fact stands in a file that would go along.
        """
        from nanomem_tui.bank.exporting import export_memory

        return export_memory(self.tree_index, self.journal, self.clock, format, level)

    async def _write(self, flow: str, text: str, watch: "Watcher | None") -> "WriteResult":
        return self._settled(await self._runner().write(flow, text, watch))

    def _settled(self, result: "WriteResult") -> "WriteResult":
        """The result, its change applied where the approval mode says so."""
        if result.change is not None and self.settings.approval is Approval.AUTO:
            result = replace(result, change=self.approve(result.change.id, by="auto").change)
        return result

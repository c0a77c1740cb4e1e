"""MemoryBank: the one facade. Everything the command, the screens and other programs may do with a memory.

It composes the rooms and holds no rules of its own: text goes in, a flow proposes over a draft, the journal
keeps the change; a query goes in, a flow answers through the gate, the ledger keeps what was handed out.
"""

from collections.abc import AsyncIterator, Callable, Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nanomem_tui import settings as settings_module
from nanomem_tui.agent.models.base import Usage
from nanomem_tui.changes.journal import Journal, Outcome
from nanomem_tui.changes.model import (
    ArchiveReason,
    Author,
    AuthorKind,
    Change,
    Edit,
    UpdateReason,
)
from nanomem_tui.memory.errors import NanomemError, NotFound, UsageError
from nanomem_tui.memory.facts import Fact, NewFact
from nanomem_tui.memory.identity import normal
from nanomem_tui.memory.levels import Level, Trust
from nanomem_tui.memory.paths import STATE_DIR, check_path
from nanomem_tui.memory.policy import POLICY_FILE, Policy, matches
from nanomem_tui.memory.tree import Hit, MemoryFile, Tree
from nanomem_tui.results import (
    AugmentResult,
    ExportResult,
    ImportResult,
    LevelChange,
    PolicyListing,
    PreviewResult,
    RetrieveResult,
    Status,
    SweepResult,
    TreeListing,
    WriteResult,
)
from nanomem_tui.settings import Approval, Settings, ToolMode

if TYPE_CHECKING:
    import asyncio

    from nanomem_tui.agent.events import Event
    from nanomem_tui.agent.models.base import Model
    from nanomem_tui.agent.own_prompts import PromptInfo
    from nanomem_tui.agent.trace import TraceInfo
    from nanomem_tui.changes.draft import Draft
    from nanomem_tui.changes.forget import Purged
    from nanomem_tui.changes.why import Why
    from nanomem_tui.disclosure.consents import Consent, Consents
    from nanomem_tui.disclosure.gate import Gate
    from nanomem_tui.disclosure.guard import Guard
    from nanomem_tui.disclosure.ledger import Disclosure
    from nanomem_tui.disclosure.preview import Preview
    from nanomem_tui.exchange.archive import Source as ImportSource
    from nanomem_tui.exchange.export import ExportFormat
    from nanomem_tui.importing import ImportOptions, ImportProgress
    from nanomem_tui.memory.watch import Seen
    from nanomem_tui.running import Runner, Watcher
    from nanomem_tui.sweeping import Progressed

PERSON = Author(AuthorKind.PERSON, "you")
CALLER = "caller"
"""Recipient of an answer when nobody more precise is named: whoever reads stdout."""


class MemoryBank:
    """A memory root with everything one can do to it.

    Args:
        root: the memory folder; None: the one the settings name. It is made with the first write.
        settings: resolved settings; None: environment, config file, defaults.
        model: the model to run flows with; None: the one the settings name.
        clock: gives the local time, naive.
        indexing: called with (files done, files to do) while files are read into the index.

    Raises:
        UsageError: the settings do not make sense, or the root is not a folder.
    """

    def __init__(
        self,
        root: Path | str | None = None,
        *,
        settings: Settings | None = None,
        model: "Model | None" = None,
        clock: Callable[[], datetime] = settings_module.now,
        indexing: Callable[[int, int], None] | None = None,
    ) -> None:
        settings = settings or settings_module.load()
        if root is not None:
            settings = replace(settings, root=Path(root).expanduser().absolute())
        if settings.root.exists() and not settings.root.is_dir():
            raise UsageError(f"{settings.root} is a file, not a folder.", "Name a folder with --root.")
        self.settings = settings
        self.root = settings.root
        self._indexing = indexing
        self.clock = clock
        self._model = model
        self._chosen = False
        """Whether the model is the one that the settings name."""
        self._tree: Tree | None = None
        self._journal: Journal | None = None
        self._guard: Guard | None = None
        self._agreed: set[str] = set()
        """Recipients with a consent for as long as this bank is open."""
        self.notices: tuple[str, ...] = ()
        """What recovery did when the journal was opened, one sentence each."""

    # What there is

    @property
    def tree_index(self) -> Tree:
        """The tree, opened on first use."""
        if self._tree is None:
            self._tree = Tree(self.root, indexing=self._indexing)
        return self._tree

    @property
    def journal(self) -> Journal:
        """The journal, opened on first use; opening it finishes what a crash left open."""
        if self._journal is None:
            self._journal = Journal(self.root, self.tree_index, clock=self.clock)
            self.notices = tuple(self._journal.recover())
        return self._journal

    @property
    def model(self) -> "Model":
        """The model flows run with.

        Raises:
            UsageError: the settings name no usable model.
        """
        if self._model is None:
            from nanomem_tui.choosing import choose_model

            self._model, self._chosen = choose_model(self.settings), True
        return self._model

    def status(self) -> Status:
        """Where memory lives, what would run, and what waits."""
        from nanomem_tui.agent.events import RunState

        files = self.tree_index.files()
        model = self.model
        policy_fault = self.tree_index.policy.fault
        warnings = [f"{file.path}: {file.skipped}" for file in files if file.skipped]
        warnings += [f"policy.yaml: {policy_fault} Everything counts as private."] if policy_fault else []
        warnings += [f"{name}: {fault}" for name, fault in self.faults()]
        return Status(
            root=str(self.root),
            exists=self.root.is_dir(),
            files=sum(1 for file in files if not file.skipped),
            facts=sum(file.facts for file in files),
            pending=len(self.pending()),
            running=sum(1 for trace in self.traces() if trace.state is RunState.RUNNING),
            provider=model.provider,
            model=model.name,
            endpoint=model.endpoint,
            trust=model.trust.value,
            is_language_model=model.provider != "rules",
            approval=self.settings.approval.value,
            warnings=(*self.notices, *warnings),
        )

    def tree(self) -> TreeListing:
        """All folders and files. The owner's view: nothing is withheld."""
        tree = self.tree_index
        with tree.frozen():
            return TreeListing(tuple(tree.folders()), tuple(tree.files()), tree.policy)

    def policy(self) -> PolicyListing:
        """Every level with what decided it, and who may be told what. The owner's view."""
        with self.tree_index.frozen():
            listing = self.tree()
            levels = {file.path: file.level for file in listing.files}
            facts = [fact for fact in self.tree_index.withheld(Level.ASK) if fact.level > levels[fact.path]]
            return PolicyListing(self.tree_index.policy, listing, tuple(facts))

    def level_change(self, glob: str, level: Level) -> LevelChange:
        """What `set_level` would do; nothing is written. Raises as it does."""
        from nanomem_tui.changes.policy_file import policy_with

        glob = " ".join(glob.split())
        before, files = self.tree_index.policy, self.tree_index.files()
        after = Policy.parse(policy_with(self.root, glob, level))
        moved = [
            (file.path, file.level, max(after.level(file.path), file.own_level))
            for file in files
            if before.level(file.path) is not after.level(file.path)
        ]
        return LevelChange(
            glob,
            level,
            sum(matches(glob, file.path) for file in files),
            tuple(entry for entry in moved if entry[1] is not entry[2]),
        )

    def set_level(self, glob: str, level: Level) -> LevelChange:
        """Give a glob of paths another level, at once and for files to come; by the person's own word.

        Only the lines of the policy that must change do. The strictest of all globs that match a file,
        its frontmatter and a fact's own key still wins.

        Raises:
            UsageError: the glob is empty, or the policy is broken or cannot be changed line by line.
            MemoryUnreadable: the policy is a link or no plain file.
        """
        from nanomem_tui.changes.policy_file import write_level

        change = self.level_change(glob, level)
        self._make_root()
        write_level(self.root, change.glob, level)
        return change

    def read(self, path: str) -> MemoryFile:
        """A memory file; a loose path finds the one file it can mean.

        Raises:
            NotFound: there is no such file.
            MemoryUnreadable: it cannot be read as memory.
        """
        return self.tree_index.read(self.tree_index.find(path) or path)

    def fact(self, ref: str) -> Fact:
        """The fact named `path#id`.

        Raises:
            UsageError: `ref` is no such name.
            NotFound: there is no such fact.
        """
        path, separator, fact_id = ref.rpartition("#")
        if not separator:
            raise UsageError(
                f"{ref} names no fact.", "Name it as path#id, for example personal/about.md#k3f9q."
            )
        return self.read(path).document.fact(fact_id)

    def search(self, query: str, limit: int = 20) -> list[Hit]:
        """Facts that fit `query`, best first. The owner's view: nothing is withheld."""
        return self.tree_index.search(query, limit)

    # Flows

    async def add(self, text: str, *, watch: "Watcher | None" = None) -> WriteResult:
        """Propose the facts in `text`: one change, pending unless the approval mode is `auto`.

        Raises:
            UsageError: `text` is empty.
            ModelUnreachable: the model could not be reached; nothing was proposed.
        """
        return await self._write("add", text, watch)

    async def update(self, text: str, *, watch: "Watcher | None" = None) -> WriteResult:
        """Propose what `text` corrects or replaces in memory. Raises as `add`."""
        return await self._write("update", text, watch)

    async def ingest(self, text: str, *, watch: "Watcher | None" = None) -> WriteResult:
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
    ) -> WriteResult:
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
            from nanomem_tui.sweeping import Sweep

            result = await Sweep(self._runner(), watch, progress).forget(query)
        else:
            result = await self._runner().write("forget", query, watch)
        return result if wait else self._settled(result)

    async def refresh(self, id: str, *, watch: "Watcher | None" = None) -> WriteResult:
        """Run the request of a proposal again on today's memory; the new change takes the old one's place.

        When nothing is proposed, the old change waits on.

        Raises:
            UsageError: it is decided, or was no run of a model: an import, say.
            NotFound, ModelUnreachable: there is no such change, or the model could not be reached.
        """
        from nanomem_tui.refreshing import refresh

        change = self.change(id)
        guest = change.author.kind is AuthorKind.CLIENT
        known = guest and change.author.name in self.tree_index.policy.recipients
        gate = self.gate(recipient=change.author.name if known else None)
        result = await refresh(self._runner(), self.journal, change, gate, watch, PERSON.name)
        return result if guest else self._settled(result)

    async def compact(self, path: str, *, watch: "Watcher | None" = None) -> WriteResult:
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
    ) -> SweepResult:
        """Propose to tidy every file that changed since it was tidied last: one change for each.

        Args:
            approve: apply unflagged edits at once, as the approval mode `auto` does.
            watch: called with each event of the runs.
            progress: called before each file.

        Raises:
            ModelUnreachable: the model could not be reached; what was proposed before stays.
        """
        from nanomem_tui.sweeping import Sweep

        auto = approve or self.settings.approval is Approval.AUTO
        settle = (lambda change: self.approve(change.id, by="auto").change) if auto else None
        return await Sweep(self._runner(), watch, progress).compact(settle)

    async def retrieve(
        self,
        query: str,
        *,
        allow_ask: bool = False,
        recipient: str | None = None,
        told: str | None = None,
        given: str = "",
        context: str = "",
        watch: "Watcher | None" = None,
    ) -> RetrieveResult:
        """Answer `query` from memory, for somebody else: every sentence cites the facts it rests on.

        Args:
            query: the question.
            allow_ask: the person said yes to `ask` facts for this answer.
            recipient: who gets it; limits it to what the policy allows that recipient.
            told: name of who gets it in the ledger, where the policy does not know them.
            given: what was retrieved before: only what it lacks is fetched, nothing where it will do.
            context: the talk the question comes from.
            watch: called with each event of the run.

        Raises:
            UsageError: `query` is empty, or no such recipient.
            ModelUnreachable: the model could not be reached.
            Withheld: the gate stopped a request.
        """
        gate = self.gate(allow_ask=allow_ask, recipient=recipient, told=told)
        to = recipient or told or CALLER
        return await self._runner().retrieve(query, gate, watch, recipient=to, given=given, context=context)

    async def augment(
        self,
        query: str,
        *,
        allow_ask: bool = False,
        recipient: str | None = None,
        told: str | None = None,
        watch: "Watcher | None" = None,
    ) -> AugmentResult:
        """A prompt for another model that holds `query` and what it needs of memory, personal words marked.

        Takes and raises what `retrieve` does.
        """
        gate = self.gate(allow_ask=allow_ask, recipient=recipient, told=told)
        return await self._runner().augment(query, gate, watch, recipient=recipient or told or CALLER)

    async def preview(
        self,
        query: str,
        *,
        allow_ask: bool = False,
        recipient: str | None = None,
        told: str | None = None,
        trust: Trust | None = None,
        watch: "Watcher | None" = None,
    ) -> PreviewResult:
        """What `query` would disclose, found out on this machine; nothing leaves and nothing is recorded.

        Takes and raises what `retrieve` does. The preview in the result can be changed fact by fact.

        Args:
            query: the question.
            allow_ask: `ask` facts are on from the start.
            recipient: who would get it, by their name in the policy.
            told: name of who would get it, where the policy does not know them.
            trust: where they are; None: where the present model runs.
            watch: called with each event of the run.
        """
        gate = self.gate(allow_ask=allow_ask, recipient=recipient, told=told)
        gate = gate if trust is None else replace(gate, trust=trust)
        to = recipient or told or CALLER
        return await self._runner().preview(query, gate, watch, recipient=to)

    def hand_over(self, preview: "Preview") -> bytes:
        """The bytes of a preview, exactly as shown, once the ledger has them.

        Raises:
            PreviewStale: memory, policy or model changed since; nothing was handed over.
        """
        return self._runner().hand_over(preview)[0]

    async def send(self, preview: "Preview", watch: "Callable[[str], None] | None" = None) -> str:
        """Send a preview's bytes, exactly as shown, as the one message to the present model; its reply.

        Args:
            preview: what to send.
            watch: called with each piece of the reply as it arrives.

        Raises:
            PreviewStale: memory, policy or model changed since; nothing was sent.
            UsageError: the model is no language model.
            ModelUnreachable: it could not be reached or did not answer; the ledger has it as told.
        """
        through = self.model
        if self._chosen:
            from nanomem_tui.choosing import choose_model

            # In JSON mode a model is told how to reply: words that no preview has shown.
            through = choose_model(replace(self.settings, tool_mode=ToolMode.NATIVE))
        try:
            return await self._runner().send(preview, through, watch)
        finally:
            await through.close()

    async def propose(
        self,
        flow: str,
        text: str,
        client: str,
        *,
        recipient: str | None = None,
        watch: "Watcher | None" = None,
    ) -> WriteResult:
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

    def disclose(self, recipient: str, purpose: str, facts: Iterable[Fact], size: int) -> "Disclosure":
        """Enter into the ledger that facts are handed out, before they are."""
        return self._runner().record(recipient, Trust.REMOTE, purpose, facts, size)

    def askable(self, query: str, *, recipient: str | None = None) -> list[Fact]:
        """The facts of level `ask` that fit `query`: what a yes would add to the answer."""
        from nanomem_tui.running import fitting

        gate = self.gate(allow_ask=True, recipient=recipient)
        return [
            fact
            for fact in fitting(self.tree_index, query)
            if fact.level is Level.ASK and gate.discloses(fact.path, fact.level)
        ]

    def consents(self) -> "list[Consent]":
        """The standing consents: who gets facts of level `ask` without another question. By recipient."""
        standing = self._consents().standing()
        return [standing[recipient] for recipient in sorted(standing)]

    def consent(self, recipient: str, *, always: bool) -> None:
        """Say yes to facts of level `ask` for one recipient. Private facts are beyond any yes.

        A yes for one answer is `allow_ask` of `retrieve`, `augment` and `preview`. This one holds longer.
        Where the model that answers runs elsewhere, it is told too: its endpoint needs a consent as well.

        Args:
            recipient: a name in the policy, `caller` for answers on stdout, or the endpoint of a model. What
                a guest calls itself is a claim and never counts.
            always: until it is taken back, also for other programs; else as long as this bank is open.

        Raises:
            UsageError: there is no such recipient.
        """
        known = {CALLER, self.model.endpoint, *self.tree_index.policy.recipients} - {""}
        if recipient not in known:
            names = ", ".join(sorted(known))
            raise UsageError(f"There is no recipient {recipient!r}.", f"There are {names}.")
        if always:
            self._make_root()
            self._consents().give(recipient, self.clock())
        else:
            self._agreed.add(recipient)

    def revoke(self, recipient: str) -> None:
        """Take a consent back, at once. Raises NotFound where there is none."""
        if recipient in self._agreed:
            self._agreed.discard(recipient)
            if recipient not in self._consents().standing():
                return
        self._consents().revoke(recipient, self.clock())

    def _consents(self) -> "Consents":
        from nanomem_tui.disclosure.consents import Consents

        return Consents(self.root / STATE_DIR)

    def _agrees(self, recipient: str) -> bool:
        """Whether a consent covers what `recipient` is told, and what the model hears for that."""
        agreed = self._agreed | self._consents().standing().keys()
        heard = self.model.trust is not Trust.REMOTE or self.model.endpoint in agreed
        return heard and recipient in agreed

    def gate(
        self, *, allow_ask: bool = False, recipient: str | None = None, told: str | None = None
    ) -> "Gate":
        """The gate for the present model and a recipient. Consents count for it.

        Args:
            allow_ask: the person said yes to `ask` facts for this once.
            recipient: who it is for, by their name in the policy.
            told: who it is for where the policy does not know them; no consent counts for a mere name.

        Raises:
            UsageError: the policy names no such recipient, or it is broken.
        """
        from nanomem_tui.disclosure.gate import Gate

        known = self.tree_index.policy.recipients
        if recipient is not None and recipient not in known:
            names = ", ".join(sorted(known)) or "none yet"
            raise UsageError(
                f"The policy names no recipient {recipient!r}.",
                f"Add it to {self.root / STATE_DIR / POLICY_FILE}; it names {names}.",
            )
        whose = recipient or (CALLER if told is None else None)
        allow_ask = allow_ask or (whose is not None and self._agrees(whose))
        return Gate(self.model.trust, allow_ask, known[recipient] if recipient is not None else None)

    # In and out

    async def importing(
        self,
        source: "ImportSource",
        options: "ImportOptions | None" = None,
        *,
        approve: bool = False,
        watch: "Watcher | None" = None,
        progress: "Callable[[ImportProgress], None] | None" = None,
    ) -> ImportResult:
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
        from nanomem_tui.importing import Importer, ImportOptions

        auto = approve or self.settings.approval is Approval.AUTO
        importer = Importer(
            self._runner(),
            options or ImportOptions(),
            approve=(lambda id: self.approve(id).change) if auto else None,
            watch=watch,
            progress=progress,
        )
        return await importer.run(source)

    def export(self, format: "ExportFormat", level: Level | None = None) -> ExportResult:
        """Memory as bytes to take elsewhere.

        Args:
            format: the form.
            level: None: the owner's own full copy. Else nothing stricter goes along, and it is recorded.

        Raises:
            Withheld: the text of a stricter fact stands in a file that would go along.
        """
        from nanomem_tui.exporting import export_memory

        return export_memory(self.tree_index, self.journal, self.clock, format, level)

    def disclosures(self, recipient: str | None = None, fact: str | None = None) -> "list[Disclosure]":
        """What was handed out, newest first.

        Args:
            recipient: only to this one.
            fact: only what told this fact: `path#id`, or words. Words find the facts that say them, and what
                was told in exactly these words, also when it was moved, removed or forgotten since.
        """
        from nanomem_tui.disclosure.ledger import Ledger, tells

        entries = Ledger(self.root / STATE_DIR).entries()
        found = [entry for entry in entries if recipient in (None, entry.recipient)][::-1]
        if fact is None:
            return found
        refs, texts = self._meant(fact)
        return [entry for entry in found if tells(entry, refs, texts)]

    def _meant(self, fact: str) -> tuple[set[str], set[str]]:
        """Names and texts of the facts that a name or words mean."""
        try:
            known = [self.fact(fact)]
        except NanomemError:
            wanted = normal(fact)
            known = [hit.fact for hit in self.search(fact, 50) if wanted and wanted in normal(hit.fact.text)]
        return {fact, *(one.ref for one in known)}, {fact, *(one.text for one in known)}

    # Decisions

    def pending(self) -> list[Change]:
        """Changes that wait for a decision, newest first."""
        return self.journal.pending()

    def faults(self) -> list[tuple[str, str]]:
        """Stored changes that cannot be read: file name and fault. They hide none of the others."""
        return self.journal.faults()

    def history(
        self,
        *,
        limit: int | None = None,
        path: str | None = None,
        flow: str | None = None,
        author: str | None = None,
        since: date | None = None,
        until: date | None = None,
    ) -> list[Change]:
        """Decided and pending changes, newest first; those made on `since`, `until` or the days between."""
        return self.journal.history(limit, path, flow, author, since, until)

    def change(self, id: str) -> Change:
        """The change with this id or unambiguous part of one.

        Raises:
            NotFound: there is none, or several.
        """
        return self.journal.get(id)

    def check(self, id: str) -> tuple[Edit, ...]:
        """The undecided edits of a change that do not fit the files of today, each with the reason."""
        return self.journal.check(id)

    def why(self, ref: str) -> "Why":
        """Which change made the fact `path#id`, from which words, and every version before.

        Raises:
            UsageError: `ref` is no such name.
            NotFound: there is no such fact.
        """
        return self.journal.why(self.fact(ref).ref)

    def prune(self) -> WriteResult:
        """Propose to send every fact whose time is over to history."""
        from nanomem_tui.changes.draft import Draft
        from nanomem_tui.changes.pruning import prune

        draft = Draft(self.tree_index, now=self.clock())
        prune(draft, self.clock().date())
        if not draft.edits:
            return WriteResult(None, "Nothing saved. The time of no fact is over.", "", Usage())
        change = self.journal.propose(draft.edits, flow="prune", author=PERSON, request="prune")
        return WriteResult(change, "The time of these facts is over.", "", Usage())

    def due(self) -> tuple[Fact, ...]:
        """The facts whose review is due, longest due first."""
        from nanomem_tui.changes.pruning import due

        return due(self.tree_index.facts(), self.clock().date())

    def confirm(self, refs: Iterable[str]) -> Outcome:
        """Note, as one change, that facts hold today: they are not due until their next review.

        Raises:
            NotFound: there is no such fact, or all of them were confirmed today.
        """
        from nanomem_tui.changes.pruning import confirm

        today = self.clock().date()
        facts = {fact.ref: fact for fact in map(self.fact, refs) if fact.checked_at != today}

        def make(draft: "Draft") -> None:
            for fact in facts.values():
                confirm(draft, fact.path, fact.id, today)

        return self._by_hand(make, f"confirm {', '.join(facts)}")

    def approve(
        self, id: str, only: Collection[int] | None = None, *, flagged: bool = False, by: str = PERSON.name
    ) -> Outcome:
        """Apply a pending change, all or nothing over its files.

        Args:
            id: the change.
            only: numbers of the edits to apply; None: all that are pending.
            flagged: apply flagged edits too; otherwise they wait unless `only` names them.
            by: who decided.
        """
        return self.journal.approve(id, only, flagged=flagged, by=by)

    def reject(
        self,
        id: str,
        only: Collection[int] | None = None,
        *,
        reason: str | None = None,
        by: str = PERSON.name,
    ) -> Outcome:
        """Reject a pending change, or only some of its edits."""
        return self.journal.reject(id, only, reason=reason, by=by)

    def amend(self, id: str, n: int, new: str | NewFact) -> Change:
        """Change the text or the whole fact of a pending edit before deciding on it."""
        return self.journal.amend(id, n, new)

    def take_proposal(self, id: str, n: int, *, by: str = PERSON.name) -> Outcome:
        """Apply an edit in conflict to what stands in the file now, in its place."""
        return self.journal.take_theirs_over(id, n, by=by)

    def forget_forever(
        self, id: str, only: Collection[int] | None = None, *, by: str = PERSON.name
    ) -> "Purged":
        """Approve the removals of a change and forget what they remove for good. Cannot be taken back.

        Args:
            id: the change; its removals may wait or be applied.
            only: numbers of the edits; None: all removals.
            by: who decided.

        Raises:
            StandsInTheWay: a fact to be removed says something else now; nothing was forgotten.
            NotFound, UsageError: no such change, or it removes nothing.
        """
        return self.journal.forget_forever(id, only, by=by)

    def purge(self, refs: Iterable[str], *, by: str = PERSON.name) -> "Purged":
        """Forget the facts `path#id` for good, in every file of ours. Cannot be taken back.

        Raises:
            NotFound, UsageError: there is no such fact, or nothing is named.
        """
        return self.journal.purge([self.fact(ref).ref for ref in refs], by=by)

    def revert(self, id: str, *, by: str = PERSON.name) -> Outcome:
        """Take an applied change back.

        Raises:
            NanomemError: later edits touched the same facts; the message names them.
        """
        return self.journal.revert(id, by=by)

    def undo(self, *, by: str = PERSON.name) -> Outcome:
        """Revert the newest applied change."""
        return self.journal.undo(by=by)

    def redo(self, *, by: str = PERSON.name) -> Outcome:
        """Apply again what was undone last."""
        return self.journal.redo(by=by)

    # The person's own hand: proposed and approved in one step, recorded like every other change

    def add_fact(self, path: str, fact: NewFact) -> Outcome:
        """Write a fact into the file at `path`, making it where it is missing."""
        return self._by_hand(lambda draft: draft.add(path, fact), f"add to {path}")

    def edit_fact(self, ref: str, fact: NewFact, reason: UpdateReason = UpdateReason.CORRECTED) -> Outcome:
        """Replace a fact: in place when corrected, with the old one in history when changed."""
        old = self.fact(ref)
        return self._by_hand(lambda draft: draft.update(old.path, old.id, fact, reason), f"edit {ref}")

    def archive_fact(self, ref: str, reason: ArchiveReason = ArchiveReason.SUPERSEDED) -> Outcome:
        """Send a fact to history."""
        old = self.fact(ref)
        return self._by_hand(lambda draft: draft.archive(old.path, old.id, reason), f"archive {ref}")

    def remove_fact(self, ref: str) -> Outcome:
        """Take a fact out of its file. It can be reverted."""
        old = self.fact(ref)
        return self._by_hand(lambda draft: draft.remove(old.path, old.id), f"remove {ref}")

    def move_fact(self, ref: str, to_path: str) -> Outcome:
        """Move a fact to another file."""
        old = self.fact(ref)
        return self._by_hand(lambda draft: draft.move(old.path, old.id, to_path), f"move {ref} to {to_path}")

    def write_text(self, path: str, text: str | None, *, seen: str | None) -> Outcome:
        """Replace the whole text of a file; None deletes it.

        Args:
            path: the file.
            text: its new text.
            seen: its text as the person saw it; None: they saw no such file. A file that moved on since is
                a conflict and stays as it is.
        """
        return self._by_hand(lambda draft: draft.write_text(path, text, seen=seen), f"write {path}")

    def new_file(self, path: str) -> Outcome:
        """Make a memory file without facts. Raises UsageError where there is one, UnsafePath."""
        from nanomem_tui.memory.document import new_document, render

        self._is_free(path)
        text = render(new_document(path))
        return self._by_hand(lambda draft: draft.write_text(path, text, seen=None), f"make {path}")

    def move_file(self, path: str, to_path: str) -> Outcome:
        """Give a file another path, its bytes unchanged: one change, which undo takes back.

        Raises:
            NotFound, UnsafePath: there is no such file, or the new path is none.
            UsageError: there is a file at the new path already.
        """
        self._is_free(to_path)
        text = self.tree_index.read(path).text

        def move(draft: "Draft") -> None:
            draft.write_text(path, None, seen=text)
            draft.write_text(to_path, text, seen=None)

        return self._by_hand(move, f"rename {path} to {to_path}")

    # What happened and happens

    def prompts(self) -> "list[PromptInfo]":
        """The prompts of all flows, the person's own and ours."""
        from nanomem_tui.agent.own_prompts import list_prompts

        return list_prompts(self.root)

    def prompt(self, name: str) -> str:
        """The prompt file that the flow `name` uses. Raises NotFound."""
        from nanomem_tui.agent.own_prompts import read_prompt

        return read_prompt(name, self.root)

    def prompt_diff(self, name: str) -> list[str]:
        """How the person's own prompt differs from ours, line by line. Raises NotFound."""
        from nanomem_tui.agent.own_prompts import diff_prompt

        return diff_prompt(name, self.root)

    def write_prompt(self, name: str, text: str) -> "PromptInfo":
        """Make `text` the person's own prompt of a flow; the one before is set aside.

        Raises:
            NotFound: there is no such flow.
            UsageError: `text` is no prompt that this flow can use; nothing is written.
        """
        from nanomem_tui.agent.own_prompts import write_prompt

        return write_prompt(name, self.root, text)

    def reset_prompt(self, name: str) -> Path | None:
        """Use our prompt again; where the person's own one is kept, None when there was none."""
        from nanomem_tui.agent.own_prompts import reset_prompt

        return reset_prompt(name, self.root)

    def traces(self, limit: int | None = None) -> "list[TraceInfo]":
        """The runs, newest first."""
        from nanomem_tui.agent.trace import list_traces

        return list_traces(self.root)[:limit]

    def trace(self, id: str) -> "list[Event]":
        """The events of a run.

        Raises:
            NotFound: there is no such trace.
        """
        from nanomem_tui.agent.trace import read_trace

        return read_trace(self.root, id)

    def follow(self, id: str) -> "AsyncIterator[Event]":
        """The events of a run, from its start to its end, as they happen, whichever process runs it."""
        from nanomem_tui.agent.trace import follow_trace

        return follow_trace(self.root, id)

    def watch(self, stop: "asyncio.Event") -> "AsyncIterator[Seen]":
        """What changes on the disk, whoever writes it, until `stop` is set."""
        from nanomem_tui.memory.watch import watch

        return watch(self.root, stop=stop)

    async def close(self) -> None:
        """Free the model's connections and the index."""
        if self._model is not None:
            await self._model.close()
        if self._tree is not None:
            self._tree.close()

    # Inside

    def _runner(self) -> "Runner":
        from nanomem_tui.disclosure.guard import Guard
        from nanomem_tui.running import Runner

        self._make_root()
        if self._guard is None:
            self._guard = Guard(self.tree_index)
        return Runner(self.root, self.tree_index, self.journal, self.model, self.clock, self._guard)

    def _make_root(self) -> None:
        """Make the memory folder where it is missing, for its owner alone."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def _write(self, flow: str, text: str, watch: "Watcher | None") -> WriteResult:
        return self._settled(await self._runner().write(flow, text, watch))

    def _settled(self, result: WriteResult) -> WriteResult:
        """The result, its change applied where the approval mode says so."""
        if result.change is not None and self.settings.approval is Approval.AUTO:
            result = replace(result, change=self.approve(result.change.id, by="auto").change)
        return result

    def _is_free(self, path: str) -> None:
        if self.tree_index.exists(check_path(path)):
            raise UsageError(f"There is a file {path} already.", "Choose another name.")

    def _by_hand(self, make: "Callable[[Draft], object]", request: str) -> Outcome:
        from nanomem_tui.changes.draft import Draft

        self._make_root()
        draft = Draft(self.tree_index, now=self.clock())
        make(draft)
        if not draft.edits:
            raise NotFound("Nothing would change.")
        return self.journal.apply_now(draft.edits, flow="edit", author=PERSON, request=request)

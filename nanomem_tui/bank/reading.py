"""Looking: memory, changes, traces, ledger, policy and prompts as they stand. The owner's view."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from nanomem_tui.bank.opened import Opened
from nanomem_tui.changes.model import (
    Change,
    Edit,
)
from nanomem_tui.memory.errors import NanomemError, NotFound, UsageError
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.overview import folders_above
from nanomem_tui.memory.paths import STATE_DIR, read_bytes
from nanomem_tui.memory.tree import Hit, MemoryFile

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Collection

    from nanomem_tui.agent.events import Event
    from nanomem_tui.agent.own_prompts import PromptInfo
    from nanomem_tui.agent.trace import TraceInfo
    from nanomem_tui.changes.past import Past
    from nanomem_tui.changes.why import Why
    from nanomem_tui.disclosure.ledger import Disclosure
    from nanomem_tui.memory.watch import Seen
    from nanomem_tui.results import PolicyListing, Status, TreeListing


class Reading(Opened):
    """What there is, what happened and what happens. Changes nothing."""

    def status(self) -> "Status":
        """Where memory lives, what would run, and what waits."""
        from nanomem_tui.agent.events import RunState
        from nanomem_tui.results import Status

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

    def tree(self) -> "TreeListing":
        """All folders and files. The owner's view: nothing is withheld."""
        from nanomem_tui.results import TreeListing

        tree = self.tree_index
        with tree.frozen():
            return TreeListing(tuple(tree.folders()), tuple(tree.files()), tree.policy)

    def glance(self) -> "TreeListing":
        """Folders and files as far as they are known without looking at any: a first sight, before `tree`."""
        from nanomem_tui.memory.overview import glance
        from nanomem_tui.results import TreeListing

        folders, files, counted = glance(self.root)
        return TreeListing(tuple(folders), tuple(files), self.tree_index.policy_now(), counted)

    def tree_again(self, before: "TreeListing", paths: "Collection[str]") -> "TreeListing":
        """An earlier listing with some files as they are now; a whole one where any of them came or went."""
        places = {file.path: n for n, file in enumerate(before.files) if not file.skipped}
        now = self.tree_index.again(paths)
        if not before.counted or not all(path in now and path in places for path in paths):
            return self.tree()
        files, more = list(before.files), Counter[str]()
        for path, info in now.items():
            for folder in folders_above(path):
                more[folder] += info.facts - files[places[path]].facts
            files[places[path]] = info
        folders = tuple(
            replace(folder, facts=folder.facts + more[folder.path]) if more[folder.path] else folder
            for folder in before.folders
        )
        return replace(before, folders=folders, files=tuple(files))

    def policy(self) -> "PolicyListing":
        """Every level with what decided it, and who may be told what. The owner's view."""
        from nanomem_tui.results import PolicyListing

        with self.tree_index.frozen():
            listing = self.tree()
            levels = {file.path: file.level for file in listing.files}
            facts = [fact for fact in self.tree_index.withheld(Level.ASK) if fact.level > levels[fact.path]]
            return PolicyListing(self.tree_index.policy, listing, tuple(facts))

    def read(self, path: str) -> MemoryFile:
        """A memory file; a loose path finds the one file it can mean.

        Raises:
            NotFound: there is no such file.
            MemoryUnreadable: it cannot be read as memory.
        """
        return self.tree_index.read(self.tree_index.find(path) or path)

    def read_at(self, path: str) -> MemoryFile:
        """The memory file at exactly this path. It waits for nobody who looks at all files.

        Raises:
            NotFound: there is no such file.
            MemoryUnreadable: it cannot be read as memory.
        """
        return self.tree_index.read(path)

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
        from nanomem_tui.memory.identity import normal

        try:
            known = [self.fact(fact)]
        except NanomemError:
            wanted = normal(fact)
            known = [hit.fact for hit in self.search(fact, 50) if wanted and wanted in normal(hit.fact.text)]
        return {fact, *(one.ref for one in known)}, {fact, *(one.text for one in known)}

    def pending(self) -> list[Change]:
        """Changes that wait for a decision, newest first."""
        return self.journal.pending()

    def unreadable(self) -> list[str]:
        """Names of stored changes that may wait and cannot be read; found without reading the others."""
        return self.journal.store.unreadable()

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

    def tree_at(self, id: str) -> "Past":
        """The memory as it was right after a change, as far as its records go; each file says how far.

        Raises:
            NotFound: there is no such change, or several.
        """
        from nanomem_tui.changes.past import tree_at
        from nanomem_tui.memory.lines import decode

        def read(path: str) -> str | None:
            try:
                return decode(read_bytes(self.root, path))
            except NotFound:
                return None

        files = {file.path: file.updated_at for file in self.tree_index.files() if file.updated_at}
        today = {path: saved.timestamp() for path, saved in files.items()}
        return tree_at(self.change(id), self.history(), today, read)

    def due(self) -> tuple[Fact, ...]:
        """The facts whose review is due, longest due first."""
        from nanomem_tui.changes.pruning import due

        return due(self.tree_index.facts(), self.clock().date())

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

        return watch(self.root, stop=stop, tree=self.tree_index)

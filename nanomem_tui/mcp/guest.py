"""What a guest may do with a memory: ask, look at what it may be told, and propose.

Knows no protocol. Every answer passes the gate and enters the ledger; every write waits for the person.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from nanomem_tui.bank import MemoryBank
from nanomem_tui.changes.model import AuthorKind, Change
from nanomem_tui.disclosure.gate import Gate
from nanomem_tui.disclosure.preview import Preview
from nanomem_tui.memory.errors import NotFound
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.levels import Level, Trust
from nanomem_tui.memory.tree import FileInfo, FolderInfo, Hit
from nanomem_tui.results import RetrieveResult, TreeListing, WriteResult

LONGEST_SEARCH = 50
"""Hits of one search at most."""


@dataclass(frozen=True, slots=True)
class GuestFile:
    """A memory file as a guest sees it: its facts, without the prose around them."""

    path: str
    title: str
    description: str | None
    level: Level
    facts: tuple[Fact, ...]


class Guest:
    """A guest in a memory.

    Args:
        bank: the memory.
        name: what the guest calls itself; changes and ledger carry it.
        recipient: its name in the policy, fixed by the person who let it in; None: nobody in particular.

    Raises:
        UsageError: the policy names no such recipient.
    """

    def __init__(self, bank: MemoryBank, name: str, recipient: str | None = None) -> None:
        self.bank = bank
        self.name = name
        self.recipient = recipient
        self.gate()

    @property
    def known_as(self) -> str:
        """Its name in the ledger."""
        return self.recipient or self.name

    async def retrieve(self, query: str) -> RetrieveResult:
        """Answer a question; what the answer cites is in the ledger as told to this guest."""
        return await self.bank.retrieve(query, recipient=self.recipient, told=self.known_as)

    async def preview(self, query: str) -> Preview:
        """What a prompt for this question would hold, without what needs a yes; in the ledger as told."""
        result = await self.bank.preview(
            query, recipient=self.recipient, told=self.known_as, trust=Trust.REMOTE
        )
        self.bank.hand_over(result.preview)
        return result.preview

    def tree(self) -> TreeListing:
        """The folders and files it may know of, each counting only the facts it may know of."""
        gate, tree = self.gate(), self.bank.tree_index
        hidden: dict[str, int] = {}
        for fact in tree.withheld(Level.ASK):
            if not gate.discloses(fact.path, fact.level):
                hidden[fact.path] = hidden.get(fact.path, 0) + 1
        files = tuple(
            file._replace(facts=max(0, file.facts - hidden.get(file.path, 0)))
            for file in tree.files()
            if not file.skipped and gate.discloses(file.path, file.level)
        )
        return TreeListing(tuple(_folders(files)), files)

    def read(self, path: str) -> GuestFile:
        """The facts of a file that it may be told.

        Raises:
            NotFound: there is no such file, or none that it may know of: the same words for both.
        """
        gate = self.gate()
        wanted = path.casefold().removesuffix(".md")
        known = [file for file in self.tree().files if file.path.casefold().removesuffix(".md") == wanted]
        if not known:
            raise NotFound(f"There is no file {path} in memory.", "Look at memory_tree for what there is.")
        file = self.bank.read(known[0].path)
        facts = tuple(f for f in file.document.facts if gate.discloses(file.path, f.level))
        self.tell("read", facts)
        return GuestFile(
            file.path, file.document.title, file.document.frontmatter.description, file.level, facts
        )

    def search(self, query: str, limit: int = 20) -> list[Hit]:
        """The facts that fit some words, as far as it may be told them."""
        gate = self.gate()
        limit = max(1, min(limit, LONGEST_SEARCH))
        hits = [
            hit for hit in self.bank.search(query, limit * 4) if gate.discloses(hit.fact.path, hit.fact.level)
        ][:limit]
        self.tell("search", [hit.fact for hit in hits])
        return hits

    async def propose(self, flow: str, text: str) -> WriteResult:
        """Propose a change in its own name; it waits for the person, whatever the approval mode."""
        return await self.bank.propose(flow, text, self.name, recipient=self.recipient)

    def change(self, id: str) -> Change:
        """One of its own changes, to see what became of it.

        Raises:
            NotFound: there is no such change of this guest.
        """
        missing = NotFound(f"You proposed no change {id}.", "Use the id that a proposal returned.")
        try:
            change = self.bank.change(id)
        except NotFound:
            raise missing from None
        if change.author.kind is not AuthorKind.CLIENT or change.author.name != self.name:
            raise missing
        return change

    def gate(self) -> Gate:
        """What it may be told. Whoever asks over a protocol is somebody else, wherever our model runs."""
        gate = self.bank.gate(recipient=self.recipient, told=self.name)
        return replace(gate, trust=Trust.REMOTE)

    def tell(self, purpose: str, facts: Iterable[Fact], size: int = 0) -> None:
        """Enter into the ledger what it is about to be told; nothing where that is nothing.

        Args:
            purpose: what for.
            facts: the facts.
            size: bytes that are told; 0: those of the facts.
        """
        facts = tuple(facts)
        if facts or size:
            size = size or sum(len(fact.text.encode("utf-8", "replace")) for fact in facts)
            self.bank.disclose(self.known_as, purpose, facts, size)


def _folders(files: Iterable[FileInfo]) -> Iterable[FolderInfo]:
    """The folders of these files, with totals of these files alone."""
    totals: dict[str, list[FileInfo]] = {}
    for file in files:
        parts = file.path.split("/")[:-1]
        for depth in range(len(parts) + 1):
            totals.setdefault("/".join(parts[:depth]), []).append(file)
    for path, inside in sorted(totals.items()):
        level = min(file.level for file in inside)
        yield FolderInfo(path=path, level=level, files=len(inside), facts=sum(file.facts for file in inside))

"""Flows run for a bank: where the model, the gate, the draft and the ledger meet.

Every request to a model passes through here, and only here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from nanomem_tui.agent.context import clean
from nanomem_tui.agent.events import Event
from nanomem_tui.agent.models.base import Model
from nanomem_tui.agent.models.screened import Screen, nothing_withheld
from nanomem_tui.agent.runner import Run, run_flow
from nanomem_tui.agent.toolbox import Toolbox
from nanomem_tui.agent.view import Sees
from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.journal import Journal
from nanomem_tui.changes.model import Author, AuthorKind
from nanomem_tui.changes.store import new_id
from nanomem_tui.disclosure.gate import Gate
from nanomem_tui.disclosure.guard import Guard
from nanomem_tui.disclosure.ledger import Disclosure, Ledger
from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.jsontype import Json
from nanomem_tui.memory.levels import Trust
from nanomem_tui.memory.paths import EXAMPLE_PATH, STATE_DIR
from nanomem_tui.memory.tree import Tree
from nanomem_tui.results import WriteResult

GROUNDED = frozenset({"add", "update", "ingest"})
"""Flows whose new facts quote the person's words; the other writing flows only rearrange what is there."""
Watcher = Callable[[Event], None]
"""Called with each event of a run as it happens."""


class Runner:
    """Runs flows over one memory root.

    Args:
        root: the memory root.
        tree: what there is.
        journal: takes what is proposed.
        model: who answers.
        clock: gives the local time.
        guard: scans what leaves; None: a new one.
    """

    def __init__(
        self,
        root: Path,
        tree: Tree,
        journal: Journal,
        model: Model,
        clock: Callable[[], datetime],
        guard: Guard | None = None,
    ) -> None:
        self.root = root
        self.tree = tree
        self.journal = journal
        self.model = model
        self.clock = clock
        self.guard = guard or Guard(tree)

    async def write(
        self,
        flow: str,
        text: str,
        watch: Watcher | None = None,
        *,
        author: Author | None = None,
        sees: Sees | None = None,
    ) -> WriteResult:
        """Run a writing flow; what it proposes becomes one pending change.

        `forget` and `compact` claim nothing new: what they write must be said by facts that they read.

        Args:
            flow: add, update, ingest, forget or compact.
            text: the source, what to forget, or the path of the file to compact.
            watch: called with each event of the run.
            author: who asks for it; None: the model itself.
            sees: what the model may see; None: what the gate lets it.

        Raises:
            UsageError: `text` is empty.
            ModelUnreachable: the model could not be reached; nothing was proposed.
            Withheld: the gate stopped a request.
        """
        grounded = flow in GROUNDED
        blocks = [("source" if grounded else "request", text)]
        sees = sees or Gate(self.model.trust).sees
        client = author.name if author is not None and author.kind is AuthorKind.CLIENT else ""
        run, draft = await self.run(flow, blocks, sees, watch, nothing, grounded=grounded, client=client)
        return self.propose(draft, run, text, author=author)

    def propose(
        self, draft: Draft, run: Run, text: str, *, author: Author | None = None, deep: bool = False
    ) -> WriteResult:
        """Make the edits of a run one pending change; none when there are no edits.

        Args:
            draft: holds the edits.
            run: made them.
            text: what it was about.
            author: who asked for it; None: the model itself.
            deep: the run read every file.
        """
        if not draft.edits:
            return WriteResult(None, run.summary, run.id, run.usage)
        read = "\n".join(f"{fact.text}\n{fact.details}" for fact in run.read)
        # Quotes are checked against what the model was shown, which has no hidden characters in it.
        source = clean(text if run.flow in GROUNDED else read, newlines=True)
        change = self.journal.propose(
            draft.edits,
            flow=run.flow,
            author=author or Author(AuthorKind.AGENT, self.model.provider),
            request=text,
            model=self.model.name,
            trace=run.id,
            source=source,
            summary=run.summary,
            deep=deep,
        )
        return WriteResult(change, run.summary, run.id, run.usage)

    async def look_through(
        self, draft: Draft, query: str, paths: Sequence[str], watch: Watcher | None = None
    ) -> Run:
        """Run `forget` over files that are to be read whole; its edits stay in the draft.

        Raises:
            As `write`.
        """
        listed = "\n".join(f"- {path}" for path in paths)
        blocks = [("instructions", f"Read these files whole:\n{listed}"), ("request", query)]
        sees = Gate(self.model.trust).sees
        run, _ = await self.run("forget", blocks, sees, watch, nothing, grounded=False, draft=draft)
        return run

    async def read_into(
        self, draft: Draft, text: str, watch: Watcher | None = None, *, document: bool = False
    ) -> Run:
        """Run `ingest` over a draft that others go on with; nothing is proposed yet.

        Args:
            draft: takes the edits; its time is the date that the text speaks of.
            text: a transcript, or a document.
            watch: called with each event of the run.
            document: the person did not hand it over as their own words.

        Raises:
            As `write`.
        """
        blocks = [("document" if document else "source", text)]
        run, _ = await self.run("ingest", blocks, Gate(self.model.trust).sees, watch, nothing, draft=draft)
        return run

    def serving(self, model: Model) -> "Runner":
        """The same over another model."""
        return Runner(self.root, self.tree, self.journal, model, self.clock, self.guard)

    async def run(
        self,
        flow: str,
        blocks: Sequence[tuple[str, str]],
        sees: Sees,
        watch: Watcher | None,
        hand_out: Callable[[Toolbox], Iterable[Disclosure]],
        *,
        grounded: bool = True,
        draft: Draft | None = None,
        client: str = "",
    ) -> tuple[Run, Draft]:
        """Run a flow over a draft, or a fresh one; what a model elsewhere was shown goes to the ledger.

        Args:
            flow: its name.
            blocks: (tag, text) of what the model is given; the last one is what the run is about.
            sees: what the model may see, by path and level.
            watch: called with each event of the run.
            hand_out: enters into the ledger what the outcome hands to somebody else.
            grounded: new facts must quote the given text, not what was read.
            draft: takes the edits; None: a fresh one.
            client: whom it is run for, where that is somebody else than the person.

        Raises:
            As `write`.
        """
        if not blocks[-1][1].strip():
            raise UsageError("There is no text.", "Write it behind the command, or - to read it from stdin.")
        draft = draft or Draft(self.tree, now=self.clock())

        def settle(toolbox: Toolbox, bytes_sent: int) -> Iterator[Mapping[str, Json]]:
            if self.model.trust is not Trust.LOCAL and toolbox.read:
                shown = toolbox.read.values()
                yield _as_event(self.record(self.model.endpoint, self.model.trust, flow, shown, bytes_sent))
            for disclosure in hand_out(toolbox):
                yield _as_event(disclosure)

        run = await run_flow(
            flow,
            blocks,
            draft=draft,
            model=self.model,
            sees=sees,
            screen=self._screen(flow, sees, [text for _, text in blocks]),
            root=self.root,
            watch=watch,
            settle=settle,
            grounded=grounded,
            client=client,
        )
        return run, draft

    def _screen(self, flow: str, sees: Sees, texts: Sequence[str]) -> Screen:
        """What reads each request. A model on this machine may hear anything: nothing leaves."""
        if self.model.trust is Trust.LOCAL:
            return nothing_withheld
        from nanomem_tui.agent.own_prompts import read_prompt

        ours = (read_prompt(flow, self.root, built_in=True), EXAMPLE_PATH, f"{self.clock():%Y-%m-%d %A}")
        return self.guard.screen(sees, [*texts, *ours], _own_words)

    def record(
        self,
        recipient: str,
        trust: Trust,
        purpose: str,
        facts: Iterable[Fact],
        size: int,
        sha256: str | None = None,
    ) -> Disclosure:
        """Enter a disclosure into the ledger; it is on the disk before this returns."""
        return Ledger(self.root / STATE_DIR).record(
            id=new_id(),
            time=self.clock(),
            recipient=recipient,
            trust=trust,
            purpose=purpose,
            facts=facts,
            size=size,
            sha256=sha256,
        )


def _own_words() -> Iterator[str]:
    # Imported late: needed only where something was found that must not leave.
    from nanomem_tui.agent.own_words import own_words

    yield from own_words()


def nothing(toolbox: Toolbox) -> Iterable[Disclosure]:
    """What a run hands out that answers nobody."""
    return ()


def _as_event(disclosure: Disclosure) -> Mapping[str, Json]:
    return {
        "disclosure": disclosure.id,
        "recipient": disclosure.recipient,
        "facts": [fact.ref for fact in disclosure.facts],
    }

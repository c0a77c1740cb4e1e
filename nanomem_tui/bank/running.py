"""Flows run for a bank: where the model, the gate, the draft and the ledger meet.

Every request to a model and every answer handed out passes through here, and only here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ulid import ULID

from nanomem_tui.agent.context import clean
from nanomem_tui.agent.events import Event
from nanomem_tui.agent.models.base import Message, Model, Request, Response, Role
from nanomem_tui.agent.models.rules import RulesModel
from nanomem_tui.agent.models.screened import Screen
from nanomem_tui.agent.runner import Run, run_flow
from nanomem_tui.agent.toolbox import Answered, Crafted, Outcome, Toolbox
from nanomem_tui.agent.view import Sees
from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.journal import Journal
from nanomem_tui.changes.model import Author, AuthorKind
from nanomem_tui.disclosure.gate import Gate
from nanomem_tui.disclosure.guard import Guard
from nanomem_tui.disclosure.ledger import Disclosure, Ledger
from nanomem_tui.disclosure.preview import Choice, Preview, choose, fingerprint_of
from nanomem_tui.disclosure.tracing import trace_facts
from nanomem_tui.memory.errors import NotFound, PreviewStale, UsageError
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.jsontype import Json
from nanomem_tui.memory.levels import Level, Trust
from nanomem_tui.memory.paths import EXAMPLE_PATH, STATE_DIR
from nanomem_tui.memory.tree import Tree
from nanomem_tui.results import (
    AnswerSentence,
    AugmentResult,
    PreviewResult,
    RetrieveResult,
    WithheldCount,
    WriteResult,
)

GROUNDED = frozenset({"add", "update", "ingest"})
"""Flows whose new facts quote the person's words; the other writing flows only rearrange what is there."""
Watcher = Callable[[Event], None]
"""Called with each event of a run as it happens."""

REPLY_TOKENS = 4_096
"""What a model may answer to a prompt that is sent to it."""
CALLER = "caller"
"""Recipient of an answer when nobody more precise is named: whoever reads stdout."""


def fitting(tree: Tree, query: str) -> list[Fact]:
    """The facts a question may be about, also by what it needs and does not say: a doctor needs allergies."""
    # Imported late: its patterns take long to compile, and writing flows have no question.
    from nanomem_tui.agent.rules.needs import need_of

    found = {hit.fact.ref: hit.fact for words in need_of(query).searches for hit in tree.search(words)}
    return list(found.values())


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
        run, draft = await self._run(flow, blocks, sees, watch, _nothing, grounded=grounded)
        return self.propose(draft, run, text, author=author)

    def propose(self, draft: Draft, run: Run, text: str, *, author: Author | None = None) -> WriteResult:
        """Make the edits of a run one pending change; none when there are no edits.

        Args:
            draft: holds the edits.
            run: made them.
            text: what it was about.
            author: who asked for it; None: the model itself.
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
        run, _ = await self._run("forget", blocks, sees, watch, _nothing, grounded=False, draft=draft)
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
        run, _ = await self._run("ingest", blocks, Gate(self.model.trust).sees, watch, _nothing, draft=draft)
        return run

    async def retrieve(
        self,
        query: str,
        gate: Gate,
        watch: Watcher | None = None,
        *,
        recipient: str = CALLER,
        given: str = "",
        context: str = "",
    ) -> RetrieveResult:
        """Run `retrieve`; the facts its answer cites go to the ledger as handed to `recipient`.

        The model is shown nothing that may not be handed out: its own words cannot be checked for what they
        rest on, so what it never saw it cannot tell.

        Args:
            query: the question.
            gate: what may be handed out.
            watch: called with each event of the run.
            recipient: who gets the answer, for the ledger.
            given: what was retrieved before; only what it lacks is fetched, and nothing where it will do.
            context: the talk the question comes from.

        Raises:
            UsageError: `query` is empty.
            ModelUnreachable: the model could not be reached.
            Withheld: the gate stopped a request.
        """
        handed_out: list[Disclosure] = []

        def hand_out(toolbox: Toolbox) -> Iterable[Disclosure]:
            facts = [toolbox.read[ref] for ref in _cited(toolbox.outcome)]
            if facts:
                size = len(_spoken(toolbox.outcome).encode())
                handed_out.append(self.record(recipient, Trust.REMOTE, "retrieve", facts, size))
            return handed_out

        blocks = _filled(("context", context), ("given", given), ("query", query))
        run, _ = await self._run("retrieve", blocks, gate.discloses, watch, hand_out)
        answer = run.outcome
        if not isinstance(answer, Answered):
            answer = Answered((), skipped=True, skip_reason=run.summary)
        return RetrieveResult(
            answer=_spoken(answer),
            skipped=answer.skipped,
            skip_reason=answer.skip_reason,
            sentences=tuple(AnswerSentence(s.text, s.facts, s.cited) for s in answer.sentences),
            facts=tuple(self._fact(ref) for ref in _cited(answer)),
            withheld=self._withheld(query, gate),
            trace=run.id,
            usage=run.usage,
            disclosure=handed_out[0] if handed_out else None,
        )

    async def preview(
        self, query: str, gate: Gate, watch: Watcher | None = None, *, recipient: str = CALLER
    ) -> PreviewResult:
        """What `query` would disclose to `recipient`, found out on this machine alone.

        A model that runs elsewhere is not asked: asking it would disclose what is to be previewed. The
        built-in rules choose the facts then.

        Raises:
            UsageError: `query` is empty.
            ModelUnreachable: the model on this machine could not be reached.
        """
        chooser = self if self.model.trust is Trust.LOCAL else self._with(RulesModel())
        widest = replace(gate, trust=Trust.LOCAL, allow_ask=True)
        run, _ = await chooser._run("retrieve", [("query", query)], widest.discloses, watch, _nothing)
        sentences = run.outcome.sentences if isinstance(run.outcome, Answered) else ()
        cited = {
            ref: tuple(n for n, s in enumerate(sentences) if ref in s.facts) for ref in _cited(run.outcome)
        }
        basis = fingerprint_of(query, recipient, self._reached(), run.read)
        return PreviewResult(
            preview=choose(query, recipient, gate, considered=run.read, cited=cited, basis=basis),
            answer=_spoken(run.outcome),
            sentences=tuple(AnswerSentence(s.text, s.facts, s.cited) for s in sentences),
            withheld=self._out_of_reach(query, widest),
            trace=run.id,
            usage=run.usage,
        )

    async def augment(
        self, query: str, gate: Gate, watch: Watcher | None = None, *, recipient: str = CALLER
    ) -> AugmentResult:
        """Run `augment`: a prompt for another model. The facts it holds go to the ledger.

        Raises:
            As `retrieve`.
        """
        handed_out: list[Disclosure] = []
        choices: tuple[Choice, ...] = ()

        def hand_out(toolbox: Toolbox) -> Iterable[Disclosure]:
            nonlocal choices
            if not isinstance(toolbox.outcome, Crafted):
                return ()
            prompt = toolbox.outcome.prompt
            self.guard.check(prompt, gate.discloses, [query])
            choices = trace_facts(prompt, query, toolbox.read.values())
            facts = [choice.fact for choice in choices if choice.included]
            if facts:
                size = len(prompt.encode("utf-8", "replace"))
                handed_out.append(self.record(recipient, Trust.REMOTE, "augment", facts, size))
            return handed_out

        run, _ = await self._run("augment", [("query", query)], gate.discloses, watch, hand_out)
        return AugmentResult(
            query=query,
            recipient=recipient,
            prompt=run.outcome.prompt if isinstance(run.outcome, Crafted) else "",
            choices=choices,
            summary=run.summary,
            withheld=self._withheld(query, gate),
            trace=run.id,
            usage=run.usage,
            disclosure=handed_out[0] if handed_out else None,
        )

    def hand_over(self, preview: Preview) -> tuple[bytes, Disclosure | None]:
        """The previewed bytes, to be sent as they are; what is in them goes to the ledger first.

        Raises:
            PreviewStale: memory, policy or model changed since; nothing was handed over.
        """
        self._check_fresh(preview)
        return preview.data, self._handed_over(preview, preview.recipient, Trust.REMOTE)

    async def send(self, preview: Preview, through: Model, watch: Callable[[str], None] | None = None) -> str:
        """Send the previewed bytes to the model as all that is said to it, and return its reply.

        The ledger has them before they leave, as told to the endpoint that gets them.

        Args:
            preview: what to send.
            through: the present model, without anything that adds words of its own to a request.
            watch: called with each piece of the reply as it arrives.

        Raises:
            PreviewStale: memory, policy or model changed since; nothing was sent.
            UsageError: the model is no language model.
            ModelUnreachable: it could not be reached or did not answer.
        """
        if isinstance(self.model, RulesModel):
            raise UsageError(
                "The built-in rules are no language model: there is nobody to send this to.",
                "Name one with --provider or --base-url, and make a preview for it.",
            )
        self._check_fresh(preview)
        self._handed_over(preview, self.model.endpoint, self.model.trust)
        message = Message(Role.USER, preview.data.decode())
        whole = ""
        async for piece in through.stream(Request((message,), (), REPLY_TOKENS)):
            if isinstance(piece, Response):
                whole = piece.text
            elif watch is not None:
                watch(piece.text)
        return whole

    def _check_fresh(self, preview: Preview) -> None:
        if self._basis_now(preview) != preview.basis:
            raise PreviewStale(
                "Memory, policy or model changed since this preview was made; nothing was handed over.",
                "Make a new preview.",
            )

    def _handed_over(self, preview: Preview, recipient: str, trust: Trust) -> Disclosure | None:
        if not preview.disclosed:
            return None
        size, digest = len(preview.data), preview.sha256
        return self.record(recipient, trust, "preview", preview.disclosed, size, digest)

    def _basis_now(self, preview: Preview) -> str | None:
        """What the preview would rest on if it were made now; None when one of its facts is gone."""
        try:
            facts = [self._fact(choice.fact.ref) for choice in preview.choices]
        except NotFound:
            return None
        return fingerprint_of(preview.query, preview.recipient, self._reached(), facts)

    def _reached(self) -> str:
        """Whom a request reaches, by which policy, and the memory it is made from."""
        with self.tree.frozen():
            policy, files = self.tree.policy, self.tree.hashes()
        told = (policy.fault, policy.levels, sorted((r.name, r.allow) for r in policy.recipients.values()))
        model = self.model
        reached = (model.provider, model.name, model.endpoint, model.trust.value)
        return repr((reached, told, sorted(files.items())))

    def _with(self, model: Model) -> "Runner":
        return Runner(self.root, self.tree, self.journal, model, self.clock, self.guard)

    async def _run(
        self,
        flow: str,
        blocks: Sequence[tuple[str, str]],
        sees: Sees,
        watch: Watcher | None,
        hand_out: Callable[[Toolbox], Iterable[Disclosure]],
        *,
        grounded: bool = True,
        draft: Draft | None = None,
    ) -> tuple[Run, Draft]:
        """Run a flow over a draft, or a fresh one; what a model elsewhere was shown goes to the ledger."""
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
        )
        return run, draft

    def _screen(self, flow: str, sees: Sees, texts: Sequence[str]) -> Screen:
        """What reads each request. A model on this machine may hear anything: nothing leaves."""
        if self.model.trust is Trust.LOCAL:
            return lambda told, said: None
        from nanomem_tui.agent.own_prompts import read_prompt

        ours = (read_prompt(flow, self.root, built_in=True), EXAMPLE_PATH, f"{self.clock():%Y-%m-%d %A}")
        return self.guard.screen(sees, [*texts, *ours])

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
            id=str(ULID()),
            time=self.clock(),
            recipient=recipient,
            trust=trust,
            purpose=purpose,
            facts=facts,
            size=size,
            sha256=sha256,
        )

    def _withheld(self, query: str, gate: Gate) -> WithheldCount:
        """How many `ask` facts fit the query. Private ones are not even counted for somebody else."""
        count = sum(
            1
            for fact in fitting(self.tree, query)
            if fact.level is Level.ASK and not gate.discloses(fact.path, fact.level)
        )
        return WithheldCount(count, {"ask": count} if count else {})

    def _out_of_reach(self, query: str, gate: Gate) -> WithheldCount:
        """What fits the query and can go under no circumstances, by reason: for the owner's eyes."""
        reasons: dict[str, int] = {}
        for hit in self.tree.search(query):
            fact = hit.fact
            if not gate.discloses(fact.path, fact.level):
                reason = "private" if fact.level is Level.PRIVATE else "not for this recipient"
                reasons[reason] = reasons.get(reason, 0) + 1
        return WithheldCount(sum(reasons.values()), reasons)

    def _fact(self, ref: str) -> Fact:
        path, _, id = ref.rpartition("#")
        return self.tree.read(path).document.fact(id)


def _filled(*blocks: tuple[str, str]) -> list[tuple[str, str]]:
    """The blocks that say something, and the last one whatever it says."""
    return [*(block for block in blocks[:-1] if block[1].strip()), blocks[-1]]


def _nothing(toolbox: Toolbox) -> Iterable[Disclosure]:
    return ()


def _cited(outcome: Outcome | None) -> tuple[str, ...]:
    """Refs of the facts an answer rests on, each once, in order."""
    if not isinstance(outcome, Answered):
        return ()
    return tuple(dict.fromkeys(ref for sentence in outcome.sentences for ref in sentence.facts))


def _spoken(outcome: Outcome | None) -> str:
    """An answer as running text."""
    return " ".join(s.text for s in outcome.sentences) if isinstance(outcome, Answered) else ""


def _as_event(disclosure: Disclosure) -> Mapping[str, Json]:
    return {
        "disclosure": disclosure.id,
        "recipient": disclosure.recipient,
        "facts": [fact.ref for fact in disclosure.facts],
    }

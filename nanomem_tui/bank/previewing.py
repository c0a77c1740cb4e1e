"""What a query would disclose, found out on this machine; and the previewed bytes, sent as they are."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from nanomem_tui.agent.models.base import Message, Model, Request, Response, Role, TextDelta
from nanomem_tui.agent.models.rules import RulesModel
from nanomem_tui.agent.toolbox import Answered
from nanomem_tui.bank.answering import cited_in, fact_at, spoken
from nanomem_tui.bank.running import Runner, Watcher, nothing
from nanomem_tui.disclosure.gate import Gate
from nanomem_tui.disclosure.ledger import Disclosure
from nanomem_tui.disclosure.preview import Preview, choose, fingerprint_of
from nanomem_tui.memory.errors import NotFound, PreviewStale, UsageError
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.levels import Level, Trust
from nanomem_tui.memory.policy import CALLER
from nanomem_tui.results import AnswerSentence, PreviewResult, WithheldCount

REPLY_TOKENS = 4_096
"""What a model may answer to a prompt that is sent to it."""


async def preview(
    runner: Runner, query: str, gate: Gate, watch: Watcher | None = None, *, recipient: str
) -> PreviewResult:
    """What `query` would disclose to `recipient`, found out on this machine alone.

    A model that runs elsewhere is not asked: asking it would disclose what is to be previewed. The
    built-in rules choose the facts then.

    Raises:
        UsageError: `query` is empty.
        ModelUnreachable: the model on this machine could not be reached.
    """
    chooser = runner if runner.model.trust is Trust.LOCAL else runner.serving(RulesModel())
    widest = replace(gate, trust=Trust.LOCAL, allow_ask=True)
    client = recipient if recipient != CALLER else ""
    blocks = [("query", query)]
    run, _ = await chooser.run("retrieve", blocks, widest.discloses, watch, nothing, client=client)
    sentences = run.outcome.sentences if isinstance(run.outcome, Answered) else ()
    cited = {
        ref: tuple(n for n, s in enumerate(sentences) if ref in s.facts) for ref in cited_in(run.outcome)
    }
    basis = fingerprint_of(query, recipient, _reached(runner), run.read)
    out_of_reach = _out_of_reach(runner, query, widest)
    return PreviewResult(
        preview=choose(query, recipient, gate, considered=run.read, cited=cited, basis=basis),
        answer=spoken(run.outcome),
        sentences=tuple(AnswerSentence(s.text, s.facts, s.cited) for s in sentences),
        withheld=WithheldCount(len(out_of_reach), Counter(reason for _, reason in out_of_reach)),
        out_of_reach=out_of_reach,
        trace=run.id,
        usage=run.usage,
    )


def is_fresh(runner: Runner, preview: Preview) -> bool:
    """Whether memory, policy and model are what they were when the preview was made."""
    return _basis_now(runner, preview) == preview.basis


def hand_over(runner: Runner, preview: Preview) -> tuple[bytes, Disclosure | None]:
    """The previewed bytes, to be sent as they are; what is in them goes to the ledger first.

    Raises:
        PreviewStale: memory, policy or model changed since; nothing was handed over.
        Withheld: the last scan found what can never go; nothing was handed over.
    """
    _check_fresh(runner, preview)
    return preview.data, _handed_over(runner, preview, preview.recipient, Trust.REMOTE)


async def send(
    runner: Runner, preview: Preview, through: Model, watch: Callable[[str], None] | None = None
) -> str:
    """Send the previewed bytes to the model as all that is said to it, and return its reply.

    The ledger has them before they leave, as told to the endpoint that gets them.

    Args:
        preview: what to send.
        through: the present model, without anything that adds words of its own to a request.
        watch: called with each piece of the reply as it arrives.

    Raises:
        PreviewStale: memory, policy or model changed since; nothing was sent.
        Withheld: the last scan found what can never go; nothing was sent.
        UsageError: the model is no language model.
        ModelUnreachable: it could not be reached or did not answer.
    """
    if isinstance(runner.model, RulesModel):
        raise UsageError(
            "The built-in rules are no language model: there is nobody to send this to.",
            "Name one with --provider or --base-url, and make a preview for it.",
        )
    _check_fresh(runner, preview)
    _handed_over(runner, preview, runner.model.endpoint or runner.model.name, runner.model.trust)
    message = Message(Role.USER, preview.data.decode())
    whole = ""
    async for piece in through.stream(Request((message,), (), REPLY_TOKENS)):
        if isinstance(piece, Response):
            whole = piece.text
        elif isinstance(piece, TextDelta) and watch is not None:
            watch(piece.text)
    return whole


def _check_fresh(runner: Runner, preview: Preview) -> None:
    if not is_fresh(runner, preview):
        raise PreviewStale(
            "Memory, policy or model changed since this preview was made; nothing was handed over.",
            "Make a new preview.",
        )


def _handed_over(runner: Runner, preview: Preview, recipient: str, trust: Trust) -> Disclosure | None:
    _scan(runner, preview)
    if not preview.disclosed:
        return None
    size, digest = len(preview.data), preview.sha256
    return runner.record(recipient, trust, "preview", preview.disclosed, size, digest)


def _scan(runner: Runner, preview: Preview) -> None:
    """Look once more through what is to go for what can go under no circumstances. Raises Withheld."""
    named = runner.tree.policy.recipients.get(preview.recipient)
    written = [choice.text for choice in preview.choices if choice.included and choice.is_reworded]
    gate = Gate(Trust.LOCAL, allow_ask=True, recipient=named)
    runner.guard.check(preview.prompt, gate.discloses, [preview.query, *written])


def _basis_now(runner: Runner, preview: Preview) -> str | None:
    """What the preview would rest on if it were made now; None when one of its facts is gone."""
    try:
        facts = [fact_at(runner, choice.fact.ref) for choice in preview.choices]
    except NotFound:
        return None
    return fingerprint_of(preview.query, preview.recipient, _reached(runner), facts)


def _reached(runner: Runner) -> str:
    """Whom a request reaches, by which policy, and the memory it is made from."""
    with runner.tree.frozen():
        policy, files = runner.tree.policy, runner.tree.hashes()
    told = (policy.fault, policy.levels, sorted((r.name, r.allow) for r in policy.recipients.values()))
    model = runner.model
    reached = (model.provider, model.name, model.endpoint, model.trust.value)
    return repr((reached, told, sorted(files.items())))


def _out_of_reach(runner: Runner, query: str, gate: Gate) -> tuple[tuple[Fact, str], ...]:
    """What fits the query and can go under no circumstances, and why not: for the owner's eyes."""
    return tuple(
        (fact, "private" if fact.level is Level.PRIVATE else "not for this recipient")
        for fact in (hit.fact for hit in runner.tree.search(query))
        if not gate.discloses(fact.path, fact.level)
    )

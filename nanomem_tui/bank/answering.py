"""What is answered for somebody else: `retrieve` and `augment`, every fact in them entered into the ledger.

A model is shown nothing here that may not be handed out: its own words cannot be checked for what they rest
on, so what it never saw it cannot tell.
"""

from collections.abc import Iterable

from nanomem_tui.agent.toolbox import Answered, Crafted, Outcome, Toolbox
from nanomem_tui.bank.running import Runner, Watcher
from nanomem_tui.disclosure.gate import Gate
from nanomem_tui.disclosure.ledger import Disclosure
from nanomem_tui.disclosure.preview import Choice
from nanomem_tui.disclosure.tracing import trace_facts
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.levels import Level, Trust
from nanomem_tui.memory.policy import CALLER
from nanomem_tui.memory.tree import Tree
from nanomem_tui.results import AnswerSentence, AugmentResult, RetrieveResult, WithheldCount


async def retrieve(
    runner: Runner,
    query: str,
    gate: Gate,
    watch: Watcher | None = None,
    *,
    recipient: str,
    given: str = "",
    context: str = "",
) -> RetrieveResult:
    """Run `retrieve`; the facts its answer cites go to the ledger as handed to `recipient`.

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
        facts = [toolbox.read[ref] for ref in cited_in(toolbox.outcome)]
        if facts:
            size = len(spoken(toolbox.outcome).encode())
            handed_out.append(runner.record(recipient, Trust.REMOTE, "retrieve", facts, size))
        return handed_out

    blocks = _filled(("context", context), ("given", given), ("query", query))
    client = recipient if recipient != CALLER else ""
    run, _ = await runner.run("retrieve", blocks, gate.discloses, watch, hand_out, client=client)
    answer = run.outcome
    if not isinstance(answer, Answered):
        answer = Answered((), skipped=True, skip_reason=run.summary)
    return RetrieveResult(
        answer=spoken(answer),
        skipped=answer.skipped,
        skip_reason=answer.skip_reason,
        sentences=tuple(AnswerSentence(s.text, s.facts, s.cited) for s in answer.sentences),
        facts=tuple(fact_at(runner, ref) for ref in cited_in(answer)),
        withheld=_withheld(runner, query, gate),
        trace=run.id,
        usage=run.usage,
        disclosure=handed_out[0] if handed_out else None,
    )


async def augment(
    runner: Runner, query: str, gate: Gate, watch: Watcher | None = None, *, recipient: str
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
        runner.guard.check(prompt, gate.discloses, [query])
        choices = trace_facts(prompt, query, toolbox.read.values())
        facts = [choice.fact for choice in choices if choice.included]
        if facts:
            size = len(prompt.encode("utf-8", "replace"))
            handed_out.append(runner.record(recipient, Trust.REMOTE, "augment", facts, size))
        return handed_out

    client = recipient if recipient != CALLER else ""
    blocks = [("query", query)]
    run, _ = await runner.run("augment", blocks, gate.discloses, watch, hand_out, client=client)
    return AugmentResult(
        query=query,
        recipient=recipient,
        prompt=run.outcome.prompt if isinstance(run.outcome, Crafted) else "",
        choices=choices,
        summary=run.summary,
        withheld=_withheld(runner, query, gate),
        trace=run.id,
        usage=run.usage,
        disclosure=handed_out[0] if handed_out else None,
    )


def fitting(tree: Tree, query: str) -> list[Fact]:
    """The facts a question may be about, also by what it needs and does not say: a doctor needs allergies."""
    # Imported late: its patterns take long to compile, and writing flows have no question.
    from nanomem_tui.agent.rules.needs import need_of

    found = {hit.fact.ref: hit.fact for words in need_of(query).searches for hit in tree.search(words)}
    return list(found.values())


def cited_in(outcome: Outcome | None) -> tuple[str, ...]:
    """Refs of the facts an answer rests on, each once, in order."""
    if not isinstance(outcome, Answered):
        return ()
    return tuple(dict.fromkeys(ref for sentence in outcome.sentences for ref in sentence.facts))


def spoken(outcome: Outcome | None) -> str:
    """An answer as running text."""
    return " ".join(s.text for s in outcome.sentences) if isinstance(outcome, Answered) else ""


def fact_at(runner: Runner, ref: str) -> Fact:
    """The fact at `ref` now.

    Raises:
        NotFound: it is gone.
    """
    path, _, id = ref.rpartition("#")
    return runner.tree.read(path).document.fact(id)


def _withheld(runner: Runner, query: str, gate: Gate) -> WithheldCount:
    """How many `ask` facts fit the query. Private ones are not even counted for somebody else."""
    count = sum(
        1
        for fact in fitting(runner.tree, query)
        if fact.level is Level.ASK and not gate.discloses(fact.path, fact.level)
    )
    return WithheldCount(count, {"ask": count} if count else {})


def _filled(*blocks: tuple[str, str]) -> list[tuple[str, str]]:
    """The blocks that say something, and the last one whatever it says."""
    return [*(block for block in blocks[:-1] if block[1].strip()), blocks[-1]]

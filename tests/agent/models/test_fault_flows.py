"""Every fault of a model server, in the middle of every flow: no edit from an incomplete call, and an end."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from nanomem_tui.agent.events import Event, EventType
from nanomem_tui.agent.flows import load_flow
from nanomem_tui.agent.limits import Limits
from nanomem_tui.agent.loop import run
from nanomem_tui.agent.models.base import Message, Role
from nanomem_tui.agent.models.openai import OpenAIModel
from nanomem_tui.agent.models.patience import Patience
from nanomem_tui.agent.toolbox import Outcome, Toolbox
from nanomem_tui.memory.errors import ModelUnreachable
from nanomem_tui.memory.tree import Tree
from tests.agent.conftest import Kit
from tests.agent.models.faults import FAULTS, PATIENT, Comes, Fault
from tests.agent.models.recipes import Good
from tests.agent.play import clock
from tests.loopback import ScriptedServer
from tests.replies import Reply, Spoken, reply_calls

SOURCE = "I like tea. I no longer live in New York: I moved to Seattle."
SUMMARY = ("finish", {"summary": "Done."})


@dataclass(frozen=True, slots=True)
class Play:
    """How a flow goes when nothing is wrong: one step to look, the step that a fault befalls, and the end."""

    flow: str
    look: tuple[str, dict[str, Any]]
    middle: Good
    end: tuple[str, dict[str, Any]] | None = SUMMARY
    """None where the middle step ends the flow."""


def plays(tree: Tree) -> dict[str, Play]:
    """One for each flow by its name, with the ids that the facts of this tree have."""
    ids = {
        fact.text: fact.id
        for path in ("personal/about.md", "health/allergies.md")
        for fact in tree.read(path).document.facts
    }
    home, allergy, work = ids["Lives in New York"], ids["Allergic to penicillin"], ids["Works at Acme"]
    about, look = "personal/about.md", ("read_file", {"path": "personal/about.md"})
    again = ("search_facts", {"query": "tea ☕"})

    def play(flow: str, name: str, arguments: dict[str, Any], *, ends: bool = False) -> Play:
        first = look if flow == "compact" else again
        return Play(flow, look, Good("Mal sehen 🙂.", (first, (name, arguments))), None if ends else SUMMARY)

    tea = {"text": "Likes tea", "quote": "I like tea"}
    moved = {"id": home, "text": "Moved to Seattle", "quote": "I moved to Seattle", "reason": "changed"}
    cited = {"text": "The person works at Acme.", "facts": [work]}
    made = [
        play("add", "add_facts", {"path": about, "facts": [tea]}),
        play("update", "update_facts", {"path": about, "updates": [moved]}),
        play("ingest", "add_facts", {"path": "food/drinks.md", "facts": [tea]}),
        play("retrieve", "answer", {"sentences": [cited]}, ends=True),
        play(
            "augment",
            "craft_prompt",
            {"prompt": "Which tea? [[user_data]]Likes tea[[/user_data]]"},
            ends=True,
        ),
        play("compact", "archive_facts", {"path": about, "ids": [work], "reason": "duplicate"}),
        play("forget", "remove_facts", {"path": "health/allergies.md", "ids": [allergy]}),
    ]
    return {play.flow: play for play in made}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended."""

    state: str
    summary: str
    error: ModelUnreachable | None
    edits: tuple[tuple[str, str, str | None], ...]
    outcome: Outcome | None
    requests: int


def script(play: Play, middle: list[Reply], after: list[Reply]) -> Callable[[dict[str, Any]], Reply]:
    """Look; then `middle`; then `after`, whose last reply is given again and again."""

    def replies() -> Iterator[Reply]:
        yield reply_calls(play.look)
        yield from middle
        yield from after
        while True:
            yield (after or middle)[-1]

    left = replies()
    return lambda _: next(left)


def start(play: Play, model: OpenAIModel, toolbox: Toolbox) -> AsyncIterator[Event]:
    """The flow's run."""
    flow = load_flow(play.flow, Path("/nowhere"))
    opening = (Message(Role.SYSTEM, flow.prompt), Message(Role.USER, SOURCE))
    return run(model, flow, opening, toolbox, Limits(), "RUN", clock)


async def ended(play: Play, kit: Kit, middle: list[Reply], after: list[Reply], patience: Patience) -> Ended:
    """Run the flow against a server that does this."""
    toolbox: Toolbox = kit(SOURCE)
    events: list[Event] = []
    error: ModelUnreachable | None = None
    with ScriptedServer(script(play, middle, after)) as server:
        model = OpenAIModel(server.base_url, "m", timeout=patience)
        try:
            async for event in start(play, model, toolbox):
                events.append(event)  # noqa: PERF401
        except ModelUnreachable as raised:
            error = raised
        finally:
            await model.close()
        requests = len(server.requests)
    last = events[-1]
    assert last.type is EventType.RUN_FINISHED
    edits = tuple((edit.op.value, edit.path, edit.id) for edit in toolbox.edits)
    return Ended(
        str(last.attributes["state"]),
        str(last.attributes["summary"]),
        error,
        edits,
        toolbox.outcome,
        requests,
    )


def the_end(play: Play) -> list[Reply]:
    return [] if play.end is None else [reply_calls(play.end)]


FLOWS = ("add", "update", "ingest", "retrieve", "augment", "compact", "forget")
Table: TypeAlias = dict[str, dict[str, str]]
"""Fault -> flow -> how the run ended and its requests."""


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    """The table that `-s` shows."""
    rows: Table = {}
    yield rows
    print(f"\n\n{'fault x flow':38}" + "".join(f"{flow:11}" for flow in FLOWS))
    for name, row in rows.items():
        print(f"{name:38}" + "".join(f"{row.get(flow, '-'):11}" for flow in FLOWS))


async def meet(fault: Fault, flow: str, tree: Tree, kit: Kit) -> str:
    """Run a flow through a fault that stays, and judge it; what to print of it."""
    play = plays(tree)[flow]
    result = await ended(play, kit, *befallen(play, fault), fault.patience)
    judge(play, fault, result)
    return f"{result.state} {result.requests}"


@pytest.mark.parametrize("flow", ["add", "retrieve"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_a_fault_in_a_flow(fault: Fault, flow: str, tree: Tree, kit: Kit, table: Table) -> None:
    table.setdefault(fault.name, {})[flow] = await meet(fault, flow, tree, kit)


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_a_fault_in_every_flow(fault: Fault, tree: Tree, kit: Kit, table: Table) -> None:
    for flow in FLOWS:
        table.setdefault(fault.name, {})[flow] = await meet(fault, flow, tree, kit)


def befallen(play: Play, fault: Fault) -> tuple[list[Reply], list[Reply]]:
    """The middle step with its fault, and what follows: the end, where a fault does not matter."""
    middle = list(fault.replies(play.middle))
    return middle, the_end(play) if fault.comes is Comes.WHOLE else []


def judge(play: Play, fault: Fault, result: Ended) -> None:
    """What must hold of a run that met a fault and goes on meeting it."""
    writes = play.flow not in ("retrieve", "augment")
    if fault.comes is Comes.WHOLE:
        assert result.state == "done", result
        assert result.outcome is not None
        assert bool(result.edits) == writes
        return
    assert result.edits == (), "nothing may come of an incomplete call"
    assert result.outcome is None
    if fault.comes is Comes.ERROR:
        assert result.state == "failed"
        assert result.error is not None
        assert fault.says in str(result.error)
        assert result.error.next_step
        assert result.requests == 1 + fault.requests
        return
    assert result.state == "stopped"
    assert re.fullmatch(r".*Stopped.*\.", result.summary), result.summary
    assert result.requests <= 1 + load_flow(play.flow, Path("/nowhere")).max_steps


PASSING = [fault for fault in FAULTS if fault.comes not in (Comes.WHOLE, Comes.ERROR)]


@pytest.mark.parametrize("flow", ["add", "retrieve"])
@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: fault.name)
async def test_a_fault_that_passes_is_made_good(fault: Fault, flow: str, tree: Tree, kit: Kit) -> None:
    """The model is told, sends its call again, and nothing is done twice."""
    play = plays(tree)[flow]
    good: list[Reply] = [play.middle.spoken()]
    once = [*fault.replies(play.middle), *good]
    result = await ended(play, kit, once, the_end(play), PATIENT)
    plain = await ended(play, kit, good, the_end(play), PATIENT)
    assert result.state == "done", result
    assert replace(result, requests=plain.requests) == plain


@pytest.mark.parametrize("flow", FLOWS)
async def test_a_flow_goes_well_where_nothing_is_wrong(flow: str, tree: Tree, kit: Kit) -> None:
    play = plays(tree)[flow]
    result = await ended(play, kit, [play.middle.spoken()], the_end(play), PATIENT)
    assert result.state == "done", result
    assert len(result.edits) == (0 if flow in ("retrieve", "augment") else 1)


@pytest.mark.parametrize("flow", FLOWS)
async def test_a_cancelled_flow_ends_within_a_second(flow: str, tree: Tree, kit: Kit) -> None:
    play, toolbox = plays(tree)[flow], kit(SOURCE)
    events: list[Event] = []
    speaking = asyncio.Event()
    with ScriptedServer([Spoken(play.middle.text * 50, play.middle.raw, pause=0.02)]) as server:
        model = OpenAIModel(server.base_url, "m", timeout=PATIENT)

        async def consume() -> None:
            async for event in start(play, model, toolbox):
                events.append(event)
                if event.type is EventType.TEXT_DELTA:
                    speaking.set()

        task = asyncio.create_task(consume())
        await asyncio.wait_for(speaking.wait(), 20)
        began = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - began < 1
        assert await asyncio.to_thread(server.wait_for_departure) is not None
        await model.close()
    assert events[-1].attributes["state"] == "cancelled"
    assert toolbox.edits == ()

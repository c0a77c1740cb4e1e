"""One run of a flow from its words to its outcome: opening, loop and trace put together.

The only place where a run touches the disk, and only to write its trace.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nanomem_tui.agent.events import Event, EventType, read_usage, sent_bytes
from nanomem_tui.agent.flows import load_flow
from nanomem_tui.agent.limits import Limits
from nanomem_tui.agent.loop import run
from nanomem_tui.agent.models.base import Model, Usage
from nanomem_tui.agent.models.screened import Screen
from nanomem_tui.agent.opening import opening
from nanomem_tui.agent.toolbox import Outcome, Toolbox
from nanomem_tui.agent.trace import TraceWriter, new_run_id
from nanomem_tui.agent.view import Sees
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.jsontype import Json

if TYPE_CHECKING:
    from nanomem_tui.changes.draft import Draft


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a run. Its edits are in the draft it was given."""

    id: str
    """Also the id of its trace."""
    flow: str
    outcome: Outcome | None
    """None when it ended before its terminal tool."""
    summary: str
    usage: Usage
    read: tuple[Fact, ...] = ()
    """The facts the model was shown, in the order it saw them."""


Settle = Callable[[Toolbox, int], Iterable[Mapping[str, Json]]]
"""The toolbox of a run and the bytes its model was sent -> attributes of the disclosures this amounts to."""


async def run_flow(
    flow: str,
    blocks: Sequence[tuple[str, str]],
    *,
    draft: "Draft",
    model: Model,
    sees: Sees,
    screen: Screen,
    root: Path,
    watch: Callable[[Event], None] | None = None,
    settle: Settle | None = None,
    grounded: bool = True,
    limits: Limits | None = None,
    client: str = "",
) -> Run:
    """Run a flow to its end.

    Args:
        flow: its name.
        blocks: (name, text) pairs of the person's words; the last one is what the run is about.
        draft: takes the edits.
        model: who answers.
        sees: what the model may see.
        screen: reads everything that would be sent, and raises to keep it from leaving.
        root: the memory root, for its prompts and the trace.
        watch: called with each event, after it was written to the trace.
        grounded: new facts must quote the last block; otherwise they may only rest on facts that were read.
        settle: called once, before the last event, however the run ends.
        limits: bounds of the run.
        client: whom it is run for, where that is somebody else than the person; the trace says so.

    Raises:
        NanomemError: as `loop.run`; the trace then ends with the reason.
    """
    definition = load_flow(flow, root)
    about = blocks[-1][1] if blocks else ""
    toolbox = Toolbox(draft, sees, about if grounded else None, draft.now, limits)
    messages = opening(definition, toolbox.view, draft.now.date(), blocks)
    run_id = new_run_id()
    summary, usage, bytes_sent = "", Usage(), 0
    with TraceWriter(root, run_id) as trace:

        def report(event: Event) -> None:
            if client and event.type is EventType.RUN_STARTED:
                event = replace(event, attributes={**event.attributes, "client": client})
            trace.write(event)
            if watch is not None:
                watch(event)

        bounds = limits or Limits()
        async for event in run(
            model, definition, messages, toolbox, bounds, run_id, request=about, screen=screen
        ):
            if event.type is EventType.REQUEST_SENT:
                bytes_sent += sent_bytes(event.attributes)
            if event.type is EventType.RUN_FINISHED:
                summary, usage = str(event.attributes["summary"]), read_usage(event.attributes)
                for made in settle(toolbox, bytes_sent) if settle else ():
                    report(Event(EventType.DISCLOSURE_MADE, event.at, run_id, made))
            report(event)
    return Run(run_id, flow, toolbox.outcome, summary, usage, tuple(toolbox.read.values()))

"""Commands that watch runs, live or afterwards, whichever process runs them."""

from argparse import Namespace
from typing import TYPE_CHECKING

from nanomem_tui.cli.command import Command, Group, argument
from nanomem_tui.cli.session import Session
from nanomem_tui.cli.values import positive
from nanomem_tui.memory.errors import ExitCode, NotFound

if TYPE_CHECKING:
    from nanomem_tui.agent.events import Event


def _traces(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.cli.views.runs import trace_json, trace_rows

    traces = session.bank.traces(arguments.limit)
    session.out.emit({"traces": [trace_json(trace) for trace in traces]}, trace_rows(traces))
    if not traces:
        session.out.note("Nothing has run yet.")
    return ExitCode.DONE


def _trace(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.cli.views.runs import event_json, event_line

    id = arguments.id or _newest(session)
    if not arguments.follow:
        events = session.bank.trace(id)
        lines = [line for event in events if (line := event_line(event)) is not None]
    else:
        events, lines = session.run(_follow(session, id)), []
    session.out.emit(
        {"id": events[0].run if events else id, "events": [event_json(e) for e in events]}, lines
    )
    return ExitCode.DONE


async def _follow(session: Session, id: str) -> "list[Event]":
    """Print the events of a run as they happen, until it ends."""
    from nanomem_tui.cli.views.runs import event_line

    events = []
    async for event in session.bank.follow(id):
        events.append(event)
        line = event_line(event)
        if line is not None:
            session.out.lines([line])
            session.out.flush()
    return events


def _newest(session: Session) -> str:
    traces = session.bank.traces(1)
    if not traces:
        raise NotFound("Nothing has run yet.", "Run something first, for example: nanomem add")
    return traces[0].id


COMMANDS = (
    Command(
        "traces",
        Group.WATCH,
        "runs, newest first, with what they cost",
        _traces,
        (argument("--limit", type=positive, default=20, metavar="N", help="how many (default 20)"),),
        "nanomem traces",
    ),
    Command(
        "trace",
        Group.WATCH,
        "the steps of a run; --follow watches one that is going on",
        _trace,
        (
            argument("id", nargs="?", metavar="ID", help="the run, as traces names it (default: the newest)"),
            argument(
                "--follow", action="store_true", help="print each step as it happens, until the run ends"
            ),
        ),
        "nanomem trace --follow",
    ),
)

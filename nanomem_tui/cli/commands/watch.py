"""Commands that watch runs, live or afterwards, whichever process runs them."""

from argparse import Namespace
from typing import TYPE_CHECKING

from nanomem_tui.cli.command import Command, Group, argument
from nanomem_tui.cli.session import Session
from nanomem_tui.cli.values import positive
from nanomem_tui.memory.errors import ExitCode, NotFound

if TYPE_CHECKING:
    from nanomem_tui.agent.events import Event
    from nanomem_tui.cli.output import Line


def _traces(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.cli.views.runs import trace_json, trace_rows

    traces = session.bank.traces(arguments.limit)
    session.out.emit({"traces": [trace_json(trace) for trace in traces]}, trace_rows(traces))
    if not traces:
        session.out.note("Nothing has run yet.")
    return ExitCode.DONE


def _trace(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.cli.views.runs import event_json

    id = arguments.id or _newest(session)
    if not arguments.follow:
        events = session.bank.trace(id)
        lines = [line for event in events for line in _told(event, full=arguments.full)]
    else:
        events, lines = session.run(_follow(session, id, full=arguments.full)), []
    session.out.emit(
        {"id": events[0].run if events else id, "events": [event_json(e) for e in events]}, lines
    )
    return ExitCode.DONE


async def _follow(session: Session, id: str, *, full: bool) -> "list[Event]":
    """Print the events of a run as they happen, until it ends."""
    events = []
    async for event in session.bank.follow(id):
        events.append(event)
        if lines := _told(event, full=full):
            session.out.lines(lines)
            session.out.flush()
    return events


def _told(event: "Event", *, full: bool) -> "list[Line]":
    """The line of an event, and all that it holds where that is wanted."""
    from nanomem_tui.cli.views.runs import event_line, full_lines

    line = event_line(event)
    return [] if line is None else [line, *(full_lines(event) if full else ())]


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
            argument(
                "--full", action="store_true", help="also print every message as it was sent, and every reply"
            ),
        ),
        "nanomem trace --follow",
    ),
)

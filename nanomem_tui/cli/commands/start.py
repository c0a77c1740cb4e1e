"""Commands to begin with: a sample memory, what there is, and whether all is well."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from nanomem_tui.cli.command import Command, Group, argument
from nanomem_tui.cli.session import Session
from nanomem_tui.memory.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nanomem_tui.changes.model import Change
    from nanomem_tui.cli.output import Line


def _demo(session: Session, arguments: Namespace) -> int:
    import asyncio

    from nanomem_tui.bank.sample import copy_sample, propose_sample
    from nanomem_tui.json_forms import change_json
    from nanomem_tui.settings import for_this_run

    root = copy_sample(Path(arguments.dir) if arguments.dir is not None else None)
    change = asyncio.run(propose_sample(root))
    if session.has_person:
        session.out.note(f"A sample memory of an invented person: {root}")
        code = session.doors.open_app(for_this_run(session.settings, root=root))
        session.out.note(f"It stays in {root} until you delete it.")
        return code
    document = {"root": str(root), "change": change_json(change) if change else None}
    session.out.emit(document, _sample_lines(root, change))
    return ExitCode.DONE


def _sample_lines(root: Path, change: "Change | None") -> "Iterator[Line]":
    from shlex import quote

    from nanomem_tui.cli.output import Style
    from nanomem_tui.cli.views.changes import edit_lines, short

    yield ["A sample memory of an invented person: ", (Style.STRONG, str(root))]
    base = f"  nanomem --root {quote(str(root))}"
    if change:
        yield [f"One change waits in it, {short(change.id)}:"]
        yield from edit_lines(change.edits)
    yield []
    yield ["Try:"]
    tries = [
        "tree",
        'retrieve "what should a restaurant know about me?"',
        *([f"approve {short(change.id)}"] if change else []),
        "history",
        'add "I started learning the cello."',
    ]
    for words in tries:
        yield [f"{base} {words}"]
    yield [base, (Style.QUIET, "    opens the app")]


def _status(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.cli.views.status import status_lines
    from nanomem_tui.json_forms import status_json

    status = session.bank.status()
    session.out.emit(status_json(status), status_lines(status))
    for warning in status.warnings:
        session.out.note(warning)
    return ExitCode.DONE


def _doctor(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.cli.checks import Finding, run_checks
    from nanomem_tui.cli.views.status import check_json, check_lines

    checks = list(run_checks(session))
    session.out.emit({"checks": [check_json(check) for check in checks]}, check_lines(checks))
    return ExitCode.FAILED if any(check.finding is Finding.FAULT for check in checks) else ExitCode.DONE


COMMANDS = (
    Command(
        "demo",
        Group.START,
        "open a sample memory in a temporary folder",
        _demo,
        (argument("--dir", metavar="DIR", help="put it here instead; an empty folder or a new one"),),
        "nanomem demo",
    ),
    Command(
        "status", Group.START, "where memory lives, what would run, what waits", _status, (), "nanomem status"
    ),
    Command(
        "doctor",
        Group.START,
        "check folders, permissions, settings and the model",
        _doctor,
        (),
        "nanomem doctor",
    ),
)

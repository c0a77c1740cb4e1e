"""Commands that write: every one of them makes a change that can be read, decided and reverted."""

from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from nanomem_tui.cli.command import Command, Group, argument
from nanomem_tui.cli.session import Session
from nanomem_tui.memory.errors import ExitCode

if TYPE_CHECKING:
    from nanomem_tui.bank.sweeping import Progressed
    from nanomem_tui.changes.model import Outcome
    from nanomem_tui.memory.jsontype import Json
    from nanomem_tui.results import WriteResult

Flow: TypeAlias = "Callable[..., Awaitable[WriteResult]]"
"""A writing flow of the bank."""
Settle: TypeAlias = "Callable[[Session, Namespace, WriteResult], int]"
"""Decides on what a flow proposed, and returns the exit code."""


def _add(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.agent.models.base import Usage
    from nanomem_tui.results import WriteResult

    given = session.text(arguments.text)
    if arguments.text not in ([], ["-"]) or not given.strip():
        return _propose(session, arguments, session.bank.add, given)
    from nanomem_tui.exchange.handed import handed_over

    handed = handed_over(given, session.settings.root)
    if handed is None:
        return _propose(session, arguments, session.bank.add, given)
    if not handed.words:
        nothing = WriteResult(None, "Nothing saved. You said nothing new in this session.", "", Usage())
        return _nothing(session, nothing, done=True)
    code = _propose(session, arguments, session.bank.add, handed.words)
    if code != ExitCode.FAILED:
        handed.settle(session.bank.clock())
    return code


def _update(session: Session, arguments: Namespace) -> int:
    return _propose(session, arguments, session.bank.update, session.text(arguments.text))


def _forget(session: Session, arguments: Namespace) -> int:
    from functools import partial

    flow = session.bank.forget
    if arguments.deep:
        flow = partial(flow, deep=True, progress=_sweep_line(session))
    text = session.text(arguments.text)
    if not arguments.forever:
        return _propose(session, arguments, flow, text)
    from nanomem_tui.cli.forever import settle

    return _propose(session, arguments, partial(flow, wait=True), text, settle)


def _purge(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.cli.forever import purge

    return purge(session, arguments)


def _refresh(session: Session, arguments: Namespace) -> int:
    from functools import partial

    from nanomem_tui.cli.views.changes import short

    old = session.bank.change(arguments.id)

    def settle(session: Session, arguments: Namespace, result: "WriteResult") -> int:
        assert result.change is not None
        session.out.note(f"{short(old.id)} was rejected: refreshed as {short(result.change.id)}.")
        return _settle(session, arguments, result)

    flow = partial(session.bank.refresh, progress=_sweep_line(session))
    return _propose(session, arguments, flow, old.id, settle)


def _confirm(session: Session, arguments: Namespace) -> int:
    return _told(session, session.bank.confirm(arguments.ref))


def _compact(session: Session, arguments: Namespace) -> int:
    if arguments.path is None:
        return _compact_all(session, arguments)
    return _propose(session, arguments, session.bank.compact, arguments.path)


def _compact_all(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.cli.progress import Progress
    from nanomem_tui.cli.views.changes import edit_lines, short
    from nanomem_tui.json_forms import sweep_json

    out = session.out
    progress = Progress(out, session.who)
    result = session.run(
        session.bank.compact_all(approve=arguments.yes, watch=progress, progress=_sweep_line(session))
    )
    for change in result.changes:
        out.lines(
            [[short(change.id), f"  {change.request}  {change.state.value}"], *edit_lines(change.edits)]
        )
    out.note(result.summary)
    waiting = any(change.pending for change in result.changes)
    if waiting:
        out.note("Decide with: nanomem review, or nanomem approve ID for each.")
    if out.as_json:
        out.document(sweep_json(result))
    return ExitCode.WAITING if waiting else ExitCode.DONE


def _sweep_line(session: Session) -> "Progressed":
    return lambda step: session.out.passing(f"{step.done} of {step.files} files · {step.path}")


def _propose(
    session: Session, arguments: Namespace, flow: "Flow", text: str, settle: "Settle | None" = None
) -> int:
    """Run a flow and settle what it proposes."""
    from nanomem_tui.cli.output import Style
    from nanomem_tui.cli.progress import Progress

    progress = Progress(session.out, session.who)
    result = session.run(flow(text, watch=progress))
    # Where there was no run, nothing went wrong in it.
    finished = progress.finished or not result.trace
    if result.change is None:
        return _nothing(session, result, done=finished)
    if not finished:
        session.out.note((Style.WARNING, "The run did not end as it should: "), result.summary)
    return (settle or _settle)(session, arguments, result)


def _prune(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.cli.views.facts import count, source_lines
    from nanomem_tui.json_forms import fact_json

    result = session.bank.prune()
    due = session.bank.due()
    more: dict[str, Json] = {"due": [fact_json(fact) for fact in due]}
    if result.change:
        code = _settle(session, arguments, result, more)
    else:
        code = _nothing(session, result, done=True, more=more)
    if due and not session.out.as_json:
        session.out.note(f"{count(len(due), 'fact')} to look at again:")
        session.out.notes(source_lines(due))
        session.out.note("Say that one still holds with: nanomem confirm PATH#FACT")
    return code


def _nothing(
    session: Session, result: "WriteResult", *, done: bool, more: "Mapping[str, Json] | None" = None
) -> int:
    """Say that and why nothing is proposed."""
    from nanomem_tui.json_forms import write_json

    session.out.emit({**write_json(result), **(more or {})}, [])
    session.out.note(result.summary)
    return ExitCode.DONE if done else ExitCode.FAILED


def _settle(
    session: Session,
    arguments: Namespace,
    result: "WriteResult",
    more: "Mapping[str, Json] | None" = None,
) -> int:
    """Show a proposed change, then ask, queue or apply as the approval mode says."""
    from dataclasses import replace

    from nanomem_tui.cli.deciding import apply_unflagged, closing, decide
    from nanomem_tui.cli.views.changes import edit_lines
    from nanomem_tui.json_forms import write_json
    from nanomem_tui.settings import Approval

    change = result.change
    assert change is not None
    before = change.edits
    session.out.lines(edit_lines(before))
    if arguments.yes:
        change = apply_unflagged(session, change)
    elif session.has_person and session.settings.approval is Approval.ASK:
        change = decide(session, change)
    if session.out.as_json:
        session.out.document({**write_json(replace(result, change=change)), **(more or {})})
    return closing(session, before, change)


def _write(session: Session, arguments: Namespace) -> int:
    tree = session.bank.tree_index
    seen = tree.read(arguments.path).text if tree.exists(arguments.path) else None
    return _by_hand(session, arguments.path, session.stdin(), seen)


def _delete(session: Session, arguments: Namespace) -> int:
    # Exactly this path: a loose one may find a file for reading, never for deleting.
    file = session.bank.tree_index.read(arguments.path)
    return _by_hand(session, file.path, None, file.text)


def _by_hand(session: Session, path: str, text: str | None, seen: str | None) -> int:
    return _told(session, session.bank.write_text(path, text, seen=seen))


def _told(session: Session, outcome: "Outcome") -> int:
    """Say what a hand edit did."""
    from nanomem_tui.cli.deciding import closing, report
    from nanomem_tui.cli.views.changes import edit_lines
    from nanomem_tui.json_forms import outcome_json

    change = outcome.change
    session.out.emit(outcome_json(change, outcome.conflicts), edit_lines(change.edits))
    return closing(session, change.edits, report(session, outcome))


_YES = argument("--yes", action="store_true", help="apply every edit that carries no flag")

COMMANDS = (
    Command(
        "add",
        Group.WRITE,
        "propose the facts in a text; nothing is written unseen",
        _add,
        (argument("text", nargs="*", metavar="TEXT", help="what to remember; - reads it from stdin"), _YES),
        'nanomem add "I moved to Seattle in March. My sister lives in Lisbon."',
    ),
    Command(
        "update",
        Group.WRITE,
        "propose what a text corrects or replaces",
        _update,
        (
            argument("text", nargs="*", metavar="TEXT", help="what is different now; - reads it from stdin"),
            _YES,
        ),
        'nanomem update "I live in Portland now."',
    ),
    Command(
        "forget",
        Group.WRITE,
        "propose to remove the facts that say something",
        _forget,
        (
            argument("text", nargs="*", metavar="QUERY", help="what to forget; - reads it from stdin"),
            argument("--deep", action="store_true", help="read every file for it, not only what is found"),
            argument(
                "--forever",
                action="store_true",
                help="for good, out of history too; with --yes, without asking. Cannot be undone",
            ),
            _YES,
        ),
        'nanomem forget "my old address in Delft"',
    ),
    Command(
        "purge",
        Group.WRITE,
        "forget facts for good; it cannot be undone",
        _purge,
        (
            argument(
                "fact",
                nargs="+",
                metavar="FACT",
                help="PATH#FACT as search and read name it, its very words, or other words to choose by",
            ),
            argument("--yes", action="store_true", help="do not ask"),
        ),
        'nanomem purge "my old address"',
    ),
    Command(
        "compact",
        Group.WRITE,
        "propose to tidy files: duplicates and what is over",
        _compact,
        (argument("path", nargs="?", metavar="PATH", help="one file; without it, all that changed"), _YES),
        "nanomem compact",
    ),
    Command(
        "prune",
        Group.WRITE,
        "propose to send what is over to history; list what is due",
        _prune,
        (_YES,),
        "nanomem prune",
    ),
    Command(
        "confirm",
        Group.WRITE,
        "note that facts still hold today; prune lists what is due",
        _confirm,
        (argument("ref", nargs="+", metavar="PATH#FACT", help="the facts, as search and read name them"),),
        "nanomem confirm health/medical.md#k3f9q",
    ),
    Command(
        "refresh",
        Group.DECIDE,
        "have a proposal made anew that memory has moved away from",
        _refresh,
        (argument("id", metavar="ID", help="the change, as pending names it"), _YES),
        "nanomem refresh 3q8f0a",
    ),
    Command(
        "write",
        Group.WRITE,
        "replace the whole text of a file by the text on stdin",
        _write,
        (argument("path", metavar="PATH", help="the file, for example notes/garden.md"),),
        "nanomem write notes/garden.md < garden.md",
    ),
    Command(
        "delete",
        Group.WRITE,
        "delete a file; it can be reverted",
        _delete,
        (argument("path", metavar="PATH", help="the file"),),
        "nanomem delete notes/garden.md",
    ),
)

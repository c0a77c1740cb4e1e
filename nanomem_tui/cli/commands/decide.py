"""Commands that decide on changes and look at what was decided."""

from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from nanomem_tui.cli.command import Command, Group, argument
from nanomem_tui.cli.output import Style
from nanomem_tui.cli.session import Session
from nanomem_tui.cli.values import day, numbers, positive
from nanomem_tui.memory.errors import ExitCode, NanomemError, UsageError

if TYPE_CHECKING:
    from nanomem_tui.changes.model import Change, Outcome
    from nanomem_tui.cli.output import Line
    from nanomem_tui.memory.jsontype import Json


def _pending(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.cli.views.changes import change_rows

    changes = session.bank.pending()
    _show_list(session, changes, lambda: change_rows(changes))
    if changes and not session.out.as_json:
        session.out.note("Decide with: nanomem review, or nanomem show ID, approve ID, reject ID")
    elif not changes:
        session.out.note("Nothing waits for review.")
    _tell_unreadable(session)
    return ExitCode.DONE


def _review(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.cli.deciding import closing, decide
    from nanomem_tui.cli.views.changes import change_lines

    changes = session.bank.pending()
    if not session.has_person:
        _show_list(
            session, changes, lambda: [line for change in changes for line in (*change_lines(change), [])]
        )
    if not changes:
        session.out.note("Nothing waits for review.")
    _tell_unreadable(session)
    if not session.has_person:
        return ExitCode.DONE
    codes = []
    for change in reversed(changes):
        session.out.lines(change_lines(change))
        codes.append(closing(session, change.undecided, decide(session, change)))
    return worst(codes)


def _tell_unreadable(session: Session) -> None:
    """Say which changes may wait too, and cannot be read."""
    for name in session.bank.unreadable():
        session.out.note(f"{name} cannot be read: see nanomem history.")


def _show(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.cli.deciding import next_step, tell_stale
    from nanomem_tui.cli.views.changes import change_lines
    from nanomem_tui.json_forms import outcome_json

    change = session.bank.change(arguments.id)
    stale = session.bank.check(change.id)
    session.out.emit(outcome_json(change, stale), change_lines(change, quotes=True))
    if stale:
        tell_stale(session, change, stale)
    if change.undecided:
        session.out.note(next_step(change))
    return ExitCode.DONE


def _approve(session: Session, arguments: Namespace) -> int:
    if arguments.forever:
        from nanomem_tui.cli.forever import approve

        _one_change(arguments)
        return approve(session, arguments)
    return _each(
        session,
        arguments,
        lambda change, only: session.bank.approve(change.id, only, flagged=arguments.flagged),
    )


def _reject(session: Session, arguments: Namespace) -> int:
    return _each(
        session, arguments, lambda change, only: session.bank.reject(change.id, only, reason=arguments.reason)
    )


def _each(session: Session, arguments: Namespace, act: "Callable[[Change, set[int] | None], Outcome]") -> int:
    """Decide on each change that was named; all of them are looked up before the first is touched."""
    from nanomem_tui.cli.deciding import closing, report, tell_after, tell_ahead
    from nanomem_tui.json_forms import error_json, outcome_json

    _one_change(arguments)
    changes = list({change.id: change for change in map(session.bank.change, arguments.id)}.values())
    tell_ahead(session, changes)
    documents: list[Mapping[str, Json]] = []
    codes: list[int] = []
    decided: list[Change] = []
    for change in changes:
        try:
            outcome = act(change, arguments.only)
        except NanomemError as error:
            if len(changes) == 1:
                raise
            session.out.note((Style.ERROR, error.message), f" {error.next_step}")
            documents.append(error_json(error))
            codes.append(error.exit_code if error.exit_code is ExitCode.USAGE else ExitCode.FAILED)
            continue
        decided.append(outcome.change)
        documents.append(outcome_json(outcome.change, outcome.conflicts))
        codes.append(closing(session, change.undecided, report(session, outcome)))
    if decided and len(decided) < len(changes):
        codes.append(ExitCode.FAILED)
    tell_after(session, changes, decided)
    session.out.emit(documents[0] if len(documents) == 1 else {"outcomes": documents}, [])
    return worst(codes)


def _one_change(arguments: Namespace) -> None:
    if arguments.only and len(arguments.id) > 1:
        raise UsageError("--only numbers the edits of one change.", "Name a single change with it.")


def _history(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.cli.views.changes import change_rows

    wanted = {name: getattr(arguments, name) for name in ("path", "flow", "author", "since", "until")}
    changes = session.bank.history(limit=arguments.limit, **wanted)
    _show_list(session, changes, lambda: change_rows(changes))
    for name, fault in session.bank.faults():
        session.out.note(f"{name} cannot be read: {fault}")
    if not changes:
        session.out.note("No change fits." if any(wanted.values()) else "No change yet.")
    elif len(changes) == arguments.limit:
        session.out.note(f"The newest {arguments.limit}; --limit N shows more.")
    return ExitCode.DONE


def _why(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.cli.views.changes import why_lines
    from nanomem_tui.json_forms import why_json

    why = session.bank.why(arguments.ref)
    session.out.emit(why_json(why), why_lines(why))
    return ExitCode.DONE


def _revert(session: Session, arguments: Namespace) -> int:
    return _inverse(session, session.bank.revert(session.bank.change(arguments.id).id), "Took back")


def _undo(session: Session, arguments: Namespace) -> int:
    return _inverse(session, session.bank.undo(), "Undid")


def _redo(session: Session, arguments: Namespace) -> int:
    return _inverse(session, session.bank.redo(), "Took back again")


def _inverse(session: Session, outcome: "Outcome", verb: str) -> int:
    from nanomem_tui.cli.deciding import report
    from nanomem_tui.cli.views.changes import edit_lines, first_line, short
    from nanomem_tui.json_forms import outcome_json

    change = report(session, outcome)
    session.out.emit(outcome_json(change, outcome.conflicts), edit_lines(change.edits))
    about, stands = change, True
    while about.reverts:
        about, stands = session.bank.change(about.reverts), not stands
    # Taking back what took it back does it again.
    session.out.note(f"{'Did again' if stands else verb} {short(about.id)}: {first_line(about.request)}")
    return ExitCode.FAILED if outcome.conflicts else ExitCode.DONE


def _show_list(session: Session, changes: "list[Change]", lines: "Callable[[], Iterable[Line]]") -> None:
    from nanomem_tui.json_forms import change_json

    if session.out.as_json:
        session.out.document({"changes": [change_json(change) for change in changes]})
    else:
        session.out.lines(lines())


def worst(codes: list[int]) -> int:
    """One exit code for several decisions: a failure, else a wait, else done."""
    return ExitCode.FAILED if ExitCode.FAILED in codes else max(codes, default=ExitCode.DONE)


_ID = argument("id", metavar="ID", help="the change, as pending and history name it")
_IDS = argument("id", nargs="+", metavar="ID", help="the changes, as pending names them")
_ONLY = argument("--only", type=numbers, metavar="N,N", help="only the edits with these numbers")

COMMANDS = (
    Command("pending", Group.DECIDE, "changes that wait for your decision", _pending, (), "nanomem pending"),
    Command(
        "review", Group.DECIDE, "go through what waits, one change at a time", _review, (), "nanomem review"
    ),
    Command("show", Group.DECIDE, "a change with every edit", _show, (_ID,), "nanomem show 3q8f0a"),
    Command(
        "approve",
        Group.DECIDE,
        "apply changes, or some edits of one",
        _approve,
        (
            _IDS,
            _ONLY,
            argument("--flagged", action="store_true", help="flagged edits too"),
            argument(
                "--forever",
                action="store_true",
                help="forget for good what they remove; cannot be undone",
            ),
        ),
        "nanomem approve 3q8f0a --only 1,3",
    ),
    Command(
        "reject",
        Group.DECIDE,
        "turn changes down, or some edits of one",
        _reject,
        (_IDS, _ONLY, argument("--reason", metavar="TEXT", help="why, for the record")),
        'nanomem reject 3q8f0a --reason "not true any more"',
    ),
    Command(
        "history",
        Group.DECIDE,
        "changes, newest first",
        _history,
        (
            argument("--path", metavar="PATH", help="only those that touch this file"),
            argument("--flow", metavar="NAME", help="only those of this flow: add, edit, revert, …"),
            argument("--author", metavar="NAME", help="only those by you, rules, a model or a client"),
            argument("--since", type=day, metavar="DAY", help="only those made on this day or later"),
            argument("--until", type=day, metavar="DAY", help="only those made on this day or before"),
            argument("--limit", type=positive, default=20, metavar="N", help="how many (default 20)"),
        ),
        "nanomem history --path personal/about.md",
    ),
    Command(
        "why",
        Group.DECIDE,
        "where a fact comes from: its change, its words, its past",
        _why,
        (argument("ref", metavar="PATH#FACT", help="the fact, as search and retrieve name it"),),
        "nanomem why personal/about.md#k3f9q",
    ),
    Command("revert", Group.DECIDE, "take an applied change back", _revert, (_ID,), "nanomem revert 3q8f0a"),
    Command("undo", Group.DECIDE, "take the newest applied change back", _undo, (), "nanomem undo"),
    Command("redo", Group.DECIDE, "do again what was undone last", _redo, (), "nanomem redo"),
)

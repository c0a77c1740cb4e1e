"""Forgetting for good on the command line: the warning, the question, and what came of it.

Nothing here happens by a mere yes to a change: who forgets for good is asked about just that, or says so in
so many words.
"""

from argparse import Namespace
from collections.abc import Collection
from typing import TYPE_CHECKING

from nanomem_tui.changes.model import Change, Edit, EditState, Op
from nanomem_tui.cli.ask import agree, choose
from nanomem_tui.cli.deciding import LATER
from nanomem_tui.cli.output import Style
from nanomem_tui.cli.session import Session
from nanomem_tui.cli.views.changes import edit_lines, short
from nanomem_tui.cli.views.facts import count, source_lines
from nanomem_tui.cli.views.forgotten import forgotten_lines
from nanomem_tui.memory.errors import ExitCode, UsageError
from nanomem_tui.settings import Approval

if TYPE_CHECKING:
    from nanomem_tui.changes.forget import Purged
    from nanomem_tui.results import WriteResult

_WARNING = "This cannot be undone: no change, no revert and no history brings it back."


def settle(session: Session, arguments: Namespace, result: "WriteResult") -> int:
    """Show a proposal of `forget --forever`; forget for good what the person says, or let it wait."""
    from dataclasses import replace

    from nanomem_tui.json_forms import forgotten_json, write_json

    change = result.change
    assert change is not None
    session.out.lines(edit_lines(change.edits))
    numbers: set[int] = set()
    if arguments.yes:
        numbers = _plain(change)
    elif session.has_person and session.settings.approval is Approval.ASK:
        numbers = _asked(session, change)
    purged = session.bank.forget_forever(change.id, numbers) if numbers else None
    change = session.bank.change(change.id)
    if session.out.as_json:
        # The trace of the run is gone with the facts.
        result = replace(result, change=change, trace=result.trace if purged is None else "")
        session.out.document({**write_json(result), "forgotten": forgotten_json(purged)})
    return _closing(session, change, purged)


def approve(session: Session, arguments: Namespace) -> int:
    """Forget for good what changes remove, or removed: `approve ID --forever`."""
    from nanomem_tui.json_forms import forgotten_json, outcome_json

    changes = [session.bank.change(id) for id in dict.fromkeys(arguments.id)]
    chosen = [(change, _named(change, arguments.only, flagged=arguments.flagged)) for change in changes]
    number = sum(len(numbers) for _, numbers in chosen)
    if session.has_person and number:
        for change, numbers in chosen:
            session.out.notes(edit_lines([edit for edit in change.edits if edit.n in numbers]))
        if not _agrees(session, number):
            return ExitCode.FAILED
    documents, codes = [], []
    for change, numbers in chosen:
        # Forgetting the fact of one change settles every other change of it.
        numbers &= {edit.n for edit in session.bank.change(change.id).edits if edit.id}
        purged = session.bank.forget_forever(change.id, numbers) if numbers else None
        change = session.bank.change(change.id)
        documents.append({**outcome_json(change, ()), "forgotten": forgotten_json(purged)})
        codes.append(_closing(session, change, purged))
    if session.out.as_json:
        session.out.document(documents[0] if len(documents) == 1 else {"outcomes": documents})
    return max(codes)


def purge(session: Session, arguments: Namespace) -> int:
    """Forget facts for good that are named as path#id.

    Raises:
        UsageError: there is nobody to ask, and no --yes.
    """
    from nanomem_tui.json_forms import forgotten_json

    facts = {fact.ref: fact for fact in map(session.bank.fact, arguments.ref)}
    if not arguments.yes:
        if not session.has_person:
            raise UsageError(
                f"This would forget {count(len(facts), 'fact')} for good, which cannot be undone.",
                "Add --yes if that is what you want.",
            )
        session.out.notes(source_lines(facts.values()))
        if not _agrees(session, len(facts)):
            return ExitCode.FAILED
    purged = session.bank.purge(facts)
    session.out.emit({"forgotten": forgotten_json(purged)}, forgotten_lines(purged))
    return ExitCode.DONE


def _agrees(session: Session, number: int) -> bool:
    session.out.note((Style.WARNING, _WARNING))
    if agree(session.out, f"Forget {count(number, 'fact')} for good?"):
        return True
    session.out.note("Nothing was forgotten.")
    return False


def _asked(session: Session, change: Change) -> set[int]:
    """Ask what of a proposal is to be forgotten for good; a no rejects it."""
    removals = _removals(change)
    if not removals:
        return set()
    session.out.note((Style.WARNING, _WARNING))
    choices = ["yes", "no", *(["some"] if len(removals) > 1 else []), LATER]
    match choose(session.out, f"Forget {count(len(removals), 'fact')} for good?", choices, on_end=LATER):
        case "yes":
            flagged = [edit for edit in removals if edit.flags]
            return _plain(change) | {edit.n for edit in flagged if _one(session, edit)}
        case "some":
            return {edit.n for edit in removals if _one(session, edit)}
        case "no":
            session.bank.reject(change.id)
    return set()


def _one(session: Session, edit: Edit) -> bool:
    session.out.notes(edit_lines([edit]))
    flagged = f"Edit {edit.n} is flagged. Forget it for good all the same?"
    return agree(session.out, flagged if edit.flags else f"Forget edit {edit.n} for good?")


def _removals(change: Change) -> list[Edit]:
    return [edit for edit in change.undecided if edit.op is Op.REMOVE]


def _plain(change: Change) -> set[int]:
    """Numbers of the removals that wait and carry no flag."""
    return {edit.n for edit in change.pending if edit.op is Op.REMOVE and not edit.flags}


def _named(change: Change, only: Collection[int] | None, *, flagged: bool) -> set[int]:
    """Numbers of the removals that `approve --forever` means: waiting or done; flagged ones when named.

    Raises:
        UsageError: the change removes nothing, or not that.
    """
    states = (EditState.PENDING, EditState.CONFLICT, EditState.APPLIED)
    found = {edit.n: edit for edit in change.edits if edit.op is Op.REMOVE and edit.state in states}
    for n in only or ():
        if n not in found:
            raise UsageError(f"Edit {n} of {short(change.id)} removes no fact.", "Look at it with show.")
    if not found:
        raise UsageError(f"The change {short(change.id)} removes no fact.", "Name a fact with purge instead.")
    if only is not None:
        return set(only)
    # What is applied had its yes.
    return {n for n, edit in found.items() if flagged or not edit.flags or edit.state is EditState.APPLIED}


def _closing(session: Session, change: Change, purged: "Purged | None") -> int:
    """Say what was forgotten and what still waits."""
    if purged is not None:
        session.out.lines(forgotten_lines(purged))
    name = short(change.id)
    if not change.undecided:
        if purged is None:
            session.out.note(f"{name}: {change.state.value}.")
        return ExitCode.DONE
    session.out.note(f"{name}: {count(len(change.undecided), 'edit')} waiting.")
    if all(edit.flags for edit in change.undecided):
        session.out.note(f"Flagged edits need their own yes: nanomem approve {name} --forever --flagged")
    else:
        session.out.note(f"Forget for good with: nanomem approve {name} --forever")
    session.out.note(
        f"Only remove, so that it can be reverted: nanomem approve {name}. Or: nanomem reject {name}"
    )
    return ExitCode.WAITING

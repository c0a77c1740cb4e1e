"""Walking a person through a pending change, and saying what came of a decision."""

from collections.abc import Sequence

from nanomem_tui.changes.model import Change, Edit, EditState, Outcome
from nanomem_tui.cli.ask import choose, edit_line, line
from nanomem_tui.cli.output import Style
from nanomem_tui.cli.session import Session
from nanomem_tui.cli.views.changes import edit_lines, first_line, short
from nanomem_tui.cli.views.facts import count
from nanomem_tui.memory.errors import ExitCode, NanomemError

LATER = "later"


def decide(session: Session, change: Change) -> Change:
    """Ask what to do with a pending change and do it. The change was shown already.

    Returns:
        The change as it stands afterwards; what it still has open was left for later.
    """
    try:
        return _decide(session, change)
    except KeyboardInterrupt:
        session.out.note()
        session.out.note(f"{short(change.id)} waits. {next_step(change)}")
        raise


def _decide(session: Session, change: Change) -> Change:
    while change.pending:
        choices = ["yes", "no", *(["some"] if len(change.pending) > 1 else []), "edit", LATER]
        match choose(session.out, "Apply?", choices, on_end=LATER):
            case "yes":
                change = _yes(session, change)
                break
            case "no":
                change = report(session, session.bank.reject(change.id))
                break
            case "some":
                for edit in change.pending:
                    change = _one(session, change, edit)
                break
            case "edit":
                change = _amend(session, change)
            case _:
                break
    for edit in change.undecided:
        if edit.state is EditState.CONFLICT:
            change = _conflict(session, change, edit)
    return change


def report(session: Session, outcome: Outcome) -> Change:
    """Say what a decision did, conflicts included."""
    for edit in outcome.conflicts:
        session.out.note(
            (Style.WARNING, f"Not applied: edit {edit.n}. "), edit.note or "Its fact has changed since."
        )
        if edit.theirs is not None:
            session.out.note(f"  The file says: {first_line(edit.theirs)}")
    return outcome.change


def closing(session: Session, before: Sequence[Edit], change: Change) -> int:
    """Say how a change stands after a decision and what one can do next.

    Args:
        session: the run of the command.
        before: the edits that could be decided before.
        change: the change after it.

    Returns:
        The exit code.
    """
    numbers = {edit.n for edit in before}
    states = [edit.state for edit in change.edits if edit.n in numbers]
    name = short(change.id)
    said = [
        f"{count(states.count(state), 'edit')} {word}"
        for state, word in (
            (EditState.APPLIED, "applied"),
            (EditState.REJECTED, "rejected"),
            (EditState.CONFLICT, "in conflict"),
            (EditState.PENDING, "waiting"),
        )
        if state in states
    ]
    step = f"Take it back with: nanomem revert {name}" if EditState.APPLIED in states else ""
    if change.undecided:
        step = next_step(change)
    session.out.note(f"{name}: {', '.join(said)}. {step}".rstrip())
    if EditState.CONFLICT in states:
        return ExitCode.FAILED
    return ExitCode.WAITING if change.pending else ExitCode.DONE


def tell_ahead(session: Session, changes: Sequence[Change]) -> None:
    """Say how much is about to be decided, where that is several changes at once."""
    if len(changes) < 2:
        return
    edits = [edit for change in changes for edit in change.undecided]
    flagged = sum(1 for edit in edits if edit.flags)
    aside = f", {flagged} of them flagged" if flagged else ""
    session.out.note(f"{count(len(changes), 'change')} with {count(len(edits), 'edit')} to decide{aside}.")


def tell_after(session: Session, changes: Sequence[Change], decided: Sequence[Change]) -> None:
    """Say what became of several changes that were decided at once."""
    if len(changes) < 2:
        return
    words = [
        "in conflict"
        if any(edit.state is EditState.CONFLICT for edit in change.edits)
        else "still waiting"
        if change.pending
        else change.state.value
        for change in decided
    ]
    words += ["left as it was"] * (len(changes) - len(decided))
    said = ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words))
    session.out.note(f"Of {count(len(changes), 'change')}: {said}.")


def tell_stale(session: Session, change: Change, stale: Sequence[Edit]) -> None:
    """Say why edits of a proposal do not fit the files of today, and how to have it proposed anew."""
    for edit in stale:
        session.out.note((Style.WARNING, f"Edit {edit.n} no longer fits: "), edit.note or "")
        if edit.theirs is not None:
            session.out.note(f"  The file says: {first_line(edit.theirs)}")
        later = [
            other
            for other in session.bank.history(path=edit.path)
            if other.id != change.id and other.effects and (other.applied or "") > change.id
        ]
        by = f"by {later[0].flow} {short(later[0].id)}" if later else "outside nanomem"
        session.out.note(f"  {edit.path} was changed since, {by}.")
    session.out.note(f"Have it proposed anew on today's memory with: nanomem refresh {short(change.id)}")


def next_step(change: Change) -> str:
    """How to decide on a pending change from the command line."""
    name = short(change.id)
    if not change.pending:
        return f"Keep the files as they are with: nanomem reject {name}, or look at both with: nanomem review"
    if all(edit.flags for edit in change.pending):
        return f"Flagged edits need their own yes: nanomem approve {name} --flagged, or nanomem reject {name}"
    return f"Decide with: nanomem approve {name}, or nanomem reject {name}"


def unflagged(change: Change) -> list[int]:
    """Numbers of the pending edits that carry no flag."""
    return [edit.n for edit in change.pending if not edit.flags]


def apply_unflagged(session: Session, change: Change) -> Change:
    """Apply what carries no flag; the rest stays pending."""
    numbers = unflagged(change)
    return report(session, session.bank.approve(change.id, numbers)) if numbers else change


def _yes(session: Session, change: Change) -> Change:
    change = apply_unflagged(session, change)
    for edit in change.pending:
        change = _one(session, change, edit)
    return change


def _one(session: Session, change: Change, edit: Edit) -> Change:
    session.out.notes(edit_lines([edit]))
    question = f"Edit {edit.n} is flagged. Apply it all the same?" if edit.flags else f"Apply edit {edit.n}?"
    match choose(session.out, question, ("yes", "no", LATER), on_end=LATER):
        case "yes":
            return report(session, session.bank.approve(change.id, {edit.n}))
        case "no":
            return report(session, session.bank.reject(change.id, {edit.n}))
        case _:
            return change


def _conflict(session: Session, change: Change, edit: Edit) -> Change:
    session.out.notes(edit_lines([edit]))
    question = "The file has moved on. Keep it, or take the proposal instead?"
    match choose(session.out, question, ("keep", "take", LATER), on_end=LATER):
        case "keep":
            return report(session, session.bank.reject(change.id, {edit.n}, reason="kept what the file says"))
        case "take":
            return report(session, session.bank.take_proposal(change.id, edit.n))
        case _:
            return change


def _amend(session: Session, change: Change) -> Change:
    editable = {str(edit.n): edit for edit in change.pending if edit.fact is not None}
    if not editable:
        session.out.note("There is no text to edit in this change.")
        return change
    n = next(iter(editable))
    if len(editable) > 1:
        n = line(session.out, f"Which edit, {', '.join(editable)}?")
    if n not in editable:
        session.out.note(f"There is no edit {n} to change.")
        return change
    text = edit_line(session.out, f"Text of edit {n}:", editable[n].text or "")
    try:
        change = session.bank.amend(change.id, int(n), text)
    except NanomemError as error:
        session.out.note((Style.ERROR, error.message), f" {error.next_step}")
        return change
    session.out.notes(edit_lines(change.pending))
    return change

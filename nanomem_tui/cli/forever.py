"""Forgetting for good on the command line: the warning, the question, and what came of it.

Nothing here happens by a mere yes to a change: who forgets for good is asked about just that, or says so in
so many words.
"""

import re
from argparse import ArgumentTypeError, Namespace
from collections.abc import Collection
from typing import TYPE_CHECKING

from nanomem_tui.changes.model import Change, Edit, EditState, Op
from nanomem_tui.cli.ask import agree, choose, line
from nanomem_tui.cli.deciding import LATER
from nanomem_tui.cli.output import Style
from nanomem_tui.cli.session import Session
from nanomem_tui.cli.values import numbers
from nanomem_tui.cli.views.changes import edit_lines, short
from nanomem_tui.cli.views.facts import count
from nanomem_tui.cli.views.forgotten import candidate_lines, forgotten_lines
from nanomem_tui.memory.errors import ExitCode, UsageError
from nanomem_tui.settings import Approval

if TYPE_CHECKING:
    from nanomem_tui.changes.forget import Purged
    from nanomem_tui.changes.meant import Meant
    from nanomem_tui.memory.facts import Fact
    from nanomem_tui.results import WriteResult

_REF = re.compile(r"\.md#\w+\Z")
"""How the name of a fact ends."""
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
    """Forget facts for good that are named as path#id, or meant by words.

    Raises:
        UsageError: there is nobody to ask, and no --yes.
        NotFound: there is no such fact.
    """
    named = [name for name in arguments.fact if _REF.search(name)]
    words = " ".join(name for name in arguments.fact if name not in named)
    if named and words:
        raise UsageError("These are names of facts, and words.", "Give either PATH#FACT or words.")
    if named:
        facts = tuple({fact.ref: fact for fact in map(session.bank.fact, named)}.values())
        return _purge(session, arguments, facts, ())
    meant = session.bank.meant(words)
    if meant.exact:
        return _purge(session, arguments, meant.facts, meant.texts)
    if session.has_person:
        facts, texts = _pick(session, meant)
        if facts or texts:
            return _purge(session, arguments, facts, texts)
        session.out.note("Nothing was forgotten.")
        return ExitCode.FAILED
    return _list(session, meant)


def _purge(session: Session, arguments: Namespace, facts: "tuple[Fact, ...]", texts: tuple[str, ...]) -> int:
    from nanomem_tui.json_forms import forgotten_json

    number = len(facts) + len(texts)
    if not arguments.yes:
        if not session.has_person:
            raise UsageError(
                f"This would forget {count(number, 'fact')} for good, which cannot be undone.",
                "Add --yes if that is what you want.",
            )
        session.out.notes(candidate_lines(facts, texts))
        if not _agrees(session, number):
            return ExitCode.FAILED
    purged = session.bank.purge([fact.ref for fact in facts], texts=texts)
    session.out.emit({"forgotten": forgotten_json(purged)}, forgotten_lines(purged))
    return ExitCode.DONE


def _pick(session: Session, meant: "Meant") -> "tuple[tuple[Fact, ...], tuple[str, ...]]":
    """Ask which of the facts that may be meant are."""
    session.out.notes(candidate_lines(meant.facts, meant.texts, numbered=True))
    number = len(meant.facts) + len(meant.texts)
    while True:
        answer = line(session.out, "Which of them? Numbers such as 1,3, or all; nothing for none:")
        try:
            chosen = set(range(1, number + 1)) if answer.casefold() == "all" else numbers(answer or "0")
        except ArgumentTypeError:
            chosen = set()
        if not answer or (chosen and max(chosen) <= number):
            break
        session.out.note(f"Type numbers from 1 to {number}.")
    return (
        tuple(fact for n, fact in enumerate(meant.facts, 1) if n in chosen),
        tuple(text for n, text in enumerate(meant.texts, len(meant.facts) + 1) if n in chosen),
    )


def _list(session: Session, meant: "Meant") -> int:
    """Say what may be meant, to somebody who cannot be asked. Words that may mean others forget nothing."""
    from nanomem_tui.json_forms import fact_json

    session.out.emit(
        {
            "forgotten": None,
            "candidates": [fact_json(fact) for fact in meant.facts],
            "texts": list(meant.texts),
        },
        candidate_lines(meant.facts, meant.texts),
    )
    session.out.note("Nothing was forgotten: the words may mean any of these. Name those that you mean with")
    session.out.note("nanomem purge PATH#FACT --yes, or by their very words: nanomem purge TEXT --yes")
    return ExitCode.WAITING


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

"""Deciding on edits: which are meant, and what a person changes of one before saying yes. Pure."""

from collections.abc import Collection
from dataclasses import replace

from nanomem_tui.changes.model import Change, Edit, EditState, Flag, Op
from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.facts import NewFact

OPEN = (EditState.PENDING, EditState.CONFLICT)
"""States in which an edit can still be decided."""


def chosen(change: Change, only: Collection[int] | None) -> set[int]:
    """Numbers of the open edits that are meant; None means all.

    Raises:
        UsageError: there is no such edit, or it is decided already.
    """
    numbers = {edit.n for edit in change.edits if edit.state in OPEN}
    if not numbers:
        raise UsageError(f"The change {change.id} is {change.state.value} already.", "See `nanomem history`.")
    for n in only or ():
        edit = change.edit(n)
        if edit is None:
            raise UsageError(f"The change {change.id} has no edit {n}.", "Look at it with `nanomem show`.")
        if n not in numbers:
            raise UsageError(f"Edit {n} of {change.id} is {edit.state.value} already.")
    return numbers if only is None else set(only)


def removals(change: Change, only: Collection[int] | None) -> tuple[Edit, ...]:
    """The edits that remove a fact, decided or not, and whose words are still known.

    Raises:
        UsageError: there are none.
    """
    found = tuple(
        edit
        for edit in change.edits
        if edit.op is Op.REMOVE
        and edit.before
        and edit.id
        and edit.state in (*OPEN, EditState.APPLIED)
        and (only is None or edit.n in only)
    )
    if not found:
        raise UsageError(f"The change {change.id} removes no fact.", "Look at it with `nanomem show`.")
    return found


def knowingly(edit: Edit) -> bool:
    """True when whoever approves this edit was told that its fact stands there already."""
    return Flag.DUPLICATE in edit.flags or edit.state is EditState.CONFLICT


def amended(edit: Edit, new: str | NewFact) -> Edit:
    """The edit with other words, or another fact.

    Raises:
        UsageError: it has no words of its own, or the new ones are empty.
    """
    if edit.op is Op.TEXT and isinstance(new, str):
        return replace(edit, text=new)
    if edit.op is Op.DESCRIBE and isinstance(new, str) and edit.description is not None:
        said = [f"title: {edit.title}"] if edit.title is not None else []
        line = " ".join(new.split())
        return replace(edit, description=line, text="\n".join([*said, f"description: {line}"]))
    if edit.fact is None:
        raise UsageError(f"Edit {edit.n} only says {edit.op.value}; there is no text to change.")
    fact = replace(edit.fact, text=new) if isinstance(new, str) else new
    text = " ".join(fact.text.split())
    if not text:
        raise UsageError("The fact has no text.", "Say in one sentence what is to be remembered.")
    fact = replace(fact, text=text, updated_at=fact.updated_at or edit.fact.updated_at)
    return replace(edit, fact=fact, text=text)

"""The state of a change that follows from its edits, and what taking one back does to it. Pure."""

from dataclasses import replace

from nanomem_tui.changes.model import Change, ChangeState, Edit, EditState, Splice


def state_of(edits: tuple[Edit, ...]) -> ChangeState:
    """The state of a change that follows from its edits.

    It is pending as long as the person can still decide on one of them: also when the others are applied,
    and what is left could not be, because its file had moved on.
    """
    states = {edit.state for edit in edits}
    if EditState.PENDING in states or EditState.CONFLICT in states:
        return ChangeState.PENDING
    if EditState.APPLIED in states:
        return ChangeState.APPLIED
    return ChangeState.REVERTED if EditState.REVERTED in states else ChangeState.REJECTED


def taken_back(change: Change, by: str) -> Change:
    """The change after the change called `by` took it back. Harmless when done twice."""
    if not any(edit.state is EditState.APPLIED for edit in change.edits):
        return change
    edits = tuple(
        replace(edit, state=EditState.REVERTED) if edit.state is EditState.APPLIED else edit
        for edit in change.edits
    )
    return replace(
        change, edits=edits, state=state_of(edits), reverted_by=by, effects=(), undone=change.effects
    )


def stands_again(change: Change, splices: tuple[Splice, ...]) -> Change:
    """The change after what took it back was taken back, by `splices`. Harmless when done twice."""
    if not any(edit.state is EditState.REVERTED for edit in change.edits):
        return change
    edits = tuple(
        replace(edit, state=EditState.APPLIED) if edit.state is EditState.REVERTED else edit
        for edit in change.edits
    )
    effects = change.effects + (change.undone or splices)
    return replace(change, edits=edits, state=state_of(edits), reverted_by=None, effects=effects, undone=())

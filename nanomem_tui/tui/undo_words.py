"""What undoing or redoing did, told by the facts it concerns.

Pure functions of changes; knows no widget and no bank.
"""

from posixpath import commonpath

from nanomem_tui.changes.model import Change, Edit, EditState, Op
from nanomem_tui.tui.widgets.words import count, shown

LONGEST = 60
"""Characters of a fact that are quoted."""


def undone(change: Change) -> str:
    """What is the case now that `change` was taken back."""
    return f"Undone: {_now(change, back=True)}"


def redone(change: Change) -> str:
    """What is the case now that `change` was made again."""
    return f"Redone: {_now(change, back=False)}"


def _now(change: Change, *, back: bool) -> str:
    edits = [edit for edit in change.edits if edit.state in (EditState.APPLIED, EditState.REVERTED)]
    gone = [edit for edit in edits if edit.op is Op.TEXT and edit.text is None]
    made = [edit for edit in edits if edit.op is Op.TEXT and edit.before is None]
    if gone and [edit.before for edit in gone] == [edit.text for edit in made]:
        old, new = _renamed(gone[0].path, made[0].path) if len(gone) > 1 else (gone[0].path, made[0].path)
        return f"{shown(new)} is {shown(old)} again." if back else f"{shown(old)} is {shown(new)} again."
    if len(gone) == len(edits) > 1:
        where = commonpath([edit.path for edit in gone])
        files = f"{shown(where)}/: {count(len(gone), 'file')}" if where else count(len(gone), "file")
        return f"{files} {'back' if back else 'gone'} again."
    if len(edits) == 1:
        return _back(edits[0]) if back else _again(edits[0])
    paths = list(dict.fromkeys(edit.path for edit in edits or ())) or list(
        dict.fromkeys(splice.path for splice in change.effects or change.undone)
    )
    where = shown(paths[0]) if len(paths) == 1 else count(len(paths), "file")
    what = count(len(edits), "edit") if edits else "the change"
    return f"{what} in {where}."


def _renamed(old: str, new: str) -> tuple[str, str]:
    """The folder that was renamed, and what it was renamed to, told by one of its files."""
    before, after = old.split("/"), new.split("/")
    while len(before) > 1 and len(after) > 1 and before[-1] == after[-1]:
        before.pop()
        after.pop()
    return f"{'/'.join(before)}/", f"{'/'.join(after)}/"


def _back(edit: Edit) -> str:
    path = shown(edit.path)
    if edit.op is Op.TEXT:
        if edit.before is None:
            return f"{path} is gone again."
        return f"{path} is back." if edit.text is None else f"{path} is as it was."
    if edit.op is Op.DESCRIBE:
        return f"{path} is described as it was."
    if edit.op is Op.ADD:
        return f"{_quoted(edit.text)} is out of {path} again."
    where = "current again in" if edit.op is Op.ARCHIVE else "back in"
    return f"{_quoted(edit.before)} is {where} {path}."


def _again(edit: Edit) -> str:
    path = shown(edit.path)
    if edit.op is Op.TEXT:
        if edit.text is None:
            return f"{path} is gone again."
        return f"{path} is back." if edit.before is None else f"{path} has its new text again."
    if edit.op is Op.DESCRIBE:
        return f"{path} has its new description again."
    if edit.op in (Op.ADD, Op.UPDATE):
        return f"{_quoted(edit.text)} is in {path} again."
    where = {
        Op.ARCHIVE: f"in the history of {path}",
        Op.MOVE: f"in {shown(edit.to_path or '')}",
        Op.REMOVE: f"out of {path}",
    }[edit.op]
    return f"{_quoted(edit.before)} is {where} again."


def _quoted(text: str | None) -> str:
    words = shown(text or "")
    return f"“{words if len(words) <= LONGEST else words[: LONGEST - 1] + '…'}”"

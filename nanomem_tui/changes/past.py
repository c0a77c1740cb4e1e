"""The memory as it was right after a change: rebuilt from what every change on record did to the files.

Pure but for the texts it is given. The records hold what nanomem wrote and not what other programs did, so
each file says whether these are the very bytes, and if not, why they may be others.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from nanomem_tui.changes.effects import Displaced, inverse, replay
from nanomem_tui.changes.model import Change, EditState, Splice
from nanomem_tui.changes.reverting import applied_at
from nanomem_tui.changes.store import made_at

SLACK = 2.0
"""Seconds between the time of a change and the last of its files being written."""
_SAVED = "It was saved outside nanomem since; this is how it is today."
_NOT_OURS = "It is older than its history here: what other programs wrote since may show in it."
_BOTH = "Other programs changed it as well: some of this may be newer or older."
_GONE = "It was deleted outside nanomem; this is what nanomem had written."
_LOST = "It cannot be taken back any further: its lines were changed outside nanomem, or forgotten for good."
_PARTS = "A change to it was decided on in parts; some of it may have been there already."


@dataclass(frozen=True, slots=True)
class PastFile:
    """A memory file as it was."""

    path: str
    text: str | None = None
    """None: as it is today; nanomem has not written it since."""
    doubt: str = ""
    """Why these may not be the very bytes; "" when they are."""


@dataclass(frozen=True, slots=True)
class Past:
    """The memory as it was right after a change; right after its proposal, when it was never applied."""

    change: Change
    at: datetime
    """Aware, UTC."""
    files: tuple[PastFile, ...]
    """By path."""

    def file(self, path: str) -> PastFile | None:
        """The file at `path`; None when there was none."""
        return next((file for file in self.files if file.path == path), None)


def tree_at(
    change: Change,
    changes: Iterable[Change],
    today: Mapping[str, float],
    read: Callable[[str], str | None],
) -> Past:
    """The memory right after `change`.

    Args:
        change: the moment.
        changes: all there are.
        today: when each memory file of today was written, in seconds since 1970, by path.
        read: the text of a memory file of today; None when there is none.
    """
    moment = applied_at(change)
    steps = sorted((one for one in changes if one.effects or one.undone), key=applied_at)
    before = [step for step in steps if applied_at(step) <= moment]
    after = [step for step in steps if applied_at(step) > moment]
    touched = {splice.path for step in after for splice in _splices(step)}
    known = {splice.path for step in before for splice in _splices(step)}
    at = made_at(moment)
    forward = _Forward(before, touched | (known - set(today)))
    files: list[PastFile] = []
    for path in sorted(touched | known | set(today)):
        if path in touched:
            file = _rebuilt(path, forward, after, read(path), moment)
        elif path in today:
            saved = today[path] > at.timestamp() + SLACK
            file = PastFile(path, None, _SAVED if saved else "")
        else:
            text = forward.texts.get(path)
            file = None if text is None else PastFile(path, text, _GONE)
        if file is not None:
            files.append(file)
    return Past(change, at, tuple(files))


class _Forward:
    """What the records alone say: the files that nanomem made, with everything it wrote into them since."""

    def __init__(self, steps: Iterable[Change], paths: set[str]) -> None:
        self.texts: dict[str, str | None] = {}
        """Only what is known: a path that is missing was not made by nanomem, or was changed by others."""
        for step in steps:
            for splice in _splices(step):
                if splice.path in paths:
                    self._take(splice)

    def _take(self, splice: Splice) -> None:
        path = splice.path
        if splice.before is None or splice.after is None:
            self.texts[path] = splice.after
        elif path in self.texts:
            try:
                self.texts[path] = replay(self.texts[path], (splice,))
            except Displaced:
                del self.texts[path]


def _rebuilt(
    path: str, forward: _Forward, after: Iterable[Change], today: str | None, moment: str
) -> PastFile | None:
    """A file that was written since: today's text without all that came later, held against the records."""
    text, lost = today, False
    parts = False
    for step in sorted(after, key=applied_at, reverse=True):
        splices = tuple(splice for splice in _splices(step) if splice.path == path)
        parts = parts or (bool(splices) and _in_parts(step, moment))
        if lost:
            continue
        try:
            text = replay(text, inverse(splices))
        except Displaced:
            lost = True
    on_record = path in forward.texts
    recorded = forward.texts.get(path)
    if lost:
        if on_record:
            text, doubt = recorded, _GONE if today is None else _BOTH
        else:
            doubt = _LOST
    elif not on_record:
        doubt = "" if text is None else _NOT_OURS
    else:
        doubt = "" if text == recorded else _BOTH
    if text is None:
        return None
    return PastFile(path, text, doubt or (_PARTS if parts else ""))


def _splices(change: Change) -> tuple[Splice, ...]:
    """What a change did, also when it was taken back since: that is the doing of another one."""
    return change.undone + change.effects


def _in_parts(change: Change, moment: str) -> bool:
    """True when some of it may have been applied earlier than the last of it: the record keeps one time."""
    done = [edit for edit in change.edits if edit.state in (EditState.APPLIED, EditState.REVERTED)]
    return change.id < moment and len(done) > 1

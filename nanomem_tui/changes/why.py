"""Where a fact comes from: the change that made it, the words it rests on, and every version before.

Reads changes, newest first; touches no disk.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from nanomem_tui.changes.model import Change, Edit, EditState, Op
from nanomem_tui.memory.document import parse
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.identity import same


@dataclass(frozen=True, slots=True)
class Why:
    """The origin of a fact."""

    fact: Fact
    change: Change | None
    """The change that gave it its present words; None where it was written outside nanomem."""
    edit: Edit | None
    """The edit of that change."""
    history: tuple[Change, ...]
    """Every change of it and of the facts it replaced, newest first."""

    @property
    def quote(self) -> str | None:
        """The words of the source that it rests on."""
        return self.edit.quote if self.edit else None

    @property
    def source_excerpt(self) -> str | None:
        """The source around the quote."""
        return self.edit.excerpt if self.edit else None


def explain(fact: Fact, changes: Iterable[Change]) -> Why:
    """Trace `fact` back through `changes`.

    Args:
        fact: as it stands in its file.
        changes: all there are, the last applied first.
    """
    path, text = fact.path, fact.text
    history: list[Change] = []
    made: tuple[Change, Edit] | None = None
    for change in changes:
        for edit in reversed(change.edits):
            if edit.state is not EditState.APPLIED:
                continue
            wrote = _writes(edit, path, text)
            moved = edit.op is Op.MOVE and edit.to_path == path and _is(edit.before, text)
            ended = edit.path == path and edit.op in (Op.ARCHIVE, Op.UPDATE) and _is(edit.before, text)
            if not (wrote or moved or ended):
                continue
            if change not in history:
                history.append(change)
            if moved:
                path = edit.path
            if wrote and change.reverts is None:
                made = made or (change, edit)
                if edit.op is not Op.UPDATE or edit.before is None:
                    return _why(fact, made, history)
                text = edit.before
    return _why(fact, made, history)


def _why(fact: Fact, made: tuple[Change, Edit] | None, history: list[Change]) -> Why:
    return Why(fact, made[0] if made else None, made[1] if made else None, tuple(history))


def _writes(edit: Edit, path: str, text: str) -> bool:
    if edit.path != path:
        return False
    if edit.op is Op.TEXT and edit.text is not None:
        return _has(edit.text, text) and not _has(edit.before or "", text)
    return edit.op in (Op.ADD, Op.UPDATE) and _is(edit.text, text)


def _has(file: str, text: str) -> bool:
    return any(same(fact.text, text) for fact in parse(file).facts)


def _is(said: str | None, text: str) -> bool:
    return said is not None and same(said, text)

"""What an edit did to the lines of a file, and how to take it back, also from a file that has moved on.

Pure text in, pure text out: knows no disk and nothing of facts.
"""

from collections.abc import Iterable
from difflib import SequenceMatcher

from nanomem_tui.changes.model import Splice
from nanomem_tui.memory.lines import split_lines

_DIFF_LIMIT = 4_000
"""Changed lines (old plus new) above which one splice over the whole changed region is recorded: difflib is
quadratic in the worst case."""


class Displaced(Exception):
    """A splice whose lines are not where, nor anywhere uniquely, in the file."""

    def __init__(self, splice: Splice) -> None:
        super().__init__(splice.path)
        self.splice = splice


def diff(path: str, before: str | None, after: str | None) -> tuple[Splice, ...]:
    """The splices that turn `before` into `after` when applied in order. None: the file does not exist."""
    if before == after:
        return ()
    if before is None or after is None:
        return (Splice(path, 0, before, after),)
    old, new = split_lines(before), split_lines(after)
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    old_end, new_end = len(old) - tail, len(new) - tail
    if old_end - head + new_end - head > _DIFF_LIMIT:
        blocks = [(head, old_end, head, new_end)]
    else:
        matcher = SequenceMatcher(None, old[head:old_end], new[head:new_end], autojunk=False)
        blocks = [
            (head + i1, head + i2, head + j1, head + j2)
            for tag, i1, i2, j1, j2 in matcher.get_opcodes()
            if tag != "equal"
        ]
    # From the bottom up: the lines above a splice are still the old ones when it is applied.
    return tuple(
        Splice(
            path,
            i1,
            "".join(old[i1:i2]),
            "".join(new[j1:j2]),
            above=old[i1 - 1] if i1 else "",
            below=old[i2] if i2 < len(old) else "",
        )
        for i1, i2, j1, j2 in reversed(blocks)
    )


def inverse(splices: Iterable[Splice]) -> tuple[Splice, ...]:
    """The splices that take `splices` back."""
    return tuple(splice.inverse for splice in reversed(tuple(splices)))


def lies_as_left(text: str | None, splices: Iterable[Splice]) -> bool:
    """True when the splices of a file can be taken back where they were made, between their neighbors."""
    for splice in inverse(splices):
        if splice.before is None or text is None or splice.after is None:
            return text == splice.before
        lines, block = split_lines(text), split_lines(splice.before)
        if not _fits(lines, block, splice.at) or _anchors(lines, block, splice) != 2:
            return False
        text = "".join([*lines[: splice.at], *split_lines(splice.after), *lines[splice.at + len(block) :]])
    return True


def replay(text: str | None, splices: Iterable[Splice]) -> str | None:
    """`text` with the splices of one file applied, each where its lines are now.

    A splice is applied at its recorded place when its lines stand there between the recorded neighbours;
    in a file that has moved on, wherever its lines occur uniquely.

    Raises:
        Displaced: naming the splice whose place cannot be found.
    """
    for splice in splices:
        text = _replay_one(text, splice)
    return text


def _replay_one(text: str | None, splice: Splice) -> str | None:
    if splice.before is None or text is None or splice.after is None:
        # A file that appears or disappears: only from exactly the recorded state.
        if text != splice.before:
            raise Displaced(splice)
        return splice.after
    lines, block = split_lines(text), split_lines(splice.before)
    at = _find(lines, block, splice)
    return "".join([*lines[:at], *split_lines(splice.after), *lines[at + len(block) :]])


def _fits(lines: tuple[str, ...], block: tuple[str, ...], at: int) -> bool:
    return 0 <= at <= len(lines) - len(block) and lines[at : at + len(block)] == block


def _anchors(lines: tuple[str, ...], block: tuple[str, ...], splice: Splice, at: int | None = None) -> int:
    """How many of the neighbors of `block` at `at` (its recorded place) are the recorded ones."""
    at = splice.at if at is None else at
    above = lines[at - 1] if at else ""
    end = at + len(block)
    below = lines[end] if end < len(lines) else ""
    return (above == splice.above) + (below == splice.below)


def _find(lines: tuple[str, ...], block: tuple[str, ...], splice: Splice) -> int:
    def fits(at: int) -> bool:
        return _fits(lines, block, at)

    def anchors(at: int) -> int:
        return _anchors(lines, block, splice, at)

    if fits(splice.at) and anchors(splice.at) == 2:
        return splice.at
    places = [at for at in range(len(lines) - len(block) + 1) if fits(at)]
    wanted = 0 if block else 1
    best = [at for at in places if anchors(at) == 2] or [at for at in places if anchors(at) >= wanted]
    if not block:
        # An insertion has nothing but its neighbours to go by, and blank lines are nobody's neighbours.
        best = [at for at in best if anchors(at) == 2 or _telling(lines, at, splice)]
    if splice.at in best:
        return splice.at
    if len(best) == 1:
        return best[0]
    raise Displaced(splice)


def _telling(lines: tuple[str, ...], at: int, splice: Splice) -> bool:
    above = at > 0 and lines[at - 1] == splice.above and splice.above.strip()
    below = at < len(lines) and lines[at] == splice.below and splice.below.strip()
    return bool(above or below)

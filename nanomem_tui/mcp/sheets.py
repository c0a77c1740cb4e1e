"""A memory file as the lines a guest may read, with the lines it may not know of kept in their places.

A guest edits what it sees; what it does not see stays where it is, word for word. Knows no protocol, no disk
and no proposal.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from nanomem_tui.memory.document import Document, parse
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.lines import line_end, split_lines

Hides = Callable[[str], bool]
"""Whether words outside of facts repeat what must not be told."""


class Tangled(Exception):
    """An edit after which other lines of the file would mean something else than before."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One line. Two are the same line only if they are the same object."""

    text: str
    """Without its line end."""
    end: str
    """Its line end; "" where the file ends without one."""
    hidden: bool = False
    told: bool = True
    """False for what the guest wrote itself: reading that back tells it nothing."""
    fact: Fact | None = None
    """The fact that begins here, as it stands on the disk."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lines of one file."""

    lines: tuple[Line, ...]
    newline: str = "\n"
    bom: str = ""

    @property
    def seen(self) -> tuple[Line, ...]:
        """The lines the guest may read."""
        return tuple(line for line in self.lines if not line.hidden)

    @property
    def words(self) -> str:
        """What it may read as one text, every line end a plain one."""
        return "".join(line.text + ("\n" if line.end else "") for line in self.seen)

    @property
    def text(self) -> str:
        """The whole file."""
        return self.bom + "".join(line.text + line.end for line in self.lines)


def written(text: str) -> Sheet:
    """The sheet of a file that a guest makes."""
    return Sheet(tuple(_own(line) for line in split_lines(text.removeprefix("\ufeff"))))


def sheet_of(document: Document, discloses: Callable[[Fact], bool], hides: Hides) -> Sheet:
    """The sheet of a file that its guest may know of.

    Args:
        document: the file, facts with their effective levels.
        discloses: whether a fact may be told.
        hides: tells lines between the facts that repeat what may not.
    """
    hidden: set[int] = set()
    facts: dict[int, Fact] = {}
    inside: set[int] = set()
    for fact, (first, end) in zip(document.facts, document.spans, strict=True):
        inside |= set(range(first, end))
        if discloses(fact):
            facts[first] = fact
        else:
            hidden |= set(range(first, end))
    prose = [at for at in range(len(document.lines)) if at not in inside]
    if hides("".join(document.lines[at] for at in prose)):
        hidden |= {at for at in prose if hides(document.lines[at])}
    lines = []
    for at, line in enumerate(document.lines):
        stop = line_end(line)
        lines.append(Line(line[: len(line) - len(stop)], stop, hidden=at in hidden, fact=facts.get(at)))
    return Sheet(tuple(lines), document.newline, document.bom)


def replaced(sheet: Sheet, start: int, end: int, new: str) -> Sheet:
    """The sheet with other words in place of `words[start:end]`; lines not seen in between come behind them.

    Raises:
        Tangled: other lines would mean something else.
    """
    numbers = [at for at, line in enumerate(sheet.lines) if not line.hidden]
    first, left = _place(sheet, start)
    last, right = _place(sheet, end)
    block = sheet.lines[numbers[first]].text[:left] + new
    if last < len(numbers):
        line = sheet.lines[numbers[last]]
        block, behind = block + line.text[right:] + ("\n" if line.end else ""), numbers[last] + 1
    else:
        behind = numbers[-1] + 1
    kept = [line for line in sheet.lines[numbers[first] : behind] if line.hidden]
    made = [_own(line, sheet.newline) for line in split_lines(block)]
    return _checked(sheet, [*sheet.lines[: numbers[first]], *made, *kept, *sheet.lines[behind:]])


def inserted(sheet: Sheet, below: int, text: str) -> Sheet:
    """The sheet with lines put below the seen line numbered `below`; 0: at the top.

    Raises:
        Tangled: other lines would mean something else.
    """
    numbers = [at for at, line in enumerate(sheet.lines) if not line.hidden]
    at = numbers[below - 1] + 1 if below else 0
    made = [_own(line, sheet.newline) for line in split_lines(text.removesuffix("\n") + "\n")]
    return _checked(sheet, [*sheet.lines[:at], *made, *sheet.lines[at:]])


def emptied(sheet: Sheet) -> Sheet | None:
    """What is left of a file that a guest deletes: all it does not know of; None when that is nothing.

    Headings and other words stay beside facts that stay: they say what those are about.
    """
    if not any(line.hidden for line in sheet.lines):
        return None
    inside = _inside(parse(sheet.text))
    left = [
        replace(line, hidden=True)
        for at, line in enumerate(sheet.lines)
        if line.hidden or (at not in inside and line.told)
    ]
    return replace(sheet, lines=tuple(left))


def _own(line: str, newline: str = "\n") -> Line:
    """A line as its guest wrote it, with the line end of its file."""
    end = line_end(line)
    return Line(line[: len(line) - len(end)], newline if end else "", told=False)


def _place(sheet: Sheet, at: int) -> tuple[int, int]:
    """Which seen line, and where in it, a character of `words` is."""
    for number, line in enumerate(sheet.seen):
        size = len(line.text) + bool(line.end)
        if at < size or (at == size and not line.end):
            return number, at
        at -= size
    return len(sheet.seen), 0


def _checked(before: Sheet, lines: Sequence[Line]) -> Sheet:
    """The sheet of these lines, all but the last with a line end; the others must mean what they did."""
    whole = [line if line.end or line is lines[-1] else replace(line, end=before.newline) for line in lines]
    after = replace(before, lines=tuple(whole))
    kept = {id(line) for line in lines}
    was = _meant(parse(before.text), [line if id(line) in kept else None for line in before.lines])
    missing = was - _meant(parse(after.text), after.lines)
    if missing:
        raise Tangled
    return after


def _meant(document: Document, lines: Iterable[Line | None]) -> Counter[object]:
    """What these lines say: the facts, of those that the guest may read without what is below them, and the
    unseen words between facts.
    """
    held = list(lines)
    found: Counter[object] = Counter()
    for fact, (first, end) in zip(document.facts, document.spans, strict=True):
        span = held[first:end]
        if None in span:
            continue
        unseen = any(line.hidden for line in span if line is not None)
        found[(fact.text, fact.disclosure, fact.details if unseen else None, unseen)] += 1
    inside = _inside(document)
    found.update((line.text,) for at, line in enumerate(held) if line and line.hidden and at not in inside)
    return found


def _inside(document: Document) -> set[int]:
    return {at for first, end in document.spans for at in range(first, end)}

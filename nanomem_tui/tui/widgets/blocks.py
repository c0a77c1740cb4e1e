"""Lines that belong together, the rows of a `BlockList`, and how long lines are wrapped and spread.

It knows nothing of memory and of no widget.
"""

from collections.abc import Iterable, Sequence

from textual.content import Content

MEASURE = 100
"""Columns at which a line's two ends stay together, however wide its list: the eye has to join them."""


class Block:
    """Some lines that belong together.

    Args:
        key: names the block in its list, across rebuilds.
        selectable: the cursor may rest on it.
    """

    def __init__(self, key: str, *, selectable: bool = True) -> None:
        self.key = key
        self.selectable = selectable
        self._made: tuple[int, Sequence[Content]] | None = None

    def render(self, width: int) -> Sequence[Content]:
        """Its lines, each at most `width` columns."""
        raise NotImplementedError

    def height(self, width: int) -> int:
        """How many lines it has."""
        return len(self.lines(width))

    def lines(self, width: int) -> Sequence[Content]:
        """Its lines, made once for each width."""
        if self._made is None or self._made[0] != width:
            self._made = (width, self.render(width))
        return self._made[1]

    def forget(self) -> None:
        """What it shows has changed."""
        self._made = None


class Lines(Block):
    """A block whose lines are wrapped from given contents; not selectable unless told."""

    def __init__(self, key: str, contents: Iterable[Content], *, selectable: bool = False) -> None:
        super().__init__(key, selectable=selectable)
        self._contents = tuple(contents)

    def render(self, width: int) -> Sequence[Content]:
        return [line for content in self._contents for line in wrap(content, width)]


def wrap(content: Content, width: int, first: Content | str = "", rest: Content | str = "") -> list[Content]:
    """`content` wrapped to `width` columns behind `first`, its further lines behind `rest`."""
    first, rest = (
        Content(first) if isinstance(first, str) else first,
        Content(rest) if isinstance(rest, str) else rest,
    )
    room = max(width - max(first.cell_length, rest.cell_length), 2)
    lines = content.wrap(room) or [Content("")]
    return [Content.assemble(rest if i else first, line.truncate(room)) for i, line in enumerate(lines)]


def apart(left: Content, right: Content, width: int) -> Content:
    """`left` and `right` at the two ends of a line of at most `MEASURE` columns; `left` gives way."""
    width = min(width, MEASURE)
    room = width - right.cell_length - 1
    if room < 4:
        return left.truncate(width, ellipsis=True)
    left = left.truncate(room, ellipsis=True)
    return Content.assemble(left, " " * (width - left.cell_length - right.cell_length), right)

"""Text that others wrote, on its way to the terminal: it is shown and never acts.

Widgets pass memory text through `plain`; the line filter behind all widgets is the last door, so that a
widget that forgets is a blemish and not a hole.
"""

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter

from nanomem_tui.memory.visible import visible


def plain(text: str, style: str = "", *, newlines: bool = False) -> Content:
    """`text` as it reads, in one style: markup and control characters in it are shown, not obeyed."""
    return Content.styled(visible(text, newlines=newlines), style)


class VisibleFilter(LineFilter):
    """Replaces what a terminal would obey in every painted line, keeping the width of the line."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments with every unsafe character made visible."""
        line = "".join([text for text, _, _ in segments])
        if line.isascii() and line.isprintable():
            return segments
        return [self._shown(segment) for segment in segments]

    @staticmethod
    def _shown(segment: Segment) -> Segment:
        text, style, control = segment
        shown = visible(text)
        if shown == text:
            return segment
        return Segment(set_cell_size(shown, cell_len(text)), style, control)

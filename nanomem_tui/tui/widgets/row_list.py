"""A list of one-line rows with a cursor that paints only what is visible, however long it is.

It knows rows and columns of text, not what they mean; its subclasses turn facts and files into rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Generic, TypeVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from nanomem_tui.memory.visible import visible
from nanomem_tui.tui.widgets.sized import resize

LINES_KEPT = 500
"""Painted lines kept by a list."""
Span = tuple[str, str]
"""A text and the look it has: the part of a component class behind `row--`, or ""."""
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Row(Generic[Key]):
    """One line: what stands left is cut where room ends, what stands right is not."""

    key: Key | None
    """What the row stands for, and how the cursor finds it again; None: it cannot be selected."""
    left: tuple[Span, ...]
    right: tuple[Span, ...] = ()


@lru_cache(4096)
def shortened(text: str, width: int) -> str:
    """`text` in at most `width` cells, with `…` where it was cut."""
    shown = visible(text).replace("\t", " ")
    if cell_len(shown) <= width:
        return shown
    return set_cell_size(shown, max(width - 1, 0)).rstrip() + "…" if width > 0 else ""


class RowList(ScrollView, Generic[Key], can_focus=True):
    """Rows with a cursor, by keyboard and mouse."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "row--dim",
        "row--strong",
        "row--heading",
        "row--mark",
        "row--good",
        "row--warning",
        "row--bad",
        "row--cursor",
        "row--cursor-blurred",
    }
    DEFAULT_CSS = """
    RowList {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        background: transparent;
        & > .row--dim { color: $text-muted; }
        & > .row--strong { text-style: bold; }
        & > .row--heading { color: $secondary-lighten-2; text-style: bold; }
        & > .row--mark { color: $accent; }
        & > .row--good { color: $success; }
        & > .row--warning { color: $warning; }
        & > .row--bad { color: $error; }
        & > .row--cursor { background: $block-cursor-background; }
        & > .row--cursor-blurred { background: $block-cursor-blurred-background; }
        &:ansi > .row--dim { color: ansi_default; text-style: dim; }
        &:ansi > .row--cursor { background: ansi_blue; color: ansi_bright_white; text-style: bold; }
        &:ansi > .row--cursor-blurred { background: ansi_default; text-style: underline; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "cursor(-1)", "Up", show=False),
        Binding("down,j", "cursor(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,g", "edge(-1)", "First", show=False),
        Binding("end,G", "edge(1)", "Last", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]

    cursor: reactive[int] = reactive(0, repaint=False)
    """Index of the row under the cursor."""

    @dataclass
    class Moved(Message):
        """The cursor stands on another row, or its row changed."""

        list: "RowList[object]"
        key: object

        @property
        def control(self) -> "RowList[object]":
            """The list it happened in."""
            return self.list

    @dataclass
    class Chosen(Message):
        """A row was chosen: Enter, or a click on the row under the cursor."""

        list: "RowList[object]"
        key: object

        @property
        def control(self) -> "RowList[object]":
            """The list it happened in."""
            return self.list

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.rows: Sequence[Row[Key]] = ()
        self._told: object = None
        self._base = Style.null()
        self._lines: dict[tuple[Row[Key], int, str, Style], Strip] = {}
        """Lines as they were painted: those in sight are the same ones again when the list scrolls by one."""

    # What it shows

    @property
    def key(self) -> Key | None:
        """What the row under the cursor stands for."""
        return self.rows[self.cursor].key if 0 <= self.cursor < len(self.rows) else None

    def show(self, rows: Sequence[Row[Key]], *, key: Key | None = None) -> None:
        """Show other rows. The cursor stays on its row, or goes to the one of `key`, or near where it was."""
        wanted = key if key is not None else self.key
        before, self.rows = self.rows, rows
        resize(self, Size(self.size.width, len(rows)))
        index = next((i for i, row in enumerate(rows) if row.key is not None and row.key == wanted), None)
        index = self._nearest(self.cursor if index is None else index)
        stays, self.cursor = index == self.cursor, index
        self._tell()
        if len(before) != len(rows) or not stays:
            self._reveal()
            self.refresh()
        else:
            # Files are saved and read again many times a second; mostly no line of the list is another one.
            others = (n for n, (old, new) in enumerate(zip(before, rows, strict=True)) if old != new)
            self._repaint(*others)

    def _repaint(self, *rows: int) -> None:
        """Paint some rows again, of those that are in sight."""
        top = self.scroll_offset.y
        for row in rows:
            if top <= row < top + self.size.height:
                self.refresh(Region(0, row - top, self.size.width, 1))

    def go_to(self, key: Key) -> bool:
        """Put the cursor on the row of `key`; False when there is none."""
        for index, row in enumerate(self.rows):
            if row.key == key:
                self.cursor = index
                return True
        return False

    def _nearest(self, index: int) -> int:
        if not self.rows:
            return 0
        index = max(0, min(index, len(self.rows) - 1))
        after = (i for i in range(index, len(self.rows)) if self.rows[i].key is not None)
        before = (i for i in range(index, -1, -1) if self.rows[i].key is not None)
        return next(after, next(before, 0))

    # Painting

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of the window; their common style is asked for once, not once a line."""
        self._base = self.rich_style
        return super().render_lines(crop)

    def notify_style_update(self) -> None:
        """Lines that were made in other colors are of no use any more."""
        super().notify_style_update()
        self._lines.clear()

    def render_line(self, y: int) -> Strip:
        """One line of the window."""
        index = y + self.scroll_offset.y
        width = self.size.width
        if index >= len(self.rows):
            return Strip.blank(width, self._base)
        cursor = ""
        if index == self.cursor and self.rows[index].key is not None:
            cursor = "row--cursor" if self.has_focus else "row--cursor-blurred"
        made = (self.rows[index], width, cursor, self._base)
        if made not in self._lines:
            if len(self._lines) > LINES_KEPT:
                self._lines.clear()
            self._lines[made] = self._line(*made)
        return self._lines[made]

    def _line(self, row: Row[Key], width: int, cursor: str, base: Style) -> Strip:
        over = self.get_component_rich_style(cursor, partial=True) if cursor else Style.null()
        right = [(visible(text), look) for text, look in row.right]
        room = width - 1 - sum(cell_len(text) for text, _ in right)
        segments: list[Segment] = []
        for text, look in row.left:
            piece = shortened(text, room)
            room -= cell_len(piece)
            segments.append(Segment(piece, base + self._look(look) + over))
        segments.append(Segment(" " * max(room, 0), base + over))
        segments += [Segment(text, base + self._look(look) + over) for text, look in right]
        segments.append(Segment(" ", base + over))
        return Strip(segments).crop(0, width)

    def _look(self, look: str) -> Style:
        if not look:
            return Style.null()
        # The whole style, since only that resolves colors relative to the background; its own background is
        # left to the cursor.
        whole = self.get_component_rich_style(f"row--{look}")
        return Style(color=whole.color, bold=whole.bold, dim=whole.dim, italic=whole.italic)

    def watch_cursor(self, before: int, now: int) -> None:
        """Tell, and keep the cursor in sight."""
        self._reveal()
        self._tell()
        self._repaint(before, now)

    def on_focus(self) -> None:
        """The cursor looks different with the focus."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor looks different without the focus."""
        self.refresh()

    def on_resize(self) -> None:
        """Rows are as wide as the list."""
        resize(self, Size(self.size.width, len(self.rows)))
        self._reveal()

    def _reveal(self) -> None:
        if not self.rows or not self.size.height:
            return
        top = self.cursor - 1 if self.cursor and self.rows[self.cursor - 1].key is None else self.cursor
        self.scroll_to_region(
            Region(0, top, 1, self.cursor - top + 1), animate=False, force=True, immediate=True
        )

    def _tell(self) -> None:
        row = self.rows[self.cursor] if self.rows else None
        if row != self._told:
            self._told = row
            self.post_message(self.Moved(self, self.key))  # type: ignore[arg-type]

    # Keys and mouse

    def action_cursor(self, by: int) -> None:
        """Move to the next row that can be selected."""
        index = self.cursor + by
        while 0 <= index < len(self.rows):
            if self.rows[index].key is not None:
                self.cursor = index
                return
            index += by
        if by < 0:
            self.scroll_to(y=0, animate=False)

    def action_page(self, by: int) -> None:
        """Move by a window."""
        self.cursor = self._nearest(self.cursor + by * max(self.size.height - 1, 1))

    def action_edge(self, by: int) -> None:
        """Move to the first or last row."""
        self.cursor = self._nearest(0 if by < 0 else len(self.rows) - 1)

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        if self.key is not None:
            self.post_message(self.Chosen(self, self.key))  # type: ignore[arg-type]

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor; a click on the cursor's row chooses it."""
        index = event.y + self.scroll_offset.y
        if not 0 <= index < len(self.rows) or self.rows[index].key is None:
            return
        if index == self.cursor or event.chain > 1:
            self.cursor = index
            self.action_choose()
        else:
            self.cursor = index

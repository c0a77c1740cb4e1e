"""A list of blocks of several lines: one cursor, mouse, any number of blocks, following its tail if asked.

Every list of the app that is not a tree is one of these. Only the lines in view are rendered, and a block
that changes height costs only the sums behind it. It knows nothing of memory; a block brings its own lines.
"""

from bisect import bisect_right
from collections.abc import Iterable
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from nanomem_tui.tui.widgets.blocks import Block
from nanomem_tui.tui.widgets.sized import resize

GUTTER = 1
"""Columns left of every line, for the bar that marks the cursor."""


class BlockList(ScrollView, can_focus=True):
    """A scrolling list of blocks with a cursor."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    BlockList {
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        & > .blocks--bar { color: $foreground 30%; }
        &:focus > .blocks--bar { color: $accent; }
        & > .blocks--cursor { background: $foreground 6%; }
        &:focus > .blocks--cursor { background: $primary 18%; }
        & > .blocks--hover { background: $foreground 4%; }
        /* The terminal's own colors know no tints: there the bar alone marks the cursor. */
        &:ansi > .blocks--cursor { background: ansi_default; }
        &:ansi > .blocks--hover { background: ansi_default; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"blocks--bar", "blocks--cursor", "blocks--hover"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "cursor(1)", "Down", show=False),
        Binding("up,k", "cursor(-1)", "Up", show=False),
        Binding("pagedown,ctrl+d", "page(1)", "Page down", show=False),
        Binding("pageup,ctrl+u", "page(-1)", "Page up", show=False),
        Binding("home,g", "edge(-1)", "First", show=False),
        Binding("end,G", "edge(1)", "Last", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]

    cursor: reactive[int | None] = reactive(None, init=False, always_update=True, repaint=False)
    """Index of the block the cursor is on."""
    _hover: reactive[int | None] = reactive(None, init=False)

    class Moved(Message):
        """The cursor rests on another block, or on none."""

        def __init__(self, list: "BlockList", block: Block | None) -> None:
            super().__init__()
            self.list = list
            self.block = block

        @property
        def control(self) -> "BlockList":
            return self.list

    class Chosen(Message):
        """A block was opened with enter or clicked."""

        def __init__(self, list: "BlockList", block: Block, *, clicked: bool) -> None:
            super().__init__()
            self.list = list
            self.block = block
            self.clicked = clicked

        @property
        def control(self) -> "BlockList":
            return self.list

    def __init__(self, *, id: str | None = None, classes: str | None = None, follow: bool = False) -> None:
        super().__init__(id=id, classes=classes)
        self.blocks: list[Block] = []
        self.follows = follow
        """New blocks scroll into view while the end is in view."""
        self._tops: list[int] = []
        self._total = 0
        self._valid = 0
        """How many of `_tops` hold."""
        self._width = 0
        self._announced: str | None = None

    # What it shows

    @property
    def current(self) -> Block | None:
        """The block under the cursor."""
        return (
            self.blocks[self.cursor] if self.cursor is not None and self.cursor < len(self.blocks) else None
        )

    @property
    def at_end(self) -> bool:
        """True while the last line is in view, or would be if the list were shown."""
        height = self.scrollable_content_region.height
        return height <= 0 or self.scroll_offset.y >= self._total - height

    def show(self, blocks: Iterable[Block], *, cursor: str | None = None) -> None:
        """Replace all blocks. The cursor stays on the block of its key, or near its place.

        Args:
            blocks: the new blocks.
            cursor: key of the block to put the cursor on.
        """
        wanted = cursor or (self.current.key if self.current else None)
        place = self.cursor or 0
        self.blocks = list(blocks)
        self._measure(0)
        keys = {block.key: i for i, block in enumerate(self.blocks) if block.selectable}
        self._announced = None
        if wanted in keys:
            self.cursor = keys[wanted]
        else:
            self.cursor = self._selectable(place, 1) if self.blocks else None
            if self.cursor is None and self.blocks:
                self.cursor = self._selectable(place, -1)
        self.refresh()

    def append(self, block: Block) -> None:
        """Add a block at the end."""
        stay = not (self.follows and self.at_end)
        last = len(self.blocks) - 1
        riding = self.cursor is None or self.cursor == last
        self.blocks.append(block)
        self._measure(last + 1)
        if not stay:
            if riding and block.selectable:
                self.set_reactive(BlockList.cursor, last + 1)
            self.to_end()
        self._repaint(last, last + 1)

    def changed(self, block: Block, index: int | None = None) -> None:
        """A block shows something else than before."""
        stay = not (self.follows and self.at_end)
        block.forget()
        index = self.blocks.index(block) if index is None else index
        before = self._height(index)
        self._measure(index)
        if before == self._height(index):
            self._repaint(index)
            return
        if not stay:
            self.to_end()
        self.refresh()

    def to_end(self) -> None:
        """Scroll to the last line."""
        # Forced: right after the first line too many there is no scrollbar yet, and hence no scrolling.
        end = max(self._total - self.scrollable_content_region.height, 0)
        self.scroll_to(y=end, animate=False, force=True, immediate=True)

    def _repaint(self, *indexes: int | None) -> None:
        """Paint only some blocks again: a whole list costs more than a key press may take."""
        for index in indexes:
            if index is not None and 0 <= index < len(self._tops):
                top = self._tops[index] - self.scroll_offset.y
                self.refresh(Region(0, top, self.size.width, self._height(index)))

    def select(self, key: str) -> bool:
        """Put the cursor on the block with this key; False when there is none."""
        for i, block in enumerate(self.blocks):
            if block.key == key and block.selectable:
                self.cursor = i
                return True
        return False

    # Layout

    @property
    def inner(self) -> int:
        """Columns a block's lines have."""
        return max(self.scrollable_content_region.width - GUTTER, 1)

    def _measure(self, start: int) -> None:
        """Sum the heights again from block `start` on."""
        if not self._width:
            return
        width = self.inner
        del self._tops[start:]
        top = self._tops[-1] + self.blocks[start - 1].height(width) if start and self._tops else 0
        for block in self.blocks[start:]:
            self._tops.append(top)
            top += block.height(width)
        self._total = top
        size = Size(self.scrollable_content_region.width, top)
        resize(self, size)

    def _height(self, index: int) -> int:
        if index >= len(self._tops):
            return 0
        end = self._tops[index + 1] if index + 1 < len(self._tops) else self._total
        return end - self._tops[index]

    def on_resize(self) -> None:
        width = self.scrollable_content_region.width
        if width == self._width:
            return
        tail = self.follows and (self.at_end or not self._width)
        self._width = width
        self._measure(0)
        if tail:
            self.to_end()
        elif self.cursor is not None:
            self._reveal()
        self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        line = self.scroll_offset.y + y
        if line >= self._total or not self._tops:
            return Strip.blank(width, self.rich_style)
        index = bisect_right(self._tops, line) - 1
        lines = self.blocks[index].lines(self.inner)
        offset = line - self._tops[index]
        content = lines[offset] if offset < len(lines) else Content("")
        on_cursor = index == self.cursor
        state = ["blocks--cursor"] if on_cursor else ["blocks--hover"] if index == self._hover else []
        style = self.get_visual_style(*state) if state else self.visual_style
        strips = Visual.to_strips(self, content, self.inner, 1, style, apply_selection=False)
        body = strips[0] if strips else Strip.blank(self.inner, style.rich_style)
        bar = self.get_visual_style("blocks--bar").rich_style if on_cursor else style.rich_style
        gutter = Strip(
            [Segment("▌" if on_cursor else " ", (style.rich_style + bar) if on_cursor else bar)], GUTTER
        )
        return Strip.join([gutter, body.extend_cell_length(self.inner, style.rich_style)]).apply_meta(
            {"block": index}
        )

    # Cursor

    def watch_cursor(self, before: int | None, cursor: int | None) -> None:
        self._reveal()
        key = self.current.key if self.current else None
        if key != self._announced or key is None:
            self._announced = key
            self.post_message(self.Moved(self, self.current))
        self._repaint(before, cursor)

    def validate_cursor(self, cursor: int | None) -> int | None:
        if cursor is None or not self.blocks:
            return None
        return min(max(cursor, 0), len(self.blocks) - 1)

    def action_cursor(self, step: int) -> None:
        """Move the cursor; a block taller than the view is first read to its end."""
        if self.cursor is None:
            self.scroll_relative(y=step, animate=False)
            return
        top, height = self._tops[self.cursor], self._height(self.cursor)
        view, room = self.scroll_offset.y, self.scrollable_content_region.height
        if height > room and (top + height > view + room if step > 0 else top < view):
            self.scroll_relative(y=step * 2, animate=False)
            return
        target = self._selectable(self.cursor + step, step)
        if target is None:
            self.scroll_relative(y=step * room, animate=False)
        else:
            self.cursor = target

    def action_page(self, step: int) -> None:
        """Move by a page."""
        if self.cursor is None:
            self.scroll_relative(y=step * self.scrollable_content_region.height, animate=False)
            return
        line = self._tops[self.cursor] + step * self.scrollable_content_region.height
        index = bisect_right(self._tops, min(max(line, 0), self._total - 1)) - 1
        target = self._selectable(index, step)
        self.cursor = self._selectable(index, -step) if target is None else target

    def action_edge(self, side: int) -> None:
        """Go to the first or the last block."""
        target = self._selectable(len(self.blocks) - 1, -1) if side > 0 else self._selectable(0, 1)
        if target is not None:
            self.cursor = target
        if side > 0:
            self.to_end()
        else:
            self.scroll_to(y=0, animate=False, force=True, immediate=True)

    def action_choose(self) -> None:
        """Open the block under the cursor."""
        if self.current is not None:
            self.post_message(self.Chosen(self, self.current, clicked=False))

    def on_click(self, event: events.Click) -> None:
        index = event.style.meta.get("block")
        if index is not None and index < len(self.blocks) and self.blocks[index].selectable:
            self.cursor = index
            self.post_message(self.Chosen(self, self.blocks[index], clicked=True))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        index = event.style.meta.get("block")
        self._hover = (
            index
            if index is not None and index < len(self.blocks) and self.blocks[index].selectable
            else None
        )

    def on_leave(self) -> None:
        self._hover = None

    def _selectable(self, index: int, step: int) -> int | None:
        """The first selectable block from `index` on, walking by `step`."""
        while 0 <= index < len(self.blocks):
            if self.blocks[index].selectable:
                return index
            index += step
        return None

    def _reveal(self) -> None:
        if self.cursor is None or self.cursor >= len(self._tops):
            return
        top, height = self._tops[self.cursor], self._height(self.cursor)
        if self.cursor and not self.blocks[self.cursor - 1].selectable and height < self.size.height:
            above = self._height(self.cursor - 1)
            top, height = top - above, height + above
        room = self.scrollable_content_region.height
        view = self.scroll_offset.y
        if top < view or height > room:
            self.scroll_to(y=top, animate=False, force=True, immediate=True)
        elif top + height > view + room:
            self.scroll_to(y=top + height - room, animate=False, force=True, immediate=True)

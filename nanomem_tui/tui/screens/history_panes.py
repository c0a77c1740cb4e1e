"""What the History screen shows: the timeline, page by page, and beside it a change, a story or the past.

It takes nothing back; what a person does here stands in `history`.
"""

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Footer, Input

from nanomem_tui.changes.model import Change
from nanomem_tui.changes.past import PastFile
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.tui import actions
from nanomem_tui.tui.messages import ChangesChanged, DiskChanged
from nanomem_tui.tui.narrowing import HINT, Narrowed, named, narrow
from nanomem_tui.tui.screens.base import BankScreen
from nanomem_tui.tui.widgets.block_list import BlockList
from nanomem_tui.tui.widgets.blocks import Lines
from nanomem_tui.tui.widgets.change_pane import ChangePane
from nanomem_tui.tui.widgets.change_view import ChangeBlock
from nanomem_tui.tui.widgets.past_view import PastView
from nanomem_tui.tui.widgets.status_bar import StatusBar
from nanomem_tui.tui.widgets.why_view import WhyView

EMPTY = (
    "Nothing has changed yet.",
    "",
    "Every change to your memory is kept here, whoever made it: what it was, who asked for it, what became "
    "of it. v takes one back, byte for byte; z undoes the newest; b shows the memory as it was then.",
)
PAGE = 300
"""Changes read at first, and how many more when the cursor nears the end."""
_NEAR = 20


class Timeline(BlockList):
    """The changes, newest first."""


class HistoryPanes(BankScreen):
    """What changed."""

    SCOPE = actions.Scope.HISTORY
    CSS_PATH = "history.tcss"
    BINDINGS: ClassVar = actions.bindings(actions.Scope.HISTORY)
    BINDING_GROUP_TITLE = "History"
    AUTO_FOCUS = "Timeline"

    def __init__(self) -> None:
        super().__init__()
        self._changes: list[Change] | None = None
        self._shown: list[Change] = []
        self._limit: int | None = PAGE
        """How many changes are read; None: all."""
        self._asked = Narrowed()
        self._keys: tuple[bool, ...] | None = None
        self._wanted: str | None = None
        """Id of the change to put the cursor on."""

    def compose(self) -> ComposeResult:
        yield StatusBar()
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield Input(placeholder=HINT, id="filter", compact=True)
                yield Timeline(id="timeline")
            yield ChangePane(id="change")
            yield PastView(id="past")
            yield WhyView(id="why")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one("#why").border_title = Content("Why")

    def on_screen_resume(self) -> None:
        self._changes = None
        self._reload()

    def go_to(self, id: str) -> None:
        """Put the cursor on a change as soon as it is read; no filter hides it."""
        self._wanted, self._changes, self._limit = id, None, None
        self._asked = Narrowed()
        with self.prevent(Input.Changed):
            for field in self.query("#filter").results(Input):
                field.value = ""
        self._reload()

    @property
    def timeline(self) -> Timeline:
        """The list of changes."""
        return self.query_one(Timeline)

    @property
    def pane(self) -> ChangePane:
        """The change in full."""
        return self.query_one(ChangePane)

    @property
    def past(self) -> PastView:
        """The memory as it was."""
        return self.query_one(PastView)

    @property
    def filter(self) -> Input:
        """What the timeline is narrowed by."""
        return self.query_one("#filter", Input)

    # The timeline

    @on(DiskChanged)
    def _disk_changed(self, message: DiskChanged) -> None:
        if message.seen.changes:
            self._reload()

    @on(ChangesChanged)
    def _reload(self) -> None:
        self.nanomem.work("history", self._load)

    async def _load(self) -> None:
        limit = self._limit
        try:
            # One more than is shown tells whether there are more.
            changes = await self.off_loop(
                partial(self.bank.history, limit=None if limit is None else limit + 1)
            )
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        if limit is None or len(changes) <= limit:
            self._limit = None
        changes = named(changes)[: self._limit]
        if changes != self._changes:
            self._changes = changes
            self._list()

    @on(Input.Changed, "#filter")
    def _narrow(self) -> None:
        """Show what fits the filter; that may be older than what was read."""
        self._asked = narrow(self.filter.value)
        if self._limit is not None and not self._asked.is_empty:
            self._limit = None
            self._reload()
        self._list()

    def _list(self) -> None:
        asked, changes = self._asked, self._changes or []
        self._shown = changes if asked.is_empty else [change for change in changes if asked.fits(change)]
        now = self.bank.clock()
        blocks = [ChangeBlock(change, now) for change in self._shown]
        left = len(self._shown)
        more = "" if self._limit is None else "+"
        size = f"{left}{more}" if asked.is_empty else f"{left} of {len(changes)}{more}"
        self.timeline.border_title = Content(f"History · {size}" if changes else "History")
        self.set_class(not asked.is_empty or self.filter.has_focus, "-filtered")
        if (changes and not blocks) or asked.fault:
            words = asked.fault or "Nothing fits."
            self.timeline.show(
                [Lines("none", [Content(""), Content.styled(words, "$foreground 60%")]), *blocks]
            )
        else:
            self.timeline.show(blocks, cursor=self._wanted)
            self._wanted = None
        self.set_class(not changes, "-empty")
        self._show()

    def _read_on(self) -> None:
        """Read the next page when the cursor nears the end of this one."""
        cursor = self.timeline.cursor
        if self._limit is not None and cursor is not None and cursor >= len(self._shown) - _NEAR:
            self._limit += PAGE
            self._reload()

    # What stands beside it

    @on(BlockList.Moved, "Timeline")
    def _show(self) -> None:
        """Show the change under the cursor, or the memory of then."""
        self._read_on()
        block = self.timeline.current
        self.remove_class("-why")
        if isinstance(block, ChangeBlock):
            if block.change != self.pane.change:
                self.pane.show(block.change, {}, self.bank.clock())
            if self.has_class("-past"):
                self._go_back()
        elif self._changes:
            self.pane.show_nothing("No change is selected.")
        else:
            self.pane.show_nothing(*EMPTY)
        self._refresh_keys()

    def _go_back(self) -> None:
        """Rebuild the memory as it was right after the change under the cursor."""
        change = self.pane.change
        if change is not None and (self.past.past is None or self.past.past.change != change):
            self.nanomem.work("past", partial(self._show_past, change))

    async def _show_past(self, change: Change) -> None:
        try:
            past = await self.off_loop(partial(self.bank.tree_at, change.id))
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        if self.pane.change == change:
            self.past.show(past)

    @on(PastView.Opened)
    def _open_past(self, message: PastView.Opened) -> None:
        self.nanomem.work("past file", partial(self._show_past_file, message.file))

    async def _show_past_file(self, file: PastFile) -> None:
        text = file.text
        try:
            if text is None:
                text = (await self.off_loop(partial(self.bank.read, file.path))).text
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        self.past.show_file(file, text)

    def _refresh_keys(self) -> None:
        """Make the footer anew, but only when a key of it has changed: that costs more than a frame."""
        keys = tuple(self.why_not(action) is None for action in ("revert", "past", "why"))
        if keys != self._keys:
            self._keys = keys
            self.refresh_bindings()

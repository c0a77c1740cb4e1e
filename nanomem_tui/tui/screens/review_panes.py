"""What the Review screen shows and when it was painted: the changes that wait, the selected one in full.

It decides nothing; what a person does here stands in `review`.
"""

from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from nanomem_tui.changes.model import Change
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.tui import actions, deciding
from nanomem_tui.tui.deciding import Waiting, plain, still_open
from nanomem_tui.tui.guard import Guard
from nanomem_tui.tui.messages import ChangesChanged, DiskChanged
from nanomem_tui.tui.screens.base import BankScreen
from nanomem_tui.tui.widgets.amend_panel import AmendPanel
from nanomem_tui.tui.widgets.block_list import BlockList
from nanomem_tui.tui.widgets.change_pane import OPEN, ChangePane, EditList
from nanomem_tui.tui.widgets.change_view import ChangeBlock, FaultBlock, quoted
from nanomem_tui.tui.widgets.change_words import Standing
from nanomem_tui.tui.widgets.confirm_bar import ConfirmBar
from nanomem_tui.tui.widgets.status_bar import StatusBar
from nanomem_tui.tui.widgets.words import count

EMPTY = (
    "Nothing waits for you.",
    "",
    "Whatever wants to change your memory lands here first: what you add, imports, assistants over MCP, "
    "compaction. Nothing is written before you say yes.",
    "",
    "1 takes you to Memory, where a adds something.",
)
DECISIONS = frozenset(
    {"approve", "reject", "approve_all", "reject_all", "amend", "comment", "refresh", "confirm"}
)
"""Actions whose keys count only when they were struck after what they decide on had been painted."""


class ChangeList(BlockList):
    """The changes that wait."""


class ReviewPanes(BankScreen):
    """What waits for a decision."""

    SCOPE = actions.Scope.REVIEW
    CSS_PATH = "review.tcss"
    BINDINGS: ClassVar = actions.bindings(actions.Scope.REVIEW)
    BINDING_GROUP_TITLE = "Review"
    AUTO_FOCUS = "ChangeList"

    def __init__(self) -> None:
        super().__init__()
        self._seen = Waiting()
        self.marked: set[str] = set()
        """Ids of the changes that are decided on together."""
        self._standings: dict[int, Standing] = {}
        self._stale = False
        """Files have changed since the standings were looked up."""
        self._guard = Guard()
        self._busy = False
        """A decision is being carried out."""
        self._covered = False
        """A modal, such as the command palette, is in front, and this screen is still to be seen."""
        self._told = False
        self._keys: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        yield StatusBar()
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield ChangeList(id="changes")
                with VerticalScroll(id="source", can_focus=False):
                    yield Static("", id="words", markup=False)
            with Vertical(id="right"):
                yield ChangePane(id="change")
                yield AmendPanel()
        yield ConfirmBar()
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one("#source").border_title = Content("Said")

    def on_screen_resume(self) -> None:
        if self._covered:
            self._covered = False
            self._guard.uncovered()
            return
        self._told = False
        self._guard.came()
        self._seen = Waiting()
        self._reload()

    def on_screen_suspend(self) -> None:
        self._covered = isinstance(self.app.screen, ModalScreen)
        if not self._covered:
            self._guard.changed()
            self.bar.close()

    # What it shows

    @property
    def waiting(self) -> ChangeList:
        """The list of changes."""
        return self.query_one(ChangeList)

    @property
    def bar(self) -> ConfirmBar:
        """Asks before several changes are decided on."""
        return self.query_one(ConfirmBar)

    @property
    def pane(self) -> ChangePane:
        """The change in full."""
        return self.query_one(ChangePane)

    @property
    def panel(self) -> AmendPanel:
        """Where edits are amended."""
        return self.query_one(AmendPanel)

    @property
    def is_painted(self) -> bool:
        """What is shown now has been seen."""
        return self._guard.is_painted and not self._busy and (self.is_current or self._covered)

    @property
    def is_ready(self) -> bool:
        """A key struck now can decide."""
        return self.is_painted and self._guard.is_ready

    def on_key(self, event: events.Key) -> None:
        """Stop a key that would decide but was struck too early.

        Every key comes by here before it is looked up among the bindings.
        """
        held = self._guard.holds(event.time)
        active = self.active_bindings.get(event.key)
        if active is None or active.binding.action not in DECISIONS:
            return
        if held or self._guard.is_early(event.time):
            event.stop()
            event.prevent_default()
        if held and not self._told:
            self._told = True
            self.nanomem.say("Look first: keys typed on the way here decide nothing.", severity="warning")

    @on(DiskChanged)
    def _disk_changed(self, message: DiskChanged) -> None:
        seen = message.seen
        self._stale = self._stale or bool(seen.files)
        if seen.files or seen.changes:
            self._reload()

    def _unpainted(self) -> None:
        """Something else is shown from now on: no key decides before it was painted."""
        self._guard.changed()
        self._await_paint()

    def _await_paint(self) -> None:
        self.call_after_refresh(self._guard.painting())

    @on(ChangesChanged)
    def _reload(self) -> None:
        self.nanomem.work("review", self._load)

    async def _load(self, *, cursor: int | None = None) -> None:
        """Show what waits now; what has not changed stays as it is, painted and under the cursor."""
        try:
            seen = await self.off_loop(partial(deciding.look, self.bank))
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        if seen != self._seen or not self.waiting.blocks:
            if [change.id for change in seen.changes] != [change.id for change in self._seen.changes]:
                self._guard.changed()
            self._seen = seen
            self.marked &= _names(seen)
            self.bar.close()
            self._list()
        await self._show(cursor=cursor)

    def _list(self) -> None:
        """Show the list anew; the cursor stays."""
        now = self.bank.clock()
        changes = [ChangeBlock(one, now, marked=one.id in self.marked) for one in self._seen.changes]
        with self.waiting.prevent(BlockList.Moved):
            self.waiting.show([*changes, *(FaultBlock(name, fault) for name, fault in self._seen.faults)])
        title = f"Review · {count(len(changes), 'change')}" if changes else "Review"
        if self.marked:
            title = f"Review · {len(self.marked)} of {len(changes)} marked"
        self.waiting.border_title = Content(title)
        several = len(changes) > 1 and not self.marked
        self.waiting.border_subtitle = Content("space marks several" if several else "")

    async def _show(self, *, cursor: int | None = None) -> None:
        """Show the change under the list's cursor."""
        block = self.waiting.current
        if not isinstance(block, ChangeBlock):
            self._standings = {}
            self._unpainted()
            self.pane.show_nothing(*(block.explained() if isinstance(block, FaultBlock) else EMPTY))
            self.query_one("#words", Static).update(Content(""))
            self.set_class(not self.waiting.blocks, "-empty")
            self._refresh_keys()
            return
        change = block.change
        if change == self.pane.change and not self._stale and self._guard.is_painted:
            self._go_to_edit(cursor)
            return
        self._stale = False
        try:
            standings = await self.off_loop(partial(deciding.standings, self.bank, change))
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        self.set_class(False, "-empty")
        if self.waiting.current is not block or (change == self.pane.change and standings == self._standings):
            self._go_to_edit(cursor)
            self._await_paint()
            return
        before = self.pane.selected.n if self.pane.selected and self.pane.change else None
        if cursor is None and (self.pane.change is None or self.pane.change.id != change.id):
            cursor = next((edit.n for edit in change.edits if edit.state in OPEN), None)
        elif cursor is None:
            cursor = before
        self._standings = standings
        self._show_change(change, cursor)
        self._refresh_keys()

    def _go_to_edit(self, number: int | None) -> None:
        """Put the cursor on an edit of what is shown already: somebody else may have had it shown anew."""
        if number is not None:
            self.pane.edits.select(f"edit:{number}")

    def _show_change(self, change: Change, cursor: int | None) -> None:
        stale = deciding.stale_words(change, self._standings)
        self.pane.show(change, self._standings, self.bank.clock(), cursor=cursor, stale=stale)
        self._show_source()
        self._unpainted()

    def _show_source(self) -> None:
        """The words a change rests on, with those of the selected edit marked."""
        change, edit = self.pane.change, self.pane.selected
        if change is None:
            return
        content, at = quoted(change.request, edit.quote if edit else None)
        if at is None and edit is not None and edit.excerpt:
            # An import keeps of its source only the words around each quote.
            content, at = quoted(edit.excerpt, edit.quote)
        self.query_one("#words", Static).update(content)
        if at is not None:
            source = self.query_one("#source", VerticalScroll)
            above = Content(content.plain[:at]).wrap(max(source.content_size.width, 10))
            source.scroll_to(y=max(len(above) - 3, 0), animate=False)

    @on(BlockList.Moved, "ChangeList")
    def _other_change(self) -> None:
        self._guard.changed()
        self.nanomem.work("review", self._show)

    @on(BlockList.Moved, "EditList")
    def _other_edit(self) -> None:
        self._show_source()
        self._refresh_keys()

    @on(BlockList.Chosen, "ChangeList")
    def _open_change(self, message: BlockList.Chosen) -> None:
        if not message.clicked and self.pane.change is not None:
            self.pane.edits.focus()

    def on_descendant_focus(self) -> None:
        self.set_class(isinstance(self.focused, EditList) or self.panel.is_open, "-detail")
        self._refresh_keys()

    # What can be done

    def _refresh_keys(self) -> None:
        """Make the footer anew, but only when a key of it has changed: that costs more than a frame."""
        change = self.pane.change
        counts = (len(plain(change, self._standings)), len(still_open(change))) if change else ()
        keys = (*(self.why_not(action) is None for action in sorted(DECISIONS)), *counts, len(self.marked))
        if keys != self._keys:
            self._keys = keys
            self.refresh_bindings()


def _names(seen: Waiting) -> set[str]:
    return {change.id for change in seen.changes}

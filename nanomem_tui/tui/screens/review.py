"""The Review screen: what waits for a decision, edit by edit.

A key decides only while one of its lists has the focus and what it decides on has been painted: keys that
were on their way when the content changed, or when the screen came up, decide nothing. What a decision does
is the bank's business.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import ActiveBinding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from nanomem_tui.changes.model import Change, Outcome
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.tui import actions, deciding
from nanomem_tui.tui.deciding import plain, still_open
from nanomem_tui.tui.guard import Guard
from nanomem_tui.tui.messages import ChangesChanged, DiskChanged
from nanomem_tui.tui.screens.base import BankScreen
from nanomem_tui.tui.widgets.amend_panel import AMENDABLE, AmendPanel
from nanomem_tui.tui.widgets.block_list import BlockList
from nanomem_tui.tui.widgets.change_pane import OPEN, ChangePane, EditList
from nanomem_tui.tui.widgets.change_view import ChangeBlock, quoted
from nanomem_tui.tui.widgets.change_words import Standing
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
DECISIONS = frozenset({"approve", "reject", "approve_all", "reject_all", "amend", "comment"})
_FOOTER_FROM = {"review": 1000, "amend": 70, "comment": 92, "commands": 70}
"""Columns from which an action has room in the footer; below, the help panel and the palette name it."""


class ChangeList(BlockList):
    """The changes that wait."""


class ReviewScreen(BankScreen):
    """What waits for a decision."""

    SCOPE = actions.Scope.REVIEW
    CSS_PATH = "review.tcss"
    BINDINGS: ClassVar = actions.bindings(actions.Scope.REVIEW)
    BINDING_GROUP_TITLE = "Review"
    AUTO_FOCUS = "ChangeList"

    def __init__(self) -> None:
        super().__init__()
        self._changes: list[Change] = []
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
        self._changes = []
        self._reload()

    def on_screen_suspend(self) -> None:
        self._covered = isinstance(self.app.screen, ModalScreen)
        if not self._covered:
            self._guard.changed()

    # What it shows

    @property
    def waiting(self) -> ChangeList:
        """The list of changes."""
        return self.query_one(ChangeList)

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
            changes = await self.off_loop(partial(deciding.waiting, self.bank))
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        if changes != self._changes or not self.waiting.blocks:
            if [change.id for change in changes] != [change.id for change in self._changes]:
                self._guard.changed()
            self._changes = changes
            now = self.bank.clock()
            with self.waiting.prevent(BlockList.Moved):
                self.waiting.show([ChangeBlock(change, now) for change in changes])
            self.waiting.border_title = Content(
                f"Review · {count(len(changes), 'change')}" if changes else "Review"
            )
        await self._show(cursor=cursor)

    async def _show(self, *, cursor: int | None = None) -> None:
        """Show the change under the list's cursor."""
        block = self.waiting.current
        if not isinstance(block, ChangeBlock):
            self._standings = {}
            self._unpainted()
            self.pane.show_nothing(*EMPTY)
            self.set_class(True, "-empty")
            self._refresh_keys()
            return
        change = block.change
        if change == self.pane.change and not self._stale and self._guard.is_painted:
            return
        self._stale = False
        try:
            standings = await self.off_loop(partial(deciding.standings, self.bank, change))
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        self.set_class(False, "-empty")
        if self.waiting.current is not block or (change == self.pane.change and standings == self._standings):
            self._await_paint()
            return
        before = self.pane.selected.n if self.pane.selected and self.pane.change else None
        if cursor is None and (self.pane.change is None or self.pane.change.id != change.id):
            cursor = next((edit.n for edit in change.edits if edit.state in OPEN), None)
        elif cursor is None:
            cursor = before
        self._standings = standings
        self.pane.show(change, standings, self.bank.clock(), cursor=cursor)
        self._show_source()
        self._unpainted()
        self._refresh_keys()

    def _show_source(self) -> None:
        """The words a change rests on, with those of the selected edit marked."""
        change, edit = self.pane.change, self.pane.selected
        if change is None:
            return
        content, at = quoted(change.request, edit.quote if edit else None)
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

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """With the number of edits in the names of what decides on all, and only what fits in the footer."""
        active = super().active_bindings
        change = self.pane.change if self.is_mounted and self.query(ChangePane) else None
        labels: dict[str | None, str] = {}
        if change is not None:
            labels["approve-all"] = f"Approve {len(plain(change, self._standings))}"
            labels["reject-all"] = f"Reject {len(still_open(change))}"
        hidden = {id for id, columns in _FOOTER_FROM.items() if self.size.width < columns}
        for key, item in active.items():
            binding = item.binding
            binding = replace(binding, description=labels.get(binding.id, binding.description))
            active[key] = item._replace(
                binding=replace(binding, show=binding.show and binding.id not in hidden)
            )
        return active

    def _refresh_keys(self) -> None:
        """Make the footer anew, but only when a key of it has changed: that costs more than a frame."""
        change = self.pane.change
        counts = (len(plain(change, self._standings)), len(still_open(change))) if change else ()
        keys = (*(self.why_not(action) is None for action in sorted(DECISIONS)), *counts)
        if keys != self._keys:
            self._keys = keys
            self.refresh_bindings()

    def why_not(self, action: str) -> str | None:
        """Why a decision cannot be made now."""
        if action not in DECISIONS:
            return None
        change, edit = self.pane.change, self.pane.selected
        if change is None:
            return "Nothing waits for a decision."
        if not isinstance(self.focused, ChangeList | EditList):
            return "Go to the list first: escape leads there."
        if not self.pane.edits.region:
            return "Open the change first: enter."
        if action == "approve_all" and not plain(change, self._standings):
            return "Every open edit is flagged or in conflict: decide on each one."
        if action in ("approve_all", "reject_all"):
            return None
        if edit is None:
            return "Select an edit first."
        if edit.state not in OPEN:
            return f"Edit {edit.n} is {edit.state.value} already."
        if action == "amend" and edit.op not in AMENDABLE:
            return f"Edit {edit.n} brings no text of its own to change."
        return None

    def _may_decide(self) -> bool:
        """True when a decision can only mean what is on the screen now."""
        chosen, open_ = self.waiting.current, self.pane.change
        settled = chosen is not None and open_ is not None and chosen.key == open_.id
        return settled and self.is_painted and isinstance(self.focused, ChangeList | EditList)

    def action_approve(self) -> None:
        """Apply the selected edit."""
        change, edit = self.pane.change, self.pane.selected
        if not self._may_decide() or change is None or edit is None:
            return
        seen = self._standings.get(edit.n, Standing()).conflict
        self._decide(partial(deciding.approve, self.bank, change, edit, seen), {edit.n}, deciding.applied)

    def action_reject(self) -> None:
        """Reject the selected edit."""
        change, edit = self.pane.change, self.pane.selected
        if not self._may_decide() or change is None or edit is None:
            return
        self._decide(partial(self.bank.reject, change.id, {edit.n}), {edit.n}, deciding.rejected)

    def action_approve_all(self) -> None:
        """Apply all edits that are neither flagged nor in conflict."""
        change = self.pane.change
        if not self._may_decide() or change is None:
            return
        numbers = {edit.n for edit in plain(change, self._standings)}
        self._decide(partial(self.bank.approve, change.id, numbers), numbers, deciding.applied)

    def action_reject_all(self) -> None:
        """Reject all open edits."""
        change = self.pane.change
        if not self._may_decide() or change is None:
            return
        numbers = {edit.n for edit in still_open(change)}
        self._decide(partial(self.bank.reject, change.id, numbers), numbers, deciding.rejected)

    def action_amend(self) -> None:
        """Write the selected edit anew."""
        change, edit = self.pane.change, self.pane.selected
        if self._may_decide() and change is not None and edit is not None:
            self.panel.amend(change.id, edit)

    def action_comment(self) -> None:
        """Reject the selected edit with a reason."""
        change, edit = self.pane.change, self.pane.selected
        if self._may_decide() and change is not None and edit is not None:
            self.panel.comment(change.id, edit)

    @on(AmendPanel.Amended)
    def _amended(self, message: AmendPanel.Amended) -> None:
        self._leave_panel()
        amend = partial(deciding.amend, self.bank, message.change, message.n, message.new)
        self._decide(amend, {message.n}, deciding.applied)

    @on(AmendPanel.Commented)
    def _commented(self, message: AmendPanel.Commented) -> None:
        self._leave_panel()
        reject = partial(self.bank.reject, message.change, {message.n}, reason=message.reason or None)
        self._decide(reject, {message.n}, deciding.rejected)

    def _leave_panel(self) -> None:
        self.panel.close()
        self.pane.edits.focus()
        self._unpainted()

    def action_back(self) -> None:
        """From the panel to the edits, from the edits to the changes."""
        if self.panel.is_open:
            self._leave_panel()
        elif self.has_class("-full"):
            self.action_full()
        else:
            self.waiting.focus()

    def action_full(self) -> None:
        """Give the edits the whole width, or the list its place again."""
        full = not self.has_class("-full")
        self.set_class(full, "-full")
        (self.pane.edits if full else self.waiting).focus()

    # Deciding

    def _decide(self, decide: Callable[[], Outcome], numbers: set[int], words: deciding.Words) -> None:
        if self._busy:
            return
        self._busy = True
        self._guard.changed()
        self.nanomem.work("decide", partial(self._carry_out, decide, numbers, words), group="decide")

    async def _carry_out(
        self, decide: Callable[[], Outcome], numbers: set[int], words: deciding.Words
    ) -> None:
        try:
            outcome = await self.off_loop(decide)
        except NanomemError as error:
            self.nanomem.say_error(error)
        else:
            self._tell(outcome, numbers, words)
        finally:
            self._busy = False
        after = deciding.next_open(self.pane.change, max(numbers))
        await self._load(cursor=after)
        self._await_paint()
        self.nanomem.changes_changed()

    def _tell(self, outcome: Outcome, numbers: set[int], words: deciding.Words) -> None:
        done = [edit for edit in outcome.change.edits if edit.n in numbers and edit not in outcome.conflicts]
        if done:
            message, hint = words(done)
            if len(numbers) > 1 and outcome.change.pending:
                hint = f"{hint} {deciding.waits(len(outcome.change.pending))}"
            self.nanomem.say(message, hint)
        for edit in outcome.conflicts[:3]:
            self.nanomem.say(
                f"Edit {edit.n} was not applied: {edit.note or 'its file has moved on.'}",
                "a takes the proposed text, r keeps what is there.",
                severity="warning",
            )

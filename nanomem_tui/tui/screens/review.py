"""The Review screen: what waits for a decision, edit by edit.

A key decides only while one of its lists has the focus and what it decides on has been painted: keys that
were on their way when the content changed, or when the screen came up, decide nothing. What a decision does
is the bank's business.
"""

from collections.abc import Callable, Mapping
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

from nanomem_tui.changes.model import Change, ChangeState, Edit, EditState, Op, Outcome
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.tui import actions
from nanomem_tui.tui.messages import ChangesChanged, DiskChanged
from nanomem_tui.tui.screens.base import BankScreen
from nanomem_tui.tui.widgets.amend_panel import AMENDABLE, AmendPanel
from nanomem_tui.tui.widgets.blocks import BlockList
from nanomem_tui.tui.widgets.change_pane import OPEN, ChangePane, EditList
from nanomem_tui.tui.widgets.change_view import ChangeBlock, Standing, quoted
from nanomem_tui.tui.widgets.status_bar import StatusBar
from nanomem_tui.tui.widgets.words import count, shown

EMPTY = (
    "Nothing waits for you.",
    "",
    "Whatever wants to change your memory lands here first: what you add, imports, assistants over MCP, "
    "compaction. Nothing is written before you say yes.",
    "",
    "1 takes you to Memory, where a adds something.",
)
DECISIONS = frozenset({"approve", "reject", "approve_all", "reject_all", "amend", "comment"})
SETTLE = 0.4
"""Seconds without a key, after the screen came up, before a key decides: words typed in the belief of being
in a text field may lead here with one letter and must not decide with the next."""


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
        self._content = 0
        """Counts every change of what is shown."""
        self._painted = -1
        """The content that was painted last."""
        self._busy = False
        """A decision is being carried out."""
        self._painted_at = 0.0
        """When that was, by the clock that stamps keys."""
        self._held_until: float | None = None
        """No key struck before this time decides; None: not before the screen has been painted."""
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
            self._held_until = _now() + SETTLE
            return
        self._held_until, self._told = None, False
        self._content += 1
        self._changes = []
        self._reload()

    def on_screen_suspend(self) -> None:
        self._covered = isinstance(self.app.screen, ModalScreen)
        if not self._covered:
            self._content += 1

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
        return self._painted == self._content and not self._busy and (self.is_current or self._covered)

    @property
    def is_ready(self) -> bool:
        """A key struck now can decide."""
        return self.is_painted and self._held_until is not None and _now() >= self._held_until

    def on_key(self, event: events.Key) -> None:
        """Stop a key that would decide but was struck before its striker could see on what.

        Every key comes by here before it is looked up among the bindings. What counts is when it was struck,
        not when a busy app gets round to it.
        """
        held = self._held_until is None or event.time < self._held_until
        if held and self._held_until is not None:
            self._held_until = event.time + SETTLE
        active = self.active_bindings.get(event.key)
        if active is None or active.binding.action not in DECISIONS:
            return
        if held or event.time < self._painted_at:
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
        """What is shown changes now: no key decides before it was painted."""
        self._content += 1
        self._await_paint()

    def _await_paint(self) -> None:
        """Note the paint of what is shown now."""
        content = self._content

        def painted() -> None:
            if content > self._painted:
                self._painted, self._painted_at = content, _now()
            if self._held_until is None and self.is_current:
                self._held_until = _now() + SETTLE

        self.call_after_refresh(painted)

    @on(ChangesChanged)
    def _reload(self) -> None:
        self.nanomem.work("review", self._load)

    async def _load(self, *, cursor: int | None = None) -> None:
        """Show what waits now; what has not changed stays as it is, painted and under the cursor."""
        try:
            changes = await self.off_loop(self._read)
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        if changes != self._changes or not self.waiting.blocks:
            if [change.id for change in changes] != [change.id for change in self._changes]:
                self._content += 1
            self._changes = changes
            now = self.bank.clock()
            with self.waiting.prevent(BlockList.Moved):
                self.waiting.show([ChangeBlock(change, now) for change in changes])
            self.waiting.border_title = Content(
                f"Review · {count(len(changes), 'change')}" if changes else "Review"
            )
        await self._show(cursor=cursor)

    def _read(self) -> list[Change]:
        """Pending changes, and decided ones of which an edit is still in conflict."""
        return [
            change
            for change in self.bank.history()
            if change.state is ChangeState.PENDING
            or any(edit.state is EditState.CONFLICT for edit in change.edits)
        ]

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
        if change == self.pane.change and not self._stale and self._painted == self._content:
            return
        self._stale = False
        try:
            standings = await self.off_loop(partial(self._look, change))
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

    def _look(self, change: Change) -> dict[int, Standing]:
        """What the open edits of a change meet on the disk."""
        conflicts = {edit.n: edit for edit in self.bank.journal.check(change.id)}
        standings: dict[int, Standing] = {}
        tree = self.bank.tree_index
        for edit in change.edits:
            standing = Standing(conflict=conflicts.get(edit.n), new_file=not tree.exists(edit.path))
            if edit.op is Op.DESCRIBE and not standing.new_file:
                document = tree.read(edit.path).document
                standing = replace(
                    standing, title=document.title, description=document.frontmatter.description
                )
            standings[edit.n] = standing
        return standings

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
        self._content += 1
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
            labels["approve-all"] = f"Approve {len(_plain(change, self._standings))}"
            labels["reject-all"] = f"Reject {len(_open(change))}"
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
        keys = (
            *(self.why_not(action) is None for action in sorted(DECISIONS)),
            *(
                (len(_plain(self.pane.change, self._standings)), len(_open(self.pane.change)))
                if self.pane.change
                else ()
            ),
        )
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
        if action == "approve_all" and not _plain(change, self._standings):
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
        standing = self._standings.get(edit.n)
        in_conflict = edit.state is EditState.CONFLICT or (
            standing is not None and standing.conflict is not None
        )
        # Both texts of a conflict are on the screen: a yes takes the proposed one.
        decide = (
            partial(self.bank.journal.take_theirs_over, change.id, edit.n, by="you")
            if in_conflict
            else partial(self.bank.approve, change.id, {edit.n})
        )
        self._decide(decide, {edit.n}, _applied)

    def action_reject(self) -> None:
        """Reject the selected edit."""
        change, edit = self.pane.change, self.pane.selected
        if not self._may_decide() or change is None or edit is None:
            return
        self._decide(partial(self.bank.reject, change.id, {edit.n}), {edit.n}, _rejected)

    def action_approve_all(self) -> None:
        """Apply all edits that are neither flagged nor in conflict."""
        change = self.pane.change
        if not self._may_decide() or change is None:
            return
        numbers = {edit.n for edit in _plain(change, self._standings)}
        self._decide(partial(self.bank.approve, change.id, numbers), numbers, _applied)

    def action_reject_all(self) -> None:
        """Reject all open edits."""
        change = self.pane.change
        if not self._may_decide() or change is None:
            return
        numbers = {edit.n for edit in _open(change)}
        self._decide(partial(self.bank.reject, change.id, numbers), numbers, _rejected)

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
        def amend_and_apply() -> Outcome:
            self.bank.amend(message.change, message.n, message.new)
            return self.bank.approve(message.change, {message.n})

        self._leave_panel()
        self._decide(amend_and_apply, {message.n}, _applied)

    @on(AmendPanel.Commented)
    def _commented(self, message: AmendPanel.Commented) -> None:
        self._leave_panel()
        reject = partial(self.bank.reject, message.change, {message.n}, reason=message.reason or None)
        self._decide(reject, {message.n}, _rejected)

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

    def _decide(self, decide: Callable[[], Outcome], numbers: set[int], words: "Words") -> None:
        if self._busy:
            return
        self._busy = True
        self._content += 1
        self.nanomem.work("decide", partial(self._carry_out, decide, numbers, words), group="decide")

    async def _carry_out(self, decide: Callable[[], Outcome], numbers: set[int], words: "Words") -> None:
        try:
            outcome = await self.off_loop(decide)
        except NanomemError as error:
            self.nanomem.say_error(error)
        else:
            self._tell(outcome, numbers, words)
        finally:
            self._busy = False
        after = next((edit.n for edit in _open_after(self.pane.change, max(numbers))), None)
        await self._load(cursor=after)
        self._await_paint()
        self.nanomem.changes_changed()

    def _tell(self, outcome: Outcome, numbers: set[int], words: "Words") -> None:
        done = [edit for edit in outcome.change.edits if edit.n in numbers and edit not in outcome.conflicts]
        if done:
            message, hint = words(done)
            if len(numbers) > 1 and outcome.change.pending:
                left = len(outcome.change.pending)
                waits = "1 edit waits" if left == 1 else f"{left} edits wait"
                hint = f"{hint} {waits} for a yes of {'its' if left == 1 else 'their'} own."
            self.nanomem.say(message, hint)
        for edit in outcome.conflicts[:3]:
            self.nanomem.say(
                f"Edit {edit.n} was not applied: {edit.note or 'its file has moved on.'}",
                "Both texts are shown: a takes the proposed one, r keeps what is there.",
                severity="warning",
            )


def _now() -> float:
    """The clock that stamps keys."""
    return events.Event().time


Words = Callable[[list[Edit]], tuple[str, str]]
"""What to say of edits that were decided: what happened, and how to take it back."""


def _applied(edits: list[Edit]) -> tuple[str, str]:
    return f"Applied {_named(edits)}.", "z takes it back." if len(edits) == 1 else "z takes them back."


def _rejected(edits: list[Edit]) -> tuple[str, str]:
    return f"Rejected {_named(edits)}.", "Nothing was written; History keeps what was proposed."


def _named(edits: list[Edit]) -> str:
    if len(edits) == 1:
        text = shown(edits[0].text or edits[0].before or "")
        return f"“{text if len(text) <= 60 else text[:59] + '…'}” in {edits[0].path}"
    paths = list(dict.fromkeys(edit.path for edit in edits))
    where = paths[0] if len(paths) == 1 else f"{len(paths)} files"
    return f"{len(edits)} edits in {where}"


def _open(change: Change) -> list[Edit]:
    return [edit for edit in change.edits if edit.state in OPEN]


def _plain(change: Change, standings: Mapping[int, Standing]) -> list[Edit]:
    """The pending edits that nothing speaks against: no flag, no conflict."""
    return [
        edit
        for edit in change.pending
        if not edit.flags and standings.get(edit.n, Standing()).conflict is None
    ]


def _open_after(change: Change | None, n: int) -> list[Edit]:
    """The open edits behind `n`, then those before it."""
    edits = [edit for edit in change.edits if edit.state in OPEN and edit.n != n] if change else []
    return [edit for edit in edits if edit.n > n] + [edit for edit in edits if edit.n < n]

"""The History screen: every change as a timeline, and the selected one in full. Reverts, never edits.

What stands in the way of a revert is the bank's to say; the screen only shows it.
"""

from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Footer, Input

from nanomem_tui.changes.model import Change
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.tui import actions
from nanomem_tui.tui.messages import ChangesChanged, DiskChanged
from nanomem_tui.tui.screens.base import BankScreen
from nanomem_tui.tui.widgets.block_list import BlockList
from nanomem_tui.tui.widgets.blocks import Lines
from nanomem_tui.tui.widgets.change_pane import ChangePane, EditList
from nanomem_tui.tui.widgets.change_view import ChangeBlock
from nanomem_tui.tui.widgets.change_words import request_words
from nanomem_tui.tui.widgets.status_bar import StatusBar
from nanomem_tui.tui.widgets.words import shown

EMPTY = (
    "Nothing has changed yet.",
    "",
    "Every change to your memory is kept here, whoever made it: what it was, who asked for it, what became "
    "of it. v takes one back, byte for byte; z undoes the newest.",
)


class Timeline(BlockList):
    """The changes, newest first."""


class HistoryScreen(BankScreen):
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
        self._keys: bool | None = None
        self._wanted: str | None = None
        """Id of the change to put the cursor on."""

    def compose(self) -> ComposeResult:
        yield StatusBar()
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield Input(placeholder="file, author, flow or words", id="filter", compact=True)
                yield Timeline(id="timeline")
            yield ChangePane(id="change")
        yield Footer(compact=True, show_command_palette=False)

    def on_screen_resume(self) -> None:
        self._changes = None
        self._reload()

    def go_to(self, id: str) -> None:
        """Put the cursor on a change as soon as it is read; no filter hides it."""
        self._wanted, self._changes = id, None
        with self.prevent(Input.Changed):
            for field in self.query("#filter").results(Input):
                field.value = ""
        self._reload()

    # What it shows

    @property
    def timeline(self) -> Timeline:
        """The list of changes."""
        return self.query_one(Timeline)

    @property
    def pane(self) -> ChangePane:
        """The change in full."""
        return self.query_one(ChangePane)

    @property
    def filter(self) -> Input:
        """What the timeline is narrowed by."""
        return self.query_one("#filter", Input)

    @on(DiskChanged)
    def _disk_changed(self, message: DiskChanged) -> None:
        if message.seen.changes:
            self._reload()

    @on(ChangesChanged)
    def _reload(self) -> None:
        self.nanomem.work("history", self._load)

    async def _load(self) -> None:
        try:
            changes = await self.off_loop(self.bank.history)
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        changes = named(changes)
        if changes != self._changes:
            self._changes = changes
            self._narrow()

    @on(Input.Changed, "#filter")
    def _narrow(self) -> None:
        """Show what fits the filter."""
        words = self.filter.value.casefold().split()
        changes = self._changes or []
        self._shown = [change for change in changes if fits(change, words)] if words else changes
        now = self.bank.clock()
        blocks = [ChangeBlock(change, now) for change in self._shown]
        left = len(self._shown)
        size = f"{left} of {len(changes)}" if words else str(left)
        self.timeline.border_title = Content(f"History · {size}" if changes else "History")
        self.set_class(bool(words) or self.filter.has_focus, "-filtered")
        if changes and not blocks:
            self.timeline.show(
                [Lines("none", [Content(""), Content.styled("Nothing fits.", "$foreground 60%")])]
            )
        else:
            self.timeline.show(blocks, cursor=self._wanted)
            self._wanted = None
        self.set_class(not changes, "-empty")
        self._show()

    @on(BlockList.Moved, "Timeline")
    def _show(self) -> None:
        """Show the change under the cursor."""
        block = self.timeline.current
        if isinstance(block, ChangeBlock):
            if block.change != self.pane.change:
                self.pane.show(block.change, {}, self.bank.clock())
        elif self._changes:
            self.pane.show_nothing("No change is selected.")
        else:
            self.pane.show_nothing(*EMPTY)
        self._refresh_keys()

    @on(BlockList.Chosen, "Timeline")
    def _open(self, message: BlockList.Chosen) -> None:
        if not message.clicked and self.pane.change is not None:
            self.pane.edits.focus()

    def on_descendant_focus(self) -> None:
        self.set_class(isinstance(self.focused, EditList), "-detail")
        self.set_class(bool(self.filter.value) or self.filter.has_focus, "-filtered")

    # What can be done

    def _refresh_keys(self) -> None:
        """Make the footer anew, but only when a key of it has changed: that costs more than a frame."""
        keys = self.why_not("revert") is None
        if keys != self._keys:
            self._keys = keys
            self.refresh_bindings()

    def why_not(self, action: str) -> str | None:
        """Why a change cannot be taken back."""
        if action != "revert":
            return None
        change = self.pane.change
        if change is None:
            return "No change is selected."
        if not change.effects:
            return f"Nothing of it is applied: it is {change.state.value}."
        return None

    def action_revert(self) -> None:
        """Take the selected change back."""
        change = self.pane.change
        if (
            change is not None
            and self.timeline.current is not None
            and self.timeline.current.key == change.id
        ):
            self.nanomem.work("revert", partial(self._revert, change), group="decide")

    async def _revert(self, change: Change) -> None:
        try:
            outcome = await self.off_loop(lambda: self.bank.revert(change.id))
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        words = shown(request_words(change))
        words = words if len(words) <= 60 else f"{words[:59]}…"
        paths = list(dict.fromkeys(splice.path for splice in outcome.change.effects))
        where = paths[0] if len(paths) == 1 else f"{len(paths)} files"
        self.nanomem.say(
            f"Took back “{words}” in {where}.", "It is a change of its own: v on it makes it again."
        )
        self.nanomem.changes_changed()
        await self._load()

    def action_filter(self) -> None:
        """Type to narrow the timeline."""
        self.add_class("-filtered")
        self.filter.focus()

    @on(Input.Submitted, "#filter")
    def _filtered(self) -> None:
        self.timeline.focus()

    def action_back(self) -> None:
        """From the filter or the change to the timeline; there, forget the filter."""
        if self.has_class("-full"):
            self.action_full()
        elif self.focused is self.timeline or self.focused is self.filter:
            self.filter.value = ""
        self.timeline.focus()

    def action_full(self) -> None:
        """Give the change the whole width, or the timeline its place again."""
        full = not self.has_class("-full")
        self.set_class(full, "-full")
        (self.pane.edits if full else self.timeline).focus()


def named(changes: list[Change]) -> list[Change]:
    """The same changes, newest first; one that takes another back is called by what that one was asked."""
    asked: dict[str, str] = {}
    found: list[Change] = []
    for change in reversed(changes):
        if change.reverts in asked:
            change = replace(change, summary=asked[change.reverts])
        asked[change.id] = request_words(change)
        found.append(change)
    return found[::-1]


def fits(change: Change, words: list[str]) -> bool:
    """True when every word is in the change's files, author, flow, state or request."""
    paths = " ".join({edit.path for edit in change.edits} | {splice.path for splice in change.effects})
    texts = (paths, change.author.name, change.author.kind.value, change.flow, change.state.value)
    text = " ".join((*texts, change.request, change.summary, change.id)).casefold()
    return all(word in text for word in words)

"""The History screen: every change as a timeline, and the selected one in full. Reverts, never edits.

What stands in the way of a revert is the bank's to say; the screen only shows it.
"""

from functools import partial

from textual import on
from textual.widgets import Input

from nanomem_tui.changes.model import Change, Edit, EditState
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.tui.screens.history_panes import HistoryPanes, Timeline
from nanomem_tui.tui.widgets.block_list import BlockList
from nanomem_tui.tui.widgets.change_pane import EditList
from nanomem_tui.tui.widgets.change_view import ChangeBlock
from nanomem_tui.tui.widgets.change_words import request_words
from nanomem_tui.tui.widgets.past_view import PastFacts, PastFiles
from nanomem_tui.tui.widgets.why_view import WhyView
from nanomem_tui.tui.widgets.words import count, shown

__all__ = ["HistoryScreen", "Timeline"]


class HistoryScreen(HistoryPanes):
    """Looking back, and taking back."""

    @on(BlockList.Chosen, "Timeline")
    def _open(self, message: BlockList.Chosen) -> None:
        if not message.clicked and self.pane.change is not None:
            (self.past.files if self.has_class("-past") else self.pane.edits).focus()

    @on(BlockList.Moved, "EditList")
    def _other_edit(self) -> None:
        self._refresh_keys()

    def on_descendant_focus(self) -> None:
        self.set_class(isinstance(self.focused, EditList | PastFiles | PastFacts | WhyView), "-detail")
        self.set_class(bool(self.filter.value) or self.filter.has_focus, "-filtered")

    def why_not(self, action: str) -> str | None:
        """Why something cannot be done now."""
        if action not in ("revert", "past", "why"):
            return None
        change = self.pane.change
        if change is None:
            return "No change is selected."
        if action == "revert" and not change.effects:
            return f"Nothing of it is applied: it is {change.state.value}."
        if action == "why" and not self._refs(self.pane.selected):
            return "Select an edit that wrote a fact."
        return None

    # Taking back

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
        where = shown(paths[0]) if len(paths) == 1 else count(len(paths), "file")
        self.nanomem.say(
            f"Took back “{words}” in {where}.", "It is a change of its own: v on it makes it again."
        )
        self.nanomem.changes_changed()
        await self._load()

    # Looking back

    def action_past(self) -> None:
        """Turn between the change and the memory as it was right after it."""
        past = not self.has_class("-past")
        self.remove_class("-why")
        self.set_class(past, "-past")
        if past:
            self._go_back()
        if self.has_class("-detail") or self.has_class("-full"):
            (self.past.files if past else self.pane.edits).focus()

    @staticmethod
    def _refs(edit: Edit | None) -> list[str]:
        """Where the fact of an edit may stand today."""
        if edit is None or edit.state is EditState.REJECTED:
            return []
        path = edit.to_path or edit.path
        return [f"{path}#{id}" for id in (edit.becomes, edit.id) if id]

    def action_why(self) -> None:
        """Tell where the fact of the selected edit comes from, and what became of it."""
        if self.has_class("-why"):
            self._leave_why()
        elif refs := self._refs(self.pane.selected):
            self.nanomem.work("why", partial(self._tell_why, refs))

    async def _tell_why(self, refs: list[str]) -> None:
        for ref in refs:
            try:
                why = await self.off_loop(partial(self.bank.why, ref))
            except NanomemError as error:
                fault = error
                continue
            self.add_class("-why")
            view = self.query_one(WhyView)
            view.focus()
            self.call_after_refresh(view.explain, why, self.bank.clock())
            return
        self.nanomem.say(f"It stands nowhere any more: {fault.message}", "The change itself tells of it.")

    @on(BlockList.Chosen, "WhyView")
    def _open_version(self, message: BlockList.Chosen) -> None:
        message.stop()
        if isinstance(message.block, ChangeBlock):
            self._leave_why()
            self.go_to(message.block.change.id)

    def _leave_why(self) -> None:
        self.remove_class("-why")
        (self.pane.edits if self.has_class("-full") else self.timeline).focus()

    # Moving about

    def action_filter(self) -> None:
        """Type to narrow the timeline."""
        self.add_class("-filtered")
        self.filter.focus()

    @on(Input.Submitted, "#filter")
    def _filtered(self) -> None:
        self.timeline.focus()

    def action_back(self) -> None:
        """From what is open to the timeline; there, forget the filter, then the past."""
        if self.has_class("-why"):
            self._leave_why()
            return
        if self.has_class("-full"):
            self.action_full()
        elif self.focused is self.timeline or self.focused is self.filter:
            if self.filter.value:
                self.filter.value = ""
            elif self.has_class("-past"):
                self.action_past()
        self.timeline.focus()

    def action_full(self) -> None:
        """Give the change the whole width, or the timeline its place again."""
        full = not self.has_class("-full")
        self.set_class(full, "-full")
        beside = self.past.files if self.has_class("-past") else self.pane.edits
        (beside if full else self.timeline).focus()

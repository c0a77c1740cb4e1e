"""The Review screen: what waits for a decision, edit by edit.

A key decides only while one of its lists has the focus and what it decides on has been painted: keys that
were on their way when the content changed, or when the screen came up, decide nothing. What a decision does
is the bank's business.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from textual import on
from textual.binding import ActiveBinding

from nanomem_tui.changes.model import Change, Edit, EditState, Outcome
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.tui import deciding
from nanomem_tui.tui.deciding import plain, still_open
from nanomem_tui.tui.screens.review_panes import DECISIONS, ChangeList
from nanomem_tui.tui.screens.review_several import ReviewSeveral
from nanomem_tui.tui.widgets.amend_panel import AMENDABLE, AmendPanel
from nanomem_tui.tui.widgets.change_pane import OPEN, ChangePane, EditList
from nanomem_tui.tui.widgets.change_words import Standing

__all__ = ["ChangeList", "ReviewScreen"]

_FOOTER_FROM = {"review": 1000, "amend": 70, "comment": 92, "commands": 70}
"""Columns from which an action has room in the footer; below, the help panel and the palette name it."""

_LONGER = 18
"""Columns that the footer grows by while changes are marked."""


class ReviewScreen(ReviewSeveral):
    """Deciding on what waits."""

    def __init__(self) -> None:
        super().__init__()
        self._merging: Edit | None = None
        """The conflict that was on the screen when an edit began to be amended."""

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
        if self.marked:
            marked = f"{len(self.marked)} marked"
            labels |= {"approve-all": f"Approve {marked}", "reject-all": f"Reject {marked}"}
        room = self.size.width - (_LONGER if self.marked else 0)
        hidden = {id for id, columns in _FOOTER_FROM.items() if room < columns}
        for key, item in active.items():
            binding = item.binding
            binding = replace(binding, description=labels.get(binding.id, binding.description))
            active[key] = item._replace(
                binding=replace(binding, show=binding.show and binding.id not in hidden)
            )
        return active

    def why_not(self, action: str) -> str | None:
        """Why something cannot be done now."""
        if action == "sides":
            return "Side by side takes 80 columns." if self.has_class("-one") else None
        if action in ("mark", "mark_all"):
            return None if self._seen.changes else "Nothing waits for a decision."
        if action == "confirm":
            return None if self.is_asking else "Nothing is asked: mark changes with space, then A or R."
        if action not in DECISIONS:
            return None
        if self.is_asking:
            return "Answer first: y does it, escape leaves it."
        several = bool(self.marked) and action in ("approve_all", "reject_all")
        change, edit = self.pane.change, self.pane.selected
        if change is None and not several:
            return "Nothing waits for a decision."
        if not isinstance(self.focused, ChangeList | EditList):
            return "Go to the list first: escape leads there."
        if several:
            return None
        if not self.pane.edits.region:
            return "Open the change first: enter."
        assert change is not None
        if action == "refresh":
            return deciding.no_refresh(change)
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
        """Apply all edits that are neither flagged nor in conflict; of marked changes after a question."""
        if self.marked:
            self._ask_about_all(approve=True)
            return
        change = self.pane.change
        if not self._may_decide() or change is None:
            return
        numbers = {edit.n for edit in plain(change, self._standings)}
        self._decide(partial(self.bank.approve, change.id, numbers), numbers, deciding.applied)

    def action_reject_all(self) -> None:
        """Reject all open edits; of marked changes after a question."""
        if self.marked:
            self._ask_about_all(approve=False)
            return
        change = self.pane.change
        if not self._may_decide() or change is None:
            return
        numbers = {edit.n for edit in still_open(change)}
        self._decide(partial(self.bank.reject, change.id, numbers), numbers, deciding.rejected)

    def _ask_about_all(self, *, approve: bool) -> None:
        if self.is_painted and isinstance(self.focused, ChangeList | EditList):
            self.ask_about_marked(approve=approve)

    def action_refresh(self) -> None:
        """Run the request of the change again."""
        change = self.pane.change
        if self._may_decide() and change is not None:
            self.nanomem.say("Asking again on today's memory…", "5 shows the run.")
            self.nanomem.work(f"refresh {change.id}", partial(self._refresh_change, change))

    async def _refresh_change(self, change: Change) -> None:
        try:
            result = await self.bank.refresh(change.id, watch=self.nanomem.run_event)
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        if result.change is not None:
            self.nanomem.following.announced(result.change.id)
        self.nanomem.say(*deciding.refreshed(result.change))
        self.nanomem.changes_changed()

    def action_sides(self) -> None:
        """Turn between side by side and one above the other."""
        change, selected = self.pane.change, self.pane.selected
        self.pane.sides = not self.pane.sides
        narrow = not self.has_class("-three")
        if narrow and self.pane.sides is not self.has_class("-full"):
            self.action_full()
        if change is not None:
            self._show_change(change, selected.n if selected else None)

    def action_amend(self) -> None:
        """Write the selected edit anew."""
        change, edit = self.pane.change, self.pane.selected
        if self._may_decide() and change is not None and edit is not None:
            met = self._standings.get(edit.n, Standing()).conflict
            self._merging = met or (edit if edit.state is EditState.CONFLICT else None)
            self.panel.amend(change.id, edit, self._merging.theirs if self._merging else None)

    def action_comment(self) -> None:
        """Reject the selected edit with a reason."""
        change, edit = self.pane.change, self.pane.selected
        if self._may_decide() and change is not None and edit is not None:
            self.panel.comment(change.id, edit)

    @on(AmendPanel.Amended)
    def _amended(self, message: AmendPanel.Amended) -> None:
        self._leave_panel()
        amend = partial(deciding.amend, self.bank, message.change, message.n, message.new, self._merging)
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
        """From a question or the panel to the edits, from the edits to the changes, there to no marks."""
        if self.is_asking:
            self.leave_question()
        elif self.panel.is_open:
            self._leave_panel()
        elif self.has_class("-full"):
            self.action_full()
        elif self.focused is self.waiting and self.marked:
            self.marked = set()
            self._marks_changed()
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

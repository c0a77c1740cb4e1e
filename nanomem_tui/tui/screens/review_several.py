"""Deciding on several changes at once: marks, the question with its count, the report.

The question stands in a bar that takes no focus, and only a key struck after it was painted, and after a
moment of quiet, answers it.
"""

from functools import partial

from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.tui import several
from nanomem_tui.tui.screens.review_panes import ReviewPanes
from nanomem_tui.tui.several import Batch
from nanomem_tui.tui.widgets.change_view import ChangeBlock


class ReviewSeveral(ReviewPanes):
    """Marked changes."""

    def __init__(self) -> None:
        super().__init__()
        self._asked: Batch | None = None

    def action_mark(self) -> None:
        """Mark the change under the cursor, or take its mark away, and go on to the next."""
        block = self.waiting.current
        if isinstance(block, ChangeBlock):
            self.marked ^= {block.change.id}
            self._marks_changed()
            self.waiting.action_cursor(1)

    def action_mark_all(self) -> None:
        """Mark every change, or none when all are."""
        every = {change.id for change in self._seen.changes}
        self.marked = set() if self.marked == every else every
        self._marks_changed()

    def _marks_changed(self) -> None:
        self.leave_question()
        self._list()
        self._refresh_keys()

    @property
    def is_asking(self) -> bool:
        """A question is open."""
        return self.bar.is_asking

    def leave_question(self) -> None:
        """Nothing is asked any more."""
        self._asked = None
        self.bar.close()
        self._refresh_keys()

    def ask_about_marked(self, *, approve: bool) -> None:
        """Count what deciding on the marked changes would do, then ask."""
        self._guard.changed()
        self.nanomem.work("ask", partial(self._ask, approve), group="review")

    async def _ask(self, approve: bool) -> None:
        try:
            marked = frozenset(self.marked)
            asked = await self.off_loop(partial(several.batch, self.bank, marked, approve=approve))
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        if not asked.changes:
            self.nanomem.say(
                "Every open edit of them is flagged or in conflict: decide on each one.", severity="warning"
            )
            self._await_paint()
            return
        self._asked = asked
        self._told = False
        self.bar.ask(asked.question)
        self._guard.came()
        self._await_paint()
        self._refresh_keys()

    def action_confirm(self) -> None:
        """Do what was asked about."""
        asked = self._asked
        if asked is None or not self.is_asking or not self.is_painted:
            return
        self.leave_question()
        self._busy = True
        self._guard.changed()
        self.nanomem.work("decide", partial(self._carry_out_all, asked), group="decide")

    async def _carry_out_all(self, asked: Batch) -> None:
        try:
            report = await self.off_loop(partial(several.carry_out, self.bank, asked))
        except NanomemError as error:
            self.nanomem.say_error(error)
        else:
            whole = not (report.conflicts or report.moved or report.faults)
            self.nanomem.say(report.words, report.hint, severity="information" if whole else "warning")
            self.marked -= {change.id for change, _ in asked.changes}
        finally:
            self._busy = False
        await self._load()
        self._await_paint()
        self.nanomem.changes_changed()

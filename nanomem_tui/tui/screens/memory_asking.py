"""What a person tells or asks the memory: runs from the prompt line, their cancelling, their answers.

A run proposes or answers through the bank; this only starts it, shows it and says what came of it.
"""

import asyncio
from collections.abc import Coroutine

from textual import on
from textual.worker import Worker

from nanomem_tui.changes.model import ChangeState, EditState
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.levels import Level
from nanomem_tui.results import WriteResult
from nanomem_tui.tui.screens.memory_panes import MemoryPanes
from nanomem_tui.tui.widgets.answer import AnswerView
from nanomem_tui.tui.widgets.prompt_line import PromptLine, PromptMode


class MemoryAsking(MemoryPanes):
    """Adding and asking."""

    def __init__(self) -> None:
        super().__init__()
        self.run_under_way: Worker[None] | None = None
        self._more_with_yes = False

    @on(PromptLine.Entered)
    def _entered(self, message: PromptLine.Entered) -> None:
        if message.mode is PromptMode.ADD:
            self._begin("add", self._add(message.text))
        elif message.mode is PromptMode.QUERY:
            self.ask(message.text)

    def ask(self, query: str, *, allow_ask: bool = False) -> None:
        """Ask the memory; the answer is made for somebody else and passes the gate."""
        self._begin("query", self._query(query, allow_ask))

    @property
    def has_run(self) -> bool:
        """Whether a run of this screen is under way."""
        return self.run_under_way is not None and not self.run_under_way.is_finished

    def _begin(self, name: str, run: Coroutine[None, None, None]) -> None:
        self.add_class("-tracing")
        self.run_under_way = self.nanomem.work(name, self._guarded(name, run), group="run")

    async def _guarded(self, name: str, run: Coroutine[None, None, None]) -> None:
        try:
            await run
        except NanomemError as error:
            self.nanomem.say_error(error)
        except asyncio.CancelledError:
            self.nanomem.say(f"Cancelled {name}.", "Nothing was changed.")
            raise

    def cancel_run(self) -> None:
        """Stop the run under way; it proposes nothing."""
        if self.run_under_way is not None:
            self.run_under_way.cancel()

    async def _add(self, text: str) -> None:
        self._say_proposed(await self.bank.add(text, watch=self.nanomem.run_event))

    def _say_proposed(self, result: WriteResult) -> None:
        change = result.change
        if change is None:
            self.nanomem.say("Nothing to remember.", result.summary)
            return
        waiting = sum(1 for edit in change.edits if edit.state is EditState.PENDING)
        if change.state is ChangeState.APPLIED:
            count = sum(1 for edit in change.edits if edit.state is EditState.APPLIED)
            self.nanomem.say(
                f"{plural(count, 'edit')} applied.",
                "z takes it back." if count == 1 else "z takes them back.",
            )
        if waiting:
            self.nanomem.following.announced(change.id)
            self.nanomem.say(f"{plural(waiting, 'edit')} proposed.", self.nanomem.review_hint)
        self.nanomem.changes_changed()

    async def _query(self, query: str, allow_ask: bool) -> None:
        result = await self.bank.retrieve(query, allow_ask=allow_ask, watch=self.nanomem.run_event)
        needs_yes = any(file.level is Level.ASK for file in self.look.listing.files)
        self.asked = query
        self._more_with_yes = not allow_ask and (needs_yes or result.withheld.count > 0)
        self.close_found()
        self.cited = result.facts
        self.query_one(AnswerView).show_answer(result, may_ask_more=self._more_with_yes)
        self.show_middle()

    def action_include_asked(self) -> None:
        """Ask again, with a yes to what needs one."""
        self.ask(self.asked, allow_ask=True)

    def why_not(self, action: str) -> str | None:
        """A yes needs a question that left something out."""
        if action == "include_asked" and not (self._more_with_yes and self.cited is not None):
            return "No answer that left something out for want of a yes."
        return super().why_not(action)


def plural(count: int, noun: str) -> str:
    """`1 edit`, `3 edits`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"

"""What a person tells or asks the memory: runs from the prompt line, their cancelling, their answers.

A run proposes or answers through the bank; this only starts it, shows it and says what came of it.
"""

import asyncio
from collections.abc import Callable, Coroutine

from textual import on
from textual.worker import Worker

from nanomem_tui.agent.events import Event, EventType
from nanomem_tui.changes.model import EditState
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.levels import Level
from nanomem_tui.results import WriteResult
from nanomem_tui.tui.screens.memory_panes import MemoryPanes
from nanomem_tui.tui.widgets.answer import AnswerView
from nanomem_tui.tui.widgets.prompt_line import PromptLine, PromptMode
from nanomem_tui.tui.widgets.words import count


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
        notes: list[str] = []
        self._say_proposed(await self.bank.add(text, watch=self._watching(notes)))
        for note in dict.fromkeys(notes):
            self.nanomem.say(note, severity="warning")

    def _watching(self, notes: list[str]) -> Callable[[Event], None]:
        """Pass on the events of a run, and collect what the model's server noted."""

        def watch(event: Event) -> None:
            if event.type is EventType.RESPONSE_RECEIVED and (note := event.attributes.get("note")):
                notes.append(str(note))
            self.nanomem.run_event(event)

        return watch

    def _say_proposed(self, result: WriteResult) -> None:
        change = result.change
        if change is None:
            self.nanomem.say("Nothing to remember.", result.summary)
            return
        waiting = [edit for edit in change.edits if edit.state in (EditState.PENDING, EditState.CONFLICT)]
        applied = sum(1 for edit in change.edits if edit.state is EditState.APPLIED)
        if applied:
            hint = "z takes it back." if applied == 1 else "z takes them back."
            self.nanomem.say(f"{count(applied, 'edit')} applied.", hint)
        if waiting:
            self.nanomem.following.announced(change.id)
            flagged = applied and all(edit.flags for edit in waiting)
            said = "flagged, so not applied" if flagged else "proposed"
            self.nanomem.say(f"{count(len(waiting), 'edit')} {said}.", self.nanomem.review_hint)
        self.nanomem.changes_changed()

    async def _query(self, query: str, allow_ask: bool) -> None:
        notes: list[str] = []
        result = await self.bank.retrieve(query, allow_ask=allow_ask, watch=self._watching(notes))
        needs_yes = any(file.level is Level.ASK for file in self.look.listing.files)
        self.asked = query
        self._more_with_yes = not allow_ask and (needs_yes or result.withheld.count > 0)
        self.close_found()
        self.cited = result.facts
        self.query_one(AnswerView).show_answer(
            result, may_ask_more=self._more_with_yes, notes=tuple(dict.fromkeys(notes))
        )
        self.show_middle()

    async def action_preview_query(self) -> None:
        """Go to Preview with the question."""
        await self.nanomem.preview(self.asked)

    def action_include_asked(self) -> None:
        """Ask again, with a yes to what needs one."""
        self.ask(self.asked, allow_ask=True)

    def why_not(self, action: str) -> str | None:
        """A yes needs a question that left something out."""
        if action == "include_asked" and not (self._more_with_yes and self.cited is not None):
            return "No answer that left something out for want of a yes."
        if action == "preview_query" and not self.asked:
            return "Ask something first: q."
        return super().why_not(action)

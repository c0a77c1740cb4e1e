"""What screens ask of the app, whatever it shows: saying, working beside the keys, deciding, copying.

It knows no screen, no bank and no rule of memory.
"""

import asyncio
import os
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from textual.app import App
from textual.widgets import Input, TextArea
from textual.worker import Worker, WorkerState

from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.visible import visible

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

    from nanomem_tui.changes.journal import Outcome

Result = TypeVar("Result")


class ServingApp(App[int]):
    """An app that serves its screens."""

    def __init__(self) -> None:
        super().__init__()
        self._deciding = asyncio.Lock()
        self._decisions = 0

    def changes_changed(self) -> None:
        """Something was decided: whoever shows changes is to look again."""
        raise NotImplementedError

    # Saying

    def say(
        self, message: str, hint: str = "", *, title: str = "", severity: "SeverityLevel" = "information"
    ) -> None:
        """Tell the person something in passing. Nothing in it is read as markup."""
        text = visible(f"{message} {hint}".strip(), newlines=True)
        self.notify(text, title=title, severity=severity, markup=False)

    def say_error(self, error: NanomemError) -> None:
        """Tell the person what went wrong and what to do about it."""
        self.say(error.message, error.next_step, severity="error")

    # Working

    async def off_loop(self, call: Callable[[], Result]) -> Result:
        """Run a call that may take a while in a thread."""
        return await asyncio.to_thread(call)

    def work(
        self,
        name: str,
        coroutine: Coroutine[Any, Any, Result] | Callable[[], Coroutine[Any, Any, Result]],
        *,
        group: str | None = None,
    ) -> Worker[Result]:
        """Run a coroutine beside the keys. A failure of it is shown and ends nothing else.

        One that may be replaced before it began is given as a function: it is then never made in vain.
        """
        return self.run_worker(coroutine, name=name, group=group or name, exclusive=True, exit_on_error=False)

    # Deciding

    def decide(
        self,
        decide: Callable[[], "Outcome"],
        done: str | Callable[["Outcome"], str],
        hint: str = "",
        *,
        then: Callable[["Outcome"], None] | None = None,
    ) -> None:
        """Have the bank do something beside the keys, one after the other, and say what came of it.

        Args:
            decide: the call; what it raises is shown.
            done: what to say when it is done, or what says it of the outcome.
            hint: how to take it back.
            then: called with the outcome when everything was applied.
        """
        self._decisions += 1
        name = f"decision {self._decisions}"
        self.work(name, self._decide(decide, done, hint, then))

    async def _decide(
        self,
        decide: Callable[[], "Outcome"],
        done: str | Callable[["Outcome"], str],
        hint: str,
        then: Callable[["Outcome"], None] | None,
    ) -> None:
        try:
            async with self._deciding:
                outcome = await self.off_loop(decide)
        except NanomemError as error:
            self.say_error(error)
            return
        for conflict in outcome.conflicts:
            self.say(f"Not written: {conflict.note or conflict.ref}", severity="error")
        if not outcome.conflicts:
            self.say(done if isinstance(done, str) else done(outcome), hint)
            if then:
                then(outcome)
        self.changes_changed()

    # Copying

    def copy_to_clipboard(self, text: str) -> None:
        """Textual's way is the terminal alone; this one says what became of it."""
        self.copy_text(text)

    def copy_text(self, text: str, what: str = "") -> None:
        """Copy a text as it is, and say by what way and whether that is sure.

        Args:
            text: what to copy, control characters and all.
            what: what to say about it, a sentence.
        """
        self.work("copy", self._copy(text, what))

    async def _copy(self, text: str, what: str) -> None:
        from nanomem_tui.tui.copying import copy

        copied = await copy(text, super().copy_to_clipboard, os.environ)
        self.say(copied.how, what, severity="information" if copied.is_sure else "warning")

    @property
    def review_hint(self) -> str:
        """Which key leads to Review from where the focus is."""
        writing = isinstance(self.focused, Input | TextArea)
        return f"{'F2' if writing else 'r'} reviews."

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A worker that failed is a defect of ours: say so and go on."""
        if event.state is WorkerState.ERROR:
            self.say(f"{event.worker.name} failed: {event.worker.error!r}.", severity="error")

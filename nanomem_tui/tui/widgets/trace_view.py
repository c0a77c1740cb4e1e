"""A run as it happens: its steps as a tree that follows its tail, each opening to its full text.

It is given events or follows a run by its id; what runs and why is not its business.
"""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from nanomem_tui.agent.events import Event, EventType, RunState
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.tui.widgets.block_list import BlockList
from nanomem_tui.tui.widgets.blocks import Lines
from nanomem_tui.tui.widgets.trace_run import Steps
from nanomem_tui.tui.widgets.trace_steps import STATES, RunStep, Step
from nanomem_tui.tui.widgets.words import clock, shown, span

if TYPE_CHECKING:
    from nanomem_tui.tui.app import NanomemApp

_BREATH = 100
"""Events taken in one go before keys get their turn."""
_OFTEN = 0.08
"""Seconds between two paints of a step whose text streams in: words come faster than anybody reads, and each
paint is time that keys wait for."""
_LONGEST_PAUSE = 1.5
"""Seconds a replay waits at most between two events."""


class TraceLog(BlockList):
    """The steps."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "choose", "Open step", show=False),
        Binding("right", "open(True)", "Open step", show=False),
        Binding("left", "open(False)", "Close step", show=False),
    ]

    def action_open(self, wanted: bool) -> None:
        """Open or close the step under the cursor."""
        if isinstance(self.current, Step) and self.current.open is not wanted:
            self.toggle(self.current)

    def toggle(self, step: Step) -> None:
        """Show a step's full text, or only its line."""
        step.open = not step.open
        follows, self.follows = self.follows, False
        self.changed(step)
        self.follows = follows


class TraceView(Vertical):
    """A live trace.

    Args:
        empty: what to say while there is nothing to show.
    """

    DEFAULT_CSS = """
    TraceView {
        layers: base hint;
        border: round $border-blurred;
        border-title-color: $text-muted;
        padding: 0;
        &:focus-within { border: round $border; border-title-color: $foreground; }
        TraceLog { height: 1fr; }
        .trace--hint {
            layer: hint;
            dock: bottom;
            width: 100%;
            height: 1;
            display: none;
            text-align: right;
            padding: 0 1;
            background: $panel;
            color: $text-accent;
        }
        .trace--hint.-new { display: block; }
    }
    """

    def __init__(self, *, empty: str = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self._empty = empty or "Steps of a run appear here as they happen."
        self._steps = Steps()
        self._run: str | None = None
        self._pinned = False
        self._unseen = self._hinted = 0
        self._ticking: Timer | None = None
        self._settling: Timer | None = None
        self._resting = True
        self._streaming: Step | None = None
        """The step that has more text than was painted."""

    @property
    def run(self) -> str | None:
        """Id of the run it shows."""
        return self._run

    @property
    def where(self) -> str:
        """Who runs it, in a few words."""
        process = self._steps.run.process if self._steps.run else ""
        return f"by another process ({shown(process)})" if process else "by another process"

    @property
    def log_list(self) -> TraceLog:
        """The list of steps."""
        return self.query_one(TraceLog)

    def compose(self) -> ComposeResult:
        yield TraceLog(follow=True)
        yield Static("", classes="trace--hint", markup=False)

    def on_mount(self) -> None:
        self._ticking = self.set_interval(1.0, self._title, pause=True)
        self._settling = self.set_interval(_OFTEN, self._settle, pause=True)
        self.watch(self.log_list, "scroll_y", self._seen, init=False)
        if not self._run:
            self._say_empty()
        self._title()

    # What it is given

    def clear(self) -> None:
        """Show nothing, follow nothing."""
        self.workers.cancel_group(self, "trace")
        self._reset(None, pinned=False)
        self._say_empty()
        self._title()

    def show_event(self, event: Event) -> None:
        """Show one event. A new run takes the place of one that has ended; other runs' events do not show."""
        self.show_events([event])

    def show_events(self, events: Iterable[Event]) -> None:
        """Show events, in their order."""
        log = self.log_list
        titled = False
        for event in events:
            if event.run != self._run and not self._adopt(event):
                continue
            if event.type is EventType.TEXT_DELTA:
                self._stream(event)
                continue
            self._settle()
            before = self._steps.state
            added, changed = self._steps.take(event)
            titled = titled or isinstance(added, RunStep) or self._steps.state is not before
            if changed is not None:
                log.changed(changed, self._index(changed))
            if added is not None:
                tail = log.at_end
                log.append(added)
                self._unseen += not tail
        self._hint()
        if titled:
            self._title()

    def _stream(self, event: Event) -> None:
        """Show streamed text: the first at once, more of it a few times a second."""
        _, step = self._steps.take(event)
        if step is None or self._settling is None:
            return
        if self._resting:
            self._resting = False
            self._settling.resume()
            self.log_list.changed(step, self._index(step))
        else:
            self._streaming = step

    def _settle(self) -> None:
        """Show what streamed in since the last paint."""
        step, self._streaming = self._streaming, None
        if step is not None:
            self.log_list.changed(step, self._index(step))
        elif self._settling is not None:
            self._resting = True
            self._settling.pause()

    def follow(self, run: str) -> None:
        """Show the run from its start and stay with it until it ends, whichever process runs it."""
        self._begin(run)
        self.run_worker(
            self._follow(run), name=f"trace {run}", group="trace", exclusive=True, exit_on_error=False
        )

    def replay(self, run: str, *, pace: float = 1.0) -> None:
        """Show a past run at its own pace.

        Args:
            run: its id.
            pace: 2.0 is twice as fast.
        """
        self._begin(run)
        self.run_worker(
            self._replay(run, pace), name=f"replay {run}", group="trace", exclusive=True, exit_on_error=False
        )

    # Inside

    def _begin(self, run: str) -> None:
        self._reset(run, pinned=True)
        self._title()

    def _reset(self, run: str | None, *, pinned: bool) -> None:
        self._steps, self._run, self._pinned, self._unseen = Steps(), run, pinned, 0
        self._streaming = None
        log = self.log_list
        log.show([])
        log.to_end()
        self._hint()

    def _adopt(self, event: Event) -> bool:
        idle = self._run is None or self._steps.state is not RunState.RUNNING
        if self._pinned or not (idle or event.type is EventType.RUN_STARTED):
            return False
        self._reset(event.run, pinned=False)
        return True

    async def _follow(self, run: str) -> None:
        bank = cast("NanomemApp", self.app).bank
        taken = 0
        try:
            async for event in bank.follow(run):
                self.show_event(event)
                taken += 1
                if taken % _BREATH == 0:
                    # What is on the disk already comes without a pause: keys get their turn.
                    await asyncio.sleep(0)
        except NanomemError as error:
            self._say(str(error))
            return
        if self._steps.state is RunState.RUNNING and taken:
            self.log_list.append(self._steps.cut_short())
            self._title()

    async def _replay(self, run: str, pace: float) -> None:
        bank = cast("NanomemApp", self.app).bank
        try:
            past = await asyncio.to_thread(bank.trace, run)
        except NanomemError as error:
            self._say(str(error))
            return
        before: datetime | None = None
        for event in past:
            if before is not None:
                pause = min(max((event.at - before).total_seconds() / pace, 0.0), _LONGEST_PAUSE)
                await asyncio.sleep(pause)
            before = event.at
            self.show_event(event)

    def _index(self, step: Step) -> int | None:
        """Where a step is; what changes is nearly always near the end."""
        blocks = self.log_list.blocks
        for index in range(len(blocks) - 1, -1, -1):
            if blocks[index] is step:
                return index
        return None

    @on(BlockList.Chosen)
    def _toggle(self, message: BlockList.Chosen) -> None:
        message.stop()
        if isinstance(message.block, Step):
            self.log_list.toggle(message.block)

    @on(BlockList.Moved)
    def _moved(self, message: BlockList.Moved) -> None:
        message.stop()

    def on_click(self, event: events.Click) -> None:
        if isinstance(event.widget, Static) and event.widget.has_class("trace--hint"):
            self.log_list.action_edge(1)

    def _seen(self) -> None:
        if self._unseen and self.log_list.at_end:
            self._unseen = 0
            self._hint()

    def _hint(self) -> None:
        if self._unseen == self._hinted:
            return
        self._hinted = self._unseen
        hint = self.query_one(".trace--hint", Static)
        if self._unseen:
            hint.update(Content(f"↓ {self._unseen} new below · end"))
        hint.set_class(self._unseen > 0, "-new")

    def _say_empty(self) -> None:
        self._say(self._empty)

    def _say(self, text: str) -> None:
        lines = [Content.styled(line, "$foreground 60%") for line in ["", *text.split("\n")]]
        self.log_list.show([Lines("empty", lines)])

    def _title(self) -> None:
        """`Trace · add ── running 0:04`."""
        steps = self._steps
        running = self._run is not None and steps.state is RunState.RUNNING
        if self._ticking is not None:
            (self._ticking.resume if running else self._ticking.pause)()
        if steps.run is None:
            self.border_title = Content("Trace")
            return
        mark, color = STATES[steps.state]
        if running and steps.started_at is not None:
            took = clock((datetime.now(UTC) - steps.started_at).total_seconds())
        else:
            took = span(steps.seconds)
        self.border_title = Content.assemble(
            "Trace · ", (steps.run.flow, "bold"), " ── ", (f"{mark} {steps.state.value}", color), f" {took}"
        )

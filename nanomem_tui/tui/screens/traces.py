"""The Traces screen: the runs, newest first, and the selected one step by step, live while it goes on."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Footer

from nanomem_tui.agent.events import EventType, RunState
from nanomem_tui.agent.trace import TraceInfo
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.tui import actions
from nanomem_tui.tui.messages import DiskChanged, RunEvent
from nanomem_tui.tui.screens.base import BankScreen
from nanomem_tui.tui.widgets.block_list import BlockList
from nanomem_tui.tui.widgets.blocks import Block, Lines, apart
from nanomem_tui.tui.widgets.status_bar import StatusBar
from nanomem_tui.tui.widgets.trace_steps import STATES, cached_share, in_a_line
from nanomem_tui.tui.widgets.trace_view import TraceLog, TraceView
from nanomem_tui.tui.widgets.words import age, clock, count, shown, span, tokens

EMPTY = (
    "No run yet.",
    "",
    "Whatever reads or writes your memory with a model leaves a trace here: each request, each tool call, "
    "each edit it proposed, and what it cost. 1 takes you to Memory, where a adds something.",
)
MOST = 500
"""Runs in the list."""


class RunBlock(Block):
    """One run in the list."""

    def __init__(self, info: TraceInfo, now: datetime) -> None:
        super().__init__(info.id)
        self.info = info
        self._now = now

    def height(self, width: int) -> int:
        return 2

    def render(self, width: int) -> Sequence[Content]:
        info = self.info
        mark, color = STATES[info.state]
        running = info.state is RunState.RUNNING
        request = in_a_line(info.request)
        head = Content.assemble((f"{mark} ", color), (shown(info.flow), "bold"), f"  {request}")
        when = clock(info.seconds) if running else age(info.started_at, self._now)
        took = "running" if running else f"{info.state.value} {span(info.seconds)}"
        usage = info.usage
        parts = [f"for {shown(info.client)}" if info.client else "", took]
        parts += [count(usage.requests, "request") if usage.requests else ""]
        parts += [tokens(usage.input_tokens, usage.output_tokens), cached_share(usage)]
        return [
            apart(head, Content.styled(when, "$foreground 60%"), width),
            Content.styled(f"  {' · '.join(filter(None, parts))}", "$foreground 60%").truncate(
                width, ellipsis=True
            ),
        ]


class RunList(BlockList):
    """The runs."""


class TracesScreen(BankScreen):
    """What models did and do."""

    SCOPE = actions.Scope.TRACES
    CSS_PATH = "traces.tcss"
    BINDINGS: ClassVar = actions.bindings(actions.Scope.TRACES)
    BINDING_GROUP_TITLE = "Traces"
    AUTO_FOCUS = "RunList"

    def __init__(self) -> None:
        super().__init__()
        self._infos: list[TraceInfo] | None = None
        self._keys: tuple[bool, bool] | None = None

    def compose(self) -> ComposeResult:
        yield StatusBar()
        with Horizontal(id="panes"):
            yield RunList(id="runs")
            yield TraceView(empty="\n".join(EMPTY))
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        self.set_interval(1.0, self._tick)

    def on_screen_resume(self) -> None:
        self._reload()

    @property
    def runs(self) -> RunList:
        """The list of runs."""
        return self.query_one(RunList)

    @property
    def view(self) -> TraceView:
        """The selected run."""
        return self.query_one(TraceView)

    @on(RunEvent)
    def _run_event(self, message: RunEvent) -> None:
        if message.event.type in (EventType.RUN_STARTED, EventType.RUN_FINISHED):
            self._reload()

    @on(DiskChanged)
    def _disk_changed(self, message: DiskChanged) -> None:
        known = {info.id for info in self._infos or ()}
        if message.seen.traces - known:
            self._reload()

    def _tick(self) -> None:
        """Running times move on."""
        if self.is_current and any(info.state is RunState.RUNNING for info in self._infos or ()):
            self._reload()

    def _reload(self) -> None:
        self.nanomem.work("traces", self._load)

    async def _load(self) -> None:
        try:
            infos = await self.off_loop(lambda: self.bank.traces(MOST))
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        if infos == self._infos:
            return
        self._infos = infos
        now = self.bank.clock()
        self.runs.border_title = Content(f"Traces · {len(infos)}" if infos else "Traces")
        self.set_class(not infos, "-empty")
        if infos:
            self.runs.show([RunBlock(info, now) for info in infos])
        else:
            self.runs.show([Lines("none", [])])
            self.view.clear()
        self._show()

    @on(BlockList.Moved, "RunList")
    def _show(self) -> None:
        """Follow the run under the cursor; a past one is there at once."""
        block = self.runs.current
        if isinstance(block, RunBlock) and self.view.run != block.info.id:
            self.view.follow(block.info.id)
        self._refresh_keys()

    @on(BlockList.Chosen, "RunList")
    def _open(self, message: BlockList.Chosen) -> None:
        if not message.clicked and self.view.run is not None:
            self.view.log_list.focus()

    def on_descendant_focus(self) -> None:
        self.set_class(isinstance(self.focused, TraceLog), "-detail")

    # What can be done

    def _refresh_keys(self) -> None:
        """Make the footer anew, but only when a key of it has changed: that costs more than a frame."""
        keys = self.why_not("replay") is None, self.why_not("cancel_run") is None
        if keys != self._keys:
            self._keys = keys
            self.refresh_bindings()

    def why_not(self, action: str) -> str | None:
        """Why a run cannot be replayed or cancelled."""
        if action not in ("replay", "cancel_run"):
            return None
        block = self.runs.current
        if not isinstance(block, RunBlock):
            return "No run is selected."
        running = block.info.state is RunState.RUNNING
        if action == "replay":
            return "It is still running: you are watching it." if running else None
        return None if running else f"It does not run any more: {block.info.state.value}."

    def action_cancel_run(self) -> None:
        """Stop the selected run, when it was started here."""
        block = self.runs.current
        if isinstance(block, RunBlock) and not self.nanomem.cancel_run(block.info.id):
            self.nanomem.say(f"It is run {self.view.where}, which alone can stop it.", severity="warning")

    def action_replay(self) -> None:
        """Play the selected run at its own pace."""
        block = self.runs.current
        if isinstance(block, RunBlock):
            self.view.replay(block.info.id)

    def action_tail(self) -> None:
        """To the newest step."""
        self.view.log_list.action_edge(1)

    def action_back(self) -> None:
        """From the trace to the runs."""
        if self.has_class("-full"):
            self.action_full()
        self.runs.focus()

    def action_full(self) -> None:
        """Give the trace the whole width, or the list its place again."""
        full = not self.has_class("-full")
        self.set_class(full, "-full")
        (self.view.log_list if full else self.runs).focus()

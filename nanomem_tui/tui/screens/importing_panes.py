"""What the Import screen shows: the folder, what was found in a place, and the run that reads it.

It reads and imports nothing; what a person does here stands in `importing`.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.timer import Timer
from textual.widgets import Input, Static
from textual.worker import Worker

from nanomem_tui.results import ItemState
from nanomem_tui.tui import actions
from nanomem_tui.tui.messages import RunEvent
from nanomem_tui.tui.safe import plain
from nanomem_tui.tui.screens.base import BankScreen
from nanomem_tui.tui.widgets.found_list import FoundList
from nanomem_tui.tui.widgets.key_bar import KeyBar
from nanomem_tui.tui.widgets.place_picker import PlacePicker
from nanomem_tui.tui.widgets.row_list import RowList
from nanomem_tui.tui.widgets.status_bar import StatusBar
from nanomem_tui.tui.widgets.trace_view import TraceView
from nanomem_tui.tui.widgets.words import thousands

if TYPE_CHECKING:
    from nanomem_tui.agent.events import Event
    from nanomem_tui.results import ImportedItem

EMPTY = """Pick what to bring in: space on a file or folder shows what it holds. Nothing is imported by that.

Exports of ChatGPT, Claude and Gemini (zips too), message lists and transcripts, Obsidian vaults and other \
notes, CLAUDE.md and its like, mem0, the MCP memory server, OMF, another nanomem memory.

What it is, is told by what is in it. Each conversation becomes one change that waits for your review."""
PANES = ("where", "found", "trace")
SINCE = "since:"
OFTEN = 0.1
"""Seconds between two looks at what goes on: a fast import would else paint more than it reads."""


class ImportingPanes(BankScreen):
    """The panes of the Import screen."""

    SCOPE = actions.Scope.IMPORTING
    AUTO_FOCUS = "PlaceTree"

    def __init__(self) -> None:
        super().__init__()
        self.place: Path | None = None
        """What was looked into."""
        self._work: Worker[None] | None = None
        self._importing = False
        self._doing = ""
        self._total = 0
        """How many items the import under way is to report; 0 while only looking in."""
        self._heard = 0
        """How many reports of the import under way were taken."""
        self.proposed = 0
        self._events: list[Event] = []
        self._shown = -1
        self._painting: Timer | None = None

    def compose(self) -> ComposeResult:
        """Top line, panes, footer."""
        yield StatusBar()
        with Container(id="panes"):
            with Vertical(id="where", classes="pane"):
                yield PlacePicker()
            with Vertical(id="found", classes="pane"):
                yield Input(id="filter", compact=True, placeholder=f"words in the title · {SINCE}2026-01-31")
                yield Static(EMPTY, id="empty", markup=False)
                yield FoundList()
                yield Static(id="detail", markup=False)
                yield Static(id="sum", markup=False)
            yield TraceView(id="trace", empty="What reads your conversations shows its steps here.")
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin where downloads are."""
        self.query_one("#where").border_title = "Bring in"
        self.query_one("#found").border_title = "What is in it"
        downloads = Path.home() / "Downloads"
        self.picker.start(downloads if downloads.is_dir() else Path.home())
        self.picker.names.focus()

    def on_screen_resume(self) -> None:
        """A file may have been saved there while one was elsewhere."""
        if self.picker.names.rows and self.picker.names.has_focus:
            self.picker.look_again()

    # The parts

    @property
    def picker(self) -> PlacePicker:
        """Where a place is picked."""
        return self.query_one(PlacePicker)

    @property
    def found(self) -> FoundList:
        """What is in it."""
        return self.query_one(FoundList)

    @property
    def filter(self) -> Input:
        """What narrows the list."""
        return self.query_one("#filter", Input)

    @property
    def is_busy(self) -> bool:
        """Whether something is being read."""
        return self._work is not None and not self._work.is_finished

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A narrow screen shows the pane with the focus."""
        inside = {node.id for node in event.widget.ancestors_with_self}
        if not inside.isdisjoint(PANES):
            for pane in PANES:
                self.query_one(f"#{pane}").set_class(pane in inside, "-current")
        self.refresh_bindings()

    # What it shows

    def _paint(self) -> None:
        if self._events:
            self.query_one(TraceView).show_events(self._events)
            self._events = []
        if self._heard != self._shown:
            self._shown = self._heard
            self.found.paint()
            self._sum()

    @on(FoundList.Turned)
    def _sum(self) -> None:
        """Say how much is chosen, and who reads it."""
        items = list(self.found.items.values())
        chosen = self.found.chosen
        states = [item.state for item in items]
        sources = " and ".join(sorted({item.source for item in items if item.source}))
        readable = sum(1 for item in items if item.state is ItemState.READ)
        parts = [sources] if sources else []
        parts += [f"{len(chosen):,} of {readable:,} chosen"] if readable else []
        total = sum(item.tokens for item in chosen)
        # Before it is read; later there is room only for what came of it.
        if total and not {ItemState.PROPOSED, ItemState.NOTHING} & set(states):
            parts.append(f"about {thousands(total)} tokens for {self.nanomem.provider}")
        for state, words in (
            (ItemState.PROPOSED, "proposed"),
            (ItemState.NOTHING, "with nothing new"),
            (ItemState.KNOWN, "imported before"),
            (ItemState.LEFT_OUT, "left out"),
            (ItemState.DAMAGED, "damaged"),
            (ItemState.FAILED, "failed"),
        ):
            parts += [f"{states.count(state):,} {words}"] if state in states else []
        self.query_one("#sum", Static).update(plain(" · ".join(parts) or "…"), layout=False)
        self.refresh_bindings()

    @on(RowList.Moved, "FoundList")
    def _detail(self) -> None:
        item = self.found.item
        words = ""
        if item is not None:
            words = " · ".join(filter(None, (item.title, item.reason)))
        self.query_one("#detail", Static).update(plain(words), layout=False)
        self.refresh_bindings()

    @on(RunEvent)
    def _run_event(self, message: RunEvent) -> None:
        if self._importing and self.is_busy:
            self._events.append(message.event)

    def _hear(self, told: "Sequence[ImportedItem]") -> None:
        new = told[self._heard :]
        self._heard += len(new)
        self.found.add(new)

    @on(Input.Changed, "#filter")
    def _filtered(self, event: Input.Changed) -> None:
        words = event.value.split()
        days = [day for word in words if word.startswith(SINCE) and (day := _day(word[len(SINCE) :]))]
        told = " ".join(word for word in words if not word.startswith(SINCE))
        self.found.narrow(told, days[-1] if days else None)
        self._sum()

    @on(Input.Submitted, "#filter")
    def _filter_done(self) -> None:
        self.found.focus()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

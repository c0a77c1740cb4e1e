"""The Import screen: pick a file or folder, see what is in it, choose, and watch it become proposals.

What is read, and what becomes of it, is the bank's business; reading never keeps a key waiting.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import ActiveBinding
from textual.containers import Container, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static
from textual.worker import Worker

from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.visible import visible
from nanomem_tui.results import ItemState
from nanomem_tui.tui import actions
from nanomem_tui.tui.footer import fitting
from nanomem_tui.tui.jobs import waits
from nanomem_tui.tui.messages import RunEvent
from nanomem_tui.tui.places import short
from nanomem_tui.tui.safe import plain
from nanomem_tui.tui.screens.base import BankScreen
from nanomem_tui.tui.widgets.found_list import FoundList
from nanomem_tui.tui.widgets.key_bar import KeyBar
from nanomem_tui.tui.widgets.place_picker import PlacePicker
from nanomem_tui.tui.widgets.row_list import RowList
from nanomem_tui.tui.widgets.status_bar import StatusBar
from nanomem_tui.tui.widgets.trace_view import TraceView
from nanomem_tui.tui.widgets.words import count, thousands

if TYPE_CHECKING:
    from nanomem_tui.agent.events import Event
    from nanomem_tui.bank.importing import ImportOptions, ImportProgress
    from nanomem_tui.results import ImportedItem, ImportResult

EMPTY = """Pick what to bring in: space on a file or folder shows what it holds. Nothing is imported by that.

Exports of ChatGPT, Claude and Gemini (zips too), message lists and transcripts, Obsidian vaults and other \
notes, CLAUDE.md and its like, mem0, the MCP memory server, OMF, another nanomem memory.

What it is, is told by what is in it. Each conversation becomes one change that waits for your review."""
PANES = ("where", "found", "trace")
SINCE = "since:"
OFTEN = 0.1
"""Seconds between two looks at what goes on: a fast import would else paint more than it reads."""


class ImportingScreen(BankScreen):
    """Bring in a chat export, notes or another memory."""

    SCOPE = actions.Scope.IMPORTING
    AUTO_FOCUS = "PlaceTree"
    CSS_PATH = "importing.tcss"
    BINDINGS: ClassVar = actions.bindings(actions.Scope.IMPORTING)
    BINDING_GROUP_TITLE = "Import"
    HELP = """Pick a file or a folder, choose from what it holds, and i has it read. What is proposed waits
    for review; the same import goes on where it was stopped."""

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

    # Looking in

    @on(PlacePicker.Picked)
    def _picked(self, message: PlacePicker.Picked) -> None:
        self.look(message.path)

    def look(self, place: Path) -> None:
        """See what a file or folder holds; nothing is imported."""
        if self._importing and self.is_busy:
            self.nanomem.say("An import is under way.", "escape stops it.", severity="warning")
            return
        self.place = place
        self.found.clear()
        self._begin("Reading", importing=False)
        self._work = self.nanomem.work(
            "reading", partial(self._guarded, partial(self._look, place)), group="import"
        )

    async def _look(self, place: Path) -> None:
        from nanomem_tui.bank.importing import ImportOptions

        result = await self._read(place, ImportOptions(dry_run=True))
        self._hear(result.items)
        self.found.paint()
        if not self.found.items:
            self.nanomem.say(result.summary, severity="warning")
            self.remove_class("-found")
            self.picker.names.focus()

    async def _read(self, place: Path, options: "ImportOptions") -> "ImportResult":
        from nanomem_tui.bank.importing import open_source

        with await self.off_loop(lambda: open_source(place, self.bank.root)) as source:
            return await self.bank.importing(
                source, options, watch=self.nanomem.run_event, progress=self._progressed
            )

    # Importing

    def action_start(self) -> None:
        """Read what is chosen."""
        if self.place is None:
            return
        self._begin("Importing", importing=True)
        run = partial(self._import, self.place, frozenset(item.key for item in self.found.chosen))
        self._work = self.nanomem.work("import", partial(self._guarded, run), group="import")

    async def _import(self, place: Path, keys: frozenset[str]) -> None:
        from nanomem_tui.bank.importing import ImportOptions

        self._total = len(keys) + sum(1 for item in self.found.items.values() if not item.key)
        async with self.nanomem.following.hushed():
            result = await self._read(place, ImportOptions(chosen=keys))
            self._hear(result.items)
        waiting = sum(1 for change in result.changes if change.pending)
        applied = len(result.changes) - waiting
        self.nanomem.say(result.summary, "z takes it back." if applied == 1 and not waiting else "")
        if waiting:
            self.nanomem.say(f"{waits(waiting)}: {self.nanomem.review_hint}")

    def _begin(self, title: str, *, importing: bool) -> None:
        self._importing = importing
        self._doing, self._total, self._heard, self.proposed = title, 0, 0, 0
        self._shown = -1
        self.add_class("-found")
        self.set_class(importing, "-running")
        self.query_one("#found").border_title = Content.assemble(
            f"{title} · ", (visible(short(self.place or Path())), "bold")
        )
        self.found.focus()
        self._painting = self._painting or self.set_interval(OFTEN, self._paint)

    async def _guarded(self, run: Callable[[], Coroutine[None, None, None]]) -> None:
        try:
            await run()
        except NanomemError as error:
            self.nanomem.say_error(error)
        except OSError as error:
            self.nanomem.say(f"It cannot be read: {error.strerror or error}.", severity="error")
        except asyncio.CancelledError:
            if self._importing:
                said = f"{waits(self.proposed)} so far; i goes on from there." if self.proposed else ""
                self.nanomem.say("The import was stopped.", said or "Nothing was proposed yet.")
            raise
        finally:
            self._ended()

    def _ended(self) -> None:
        self.nanomem.progress.end("import")
        if self._painting is not None:
            self._painting.stop()
            self._painting = None
        if self.is_running:
            self.query_one("#found").border_title = Content.assemble(
                "In ", (visible(short(self.place or Path())), "bold")
            )
            self._work = None
            self._paint()
            self.refresh_bindings()
        self.nanomem.changes_changed()

    def _progressed(self, step: "ImportProgress") -> None:
        self.proposed = step.changes
        self._hear(step.told)
        if self._total:
            done = min(step.items, self._total)
            self.nanomem.progress.step(
                "import", "Importing", done / self._total, f"{done:,} of {self._total:,}", "importing"
            )
        else:
            share = step.read / step.size if step.size else 1.0
            self.nanomem.progress.step(
                "import", self._doing, share, f"{count(step.items, 'item')}", "importing"
            )

    def _hear(self, told: "Sequence[ImportedItem]") -> None:
        new = told[self._heard :]
        self._heard += len(new)
        self.found.add(new)

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
        parts += [f"about {thousands(total)} tokens for {self.nanomem.provider}"] if total else []
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

    # What can be done

    def why_not(self, action: str) -> str | None:
        """What the selection does not allow."""
        if action == "start":
            if self.is_busy:
                return "It is still being read: escape stops it."
            if not self.found.chosen:
                return "Nothing is chosen that could be imported."
        if action in ("all", "filter") and not self.found.items:
            return "Pick a file or folder first: space."
        return None

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """Only what has room in the footer."""
        return fitting(super().active_bindings, self.size.width, {"undo": 75, "review": 70})

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A text field takes letters for itself, which the footer would not know."""
        if action in ("pick", "all", "filter", "start", "path") and isinstance(self.focused, Input):
            return False
        return super().check_action(action, parameters)

    def action_pick(self) -> None:
        """Look into the selected place, or choose the selected item."""
        if self.focused is self.found:
            self.found.turn()
        else:
            self.picker.pick()

    def action_all(self) -> None:
        """Choose all or none."""
        self.found.turn_all()

    def action_path(self) -> None:
        """Type a path."""
        self.picker.type()

    def action_filter(self) -> None:
        """Narrow the list."""
        self.filter.add_class("-on")
        self.filter.focus()

    def action_back(self) -> None:
        """Stop what is being read, else leave the nearest thing."""
        if self.focused is self.filter:
            self.filter.value = ""
            self.filter.remove_class("-on")
            self.found.focus()
        elif self.is_busy and self._work is not None:
            self._work.cancel()
        elif self.focused is self.query_one(TraceView).log_list:
            self.found.focus()
        else:
            self.remove_class("-running")
            self.picker.names.focus()

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

"""The Import screen, whole: pick a file or folder, see what is in it, choose, and watch it become proposals.

What is read, and what becomes of it, is the bank's business; reading never keeps a key waiting. What the
screen shows stands in `importing_panes`.
"""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import ActiveBinding
from textual.content import Content
from textual.widgets import Input

from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.visible import visible
from nanomem_tui.tui import actions
from nanomem_tui.tui.footer import fitting
from nanomem_tui.tui.jobs import waits
from nanomem_tui.tui.places import short
from nanomem_tui.tui.screens.importing_panes import OFTEN, ImportingPanes
from nanomem_tui.tui.widgets.place_picker import PlacePicker
from nanomem_tui.tui.widgets.trace_view import TraceView
from nanomem_tui.tui.widgets.words import count

if TYPE_CHECKING:
    from nanomem_tui.bank.importing import ImportOptions, ImportProgress
    from nanomem_tui.results import ImportResult


class ImportingScreen(ImportingPanes):
    """Bring in a chat export, notes or another memory."""

    CSS_PATH = "importing.tcss"
    BINDINGS: ClassVar = actions.bindings(actions.Scope.IMPORTING)
    BINDING_GROUP_TITLE = "Import"
    HELP = """Pick a file or a folder, choose from what it holds, and i has it read. What is proposed waits
    for review; the same import goes on where it was stopped."""

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

"""The app: one bank, its modes and runs, and the disk it follows. What screens ask of it stands in `serving`.

It holds no rule of memory: what may happen is the bank's business, how a screen looks the screen's.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events
from textual.filter import LineFilter
from textual.message import Message
from textual.reactive import reactive
from textual.screen import Screen
from textual.worker import Worker, active_worker

from nanomem_tui.agent.events import Event, EventType
from nanomem_tui.bank import MemoryBank
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.settings import Settings
from nanomem_tui.tui import actions, garbage, threads
from nanomem_tui.tui.following import Following
from nanomem_tui.tui.jobs import Job, Jobs
from nanomem_tui.tui.messages import ChangesChanged, RunEvent
from nanomem_tui.tui.modes import MODES, NEED_MEMORY, WELCOME, make_screen
from nanomem_tui.tui.palette import ActionCommands
from nanomem_tui.tui.safe import VisibleFilter
from nanomem_tui.tui.serving import ServingApp
from nanomem_tui.tui.themes import DEFAULT_THEME, THEMES
from nanomem_tui.tui.undo_words import redone, undone

if TYPE_CHECKING:
    from nanomem_tui.changes.journal import Outcome
    from nanomem_tui.changes.model import Change

Result = TypeVar("Result")


class NanomemApp(ServingApp):
    """The terminal app over one memory root."""

    TITLE = "nanomem"
    CSS_PATH = Path(__file__).with_name("app.tcss")
    HORIZONTAL_BREAKPOINTS = [(0, "-one"), (80, "-two"), (120, "-three")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (34, "-tall")]  # noqa: RUF012
    COMMANDS: ClassVar = {ActionCommands}
    BINDINGS: ClassVar = actions.bindings(actions.Scope.APP)

    pending: reactive[int] = reactive(0)
    """How many changes wait for a decision."""
    running: reactive[frozenset[str]] = reactive(frozenset())
    """Ids of the runs under way, of this process and of others."""
    provider: reactive[str] = reactive("")
    """The model and where it runs."""
    root: reactive[Path] = reactive(Path)
    """The memory folder."""
    jobs: reactive[tuple[Job, ...]] = reactive(())
    """What is under way and takes a while, the one begun last at the end."""

    def __init__(
        self, settings: Settings, *, screen: str | None = None, bank: MemoryBank | None = None
    ) -> None:
        super().__init__()
        self.settings = settings
        self.courtesy = threads.Courtesy()
        self.progress = Jobs(self)
        self.bank = bank or MemoryBank(settings=settings, indexing=self.progress.indexing)
        self.set_reactive(NanomemApp.root, self.bank.root)
        self.first_mode = screen if screen in (*MODES, WELCOME) else "memory"
        self.following = Following(self)
        self.first_shown = asyncio.Event()
        """Set once the first screen shows something: what nobody sees yet waits for that."""
        self._left: list[MemoryBank] = []
        """Banks of earlier settings that a run may still use."""
        self._opened: dict[str, Screen[None]] = {}
        self._workers_of: dict[str, Worker[Any]] = {}
        """What runs the runs that were started here, by their ids."""
        # One for good: Textual keeps what a filter made of a line by the filter, so that a new one each time
        # would have every line of the screen filtered, cropped and divided anew with every paint.
        self._door = VisibleFilter()
        for theme in THEMES:
            self.register_theme(theme)
        for mode in (*MODES, WELCOME):
            self.add_mode(mode, partial(self._open, mode))
        # Before anything is styled: a theme that comes later has every rule parsed once more.
        wanted = settings.theme or DEFAULT_THEME
        self._has_theme = wanted in self.available_themes
        self.theme = wanted if self._has_theme else DEFAULT_THEME
        self.stylesheet.set_variables(self.get_css_variables())

    # Start and end

    def on_mount(self) -> None:
        """Bring up the first screen, then everything that may take a while."""
        if not self._has_theme:
            self.say(
                f"There is no theme {self.settings.theme}.",
                "The palette's Theme lists them.",
                severity="warning",
            )
        unknown = sorted(set(self.settings.keys) - set(actions.BY_ID))
        if unknown:
            self.say(
                f"No action is called {', '.join(unknown)}.", "Mend keys in the settings.", severity="warning"
            )
        self.set_keymap(dict(self.settings.keys))
        self.progress.start()
        self.switch_mode(self.first_mode)
        if self.first_mode != "memory":
            self.first_shown.set()
        if self.first_mode != WELCOME:
            self.following.start()

    async def on_unmount(self) -> None:
        """Let go of the disk and the model."""
        self.following.stop()
        for bank in (*self._left, self.bank):
            await bank.close()

    def _open(self, mode: str) -> Screen[None]:
        self._opened[mode] = make_screen(mode)
        return self._opened[mode]

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own, then the one that leaves nothing a terminal would obey."""
        return [*super().get_line_filters(), self._door]

    # Other settings

    async def adopt(self, settings: Settings) -> None:
        """Go on with other settings; nothing has to be started again.

        What runs goes on as it began. With another memory folder everything starts afresh there.

        Raises:
            UsageError: the settings name no usable model, or the root is not a folder; all stays as it was.
        """
        bank = MemoryBank(settings=settings, indexing=self.progress.indexing)
        await self.off_loop(lambda: bank.model)
        old, self.bank, self.settings = self.bank, bank, settings
        if settings.theme in self.available_themes and settings.theme != self.theme:
            self.theme = settings.theme
        self.set_keymap(dict(settings.keys))
        if bank.root != old.root:
            await self._move()
        if self.running or self.jobs:
            self._left.append(old)
        else:
            await old.close()
        await self.following.name_model()

    async def _move(self) -> None:
        """Forget what was shown of another memory."""
        self.following.stop()
        for worker in self.workers:
            if worker.group in ("watch", "start", "run", "import", "compact"):
                worker.cancel()
        for mode in [mode for mode in self._opened if mode != self.current_mode]:
            await self.remove_mode(mode)
            del self._opened[mode]
            self.add_mode(mode, partial(self._open, mode))
        self.root, self.pending, self.running = self.bank.root, 0, frozenset()
        self.following = Following(self)
        self.following.start()

    # Runs and changes

    def tell(self, message: Callable[[], Message]) -> None:
        """Post a message to every screen that was opened, in front or not."""
        for screen in self._opened.values():
            if screen.is_running:
                screen.post_message(message())

    def run_event(self, event: Event) -> None:
        """Note an event of a run started here, which gives this as its `watch`, and what can end it."""
        if event.type is EventType.RUN_FINISHED:
            self._workers_of.pop(event.run, None)
        elif worker := active_worker.get(None):
            self._workers_of[event.run] = worker
        self.pass_on(event)

    def cancel_run(self, run: str) -> bool:
        """Cancel what a run was started for; False when it was started elsewhere."""
        worker = self._workers_of.get(run)
        if worker is not None:
            worker.cancel()
        return worker is not None

    def pass_on(self, event: Event) -> None:
        """Pass on an event of a run, whoever runs it."""
        self.following.known(event.run)
        if event.type is EventType.RUN_FINISHED:
            self.running -= {event.run}
        else:
            self.running |= {event.run}
        self.tell(lambda: RunEvent(event))

    def changes_changed(self) -> None:
        """Count again what is pending and tell the screens."""
        self.following.count()
        self.tell(ChangesChanged)

    async def on_event(self, event: events.Event) -> None:
        """Have what computes in the background give way to a key until what it did is painted."""
        if isinstance(event, events.Key) and not event.is_forwarded:
            self.courtesy.begin()
            # Behind the key in the queue of the screen, and then behind the paint that it asks for.
            self.screen.call_later(self.screen.call_after_refresh, self.courtesy.end)
        await super().on_event(event)

    # Actions

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where no memory is there yet, nothing is done to one."""
        return not (action in NEED_MEMORY and self.current_mode == WELCOME)

    async def action_mode(self, mode: str) -> None:
        """Go to another screen."""
        await self.switch_mode(mode)

    def action_help(self) -> None:
        """Show the keys that work here, and why the grey ones do not."""
        from nanomem_tui.tui.screens.help import HelpScreen, help_lines

        screen = self.screen
        about = next((node.HELP for node in _inside_out(screen) if getattr(node, "HELP", None)), "")
        title = f"Keys · {screen.BINDING_GROUP_TITLE or self.TITLE}"
        self.push_screen(HelpScreen(title, " ".join(about.split()), help_lines(screen)))

    def action_undo(self) -> None:
        """Take the newest applied change back."""
        self._walk(self.bank.undo, undone, "Z makes it again.")

    def action_redo(self) -> None:
        """Make again what was undone last."""
        self._walk(self.bank.redo, redone, "z takes it back.")

    def action_compact(self) -> None:
        """Propose to tidy every file that is due."""
        self.progress.compact()

    def action_stop(self) -> None:
        """Stop what takes a while."""
        self.progress.stop()

    async def action_quit(self) -> None:
        """Leave at once; running work is cancelled."""
        self.following.stop()
        self.workers.cancel_all()
        self.exit(0)

    def _walk(self, decide: Callable[[], "Outcome"], say: Callable[["Change"], str], hint: str) -> None:
        words = ""

        def walk() -> "Outcome":
            nonlocal words
            outcome = decide()
            change = outcome.change
            # A redo takes back an undo, which took back the change that has the facts.
            try:
                while change.reverts:
                    change = self.bank.change(change.reverts)
            except NanomemError:
                # It may have been forgotten for good, or be unreadable: done is done all the same.
                words = "Undone." if say is undone else "Redone."
            else:
                words = say(change)
            return outcome

        self.decide(walk, lambda _: words, hint)

    async def show_change(self, id: str) -> None:
        """Go to a change in History."""
        from nanomem_tui.tui.screens.history import HistoryScreen

        await self.switch_mode("history")
        screen = self._opened["history"]
        assert isinstance(screen, HistoryScreen)
        screen.go_to(id)

    async def preview(self, query: str) -> None:
        """Go to Preview with a question."""
        from nanomem_tui.tui.screens.preview import PreviewScreen

        await self.switch_mode("preview")
        screen = self._opened["preview"]
        assert isinstance(screen, PreviewScreen)
        screen.ask(query)


def _inside_out(screen: Screen[Any]) -> Sequence[Any]:
    return screen.focused.ancestors_with_self if screen.focused else [screen]


def first_screen(settings: Settings) -> str | None:
    """Where to begin: where no memory is there yet, nothing is made before the person chose how."""
    return None if settings.root.exists() else WELCOME


def run_app(settings: Settings, *, screen: str | None = None) -> int:
    """Run the app until the person leaves it.

    Args:
        settings: resolved settings.
        screen: the screen to start on, one of `MODES`.

    Returns:
        The exit code of the process.
    """
    app = NanomemApp(settings, screen=screen or first_screen(settings))
    garbage.spare()
    threads.take_turns()
    result = app.run()
    return app.return_code or 0 if result is None else result

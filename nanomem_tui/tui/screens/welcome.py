"""The first screen where no memory is there yet: a sample, a folder that is there, or a new one.

Nothing is made before the person chose.
"""

from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import ActiveBinding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.settings import FLAG, Settings, config_file, for_this_run, given, load, save
from nanomem_tui.tui import actions
from nanomem_tui.tui.modes import NEED_MEMORY
from nanomem_tui.tui.places import short
from nanomem_tui.tui.screens.base import BankScreen
from nanomem_tui.tui.widgets.key_bar import KeyBar
from nanomem_tui.tui.widgets.place_picker import PlacePicker
from nanomem_tui.tui.widgets.row_list import Row, RowList

NEW, DEMO, OPEN = "new", "demo", "open"


class WayList(RowList[str]):
    """The ways to begin."""


class WelcomeScreen(BankScreen):
    """No memory is there yet."""

    SCOPE = actions.Scope.WELCOME
    AUTO_FOCUS = "WayList"
    CSS_PATH = "welcome.tcss"
    BINDINGS: ClassVar = actions.bindings(actions.Scope.WELCOME)
    BINDING_GROUP_TITLE = "Welcome"
    HELP = """There is no memory yet. Choose how to begin; nothing is made before that."""

    def compose(self) -> ComposeResult:
        """What this is, the ways, and a place to look for a folder."""
        with Vertical(id="page"):
            yield Static(self._words(), id="words", markup=False)
            yield WayList()
            yield PlacePicker(folders_only=True)
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the ways."""
        root = short(self.nanomem.settings.root)
        self.ways.show(
            [
                Row(NEW, (("n  ", "mark"), ("Begin a new memory", "strong"), (f"   in {root}", "dim"))),
                Row(
                    DEMO,
                    (
                        ("d  ", "mark"),
                        ("Look around a sample", "strong"),
                        ("   in a temporary folder", "dim"),
                    ),
                ),
                Row(
                    OPEN,
                    (("o  ", "mark"), ("Open a folder", "strong"), ("   of markdown files you have", "dim")),
                ),
            ]
        )
        self.ways.focus()

    @property
    def ways(self) -> WayList:
        """The ways."""
        return self.query_one(WayList)

    @property
    def picker(self) -> PlacePicker:
        """Where a folder is picked."""
        return self.query_one(PlacePicker)

    def _words(self) -> Content:
        return Content.assemble(
            ("nanomem", "bold $primary"),
            "\n\nPersonal memory for language models: a folder of markdown files on this machine.\n"
            "Whatever wants to change it asks you first, and you see what leaves before it does.\n\n",
            (f"There is no memory in {short(self.nanomem.settings.root)} yet.", "$foreground 70%"),
        )

    @on(RowList.Chosen, "WayList")
    async def _chosen(self, message: RowList.Chosen) -> None:
        await self.run_action(str(message.key))

    def why_not(self, action: str) -> str | None:
        """What needs a memory has to wait for one."""
        name = action.removeprefix("app.").partition("(")[0]
        return "Choose how to begin first." if name in NEED_MEMORY else None

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """Without what needs a memory."""
        return {
            key: item
            for key, item in super().active_bindings.items()
            if not self.why_not(item.binding.action)
        }

    def action_new(self) -> None:
        """Make an empty memory."""
        self.nanomem.work("begin", self._new, group="begin")

    def action_demo(self) -> None:
        """Make a sample memory and open it."""
        self.nanomem.work("begin", self._demo, group="begin")

    def action_open(self) -> None:
        """Look for a folder."""
        self.add_class("-placing")
        self.picker.start(Path.home())
        self.picker.names.focus()

    def action_pick(self) -> None:
        """Open the selected folder."""
        if self.has_class("-placing"):
            self.picker.pick()

    def action_back(self) -> None:
        """Back to the ways."""
        self.remove_class("-placing")
        self.ways.focus()

    @on(PlacePicker.Picked)
    def _picked(self, message: PlacePicker.Picked) -> None:
        self.nanomem.work("begin", partial(self._open, message.path), group="begin")

    async def _new(self) -> None:
        settings = self.nanomem.settings

        def make() -> None:
            settings.root.mkdir(mode=0o700, parents=True, exist_ok=True)

        try:
            await self.off_loop(make)
        except OSError as error:
            self.nanomem.say(f"{settings.root} cannot be made: {error.strerror}.", severity="error")
            return
        await self._begin(settings)

    async def _demo(self) -> None:
        from nanomem_tui.bank.sample import copy_sample, propose_sample

        self.nanomem.say("Making a sample memory …")
        root = await self.off_loop(copy_sample)
        await propose_sample(root)
        await self._begin(for_this_run(self.nanomem.settings, root=root))
        self.nanomem.say(
            f"A sample memory of an invented person: {root}", "It stays there until you delete it."
        )

    async def _open(self, folder: Path) -> None:
        app = self.nanomem
        if not await self.off_loop(folder.is_dir):
            app.say(
                f"There is no folder {folder}.",
                "Pick one, or escape and n begins a new memory.",
                severity="error",
            )
            return
        if app.settings.origins.get("root") == FLAG:
            await self._begin(for_this_run(app.settings, root=folder))
            return

        def keep() -> Settings:
            save({"root": str(folder)})
            return load(given(app.settings))

        try:
            settings = await self.off_loop(keep)
        except NanomemError as error:
            app.say_error(error)
            return
        await self._begin(settings)
        app.say(f"{short(folder)} is your memory from now on.", f"Saved in {short(config_file())}.")

    async def _begin(self, settings: Settings) -> None:
        app = self.nanomem
        moved = settings.root != app.bank.root
        try:
            await app.adopt(settings)
        except NanomemError as error:
            app.say_error(error)
            return
        if not moved:
            app.following.start()
        await app.switch_mode("memory")

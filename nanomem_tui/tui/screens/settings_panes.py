"""What the Settings screen shows: its parts, their values, and what is said of the selected one.

It changes nothing. What a person changes stands in `settings_asking` and `settings`.
"""

from functools import partial

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.visible import visible
from nanomem_tui.tui import actions
from nanomem_tui.tui.messages import DiskChanged
from nanomem_tui.tui.safe import plain
from nanomem_tui.tui.screens.base import BankScreen
from nanomem_tui.tui.setting_items import Item, Kind, Listing, Section, list_all
from nanomem_tui.tui.widgets.key_bar import KeyBar
from nanomem_tui.tui.widgets.place_picker import PlacePicker
from nanomem_tui.tui.widgets.raw_editor import RawEditor
from nanomem_tui.tui.widgets.row_list import Row, RowList
from nanomem_tui.tui.widgets.setting_panel import SettingPanel
from nanomem_tui.tui.widgets.status_bar import StatusBar
from nanomem_tui.tui.widgets.words import shown_lines


class SectionList(RowList[Section]):
    """The parts of the screen."""


class ItemList(RowList[str]):
    """The values of a part."""


class SettingsPanes(BankScreen):
    """The panes of the Settings screen."""

    SCOPE = actions.Scope.SETTINGS
    AUTO_FOCUS = "SectionList"

    def __init__(self) -> None:
        super().__init__()
        self.listing: Listing | None = None
        self._diffs = False
        self._tried: list[tuple[bool, str, str]] = []
        """What a test of the model found: works, name, told."""

    def compose(self) -> ComposeResult:
        """Top line, parts, values, what is said of one of them, footer."""
        yield StatusBar()
        with Container(id="panes"):
            with Vertical(id="parts", classes="pane"):
                yield SectionList()
            with Vertical(id="values"):
                with Vertical(id="list", classes="pane"):
                    yield ItemList()
                with Vertical(id="detail", classes="pane"):
                    with VerticalScroll(id="about"):
                        yield Static(id="words", markup=False)
                    yield SettingPanel()
                    yield PlacePicker(folders_only=True)
                yield RawEditor(id="editor")
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin with the model."""
        self.query_one("#parts").border_title = "Settings"
        self.sections.show([Row(section, (("", ""), (section.value, ""))) for section in Section])
        self.sections.focus()

    def on_screen_resume(self) -> None:
        """Others may have changed what is shown."""
        self.reload()

    # The parts

    @property
    def sections(self) -> SectionList:
        """The parts."""
        return self.query_one(SectionList)

    @property
    def items(self) -> ItemList:
        """The values of the part that is open."""
        return self.query_one(ItemList)

    @property
    def panel(self) -> SettingPanel:
        """Where a value is changed."""
        return self.query_one(SettingPanel)

    @property
    def picker(self) -> PlacePicker:
        """Where a folder is picked."""
        return self.query_one(PlacePicker)

    @property
    def editor(self) -> RawEditor:
        """Where a prompt is edited."""
        return self.query_one(RawEditor)

    @property
    def item(self) -> Item | None:
        """The selected value."""
        if self.listing is None:
            return None
        key = self.items.key
        return None if key is None else self.listing.item(key)

    # Reading

    def reload(self, select: str = "") -> None:
        """Read everything again, soon."""
        self.nanomem.work("settings", partial(self._load, select), group="settings")

    async def _load(self, select: str) -> None:
        app = self.nanomem
        read = partial(list_all, app.bank, app.settings, list(app.available_themes), app.theme)
        try:
            self.listing = await self.off_loop(read)
        except NanomemError as error:
            app.say_error(error)
            return
        self._show_section(select)

    @on(DiskChanged)
    def _disk_changed(self, message: DiskChanged) -> None:
        if message.seen.policy or message.seen.files:
            self.reload()

    @on(RowList.Moved, "SectionList")
    def _other_section(self) -> None:
        self._show_section()

    def _show_section(self, select: str = "") -> None:
        section = self.sections.key
        if self.listing is None or section is None:
            return
        items = self.listing.sections[section]
        width = min(max((len(item.name) for item in items), default=0), 30)
        rows: list[Row[str]] = []
        for item in items:
            if item.heading:
                rows.append(Row(None, ((item.heading, "heading"),)))
            name = (f"{visible(item.name):<{width}}  ", "dim" if item.value else "strong")
            value = (item.value, "bad" if item.is_bad else "")
            rows.append(
                Row(item.key, (name, value), ((f"  {item.origin}"[:32], "dim"),) if item.origin else ())
            )
        self.query_one("#list").border_title = section.value
        self.items.show(rows, key=select or None)
        self._show_about()

    @on(RowList.Moved, "ItemList")
    def _other_item(self) -> None:
        self._diffs = False
        self._show_about()

    def _show_about(self) -> None:
        item = self.item
        self.refresh_bindings()
        if item is None:
            return
        self.query_one("#detail").border_title = Content(visible(item.name))
        if item.kind is Kind.PROMPT:
            self.nanomem.work("prompt", partial(self._show_prompt, item), group="prompt")
            return
        parts = [plain(item.about, "$error" if item.is_bad else "", newlines=True)]
        if self._tried and self.sections.key is Section.MODEL:
            parts.append(Content(""))
            for works, name, told in self._tried:
                mark = ("✓", "$success") if works else ("✗", "$error")
                parts.append(Content.assemble(mark, f" {name:<11} ", (visible(told), "$foreground 80%")))
        self._say(Content("\n").join(parts))

    async def _show_prompt(self, item: Item) -> None:
        name = item.key.partition(":")[2]
        try:
            if self._diffs:
                lines = await self.off_loop(lambda: self.bank.prompt_diff(name))
                styles = {"+": "$success", "-": "$error", "@": "$accent"}
                shown = [
                    Content.styled(line, styles.get(line[:1], ""))
                    for raw in lines
                    for line in shown_lines(raw)
                ]
                text = Content("\n").join(shown or [Content("It is the built-in prompt.")])
            else:
                prompt = await self.off_loop(lambda: self.bank.prompt(name))
                text = plain("\n".join(shown_lines(prompt)), newlines=True)
        except NanomemError as error:
            text = plain(str(error), "$error")
        about = plain(f"{item.about}\n", "$error" if item.is_bad else "$foreground 60%", newlines=True)
        self._say(Content("\n").join([about, text]))

    def _say(self, content: Content) -> None:
        self.query_one("#words", Static).update(content)
        self.query_one("#about", VerticalScroll).scroll_home(animate=False)

    # Layout

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A narrow screen shows the parts, or the values."""
        self.set_class(self.focused is not self.sections, "-inside")
        self.refresh_bindings()

    @on(RowList.Chosen, "SectionList")
    def _enter_section(self) -> None:
        self.items.focus()

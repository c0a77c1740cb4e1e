"""The Settings screen, whole: every value with where it comes from, and changing it.

What is chosen is saved in `config.toml`, the policy or the prompts' folder and holds at once; what it means
is the bank's and the settings' business.
"""

from functools import partial
from typing import ClassVar

from textual.binding import ActiveBinding
from textual.widgets import Input

from nanomem_tui.bank.external import edited_outside, editor_command
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.lines import decode, encode
from nanomem_tui.tui import actions
from nanomem_tui.tui.footer import fitting
from nanomem_tui.tui.places import short
from nanomem_tui.tui.screens.settings_asking import OF_PROVIDER
from nanomem_tui.tui.screens.settings_recipients import SettingsRecipients
from nanomem_tui.tui.setting_items import NEW_RECIPIENT, Kind, Section


class SettingsScreen(SettingsRecipients):
    """The settings in force, and changing them."""

    CSS_PATH = "settings.tcss"
    BINDINGS: ClassVar = actions.bindings(actions.Scope.SETTINGS)
    BINDING_GROUP_TITLE = "Settings"
    HELP = """Every value, where it comes from, and changing it: enter or e. What you change holds at once."""

    # Prompts

    def action_editor(self) -> None:
        """Edit the prompt in the person's own editor."""
        item = self.item
        if item is None:
            return
        name = item.key.partition(":")[2]
        before = encode(self.bank.prompt(name))
        try:
            with self.app.suspend():
                after = edited_outside(editor_command(), f"{name}.md", before)
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        if after == before:
            self.nanomem.say("Nothing was changed.")
        else:
            self.nanomem.work("prompt", partial(self._write_prompt, name, decode(after)), group="prompt")

    def action_diff(self) -> None:
        """Show how the person's prompt differs, or the prompt."""
        self._diffs = not self._diffs
        self._show_about()

    # Taking back, trying out

    def action_reset(self) -> None:
        """Back to what holds without the value."""
        item = self.item
        if item is None:
            return
        kind, _, name = item.key.partition(":")
        match item.kind:
            case Kind.KEY:
                self._save({}, {name: None})
            case Kind.RECIPIENT:
                self.drop(item)
            case Kind.PROMPT | Kind.CONSENT:
                self.nanomem.work("reset", partial(self._take_back, kind, name), group="reset")
            case _ if kind == "provider":
                self._save({"provider": None, **dict.fromkeys(OF_PROVIDER)})
            case _:
                self._save({kind: None, **({"api_key": None} if kind == "base_url" else {})})

    async def _take_back(self, kind: str, name: str) -> None:
        app = self.nanomem
        try:
            if kind == "consent":
                await self.off_loop(lambda: self.bank.revoke(name))
                app.say(f"{name} gets facts of level ask after a yes only, from now on.")
            else:
                kept = await self.off_loop(lambda: self.bank.reset_prompt(name))
                app.say(f"{name} uses our prompt.", f"Yours is kept in {short(kept)}." if kept else "")
        except NanomemError as error:
            app.say_error(error)
            return
        self.reload()

    def action_test(self) -> None:
        """Try the model."""
        if self.sections.key is not Section.MODEL:
            self.sections.go_to(Section.MODEL)
        self._tried = []
        self.nanomem.work("test", self._test, group="test")

    async def _test(self) -> None:
        from nanomem_tui.bank.login import target_in, try_out

        app = self.nanomem
        try:
            where = await self.off_loop(lambda: target_in(app.settings))
            self._tried = [(True, "asking", f"{where.base_url} …")]
            self._show_about()
            found: list[tuple[bool, str, str]] = []
            async for finding in try_out(where, app.settings.proxy):
                told = f"{finding.told} {finding.next_step}".strip()
                found.append((finding.works, finding.name, told))
                self._tried = list(found)
                self._show_about()
        except NanomemError as error:
            self._tried = [(False, "test", str(error))]
            self._show_about()

    # What can be done

    def why_not(self, action: str) -> str | None:
        """What the selection does not allow."""
        item = self.item
        settings = self.nanomem.settings
        if action == "test":
            none = {
                "rules": "The built-in rules need no test.",
                "local": "A model file is tried when it is used.",
            }
            return none.get(settings.provider)
        if action in ("change", "reset", "diff", "editor"):
            if item is None:
                return "Select a value first."
            if action in ("diff", "editor") and item.kind is not Kind.PROMPT:
                return "Select a prompt first."
            if action == "editor" and not editor_command():
                return "No editor is set. Set $EDITOR to one, or use e."
        if action == "change" and item is not None:
            if item.kind is Kind.NOTHING:
                return "This is changed elsewhere, as said below."
            if item.kind is Kind.CONSENT:
                return "x takes the consent back."
            if item.kind is Kind.WORDS and len(item.words) < 2:
                return "There is nothing else to choose."
        if action == "reset" and item is not None:
            if item.kind in (Kind.LEVEL, Kind.NOTHING, Kind.SECRET) or item.key == NEW_RECIPIENT:
                return "There is nothing to go back to."
            if item.kind is Kind.KEY and item.key.partition(":")[2] not in settings.keys:
                return "It has its own key."
            if item.kind is Kind.PROMPT and item.value == "built in":
                return "It is our prompt."
            plain_value = item.kind in (Kind.WORDS, Kind.TEXT, Kind.FOLDER)
            if plain_value and settings.origins.get(item.key) is None:
                return "It is the default."
        return None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While something is asked, keys belong to the answer."""
        asking = self.has_class("-asking") or self.has_class("-placing") or isinstance(self.focused, Input)
        if asking and action in ("change", "reset", "test", "diff", "editor"):
            return False
        return super().check_action(action, parameters)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """Only what has room in the footer."""
        return fitting(super().active_bindings, self.size.width, {"undo": 70, "review": 62})

    def action_cancel(self) -> None:
        """Leave the editor of a prompt."""
        self.action_back()

    def action_back(self) -> None:
        """From a question to the values, from the values to the parts."""
        if self.has_class("-asking") or self.has_class("-placing") or self.has_class("-editing"):
            self._leave()
        else:
            self.sections.focus()

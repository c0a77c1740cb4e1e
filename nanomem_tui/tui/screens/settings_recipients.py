"""Named recipients in Settings: one more, other paths for one, or one less, each shown before it is written.

What a recipient gets in the end is the gate's business.
"""

from collections.abc import Sequence
from functools import partial

from textual import on

from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.visible import visible
from nanomem_tui.tui.screens.settings_asking import NO, YES, SettingsAsking
from nanomem_tui.tui.setting_items import NEW_RECIPIENT, Item, Kind
from nanomem_tui.tui.setting_words import admitted
from nanomem_tui.tui.widgets.setting_panel import SettingPanel
from nanomem_tui.tui.widgets.words import count

ADMIT = "admit:"
"""What the panel asks about when it asks whether to write."""


class SettingsRecipients(SettingsAsking):
    """Who, by name, may be told of what."""

    def __init__(self) -> None:
        super().__init__()
        self._meant: tuple[str, tuple[str, ...]] = ("", ())
        """The recipient that is asked about, and the globs they are to have; none: they are to go."""

    def action_change(self) -> None:
        """Ask for another value, or for a recipient."""
        item = self.item
        if item is None or item.kind is not Kind.RECIPIENT:
            super().action_change()
        elif item.key == NEW_RECIPIENT:
            self._ask(NEW_RECIPIENT, item.about, text="")
        else:
            self._ask_paths(item.name, item.words)

    def drop(self, item: Item) -> None:
        """Ask whether a recipient is to go."""
        self._show_change(item.name, ())

    def _ask_paths(self, name: str, globs: Sequence[str]) -> None:
        question = (
            f"What may {visible(name)} be told of, and of nothing else? Globs, with commas between them."
        )
        self._ask(f"{NEW_RECIPIENT}{name}", question, text=", ".join(globs))

    @on(SettingPanel.Answered)
    def _answered_recipient(self, message: SettingPanel.Answered) -> None:
        about, text = message.about, message.text.strip()
        if about == NEW_RECIPIENT:
            if text:
                known = self.listing.item(f"{NEW_RECIPIENT}{text}") if self.listing else None
                self._ask_paths(text, known.words if known else ())
            else:
                self._leave()
        elif about.startswith(NEW_RECIPIENT):
            globs = tuple(part.strip() for part in text.split(",") if part.strip())
            if globs:
                self._show_change(about.removeprefix(NEW_RECIPIENT), globs)
            else:
                self.nanomem.say("Name at least one path, such as work/**.", "x takes a recipient out.")
        elif about == ADMIT:
            self._leave()
            if text == YES:
                self.nanomem.work("recipient", self._write_recipient, group="recipient")

    def _show_change(self, name: str, globs: tuple[str, ...]) -> None:
        self._meant = (name, globs)
        self.nanomem.work("recipient", self._ask_to_write, group="recipient")

    async def _ask_to_write(self) -> None:
        name, globs = self._meant
        try:
            change = await self.off_loop(partial(self.bank.recipient_change, name, globs))
        except NanomemError as error:
            self.nanomem.say_error(error)
            self._leave()
            return
        # What tells somebody more, and what takes somebody out, is not written by a mere enter.
        careful = bool(change.freer) or not globs
        words = ((NO, ""), (YES, "")) if careful else ((YES, ""), (NO, ""))
        self._ask(ADMIT, admitted(change), words=words)

    async def _write_recipient(self) -> None:
        name, globs = self._meant
        try:
            if globs:
                change = await self.off_loop(partial(self.bank.set_recipient, name, globs))
            else:
                change = await self.off_loop(partial(self.bank.remove_recipient, name))
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        if globs:
            told = f"{change.name} may be told of {', '.join(globs)} from now on."
            self.nanomem.say(told, f"That is {count(len(change.files), 'file')} today.")
        else:
            self.nanomem.say(f"{change.name} is no recipient any more.")
        self.reload(f"{NEW_RECIPIENT}{change.name}" if globs and self.items.key == NEW_RECIPIENT else "")

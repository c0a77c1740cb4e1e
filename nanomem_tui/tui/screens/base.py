"""What every screen shares: the bank within reach, and an action that cannot run saying why.

It knows no particular screen.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

from textual import events
from textual.screen import Screen
from textual.widgets._footer import FooterKey

if TYPE_CHECKING:
    from nanomem_tui.bank import MemoryBank
    from nanomem_tui.tui.app import NanomemApp

Result = TypeVar("Result")


class BankScreen(Screen[None]):
    """A screen over the memory bank."""

    _explained: tuple[str, float] = ("", 0.0)
    """The reason given last, and until when it is in sight."""

    @property
    def nanomem(self) -> "NanomemApp":
        """The app, by its own type."""
        return cast("NanomemApp", self.app)

    @property
    def bank(self) -> "MemoryBank":
        """The memory this app shows."""
        return self.nanomem.bank

    def why_not(self, action: str) -> str | None:
        """Why an action of this screen cannot run now, in one sentence; None when it can."""
        return None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out in the footer what cannot run now."""
        # Keys are looked up while the screen is still being made: its parts are not there to be asked.
        return None if self.is_mounted and self.why_not(action) else True

    def on_key(self, event: events.Key) -> None:
        """A key that reached the screen did nothing; when it belongs to a greyed action, say why.

        It goes no further: the app may mean something else by the same key, and would do that.
        """
        if self._explain(event.key):
            event.stop()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """The same for a click on a greyed key of the footer."""
        if isinstance(event.widget, FooterKey) and event.widget.has_class("-disabled"):
            self._explain(event.widget.key)

    def _explain(self, key: str) -> bool:
        """Whether the key belongs to a greyed action; the person has been told why it is grey."""
        active = self.active_bindings.get(key)
        if active is None or active.enabled or active.node is not self:
            return False
        reason = self.why_not(active.binding.action.partition("(")[0])
        # Words typed past a text field are many keys: a reason that can still be read is not given again.
        now = time.monotonic()
        if reason and (reason != self._explained[0] or now > self._explained[1]):
            self._explained = (reason, now + self.app.NOTIFICATION_TIMEOUT)
            self.nanomem.say(reason, severity="warning")
        return True

    async def off_loop(self, call: Callable[[], Result]) -> Result:
        """Run a bank call that may take a while in a thread, so that keys stay answered."""
        return await self.nanomem.off_loop(call)

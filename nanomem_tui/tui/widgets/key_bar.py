"""The footer: Textual's own, rebuilt only when it would look different, so that it does not flicker."""

from textual.screen import Screen
from textual.widgets import Footer


class KeyBar(Footer):
    """The keys worth knowing here."""

    def __init__(self) -> None:
        super().__init__(compact=True, show_command_palette=False)
        self._shown: object = None

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Build anew when a key came, went, or turned grey."""
        keys = [
            (active.binding.key, active.binding.action, active.enabled)
            for active in self.screen.active_bindings.values()
            if active.binding.show
        ]
        if keys != self._shown:
            self._shown = keys
            super().bindings_changed(screen)

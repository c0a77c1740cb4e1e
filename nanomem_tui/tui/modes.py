"""The screens a person can be on, by name. Each is imported when it is opened first."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nanomem_tui.tui.screens.base import BankScreen

MODES: dict[str, str] = {
    "memory": "MemoryScreen",
    "review": "ReviewScreen",
    "preview": "PreviewScreen",
    "history": "HistoryScreen",
    "traces": "TracesScreen",
    "settings": "SettingsScreen",
    "importing": "ImportingScreen",
}
"""The class of each screen; its module is `screens/<name>.py`."""


WELCOME = "welcome"
"""Shown where no memory is there yet; no key leads to it."""
NEED_MEMORY = frozenset({"mode", "undo", "redo", "compact", "stop"})
"""Actions of the app that make no sense there."""


def make_screen(mode: str) -> "BankScreen":
    """A new screen of the given name."""
    module = import_module(f"nanomem_tui.tui.screens.{mode}")
    screen: BankScreen = getattr(module, MODES.get(mode, "WelcomeScreen"))()
    return screen

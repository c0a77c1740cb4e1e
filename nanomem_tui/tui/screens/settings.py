"""The Settings screen: the settings in force, and changing them."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Footer

from nanomem_tui.tui import actions
from nanomem_tui.tui.screens.base import BankScreen
from nanomem_tui.tui.widgets.status_bar import StatusBar


class SettingsScreen(BankScreen):
    """The settings in force, and changing them."""

    SCOPE = actions.Scope.SETTINGS
    BINDINGS: ClassVar = actions.bindings(actions.Scope.SETTINGS)
    BINDING_GROUP_TITLE = "Settings"

    def compose(self) -> ComposeResult:
        yield StatusBar()
        yield Footer(compact=True, show_command_palette=False)

    def action_back(self) -> None:
        """Nothing has the focus yet."""

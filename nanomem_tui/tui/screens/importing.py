"""The Importing screen: bring in a chat export, notes or another memory."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Footer

from nanomem_tui.tui import actions
from nanomem_tui.tui.screens.base import BankScreen
from nanomem_tui.tui.widgets.status_bar import StatusBar


class ImportingScreen(BankScreen):
    """Bring in a chat export, notes or another memory."""

    SCOPE = actions.Scope.IMPORTING
    BINDINGS: ClassVar = actions.bindings(actions.Scope.IMPORTING)
    BINDING_GROUP_TITLE = "Importing"

    def compose(self) -> ComposeResult:
        yield StatusBar()
        yield Footer(compact=True, show_command_palette=False)

    def action_back(self) -> None:
        """Nothing has the focus yet."""

"""The Preview screen: what a query would disclose, before it leaves."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Footer

from nanomem_tui.tui import actions
from nanomem_tui.tui.screens.base import BankScreen
from nanomem_tui.tui.widgets.status_bar import StatusBar


class PreviewScreen(BankScreen):
    """What a query would disclose, before it leaves."""

    SCOPE = actions.Scope.PREVIEW
    BINDINGS: ClassVar = actions.bindings(actions.Scope.PREVIEW)
    BINDING_GROUP_TITLE = "Preview"

    def compose(self) -> ComposeResult:
        yield StatusBar()
        yield Footer(compact=True, show_command_palette=False)

    def action_back(self) -> None:
        """Nothing has the focus yet."""

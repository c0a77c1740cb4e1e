"""The Memory screen: the tree, the facts of a file, the editor of a fact, the live trace and the prompt."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Footer

from nanomem_tui.tui import actions
from nanomem_tui.tui.screens.base import BankScreen
from nanomem_tui.tui.widgets.status_bar import StatusBar


class MemoryScreen(BankScreen):
    """What is remembered."""

    SCOPE = actions.Scope.MEMORY
    CSS_PATH = "memory.tcss"
    BINDINGS: ClassVar = actions.bindings(actions.Scope.MEMORY)
    BINDING_GROUP_TITLE = "Memory"

    def compose(self) -> ComposeResult:
        """Top line, panes, prompt, footer."""
        yield StatusBar()
        yield Footer(compact=True, show_command_palette=False)

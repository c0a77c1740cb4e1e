"""The one registry of actions: bindings, footer, help panel, command palette and remapping come from it.

It knows no screen and no widget. An action names the method that runs it (`action_<name>` of its screen or
of the app), and its `id` is the name by which `keys` in the settings gives it another key. Each screen has a
module for its own.
"""

from textual.binding import Binding, BindingType

from nanomem_tui.tui.actions.action import Action, Scope
from nanomem_tui.tui.actions.everywhere import EVERYWHERE
from nanomem_tui.tui.actions.history import HISTORY
from nanomem_tui.tui.actions.importing import IMPORTING
from nanomem_tui.tui.actions.memory import MEMORY
from nanomem_tui.tui.actions.preview import PREVIEW
from nanomem_tui.tui.actions.review import REVIEW
from nanomem_tui.tui.actions.settings import SETTINGS
from nanomem_tui.tui.actions.traces import TRACES
from nanomem_tui.tui.actions.welcome import WELCOME

__all__ = ["ACTIONS", "BY_ID", "Action", "Scope", "bindings"]

ACTIONS: tuple[Action, ...] = (
    *EVERYWHERE,
    *MEMORY,
    *REVIEW,
    *PREVIEW,
    *HISTORY,
    *TRACES,
    *SETTINGS,
    *IMPORTING,
    *WELCOME,
)
"""All of them, in the order in which the palette shows them."""
BY_ID = {action.id: action for action in ACTIONS}
"""Every action by its id."""


def bindings(scope: Scope) -> list[BindingType]:
    """The key bindings of a scope, for the `BINDINGS` of its screen."""
    return [
        Binding(
            action.key,
            action.run,
            action.title,
            show=action.footer,
            priority=action.priority,
            tooltip=action.help,
            id=action.id,
        )
        for action in ACTIONS
        if action.scope is scope
    ]

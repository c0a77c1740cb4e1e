"""What can be done on the Importing screen."""

from nanomem_tui.tui.actions.action import Action, Scope, on

_importing = on(Scope.IMPORTING)

IMPORTING: tuple[Action, ...] = (
    _importing("importing-back", "escape", "Back", "Leave what has the focus.", run="back", palette=False),
)

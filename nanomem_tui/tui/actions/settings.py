"""What can be done on the Settings screen."""

from nanomem_tui.tui.actions.action import Action, Scope, on

_settings = on(Scope.SETTINGS)

SETTINGS: tuple[Action, ...] = (
    _settings("settings-back", "escape", "Back", "Leave what has the focus.", run="back", palette=False),
)

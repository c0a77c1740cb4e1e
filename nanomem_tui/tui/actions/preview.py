"""What can be done on the Preview screen."""

from nanomem_tui.tui.actions.action import Action, Scope, on

_preview = on(Scope.PREVIEW)

PREVIEW: tuple[Action, ...] = (
    _preview("preview-back", "escape", "Back", "Leave what has the focus.", run="back", palette=False),
)

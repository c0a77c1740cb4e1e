"""What can be done where no memory is there yet."""

from nanomem_tui.tui.actions.action import Action, Scope, on

_welcome = on(Scope.WELCOME)

WELCOME: tuple[Action, ...] = (
    _welcome("welcome-new", "n", "New memory", "Begin an empty memory.", run="new", footer=True),
    _welcome("welcome-demo", "d", "Demo", "Look around a sample memory.", run="demo", footer=True),
    _welcome("welcome-open", "o", "Open folder", "Open a memory that is there.", run="open", footer=True),
    _welcome("welcome-pick", "space", "Pick", "Open the selected folder.", run="pick"),
    _welcome("welcome-back", "escape", "Back", "Back to the three ways.", run="back", palette=False),
)

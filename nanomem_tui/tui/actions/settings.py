"""What can be done on the Settings screen."""

from nanomem_tui.tui.actions.action import Action, Scope, on

_settings = on(Scope.SETTINGS)

SETTINGS: tuple[Action, ...] = (
    _settings("settings-change", "e", "Change", "Change what is selected.", run="change", footer=True),
    _settings(
        "settings-reset",
        "x,delete",
        "Reset",
        "Back to what holds without it: the default, the action's own key, our prompt; a consent is revoked,"
        " a recipient goes.",
        run="reset",
        footer=True,
    ),
    _settings(
        "settings-test",
        "c",
        "Test model",
        "Try what the model can do, one thing after the other.",
        run="test",
        footer=True,
    ),
    _settings(
        "settings-diff", "d", "Diff", "How your prompt differs from ours, or the prompt again.", run="diff"
    ),
    _settings("settings-editor", "o", "Open $EDITOR", "Edit the prompt in your own editor.", run="editor"),
    _settings("settings-back", "escape", "Back", "Leave what has the focus.", run="back", palette=False),
)

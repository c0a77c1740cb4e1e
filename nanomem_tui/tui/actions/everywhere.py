"""What can be done on every screen."""

from nanomem_tui.tui.actions.action import Action, Scope


def _app(id: str, key: str, run: str, title: str, help: str, **more: bool) -> Action:
    return Action(id, Scope.APP, key, f"app.{run}", title, help, **more)


EVERYWHERE: tuple[Action, ...] = (
    _app("memory", "1", "mode('memory')", "Memory", "Browse and edit what is remembered."),
    _app("review", "r,2,f2", "mode('review')", "Review", "Decide on proposed changes.", footer=True),
    _app("preview", "p,3", "mode('preview')", "Preview", "See what a query would disclose, before it goes."),
    _app(
        "history", "h,4", "mode('history')", "History", "What changed, when and by whom; take changes back."
    ),
    _app("traces", "t,5", "mode('traces')", "Traces", "Watch what models do and did, step by step."),
    _app(
        "settings", "comma,6", "mode('settings')", "Settings", "Model, trust, approval, policy, keys, theme."
    ),
    _app("import", "i,7", "mode('importing')", "Import", "Bring in chat exports, notes and other memories."),
    _app("undo", "z", "undo", "Undo", "Take the newest change back.", footer=True),
    _app("redo", "Z", "redo", "Redo", "Make again what was undone last."),
    _app(
        "compact", "C", "compact", "Tidy", "Propose to tidy every file that changed since it was tidied last."
    ),
    _app("stop", "X", "stop", "Stop", "Stop an import or the tidying; what they proposed so far waits."),
    _app("help", "question_mark,f1", "help", "Help", "Show or hide all keys of this screen.", footer=True),
    _app(
        "commands",
        "ctrl+p",
        "command_palette",
        "Commands",
        "Find any action by name.",
        footer=True,
        priority=True,
        palette=False,
    ),
    _app("theme", "f3", "change_theme", "Theme", "Choose the colors."),
    _app(
        "quit", "ctrl+q", "quit", "Quit", "Leave. Running work is cancelled, nothing is lost.", priority=True
    ),
)

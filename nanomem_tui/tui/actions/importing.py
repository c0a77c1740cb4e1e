"""What can be done on the Import screen."""

from nanomem_tui.tui.actions.action import Action, Scope, on

_importing = on(Scope.IMPORTING)

IMPORTING: tuple[Action, ...] = (
    _importing(
        "import-pick",
        "space",
        "Pick",
        "In the folder: see what the selection holds. In the list: choose it or leave it out.",
        run="pick",
        footer=True,
    ),
    _importing("import-all", "a", "All", "Choose all that are shown, or none.", run="all", footer=True),
    _importing(
        "import-filter",
        "slash",
        "Filter",
        "Only what has these words in its title, or since a day: since:2026-01-31.",
        run="filter",
        footer=True,
    ),
    _importing("import-path", "p", "Path", "Type the path of a file or folder.", run="path"),
    _importing(
        "import-start",
        "i",
        "Import",
        "Read what is chosen and propose what to keep.",
        run="start",
        footer=True,
    ),
    _importing(
        "importing-back",
        "escape",
        "Back",
        "Stop, or leave what has the focus.",
        run="back",
        palette=False,
    ),
)

"""What can be done on the History screen."""

from nanomem_tui.tui.actions.action import Action, Scope, on

_history = on(Scope.HISTORY)

HISTORY: tuple[Action, ...] = (
    _history("revert", "v", "Revert", "Take the selected change back.", footer=True),
    _history(
        "past",
        "b",
        "Then",
        "See the memory as it was right after the selected change; to read only.",
        footer=True,
    ),
    _history(
        "history-why",
        "w",
        "Why",
        "See where the selected edit's fact comes from, and its story.",
        run="why",
    ),
    _history(
        "history-filter",
        "slash",
        "Filter",
        "Show changes by file, author, flow, date or words.",
        run="filter",
        footer=True,
    ),
    _history(
        "history-full", "f", "Full width", "Show the change in full width, or the list again.", run="full"
    ),
    _history("history-back", "escape", "Back", "Leave what has the focus.", run="back", palette=False),
)

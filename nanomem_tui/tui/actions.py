"""The one registry of actions: bindings, footer, help panel, command palette and remapping come from it.

It knows no screen and no widget. An action names the method that runs it (`action_<name>` of its screen or of
the app), and its `id` is the name by which `keys` in the settings gives it another key.
"""

from dataclasses import dataclass
from enum import StrEnum

from textual.binding import Binding, BindingType


class Scope(StrEnum):
    """Where an action can be used: everywhere, or on one screen."""

    APP = "app"
    MEMORY = "memory"
    FACT = "fact"
    """Inside the editor of a fact."""
    TEXT = "text"
    """Inside the editor of a file's text."""
    PROMPT = "prompt"
    """Inside the prompt line."""
    REVIEW = "review"
    HISTORY = "history"
    TRACES = "traces"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do."""

    id: str
    """Its name in the settings' `keys`; unique."""
    scope: Scope
    key: str
    """Its key, or several separated by commas."""
    run: str
    """The Textual action: `edit` is `action_edit` of its screen, `app.undo` is `action_undo` of the app."""
    title: str
    """One or two words: footer and palette."""
    help: str
    """One sentence: help panel, palette and tooltip."""
    footer: bool = False
    """It is worth a place in the footer."""
    priority: bool = False
    """It works even while a text field has the focus."""
    palette: bool = True
    """It makes sense when picked from a list."""


def _app(id: str, key: str, run: str, title: str, help: str, **more: bool) -> Action:
    return Action(id, Scope.APP, key, f"app.{run}", title, help, **more)


def _memory(id: str, key: str, title: str, help: str, run: str | None = None, **more: bool) -> Action:
    return Action(id, Scope.MEMORY, key, run or id.replace("-", "_"), title, help, **more)


def _review(id: str, key: str, title: str, help: str, run: str | None = None, **more: bool) -> Action:
    return Action(id, Scope.REVIEW, key, run or id.replace("-", "_"), title, help, **more)


def _history(id: str, key: str, title: str, help: str, run: str | None = None, **more: bool) -> Action:
    return Action(id, Scope.HISTORY, key, run or id.replace("-", "_"), title, help, **more)


def _traces(id: str, key: str, title: str, help: str, run: str | None = None, **more: bool) -> Action:
    return Action(id, Scope.TRACES, key, run or id.replace("-", "_"), title, help, **more)


ACTIONS: tuple[Action, ...] = (
    # Everywhere
    _app("memory", "1", "mode('memory')", "Memory", "Browse and edit what is remembered."),
    _app("review", "r,2,f2", "mode('review')", "Review", "Decide on proposed changes.", footer=True),
    _app(
        "history", "h,3", "mode('history')", "History", "What changed, when and by whom; take changes back."
    ),
    _app("traces", "t,4", "mode('traces')", "Traces", "Watch what models do and did, step by step."),
    _app("undo", "z", "undo", "Undo", "Take the newest change back.", footer=True),
    _app("redo", "Z", "redo", "Redo", "Make again what was undone last."),
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
    # Memory
    _memory("add", "a", "Add", "Tell the memory something; it proposes facts for review.", footer=True),
    _memory("query", "q", "Query", "Ask, and see what would be disclosed.", footer=True),
    _memory("edit", "e", "Edit", "Edit every field of the selected fact.", footer=True),
    _memory("filter", "slash", "Search", "Narrow the tree and find facts as you type.", footer=True),
    _memory("new-fact", "n", "New fact", "Write a fact into the selected file by hand."),
    _memory("archive", "x", "Archive", "Send the selected fact to history."),
    _memory("remove", "d,delete", "Remove", "Take the selected fact out of its file."),
    _memory("move", "m", "Move", "Move the selected fact to another file."),
    _memory(
        "why", "w", "Why", "See where the selected fact comes from, in whose words, and what it was before."
    ),
    _memory("raw", "v", "Raw text", "See and edit the whole file as text."),
    _memory("new-file", "N", "New file", "Make a file; folders in its path are made with it."),
    _memory("rename-file", "M", "Rename file", "Give the selected file another name or folder."),
    _memory("delete-file", "D", "Delete file", "Delete the selected file; z brings it back."),
    _memory("editor", "o", "Open $EDITOR", "Edit the whole file in your own editor."),
    _memory("include-asked", "y", "Include asked", "Answer again with the facts that need a yes."),
    _memory("show-history", "H", "Fold history", "Show or hide the facts that are no longer current."),
    _memory(
        "cancel", "escape", "Cancel", "Stop the running work, or leave what has the focus.", palette=False
    ),
    Action("save-fact", Scope.FACT, "ctrl+s", "save", "Save", "Save the fact.", footer=True),
    Action(
        "leave-fact", Scope.FACT, "escape", "screen.cancel", "Leave", "Give up what you wrote.", footer=True
    ),
    Action(
        "save-text", Scope.TEXT, "ctrl+s", "save", "Save", "Save the whole file as one change.", footer=True
    ),
    Action("leave-text", Scope.TEXT, "escape", "screen.cancel", "Leave", "Back to the facts.", footer=True),
    Action("send", Scope.PROMPT, "enter", "send", "Send", "Send what you wrote.", footer=True),
    Action(
        "turn", Scope.PROMPT, "tab", "turn", "Add / Query", "Turn between adding and asking.", footer=True
    ),
    Action("newline", Scope.PROMPT, "ctrl+j,shift+enter", "newline", "New line", "Begin another line."),
    Action("leave", Scope.PROMPT, "escape", "screen.cancel", "Leave", "Cancel a run, or leave.", footer=True),
    # Review
    _review("approve", "a", "Approve", "Apply the selected edit.", footer=True),
    _review("reject", "r", "Reject", "Reject the selected edit; nothing is written.", footer=True),
    _review(
        "approve-all",
        "A",
        "Approve all",
        "Apply every edit that is neither flagged nor in conflict.",
        footer=True,
    ),
    _review("reject-all", "R", "Reject all", "Reject every open edit of this change.", footer=True),
    _review("amend", "e", "Edit", "Edit the selected edit, then apply it.", footer=True),
    _review("comment", "c", "Comment", "Reject the selected edit and say why.", footer=True),
    _review("review-full", "f", "Full width", "Show the edits in full width, or the list again.", run="full"),
    _review("review-back", "escape", "Back", "Leave what has the focus.", run="back", palette=False),
    # History
    _history("revert", "v", "Revert", "Take the selected change back.", footer=True),
    _history(
        "history-filter",
        "slash",
        "Filter",
        "Show changes by file, author or flow.",
        run="filter",
        footer=True,
    ),
    _history(
        "history-full", "f", "Full width", "Show the change in full width, or the list again.", run="full"
    ),
    _history("history-back", "escape", "Back", "Leave what has the focus.", run="back", palette=False),
    # Traces
    _traces("replay", "p", "Replay", "Play the selected run again at its own pace.", footer=True),
    _traces("trace-tail", "end", "Newest step", "Go to the end and follow it.", run="tail", palette=True),
    _traces("traces-full", "f", "Full width", "Show the trace in full width, or the list again.", run="full"),
    _traces("traces-back", "escape", "Back", "Leave what has the focus.", run="back", palette=False),
)


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

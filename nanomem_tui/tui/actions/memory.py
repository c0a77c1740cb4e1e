"""What can be done on the Memory screen, in its editors and its prompt line."""

from nanomem_tui.tui.actions.action import Action, Scope, on

_memory = on(Scope.MEMORY)

MEMORY: tuple[Action, ...] = (
    _memory("add", "a", "Add", "Tell the memory something; it proposes facts for review.", footer=True),
    _memory("query", "q", "Query", "Ask, and see what would be disclosed.", footer=True),
    _memory("edit", "e", "Edit", "Edit every field of the selected fact.", footer=True),
    _memory("filter", "slash", "Search", "Narrow the tree and find facts as you type.", footer=True),
    _memory("new-fact", "n", "New fact", "Write a fact into the selected file by hand."),
    _memory("archive", "x", "Archive", "Send the fact, or all marked ones, to history."),
    _memory("remove", "d,delete", "Remove", "Take the fact, or all marked ones, out of the file."),
    _memory("move", "m", "Move", "Move the fact, or all marked ones, to another file."),
    _memory("confirm-fact", "s", "Still true", "Note that the fact, or all marked ones, hold today."),
    _memory("next-due", "u", "Next due", "Go to the next fact that is due for review."),
    _memory("level", "L", "Level", "Set who may be told: of the facts; in the tree, of the file or folder."),
    _memory("copy-fact", "c", "Copy", "Copy the words of the fact, or of all marked ones."),
    _memory("copy-ref", "number_sign", "Copy name", "Copy the name of the fact, such as work/job.md#k3f9q."),
    _memory("copy-file", "Y", "Copy file", "Copy the text of the selected file."),
    _memory("mark-fact", "space", "Mark", "Mark the selected fact; what is done is done to all marked ones."),
    _memory("mark-down", "shift+down,J", "Mark down", "Mark on downwards.", palette=False),
    _memory("mark-up", "shift+up,K", "Mark up", "Mark on upwards.", palette=False),
    _memory("mark-facts", "ctrl+a", "Mark all", "Mark all facts that are shown, or none."),
    _memory(
        "why", "w", "Why", "See where the selected fact comes from, in whose words, and what it was before."
    ),
    _memory("raw", "v", "Raw text", "See and edit the whole file as text."),
    _memory("new-file", "N", "New file", "Make a file; folders in its path are made with it."),
    _memory("rename-file", "M", "Rename", "Give the selected file or folder another name or place."),
    _memory("delete-file", "D", "Delete", "Delete the selected file or folder; z brings it back."),
    _memory("editor", "o", "Open $EDITOR", "Edit the whole file in your own editor."),
    _memory("include-asked", "y", "Include asked", "Answer again with the facts that need a yes."),
    _memory("preview-query", "P", "To preview", "See in Preview what the question would disclose."),
    _memory("show-history", "H", "Fold history", "Show or hide the facts that are no longer current."),
    _memory("prune", "E", "Archive expired", "Send all facts whose time is over to history."),
    _memory("forget", "F", "Forget for good", "Erase the fact, or all marked ones, everywhere and for good."),
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
)

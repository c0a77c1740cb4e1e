"""What can be done on the Preview screen."""

from nanomem_tui.tui.actions.action import Action, Scope, on

_preview = on(Scope.PREVIEW)

PREVIEW: tuple[Action, ...] = (
    _preview("question", "q,slash", "Question", "Write the question, or look for who was told.", footer=True),
    _preview("switch", "space", "Switch", "Let the selected fact go, or leave it out.", footer=True),
    _preview("switch-all", "a", "Switch all", "Let all facts go that the answer rests on, or none of them."),
    _preview("reword", "g", "Reword", "Put other words in the selected fact's place.", footer=True),
    _preview(
        "propose-words",
        "ctrl+g",
        "Propose words",
        "Have the model on this machine propose broader words; they wait in the field for your enter.",
    ),
    _preview("undo-switch", "z", "Undo switch", "Take the last switch or rewording back."),
    _preview("redo-switch", "Z", "Redo switch", "Make it again."),
    _preview("recipient", "w", "To whom", "Preview it for the next recipient.", footer=True),
    _preview("new-preview", "n", "New preview", "Make the preview again from memory as it is now."),
    _preview("copy-prompt", "c", "Copy", "Copy exactly what is shown; the ledger notes it.", footer=True),
    _preview(
        "save-prompt",
        "o",
        "Save",
        "Write exactly what is shown to a file, or to a command; the ledger notes it.",
    ),
    _preview("send-prompt", "s", "Send", "Send exactly what is shown to the model.", footer=True),
    _preview("yes-once", "y", "Yes, once", "Let it go this once."),
    _preview("yes-session", "u", "Yes, session", "Let facts that need a yes go to them until you quit."),
    _preview("yes-always", "A", "Yes, always", "Let facts that need a yes go to them until you revoke it."),
    _preview("next-pane", "tab", "Next pane", "Go on to the next pane.", palette=False),
    _preview("previous-pane", "shift+tab", "Previous pane", "Go back to the pane before.", palette=False),
    _preview(
        "preview-full", "f", "Full width", "Show the prompt in full width, or the facts again.", run="full"
    ),
    _preview("ledger", "l", "Ledger", "Show who was told what so far, or the preview again.", footer=True),
    _preview("who-was-told", "L", "Who was told", "Show who was ever told the selected fact."),
    _preview("revoke-consent", "d,delete", "Revoke", "Take the selected standing yes back."),
    _preview("preview-back", "escape", "Back", "Leave what has the focus.", run="back", palette=False),
)

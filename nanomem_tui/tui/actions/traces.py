"""What can be done on the Traces screen."""

from nanomem_tui.tui.actions.action import Action, Scope, on

_traces = on(Scope.TRACES)

TRACES: tuple[Action, ...] = (
    _traces("replay", "P", "Replay", "Play the selected run again at its own pace.", footer=True),
    _traces("cancel-run", "x", "Cancel", "Stop the selected run; it proposes nothing.", footer=True),
    _traces("trace-tail", "n", "Newest step", "Go to the newest step and follow the run.", run="tail"),
    _traces("traces-full", "f", "Full width", "Show the trace in full width, or the list again.", run="full"),
    _traces("traces-back", "escape", "Back", "Leave what has the focus.", run="back", palette=False),
)

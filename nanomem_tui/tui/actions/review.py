"""What can be done on the Review screen."""

from nanomem_tui.tui.actions.action import Action, Scope, on

_review = on(Scope.REVIEW)

REVIEW: tuple[Action, ...] = (
    _review("approve", "a", "Approve", "Apply the selected edit.", footer=True),
    _review("reject", "r", "Reject", "Reject the selected edit; nothing is written.", footer=True),
    _review(
        "approve-all",
        "A",
        "Approve all",
        "Apply every edit that is neither flagged nor in conflict: of this change, or of all marked ones.",
        footer=True,
    ),
    _review(
        "reject-all",
        "R",
        "Reject all",
        "Reject every open edit: of this change, or of all marked ones.",
        footer=True,
    ),
    _review("amend", "e", "Edit", "Edit the selected edit, then apply it.", footer=True),
    _review("comment", "c", "Comment", "Reject the selected edit and say why.", footer=True),
    _review("mark", "space", "Mark", "Mark the change, to decide on several at once with A or R."),
    _review("mark-all", "asterisk", "Mark all", "Mark every change that waits, or none."),
    _review("confirm", "y", "Yes", "Do what the bar asks about.", palette=False),
    _review("sides", "d", "Side by side", "Show before and after beside each other, or one above the other."),
    _review(
        "refresh",
        "f5,u",
        "Refresh",
        "Run the request again on today's memory; the new proposal takes the place of this one.",
    ),
    _review("review-full", "f", "Full width", "Show the edits in full width, or the list again.", run="full"),
    _review("review-back", "escape", "Back", "Leave what has the focus.", run="back", palette=False),
)

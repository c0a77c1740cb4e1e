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
        "Apply every edit that is neither flagged nor in conflict.",
        footer=True,
    ),
    _review("reject-all", "R", "Reject all", "Reject every open edit of this change.", footer=True),
    _review("amend", "e", "Edit", "Edit the selected edit, then apply it.", footer=True),
    _review("comment", "c", "Comment", "Reject the selected edit and say why.", footer=True),
    _review("review-full", "f", "Full width", "Show the edits in full width, or the list again.", run="full"),
    _review("review-back", "escape", "Back", "Leave what has the focus.", run="back", palette=False),
)

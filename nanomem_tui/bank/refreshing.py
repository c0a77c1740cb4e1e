"""Running the request of a proposal again, on the memory of today: for one that memory has moved away from.

Knows runs and changes; asks nobody.
"""

from nanomem_tui.bank.running import Runner, Watcher
from nanomem_tui.changes.journal import Journal
from nanomem_tui.changes.model import AuthorKind, Change
from nanomem_tui.changes.needles import FORGOTTEN
from nanomem_tui.disclosure.gate import Gate
from nanomem_tui.memory.errors import UsageError
from nanomem_tui.results import WriteResult

FLOWS = frozenset({"add", "update", "ingest", "forget", "compact"})
"""Flows whose request is all that a run needs."""


async def refresh(
    runner: Runner, journal: Journal, change: Change, gate: Gate, watch: Watcher | None, by: str
) -> WriteResult:
    """Propose anew what a change proposes; what is open of the old one is then rejected.

    When the run proposes nothing, the old one waits on: that is for the person to decide.

    Args:
        runner: runs the flow.
        journal: keeps both changes.
        change: the old one.
        gate: what the author may be told, where that is a guest.
        watch: called with each event of the run.
        by: who asked for it.

    Raises:
        UsageError: the change is decided, or its request cannot be run again.
        ModelUnreachable, Withheld: as for the flow itself; the old change waits on.
    """
    name = change.id[-6:].lower()
    if not change.undecided:
        raise UsageError(f"The change {name} is {change.state.value} already.", "See `nanomem history`.")
    if change.author.kind is AuthorKind.IMPORT:
        raise UsageError(
            f"The change {name} comes from an import, whose text is not kept.",
            f"Reject it with `nanomem reject {name}` and import its file with --again.",
        )
    if change.flow not in FLOWS or change.request == FORGOTTEN:
        raise UsageError(
            f"The request of {name} cannot be run again.",
            f"Reject it with `nanomem reject {name}` and ask for it anew.",
        )
    guest = change.author.kind is AuthorKind.CLIENT
    result = await runner.write(
        change.flow,
        change.request,
        watch,
        author=change.author if guest else None,
        sees=gate.discloses if guest else None,
    )
    if result.change is not None:
        journal.reject(change.id, reason=f"refreshed as {result.change.id[-6:].lower()}", by=by)
    return result

"""Running the request of a proposal again, on the memory of today: for one that memory has moved away from.

Knows runs and changes; decides nothing and asks nobody.
"""

from collections.abc import Awaitable, Callable

from nanomem_tui.bank.running import Runner, Watcher
from nanomem_tui.changes.model import AuthorKind, Change
from nanomem_tui.changes.needles import FORGOTTEN
from nanomem_tui.disclosure.gate import Gate
from nanomem_tui.memory.errors import UsageError
from nanomem_tui.results import WriteResult

FLOWS = frozenset({"add", "update", "ingest", "forget", "compact"})
"""Flows whose request is all that a run needs."""


async def refresh(
    runner: Runner,
    change: Change,
    gate: Gate,
    watch: Watcher | None,
    *,
    prune: Callable[[], WriteResult],
    deeply: Callable[[str], Awaitable[WriteResult]],
) -> WriteResult:
    """Propose anew what a change proposes: by the same flow, as deep as it went. The old change stays.

    Args:
        runner: runs the flow.
        change: the old one.
        gate: what the author may be told, where that is a guest.
        watch: called with each event of the run.
        prune: proposes what is over, which needs no run.
        deeply: proposes to forget what is named, reading every file for it.

    Raises:
        UsageError: the change is decided, or there is nothing that could be run again.
        ModelUnreachable, Withheld: as for the flow itself.
    """
    check(change)
    if change.flow == "prune":
        return prune()
    if change.deep:
        return await deeply(change.request)
    guest = change.author.kind is AuthorKind.CLIENT
    return await runner.write(
        change.flow,
        change.request,
        watch,
        author=change.author if guest else None,
        sees=gate.discloses if guest else None,
    )


def check(change: Change) -> None:
    """Raise UsageError, saying why, where a change cannot be proposed anew."""
    name = change.id[-6:].lower()
    if not change.undecided:
        raise UsageError(f"The change {name} is {change.state.value} already.", "See `nanomem history`.")
    if change.author.kind is AuthorKind.IMPORT:
        raise UsageError(
            f"The change {name} comes from an import, whose text is not kept.",
            f"Reject it with `nanomem reject {name}` and import its file with --again.",
        )
    if change.request == FORGOTTEN:
        raise UsageError(
            f"The request of {name} was forgotten for good with a fact it named.",
            f"Approve what is left with `nanomem approve {name}`, or reject it.",
        )
    if change.flow != "prune" and (change.model is None or change.flow not in FLOWS):
        raise UsageError(
            f"The change {name} was made by hand, by {change.author.name}: there is no run to repeat.",
            "Take it, keep the file as it is, or change its words, with `nanomem review`.",
        )

"""Exports for a bank: the owner's own copy, or what may be shared, past the gate and into the ledger."""

from collections.abc import Callable
from datetime import datetime

from nanomem_tui.changes.journal import Journal
from nanomem_tui.changes.store import new_id
from nanomem_tui.disclosure.guard import Guard
from nanomem_tui.disclosure.ledger import Disclosure, Ledger
from nanomem_tui.exchange.export import Exported, ExportFormat, documents_up_to, export
from nanomem_tui.memory.document import render
from nanomem_tui.memory.levels import Level, Trust
from nanomem_tui.memory.paths import STATE_DIR
from nanomem_tui.memory.tree import Tree
from nanomem_tui.results import ExportResult

RECIPIENT = "export"
"""In the ledger: whoever the file is given to."""


def export_memory(
    tree: Tree, journal: Journal, clock: Callable[[], datetime], format: ExportFormat, level: Level | None
) -> ExportResult:
    """Memory as bytes.

    Args:
        tree: the memory.
        journal: its history, which only the owner's own copy holds.
        clock: gives the local time.
        format: the form.
        level: None for the owner's own full copy; else the strictest level that may go along, which makes
            it a disclosure.

    Raises:
        Withheld: the text of a stricter fact stands in a file that would go along.
    """
    exported = documents_up_to(tree, level)
    if level is None:
        data = export(format, exported, journal.history(), clock())
        disclosure = None
    else:
        data = export(format, exported, (), clock())
        disclosure = _disclosed(tree, exported, level, format, len(data), clock())
    return ExportResult(
        format=format.value,
        data=data,
        files=len(exported.documents),
        facts=len(exported.facts),
        skipped=exported.skipped if level is None else (),
        disclosure=disclosure,
    )


def _disclosed(
    tree: Tree, exported: Exported, level: Level, format: ExportFormat, size: int, now: datetime
) -> Disclosure | None:
    # Prose may repeat what a stricter fact says; a fact that is open itself may say the same.
    body = "\n".join(f"{document.path}\n{render(document)}" for document in exported.documents)
    Guard(tree).check(body, lambda path, other: other <= level, [])
    if not exported.documents:
        return None
    return Ledger(tree.root / STATE_DIR).record(
        id=new_id(),
        time=now,
        recipient=RECIPIENT,
        trust=Trust.REMOTE,
        purpose=f"export {format.value}",
        facts=exported.facts,
        size=size,
    )

"""What time does to facts: those that expired go to history, those past their review are due.

Fills a draft; the change it becomes is decided like any other.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.model import ArchiveReason, Edit, UpdateReason
from nanomem_tui.memory.document import to_new_fact
from nanomem_tui.memory.facts import Fact, Tier


def prune(draft: Draft, today: date) -> tuple[Edit, ...]:
    """Archive every current fact whose `expires_at` lies before `today`."""
    gone = [f for f in draft.tree.facts() if f.tier is not Tier.HISTORY and f.is_expired(today)]
    return tuple(draft.archive(fact.path, fact.id, ArchiveReason.EXPIRED) for fact in gone)


def due(facts: Iterable[Fact], today: date) -> tuple[Fact, ...]:
    """The current facts whose review is due and that nobody confirmed since, longest due first."""
    found = [
        (fact.review_at, fact.ref, fact)
        for fact in facts
        if fact.review_at is not None and fact.is_due(today)
    ]
    return tuple(fact for _, _, fact in sorted(found, key=lambda item: item[:2]))


def confirm(draft: Draft, path: str, id: str, today: date) -> Edit:
    """Note that the person confirmed a fact today.

    Raises:
        NotFound: there is no such file or fact.
    """
    fact = to_new_fact(draft.read(path).fact(id))
    new = replace(fact, checked_at=today)
    return draft.update(path, id, new, UpdateReason.CORRECTED, keep_date=True)

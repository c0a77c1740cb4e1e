"""A run's edits once more, as an import means them: with their origin, and never against what is known later.

Knows edits and drafts; the run that made the edits was somebody else's.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime

from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.model import ArchiveReason, Edit, Op, UpdateReason
from nanomem_tui.exchange.model import Conversation, Document, Readable
from nanomem_tui.memory.facts import Confidence, Fact, NewFact, Source, Status, Tier
from nanomem_tui.memory.identity import normal
from nanomem_tui.memory.lines import one_line
from nanomem_tui.memory.visible import visible

_ORIGIN_TITLE = 80


def settle(
    edits: Iterable[Edit], item: Conversation | Document, draft: Draft, proposed: Collection[str]
) -> Draft:
    """Fill a fresh draft with the edits that a run made of an item.

    Args:
        edits: the run's, in order.
        item: what it read.
        draft: over the same memory, without edits yet.
        proposed: normal forms of facts that wait for a decision already; said twice is proposed once.

    Returns:
        `draft`.
    """
    for edit in edits:
        fact = _marked(edit.fact, item) if edit.fact else None
        if fact is not None and normal(fact.text) in proposed:
            continue
        held = _held(draft, edit)
        at = (fact.updated_at if fact else None) or item.date
        newer = held is not None and at is not None and _day(held.updated_at) > at.date()
        if edit.op is Op.ADD and fact:
            draft.add(edit.path, fact, quote=edit.quote)
        elif edit.op is Op.UPDATE and fact and (held is None or newer):
            # Said before what memory holds now: it was true once.
            past = replace(fact, tier=Tier.HISTORY, status=Status.SUPERSEDED, expires_at=None)
            draft.add(edit.path, past if newer else fact, quote=edit.quote)
        elif held is None or newer:
            continue
        elif edit.op is Op.UPDATE and fact and isinstance(edit.reason, UpdateReason):
            draft.update(edit.path, held.id, fact, edit.reason, quote=edit.quote)
        elif edit.op is Op.ARCHIVE and isinstance(edit.reason, ArchiveReason):
            draft.archive(edit.path, held.id, edit.reason)
    return draft


def _marked(fact: NewFact, item: Conversation | Document) -> NewFact:
    """A fact with its origin; what a document says is no statement of the person."""
    if isinstance(item, Document) and fact.source is Source.USER_STATEMENT:
        fact = replace(fact, source=Source.DOCUMENT, confidence=fact.confidence or Confidence.MEDIUM)
    return replace(fact, origin=origin_of(item))


def _held(draft: Draft, edit: Edit) -> Fact | None:
    """The fact that an edit is about, as it stands in the draft."""
    return draft.read(edit.path).find(edit.id) if edit.id and draft.exists(edit.path) else None


def _day(moment: datetime | None) -> date:
    return moment.date() if moment else date.min


def origin_of(item: Readable) -> str:
    """Where a fact was said: `chatgpt 2024-05-03: Moving to Seattle`."""
    title = visible(one_line(item.title))
    title = title if len(title) <= _ORIGIN_TITLE else title[: _ORIGIN_TITLE - 1] + "…"
    when = f" {item.date.date().isoformat()}" if item.date else ""
    return f"{item.source}{when}: {title}"

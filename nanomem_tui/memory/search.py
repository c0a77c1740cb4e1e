"""Ranking: what the full-text index finds, weighed by what is known of each fact. Knows no disk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.index import Index
from nanomem_tui.memory.query import asks_for_past, match_expression, weight
from nanomem_tui.memory.scan import Stamp

if TYPE_CHECKING:
    from nanomem_tui.memory.parsing import Document

_POOL = 8
"""Candidates taken from the index for each hit wanted, before weighing."""
_LEAST_POOL = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """A fact that was found, with its score; higher is better, comparable inside one search only."""

    fact: Fact
    score: float


def rank(
    index: Index, query: str, limit: int, today: date, *, prefix: str = "", history: bool = True
) -> list[Hit]:
    """The best hits of a question asked of an index.

    Args:
        index: where to look.
        query: any text; one without a word finds nothing.
        limit: most hits to return.
        today: the day that recency and expiry are counted from.
        prefix: only this file, or files below this folder; "" for all.
        history: facts that no longer hold too.
    """
    expression = match_expression(query)
    if expression is None or limit <= 0:
        return []
    found = index.match(expression, max(limit * _POOL, _LEAST_POOL), prefix=prefix, past=history)
    past = asks_for_past(query)
    hits = [Hit(fact, score * weight(fact, today, past=past)) for fact, score in found]
    hits.sort(key=lambda hit: -hit.score)
    return hits[:limit]


def rank_documents(
    documents: "Iterable[Document]", query: str, limit: int = 20, *, today: date | None = None
) -> list[Hit]:
    """Search documents that are in no tree (drafts) with the ranking of `Tree.search`."""
    index = Index.in_memory()
    try:
        for document in documents:
            index.put(document, Stamp(0, 0, 0, 0), "")
        return rank(index, query, limit, today or date.today())
    finally:
        index.close()

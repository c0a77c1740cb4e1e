"""A fact as a row of the index and back."""

import json
from datetime import date, datetime
from types import MappingProxyType

from nanomem_tui.memory.facts import Confidence, Fact, Source, Status, Tier
from nanomem_tui.memory.levels import Level


def dump_fact(fact: Fact) -> str:
    """A fact as a row. JSON in ASCII, because SQLite's text takes no lone surrogates."""
    words = (fact.id, fact.text, fact.details, fact.topic)
    kinds = (fact.tier, fact.status, fact.source, fact.confidence)
    dates = (fact.updated_at, fact.review_at, fact.expires_at, fact.checked_at)
    own = None if fact.disclosure is None else int(fact.disclosure)
    rest = (fact.origin, own, fact.section, dict(fact.extra), fact.warnings, fact.line)
    return json.dumps((words, kinds, [when and when.isoformat() for when in dates], rest))


def load_fact(row: str, path: str, level: Level) -> Fact:
    """The inverse of `dump_fact`, with the stricter of the fact's own level and its file's `level`."""
    words, kinds, dates, rest = json.loads(row)
    id, text, details, topic = words
    tier, status, source, confidence = kinds
    updated_at, review_at, expires_at, checked_at = dates
    origin, disclosure, section, extra, warnings, line = rest
    own = None if disclosure is None else Level(disclosure)
    return Fact(
        id=id,
        text=text,
        path=path,
        details=details,
        tier=Tier(tier),
        status=Status(status),
        source=Source(source),
        confidence=Confidence(confidence),
        topic=topic,
        updated_at=datetime.fromisoformat(updated_at) if updated_at else None,
        review_at=date.fromisoformat(review_at) if review_at else None,
        expires_at=date.fromisoformat(expires_at) if expires_at else None,
        checked_at=date.fromisoformat(checked_at) if checked_at else None,
        origin=origin,
        disclosure=own,
        level=max(own or Level.OPEN, level),
        section=section,
        extra=MappingProxyType(extra),
        warnings=tuple(warnings),
        line=line,
    )

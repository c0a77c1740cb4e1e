"""A fact's metadata as JSON and back: what OMF's extension and our own exports carry, word for word alike.

Reading is tolerant: a value that makes no sense is left out, the fact stays.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from nanomem_tui.exchange.values import mapping, moment, text
from nanomem_tui.memory.facts import Confidence, Fact, NewFact, Source, Status, Tier
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.metadata import moment_word, parse_day, word

_KEY = re.compile(r"[a-z_][a-z0-9_-]*")
"""An unknown key of the metadata that a fact can be written with."""


def metadata_of(fact: Fact) -> dict[str, Any]:
    """The metadata of a fact, without what is empty."""
    values: dict[str, Any] = {
        "tier": fact.tier.value,
        "status": fact.status.value,
        "source": fact.source.value,
        "confidence": fact.confidence.value,
        "topic": fact.topic,
        "updated_at": moment_word(fact.updated_at) if fact.updated_at else None,
        "review_at": _day_word(fact.review_at),
        "expires_at": _day_word(fact.expires_at),
        "checked_at": _day_word(fact.checked_at),
        "origin": fact.origin,
        "disclosure": fact.disclosure.word if fact.disclosure is not None else None,
        "details": fact.details or None,
        "extra": dict(fact.extra) or None,
    }
    return {key: value for key, value in values.items() if value is not None}


def new_fact(words: str, values: Mapping[str, Any], otherwise: NewFact) -> NewFact:
    """A fact from its metadata.

    Args:
        words: its text.
        values: the metadata, as `metadata_of` wrote it or as another program did.
        otherwise: where `values` is silent.
    """
    source = word(Source, text(values.get("source"))) or otherwise.source
    return NewFact(
        text=words,
        tier=word(Tier, text(values.get("tier"))) or otherwise.tier,
        status=word(Status, text(values.get("status"))) or otherwise.status,
        source=source,
        confidence=word(Confidence, text(values.get("confidence"))) or otherwise.confidence,
        topic=_as_is(values.get("topic")) or otherwise.topic,
        updated_at=moment(values.get("updated_at")) or otherwise.updated_at,
        review_at=parse_day(text(values.get("review_at"))),
        expires_at=parse_day(text(values.get("expires_at"))) or otherwise.expires_at,
        checked_at=parse_day(text(values.get("checked_at"))),
        origin=_as_is(values.get("origin")) or otherwise.origin,
        disclosure=Level.from_word(text(values.get("disclosure"))),
        details=_as_is(values.get("details")),
        extra=tuple(
            (key, value)
            for key, value in mapping(values.get("extra")).items()
            if _KEY.fullmatch(key) and isinstance(value, str)
        ),
    )


def _as_is(value: object) -> str:
    """A text of which no character may get lost on its way back into memory."""
    return value if isinstance(value, str) else ""


def _day_word(day: date | None) -> str | None:
    return day.isoformat() if day else None

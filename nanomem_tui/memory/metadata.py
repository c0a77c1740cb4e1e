"""The ` | key=value` part of a fact's line: reading it into values, writing it, changing single keys.

The rules of reading (keys, aliases, defaults, dates) are those of upstream nanomem; what upstream
drops (unknown keys, `\\|`, values that do not parse) is kept. Knows one line, never a file.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeVar

from nanomem_tui.memory.facts import Confidence, NewFact, Source, Status, Tier
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.lines import one_line

KEYS = (
    "topic",
    "tier",
    "status",
    "source",
    "confidence",
    "updated_at",
    "review_at",
    "expires_at",
    "checked_at",
    "disclosure",
    "origin",
)
"""The known keys, in the order in which a new fact is written."""

_ALIASES: Mapping[type[StrEnum], Mapping[str, StrEnum]] = {
    Tier: {
        "short_term": Tier.WORKING,
        "short-term": Tier.WORKING,
        "long-term": Tier.LONG_TERM,
        "longterm": Tier.LONG_TERM,
        "active": Tier.LONG_TERM,
        "archive": Tier.HISTORY,
        "archived": Tier.HISTORY,
    },
    Status: {
        "current": Status.ACTIVE,
        "replaced": Status.SUPERSEDED,
        "resolved": Status.SUPERSEDED,
        "archived": Status.SUPERSEDED,
        "stale": Status.EXPIRED,
        "tentative": Status.UNCERTAIN,
    },
    Source: {
        "user": Source.USER_STATEMENT,
        "explicit_user": Source.USER_STATEMENT,
        "assistant": Source.ASSISTANT_SUMMARY,
        "summary": Source.ASSISTANT_SUMMARY,
        "inferred": Source.INFERENCE,
        "llm_infer": Source.INFERENCE,
        "system_note": Source.SYSTEM,
    },
    Confidence: {
        "strong": Confidence.HIGH,
        "med": Confidence.MEDIUM,
        "moderate": Confidence.MEDIUM,
        "weak": Confidence.LOW,
    },
}
_CONFIDENCE_OF = {
    Source.USER_STATEMENT: Confidence.HIGH,
    Source.ASSISTANT_SUMMARY: Confidence.MEDIUM,
    Source.SYSTEM: Confidence.MEDIUM,
}
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_PIPE = re.compile(r"(?<!\\)\|")

Word = TypeVar("Word", bound=StrEnum)


class Segment(NamedTuple):
    """What stands between two pipes of the metadata, exactly as written."""

    raw: str
    key: str
    """In lower case; "" for a segment that is no `key=value`."""
    value: str
    """Unescaped and trimmed."""


def escape(text: str) -> str:
    """A literal `|` as it is written in a fact's line."""
    return text.replace("|", "\\|")


def unescape(text: str) -> str:
    """The inverse of `escape`."""
    return text.replace("\\|", "|")


def split_body(body: str) -> tuple[str, tuple[Segment, ...]]:
    """Split a fact's line, without its bullet, where its metadata begins.

    Metadata begins at the first segment that is `key=value` with a known key, or from which on all
    segments are `key=value` set off by spaces; pipes before that belong to the text.

    Returns:
        The text as written, and the segments; `text + "".join("|" + s.raw)` is `body` again.
    """
    if "|" not in body:
        return body, ()
    pieces = _PIPE.split(body)
    segments = [_segment(raw) for raw in pieces[1:]]
    start = next((i for i, segment in enumerate(segments) if segment.key in KEYS), len(segments))
    while start and _is_plain_pair(pieces[start - 1], segments[start - 1]):
        start -= 1
    return "|".join(pieces[: start + 1]), tuple(segments[start:])


def _segment(raw: str) -> Segment:
    key, equals, value = raw.partition("=")
    key = key.strip()
    if equals and _KEY.match(key):
        return Segment(raw, key.lower(), unescape(value.strip()))
    return Segment(raw, "", unescape(raw.strip()))


def _is_plain_pair(before: str, segment: Segment) -> bool:
    """True for an unknown `key=value` that is set off by spaces on both sides of its pipe."""
    return bool(segment.key) and before[-1:].isspace() and segment.raw[:1].isspace()


@lru_cache(maxsize=256)
def word(kind: type[Word], value: str) -> Word | None:
    """The member of `kind` that `value` names, by its name or one of upstream's aliases; else None."""
    lowered = value.strip().lower()
    try:
        return kind(lowered)
    except ValueError:
        alias = _ALIASES.get(kind, {}).get(lowered)
        return alias if isinstance(alias, kind) else None


def parse_moment(value: str) -> datetime | None:
    """An ISO date or time as naive local time (a bare date is its midnight); None when it is neither."""
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    try:
        return moment.astimezone().replace(tzinfo=None) if moment.tzinfo else moment
    except (OverflowError, ValueError):
        return moment.replace(tzinfo=None)


def parse_day(value: str) -> date | None:
    """The day of an ISO date or time; None when it is neither."""
    moment = parse_moment(value)
    return moment.date() if moment else None


def normal_topic(value: str) -> str:
    """A topic as it is written: lower case, `-` for other characters, `/` kept, `general` when empty.

    Upstream's rule, but with letters of every script.
    """
    dashed = re.sub(r"-+", "-", re.sub(r"[^\w/-]+", "-", value.strip().lower()))
    return dashed.strip("-/") or "general"


def topic_of_path(path: str) -> str:
    """The topic a path suggests: its first folder, or its name where it lies in the root."""
    return normal_topic(path.split("/")[0].removesuffix(".md")) if path else "general"


def default_confidence(source: Source) -> Confidence:
    """How sure a source is when nothing else is said (upstream's rule)."""
    return _CONFIDENCE_OF.get(source, Confidence.LOW)


def status_of(tier: Tier, status: Status) -> Status:
    """The status to write: what lies in history is not active."""
    return Status.SUPERSEDED if tier is Tier.HISTORY and status is Status.ACTIVE else status


def moment_word(moment: datetime) -> str:
    """A moment as written in files, to the minute."""
    return moment.isoformat(timespec="minutes")


def values_of(new: NewFact, path: str, now: datetime) -> dict[str, str | None]:
    """The metadata a new fact is written with, by key in writing order; None for a key left out."""
    updated = new.updated_at or now
    level: Level | None = new.disclosure
    return {
        "topic": normal_topic(new.topic) if new.topic else topic_of_path(path),
        "tier": new.tier.value,
        "status": status_of(new.tier, new.status).value,
        "source": new.source.value,
        "confidence": (new.confidence or default_confidence(new.source)).value,
        "updated_at": moment_word(updated),
        "review_at": new.review_at.isoformat() if new.review_at else None,
        "expires_at": new.expires_at.isoformat() if new.expires_at else None,
        "checked_at": new.checked_at.isoformat() if new.checked_at else None,
        "disclosure": level.word if level is not None else None,
        "origin": one_line(new.origin) or None if new.origin else None,
    }


def write_segments(values: Mapping[str, str | None]) -> str:
    """` | key=value` for each value that is not None."""
    return "".join(f" | {key}={escape(value)}" for key, value in values.items() if value is not None)


def set_values(segments: Iterable[Segment], values: Mapping[str, str | None]) -> str:
    """Change single keys of a metadata part and leave every other segment as it was written.

    Args:
        segments: what stands there.
        values: key to new value; None removes the key. A key that is not there yet is put where the
            writing order has it.

    Returns:
        The new metadata part, beginning with ` |`, or "".
    """
    kept = list(segments)
    for key, value in values.items():
        places = [i for i, segment in enumerate(kept) if segment.key == key]
        if value is None:
            kept = [segment for segment in kept if segment.key != key]
        elif places:
            kept[places[-1]] = _respelled(kept[places[-1]], key, value)
        else:
            later = KEYS[KEYS.index(key) + 1 :]
            at = next((i for i, segment in enumerate(kept) if segment.key in later), len(kept))
            if at:
                kept[at - 1] = kept[at - 1]._replace(raw=kept[at - 1].raw.rstrip() + " ")
            kept.insert(at, Segment(f" {key}={escape(value)} ", key, value))
    return (" |" + "|".join(segment.raw for segment in kept).rstrip()) if kept else ""


def _respelled(segment: Segment, key: str, value: str) -> Segment:
    """`segment` with another value, its key and spaces as they were."""
    head, _, old = segment.raw.partition("=")
    bare = old.lstrip()
    before, after = old[: len(old) - len(bare)], bare[len(bare.rstrip()) :]
    return Segment(f"{head}={before}{escape(value)}{after}", key, value)

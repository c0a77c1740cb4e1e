"""The values of memory: a fact and the words its metadata is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from nanomem_tui.memory.levels import Level


class Tier(StrEnum):
    """How lasting a fact is."""

    WORKING = "working"
    LONG_TERM = "long_term"
    HISTORY = "history"


class Status(StrEnum):
    """Whether a fact still holds."""

    ACTIVE = "active"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    UNCERTAIN = "uncertain"


class Source(StrEnum):
    """Who said it, strongest first."""

    USER_STATEMENT = "user_statement"
    DOCUMENT = "document"
    ASSISTANT_SUMMARY = "assistant_summary"
    SYSTEM = "system"
    INFERENCE = "inference"


class Confidence(StrEnum):
    """How sure the writer was."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Fact:
    """One top-level list item of a memory file with its metadata, as it stands in the file.

    Values are the effective ones: aliases are resolved, missing ones defaulted. How the
    fact was written is kept by the document, not here.
    """

    id: str
    """Derived from `text`; unique inside its file."""
    text: str
    """The fact's first line, unescaped, without bullet and metadata."""
    path: str = ""
    """The memory file, relative to the root with `/`; "" for a document that is in no tree."""
    details: str = ""
    """Its continuation lines without their common indentation; "" when there are none."""
    tier: Tier = Tier.LONG_TERM
    status: Status = Status.ACTIVE
    source: Source = Source.USER_STATEMENT
    confidence: Confidence = Confidence.MEDIUM
    topic: str = "general"
    updated_at: datetime | None = None
    review_at: date | None = None
    expires_at: date | None = None
    checked_at: date | None = None
    origin: str | None = None
    disclosure: Level | None = None
    """The fact's own `disclosure` key."""
    level: Level = Level.OPEN
    """The effective disclosure level: the strictest of policy, file and fact."""
    section: str = "General"
    """Text of the heading above it."""
    extra: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Unknown metadata keys, in their order."""
    warnings: tuple[str, ...] = ()
    """What in its metadata could not be understood, one sentence each."""
    line: int = 0
    """Index of its first line in the file."""

    @property
    def ref(self) -> str:
        """The fact's name anywhere: `personal/about.md#k3f9q`."""
        return f"{self.path}#{self.id}"

    def is_expired(self, today: date) -> bool:
        """True when `expires_at` lies strictly before `today`."""
        return self.expires_at is not None and self.expires_at < today

    def is_due(self, today: date) -> bool:
        """True when it is current, its review is due, and nobody confirmed it since."""
        return (
            self.tier is not Tier.HISTORY
            and self.review_at is not None
            and self.review_at <= today
            and (self.checked_at is None or self.checked_at < self.review_at)
        )


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact to be written. None means: leave the key out or take the default of the format."""

    text: str
    tier: Tier = Tier.LONG_TERM
    status: Status = Status.ACTIVE
    source: Source = Source.USER_STATEMENT
    confidence: Confidence | None = None
    """None: the default of its source."""
    topic: str | None = None
    """None: the topic its path suggests."""
    updated_at: datetime | None = None
    review_at: date | None = None
    expires_at: date | None = None
    checked_at: date | None = None
    origin: str | None = None
    disclosure: Level | None = None
    details: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    """Unknown metadata keys, written behind the known ones. Only for a fact that is added."""

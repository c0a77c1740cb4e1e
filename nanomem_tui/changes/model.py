"""The values of a change: what one author proposed for one request, edit by edit, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from nanomem_tui.memory.facts import NewFact


class Op(StrEnum):
    """What an edit does."""

    ADD = "add"
    UPDATE = "update"
    ARCHIVE = "archive"
    REMOVE = "remove"
    MOVE = "move"
    DESCRIBE = "describe"
    TEXT = "text"


class EditState(StrEnum):
    """What became of one edit."""

    PENDING = "pending"
    APPLIED = "applied"
    REJECTED = "rejected"
    CONFLICT = "conflict"
    """Approved, but its fact was gone or different; it was not applied."""
    REVERTED = "reverted"


class ChangeState(StrEnum):
    """What became of a change. `APPLYING` is the open write-ahead record."""

    PENDING = "pending"
    APPLYING = "applying"
    APPLIED = "applied"
    REJECTED = "rejected"
    REVERTED = "reverted"


class Flag(StrEnum):
    """A reason, found by code, why an edit needs an explicit yes."""

    UNGROUNDED = "ungrounded"
    SECRET = "secret"
    DUPLICATE = "duplicate"
    HIDDEN_CHARACTERS = "hidden-characters"
    FORGOTTEN = "forgotten"
    INSTRUCTION = "instruction"
    TRUST_RAISED = "trust-raised"
    SWEEPING = "sweeping"


class UpdateReason(StrEnum):
    """Why a fact is updated. `CHANGED` sends the old fact to history; `CORRECTED` replaces it in place."""

    CHANGED = "changed"
    CORRECTED = "corrected"


class ArchiveReason(StrEnum):
    """Why a fact goes to history."""

    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    DUPLICATE = "duplicate"


class AuthorKind(StrEnum):
    """Who wrote a change."""

    PERSON = "person"
    AGENT = "agent"
    IMPORT = "import"
    CLIENT = "client"
    """An MCP client."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a change: `Author(AuthorKind.AGENT, "rules")`."""

    kind: AuthorKind
    name: str


@dataclass(frozen=True, slots=True)
class Edit:
    """One operation on one fact (or, for DESCRIBE and TEXT, on one file).

    An edit names its fact by `path` and `id` and carries the text it saw in `before`, so that it can be
    applied to a file that has moved on.
    """

    n: int
    """Its number in the change, from 1."""
    op: Op
    path: str
    id: str | None = None
    """The fact it changes; None for ADD, DESCRIBE and TEXT."""
    before: str | None = None
    """The fact's text as the author saw it; for TEXT, the whole file; None where there was none."""
    text: str | None = None
    """The new fact text; for TEXT, the whole new file (None deletes it)."""
    fact: NewFact | None = None
    """ADD: the fact to write. UPDATE: the new fact with all its metadata."""
    reason: UpdateReason | ArchiveReason | None = None
    to_path: str | None = None
    """MOVE: where to."""
    title: str | None = None
    description: str | None = None
    quote: str | None = None
    """The exact span of the source that says it."""
    flags: Mapping[Flag, str] = field(default_factory=dict)
    """Flag to one sentence of explanation."""
    state: EditState = EditState.PENDING
    note: str | None = None
    """Reason of a rejection, or what the conflict is."""

    @property
    def ref(self) -> str:
        """`path#id`, or the bare path where the edit names no fact."""
        return f"{self.path}#{self.id}" if self.id else self.path


@dataclass(frozen=True, slots=True)
class Splice:
    """Lines replaced in one file: the recorded effect of an applied edit, and its own inverse when swapped.

    `before` and `after` hold whole lines with their line ends, as str decoded with surrogateescape.
    `None` stands for "the file does not exist".
    """

    path: str
    at: int
    """Index of the first line it replaced, from 0."""
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A set of edits by one author for one request."""

    id: str
    """A ULID."""
    state: ChangeState
    flow: str
    """`add`, `retrieve`, …; `edit` for a hand edit; `revert` for a revert."""
    author: Author
    request: str
    """The words that asked for it; the source text of ADD flows."""
    created_at: datetime
    edits: tuple[Edit, ...] = ()
    model: str | None = None
    trace: str | None = None
    """Id of the trace of the run that made it."""
    decided_at: datetime | None = None
    decided_by: str | None = None
    reverts: str | None = None
    """Id of the change this one takes back."""
    reverted_by: str | None = None
    summary: str = ""
    effects: tuple[Splice, ...] = ()
    """What applying it did to the files, in order."""

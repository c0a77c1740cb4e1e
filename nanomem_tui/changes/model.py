"""The values of a change: what one author proposed for one request, edit by edit, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Required, TypedDict

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
    """A guest: an MCP client, or an agent with the memory tool."""


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
    becomes: str | None = None
    """The id its fact has afterwards (ADD, UPDATE, MOVE); None where no current fact remains."""
    before: str | None = None
    """The fact's text as the author saw it; for TEXT, the whole file; None where there was none."""
    before_raw: str | None = None
    """The fact's exact lines as the author saw them."""
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
    excerpt: str | None = None
    """The words of the source around the quote, for `why`."""
    flags: Mapping[Flag, str] = field(default_factory=dict)
    """Flag to one sentence of explanation."""
    state: EditState = EditState.PENDING
    note: str | None = None
    """Reason of a rejection, or what the conflict is."""
    theirs: str | None = None
    """CONFLICT: what stands in the file instead; None when nothing does."""
    twin: bool | None = None
    """APPLIED: whether the file still said the same as the fact that went; None where none went."""

    @property
    def ref(self) -> str:
        """`path#id`, or the bare path where the edit names no fact."""
        named = self.id or (self.becomes if self.op is Op.ADD else None)
        return f"{self.path}#{named}" if named else self.path


@dataclass(frozen=True, slots=True)
class Splice:
    """Lines replaced in one file: the recorded effect of an applied edit, and its own inverse when swapped.

    `before` and `after` hold whole lines with their line ends, as str decoded with surrogateescape.
    `None` stands for "the file does not exist".
    """

    path: str
    at: int
    """Index of the first line it replaced, from 0, when the splices before it are in place."""
    before: str | None
    after: str | None
    above: str = ""
    """The line above it, the anchor that finds its place in a file that has moved on."""
    below: str = ""
    """The line below it."""

    @property
    def inverse(self) -> "Splice":
        """The splice that takes this one back."""
        return Splice(self.path, self.at, self.after, self.before, self.above, self.below)


@dataclass(frozen=True, slots=True)
class Stamp:
    """One file of an open record: the sha256 of its bytes before and after; None stands for no such file."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Opening:
    """What an open write-ahead record (state APPLYING) still has to do."""

    then: ChangeState
    """The state it closes with."""
    splices: tuple[Splice, ...]
    """What this step does to the files; joins `Change.effects` on closing."""
    files: tuple[Stamp, ...]
    edits: tuple[int, ...] = ()
    """Numbers of the edits this step applies."""
    tried: tuple[str, ...] = ()
    """Sha256 of what earlier plans of this step would have written."""


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
    deep: bool = False
    """Its run read every file, not only what a search found."""
    applied: str | None = None
    """A ULID of when it was last applied: orders undo also where decisions share a second."""
    effects: tuple[Splice, ...] = ()
    """What applying it did to the files, in order."""
    undone: tuple[Splice, ...] = ()
    """The effects it had before it was taken back."""
    opening: Opening | None = None
    """APPLYING only."""

    def edit(self, n: int) -> Edit | None:
        """The edit numbered `n`."""
        return next((edit for edit in self.edits if edit.n == n), None)

    @property
    def pending(self) -> tuple[Edit, ...]:
        """The edits that wait for a decision."""
        return tuple(edit for edit in self.edits if edit.state is EditState.PENDING)

    @property
    def undecided(self) -> tuple[Edit, ...]:
        """The edits that can still be decided: those that wait, and those in conflict."""
        return tuple(edit for edit in self.edits if edit.state in (EditState.PENDING, EditState.CONFLICT))


class Origin(TypedDict, total=False):
    """Where a change comes from: the fields of `Change` that its author knows."""

    flow: Required[str]
    author: Required[Author]
    request: Required[str]
    model: str | None
    trace: str | None
    summary: str
    deep: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision did: the change as it stands now, and the edits that could not be applied."""

    change: Change
    conflicts: tuple[Edit, ...] = ()

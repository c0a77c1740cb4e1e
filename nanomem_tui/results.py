"""What the bank returns: values that every front end reads alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.policy import Policy, why_level
from nanomem_tui.memory.tree import FileInfo, FolderInfo

if TYPE_CHECKING:
    from nanomem_tui.agent.models.base import Usage
    from nanomem_tui.changes.model import Change
    from nanomem_tui.disclosure.ledger import Disclosure
    from nanomem_tui.disclosure.preview import Choice, Preview


@dataclass(frozen=True, slots=True)
class WriteResult:
    """What a writing flow did. `change` is None when it proposed nothing; `summary` then says why."""

    change: "Change | None"
    summary: str
    trace: str
    """Id of its run; "" where no run was needed."""
    usage: "Usage"


class ItemState(StrEnum):
    """What became of one thing that was to be imported."""

    READ = "read"
    """Of a dry run: it would be read."""
    PROPOSED = "proposed"
    NOTHING = "nothing"
    """Nothing new was in it."""
    KNOWN = "known"
    """It was imported before."""
    FAILED = "failed"
    DAMAGED = "damaged"
    LEFT_OUT = "left out"

    @property
    def is_trouble(self) -> bool:
        """Something was there that could not be taken in."""
        return self in (ItemState.FAILED, ItemState.DAMAGED)


@dataclass(frozen=True, slots=True)
class ImportedItem:
    """One conversation, document or list of what was imported, and what became of it."""

    kind: str
    """conversation, document, facts or memory; damaged and left out for what gave nothing."""
    title: str
    date: datetime | None
    size: int
    """Messages of a conversation, facts of a list, characters of a document."""
    tokens: int
    """An estimate of what a model reads; 0 where none is needed."""
    state: ItemState
    reason: str = ""
    change: str | None = None
    source: str = ""
    """The program or format it comes from."""
    key: str = ""
    """Names it in the options of an import of the same source; "" for what cannot be imported."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, or would do."""

    changes: "tuple[Change, ...]"
    items: tuple[ImportedItem, ...]
    summary: str
    trace: str
    """Of the last run; "" where no model was needed."""
    usage: "Usage"
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class ExportResult:
    """Memory in a form that can be taken elsewhere."""

    format: str
    data: bytes = field(repr=False)
    files: int
    facts: int
    skipped: tuple[tuple[str, str], ...]
    """Files that are not in it, with the reason."""
    disclosure: "Disclosure | None"
    """None for the owner's own copy."""


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence of an answer with the facts it rests on; `cited` is False when it rests on none."""

    text: str
    facts: tuple[str, ...]
    cited: bool


@dataclass(frozen=True, slots=True)
class WithheldCount:
    """How many facts that fit the query were withheld, by reason."""

    count: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RetrieveResult:
    """An answer made for somebody else. `disclosure` is None when nothing was handed out."""

    answer: str
    skipped: bool
    skip_reason: str | None
    sentences: tuple[AnswerSentence, ...]
    facts: tuple[Fact, ...]
    withheld: WithheldCount
    trace: str
    usage: "Usage"
    disclosure: "Disclosure | None"


@dataclass(frozen=True, slots=True)
class PreviewResult:
    """What a query would disclose, before anything leaves. The owner's own view: not a disclosure."""

    preview: "Preview"
    answer: str
    sentences: tuple[AnswerSentence, ...]
    withheld: WithheldCount
    out_of_reach: "tuple[tuple[Fact, str], ...]"
    """The facts behind `withheld`: what fits the query and can go under no circumstances, and why not."""
    trace: str
    usage: "Usage"


@dataclass(frozen=True, slots=True)
class AugmentResult:
    """A prompt for another model. `prompt` is "" when none was made; `summary` then says why."""

    query: str
    recipient: str
    prompt: str
    choices: "tuple[Choice, ...]"
    """Every fact that was read, and whether the prompt holds it."""
    summary: str
    withheld: WithheldCount
    trace: str
    usage: "Usage"
    disclosure: "Disclosure | None"


@dataclass(frozen=True, slots=True)
class SweepResult:
    """What a flow over many files did: one change for each file that is not tidy."""

    changes: "tuple[Change, ...]"
    summary: str
    files: int
    """Files that were looked at."""
    skipped: int
    """Files that were done before and did not change since."""
    trace: str
    """Of the last run; "" when nothing was left to look at."""
    usage: "Usage"


@dataclass(frozen=True, slots=True)
class TreeListing:
    """All folders and files of a memory root; the skipped files carry their reason."""

    folders: tuple[FolderInfo, ...]
    files: tuple[FileInfo, ...]
    policy: Policy | None = None
    """What the levels come from, for the owner's eyes; None for anybody else."""
    counted: bool = True
    """False: only names are known so far; no file was looked into for its facts and its level."""

    def why(self, entry: FileInfo | FolderInfo) -> str:
        """What decided a level, as sentences; "" where nothing did or this may not be told."""
        if self.policy is None or entry.level is Level.OPEN:
            return ""
        own = entry.own_level if isinstance(entry, FileInfo) else Level.OPEN
        fault = entry.fault if isinstance(entry, FileInfo) else None
        return why_level(self.policy, entry.path, own, fault, folder=isinstance(entry, FolderInfo))


@dataclass(frozen=True, slots=True)
class PolicyListing:
    """Every level and recipient, and what decided it. For the owner's eyes."""

    policy: Policy
    tree: TreeListing
    facts: tuple[Fact, ...]
    """The facts that are stricter than their file, by a key of their own."""


@dataclass(frozen=True, slots=True)
class LevelChange:
    """What another level for a glob does to the files there are."""

    glob: str
    level: Level
    matched: int
    """How many files the glob names; new ones will follow it all the same."""
    files: tuple[tuple[str, Level, Level], ...]
    """Path, level before and level after of each file that changes."""

    @property
    def freer(self) -> tuple[tuple[str, Level, Level], ...]:
        """The files that would be disclosed more freely."""
        return tuple(entry for entry in self.files if entry[2] < entry[1])


@dataclass(frozen=True, slots=True)
class RecipientChange:
    """What another list of a recipient lets them be told of."""

    name: str
    before: tuple[str, ...] | None
    """The globs until now; None: the policy does not name them."""
    after: tuple[str, ...] | None
    """The globs from now on; None: it names them no more."""
    files: tuple[str, ...]
    """The files of which they may be told then."""
    known: tuple[str, ...]
    """Those of which they may be told now."""

    @property
    def freer(self) -> tuple[str, ...]:
        """The files of which they may be told only then."""
        return tuple(path for path in self.files if path not in set(self.known))

    @property
    def stricter(self) -> tuple[str, ...]:
        """The files of which they may be told no more."""
        return tuple(path for path in self.known if path not in set(self.files))


@dataclass(frozen=True, slots=True)
class Status:
    """Where memory lives, what would run, and what waits."""

    root: str
    exists: bool
    files: int
    facts: int
    pending: int
    running: int
    provider: str
    model: str
    endpoint: str
    trust: str
    is_language_model: bool
    approval: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inside:
    """What lies in a folder, to the bottom."""

    folder: str
    files: tuple[FileInfo, ...]
    """Its memory files."""
    others: tuple[str, ...]
    """Paths of files that are no memory or cannot be read as such: no edit touches them."""

    @property
    def facts(self) -> int:
        """How many facts its files hold."""
        return sum(file.facts for file in self.files)


@dataclass(frozen=True, slots=True)
class Freer:
    """A file or fact that a move would disclose more freely."""

    name: str
    """The path, or the fact's ref."""
    before: Level
    after: Level

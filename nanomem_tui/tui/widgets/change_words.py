"""The words and signs of a change: who, what, in which state, with which metadata.

Pure functions of the values of a change; knows no widget.
"""

from dataclasses import dataclass

from nanomem_tui.changes.model import Author, AuthorKind, Change, ChangeState, Edit, EditState, Op
from nanomem_tui.memory.document import parse, to_new_fact
from nanomem_tui.memory.facts import NewFact, Source, Status
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.metadata import default_confidence
from nanomem_tui.tui.widgets.words import shown

SIGNS = {
    Op.ADD: "+",
    Op.UPDATE: "~",
    Op.ARCHIVE: ">",
    Op.REMOVE: "-",
    Op.MOVE: ">",
    Op.DESCRIBE: "~",
    Op.TEXT: "~",
}
"""What an edit does, in one character."""
COLORS = {
    "+": "$text-success",
    "-": "$text-error",
    "~": "$text-warning",
    ">": "$text-accent",
    "!": "$text-error",
}
MARKS = {
    EditState.PENDING: (" ", ""),
    EditState.APPLIED: ("✓", "$text-success"),
    EditState.REJECTED: ("✗", "$foreground 60%"),
    EditState.CONFLICT: ("!", "bold $text-error"),
    EditState.REVERTED: ("↶", "$foreground 60%"),
}
STATES = {
    ChangeState.PENDING: ("○", "$text-warning"),
    ChangeState.APPLYING: ("…", "$text-warning"),
    ChangeState.APPLIED: ("✓", "$text-success"),
    ChangeState.REJECTED: ("✗", "$foreground 60%"),
    ChangeState.REVERTED: ("↶", "$foreground 60%"),
}
TIERS = {"working": "working", "long_term": "long-term", "history": "history"}
SOURCES = {
    Source.USER_STATEMENT: "you said it",
    Source.DOCUMENT: "from a document",
    Source.ASSISTANT_SUMMARY: "an assistant's summary",
    Source.SYSTEM: "from the system",
    Source.INFERENCE: "inferred",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What an open edit meets on the disk now.

    Args:
        conflict: the edit as a conflict, when it would be one; its note and `theirs` say why.
        title: the file's title, for DESCRIBE.
        description: the file's description, for DESCRIBE.
        new_file: there is no such file yet.
    """

    conflict: Edit | None = None
    title: str | None = None
    description: str | None = None
    new_file: bool = False


def request_words(change: Change) -> str:
    """What was asked; for a change that takes another one back, what that one was."""
    return change.summary or change.request if change.reverts else change.request


def author_words(author: Author) -> str:
    """Who wrote a change: `rules`, `you`, `claude, a guest`."""
    name = shown(author.name)
    return {AuthorKind.CLIENT: f"{name}, a guest", AuthorKind.IMPORT: f"import {name}"}.get(author.kind, name)


def flag_count(change: Change) -> int:
    """How many edits that wait carry a flag."""
    return sum(1 for edit in change.edits if edit.flags and edit.state is EditState.PENDING)


def metadata_words(fact: NewFact) -> list[str]:
    """What is written beside a fact's text, in few words."""
    confidence = fact.confidence or default_confidence(fact.source)
    words = [TIERS[fact.tier], confidence.value, SOURCES[fact.source]]
    if fact.status is not Status.ACTIVE:
        words.append(fact.status.value)
    if fact.expires_at:
        words.append(f"until {fact.expires_at.isoformat()}")
    if fact.review_at:
        words.append(f"review {fact.review_at.isoformat()}")
    if fact.disclosure is not None and fact.disclosure is not Level.OPEN:
        words.append(fact.disclosure.word)
    if fact.origin:
        words.append(f"from {shown(fact.origin)}")
    return words


def metadata_changes(old: NewFact, new: NewFact) -> list[tuple[str, str, str]]:
    """What differs beside the text, as (name, old, new)."""

    def values(fact: NewFact) -> dict[str, str]:
        return {
            "tier": TIERS[fact.tier],
            "status": fact.status.value,
            "confidence": (fact.confidence or default_confidence(fact.source)).value,
            "source": SOURCES[fact.source],
            "topic": shown(fact.topic or ""),
            "expires": fact.expires_at.isoformat() if fact.expires_at else "never",
            "review": fact.review_at.isoformat() if fact.review_at else "never",
            "disclosure": fact.disclosure.word if fact.disclosure is not None else "as the file",
        }

    before, after = values(old), values(new)
    if new.topic is None:
        after["topic"] = before["topic"]
    return [(name, before[name], after[name]) for name in before if before[name] != after[name]]


def old_fact(edit: Edit) -> NewFact | None:
    """The fact an edit is about, read from the lines its author saw."""
    facts = parse(edit.before_raw).facts if edit.before_raw else ()
    return to_new_fact(facts[0]) if facts else None


def files_words(change: Change) -> str:
    """The files a change touches: the first one, and how many more."""
    paths = list(dict.fromkeys([*(edit.path for edit in change.edits), *(s.path for s in change.effects)]))
    return shown(paths[0]) + (f" +{len(paths) - 1}" if len(paths) > 1 else "") if paths else ""

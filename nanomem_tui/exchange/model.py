"""The values an import is made of: what readers of every format yield. Knows no format."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from nanomem_tui.memory.facts import NewFact


class Role(StrEnum):
    """Who says something in a conversation."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    """One turn."""

    role: Role
    text: str
    at: datetime | None = None
    """When it was said, local time; None where the export does not tell."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as the person left it: one branch, no tools, nothing hidden."""

    title: str
    messages: tuple[Message, ...]
    source: str
    """The program it was held in: `chatgpt`, `claude`, …"""
    date: datetime | None = None
    """When it began, local time."""


@dataclass(frozen=True, slots=True)
class ImportedFact:
    """A fact that needs no model."""

    fact: NewFact
    path: str | None = None
    """The memory file it names itself; None: it is filed by what it says."""
    whole: bool = False
    """True for a fact of nanomem itself: its metadata is all there is, and no origin is added."""


@dataclass(frozen=True, slots=True)
class ImportedFacts:
    """Facts of one file or one list: they become one change."""

    title: str
    facts: tuple[ImportedFact, ...]
    source: str
    date: datetime | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A text: a note, an attachment, or a whole memory file."""

    title: str
    text: str
    source: str
    path: str | None = None
    """Where it lay, relative, with `/`."""
    date: datetime | None = None
    memory: bool = False
    """True for a memory file, which is taken over as it is."""


@dataclass(frozen=True, slots=True)
class Damaged:
    """Something that cannot be read."""

    name: str
    reason: str
    """The end of a sentence that begins with its name."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that could be read and is left out on purpose."""

    name: str
    reason: str


Readable: TypeAlias = Conversation | ImportedFacts | Document
Item: TypeAlias = Readable | Damaged | LeftOut


def digest(item: Readable) -> str:
    """What an item holds, as 32 hex digits: equal for the same item of a later export."""
    match item:
        case Conversation():
            held: object = [
                "conversation",
                item.title,
                _stamp(item.date),
                [[m.role, m.text] for m in item.messages],
            ]
        case ImportedFacts():
            held = [
                "facts",
                [[one.path, one.fact.text, one.fact.tier, _stamp(one.fact.updated_at)] for one in item.facts],
            ]
        case Document():
            held = ["document", item.path, item.text]
    return hashlib.blake2b(json.dumps(held).encode(), digest_size=16).hexdigest()


def _stamp(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

"""A conversation as a text that a flow reads: labels nobody else can write, and parts of bearable size."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from nanomem_tui.exchange.model import Conversation, Document, Message, Role

PART_CHARACTERS = 48_000
"""Of one part: well within what a model reads at once."""
ASSISTANT_CHARACTERS = 600
"""Of one turn of the assistant: enough to see what the person answers to; nothing of it is kept."""
_LABELS = {Role.USER: "User", Role.ASSISTANT: "Assistant"}
_SPEAKERS = (
    r"user|human|me|you said|you|myself|assistant|ai|a\.i\.|chat ?gpt(?: said)?|gpt(?:-?[\w.]+)?"
    r"|claude(?: said)?|gemini|copilot|llama|mistral|chatbot|bot|model|system|tool|function|agent"
)
_AT_LINE_START = re.compile(
    rf"^([ \t>*#_\[-]*)(?=(?:{_SPEAKERS})"
    r"(?:\*\*|__|\]|[ \t]|\([^)\n]{0,60}\)|\[[^\]\n]{0,60}\]){0,6}(?:[:：]|$))",
    re.IGNORECASE | re.MULTILINE,
)
_INSIDE = re.compile(
    r"(?<=\s)(?=(?:\*\*)?(?:User|Human|Assistant|ChatGPT|Claude|Gemini|Bot|System|AI)(?:\*\*)?[:：])"
)


_BYTES_A_TOKEN = 3
"""Of UTF-8: what common tokenizers make of English and of other scripts alike, roughly."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a conversation, read in one go."""

    text: str
    date: datetime | None
    """What "yesterday" in it goes by."""


def parts(conversation: Conversation) -> Iterator[Part]:
    """The parts of a conversation: a new one for each day, and where one grows too long."""
    lines: list[str] = []
    size = 0
    said = False
    day = conversation.date
    for message in conversation.messages:
        at = message.at or day
        for turn in _turns(message):
            moved = (
                at is not None and day is not None and at.date() != day.date() and message.role is Role.USER
            )
            if lines and (moved or size + len(turn) > PART_CHARACTERS):
                if said:
                    yield Part("\n\n".join(lines), day)
                lines, size, said = [], 0, False
            if message.role is Role.USER:
                day = at
                said = True
            lines.append(turn)
            size += len(turn)
    if said:
        yield Part("\n\n".join(lines), day)


def _turns(message: Message) -> Iterator[str]:
    label = _LABELS[message.role]
    for piece in pieces(_shortened(message)):
        yield f"{label}: {defused(piece)}"


def estimated_tokens(item: Conversation | Document) -> int:
    """About how many tokens a model reads of an item, each piece once."""
    if isinstance(item, Document):
        return len(item.text.encode("utf-8", "replace")) // _BYTES_A_TOKEN
    return sum(len(_shortened(m).encode("utf-8", "replace")) for m in item.messages) // _BYTES_A_TOKEN


def _shortened(message: Message) -> str:
    if message.role is Role.ASSISTANT and len(message.text) > ASSISTANT_CHARACTERS:
        return message.text[:ASSISTANT_CHARACTERS].rstrip() + " […]"
    return message.text


def pieces(words: str) -> Iterator[str]:
    """A gigantic message in pieces, cut at line ends where there are some."""
    while len(words) > PART_CHARACTERS:
        cut = words.rfind("\n", PART_CHARACTERS // 2, PART_CHARACTERS)
        cut = cut if cut > 0 else words.rfind(" ", PART_CHARACTERS // 2, PART_CHARACTERS)
        cut = cut if cut > 0 else PART_CHARACTERS
        yield words[:cut]
        words = words[cut:].lstrip()
    yield words


def defused(words: str) -> str:
    """Words in which nothing reads like the label of a turn: who speaks is said by us alone."""
    return _INSIDE.sub("·", _AT_LINE_START.sub(r"\1·", words))

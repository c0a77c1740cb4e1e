"""What a hook at the end of an agent's session hands over on stdin, as the words to remember from.

A hook gives a session itself, or JSON that tells where it lies. What was read of it before is not read again:
a session goes on after it ended, and its file grows. Anything else on stdin is the person's own text.
"""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from nanomem_tui.exchange.agents import AGENTS
from nanomem_tui.exchange.archive import Source
from nanomem_tui.exchange.detect import read
from nanomem_tui.exchange.known import Known
from nanomem_tui.exchange.model import Conversation, Item, LeftOut, Message, Role
from nanomem_tui.exchange.transcript import PART_CHARACTERS, defused, parts
from nanomem_tui.exchange.values import mapping, text
from nanomem_tui.memory.errors import NotFound, UsageError

_WHERE = ("transcript_path", "agent_transcript_path")
"""Keys under which hooks say where the session lies."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A session that was handed over."""

    words: str
    """A transcript of what is new in it; "" where the person said nothing new."""
    _said: tuple[Conversation, ...]
    _known: Known

    def settle(self, at: datetime) -> None:
        """Note that it was read to its end; the next time only what comes then is new."""
        for said in self._said:
            self._known.add(said, at)


def handed_over(given: str, root: Path) -> Handed | None:
    """The session that a text on stdin is or names; None where it is the person's own text.

    Args:
        given: all of stdin.
        root: the memory root, which knows what was read before.

    Raises:
        NotFound: there is no such session.
        UsageError: it cannot be read, or is too long for one run.
    """
    if not given.lstrip("\ufeff \t\r\n").startswith("{"):
        return None
    told = _first(given)
    place = next((where for key in _WHERE if (where := text(told.get(key)))), "")
    if "hook_event_name" in told and not place:
        raise UsageError("The hook names no session.", "Call it at the end of a session.")
    if place and not Path(place).expanduser().is_file():
        raise NotFound(
            f"There is no session {place}.", "The hook names one that is gone, or not yet written."
        )
    items = _items(Path(place).expanduser()) if place else _items(io.BytesIO(given.encode()))
    sessions = [item for item in items if isinstance(item, Conversation) and item.source in AGENTS]
    if not sessions and not place:
        return None
    if not sessions and not all(isinstance(item, LeftOut) for item in items):
        raise UsageError(f"{place} is no session of an agent that is known.", "Import it as a file instead.")
    known = Known(root)
    new = [replace(session, messages=tuple(_new(session, known))) for session in sessions]
    said = tuple(_alone(session, message) for session in new for message in session.messages if _own(message))
    return Handed(_told(new), said, known)


def _new(session: Conversation, known: Known) -> Iterator[Message]:
    """What the person said and was not read before, each with what it answers to."""
    before: Message | None = None
    for message in session.messages:
        if _own(message) and _alone(session, message) not in known:
            if before is not None and not _own(before):
                yield before
            yield message
        before = message


def _alone(session: Conversation, message: Message) -> Conversation:
    """One thing the person said, as what is known or not: said again at another time it is new."""
    return Conversation("" if message.at else session.title, (message,), session.source, message.at)


def _own(message: Message) -> bool:
    return message.role is Role.USER


def _first(given: str) -> Mapping[str, Any]:
    """The first JSON object, which is all there is where a hook speaks."""
    try:
        return mapping(json.JSONDecoder(strict=False).raw_decode(given.lstrip("\ufeff \t\r\n"))[0])
    except (ValueError, RecursionError):
        return {}


def _items(place: Path | io.BytesIO) -> list[Item]:
    with Source(place) as source:
        return list(read(source))


def _told(sessions: Sequence[Conversation]) -> str:
    whole = "\n\n".join(part.text for session in sessions for part in parts(session))
    if len(whole) <= PART_CHARACTERS:
        return whole
    own = [message for session in sessions for message in session.messages if _own(message)]
    whole = "\n\n".join(f"User: {defused(message.text)}" for message in own)
    if len(whole) > PART_CHARACTERS:
        raise UsageError("This session is too long to be read in one run.", "Use `nanomem import` for it.")
    return whole

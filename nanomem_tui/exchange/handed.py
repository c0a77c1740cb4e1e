"""What a hook at the end of an agent's session hands over on stdin, as the words to remember from.

A hook gives a session itself, or JSON that tells where it lies. Anything else is the person's own text.
"""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nanomem_tui.exchange.agents import AGENTS
from nanomem_tui.exchange.archive import Source
from nanomem_tui.exchange.detect import read
from nanomem_tui.exchange.model import Conversation, Item, LeftOut, Role
from nanomem_tui.exchange.transcript import PART_CHARACTERS, defused, parts
from nanomem_tui.exchange.values import mapping, text
from nanomem_tui.memory.errors import NotFound, UsageError

_WHERE = ("transcript_path", "agent_transcript_path")
"""Keys under which hooks say where the session lies."""


def words_of(given: str) -> str:
    """The words that a text on stdin holds.

    Args:
        given: all of stdin.

    Returns:
        A transcript of the session where a hook handed one over, "" where the person said nothing in it;
        otherwise `given` as it is.

    Raises:
        NotFound: there is no such session.
        UsageError: it cannot be read, or is too long for one run.
    """
    if not given.lstrip("\ufeff \t\r\n").startswith("{"):
        return given
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
    if sessions:
        return _told(sessions)
    if place and not all(isinstance(item, LeftOut) for item in items):
        raise UsageError(f"{place} is no session of an agent that is known.", "Import it as a file instead.")
    return "" if place else given


def _first(given: str) -> Mapping[str, Any]:
    """The first JSON object, which is all there is where a hook speaks."""
    try:
        return mapping(json.JSONDecoder(strict=False).raw_decode(given.lstrip("\ufeff \t\r\n"))[0])
    except (ValueError, RecursionError):
        return {}


def _items(place: Path | io.BytesIO) -> list[Item]:
    with Source(place) as source:
        return list(read(source))


def _told(sessions: list[Conversation]) -> str:
    whole = "\n\n".join(part.text for session in sessions for part in parts(session))
    if len(whole) <= PART_CHARACTERS:
        return whole
    own = [message for session in sessions for message in session.messages if message.role is Role.USER]
    whole = "\n\n".join(f"User: {defused(message.text)}" for message in own)
    if len(whole) > PART_CHARACTERS:
        raise UsageError("This session is too long to be read in one run.", "Use `nanomem import` for it.")
    return whole

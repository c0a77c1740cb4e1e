"""Conversations without a program of their own: OA Chat's export, lists of messages, transcripts."""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from typing import Any

from nanomem_tui.exchange.jsonstream import Element, Fault
from nanomem_tui.exchange.model import Conversation, Damaged, Item, LeftOut, Message, Role
from nanomem_tui.exchange.values import first_moment, first_text, mapping, moment, text, title_of

OA_CHAT = "oa-chat"
MESSAGES = "messages"
TRANSCRIPT = "transcript"
SESSIONS_AT = ("data", "chats", "sessions")
MESSAGES_AT = ("data", "chats", "messages")
_ROLES = {
    **dict.fromkeys(("user", "human", "me", "you", "prompter"), Role.USER),
    **dict.fromkeys(
        ("assistant", "ai", "bot", "model", "gpt", "chatgpt", "claude", "gemini"), Role.ASSISTANT
    ),
}
_UNSAID = frozenset(("system", "developer", "tool", "function"))
_LABEL = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]*)?(?:\*\*|__)?"
    r"(?P<role>user|human|me|you|assistant|ai|chatgpt|claude|gemini|bot|model|system)"
    r"(?:[ \t]*[(\[](?P<when>[^)\]\n]{4,40})[)\]])?[ \t]*(?:\*\*|__)?[ \t]*:(?:\*\*|__)?[ \t]*",
    re.IGNORECASE | re.MULTILINE,
)


def role_of(value: object) -> Role | None:
    """Who a role's name means; None for tools, systems and anything unknown."""
    return _ROLES.get(text(value).casefold())


# Lists of messages


def is_message(value: Mapping[str, Any]) -> bool:
    """Whether an object is one message of a chat."""
    known = _ROLES.keys() | _UNSAID
    return text(_role(value)).casefold() in known and any(
        key in value for key in ("content", "text", "value", "parts")
    )


def is_conversation(value: Mapping[str, Any]) -> bool:
    """Whether an object holds a list of messages."""
    held = _messages_of(value)
    return held is not None and any(is_message(mapping(message)) for message in held[:20])


def conversation(value: object, name: str) -> Item:
    """One conversation: an object that holds messages, or a bare list of them."""
    top = mapping(value)
    title = title_of(first_text(top, "title", "name", "subject"), name)
    held = value if isinstance(value, list) else _messages_of(top)
    if held is None:
        return Damaged(title, "it holds no messages")
    messages = tuple(found for message in held if (found := _message(mapping(message))))
    if not messages:
        return LeftOut(title, "nothing is said in it")
    date = first_moment(
        top, "created_at", "createdAt", "create_time", "date", "timestamp", "updated_at", "updatedAt"
    )
    return Conversation(title, messages, MESSAGES, date or next((m.at for m in messages if m.at), None))


def conversations(elements: Iterable[Any], name: str) -> Iterator[Item]:
    """The conversations of a list."""
    for number, value in enumerate(elements, 1):
        called = f"{name} {number}"
        yield (
            Damaged(title_of(value.title, called), value.reason)
            if isinstance(value, Fault)
            else conversation(value, called)
        )


def _messages_of(value: Mapping[str, Any]) -> list[Any] | None:
    keys = ("messages", "conversation", "conversations", "turns", "chat", "history")
    return next((held for key in keys if isinstance(held := value.get(key), list)), None)


def _role(message: Mapping[str, Any]) -> object:
    for key in ("role", "from", "sender", "speaker"):
        if isinstance(message.get(key), str):
            return message[key]
    return mapping(message.get("author")).get("role")


def _message(message: Mapping[str, Any]) -> Message | None:
    role = role_of(_role(message))
    said = next((w for key in ("content", "text", "value", "parts") if (w := _words(message.get(key)))), "")
    at = first_moment(message, "timestamp", "created_at", "createdAt", "create_time", "date", "time")
    return Message(role, said, at) if role and said else None


def _words(content: object) -> str:
    """The words of a message: a text, or the texts among its parts."""
    if isinstance(content, list):
        return "\n".join(filter(None, map(_words, content)))
    if isinstance(content, dict):
        kind = content.get("type")
        return (
            ""
            if kind not in (None, "text", "input_text", "output_text")
            else first_text(content, "text", "content")
        )
    return text(content)


# OA Chat: sessions and messages in two lists, joined by id


def oa_chat(elements: Iterable[Element]) -> Iterator[Item]:
    """The sessions of an OA Chat export.

    Args:
        elements: those of both lists, in any order. Messages wait in a private temporary database, so that
            memory holds one session at a time.
    """
    # What is not read to its end may be put away by another thread.
    with closing(sqlite3.connect("", check_same_thread=False)) as waiting:
        waiting.execute("CREATE TABLE said (session, at, n, role, text)")
        sessions: dict[str, tuple[str, datetime | None]] = {}
        for n, element in enumerate(elements):
            value = element.value
            if isinstance(value, Fault):
                yield Damaged(title_of(value.title, f"entry {element.number}"), value.reason)
            elif element.path == SESSIONS_AT and (id := text(mapping(value).get("id"))):
                date = first_moment(value, "createdAt", "updatedAt")
                sessions[id] = (title_of(value.get("title"), f"session {element.number}"), date)
            elif element.path == MESSAGES_AT and (role := role_of(mapping(value).get("role"))):
                at = moment(value.get("timestamp"))
                row = (text(value.get("sessionId")), at.isoformat() if at else "", n, role.value)
                waiting.execute("INSERT INTO said VALUES (?,?,?,?,?)", (*row, _words(value.get("content"))))
        waiting.execute("CREATE INDEX by_session ON said (session, at, n)")
        for id, (title, date) in sessions.items():
            rows = waiting.execute("SELECT role, text, at FROM said WHERE session=? ORDER BY at, n", (id,))
            messages = tuple(Message(Role(role), said, moment(at or None)) for role, said, at in rows if said)
            first = next((message.at for message in messages if message.at), None)
            yield (
                Conversation(title, messages, OA_CHAT, date or first)
                if messages
                else LeftOut(title, "nothing is said in it")
            )


# Transcripts


def is_transcript(words: str) -> bool:
    """Whether a text is written as turns: both sides have a label at the start of a line."""
    roles = {role_of(match["role"]) for match in _LABEL.finditer(words)}
    return Role.USER in roles and Role.ASSISTANT in roles


def transcript(words: str, name: str, date: datetime | None) -> Item:
    """A conversation written as `User: …` and `Assistant: …`."""
    labels = list(_LABEL.finditer(words))
    messages: list[Message] = []
    for label, following in zip(labels, [*labels[1:], None], strict=True):
        role = role_of(label["role"])
        said = words[label.end() : following.start() if following else None].strip()
        if role and said:
            messages.append(Message(role, said, moment(label["when"]) if label["when"] else None))
    if not messages:
        return LeftOut(name, "nothing is said in it")
    heading = re.match(r"\s*#\s+(.+)", words[: labels[0].start()])
    title = title_of(heading[1] if heading else None, name)
    return Conversation(
        title, tuple(messages), TRANSCRIPT, next((m.at for m in messages if m.at), None) or date
    )

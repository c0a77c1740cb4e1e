"""Small exports of every program, made by hand: what the tests of the readers read."""

import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from nanomem_tui.exchange.archive import Source
from nanomem_tui.exchange.detect import Format, read
from nanomem_tui.exchange.model import Conversation, Damaged, Document, ImportedFacts, Item, LeftOut

MAY_3 = 1_714_737_600
"""2024-05-03T12:00 UTC, a Friday."""
Turn = tuple[str, str]
"""Who, and what they say."""


def items(data: object, name: str = "export.json", format: Format | None = None) -> list[Item]:
    """What is read from bytes, a text or a JSON value."""
    raw = data if isinstance(data, bytes) else (data if isinstance(data, str) else json.dumps(data)).encode()
    with Source(io.BytesIO(raw), name) as source:
        return list(read(source, format))


def one_conversation(data: object, name: str = "export.json") -> Conversation:
    """The one conversation in it, and nothing else."""
    (item,) = items(data, name)
    assert isinstance(item, Conversation)
    return item


def conversations(found: Iterable[Item]) -> list[Conversation]:
    """The conversations among items."""
    return [item for item in found if isinstance(item, Conversation)]


def facts(found: Iterable[Item]) -> list[str]:
    """The texts of all imported facts among items."""
    return [one.fact.text for item in found if isinstance(item, ImportedFacts) for one in item.facts]


def documents(found: Iterable[Item]) -> list[Document]:
    """The documents among items."""
    return [item for item in found if isinstance(item, Document)]


def damaged(found: Iterable[Item]) -> list[str]:
    """Names of what is damaged among items."""
    return [item.name for item in found if isinstance(item, Damaged)]


def left_out(found: Iterable[Item]) -> list[str]:
    """Names of what was left out among items."""
    return [item.name for item in found if isinstance(item, LeftOut)]


def said(conversation: Conversation) -> list[Turn]:
    """Who said what."""
    return [(message.role.value, message.text) for message in conversation.messages]


# ChatGPT


def node(id: str, parent: str | None, role: str, text: str, **message: Any) -> dict[str, Any]:
    """One node of ChatGPT's tree."""
    whole: dict[str, Any] = {
        "id": id,
        "author": {"role": role},
        "create_time": MAY_3,
        "content": {"content_type": "text", "parts": [text]},
        "metadata": {},
    }
    return {"id": id, "parent": parent, "children": [], "message": {**whole, **message}}


def chatgpt(turns: Sequence[Turn], title: str = "A talk", **more: Any) -> dict[str, Any]:
    """One of ChatGPT's conversations, in a straight line."""
    mapping: dict[str, Any] = {"root": {"id": "root", "parent": None, "message": None, "children": []}}
    parent = "root"
    for number, (role, text) in enumerate(turns):
        mapping[f"n{number}"] = node(f"n{number}", parent, role, text)
        parent = f"n{number}"
    base = {"title": title, "create_time": MAY_3, "update_time": MAY_3 + 60}
    return {**base, "mapping": mapping, "current_node": parent, **more}


# Claude


def claude(turns: Sequence[Turn], title: str = "A talk", **more: Any) -> dict[str, Any]:
    """One of Claude's conversations, in the newer form."""
    senders = {"user": "human", "assistant": "assistant"}
    messages = [
        {
            "uuid": f"m{number}",
            "sender": senders[role],
            "text": text,
            "content": [{"type": "text", "text": text}],
            "created_at": "2024-05-03T12:00:00.000000Z",
            "attachments": [],
            "files": [],
        }
        for number, (role, text) in enumerate(turns)
    ]
    base = {"uuid": "c1", "name": title, "created_at": "2024-05-03T12:00:00.000000Z"}
    return {**base, "chat_messages": messages, **more}


# OA Chat


def oa_chat(turns: Sequence[Turn], title: str = "A talk") -> dict[str, Any]:
    """An OA Chat export with one session."""
    session = {"id": "s1", "title": title, "createdAt": MAY_3 * 1000}
    messages = [
        {"id": f"m{n}", "sessionId": "s1", "role": role, "content": text, "timestamp": (MAY_3 + n) * 1000}
        for n, (role, text) in enumerate(turns)
    ]
    return {"data": {"chats": {"sessions": [session], "messages": messages}}}


# Archives


def zipped(files: dict[str, bytes | str]) -> bytes:
    """A zip with these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return out.getvalue()

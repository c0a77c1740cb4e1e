"""ChatGPT's data export: `conversations.json`, whole or split, with its saved memories and instructions.

A conversation is a tree of edits and retries; what the person last saw is the path from `current_node` up to
the root. Everything not said by either side (tools, reasoning, hidden and dropped messages) is left out.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from nanomem_tui.exchange.branches import branch, each
from nanomem_tui.exchange.model import (
    Conversation,
    Damaged,
    ImportedFact,
    ImportedFacts,
    Item,
    LeftOut,
    Message,
    Role,
)
from nanomem_tui.exchange.values import first_moment, mapping, moment, text, title_of
from nanomem_tui.memory.facts import NewFact, Source
from nanomem_tui.memory.metadata import parse_moment

SOURCE = "chatgpt"
_UNSAID = frozenset(
    (
        "thoughts",
        "reasoning_recap",
        "user_editable_context",
        "model_editable_context",
        "execution_output",
        "system_error",
        "tether_browsing_display",
        "tether_quote",
        "app_pairing_content",
        "computer_output",
    )
)
_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT}
_SAVED = re.compile(r"^\s*\d+\.\s*(?:\[(?P<day>[\d-]{10})\]\.?\s*)?(?P<text>.+)$")
_ABOUT_USER = ("about_user_message", "user_profile")
_ABOUT_MODEL = ("about_model_message", "user_instructions")


def is_conversation(value: Mapping[str, Any]) -> bool:
    """Whether an element of a list is one of ChatGPT's conversations, damaged ones included."""
    return "mapping" in value or ("current_node" in value and "title" in value)


def conversations(elements: Iterator[Any]) -> Iterator[Item]:
    """The conversations of an export, and what it tells about the person besides.

    Args:
        elements: the elements of the export's list, or faults.
    """
    return each(elements, "conversation", _conversation)


def _conversation(value: Mapping[str, Any], name: str) -> Iterator[Item]:
    title = title_of(value.get("title"), name)
    if value.get("is_do_not_remember") is True:
        yield LeftOut(title, "it is marked as not to be remembered")
        return
    nodes = value.get("mapping")
    if not isinstance(nodes, dict):
        yield Damaged(title, "its messages are missing")
        return
    path = _path(nodes, value.get("current_node"))
    for message in path:
        yield from _told(message)
    messages = tuple(found for message in path if (found := _message(message)))
    date = first_moment(value, "create_time", "update_time")
    date = date or next((message.at for message in messages if message.at), None)
    if messages:
        yield Conversation(title, messages, SOURCE, date)
    elif not any(mapping(mapping(node).get("message")) for node in nodes.values()) and nodes:
        yield Damaged(title, "none of its messages can be read")
    else:
        yield LeftOut(title, "nothing is said in it")


def _path(nodes: Mapping[str, Any], current: object) -> list[Mapping[str, Any]]:
    """The messages from the root to `current`; to the newest leaf where that is missing."""
    leaf = current if isinstance(current, str) and current in nodes else _newest_leaf(nodes)
    path = branch(nodes, leaf, lambda node: mapping(node).get("parent"))
    return [message for node in path if (message := mapping(mapping(node).get("message")))]


def _newest_leaf(nodes: Mapping[str, Any]) -> str | None:
    parents = {parent for node in nodes.values() if isinstance(parent := mapping(node).get("parent"), str)}
    leaves = [key for key in nodes if key not in parents] or list(nodes)

    def said(key: str) -> datetime:
        return moment(mapping(mapping(nodes[key]).get("message")).get("create_time")) or datetime.min

    # Among equals the last one: exports list nodes in the order in which they were made.
    return max(enumerate(leaves), key=lambda leaf: (said(leaf[1]), leaf[0]), default=(0, None))[1]


def _message(message: Mapping[str, Any]) -> Message | None:
    role = _ROLES.get(text(mapping(message.get("author")).get("role")))
    content = mapping(message.get("content"))
    kind = content.get("content_type")
    if (
        role is None
        or kind in _UNSAID
        or mapping(message.get("metadata")).get("is_visually_hidden_from_conversation") is True
        or message.get("weight") in (0, 0.0)
        or message.get("recipient") not in (None, "all")
        or message.get("channel") == "commentary"
    ):
        return None
    said = _text(content)
    return Message(role, said, moment(message.get("create_time"))) if said else None


def _text(content: Mapping[str, Any]) -> str:
    if content.get("content_type") == "code":
        code = text(content.get("text"))
        return f"```\n{code}\n```" if code else ""
    parts = content.get("parts")
    found = [_part(part) for part in parts] if isinstance(parts, list) else []
    return "\n".join(filter(None, found)) or text(content.get("text"))


def _part(part: object) -> str:
    """The words of a part: a text, a transcribed recording, a document; pictures have none."""
    if isinstance(part, dict):
        return text(part.get("text")) or text(part.get("content"))
    return text(part)


# What ChatGPT was told about the person, or keeps about them


def _told(message: Mapping[str, Any]) -> Iterator[ImportedFacts]:
    at = moment(message.get("create_time"))
    content = mapping(message.get("content"))
    told = mapping(mapping(message.get("metadata")).get("user_context_message_data"))
    if content.get("content_type") == "user_editable_context":
        told = {**content, **told}
    facts = [*_lines(told, _ABOUT_USER, "", at), *_lines(told, _ABOUT_MODEL, "For assistants: ", at)]
    if facts:
        yield ImportedFacts("Custom instructions", tuple(facts), SOURCE, at)
    if content.get("content_type") == "model_editable_context":
        saved = [text(content.get(key)) for key in ("model_set_context", "structured_context")]
        facts = [fact for block in saved for line in block.splitlines() if (fact := _saved(line, at))]
        if facts:
            yield ImportedFacts("Saved memories", tuple(facts), SOURCE, at)


def _lines(
    told: Mapping[str, Any], keys: tuple[str, ...], prefix: str, at: datetime | None
) -> Iterator[ImportedFact]:
    block = next((found for key in keys if (found := text(told.get(key)))), "")
    for line in block.splitlines():
        words = line.strip().lstrip("-*•").strip()
        if words and not words.startswith("```") and not words.endswith("provided:"):
            path = "preferences/assistants.md" if prefix else None
            yield ImportedFact(NewFact(prefix + words, updated_at=at), path)


def _saved(line: str, at: datetime | None) -> ImportedFact | None:
    match = _SAVED.match(line)
    if match is None:
        return None
    said = parse_moment(match["day"]) if match["day"] else None
    return saved_memory(match["text"], said or at)


def saved_memory(words: str, at: datetime | None) -> ImportedFact:
    """A memory that an assistant wrote: its summary, without the `User` it begins with."""
    for start in ("The user ", "User "):
        if words.startswith(start):
            words = words.removeprefix(start)
            words = words[:1].upper() + words[1:]
    return ImportedFact(NewFact(words, source=Source.ASSISTANT_SUMMARY, updated_at=at))

"""Claude's data export: conversations (old and new), memories, and the documents of projects.

A conversation may hold branches, joined by `parent_message_uuid`; the one that the last message ends counts.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from nanomem_tui.exchange.branches import branch, each
from nanomem_tui.exchange.model import (
    Conversation,
    Damaged,
    Document,
    ImportedFact,
    ImportedFacts,
    Item,
    LeftOut,
    Message,
    Role,
)
from nanomem_tui.exchange.values import entries, first_moment, first_text, moment, text, title_of
from nanomem_tui.memory.facts import NewFact, Source

SOURCE = "claude"
_ROLES = {"human": Role.USER, "user": Role.USER, "assistant": Role.ASSISTANT}
_MARK = re.compile(r"^(?:[-*+•]|\d{1,3}[.)])\s+")
_HEADING = re.compile(r"^(?:#{1,6}\s.*|\*\*[^*]+\*\*:?|__[^_]+__:?)$")
_SENTENCE = re.compile(r"(?<=[.!?。！？])\s+(?=[\"“(]?[A-ZÀ-ÞА-Я\u0100-\uffff])")


def is_conversation(value: Mapping[str, Any]) -> bool:
    """Whether an element of a list is one of Claude's conversations."""
    return "chat_messages" in value


def is_project(value: Mapping[str, Any]) -> bool:
    """Whether an element of a list is one of Claude's projects."""
    return "docs" in value and "name" in value


def is_memories(value: Mapping[str, Any]) -> bool:
    """Whether an object is what Claude remembers."""
    return "conversations_memory" in value or "project_memories" in value


def conversations(elements: Iterator[Any]) -> Iterator[Item]:
    """The conversations of an export with their attachments.

    Args:
        elements: the elements of the export's list, or faults.
    """
    return each(elements, "conversation", _conversation)


def _conversation(value: Mapping[str, Any], name: str) -> Iterator[Item]:
    title = title_of(value.get("name"), name)
    if not isinstance(value.get("chat_messages"), list):
        yield Damaged(title, "its messages are missing")
        return
    seen = _branch(list(entries(value["chat_messages"])), value.get("current_leaf_message_uuid"))
    messages = tuple(found for message in seen if (found := _message(message)))
    date = first_moment(value, "created_at", "updated_at")
    date = date or next((message.at for message in messages if message.at), None)
    if messages:
        yield Conversation(title, messages, SOURCE, date)
    else:
        yield LeftOut(title, "nothing is said in it")
    for message in seen:
        for attached in entries(message.get("attachments")):
            if words := text(attached.get("extracted_content")):
                called = title_of(attached.get("file_name"), f"attachment of {title}")
                yield Document(called, words, SOURCE, date=moment(message.get("created_at")) or date)


def _branch(messages: list[Mapping[str, Any]], leaf: object) -> list[Mapping[str, Any]]:
    """The messages from the first to `leaf`, or to the last one; all where they are not joined."""
    by_id = {id: message for message in messages if (id := text(message.get("uuid")))}
    if not any(text(message.get("parent_message_uuid")) in by_id for message in messages):
        return messages
    end = leaf if isinstance(leaf, str) and leaf in by_id else text(messages[-1].get("uuid"))
    return branch(by_id, end, lambda message: message.get("parent_message_uuid"))


def _message(message: Mapping[str, Any]) -> Message | None:
    role = _ROLES.get(text(message.get("sender")))
    blocks = (text(b.get("text")) for b in entries(message.get("content")) if b.get("type") in (None, "text"))
    said = "\n".join(filter(None, blocks)) or text(message.get("text"))
    return Message(role, said, moment(message.get("created_at"))) if role and said else None


def projects(elements: Iterator[Any]) -> Iterator[Item]:
    """The documents of projects."""
    return each(elements, "project", _project)


def _project(value: Mapping[str, Any], name: str) -> Iterator[Item]:
    project = title_of(value.get("name"), name)
    for doc in entries(value.get("docs")):
        if words := text(doc.get("content")):
            called = title_of(doc.get("filename"), "document")
            yield Document(f"{project}: {called}", words, SOURCE, date=moment(doc.get("created_at")))


def memories(value: object) -> Iterator[Item]:
    """What Claude remembers: markdown it wrote, about the person and by project."""
    for one in entries(value) if isinstance(value, list) else entries([value]):
        at = first_moment(one, "updated_at", "created_at")
        blocks = [("Claude's memory", first_text(one, "conversations_memory", "memory", "content"))]
        by_project = one.get("project_memories")
        if isinstance(by_project, dict):
            blocks += [("Claude's memory of a project", text(block)) for block in by_project.values()]
        else:
            blocks += [
                (
                    f"Claude's memory of {title_of(entry.get('name'), 'a project')}",
                    first_text(entry, "memory", "content"),
                )
                for entry in entries(by_project)
            ]
        for title, block in blocks:
            facts = tuple(
                ImportedFact(NewFact(words, source=Source.ASSISTANT_SUMMARY, updated_at=at))
                for words in statements(block)
            )
            if facts:
                yield ImportedFacts(title, facts, SOURCE, at)


def statements(block: str) -> Iterator[str]:
    """The statements of a markdown summary: list items, and the sentences of its prose; no headings."""
    for raw in block.splitlines():
        line = raw.strip()
        if not line or _HEADING.match(line):
            continue
        if _MARK.match(line):
            yield _MARK.sub("", line)
        else:
            yield from (sentence for part in _SENTENCE.split(line) if (sentence := part.strip()))

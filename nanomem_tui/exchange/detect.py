"""Which format an entry has, by what is in it, and reading it: the one door to all readers."""

import codecs
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import StrEnum
from itertools import chain, islice
from typing import Any

from nanomem_tui.exchange import agents, chatgpt, claude, gemini, memories, messages, nanomem, notes, omf
from nanomem_tui.exchange.archive import Entry, Source, Unreadable
from nanomem_tui.exchange.jsonstream import Element, Fault, elements, sniff_encoding, top_keys
from nanomem_tui.exchange.model import Damaged, Item, LeftOut
from nanomem_tui.exchange.values import mapping, text
from nanomem_tui.memory.document import decode, parse
from nanomem_tui.memory.paths import SIZE_CAP

_HEAD = 1 << 17
"""Bytes that decide on a format."""
_TEXT_CAP = 64 * 1024 * 1024
"""Bytes of the largest text that is read whole."""
_NOTE_CAP = 8 * 1024 * 1024
_SAMPLE = 5
_PAGE = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!doctype html|<html)", re.IGNORECASE)
_MANY = 200
"""Files that decide whether all of them are one memory."""
_IGNORED = ("user.json", "users.json", "message_feedback.json", "user_settings.json", "sora.json",
            "shared_conversations.json", "model_comparisons.json")  # fmt: skip
"""What exports hold besides conversations."""


class Format(StrEnum):
    """The formats there are readers for."""

    CHATGPT = "chatgpt"
    CLAUDE = "claude"
    GEMINI = "gemini"
    CLAUDE_CODE = "claude-code"
    CODEX = "codex"
    GEMINI_CLI = "gemini-cli"
    OA_CHAT = "oa-chat"
    MESSAGES = "messages"
    TRANSCRIPT = "transcript"
    OMF = "omf"
    MEM0 = "mem0"
    MCP = "mcp"
    FACTS = "facts"
    NANOMEM = "nanomem"
    MARKDOWN = "markdown"
    TEXT = "text"


def read(source: Source, format: Format | None = None) -> Iterator[Item]:
    """Everything in a source, lazily, entry by entry.

    Args:
        source: what is imported.
        format: take every entry for this one; None: see for each what it is.
    """
    entries = list(source.entries())
    alone = len(entries) == 1
    source.is_memory = source.is_memory or _is_mostly_memory(entries)
    yield from source.damaged
    for entry in entries:
        try:
            yield from _read_entry(entry, format, source, alone=alone)
        except Unreadable as error:
            yield Damaged(entry.name, error.message)
        except OSError as error:
            yield Damaged(entry.name, f"it cannot be read: {error.strerror or error}")


def _read_entry(entry: Entry, format: Format | None, source: Source, *, alone: bool) -> Iterator[Item]:
    if source.is_memory and format in (None, Format.NANOMEM):
        if entry.name.endswith(".md") and not nanomem.is_index(entry.name):
            with entry.open() as stream:
                yield nanomem.memory_file(entry.name, decode(stream.read(SIZE_CAP + 1)))
        return
    with entry.open() as stream:
        head = stream.read(_HEAD)
    encoding = sniff_encoding(head) or ("utf-8" if _is_memory_of_odd_bytes(head) else None)
    if encoding is None:
        if alone or entry.name.lower().endswith((".json", ".jsonl", ".md", ".txt", ".html", ".markdown")):
            yield Damaged(
                entry.name, "it is no text in UTF-8; convert it first, for example with iconv -t utf-8"
            )
        return
    words = head.decode(encoding, "ignore")
    if notes.is_binary(words) and not words.startswith(nanomem.PREFIX):
        if alone:
            yield Damaged(entry.name, "it is no text")
        return
    begins = words.lstrip("\ufeff \t\r\n")[:1]
    if format in _JSON_FORMATS or (format is not Format.MARKDOWN and begins in ("{", "[")):
        found = _json(entry, encoding, words, format)
        if found is not None:
            yield from found
            return
        if alone or format is not None:
            yield Damaged(entry.name, f"it is no {format or 'export that is known'}")
        elif entry.name.rpartition("/")[2] not in _IGNORED:
            yield LeftOut(entry.name, "it holds nothing that could be remembered")
        return
    if (
        not alone
        and format is None
        and not entry.name.lower().endswith((".md", ".markdown", ".txt", ".html", ".rst", ".org"))
    ):
        return
    yield from _text(entry, encoding, words, format)


def _is_mostly_memory(entries: list[Entry]) -> bool:
    """Whether many files are a memory of upstream's, which leaves no mark: markdown, most of it memory files.

    The others among them are prose of the same memory then, and no notes.
    """
    notes_ = [entry for entry in entries if not nanomem.is_index(entry.name)]
    if len(notes_) < 2 or not all(entry.name.endswith(".md") for entry in notes_):
        return False
    memory = 0
    for entry in notes_[:_MANY]:
        with suppress(Unreadable, OSError), entry.open() as stream:
            memory += nanomem.is_memory(parse(decode(stream.read(_HEAD))))
    return memory * 2 >= min(len(notes_), _MANY)


def _is_memory_of_odd_bytes(head: bytes) -> bool:
    """Whether a file is memory although bytes of it are no UTF-8: those are kept as they are."""
    words = decode(head)
    return words.startswith(nanomem.PREFIX) or (b"\0" not in head and nanomem.is_memory(parse(words)))


# Texts


def _text(entry: Entry, encoding: str, head: str, format: Format | None) -> Iterator[Item]:
    is_activity = gemini.is_activity_page(head)
    if format is None and not is_activity and _PAGE.match(head):
        yield LeftOut(entry.name, "it is a web page, no notes")
        return
    if format is Format.GEMINI or (format is None and is_activity):
        with entry.open() as stream:
            pieces = iter(lambda: stream.read(_HEAD), b"")
            yield from gemini.activity_page(codecs.iterdecode(pieces, encoding, "replace"))
        return
    if entry.size > _TEXT_CAP:
        yield Damaged(entry.name, f"it is a text of {entry.size >> 20} MiB, which is too large to read")
        return
    with entry.open() as stream:
        # Line ends stay as they are: a memory file is taken over byte by byte.
        raw = stream.read()
    words = raw.decode(encoding, "surrogateescape").removeprefix("\ufeff")
    lower = entry.name.lower()
    if format is Format.NANOMEM or (format is None and head.lstrip("\ufeff").startswith(nanomem.PREFIX)):
        if head.lstrip("\ufeff").startswith(nanomem.PREFIX):
            yield from nanomem.split_files(words)
        else:
            yield nanomem.memory_file(entry.name, raw.decode("utf-8", "surrogateescape"))
    elif format is Format.TRANSCRIPT or (format is None and messages.is_transcript(words)):
        yield messages.transcript(text(words), entry.stem, entry.modified)
    elif entry.size > _NOTE_CAP:
        yield notes.too_large(entry.name)
    elif format is Format.TEXT or (format is None and lower.endswith(".txt")):
        yield notes.plain(text(words), entry.name, entry.modified)
    elif format is Format.MARKDOWN or lower.endswith((".md", ".markdown")) or "\n- " in words:
        yield from notes.markdown(raw.decode(encoding, "surrogateescape"), entry.name, entry.modified)
    else:
        yield notes.plain(text(words), entry.name, entry.modified)


# JSON

_Reader = Callable[[Iterator[Any], str], Iterator[Item]]


def _json(entry: Entry, encoding: str, head: str, format: Format | None) -> Iterator[Item] | None:
    """The reader at work, or None where nothing is known."""
    if _is_lines(head):
        return _listed(_lines(entry, encoding), entry, format)
    if head.lstrip("\ufeff \t\r\n")[:1] == "[":
        return _listed(_members(entry, encoding, ()), entry, format)
    return _object(entry, encoding, head, format)


def _listed(values: Iterator[Any], entry: Entry, format: Format | None) -> Iterator[Item] | None:
    """A list of anything: its first readable elements tell what it is."""
    sample = list(islice(values, _SAMPLE))
    whole = chain(sample, values)
    if not any(not isinstance(value, Fault) for value in sample):
        faults = [value for value in sample if isinstance(value, Fault)]
        return iter(Damaged(entry.name, fault.reason) for fault in faults[:1]) if sample else iter(())
    for known, fits, reader in _LISTS:
        if format is known or (format is None and any(isinstance(v, dict) and fits(v) for v in sample)):
            return reader(whole, entry.stem)
    if format in (None, Format.FACTS) and any(isinstance(value, str) for value in sample):
        return memories.listed(whole, entry.stem)
    return None


def _object(entry: Entry, encoding: str, head: str, format: Format | None) -> Iterator[Item] | None:
    """One object: by its keys; its list is read element by element."""
    keys = top_keys(head)
    if omf.is_omf(keys) and format in (None, Format.OMF):
        if (version := omf.other_version(head)) is not None:
            return iter((Damaged(entry.name, f"it is OMF {version}; only {omf.VERSION} can be read"),))
        return omf.read(_members(entry, encoding, ("memories",)), entry.stem)
    if {"nanomem", "files"} <= keys and format in (None, Format.NANOMEM):
        return nanomem.from_json(_members(entry, encoding, ("files",)))
    if format is Format.OA_CHAT or (format is None and "data" in keys and "mapping" not in keys):
        into = ((), ("data",), ("data", "chats"), messages.SESSIONS_AT, messages.MESSAGES_AT)
        return messages.oa_chat(_elements(entry, encoding, into))
    for key in ("conversations", "memories", "results", "facts", "items", "data"):
        if key in keys and "mapping" not in keys and "chat_messages" not in keys:
            found = _listed(_members(entry, encoding, (key,)), entry, format)
            if found is not None:
                return found
    whole = next((e.value for e in _elements(entry, encoding, ())), None)
    if isinstance(whole, Fault):
        return iter((Damaged(whole.title or entry.name, whole.reason),))
    value = mapping(whole)
    if "entities" in value or "relations" in value:
        return memories.graph(memories.graph_members(value), entry.stem)
    if claude.is_memories(value):
        return claude.memories(value)
    if messages.is_conversation(value) and not chatgpt.is_conversation(value):
        return iter((messages.conversation(value, entry.stem),))
    return _listed(iter([value]), entry, format)


def _whole_conversation(values: Iterator[Any], name: str) -> Iterator[Item]:
    """A bare list of messages is one conversation."""
    held = list(islice(values, 200_000))
    yield messages.conversation([value for value in held if not isinstance(value, Fault)], name)


def _claude_memories(values: Iterator[Any], name: str) -> Iterator[Item]:
    yield from claude.memories([value for value in values if not isinstance(value, Fault)])


_LISTS: tuple[tuple[Format, Callable[[Any], bool], _Reader], ...] = (
    (Format.CODEX, agents.is_codex, agents.codex),
    (Format.GEMINI_CLI, agents.is_gemini_cli, agents.gemini_cli),
    (Format.CLAUDE_CODE, agents.is_claude_code, agents.claude_code),
    (Format.CHATGPT, chatgpt.is_conversation, lambda values, name: chatgpt.conversations(values)),
    (Format.CLAUDE, claude.is_conversation, lambda values, name: claude.conversations(values)),
    (Format.CLAUDE, claude.is_project, lambda values, name: claude.projects(values)),
    (Format.CLAUDE, claude.is_memories, _claude_memories),
    (Format.GEMINI, gemini.is_activity, lambda values, name: gemini.activity(values)),
    (Format.MCP, memories.is_entity, memories.graph),
    (Format.MESSAGES, messages.is_message, _whole_conversation),
    (Format.MESSAGES, messages.is_conversation, messages.conversations),
    (Format.MEM0, memories.is_mem0, lambda values, name: memories.listed(values, name, memories.MEM0)),
    (Format.FACTS, memories.is_memory, memories.listed),
)
"""Format, how one of its elements is known, and its reader; the more particular ones first."""
_JSON_FORMATS = frozenset(known for known, _, _ in _LISTS) - {Format.GEMINI} | {Format.OA_CHAT, Format.OMF}


def _is_lines(head: str) -> bool:
    """Whether a text is JSON Lines: more than one line, each a value of its own."""
    first, _, rest = head.strip("\ufeff \t\r\n").partition("\n")
    first, second = first.strip(), rest.lstrip()[:1]
    return first[:1] == "{" and first[-1:] == "}" and second == "{"


def _lines(entry: Entry, encoding: str) -> Iterator[Any]:
    with entry.open() as stream:
        for raw in stream:
            line = raw.decode(encoding, "surrogateescape").strip("\ufeff \t\r\n")
            if not line:
                continue
            try:
                yield json.loads(line, strict=False)
            except (ValueError, RecursionError):
                yield Fault("it is no JSON")


def _members(entry: Entry, encoding: str, path: tuple[str, ...]) -> Iterator[Any]:
    """The elements of the list at `path`."""
    into = [path[:n] for n in range(len(path) + 1)]
    for element in _elements(entry, encoding, into):
        if element.path == path or isinstance(element.value, Fault):
            yield element.value


def _elements(entry: Entry, encoding: str, into: Any) -> Iterator[Element]:
    with entry.open() as stream:
        yield from elements(stream, encoding, into=into)

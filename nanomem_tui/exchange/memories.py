"""Memories that other programs keep as lists: mem0, the MCP reference server, plain JSON lists of facts."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nanomem_tui.exchange.factjson import new_fact
from nanomem_tui.exchange.jsonstream import Fault
from nanomem_tui.exchange.model import Damaged, ImportedFact, ImportedFacts, Item
from nanomem_tui.exchange.values import entries, first_moment, first_text, mapping, text, title_of
from nanomem_tui.memory.facts import Confidence, NewFact, Source
from nanomem_tui.memory.paths import is_memory_path

MEM0 = "mem0"
MCP = "mcp"
FACTS = "facts"
_TEXT_KEYS = ("memory", "text", "fact", "content", "value", "observation")
_OWN_KEYS = frozenset(("tier", "source", "confidence"))
"""A list that has these was written by nanomem and says itself whose words they are."""
_THE_USER = frozenset(("default_user", "user", "the user", "me", "default-user"))


def is_memory(value: Mapping[str, Any]) -> bool:
    """Whether an object is one memory of a list."""
    return bool(first_text(value, *_TEXT_KEYS)) and "role" not in value


def is_mem0(value: Mapping[str, Any]) -> bool:
    """Whether an object is a memory as mem0 exports it."""
    return bool(text(value.get("memory"))) and ("hash" in value or "user_id" in value or "id" in value)


def is_entity(value: Mapping[str, Any]) -> bool:
    """Whether an object is a line of the MCP memory server's file."""
    return value.get("type") in ("entity", "relation") and ("name" in value or "relationType" in value)


def listed(elements: Iterable[Any], title: str, source: str = FACTS) -> Iterator[Item]:
    """A list of memories: texts, or objects with a text among their values."""
    facts: list[ImportedFact] = []
    for number, value in enumerate(elements, 1):
        words = text(value) or first_text(mapping(value), *_TEXT_KEYS)
        if isinstance(value, Fault):
            yield Damaged(title_of(value.title, f"memory {number}"), value.reason)
        elif not words:
            yield Damaged(f"memory {number}", "it has no text")
        else:
            facts.append(_fact(words, mapping(value)))
    if facts:
        yield ImportedFacts(title, tuple(facts), source)


def _fact(words: str, value: Mapping[str, Any]) -> ImportedFact:
    # What is unsaid about a memory of another program: it summed up what the person said.
    own = bool(value.keys() & _OWN_KEYS)
    about = {**mapping(value.get("metadata")), **value}
    categories = (
        about.get("categories") if isinstance(about.get("categories"), list) else [about.get("category")]
    )
    otherwise = NewFact(
        words,
        source=Source.USER_STATEMENT if own else Source.ASSISTANT_SUMMARY,
        confidence=None if own else Confidence.MEDIUM,
        topic=next((topic for entry in categories or () if (topic := text(entry))), None),
        updated_at=first_moment(about, "updated_at", "created_at", "timestamp", "date"),
    )
    known = {key: entry for key, entry in about.items() if key != "updated_at"} if own else {}
    path = first_text(about, "path", "file_path")
    fact = new_fact(" ".join(words.split()), known, otherwise)
    return ImportedFact(fact, path if is_memory_path(path) else None)


def graph(elements: Iterable[Any], title: str) -> Iterator[Item]:
    """The MCP memory server's knowledge graph: observations and relations, each one fact."""
    facts: list[ImportedFact] = []
    for number, value in enumerate(elements, 1):
        if isinstance(value, Fault) or not isinstance(value, dict):
            yield Damaged(f"line {number}", value.reason if isinstance(value, Fault) else "it is no entry")
            continue
        facts += [
            ImportedFact(NewFact(words, source=Source.ASSISTANT_SUMMARY)) for words in _said(value) if words
        ]
    if facts:
        yield ImportedFacts(title, tuple(facts), MCP)


def _said(value: Mapping[str, Any]) -> Iterator[str]:
    if "relationType" in value:
        who, what, whom = (text(value.get(key)) for key in ("from", "relationType", "to"))
        relation = what.replace("_", " ")
        if who and relation and whom:
            yield _about(who, f"{relation} {_name(whom)}", " ")
        return
    name = text(value.get("name"))
    observations = value.get("observations")
    for observation in observations if isinstance(observations, list) else ():
        if words := " ".join(
            (text(observation) or first_text(mapping(observation), "content", "text")).split()
        ):
            yield _about(name, words, ": ")


def _about(name: str, words: str, joint: str) -> str:
    if not name or name.casefold() in _THE_USER:
        return words[:1].upper() + words[1:]
    shown = _name(name)
    return words if words.casefold().startswith(shown.casefold()) else f"{shown}{joint}{words}"


def _name(name: str) -> str:
    return name.replace("_", " ")


def graph_members(value: Mapping[str, Any]) -> Iterator[Any]:
    """The entities and relations of a graph that is one object."""
    yield from entries(value.get("entities"))
    yield from entries(value.get("relations"))

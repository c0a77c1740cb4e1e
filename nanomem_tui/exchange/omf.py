"""Open Memory Format 1.0, as upstream nanomem defines it (its docs/omf.md), both ways.

What the format has no words for (tier, source, confidence, …) travels in `extensions.nanomem`. A file that
holds more than facts travels a second time, whole, as a document item: upstream passes over it, we use it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from nanomem_tui.exchange.factjson import metadata_of, new_fact
from nanomem_tui.exchange.jsonstream import Fault
from nanomem_tui.exchange.model import Damaged, Document, ImportedFact, ImportedFacts, Item, LeftOut
from nanomem_tui.exchange.nanomem import memory_file
from nanomem_tui.exchange.values import mapping, text, title_of
from nanomem_tui.memory.document import Document as MemoryDocument
from nanomem_tui.memory.document import add_fact, new_document, render, to_new_fact
from nanomem_tui.memory.errors import UnsafePath
from nanomem_tui.memory.facts import Confidence, Fact, NewFact, Status, Tier
from nanomem_tui.memory.identity import normal
from nanomem_tui.memory.metadata import parse_moment, topic_of_path
from nanomem_tui.memory.paths import check_path

SOURCE = "omf"
VERSION = "1.0"
_VERSION = re.compile(r'"omf"\s*:\s*"?([\w.-]{1,20})')
_LONG_TEXT = 500
"""Upstream's rule: a longer text with a line break in it is a document."""
_OTHERWISE_PATH = "personal/imported.md"
"""Upstream's path for what names none."""


def category_of(path: str) -> str:
    """Upstream's category of a file: `personal/about.md` is `personal`."""
    return path.removesuffix(".md").removesuffix("/about")


def items_of(documents: Iterable[MemoryDocument], now: datetime) -> Iterator[dict[str, Any]]:
    """The memory items of files, in order.

    Args:
        documents: the files; what must not be exported is not in them any more.
        now: what counts as expired goes by it.
    """
    for document in documents:
        for fact in document.facts:
            yield _item(document, fact, now.date())
        if (not document.facts or not _made_of_facts(document, now)) and (words := render(document)).strip():
            yield {
                "content": words,
                "category": category_of(document.path),
                "extensions": {"nanomem": {"file_path": document.path, "document": True}},
            }


def _item(document: MemoryDocument, fact: Fact, today: date) -> dict[str, Any]:
    item: dict[str, Any] = {"content": fact.text, "category": category_of(document.path)}
    if fact.topic != topic_of_path(document.path):
        item["tags"] = [fact.topic]
    if fact.is_expired(today) or fact.status is Status.EXPIRED:
        item["status"] = "expired"
    elif fact.tier is Tier.HISTORY:
        item["status"] = "archived"
    if fact.updated_at:
        item["updated_at"] = fact.updated_at.date().isoformat()
    if fact.expires_at:
        item["expires_at"] = fact.expires_at.isoformat()
    own = {"file_path": document.path, "heading": fact.section, **metadata_of(fact)}
    item["extensions"] = {"nanomem": own}
    return item


def _made_of_facts(document: MemoryDocument, now: datetime) -> bool:
    """Whether the file is exactly what its facts alone would make."""
    # A draft names a new file by the topic of the first fact that it gets.
    made = new_document(document.path, document.facts[0].topic)
    if len({normal(fact.text) for fact in document.facts}) < len(document.facts):
        return False
    for fact in document.facts:
        if fact.extra or fact.warnings or fact.text != " ".join(fact.text.split()):
            return False
        made, _ = add_fact(made, to_new_fact(fact), now=now)
    return render(made) == render(document)


# Reading


def is_omf(keys: Iterable[str]) -> bool:
    """Whether an object with these keys is an OMF document."""
    return {"omf", "memories"} <= set(keys)


def other_version(head: str) -> str | None:
    """The version that a document says it has, where we do not know it."""
    match = _VERSION.search(head)
    return match[1] if match and match[1] != VERSION else None


def read(elements: Iterable[Any], title: str) -> Iterator[Item]:
    """The items of an OMF document: one list of facts, and documents.

    Args:
        elements: the members of `memories`, or faults.
        title: what the whole is called.
    """
    facts: list[ImportedFact] = []
    for number, value in enumerate(elements, 1):
        content = mapping(value).get("content")
        words = content.strip() if isinstance(content, str) else ""
        name = title_of(words, f"memory {number}")
        if isinstance(value, Fault):
            yield Damaged(title_of(value.title, f"memory {number}"), value.reason)
            continue
        if not words:
            yield Damaged(name, "it has no content")
            continue
        own = _extension(value)
        try:
            path = _path(value, own)
        except UnsafePath as error:
            yield Damaged(name, f"its path is none of a memory file: {error.message}")
            continue
        if own.get("document") is True or (len(words) > _LONG_TEXT and "\n" in words):
            yield _document(path, value["content"])
        elif path.rpartition("/")[2].casefold() == "_tree.md":
            yield LeftOut(name, "it is of upstream's index")
        else:
            facts.append(ImportedFact(_fact(words, value, own), path, whole="tier" in own))
    if facts:
        yield ImportedFacts(title, tuple(facts), SOURCE)


def _document(path: str, whole: str) -> Item:
    # Upstream exports a document without its last line end, and that is how it is taken over.
    return replace(found, source=SOURCE) if isinstance(found := memory_file(path, whole), Document) else found


def _extension(value: Mapping[str, Any]) -> Mapping[str, Any]:
    extensions = mapping(value.get("extensions"))
    return mapping(extensions.get("nanomem")) or mapping(extensions.get("oa-chat"))


def _path(value: Mapping[str, Any], own: Mapping[str, Any]) -> str:
    if path := text(own.get("file_path")):
        return check_path(path)
    category = text(value.get("category")).strip("/ ")
    if not category:
        return _OTHERWISE_PATH
    return check_path(f"{category}.md" if "/" in category else f"{category}/about.md")


def _fact(words: str, value: Mapping[str, Any], own: Mapping[str, Any]) -> NewFact:
    status = text(value.get("status")).casefold()
    over = status in ("archived", "expired")
    tags = value.get("tags")
    topic = (
        next((tag for tag in tags if isinstance(tag, str) and tag.strip()), None)
        if isinstance(tags, list)
        else None
    )
    expires = parse_moment(text(value.get("expires_at")))
    otherwise = NewFact(
        words,
        tier=Tier.HISTORY if over else Tier.LONG_TERM,
        status=Status.EXPIRED if status == "expired" else Status.SUPERSEDED if over else Status.ACTIVE,
        # Upstream's export does not tell who said it; its default for a fact without metadata.
        confidence=Confidence.MEDIUM,
        topic=topic,
        updated_at=parse_moment(text(value.get("updated_at") or value.get("created_at"))),
        expires_at=expires.date() if expires else None,
    )
    return new_fact(" ".join(words.split()), own, otherwise)

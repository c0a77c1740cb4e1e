"""Notes: markdown of any program (Obsidian, Claude Code, other agents) and plain text.

A file that is a list of facts needs no model; any other is a document that one reads. A memory file of
nanomem is taken over as it is.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from nanomem_tui.exchange.model import Damaged, Document, ImportedFact, ImportedFacts, Item, LeftOut
from nanomem_tui.exchange.nanomem import is_index, is_memory, memory_file
from nanomem_tui.exchange.values import title_of
from nanomem_tui.memory.document import Document as MemoryDocument
from nanomem_tui.memory.document import parse, render, to_new_fact
from nanomem_tui.memory.facts import Confidence, Fact, NewFact, Source
from nanomem_tui.memory.frontmatter import Frontmatter
from nanomem_tui.memory.metadata import parse_moment
from nanomem_tui.memory.paths import is_memory_path

NOTES = "notes"
_AGENT_FILES = {
    "claude.md": "Claude Code",
    "claude.local.md": "Claude Code",
    "memory.md": "agent memory",
    "agents.md": "agents",
    "gemini.md": "Gemini CLI",
    ".cursorrules": "Cursor",
    "copilot-instructions.md": "Copilot",
}
_PROSE_SHARE = 0.2
"""Up to this share of its lines may be prose in a list of facts."""
_TASK = re.compile(r"\[[ xX/-]\]\s+")
_DATE_KEY = re.compile(r"^(?:date|created|updated)(?:_at)?:\s*[\"']?(\d{4}-\d\d-\d\d[^\"'\n]*)", re.I | re.M)
_NAME_DAY = re.compile(r"(?<!\d)(\d{4}-\d\d-\d\d)(?!\d)")


def markdown(words: str, name: str, modified: datetime | None) -> Iterator[Item]:
    """One markdown file.

    Args:
        words: its text.
        name: its path below what is imported.
        modified: when it was last written.
    """
    if not words.strip():
        yield LeftOut(name, "it is empty")
        return
    if is_index(name):
        yield LeftOut(name, "it is upstream's index of its files")
        return
    document = parse(words, name)
    if is_memory(document):
        yield memory_file(name, words)
        return
    leaf = name.rpartition("/")[2]
    source = _AGENT_FILES.get(leaf.casefold(), NOTES)
    title = title_of(document.frontmatter.title, leaf.removesuffix(".md"))
    date = _date(document, name) or modified
    if document.facts and _is_list(document):
        facts = tuple(_fact(fact, document.frontmatter, date) for fact in document.facts)
        path = _path(name)
        yield ImportedFacts(
            title if source == NOTES else name,
            tuple(ImportedFact(fact, path) for fact in facts if fact.text.strip()),
            source,
            date,
        )
    else:
        yield Document(title, render(document), source, name, date)


def plain(words: str, name: str, modified: datetime | None) -> Item:
    """One text of no particular kind."""
    if not words.strip():
        return LeftOut(name, "it is empty")
    day = _NAME_DAY.search(name)
    return Document(
        title_of(name, "text"), words, NOTES, name, (parse_moment(day[1]) if day else None) or modified
    )


def is_binary(words: str) -> bool:
    """Whether a text is none: control characters that no note holds."""
    return any(character in words for character in "\0\x01\x02\x03\x04\x05\x06")


def too_large(name: str) -> Damaged:
    """A note beyond any sense."""
    return Damaged(name, "it is too large for a note")


def _is_list(document: MemoryDocument) -> bool:
    """Whether nearly all that is said stands in list items."""
    listed = sum(end - first for first, end in document.spans)
    inside = {line for first, end in document.spans for line in range(first, end)}
    prose = sum(
        1
        for number, line in enumerate(document.lines)
        if number >= document.head
        and number not in inside
        and line.strip()
        and not line.lstrip().startswith(("#", "<!--", "---", "***"))
    )
    return prose <= _PROSE_SHARE * (listed + prose)


def _fact(fact: Fact, frontmatter: Frontmatter, date: datetime | None) -> NewFact:
    new = to_new_fact(fact)
    return replace(
        new,
        text=_TASK.sub("", new.text, count=1) if _TASK.match(new.text) else new.text,
        source=Source.DOCUMENT,
        confidence=Confidence.MEDIUM,
        topic=frontmatter.tags[0] if frontmatter.tags else None,
        updated_at=date,
        disclosure=frontmatter.disclosure,
    )


def _date(document: MemoryDocument, name: str) -> datetime | None:
    head = "".join(document.lines[: document.head])
    match = _DATE_KEY.search(head) or _NAME_DAY.search(name)
    return parse_moment(match[1].strip()) if match else None


def _path(name: str) -> str | None:
    """The memory file a list of facts becomes: its own name, where that is one."""
    leaf = name.rpartition("/")[2].casefold()
    if leaf in _AGENT_FILES:
        return f"assistants/{leaf.removesuffix('.md').replace('.', '-').strip('-')}.md"
    path = name if "/" in name else f"notes/{name}"
    path = path if path.endswith(".md") else f"{path.rsplit('.', 1)[0]}.md"
    return path if is_memory_path(path) else None

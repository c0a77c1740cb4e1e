"""Facts, files and folders as lines."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from nanomem_tui.cli.output import Line, Piece, Style, columns
from nanomem_tui.memory.facts import Confidence, Fact, Source, Status, Tier
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.listing import FileInfo, FolderInfo, MemoryFile
from nanomem_tui.memory.search import Hit

if TYPE_CHECKING:
    from nanomem_tui.results import TreeListing

_INDENT = "  "


def count(number: int, noun: str) -> str:
    """`1 fact`, `2 facts`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def words(value: str) -> str:
    """A word of the format as prose: `user_statement` -> `user statement`."""
    return value.replace("_", " ").replace("long term", "long-term")


def aside(fact: Fact) -> str:
    """What is worth knowing about a fact besides its text: its date, and whatever is out of the ordinary."""
    parts = [fact.updated_at.date().isoformat() if fact.updated_at else "undated"]
    if fact.expires_at:
        parts.append(f"until {fact.expires_at.isoformat()}")
    if fact.status is not Status.ACTIVE:
        parts.append(fact.status.value)
    if fact.source is not Source.USER_STATEMENT:
        parts.append(words(fact.source))
    if fact.confidence is not Confidence.HIGH:
        parts.append(f"{fact.confidence} confidence")
    if fact.level is not Level.OPEN:
        parts.append(fact.level.word)
    return " · ".join(parts)


def file_lines(file: MemoryFile) -> Iterator[Line]:
    """A memory file: its head, then its facts by section, each with its id."""
    facts = file.document.facts
    yield [(Style.STRONG, file.path), f" · {file.level.word} · {count(len(facts), 'fact')}"]
    if file.document.frontmatter.description:
        yield [file.document.frontmatter.description]
    if file.document.frontmatter.fault:
        yield [(Style.WARNING, f"! {file.document.frontmatter.fault}")]
    width = max((len(fact.id) for fact in facts), default=0)
    section = None
    for fact in facts:
        if fact.section != section:
            section = fact.section
            yield []
            yield [(Style.STRONG, section)]
        yield from _fact(fact, width)
    if not facts:
        yield ["It holds no facts."]


def _fact(fact: Fact, width: int) -> Iterator[Line]:
    text: Piece = (Style.QUIET, fact.text) if fact.tier is Tier.HISTORY else fact.text
    yield [_INDENT, (Style.QUIET, fact.id.ljust(width)), _INDENT, text, (Style.QUIET, f" · {aside(fact)}")]
    below = " " * (len(_INDENT) * 2 + width)
    for line in fact.details.splitlines():
        yield [below, line]
    for warning in fact.warnings:
        yield [below, (Style.WARNING, f"! {warning}")]


def hit_lines(hits: Sequence[Hit]) -> Iterator[Line]:
    """Search hits, best first: name, text, date."""
    for hit in hits:
        yield [(Style.QUIET, hit.fact.ref), _INDENT, hit.fact.text, (Style.QUIET, f" · {aside(hit.fact)}")]


def source_lines(facts: Iterable[Fact]) -> Iterator[Line]:
    """The facts an answer rests on."""
    for fact in facts:
        yield [
            (Style.QUIET, f"{_INDENT}{fact.ref}"),
            f"{_INDENT}{fact.text}",
            (Style.QUIET, f" · {aside(fact)}"),
        ]


def tree_lines(listing: "TreeListing") -> Iterator[Line]:
    """Folders and files, indented, with their facts and levels."""
    rows = sorted(
        [*((_order(folder.path, True), folder) for folder in listing.folders if folder.path)]
        + [((_order(file.path, False)), file) for file in listing.files],
        key=lambda row: row[0],
    )
    top = min((entry.path.count("/") for _, entry in rows), default=0)
    names = [_INDENT * (entry.path.count("/") - top) + _name(entry) for _, entry in rows]
    width = min(40, max((columns(name) for name in names), default=0))
    for name, (_, entry) in zip(names, rows, strict=True):
        yield [name, " " * max(1, width + 2 - columns(name)), *_about(entry)]


def _order(path: str, folder: bool) -> tuple[tuple[bool, str], ...]:
    *parents, last = path.split("/")
    return (*((False, name) for name in parents), (not folder, last))


def _name(entry: FileInfo | FolderInfo) -> str:
    last = entry.path.rpartition("/")[2]
    return last if isinstance(entry, FileInfo) else f"{last}/"


def _about(entry: FileInfo | FolderInfo) -> list[Piece]:
    if isinstance(entry, FileInfo) and entry.skipped:
        return [(Style.WARNING, f"! not read: {entry.skipped}")]
    level: Piece = (Style.WARNING if entry.level is not Level.OPEN else Style.QUIET, f"{entry.level.word:<8}")
    pieces: list[Piece] = [level, f"{entry.facts:>4} {'fact' if entry.facts == 1 else 'facts'}"]
    if isinstance(entry, FileInfo) and entry.description:
        pieces.append((Style.QUIET, f"{_INDENT}{entry.description}"))
    return pieces

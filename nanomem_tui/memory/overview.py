"""The map of a memory: one line for each file and folder, from what the catalog knows of the disk.

Opens no memory file. Knows no fact and no change.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from operator import attrgetter
from pathlib import Path

from nanomem_tui.memory.catalog import Catalog
from nanomem_tui.memory.index import Head, Index, Known
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.listing import FileInfo, FolderInfo
from nanomem_tui.memory.policy import Policy
from nanomem_tui.memory.scan import Stamp, scan


def file_infos(
    catalog: Catalog, index: Index, policy: Policy, paths: Iterable[str] | None = None
) -> Iterator[FileInfo]:
    """The memory files that the index holds, in no order.

    Args:
        catalog: what is known of the disk.
        index: its index.
        policy: what gives the files their levels, beside their own frontmatter.
        paths: only of these; None: of all.
    """
    heads, stamps = catalog.heads(index), catalog.scan.files
    for path in catalog.files if paths is None else paths:
        known, head = catalog.files.get(path), heads.get(path)
        if known is not None and head is not None:
            yield _info(path, head, stamps.get(path, known), policy)


def skipped_infos(catalog: Catalog, policy: Policy) -> Iterator[FileInfo]:
    """The files that are not read as memory, with the reason."""
    for path, reason in (catalog.scan.skipped | catalog.unreadable).items():
        yield FileInfo(path, path, None, policy.level(path), 0, 0, None, skipped=reason)


def folder_infos(catalog: Catalog, index: Index, policy: Policy) -> list[FolderInfo]:
    """All folders by path, the root first, with files and facts counted to the bottom."""
    counts = ((path, head.facts) for path, head in catalog.heads(index).items())
    return _folders(catalog.scan.folders, counts, policy)


def glance(root: Path) -> tuple[list[FolderInfo], list[FileInfo], bool]:
    """The map as it was when the index was last written, or from the names alone where there is no index yet.

    For a first sight of a large memory: it looks at no file and waits for nobody who does.

    Returns:
        Folders and files by path, and whether facts are counted and levels whole.
    """
    catalog, policy = Catalog(root), Policy.load(root)
    try:
        catalog.load()
        files = catalog.run(lambda index: list(file_infos(catalog, index, policy)))
        folders = catalog.run(lambda index: folder_infos(catalog, index, policy))
    finally:
        catalog.close()
    if files:
        return folders, sorted(files, key=attrgetter("path")), True
    found = scan(root, {}.keys())
    nothing = Head(Level.OPEN, 0, "", None, None)
    files = [
        _info(path, nothing._replace(title=path), found.files[path], policy) for path in sorted(found.files)
    ]
    return _folders(found.folders, ((path, 0) for path in found.files), policy), files, False


def folders_above(path: str) -> Iterator[str]:
    """The folders around a file or folder, inside out; the root "" is the last."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def _info(path: str, head: Head, stamp: Stamp | Known, policy: Policy) -> FileInfo:
    return FileInfo(
        path,
        head.title,
        head.description,
        max(policy.level(path), head.level),
        head.facts,
        stamp.size,
        datetime.fromtimestamp(stamp.mtime / 1e9),
        fault=head.fault,
        own_level=head.level,
    )


def _folders(known: Iterable[str], counts: Iterable[tuple[str, int]], policy: Policy) -> list[FolderInfo]:
    files: dict[str, int] = dict.fromkeys(("", *known), 0)
    facts = dict(files)
    for path, inside in counts:
        for folder in folders_above(path):
            files[folder] = files.get(folder, 0) + 1
            facts[folder] = facts.get(folder, 0) + inside
    return [FolderInfo(path, policy.folder_level(path), files[path], facts[path]) for path in sorted(files)]

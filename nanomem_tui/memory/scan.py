"""What lies on the disk below a memory root: files with their stat, folders, and what is skipped and why.

Looks at names and stats only; no file is opened.
"""

import os
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from nanomem_tui.memory.index import Stamp
from nanomem_tui.memory.paths import file_fault, name_fault, skip_reason, twin_key


@dataclass(slots=True)
class Scan:
    """One look at the disk."""

    files: dict[str, Stamp] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    skipped: dict[str, str] = field(default_factory=dict)
    """Path as on the disk to the reason; only of what could have been meant as memory."""


def scan(root: Path, known: Collection[str]) -> Scan:
    """Walk the tree below `root` without following a link.

    Args:
        root: the memory root; nothing is found where it does not exist.
        known: paths already known to be well formed, which need no second check.
    """
    found = Scan()
    _walk(os.fspath(root), "", found, known)
    _skip_twins(found)
    return found


def _walk(folder: str, prefix: str, found: Scan, known: Collection[str]) -> None:
    inner = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if name[0] == ".":
                    continue
                path = prefix + name
                if entry.is_dir(follow_symlinks=False):
                    fault = name_fault(name)
                    if fault:
                        found.skipped[path] = fault
                    else:
                        inner.append((entry.path, path))
                elif name[-3:].lower() == ".md":
                    _look_at(entry, path, found, known)
                elif entry.is_symlink() and entry.is_dir():
                    found.skipped[path] = "it is a link"
    except FileNotFoundError:
        return
    except OSError as error:
        found.skipped[prefix.rstrip("/") or "."] = f"it cannot be read: {error.strerror}"
        return
    for full, path in inner:
        found.folders.add(path)
        _walk(full, path + "/", found, known)


def _look_at(entry: os.DirEntry[str], path: str, found: Scan, known: Collection[str]) -> None:
    if path not in known:
        fault = name_fault(entry.name) or file_fault(entry.name)
        if fault:
            if entry.name.casefold() != "_tree.md":
                found.skipped[path] = fault
            return
    try:
        info = entry.stat(follow_symlinks=False)
    except OSError:
        return
    reason = skip_reason(info)
    if reason:
        found.skipped[path] = reason
    else:
        found.files[path] = stamp_of(info)


def stamp_of(info: os.stat_result) -> Stamp:
    """The stamp of a stat."""
    return Stamp(info.st_mtime_ns, info.st_ctime_ns, info.st_size, info.st_ino)


def _skip_twins(found: Scan) -> None:
    """Of several paths that some system would take for one file, keep the first in sorted order."""
    keys: dict[str, str] = {}
    if len({path.lower() for path in found.files}) == len(found.files) and all(
        p.isascii() for p in found.files
    ):
        return
    for path in sorted(found.files):
        other = keys.setdefault(twin_key(path), path)
        if other != path:
            del found.files[path]
            found.skipped[path] = f"it differs from {other} in letter case only"

"""What lies on the disk below a memory root: files with their stat, folders, and what is skipped and why.

Looks at names and stats only; no file is opened.
"""

import os
from collections.abc import Collection, Iterable, KeysView
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from nanomem_tui.memory.paths import INDEX_FILE, file_fault, name_fault, skip_reason, twin_key


class Stamp(NamedTuple):
    """What of a file's stat tells that it changed."""

    mtime: int
    ctime: int
    size: int
    inode: int


@dataclass(slots=True)
class Scan:
    """What the last look at the disk found."""

    files: dict[str, Stamp] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    skipped: dict[str, str] = field(default_factory=dict)
    """Path as on the disk to the reason; only of what could have been meant as memory."""
    twins: bool = False
    """True when files were skipped because another one has nearly the same path."""


def stamp_of(info: os.stat_result) -> Stamp:
    """The stamp of a stat."""
    return Stamp(info.st_mtime_ns, info.st_ctime_ns, info.st_size, info.st_ino)


def scan(root: Path, known: KeysView[str]) -> Scan:
    """Walk the tree below `root` without following a link.

    Args:
        root: the memory root; nothing is found where it does not exist.
        known: paths already known to be well formed, which need no second check.
    """
    found = Scan()
    _walk(os.fspath(root), "", found, known)
    if not found.files.keys() <= known:
        _skip_twins(found)
    return found


def rescan(root: Path, found: Scan, below: Iterable[str], known: Collection[str]) -> set[str] | None:
    """Look again at some paths only, each with all that lies below it, and bring `found` up to date.

    Args:
        root: the memory root.
        found: the last look.
        below: files or folders, relative to the root, there or gone.
        known: paths already known to be well formed.

    Returns:
        The files looked at, there or gone; None when only a look at everything will do.
    """
    if found.twins:
        return None
    touched: set[str] = set()
    for path in below:
        parts = path.split("/")
        if any(part.startswith(".") for part in parts):
            continue
        folder = path.rpartition("/")[0]
        if any(name_fault(part) for part in parts) or (folder and folder not in found.folders):
            return None
        try:
            path = _changed_at(root, path)
            touched |= _drop(found, path)
            inner = _look_again(root, path, known)
        except OSError:
            # A look at everything says what cannot be read, and why.
            return None
        touched |= inner.files.keys()
        found.files |= inner.files
        found.folders |= inner.folders
        found.skipped |= inner.skipped
    new = any(path not in known for path in touched)
    return None if new and len({twin_key(path) for path in found.files}) < len(found.files) else touched


def _drop(found: Scan, path: str) -> set[str]:
    """Take a path and all below it out; the files among them."""
    found.skipped.pop(path, None)
    if path not in found.folders:
        return {path} if found.files.pop(path, None) else set()
    inner = path + "/"
    gone = {p for p in found.files if p.startswith(inner)}
    for file in gone:
        del found.files[file]
    found.folders = {p for p in found.folders if p != path and not p.startswith(inner)}
    found.skipped = {p: reason for p, reason in found.skipped.items() if not p.startswith(inner)}
    return gone


def _changed_at(root: Path, path: str) -> str:
    """`path`, or the topmost folder above it that is gone, a link or a file now."""
    end = path.find("/")
    while end >= 0:
        folder = root / path[:end]
        if folder.is_symlink() or not folder.is_dir():
            return path[:end]
        end = path.find("/", end + 1)
    return path


def _look_again(root: Path, path: str, known: Collection[str]) -> Scan:
    """What is at `path` now. All above it are plain folders."""
    found = Scan()
    name = path.rpartition("/")[2]
    file = root / path
    if file.is_dir():
        if file.is_symlink():
            found.skipped[path] = "it is a link"
            return found
        found.folders.add(path)
        _walk(os.fspath(file), path + "/", found, known)
    elif name[-3:].lower() == ".md":
        _look_at(file, name, path, found, known)
    return found


def _walk(folder: str, prefix: str, found: Scan, known: Collection[str]) -> None:
    inner = []
    files = found.files
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                path = prefix + name
                if path in known and (stamp := _stamp_of_known(entry)):
                    files[path] = stamp
                elif name[0] != ".":
                    if entry.is_dir(follow_symlinks=False):
                        inner.append((entry.path, path, name))
                    elif name[-3:].lower() == ".md":
                        _look_at(entry, name, path, found, known)
                    elif entry.is_symlink() and entry.is_dir():
                        found.skipped[path] = "it is a link"
    except FileNotFoundError:
        return
    except OSError as error:
        found.skipped[prefix.rstrip("/") or "."] = f"it cannot be read: {error.strerror}"
        return
    for full, path, name in inner:
        fault = name_fault(name)
        if fault:
            found.skipped[path] = fault
        else:
            found.folders.add(path)
            _walk(full, path + "/", found, known)


def _stamp_of_known(entry: os.DirEntry[str]) -> Stamp | None:
    """The short way for what was a memory file before and still is one: it decides how long a look takes."""
    try:
        info = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    if skip_reason(info):
        return None
    return tuple.__new__(Stamp, (info.st_mtime_ns, info.st_ctime_ns, info.st_size, info.st_ino))


def _look_at(
    entry: os.DirEntry[str] | Path, name: str, path: str, found: Scan, known: Collection[str]
) -> None:
    try:
        info = entry.stat(follow_symlinks=False)
    except OSError:
        return
    reason = skip_reason(info)
    if path not in known:
        if name.casefold() == INDEX_FILE:
            return
        reason = name_fault(name) or file_fault(name) or reason
    if reason:
        found.skipped[path] = reason
    else:
        found.files[path] = Stamp(info.st_mtime_ns, info.st_ctime_ns, info.st_size, info.st_ino)


def _skip_twins(found: Scan) -> None:
    """Of several paths that some system would take for one file, keep the first in sorted order."""
    if len({twin_key(path) for path in found.files}) == len(found.files):
        return
    keys: dict[str, str] = {}
    for path in sorted(found.files):
        other = keys.setdefault(twin_key(path), path)
        if other != path:
            del found.files[path]
            found.skipped[path] = f"it differs from {other} in letter case only"
            found.twins = True

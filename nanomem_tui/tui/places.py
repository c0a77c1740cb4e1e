"""Looking about on the disk for a person who picks a file or a folder. Reads names and opens no file.

Knows no widget.
"""

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MOST = 400
"""Entries of a folder that are listed; the rest is reached by typing a part of its name."""


@dataclass(frozen=True, slots=True)
class Place:
    """A file or a folder on the disk."""

    path: Path
    is_folder: bool
    size: int
    """Bytes of a file; 0 for a folder."""


@dataclass(frozen=True, slots=True)
class Folder:
    """What stands in a folder: folders first, nothing that is hidden."""

    places: tuple[Place, ...]
    left: int = 0
    """How many more there are."""
    fault: str = ""
    """Why it cannot be read."""


def look_into(folder: Path, begins: str = "", *, folders_only: bool = False) -> Folder:
    """What stands in a folder, as far as its names begin so, in any case. May take a while."""
    begins = begins.casefold()
    found: list[Place] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if not entry.name.casefold().startswith(begins):
                    continue
                if entry.name.startswith(".") and not begins.startswith("."):
                    continue
                with suppress(OSError):
                    info = entry.stat()
                    is_folder = stat.S_ISDIR(info.st_mode)
                    if is_folder or (stat.S_ISREG(info.st_mode) and not folders_only):
                        found.append(Place(Path(entry.path), is_folder, 0 if is_folder else info.st_size))
    except OSError as error:
        return Folder((), fault=f"It cannot be read: {error.strerror}.")
    found.sort(key=lambda place: (not place.is_folder, place.path.name.casefold()))
    return Folder(tuple(found[:MOST]), max(len(found) - MOST, 0))


def typed(text: str) -> tuple[Path, str]:
    """What a person who typed `text` stands in, and how the name they are typing begins.

    Returns:
        The nearest folder there is, and what stands behind its last slash.
    """
    text = text.strip()
    path = Path(text).expanduser() if text else Path.home()
    folder, begins = (path, "") if not text or text.endswith("/") or text == "~" else (path.parent, path.name)
    folder = folder if folder.is_absolute() else Path.cwd() / folder
    while not folder.is_dir() and folder != folder.parent:
        folder, begins = folder.parent, folder.name
    return folder, begins


def completion(text: str, *, folders_only: bool = False) -> str | None:
    """`text` with the name it begins completed to the first one that fits; None: there is none."""
    folder, begins = typed(text)
    head, slash, last = text.rpartition("/")
    if not begins or begins != (last if slash else text):
        return None
    places = look_into(folder, begins, folders_only=folders_only).places
    if not places:
        return None
    first = places[0]
    return f"{head}{slash}{first.path.name}{'/' * first.is_folder}"


def short(path: Path, *, folder: bool = False) -> str:
    """`path` as a person types it: with `~` for the home folder, a folder with a slash at its end."""
    end = "/" if folder else ""
    try:
        inside = path.relative_to(Path.home()).as_posix()
    except ValueError:
        return f"{path.as_posix().rstrip('/')}{end or ('' if path != path.parent else '/')}"
    return "~" + end if inside == "." else f"~/{inside}{end}"


def size_words(size: int) -> str:
    """Bytes in a few characters: `812 B`, `34 KB`, `1.2 GB`."""
    value = float(size)
    for unit in ("B", "KB", "MB"):
        if value < 1000:
            return f"{value:.1f} {unit}" if unit != "B" and value < 10 else f"{value:.0f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"

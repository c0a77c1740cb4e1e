"""Which names are memory files, and opening them without ever leaving the memory root.

Every path that comes from a model, a file or a person passes `check_path`; every read goes through
`read_bytes`, which follows no link. Knows names and file descriptors, not what is in the files.
"""

import contextlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from nanomem_tui.memory.errors import MemoryUnreadable, NotFound, UnsafePath
from nanomem_tui.memory.visible import visible

STATE_DIR = ".nanomem"
EXAMPLE_PATH = "health/allergies.md"
"""A path as messages name it, whether there is such a file or not."""
"""The folder of our own state below the memory root."""
INDEX_FILE = "_tree.md"
"""Upstream's index of the tree; never memory."""
SIZE_CAP = 2 * 1024 * 1024
"""Largest file read as memory, in bytes."""
_NAME_BYTES = 200
"""Leaves room below the usual 255 for the suffix of a temporary name."""
_PATH_BYTES = 900
_DEPTH = 16
_FORBIDDEN = frozenset('<>:"|?*\\/')
_CATEGORIES = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No"}) | frozenset(
    {"Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So"}
)
_JOINERS = "\u200c\u200d"
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?\Z", re.I)


def name_fault(name: str) -> str | None:
    """Why `name` may not be a folder or file of memory, as a sentence's end; None when it may."""
    if not name or name in (".", ".."):
        return "it has an empty or dotted part"
    if name.startswith("."):
        return "names that begin with a dot are not memory"
    if name != name.strip() or name.endswith("."):
        return "a name must not begin or end with a space, or end with a dot"
    fault = _ascii_fault(name) if name.isascii() else _unicode_fault(name)
    if fault:
        return fault
    if _RESERVED.match(name):
        return f"{name} is a reserved name on some systems"
    if len(name.encode("utf-8", "surrogatepass")) > _NAME_BYTES:
        return f"a name may have at most {_NAME_BYTES} bytes"
    return None


def _ascii_fault(name: str) -> str | None:
    if not name.isprintable():
        return "it holds a control character"
    bad = _FORBIDDEN.intersection(name)
    return f"it holds the character {min(bad)}" if bad else None


def _unicode_fault(name: str) -> str | None:
    if unicodedata.normalize("NFC", name) != name:
        return "its name is not in Unicode normal form C"
    for char in name:
        if char in _FORBIDDEN:
            return f"it holds the character {char}"
        if char != " " and char not in _JOINERS and unicodedata.category(char) not in _CATEGORIES:
            return f"it holds the character U+{ord(char):04X}"
    if visible(name) != name:
        return "it holds characters that cannot be seen"
    folded = unicodedata.normalize("NFKC", name)
    if "/" in folded or "\\" in folded or folded.startswith("."):
        return "it holds a character that looks like part of a path"
    return None


def file_fault(name: str) -> str | None:
    """Why a file called `name` is no memory file although its name is well formed; None when it is one."""
    if name.casefold() == INDEX_FILE:
        return f"{INDEX_FILE} is the index of the tree, not memory"
    if not name.endswith(".md"):
        return "memory files end in .md"
    if ".sync-conflict-" in name:
        return "it is a sync conflict copy"
    return None


def check_path(path: str) -> str:
    """The canonical form of a path to a memory file. Touches no disk and adds nothing.

    Args:
        path: relative to the memory root, with `/` between its parts.

    Returns:
        `path` in Unicode normal form C.

    Raises:
        UnsafePath: it is no plain path to a memory file inside the root.
    """
    canonical = path if path.isascii() else unicodedata.normalize("NFC", path)
    parts = canonical.split("/")
    fault = None
    if not canonical:
        fault = "it is empty"
    elif canonical.startswith("/"):
        fault = "it is not relative to the memory folder"
    elif len(parts) > _DEPTH:
        fault = f"it is more than {_DEPTH} folders deep"
    elif len(canonical.encode("utf-8", "surrogatepass")) > _PATH_BYTES:
        fault = f"it has more than {_PATH_BYTES} bytes"
    else:
        fault = next((found for part in parts if (found := name_fault(part))), None) or file_fault(parts[-1])
    if fault:
        shown = visible(path) if len(path) <= 120 else visible(path[:119]) + "…"
        raise UnsafePath(
            f"{shown!r} is not a path to a memory file: {fault}.", f"Use a path like {EXAMPLE_PATH}."
        )
    return canonical


def check_folder(path: str) -> str:
    """The canonical form of a path to a folder of memory, without `/` at its end. Touches no disk.

    Raises:
        UnsafePath: it is no plain path to a folder inside the root.
    """
    bare = path.strip().rstrip("/")
    if not bare:
        raise UnsafePath("The memory folder itself is no folder inside it.", "Name a folder like health.")
    try:
        return check_path(f"{bare}/x.md").removesuffix("/x.md")
    except UnsafePath as error:
        fault = error.message.rpartition("memory file: ")[2]
        raise UnsafePath(
            f"{visible(bare)!r} is not a path to a folder of memory: {fault}", "Use a name like health."
        ) from None


def is_memory_path(path: str) -> bool:
    """True when `check_path` would take `path` as it is."""
    try:
        return check_path(path) == path
    except UnsafePath:
        return False


def twin_key(path: str) -> str:
    """The form in which two paths name the same file on some system: NFC and casefold."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def skip_reason(info: os.stat_result) -> str | None:
    """Why what `lstat` found is not read as memory; None for a plain file."""
    if info.st_mode & 0o170000 == stat.S_IFREG and info.st_nlink <= 1 and info.st_size <= SIZE_CAP:
        return None
    if stat.S_ISLNK(info.st_mode):
        return "it is a link"
    if not stat.S_ISREG(info.st_mode):
        return "it is not a regular file"
    if info.st_nlink > 1:
        return "it has several names (hard links)"
    return f"it is larger than {SIZE_CAP // (1024 * 1024)} MiB"


@contextlib.contextmanager
def open_folder(root: Path, folder: str) -> Iterator[int]:
    """A descriptor of a folder below the root, reached without following a link.

    Args:
        root: the memory root; it may be a link itself, that is its owner's choice.
        folder: checked path of the folder, "" for the root.

    Raises:
        NotFound: there is no such folder.
        MemoryUnreadable: a part of the way is a link or no folder.
    """
    fd = -1
    try:
        fd = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for part in folder.split("/") if folder else ():
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=fd)
            os.close(fd)
            fd = inner
        yield fd
    except FileNotFoundError as error:
        raise NotFound(f"There is no folder {folder or root}.") from error
    except (NotADirectoryError, PermissionError) as error:
        raise MemoryUnreadable(f"{folder or root} is a link, no folder or may not be read.") from error
    except OSError as error:
        raise MemoryUnreadable(f"{folder or root} cannot be read: {error.strerror}.") from error
    finally:
        if fd >= 0:
            os.close(fd)


def read_bytes(root: Path, path: str) -> bytes:
    """The bytes of a memory file.

    Args:
        root: the memory root.
        path: any path; it is checked here.

    Raises:
        UnsafePath: it is no path to a memory file.
        NotFound: there is no such file.
        MemoryUnreadable: it is a link, no regular file, has several names, is too large or forbidden.
    """
    return read_with_stat(root, path)[0]


def read_with_stat(root: Path, path: str) -> tuple[bytes, os.stat_result]:
    """`read_bytes` and the file's stat, both of the same open file."""
    canonical = check_path(path)
    folder, _, name = canonical.rpartition("/")
    try:
        with open_folder(root, folder) as folder_fd:
            return read_at(folder_fd, name, canonical)
    except NotFound as error:
        raise NotFound(
            f"There is no memory file {canonical}.", "Look at the tree for the files there are."
        ) from error


def read_at(folder_fd: int, name: str, shown: str) -> tuple[bytes, os.stat_result]:
    """Read a file inside an open folder; `shown` names it in errors. Raises as `read_bytes`."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        fd = os.open(name, flags, dir_fd=folder_fd)
    except FileNotFoundError as error:
        raise NotFound(
            f"There is no memory file {shown}.", "Look at the tree for the files there are."
        ) from error
    except OSError as error:
        raise MemoryUnreadable(f"{shown} cannot be read: it is a link or may not be opened.") from error
    try:
        info = os.fstat(fd)
        reason = skip_reason(info)
        if reason:
            raise MemoryUnreadable(f"{shown} is not read: {reason}.")
        with open(fd, "rb", closefd=False) as file:
            data = file.read(SIZE_CAP + 1)
    except OSError as error:
        raise MemoryUnreadable(f"{shown} cannot be read: {error.strerror}.") from error
    finally:
        os.close(fd)
    if len(data) > SIZE_CAP:
        raise MemoryUnreadable(f"{shown} is not read: it is larger than {SIZE_CAP // (1024 * 1024)} MiB.")
    return data, info


def state_dir(root: Path) -> Path:
    """The folder of our own state. For writers: it is made, 0700, where it is missing.

    Raises:
        MemoryUnreadable: it is a link or no folder, or cannot be made.
    """
    folder = root / STATE_DIR
    try:
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        info = folder.lstat()
    except OSError as error:
        raise MemoryUnreadable(
            f"{folder} cannot be made: {error.strerror}.", "Check the folder's rights."
        ) from error
    if not stat.S_ISDIR(info.st_mode):
        raise MemoryUnreadable(f"{folder} is not a folder.", "Move it away.")
    return folder

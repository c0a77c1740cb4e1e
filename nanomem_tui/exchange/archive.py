"""Files, folders, zip archives and streams as one list of entries. Knows names and bytes, no format.

Nothing is ever unpacked to a path: entries are read as streams, so a name in an archive can lead nowhere. An
archive that tries to, or that would unpack to absurd sizes, is refused as a whole.
"""

import io
import os
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, cast

from nanomem_tui.exchange.model import Damaged
from nanomem_tui.memory.errors import NanomemError, NotFound, UsageError
from nanomem_tui.memory.paths import STATE_DIR
from nanomem_tui.memory.visible import visible

MOST_ENTRIES = 100_000
ARCHIVE_COMMENT = b"nanomem memory"
"""Comment of our own archives of a memory."""
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_HARMLESS = 64 * 1024 * 1024
"""Up to so many unpacked bytes no ratio makes an archive a bomb."""
_RATIO = 150
"""Real exports pack five to thirty times; deflate itself ends at about a thousand."""
_UNPACKED = 64 * 1024**3
_NESTED_CAP = 4 * 1024**3
_SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__", "__MACOSX"})
_PIECE = 1 << 20


class Unreadable(NanomemError):
    """What is to be imported cannot be read."""

    code = "import_unreadable"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file to read, wherever it lies."""

    name: str
    """Relative, with `/`; for titles, never a place to write."""
    size: int
    open: Callable[[], BinaryIO]
    modified: datetime | None = None
    """Local time."""

    @property
    def stem(self) -> str:
        """Its name without folders and ending."""
        return self.name.rpartition("/")[2].rsplit(".", 1)[0]


class Source:
    """What is to be imported: a file, a folder, an archive or a stream. A context manager.

    Args:
        place: a path, or an open stream for what comes from stdin.
        name: what a stream is called.

    Raises:
        NotFound: there is no such file.
        Unreadable: it is an archive that is damaged, encrypted or malicious.
    """

    def __init__(self, place: Path | BinaryIO, name: str = "stdin") -> None:
        self.name = place.name if isinstance(place, Path) else name
        self.read = 0
        """Bytes read so far, for the progress bar."""
        self.is_memory = False
        """Whether it is a whole memory: a root with its state, or our own archive of one."""
        self.damaged: list[Damaged] = []
        """Archives in a folder that cannot be read."""
        self._stack = ExitStack()
        self._entries: list[Entry] = []
        try:
            if not isinstance(place, Path):
                spool = _spool(self._stack)
                shutil.copyfileobj(place, spool, _PIECE)
                self._add_file(name, spool.tell(), lambda: _borrowed(spool), None)
            elif place.is_dir():
                self._add_folder(place)
            else:
                info = _regular(place)
                self._add_file(place.name, info.st_size, _opener(place), _local(info.st_mtime))
        except BaseException:
            self._stack.close()
            raise

    def __enter__(self) -> "Source":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def size(self) -> int:
        """Bytes of all entries, unpacked."""
        return sum(entry.size for entry in self._entries)

    def entries(self) -> Iterator[Entry]:
        """The entries in the order of their names; their streams count what is read."""
        for entry in self._entries:
            yield Entry(entry.name, entry.size, self._counted(entry.open), entry.modified)

    # Inside

    def _counted(self, opener: Callable[[], BinaryIO]) -> Callable[[], BinaryIO]:
        return lambda: io.BufferedReader(_Counting(opener(), self), _PIECE)

    def _add_folder(self, folder: Path) -> None:
        self.is_memory = (folder / STATE_DIR).is_dir()
        for place, folders, names in os.walk(folder):
            folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _SKIPPED_FOLDERS)
            for name in sorted(names):
                file = Path(place) / name
                relative = file.relative_to(folder).as_posix()
                try:
                    info = file.lstat()
                    if not name.startswith(".") and stat.S_ISREG(info.st_mode):
                        self._add_file(relative, info.st_size, _opener(file), _local(info.st_mtime))
                except Unreadable as error:
                    self.damaged.append(Damaged(relative, error.message))
                except OSError as error:
                    self.damaged.append(Damaged(relative, f"it cannot be read: {error.strerror or error}"))
            if len(self._entries) > MOST_ENTRIES:
                raise Unreadable(f"The folder holds more than {MOST_ENTRIES} files.", "Name a smaller one.")

    def _add_file(
        self, name: str, size: int, opener: Callable[[], BinaryIO], modified: datetime | None, depth: int = 0
    ) -> None:
        try:
            with opener() as stream:
                head = stream.read(4)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise Unreadable("it is damaged inside the archive") from error
        if head not in (_ZIP, _EMPTY_ZIP) or name.endswith(".md"):
            self._entries.append(Entry(name, size, opener, modified))
        elif depth < 2:
            self._add_archive(name, size, opener, depth)

    def _add_archive(self, name: str, size: int, opener: Callable[[], BinaryIO], depth: int) -> None:
        stream = self._stack.enter_context(opener())
        if depth:
            stream = self._unpacked(stream)
        try:
            archive = self._stack.enter_context(zipfile.ZipFile(stream))
            members = [member for member in archive.infolist() if not member.is_dir()]
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Unreadable(f"{visible(name)} is a damaged zip archive.", "Download it again.") from error
        _check(name, size, members)
        self.is_memory = self.is_memory or archive.comment == ARCHIVE_COMMENT
        for member in sorted(members, key=lambda one: one.filename):
            parts = member.filename.split("/")
            if any(part.startswith(".") or part in _SKIPPED_FOLDERS for part in parts):
                continue
            try:
                self._add_file(
                    member.filename,
                    member.file_size,
                    _member(archive, member, name),
                    _zip_time(member),
                    depth + 1,
                )
            except Unreadable as error:
                self.damaged.append(Damaged(member.filename, error.message))

    def _unpacked(self, stream: BinaryIO) -> BinaryIO:
        """An archive inside an archive, on disk in a file without a name, so that it can be sought in."""
        spool = _spool(self._stack)
        while data := stream.read(_PIECE):
            spool.write(data)
            if spool.tell() > _NESTED_CAP:
                raise Unreadable("An archive in it is too large to unpack.", "Unpack it yourself.")
        spool.seek(0)
        return spool


class _Counting(io.RawIOBase):
    """A stream that tells its source how much of it was read, and its faults in our words."""

    def __init__(self, inner: BinaryIO, source: Source) -> None:
        super().__init__()
        self._inner = inner
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        try:
            data = self._inner.read(len(buffer))
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise Unreadable("it is damaged inside the archive") from error
        buffer[: len(data)] = data
        self._source.read += len(data)
        return len(data)

    def close(self) -> None:
        self._inner.close()
        super().close()


def _check(name: str, size: int, members: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive that tries something.

    Raises:
        Unreadable: with the reason.
    """
    shown = visible(name)
    if len(members) > MOST_ENTRIES:
        raise Unreadable(f"{shown} holds {len(members)} files; nothing was read.", "Unpack what you need.")
    total = sum(member.file_size for member in members)
    largest = max(
        (m.file_size / max(1, m.compress_size) for m in members if m.file_size > _HARMLESS), default=0
    )
    if total > _UNPACKED or largest > _RATIO or (total > _HARMLESS and total > _RATIO * max(1, size)):
        raise Unreadable(
            f"{shown} would unpack to {total >> 20} MiB from {size >> 10} KiB, like a zip bomb; "
            "nothing was read.",
            "Unpack it yourself if you trust it.",
        )
    for member in members:
        if _leads_out(member):
            raise Unreadable(
                f"{shown} holds a file called {visible(member.filename)!r}, which tries to leave its folder; "
                "nothing was read.",
                "Do not trust this archive.",
            )
        if member.flag_bits & 1:
            raise Unreadable(f"{shown} is encrypted.", "Unpack it with its password first.")


def _leads_out(member: zipfile.ZipInfo) -> bool:
    raw = member.orig_filename
    parts = raw.replace("\\", "/").split("/")
    linked = stat.S_ISLNK(member.external_attr >> 16)
    return (
        raw.startswith(("/", "\\"))
        or ".." in parts
        or (len(parts[0]) == 2 and parts[0][1] == ":")
        or any(ord(character) < 32 for character in raw)
        or linked
    )


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        try:
            return cast(BinaryIO, archive.open(member))
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
            raise Unreadable(f"{visible(member.filename)} in {visible(name)} is damaged.") from error

    return opened


def _regular(place: Path) -> os.stat_result:
    if not place.exists():
        raise NotFound(f"There is no file or folder {visible(str(place))}.", "Check its name.")
    info = place.stat()
    if not stat.S_ISREG(info.st_mode):
        raise UsageError(f"{visible(str(place))} is no regular file.", "Name a file or a folder.")
    return info


def _spool(stack: ExitStack) -> BinaryIO:
    """A file without a name, for what has to be sought in; gone when the stack closes."""
    spool: BinaryIO = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
    return spool


def _opener(file: Path) -> Callable[[], BinaryIO]:
    return lambda: file.open("rb")


def _borrowed(spool: BinaryIO) -> BinaryIO:
    """The spooled stream from its start, which its reader may close without closing it for others."""
    spool.flush()
    return os.fdopen(os.dup(spool.fileno()), "rb") if not spool.seek(0) else spool


def _local(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds).replace(microsecond=0)


def _zip_time(member: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*member.date_time) if member.date_time[0] > 1980 else None
    except ValueError:
        return None

"""Bytes to and from the memory root: no links followed, nothing half written, nothing overwritten unseen.

Knows paths and bytes; nothing of facts or changes. Every file it makes is 0600, every folder 0700.
"""

import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from nanomem_tui.changes.errors import WriteFailed
from nanomem_tui.memory.errors import MemoryUnreadable

TEMP_PREFIX = ".nanomem-"
"""Leading dot: never read as memory. The rest of the name is random, so a leftover blocks nobody."""
TEMP_SUFFIX = ".tmp"

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def digest(data: bytes) -> str:
    """Sha256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Staged:
    """A file written under a temporary name beside its target, not yet in its place."""

    path: str
    temp: str
    sha256: str


class Disk:
    """The files below one folder, which is never escaped.

    Args:
        root: the folder; it may itself be reached through a link.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def _folder(self, path: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
        """The open folder of `path` and its last name. Links on the way are refused."""
        *parts, name = path.split("/")
        handle = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for part in parts:
                if make:
                    with suppress(FileExistsError):
                        os.mkdir(part, 0o700, dir_fd=handle)
                        os.fsync(handle)
                below = os.open(part, _FOLDER, dir_fd=handle)
                os.close(handle)
                handle = below
            yield handle, name
        finally:
            os.close(handle)

    def read(self, path: str) -> bytes | None:
        """The bytes of the file at `path`; None when there is none.

        Raises:
            MemoryUnreadable: it is there but no plain file, or may not be read.
        """
        try:
            with self._folder(path) as (folder, name):
                handle = os.open(name, _READ, dir_fd=folder)
                with os.fdopen(handle, "rb") as file:
                    found = os.fstat(file.fileno())
                    if not stat.S_ISREG(found.st_mode):
                        raise MemoryUnreadable(
                            f"{path} is not a plain file.", "Move it out of the memory root."
                        )
                    if found.st_nlink > 1:
                        raise MemoryUnreadable(
                            f"{path} has a second name (a hard link), so it cannot be changed safely.",
                            "Replace it by a copy.",
                        )
                    return file.read()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise MemoryUnreadable(f"{path} is a link, which is never followed.") from error
            raise MemoryUnreadable(f"{path} cannot be read: {error.strerror}.") from error

    def stage(self, path: str, data: bytes) -> Staged:
        """Write `data` beside `path`, down to the disk. Folders are made where missing.

        Raises:
            WriteFailed: the disk refused; nothing is left behind where that was possible.
        """
        temp = f"{TEMP_PREFIX}{secrets.token_hex(8)}{TEMP_SUFFIX}"
        try:
            with self._folder(path, make=True) as (folder, name):
                handle = os.open(temp, _CREATE, 0o600, dir_fd=folder)
                try:
                    with os.fdopen(handle, "wb") as file:
                        with suppress(FileNotFoundError):
                            # Somebody may share their files on purpose; a rewrite does not take that back.
                            mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
                            os.fchmod(file.fileno(), stat.S_IMODE(mode))
                        file.write(data)
                        file.flush()
                        os.fsync(file.fileno())
                except BaseException:
                    with suppress(OSError):
                        os.unlink(temp, dir_fd=folder)
                    raise
        except OSError as error:
            raise _failed(path, error) from error
        return Staged(path, temp, digest(data))

    def commit(self, staged: Staged) -> None:
        """Put a staged file in its place, down to the disk."""
        try:
            with self._folder(staged.path) as (folder, name):
                os.rename(staged.temp, name, src_dir_fd=folder, dst_dir_fd=folder)
                os.fsync(folder)
        except OSError as error:
            raise _failed(staged.path, error) from error

    def write(self, path: str, data: bytes) -> None:
        """Stage and commit in one step."""
        staged = self.stage(path, data)
        try:
            self.commit(staged)
        except WriteFailed:
            self.discard(staged)
            raise

    def discard(self, staged: Staged) -> None:
        """Remove a staged file that is not wanted any more."""
        with suppress(OSError), self._folder(staged.path) as (folder, _):
            os.unlink(staged.temp, dir_fd=folder)

    def delete(self, path: str) -> None:
        """Remove a file, down to the disk. One that is gone already is fine."""
        try:
            with self._folder(path) as (folder, name):
                with suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=folder)
                os.fsync(folder)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise _failed(path, error) from error

    def prune_folders(self, path: str) -> None:
        """Remove the folders of `path` that hold nothing any more."""
        parts = path.split("/")[:-1]
        while parts:
            try:
                with self._folder("/".join(parts)) as (folder, name):
                    os.rmdir(name, dir_fd=folder)
            except OSError:
                return
            parts.pop()

    def clear_leftovers(self, folder: str) -> int:
        """Remove temporary files an interrupted write left in `folder` ("" is the root); returns how many."""
        gone = 0
        with suppress(OSError), self._folder(f"{folder}/x" if folder else "x") as (handle, _):
            with os.scandir(handle) as entries:
                names = [entry.name for entry in entries]
            for name in names:
                if name.startswith(TEMP_PREFIX) and name.endswith(TEMP_SUFFIX):
                    os.unlink(name, dir_fd=handle)
                    gone += 1
        return gone


def folder_of(path: str) -> str:
    """The folder a path lies in; "" for the root."""
    return path.rpartition("/")[0]


def _failed(path: str, error: OSError) -> WriteFailed:
    reason = error.strerror or str(error)
    step = (
        "Free some space and try again."
        if error.errno == errno.ENOSPC
        else "Check the disk and its permissions."
    )
    return WriteFailed(f"{path} could not be written: {reason}.", step)

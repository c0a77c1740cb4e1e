"""Bytes to and from the memory root: no links followed, nothing half written, nothing overwritten unseen.

Knows paths and bytes; nothing of facts or changes. Every file it makes is 0600, every folder 0700.
"""

import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from nanomem_tui.changes.errors import WriteFailed
from nanomem_tui.changes.leftovers import TEMP_PREFIX
from nanomem_tui.changes.swap import rename_new, swap
from nanomem_tui.memory.errors import MemoryUnreadable
from nanomem_tui.memory.lines import encode

TEMP_SUFFIX = ".tmp"
_WRITING = "w-"
"""Begins the random part while the file is being written."""
_READY = len(TEMP_PREFIX) + 9
"""Length of the part of a ready file's name that says where it belongs."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def digest(data: bytes) -> str:
    """Sha256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def text_digest(text: str | None) -> str | None:
    """Sha256 of a memory file's bytes; None for no such file."""
    return None if text is None else digest(encode(text))


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
        """The open folder of `path` and its last name. Links on the way are refused, and ways out."""
        *parts, name = path.split("/")
        if not {"", ".", ".."}.isdisjoint((*parts, name)):
            raise NotADirectoryError(errno.ENOTDIR, "It leads out of the folder", path)
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
                    return file.read()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise MemoryUnreadable(f"{path} is a link, which is never followed.") from error
            raise MemoryUnreadable(f"{path} cannot be read: {error.strerror}.") from error

    def beginnings(self, folder: str, names: Iterable[str], size: int) -> Iterator[tuple[str, bytes]]:
        """The first `size` bytes of files in one folder. Those that cannot be read are left out."""
        with suppress(OSError), self._folder(f"{folder}/x") as (handle, _):
            for name in names:
                with suppress(OSError):
                    file = os.open(name, _READ, dir_fd=handle)
                    try:
                        data = os.read(file, size)
                    finally:
                        os.close(file)
                    yield name, data

    def stage(self, path: str, data: bytes) -> Staged:
        """Write `data` beside `path`, down to the disk. Folders are made where missing.

        Raises:
            WriteFailed: the disk refused; nothing is left behind where that was possible.
        """
        temp = f"{TEMP_PREFIX}{_WRITING}{secrets.token_hex(8)}{TEMP_SUFFIX}"
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
                    ready = _ready_name(name)
                    os.rename(temp, ready, src_dir_fd=folder, dst_dir_fd=folder)
                except BaseException:
                    with suppress(OSError):
                        os.unlink(temp, dir_fd=folder)
                    raise
        except OSError as error:
            raise _failed(path, error) from error
        return Staged(path, ready, digest(data))

    def replace(self, staged: Staged, expected: str | None) -> bool:
        """Put a staged file in the place of the bytes that are `expected` there, and of no others.

        Args:
            staged: what to put there.
            expected: sha256 of what it replaces; None: there is no such file.

        Returns:
            False when something else stands there: it stays, and the staged file is discarded.
        """
        try:
            with self._folder(staged.path) as (folder, name):
                done = self._replace(folder, name, staged, expected)
                os.fsync(folder)
        except OSError as error:
            raise _failed(staged.path, error) from error
        if not done:
            self.discard(staged)
        return done

    def _replace(self, folder: int, name: str, staged: Staged, expected: str | None) -> bool:
        if _digest_at(folder, name) != expected:
            return False
        if expected is None:
            with suppress(FileExistsError):
                if not rename_new(folder, staged.temp, name):
                    os.rename(staged.temp, name, src_dir_fd=folder, dst_dir_fd=folder)
                return True
            return False
        try:
            swapped = swap(folder, staged.temp, name)
        except FileNotFoundError:
            return False
        if not swapped:
            os.rename(staged.temp, name, src_dir_fd=folder, dst_dir_fd=folder)
            return True
        # Whoever saved between the look and the swap is found out by what came back.
        if _digest_at(folder, staged.temp) == expected:
            os.unlink(staged.temp, dir_fd=folder)
            return True
        swap(folder, staged.temp, name)
        if _digest_at(folder, staged.temp) != staged.sha256:
            # Saved once more: that one stands, and what it did not see is kept beside it.
            swap(folder, staged.temp, name)
            self._set_aside(folder, staged.temp, name)
        return False

    def remove(self, path: str, expected: str | None) -> bool:
        """Remove the file at `path` if its bytes are the `expected` ones, down to the disk; else False."""
        try:
            with self._folder(path) as (folder, name):
                if _digest_at(folder, name) != expected:
                    return False
                taken = _ready_name(name)
                with suppress(FileNotFoundError):
                    os.rename(name, taken, src_dir_fd=folder, dst_dir_fd=folder)
                    if _digest_at(folder, taken) != expected:
                        self._put_back(folder, taken, name)
                        return False
                    os.unlink(taken, dir_fd=folder)
                os.fsync(folder)
        except OSError as error:
            raise _failed(path, error) from error
        return True

    def reclaim(self, path: str, ours: Collection[str]) -> None:
        """Put back what a process swapped out of `path` unseen before it was killed.

        Args:
            path: a file of an open record.
            ours: sha256 of all bytes that the record knows; anything else was somebody's.
        """
        with suppress(FileNotFoundError, NotADirectoryError), self._folder(path) as (folder, name):
            for temp in _names_at(folder):
                if not temp.startswith(_ready_name(name)[:_READY]):
                    continue
                found = _digest_at(folder, temp)
                if found in ours:
                    os.unlink(temp, dir_fd=folder)
                elif _digest_at(folder, name) in ours:
                    os.rename(temp, name, src_dir_fd=folder, dst_dir_fd=folder)
                else:
                    self._put_back(folder, temp, name)

    def _put_back(self, folder: int, temp: str, name: str) -> None:
        """Give `temp` its name back, or one beside it where somebody took that."""
        try:
            if not rename_new(folder, temp, name):
                os.link(temp, name, src_dir_fd=folder, dst_dir_fd=folder)
                os.unlink(temp, dir_fd=folder)
        except FileExistsError:
            self._set_aside(folder, temp, name)

    def _set_aside(self, folder: int, temp: str, name: str) -> None:
        """Keep a version nobody has seen, under a name that is not read as memory."""
        stem, _, ending = name.rpartition(".")
        aside = f"{stem}.sync-conflict-{secrets.token_hex(4)}.{ending}"
        os.rename(temp, aside, src_dir_fd=folder, dst_dir_fd=folder)

    def commit(self, staged: Staged) -> None:
        """Put a staged file in its place, whatever stands there, down to the disk."""
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
            for name in _names_at(handle):
                if name.startswith(TEMP_PREFIX) and name.endswith(TEMP_SUFFIX):
                    os.unlink(name, dir_fd=handle)
                    gone += 1
        return gone


def _ready_name(name: str) -> str:
    """A new temporary name of a file that is wholly written and belongs at `name`."""
    return f"{TEMP_PREFIX}{digest(os.fsencode(name))[:8]}-{secrets.token_hex(8)}{TEMP_SUFFIX}"


def _names_at(folder: int) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]


def _digest_at(folder: int, name: str) -> str | None:
    """Sha256 of a file in an open folder; None when there is none."""
    try:
        with os.fdopen(os.open(name, _READ, dir_fd=folder), "rb") as file:
            return digest(file.read())
    except FileNotFoundError:
        return None


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

"""Bytes written where a person says: a new file that only they can read, or the input of a command.

It knows no screen and nothing of memory.
"""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from nanomem_tui.memory.errors import UsageError

PIPE = "|"
"""What a place begins with that is a command."""
MOST = 64_000
"""Bytes of a command's output that are kept."""


def write_new(place: str, data: Callable[[], bytes]) -> None:
    """Write to a new file that only its owner can read.

    Args:
        place: its path; `~` is the home folder.
        data: gives what is written, once there is a file for it; when it fails, there is none.

    Raises:
        UsageError: there is something already, or no such folder.
    """
    file = Path(place).expanduser()
    with os.fdopen(_opened(file), "wb") as opened:
        try:
            opened.write(data())
        except BaseException:
            file.unlink()
            raise


def _opened(file: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    try:
        return os.open(file, flags, 0o600)
    except FileExistsError:
        raise UsageError(f"{file} is there already.", "Name a new file; nothing is written over.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no path"
        raise UsageError(f"{file} cannot be written: {reason}.", "Name another file.") from None


async def feed(command: str, data: bytes) -> tuple[int, str]:
    """Give `data` to a command of the shell.

    Returns:
        Its exit code and what it printed, errors included.

    Raises:
        UsageError: it cannot be started.
    """
    try:
        process = await asyncio.create_subprocess_shell(
            command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise UsageError(f"The command cannot be started: {error}.", "Check how it is written.") from None
    try:
        said, _ = await process.communicate(data)
    finally:
        if process.returncode is None:
            process.kill()
    return process.returncode or 0, said[:MOST].decode("utf-8", "replace")

"""The person's own editor on a text: outside of the screen, through a file that only they can read."""

import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from nanomem_tui.memory.errors import NanomemError


class EditorFailed(NanomemError):
    """The person's editor could not be started or reported a failure."""


def editor_command(environ: Mapping[str, str] | None = None) -> list[str]:
    """The command of `$VISUAL` or `$EDITOR`; empty when neither is set."""
    environ = os.environ if environ is None else environ
    words = environ.get("VISUAL") or environ.get("EDITOR") or ""
    try:
        return shlex.split(words)
    except ValueError:
        # A quote that is never closed: starting it as it stands fails with its name.
        return [words]


def edited_outside(command: list[str], name: str, data: bytes) -> bytes:
    """Have `data` edited, and wait until the editor ends.

    Args:
        command: the editor's command; the file's path is appended.
        name: the file's name, which tells the editor what it is.
        data: what stands in the file.

    Returns:
        What stands in it afterwards.

    Raises:
        EditorFailed: the editor is not there or ended with a failure.
    """
    with tempfile.TemporaryDirectory(prefix="nanomem-") as folder:
        file = Path(folder) / name
        file.write_bytes(data)
        try:
            ended = subprocess.run([*command, str(file)], check=False)
        except OSError as error:
            raise EditorFailed(
                f"{command[0]} could not be started: {error.strerror}.", "Mend $EDITOR."
            ) from None
        if ended.returncode:
            raise EditorFailed(f"{command[0]} ended with {ended.returncode}.", "Nothing was saved.")
        return file.read_bytes()

"""The person's own editor on a text, through a file that only they can read."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from nanomem_tui.cli.session import Session
from nanomem_tui.memory.errors import NanomemError, UsageError


class EditorFailed(NanomemError):
    """The editor could not be started or reported a failure."""


def edit(session: Session, name: str, text: str) -> str:
    """Have `text` edited, and wait until the editor ends.

    Args:
        session: what it says goes out first.
        name: the file's name, which tells the editor what it is.
        text: what to edit.

    Raises:
        UsageError: no editor is set.
        EditorFailed: it is not there or ended with a failure.
    """
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    if not command:
        raise UsageError("No editor is set.", "Set EDITOR to one, or give the text on stdin.")
    session.out.flush()
    with tempfile.TemporaryDirectory(prefix="nanomem-") as folder:
        file = Path(folder) / name
        file.write_text(text, encoding="utf-8")
        try:
            ended = subprocess.run([*command, str(file)], check=False)
        except OSError as error:
            raise EditorFailed(
                f"{command[0]} could not be started: {error.strerror}.", "Mend EDITOR."
            ) from None
        if ended.returncode:
            raise EditorFailed(f"{command[0]} ended with {ended.returncode}.", "Nothing was saved.")
        return file.read_text(encoding="utf-8", errors="replace")

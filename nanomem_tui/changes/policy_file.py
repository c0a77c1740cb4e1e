"""Writing into `policy.yaml`, by the person's own word. No flow and no guest reaches this.

What a change of its text is, is told in the memory room.
"""

from collections.abc import Callable
from pathlib import Path

from nanomem_tui.changes.disk import Disk, digest
from nanomem_tui.changes.errors import Busy
from nanomem_tui.memory.lines import decode, encode
from nanomem_tui.memory.paths import STATE_DIR
from nanomem_tui.memory.policy import POLICY_FILE

Edit = Callable[[str], str]
"""Text in, text out."""
_PATH = f"{STATE_DIR}/{POLICY_FILE}"
_ATTEMPTS = 50


def policy_with(root: Path, edit: Edit) -> str:
    """The text the policy would have after `edit`; nothing is written.

    Raises:
        NanomemError: as `edit`.
        MemoryUnreadable: the policy is a link or no plain file.
    """
    return edit(_text(Disk(root).read(_PATH)))


def write_policy(root: Path, edit: Edit) -> None:
    """Change the text of the policy; whole or not at all, and never over what an editor saved.

    Args:
        root: the memory root.
        edit: makes the new text of the one there is, "" where there is none.

    Raises:
        NanomemError: as `edit`.
        MemoryUnreadable: the policy is a link or no plain file.
        WriteFailed: the disk refused.
        Busy: another program saves the file over and over.
    """
    disk = Disk(root)
    for _ in range(_ATTEMPTS):
        data = disk.read(_PATH)
        new = encode(edit(_text(data)))
        if new == data:
            return
        if disk.replace(disk.stage(_PATH, new), None if data is None else digest(data)):
            return
    raise Busy(f"{POLICY_FILE} is being saved by another program over and over.", "Try again in a moment.")


def _text(data: bytes | None) -> str:
    return "" if data is None else decode(data)

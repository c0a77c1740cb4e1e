"""Writing a level into `policy.yaml`, by the person's own word. No flow and no guest reaches this."""

from pathlib import Path

from nanomem_tui.changes.disk import Disk, digest
from nanomem_tui.changes.errors import Busy
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.lines import decode, encode
from nanomem_tui.memory.paths import STATE_DIR
from nanomem_tui.memory.policy import POLICY_FILE
from nanomem_tui.memory.policy_edit import set_level

_PATH = f"{STATE_DIR}/{POLICY_FILE}"
_ATTEMPTS = 50


def policy_with(root: Path, glob: str, level: Level) -> str:
    """The text the policy would have with `glob` at `level`; nothing is written.

    Raises:
        UsageError: as `set_level`.
        MemoryUnreadable: the policy is a link or no plain file.
    """
    return set_level(_text(Disk(root).read(_PATH)), glob, level)


def write_level(root: Path, glob: str, level: Level) -> None:
    """Give `glob` another level in the policy; whole or not at all, and never over what an editor saved.

    Raises:
        UsageError: as `set_level`.
        MemoryUnreadable: the policy is a link or no plain file.
        WriteFailed: the disk refused.
        Busy: another program saves the file over and over.
    """
    disk = Disk(root)
    for _ in range(_ATTEMPTS):
        data = disk.read(_PATH)
        new = encode(set_level(_text(data), glob, level))
        if new == data:
            return
        if disk.replace(disk.stage(_PATH, new), None if data is None else digest(data)):
            return
    raise Busy(f"{POLICY_FILE} is being saved by another program over and over.", "Try again in a moment.")


def _text(data: bytes | None) -> str:
    return "" if data is None else decode(data)

"""A sample memory to look around in: one invented person, and a change that waits. Sends nothing anywhere."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from nanomem_tui.memory.errors import UsageError
from nanomem_tui.settings import Approval, Settings

if TYPE_CHECKING:
    from nanomem_tui.changes.model import Change

SAMPLE = Path(__file__).with_name("sample_memory")
"""Its files."""
SAMPLE_REQUEST = "I live in Utrecht now. I'm allergic to hazelnuts. Jonas is getting married on 12 June 2027."
"""What the person said last."""


def copy_sample(folder: Path | None = None) -> Path:
    """Copy the sample memory.

    Args:
        folder: an empty folder or a new one; None: a temporary one.

    Returns:
        The memory root.

    Raises:
        UsageError: there is something in the folder.
    """
    if folder is None:
        root = Path(tempfile.mkdtemp(prefix="nanomem-demo-"))
    else:
        root = folder.expanduser().absolute()
        if root.exists() and (not root.is_dir() or any(root.iterdir())):
            raise UsageError(f"{root} is not an empty folder.", "Name one that is empty or does not exist.")
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in sorted(SAMPLE.rglob("*.md")):
        copy = root / file.relative_to(SAMPLE)
        copy.parent.mkdir(mode=0o700, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    return root


async def propose_sample(root: Path) -> "Change | None":
    """Propose what the invented person said last. The built-in rules do it, whatever is configured."""
    from nanomem_tui.bank import MemoryBank

    bank = MemoryBank(settings=Settings(root=root, approval=Approval.QUEUE))
    try:
        return (await bank.add(SAMPLE_REQUEST)).change
    finally:
        await bank.close()

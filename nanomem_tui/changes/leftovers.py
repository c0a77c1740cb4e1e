"""Whether an interrupted process left something behind: one look into the folder of changes.

Every command begins with it, so it imports nothing that reads or writes a change.
"""

import os
from pathlib import Path

from nanomem_tui.memory.errors import MemoryUnreadable
from nanomem_tui.memory.paths import STATE_DIR

CHANGES = f"{STATE_DIR}/changes"
"""The folder of changes, below the memory root."""
TEMP_PREFIX = ".nanomem-"
"""Leading dot: never read as memory. The rest of the name is random, so a leftover blocks nobody."""


def names_of_changes(root: Path) -> list[str]:
    """Names of all files among the changes of a memory root.

    Raises:
        MemoryUnreadable: they cannot be listed.
    """
    try:
        with os.scandir(root / CHANGES) as entries:
            return [entry.name for entry in entries]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise MemoryUnreadable(
            f"{CHANGES} cannot be read: {error.strerror}.", "Check the disk and its permissions."
        ) from error


def is_untidy(root: Path) -> bool:
    """True when an interrupted process left something behind. Raises as `names_of_changes`."""
    return any(
        name.endswith((".open", ".purge")) or name.startswith(TEMP_PREFIX) for name in names_of_changes(root)
    )

"""Forgotten facts cut out of the ledger: that something was told, when and to whom, stays; what it was goes.

The ledger itself is the disclosure room's; here it is lines of JSON that may hold the words.
"""

import json
import re

from nanomem_tui.changes.disk import Disk, digest
from nanomem_tui.changes.errors import Busy
from nanomem_tui.changes.json_words import cut_names, cut_strings
from nanomem_tui.changes.needles import Needles, hit
from nanomem_tui.memory.paths import STATE_DIR

LEDGER = f"{STATE_DIR}/disclosures.jsonl"
ATTEMPTS = 50

Told = tuple[tuple[str, str], ...]
"""Who was told, and when."""


def cut_ledger(disk: Disk, needles: Needles, pattern: re.Pattern[str]) -> tuple[int, Told]:
    """Take the words and names of facts out of the ledger.

    Returns:
        How many entries were cleaned, and who had been told of the facts.

    Raises:
        Busy: it is written over and over meanwhile.
    """
    for _ in range(ATTEMPTS):
        data = disk.read(LEDGER)
        if data is None:
            return 0, ()
        lines, count, told = [], 0, []
        for line in data.decode("utf-8", "replace").splitlines():
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError):
                # Broken off, or no line of ours: it stays unless it holds the words.
                if hit(line, pattern):
                    count += 1
                else:
                    lines.append(line)
                continue
            clean = cut_strings(entry, set(needles.refs), pattern)
            knows = cut_names(clean, needles.texts)
            if isinstance(entry, dict) and (knows or clean != entry):
                told.append((str(entry.get("recipient", "")), str(entry.get("time", ""))))
            if clean != entry:
                count += 1
                line = json.dumps(clean)
            lines.append(line)
        if not count:
            return 0, tuple(dict.fromkeys(told))
        staged = disk.stage(LEDGER, "".join(f"{line}\n" for line in lines).encode())
        # The ledger is appended to without our lock: a line that came meanwhile must not be lost.
        if disk.replace(staged, digest(data)):
            return count, tuple(dict.fromkeys(told))
    raise Busy("The ledger is being written over and over.", "Try again in a moment.")

"""What was imported before: keyed fingerprints in the state folder, which give no word of it away."""

import hashlib
import json
import os
import secrets
from datetime import datetime
from pathlib import Path

from nanomem_tui.exchange.model import Readable, digest
from nanomem_tui.memory.paths import STATE_DIR

IMPORTS_FILE = "imports.jsonl"


class Known:
    """What was imported before, in `.nanomem/imports.jsonl`: keyed fingerprints and nothing else.

    Args:
        root: the memory root.
    """

    def __init__(self, root: Path) -> None:
        self._file = root / STATE_DIR / IMPORTS_FILE
        self._salt = ""
        self._prints: set[str] = set()
        for line in self._lines():
            try:
                entry = json.loads(line)
                self._salt = self._salt or str(entry["salt"])
                if entry["salt"] == self._salt:
                    self._prints.add(str(entry["item"]))
            except (ValueError, KeyError, TypeError):
                continue  # A damaged line must not hide the others.

    def __contains__(self, item: Readable) -> bool:
        return bool(self._prints) and self._print(item) in self._prints

    def add(self, item: Readable, at: datetime) -> None:
        """Remember that `item` was imported; on the disk before this returns."""
        self._salt = self._salt or secrets.token_hex(16)
        entry = {"time": at.isoformat(), "salt": self._salt, "item": self._print(item)}
        self._prints.add(self._print(item))
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "ab") as handle:
            handle.write(json.dumps(entry).encode() + b"\n")
            handle.flush()
            os.fsync(handle.fileno())

    def _print(self, item: Readable) -> str:
        return hashlib.blake2b(
            digest(item).encode(), key=bytes.fromhex(self._salt), digest_size=16
        ).hexdigest()

    def _lines(self) -> list[str]:
        try:
            return self._file.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return []

"""What was forgotten for good: fingerprints that recognize a fact and give none of its words away.

One JSON object a line in `.nanomem/forgotten.jsonl`. Two fingerprints a fact: of its normal form, and of its
content words, so that a mere rewording is recognized too.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from nanomem_tui.changes.disk import Disk
from nanomem_tui.changes.likeness import content
from nanomem_tui.memory.identity import normal
from nanomem_tui.memory.paths import STATE_DIR

FORGOTTEN_FILE = "forgotten.jsonl"
_COST = 2**11
"""Scrypt's n: about 5 ms a guess, which makes trying out likely facts dear and checking a proposal cheap."""


class Forgotten:
    """The fingerprints of one memory root.

    Args:
        root: the memory root.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._disk = Disk(root)
        self._stamp: tuple[int, int] | None = None
        self._salt = ""
        self._known: set[str] = set()

    def matches(self, text: str) -> bool:
        """True when `text`, or the same in other order and small words, was forgotten."""
        self._load()
        return bool(self._known) and any(print_ in self._known for print_ in self._prints(text))

    def add(self, texts: Iterable[str], at: datetime) -> None:
        """Remember that `texts` were forgotten. Those known already are passed over."""
        self._load()
        self._salt = self._salt or secrets.token_hex(16)
        lines = []
        for text in texts:
            prints = self._prints(text)
            if prints[0] not in self._known:
                self._known.update(prints)
                lines.append(json.dumps({"time": at.isoformat(), "salt": self._salt, "fingerprints": prints}))
        if lines:
            path = f"{STATE_DIR}/{FORGOTTEN_FILE}"
            old = self._disk.read(path) or b""
            if old and not old.endswith(b"\n"):
                old += b"\n"
            self._disk.write(path, old + "".join(f"{line}\n" for line in lines).encode())

    def _prints(self, text: str) -> list[str]:
        forms = [normal(text)]
        words = content(text)
        if len(words) > 1:
            forms.append("\n".join(sorted(words)))
        return [self._print(form) for form in forms]

    def _print(self, form: str) -> str:
        data = form.encode("utf-8", "surrogatepass")
        return hashlib.scrypt(data, salt=bytes.fromhex(self._salt), n=_COST, r=8, p=1, dklen=16).hex()

    def _load(self) -> None:
        try:
            found = (self._root / STATE_DIR / FORGOTTEN_FILE).stat()
        except OSError:
            self._stamp, self._known = None, set()
            return
        stamp = (found.st_mtime_ns, found.st_ino)
        if stamp == self._stamp:
            return
        self._known = set()
        for line in (self._disk.read(f"{STATE_DIR}/{FORGOTTEN_FILE}") or b"").splitlines():
            try:
                entry = json.loads(line)
                salt, prints = str(entry["salt"]), [str(p) for p in entry["fingerprints"]]
                bytes.fromhex(salt)
            except (ValueError, KeyError, TypeError):
                # A damaged line must not hide the others.
                continue
            if not self._salt:
                self._salt = salt
            if salt == self._salt:
                self._known.update(prints)
        self._stamp = stamp

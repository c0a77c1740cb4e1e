"""Where API keys are kept that are not in the environment: the system's keyring, else a file of 0600.

A key is kept for one origin and found for that origin alone. The file says which keys are in the keyring, so
that nobody without one there waits for it.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from nanomem_tui.agent.models.endpoints import Key, origin_of
from nanomem_tui.memory.errors import UsageError

SERVICE = "nanomem"
"""Name that the keys have in the keyring."""
IN_KEYRING = "the system keyring"
_MARK = ""
"""Stands in the file for a key that is in the keyring: no key is empty."""


class KeyStore:
    """The kept keys.

    Args:
        file: where they are, or where it says that they are in the keyring.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def find(self, base_url: str) -> Key | None:
        """The key kept for the server at `base_url`.

        Raises:
            UsageError: `base_url` is no address, or the file is broken.
        """
        origin = origin_of(base_url)
        value = self._read().get(origin)
        if value == _MARK:
            value = _from_keyring(origin)
        return Key.of(value, base_url) if value else None

    def place(self, base_url: str) -> str | None:
        """Where the key for the server at `base_url` is kept, for the person to read; None: it is not.

        Raises:
            UsageError: as `find`.
        """
        value = self._read().get(origin_of(base_url))
        return None if value is None else IN_KEYRING if value == _MARK else str(self._file)

    def keep(self, key: Key) -> str:
        """Keep a key, in the keyring where there is one that works.

        Returns:
            Where it is now, for the person to read.
        """
        kept = dict(self._read())
        if _to_keyring(key):
            kept[key.origin], where = _MARK, IN_KEYRING
        else:
            kept[key.origin], where = key.value, str(self._file)
        self._write(kept)
        return where

    def _read(self) -> Mapping[str, str]:
        mend = "Mend or remove it; nanomem login keeps the key anew."
        try:
            loaded = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError):  # the text is not repeated: it holds keys
            raise UsageError(f"{self._file} cannot be read as a list of keys.", mend) from None
        if not isinstance(loaded, dict) or not all(isinstance(value, str) for value in loaded.values()):
            raise UsageError(f"{self._file} is no list of keys.", mend)
        return loaded

    def _write(self, keys: Mapping[str, str]) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self._file.parent, prefix=".keys-")  # made 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(keys, file, indent=1)
            Path(temporary).replace(self._file)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise


def _to_keyring(key: Key) -> bool:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return False
    try:
        keyring.set_password(SERVICE, key.origin, key.value)
        return keyring.get_password(SERVICE, key.origin) == key.value
    except (KeyringError, OSError, RuntimeError):
        return False


def _from_keyring(origin: str) -> str | None:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise UsageError(
            f"The key for {origin} is in the system keyring, which needs a package that is not installed.",
            "Run: pip install 'nanomem_tui[keyring]'.",
        ) from None
    try:
        return keyring.get_password(SERVICE, origin)
    except (KeyringError, OSError, RuntimeError):
        raise UsageError(
            f"The system keyring does not give the key for {origin}.", "Unlock it, or run: nanomem login"
        ) from None

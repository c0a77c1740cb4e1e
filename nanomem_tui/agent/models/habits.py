"""Which models have to be asked in JSON: what was learned of each, kept in a small file between runs.

A cache and no memory of the person's: it names endpoints and models, holds no word of theirs, and may be
deleted at any time. A file that cannot be read or written costs one more malformed reply, never a run.
"""

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

MOST = 200
"""Models remembered; the oldest go first."""
_JSON = "json"


class Habits:
    """Remembers which models fumble tool calls.

    Args:
        file: where it is kept; its folder is made with the first lesson.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def needs_json(self, endpoint: str, model: str) -> bool:
        """Whether `model` at `endpoint` was found to need JSON.

        Args:
            endpoint: host and port.
            model: the name it is asked by; "" for whatever the server has.
        """
        return self._read().get(_name(endpoint, model)) == _JSON

    def learned(self, endpoint: str, model: str) -> None:
        """Remember that `model` at `endpoint` makes its calls in JSON, and only there."""
        known = self._read()
        known.pop(_name(endpoint, model), None)
        known[_name(endpoint, model)] = _JSON
        kept = dict(list(known.items())[-MOST:])
        with suppress(OSError):  # a home that cannot be written to: learn it again next time
            self._write(json.dumps(kept, indent=1, ensure_ascii=True))

    def _read(self) -> dict[str, str]:
        try:
            loaded = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        items = loaded.items() if isinstance(loaded, dict) else ()
        return {name: value for name, value in items if isinstance(value, str)}

    def _write(self, text: str) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self._file.parent, prefix=".habits-")  # made 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(temporary).replace(self._file)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise


def _name(endpoint: str, model: str) -> str:
    return f"{endpoint} {model}".strip()

"""Standing consents: who gets facts of level `ask` without being asked again. One JSON object a line.

A line gives or takes back; the last one about a recipient counts. A line that cannot be understood may have
taken something back, so that none holds until the file is mended. Private facts are beyond any consent.
"""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nanomem_tui.memory.errors import NotFound

CONSENTS_FILE = "consents.jsonl"


@dataclass(frozen=True, slots=True)
class Consent:
    """A yes that holds until it is taken back."""

    recipient: str
    """Name in the policy, `caller` for whoever reads answers on stdout, or the endpoint of a model."""
    since: datetime


class Consents:
    """The standing consents of one memory root.

    Args:
        state: the state folder of the root; made where it is missing.
    """

    def __init__(self, state: Path) -> None:
        self._file = state / CONSENTS_FILE

    @property
    def fault(self) -> str | None:
        """Why the file cannot be trusted; no consent holds then."""
        return None if self._read() is not None else f"{CONSENTS_FILE} cannot be read: no consent holds."

    def standing(self) -> dict[str, Consent]:
        """The consents that hold now, by recipient."""
        return self._read() or {}

    def give(self, recipient: str, at: datetime) -> Consent:
        """Let `recipient` have facts of level `ask` from now on; on the disk before this returns."""
        self._append(recipient, at, given=True)
        return Consent(recipient, at)

    def revoke(self, recipient: str, at: datetime) -> None:
        """Take a consent back; it holds for nothing that is asked from now on.

        Raises:
            NotFound: there is none.
        """
        if recipient not in self.standing():
            raise NotFound(
                f"There is no standing consent for {recipient}.", "nanomem policy --consents lists them."
            )
        self._append(recipient, at, given=False)

    def _append(self, recipient: str, at: datetime, *, given: bool) -> None:
        line = {"recipient": recipient, "at": at.isoformat(), "given": given}
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "ab") as handle:
            handle.write(json.dumps(line).encode() + b"\n")
            handle.flush()
            os.fsync(handle.fileno())

    def _read(self) -> dict[str, Consent] | None:
        found: dict[str, Consent] = {}
        try:
            for line in self._file.read_text(encoding="utf-8").splitlines():
                raw = json.loads(line)
                recipient, since = raw["recipient"], datetime.fromisoformat(raw["at"])
                if not isinstance(recipient, str) or not isinstance(raw["given"], bool):
                    return None
                found.pop(recipient, None)
                if raw["given"]:
                    found[recipient] = Consent(recipient, since)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found

"""The ledger: what memory was handed to whom, and when. One JSON object a line, only ever appended."""

import json
import os
import secrets
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.identity import fingerprint
from nanomem_tui.memory.jsontype import Json
from nanomem_tui.memory.levels import Trust

LEDGER_FILE = "disclosures.jsonl"


@dataclass(frozen=True, slots=True)
class DisclosedFact:
    """A fact in the ledger: by name, and by a fingerprint that outlives the name."""

    ref: str | None
    """None once the fact was forgotten for good."""
    fingerprint: str
    """`salt:hash`, hex; the same text gives another fingerprint in each disclosure."""

    def matches(self, text: str) -> bool:
        """Whether this is the fingerprint of `text`."""
        salt, _, _ = self.fingerprint.partition(":")
        return self.fingerprint == fingerprint(text, salt)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One hand-out of memory."""

    id: str
    time: datetime
    recipient: str
    """Host of the provider, name of the client, or `caller` for whoever reads stdout."""
    trust: Trust
    purpose: str
    """The flow it was for, and its query."""
    facts: tuple[DisclosedFact, ...]
    bytes: int
    """Size of what was handed out, UTF-8."""
    sha256: str | None = None
    """Digest of the bytes, hex, where they were shown before."""


class Ledger:
    """The ledger of one memory root.

    Args:
        state: the state folder of the root; made where it is missing.
    """

    def __init__(self, state: Path) -> None:
        self._file = state / LEDGER_FILE

    def record(
        self,
        *,
        id: str,
        time: datetime,
        recipient: str,
        trust: Trust,
        purpose: str,
        facts: Iterable[Fact],
        size: int,
        sha256: str | None = None,
    ) -> Disclosure:
        """Append one disclosure and return it. It is on the disk before this returns."""
        entry = Disclosure(
            id,
            time,
            recipient,
            trust,
            purpose,
            tuple(DisclosedFact(fact.ref, fingerprint(fact.text, secrets.token_hex(8))) for fact in facts),
            size,
            sha256,
        )
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "ab") as handle:
            handle.write(json.dumps(disclosure_to_json(entry)).encode() + b"\n")
            handle.flush()
            os.fsync(handle.fileno())
        return entry

    def entries(self) -> Iterator[Disclosure]:
        """All disclosures, oldest first. A damaged line is passed over: it must not hide the others."""
        if not self._file.exists():
            return
        with self._file.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                entry = _parse(line)
                if entry is not None:
                    yield entry


def tells(entry: Disclosure, refs: Collection[str], texts: Collection[str]) -> bool:
    """Whether a disclosure told one of these facts, by its name or by the fingerprint of its text."""
    return any(fact.ref in refs or any(map(fact.matches, texts)) for fact in entry.facts)


def union(disclosures: Iterable[Disclosure]) -> dict[str, set[str]]:
    """What each recipient was ever handed: recipient -> refs, or fingerprints where a fact was forgotten."""
    known: dict[str, set[str]] = {}
    for entry in disclosures:
        facts = known.setdefault(entry.recipient, set())
        facts.update(fact.ref or fact.fingerprint for fact in entry.facts)
    return known


def disclosure_to_json(entry: Disclosure) -> dict[str, Json]:
    """The JSON form of a disclosure, in the ledger and in results."""
    document: dict[str, Json] = {
        "id": entry.id,
        "time": entry.time.isoformat(),
        "recipient": entry.recipient,
        "trust": entry.trust.value,
        "purpose": entry.purpose,
        "facts": [{"ref": fact.ref, "fingerprint": fact.fingerprint} for fact in entry.facts],
        "bytes": entry.bytes,
    }
    if entry.sha256 is not None:
        document["sha256"] = entry.sha256
    return document


def _parse(line: str) -> Disclosure | None:
    try:
        raw = json.loads(line)
        return Disclosure(
            raw["id"],
            datetime.fromisoformat(raw["time"]),
            raw["recipient"],
            Trust(raw["trust"]),
            raw["purpose"],
            tuple(DisclosedFact(fact["ref"], fact["fingerprint"]) for fact in raw["facts"]),
            raw["bytes"],
            raw.get("sha256"),
        )
    except (ValueError, KeyError, TypeError):
        return None

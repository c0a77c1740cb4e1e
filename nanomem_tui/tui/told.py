"""What the ledger view shows, read in one go beside the keys: disclosures, consents, and what each one knows.

It reads through the bank and knows no widget.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from nanomem_tui.disclosure.consents import Consent
from nanomem_tui.disclosure.ledger import Disclosure, union
from nanomem_tui.memory.errors import NanomemError

if TYPE_CHECKING:
    from nanomem_tui.bank import MemoryBank


@dataclass(frozen=True, slots=True)
class Yes:
    """A yes to facts of level `ask` for one recipient."""

    recipient: str
    since: datetime | None
    """None: as long as the app runs."""


@dataclass(frozen=True, slots=True)
class Known:
    """All that one recipient was ever told."""

    recipient: str
    facts: tuple[str, ...]
    """Refs, or fingerprints of facts that were forgotten."""
    last: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """The ledger, or the part of it that told one fact."""

    entries: Sequence[Disclosure]
    """Newest first."""
    consents: Sequence[Yes]
    known: Sequence[Known]
    """Each of them with all they know; whoever was told last comes first."""
    texts: Mapping[str, str]
    """What the facts say now, by ref; those that are gone are not in it."""
    about: str = ""
    """The fact, or the words, that the entries told; "" for all of them."""


def told(bank: "MemoryBank", about: str = "") -> Told:
    """Read the ledger. May take a while.

    Args:
        bank: the memory.
        about: only what told this fact: `path#id`, or words.
    """
    entries = bank.disclosures(None, about or None)
    consents = [_standing(consent) for consent in bank.consents()]
    consents += [Yes(name, None) for name in bank.agreed]
    last: dict[str, datetime] = {}
    for entry in entries:
        last.setdefault(entry.recipient, entry.time)
    knows = union(bank.disclosures() if about else entries)
    known = [Known(name, tuple(sorted(knows[name])), time) for name, time in last.items()]
    refs = {ref for one in known for ref in one.facts if "#" in ref}
    return Told(entries, consents, known, _texts(bank, refs), about)


def _texts(bank: "MemoryBank", refs: Collection[str]) -> dict[str, str]:
    """What facts say now, each file read once."""
    texts: dict[str, str] = {}
    for path in {ref.rpartition("#")[0] for ref in refs}:
        try:
            facts = bank.read(path).document.facts
        except NanomemError:
            continue
        texts |= {fact.ref: fact.text for fact in facts if fact.ref in refs}
    return texts


def _standing(consent: Consent) -> Yes:
    return Yes(consent.recipient, consent.since)

"""Whom a preview can be made for. Plain values; it knows neither model nor policy."""

from dataclasses import dataclass
from enum import Enum

from nanomem_tui.memory.levels import Trust


class AddresseeKind(Enum):
    """How somebody gets what was previewed."""

    MODEL = "model"
    """The present model: it is sent."""
    NAMED = "named"
    """Somebody the policy names: it is copied or saved for them."""
    ANYBODY = "anybody"
    """Whoever is given the copy."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody a preview can be made for."""

    name: str
    """As consents and the ledger name them: an endpoint, a name in the policy, or `caller`."""
    trust: Trust
    """Where they are. A copy may go anywhere, so that only a model can be nearer than remote."""
    kind: AddresseeKind

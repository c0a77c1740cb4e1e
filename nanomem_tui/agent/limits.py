"""How much one run may do before it is stopped. A run that hits a limit keeps the edits it made."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one run. A flow may set fewer steps, never more."""

    steps: int = 24
    """Model calls."""
    calls: int = 96
    """Tool calls."""
    edits: int = 200
    """Edits proposed."""
    bytes: int = 2_000_000
    """Of text written by the model and returned by tools, UTF-8."""
    tokens: int = 400_000
    """Input and output tokens as the server counts them, summed over the requests."""
    seconds: float = 600.0
    repeats: int = 2
    """How often one call may be repeated with the same arguments."""
    result_characters: int = 24_000
    """Of one tool result."""
    hits: int = 20
    """Facts of one search."""

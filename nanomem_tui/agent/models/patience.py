"""How long a model server is waited for, and how often it is asked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds, and how often to ask."""

    connect: float = 10.0
    read: float = 180.0
    """For the next byte: a large local model may think this long before its first word."""
    total: float = 900.0
    """For a whole answer, with everything that is tried again."""
    attempts: int = 3
    """Requests for one answer while the server says that it cannot just now."""
    first_wait: float = 0.5
    """Before the second attempt; twice as long before each further one."""
    longest_wait: float = 20.0
    """A server that wants a longer pause is not asked again."""
    grace: float = 2.0
    """After the end of an answer, for the server to say what it cost and to close the stream."""

"""Keeps keys answered while a thread computes, such as one that builds the index. Knows no screen."""

import sys

SECONDS = 0.0005
"""How long a thread may hold the interpreter while the keys wait for it. Python's own 5 ms are paid at every
turn of the event loop, and a key takes about ten."""


def take_turns() -> None:
    """Have threads hand over sooner than Python has them do by itself."""
    sys.setswitchinterval(SECONDS)

"""Keeps keys answered while threads compute, such as one that builds the index. Knows no screen."""

import sys
import time

SECONDS = 0.0005
"""How long a thread may hold the interpreter while the keys wait for it. Python's own 5 ms are paid at every
turn of the event loop, and a key takes about ten."""
STEP = 0.002
"""Seconds a thread sleeps at a time while a key waits for its paint."""
PATIENCE = 0.05
"""Seconds it gives way to one key at most: work goes on also under a key that is held down."""


def take_turns() -> None:
    """Have threads hand over sooner than Python has them do by itself."""
    sys.setswitchinterval(SECONDS)


class Courtesy:
    """Lets a key that was pressed go before what computes in the background.

    Threads share one interpreter: one that computes takes half of the time away from the paint that a key
    waits for, and more of them take more. What computes in many small steps asks here between two of them.
    """

    def __init__(self) -> None:
        self._until = 0.0

    def begin(self) -> None:
        """A key was pressed."""
        self._until = time.monotonic() + PATIENCE

    def end(self) -> None:
        """What it did is painted."""
        self._until = 0.0

    def give_way(self) -> None:
        """Wait while a key is answered. For threads."""
        while time.monotonic() < self._until:
            time.sleep(STEP)

"""Keeps keys from deciding on what their striker cannot have seen.

A key decides only when it was struck after what it decides on had been painted, and, after the screen
came up, only once the keyboard was quiet for a moment. Times are those of the clock that stamps keys, so a
key that waited in a busy app is judged by when it was struck. Knows no screen.
"""

from collections.abc import Callable

from textual import events

SETTLE = 0.4
"""Seconds without a key, after the screen came up, before a key decides: words typed in the belief of being
in a text field may lead here with one letter and must not decide with the next."""


def now() -> float:
    """The clock that stamps keys."""
    return events.Event().time


class Guard:
    """What was shown, what of it was painted, and since when keys may decide."""

    def __init__(self) -> None:
        self._content = 0
        """Counts every change of what is shown."""
        self._painted = -1
        self._painted_at = 0.0
        self.held_until: float | None = None
        """No key struck before this time decides; None: not before the screen has been painted."""

    @property
    def is_painted(self) -> bool:
        """What is shown now has been painted."""
        return self._painted == self._content

    @property
    def is_ready(self) -> bool:
        """A key struck now may decide."""
        return self.is_painted and self.held_until is not None and now() >= self.held_until

    def came(self) -> None:
        """The screen came up."""
        self.held_until = None
        self._content += 1

    def uncovered(self) -> None:
        """A modal in front of the screen is gone; what is shown was painted all along."""
        self.held_until = now() + SETTLE

    def changed(self) -> None:
        """Something else is shown from now on."""
        self._content += 1

    def painting(self) -> Callable[[], None]:
        """To be called once what is shown now has been painted."""
        content = self._content

        def painted() -> None:
            if content > self._painted:
                self._painted, self._painted_at = content, now()
            if self.held_until is None:
                self.held_until = now() + SETTLE

        return painted

    def holds(self, struck: float) -> bool:
        """True for a key that may belong to what was done before; each one prolongs the wait."""
        if self.held_until is None:
            return True
        if struck < self.held_until:
            self.held_until = struck + SETTLE
            return True
        return False

    def is_early(self, struck: float) -> bool:
        """True for a key struck before what is shown now had been painted."""
        return struck < self._painted_at

"""Disclosure levels and trust: the two axes of the disclosure matrix."""

from enum import IntEnum, StrEnum


class Level(IntEnum):
    """How freely a folder, file or fact may be disclosed. The strictest of several wins, hence an order."""

    OPEN = 0
    ASK = 1
    PRIVATE = 2

    @property
    def word(self) -> str:
        """The level as written in files: `open`, `ask` or `private`."""
        return self.name.lower()

    @classmethod
    def from_word(cls, word: str) -> "Level | None":
        """The level named by `word`, in any case; None when it names none."""
        return _LEVELS.get(word.strip().casefold())


_LEVELS = {level.word: level for level in Level}


class Trust(StrEnum):
    """Where a model runs."""

    LOCAL = "local"
    """This machine."""
    ATTESTED = "attested"
    """A verified enclave."""
    REMOTE = "remote"
    """Anything else."""

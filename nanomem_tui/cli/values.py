"""Values of arguments, from the words people type."""

from argparse import ArgumentTypeError
from datetime import date

_MOST = 10_000


def positive(text: str) -> int:
    """A whole number from 1.

    Raises:
        ArgumentTypeError: it is none.
    """
    number = _number(text)
    if number is None:
        raise ArgumentTypeError(f"{text!r} is no whole number from 1")
    return number


def numbers(text: str) -> set[int]:
    """Numbers of edits: `1,3` or `2-4`.

    Raises:
        ArgumentTypeError: it is no such list.
    """
    found: set[int] = set()
    for part in text.replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        low, high = _number(first), _number(last if dash else first)
        if low is None or high is None or not low <= high <= _MOST:
            raise ArgumentTypeError(f"{text!r} names no edits; write 1,3 or 2-4")
        found.update(range(low, high + 1))
    return found


def day(text: str) -> date:
    """A day: `2026-03-01`.

    Raises:
        ArgumentTypeError: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day; write it as 2026-03-01") from None


def port(text: str) -> int:
    """A port that a program of a person may open.

    Raises:
        ArgumentTypeError: it is none.
    """
    number = _number(text)
    if number is None or not 1024 <= number <= 65535:
        raise ArgumentTypeError(f"{text!r} is no port from 1024 to 65535")
    return number


def _number(text: str) -> int | None:
    """A number from 1 of at most nine ASCII digits; None for anything else."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        return None
    return int(text) or None

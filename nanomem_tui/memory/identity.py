"""When two facts are the same, and what a fact is called. Knows texts only, no files."""

import hashlib
import unicodedata
from collections.abc import Container

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base32 in lower case: no i, l, o, u, so an id is never misread."""
_ID_LENGTH = 5
_FULL_STOPS = ".。۔।։።។။᠃᙮"
"""Full stops of the scripts that have one; the width variants fold into these by NFKC."""


def normal(text: str) -> str:
    """The form in which two facts are compared: NFKC, casefold, single spaces, no final full stop.

    Symbols count: `C++` and `C#` stay different. Nothing nearer than this is ever merged silently.
    """
    if text.isascii():
        folded = text.lower()
    else:
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    spaced = " ".join(folded.split())
    return spaced.rstrip(_FULL_STOPS + " ") or spaced


def same(a: str, b: str) -> bool:
    """True when `a` and `b` are the same fact."""
    return normal(a) == normal(b)


def fingerprint(text: str, salt: str) -> str:
    """`salt:hash` of a fact's text, hex; equal for texts that are the same fact."""
    digest = hashlib.blake2b(normal(text).encode("utf-8", "surrogatepass"), key=salt.encode(), digest_size=16)
    return f"{salt}:{digest.hexdigest()}"


def fact_id(text: str, taken: Container[str] = (), *, nth: int = 1) -> str:
    """Derive a fact's id from its text.

    Args:
        text: the fact's text.
        taken: ids of other facts of the file; on a clash the id is lengthened.
        nth: which fact with this same text it is, from 1. Later ones get an ordinal behind a `u`,
            which is no letter of the alphabet, so that they cannot clash with a lengthened id.

    Returns:
        Five characters of base32, more on a clash.
    """
    return id_of_normal(normal(text), taken, nth=nth)


def id_of_normal(key: str, taken: Container[str], *, nth: int) -> str:
    """`fact_id` for a text that is in its normal form already."""
    number = int.from_bytes(hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest(), "big")
    ordinal = f"u{nth}" if nth > 1 else ""
    name = ""
    for shift in range(251, 0, -5):
        name += _ALPHABET[number >> shift & 31]
        if len(name) >= _ID_LENGTH and name + ordinal not in taken:
            break
    return name + ordinal

"""Words that give a forgotten fact away where its text is not: in a question that was asked about it, say.

Pure. A word is telling when it stands in the forgotten facts and in nothing that stays. It decides what goes
of our records (traces, requests) and never about a fact.
"""

import re
from collections.abc import Collection, Iterable

from nanomem_tui.changes.likeness import content
from nanomem_tui.memory.identity import normal
from nanomem_tui.memory.stopwords import stop_words

_SHORTEST = 3
"""Letters; what is shorter occurs anywhere."""
_FEWEST_DIGITS = 5
"""Shorter numbers are years and amounts, which occur anywhere."""
_CALENDAR = content(
    "monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday "
    "january february march april may june july august september october november december"
)
"""Every prompt names the day."""
_LAST_WORD = re.compile(r"[^\W\d_]+\Z")


def telling_words(texts: Iterable[str], staying: Iterable[str]) -> frozenset[str]:
    """Stems of the words that only `texts` say.

    Args:
        texts: what the forgotten facts say.
        staying: the facts, titles and names that stay.
    """
    words: set[str] = set()
    for text in texts:
        common = stop_words(text.casefold().split())
        words |= {word for word in _stems(text) - common if _tells(word)}
    for text in staying if words else ():
        words -= _stems(text)
    return frozenset(words)


def says(text: str, words: Collection[str]) -> bool:
    """True when `text` holds one of the words, in any of their forms."""
    whole = normal(text)
    # Almost no text holds any: one look spares taking it apart.
    return any(word in whole for word in words) and not _stems(text).isdisjoint(words)


def breaks_off_in(text: str, words: Collection[str]) -> bool:
    """True when `text`, cut short by a crash, ends in the beginning of one of the words."""
    last = _LAST_WORD.search(text.casefold())
    if last is None or len(last[0]) < _SHORTEST:
        return False
    return any(word.startswith(last[0]) for word in words)


def _stems(text: str) -> set[str]:
    # A number may end a sentence.
    return {word.rstrip(".,:/-") for word in content(text)}


def _tells(word: str) -> bool:
    digits = sum(char.isdigit() for char in word)
    letters = sum(char.isalpha() for char in word)
    return word not in _CALENDAR and (letters >= _SHORTEST or digits >= _FEWEST_DIGITS)

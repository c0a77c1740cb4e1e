"""Words of facts and of questions: folding, stop words, and the question put to the full-text index.

Index and query pass the same folding, so that accents, letter case, width and scripts without
spaces never stand between them. Knows no database.
"""

import re
import unicodedata
from datetime import date
from functools import cache, lru_cache

from nanomem_tui.memory.facts import Fact, Status, Tier
from nanomem_tui.memory.stopwords import stop_words
from nanomem_tui.memory.synonyms import synonyms

_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
"""Accents of Latin, Greek and Cyrillic, points of Hebrew, vowel signs of Arabic; never Indic vowels."""
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ى": "ي", "ی": "ي"}
) | (str.maketrans({"ک": "ك", "ة": "ه", "ё": "е"}))
_UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Thai to Khmer, kana, Han, and Hangul, whose particles stick to the word."""
_POSSESSIVE = re.compile(r"['’]s\b")
_SHARP = re.compile(r"\b([a-z])#")
_PLUS = re.compile(r"\b([a-z])\+\+")
_PAST = re.compile(
    r"\b(before|formerly|previous(ly)?|earlier|used to|in the past|former|was|were|did|fruher|vorher|ehemals|"
    r"antes|avant|autrefois|prima|раньше|прежде|wczesniej|dawniej|سابقا)\b|以前|昔|かつて|曾经|过去"
)
"""Words that ask for what was; folded as the question is."""
_MAX_TERMS = 40
_PREFIX = 3
"""Letters from which a word may be the beginning of one."""
_INFLECTED = 6
"""Letters from which a word may carry an ending, in languages the stemmer does not know."""


@cache
def _unspaced_run() -> re.Pattern[str]:
    # Compiled on first use, as are all patterns with large sets: that takes as long as a search.
    return re.compile(f"[{_UNSPACED}]+")


@cache
def _unspaced_char() -> re.Pattern[str]:
    return re.compile(f"([{_UNSPACED}])")


def _is_han(char: str) -> bool:
    return (
        "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\U00020000" <= char <= "\U0003ffff"
    )


def fold(text: str) -> str:
    """`text` with case, width, accents and vowel points folded away; `C++` and `C#` become words."""
    if text.isascii():
        folded = text.lower()
    else:
        bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
        folded = unicodedata.normalize("NFC", _MARKS.sub("", bare)).translate(_LETTERS)
    folded = _POSSESSIVE.sub("", folded)
    if "#" in folded or "+" in folded:
        folded = _PLUS.sub(r"\1plusplus", _SHARP.sub(r"\1sharp", folded))
    return folded


def index_words(text: str) -> str:
    """`text` as it goes into the index: folded, with characters of unspaced scripts set apart."""
    folded = fold(text)
    if folded.isascii():
        return folded
    return _unspaced_char().sub(r" \1 ", folded.encode("utf-8", "replace").decode("utf-8"))


def terms(query: str) -> list[str]:
    """The words of a question that carry meaning, in their order; all of them where none would be left."""
    folded = fold(query)
    spaced = "".join(char if _is_word(char) else " " for char in folded)
    words = list(dict.fromkeys(spaced.split()))
    common = stop_words(words)
    return ([word for word in words if word not in common] or words)[:_MAX_TERMS]


@lru_cache(maxsize=4096)
def _is_word(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in "LNM" or category in ("So", "Co")


def match_expression(query: str) -> str | None:
    """The question as an FTS5 expression: any of its words; None when it has none.

    A word is looked for whole, as a beginning, without its ending, and by other words for the same thing.
    Words of unspaced scripts become pairs of neighbouring characters; a Han character is a word too.
    """
    phrases: list[str] = []
    for term in terms(query):
        for word in [term] if term.isascii() else _unspaced_run().sub(" ", term).split():
            phrases.append(f'"{word}"')
            if len(word) >= _PREFIX:
                phrases.append(f'"{word}"*')
            if len(word) >= _INFLECTED:
                phrases.append(f'"{word[:-2]}"*')
            phrases += [f'"{other}"' for other in synonyms(word)]
        for run in [] if term.isascii() else _unspaced_run().findall(term):
            pairs = [run[i : i + 2] for i in range(len(run) - 1)]
            phrases += [f'"{" ".join(pair)}"' for pair in pairs]
            phrases += [f'"{char}"' for char in run if _is_han(char) or len(run) == 1]
    return " OR ".join(dict.fromkeys(phrases)) or None


def asks_for_past(query: str) -> bool:
    """True when a question is about what was, so that history answers it."""
    return _PAST.search(fold(query)) is not None


def weight(fact: Fact, today: date, *, past: bool = False) -> float:
    """How much a fact counts beside its words.

    What holds comes before what held (unless the question is about the `past`), recent before old.
    """
    factor = 1.0
    if (
        fact.tier is Tier.HISTORY
        or fact.status in (Status.SUPERSEDED, Status.EXPIRED)
        or fact.is_expired(today)
    ):
        factor = 1.4 if past else 0.6
    elif fact.status is Status.UNCERTAIN:
        factor = 0.85
    known = fact.checked_at or (fact.updated_at.date() if fact.updated_at else None)
    if known is not None and not past:
        years = max((today - known).days, 0) / 365
        factor *= 1 + 0.15 / (1 + years)
    return factor

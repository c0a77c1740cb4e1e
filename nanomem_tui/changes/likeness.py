"""When two facts nearly say the same: near enough to ask the person, never near enough to merge."""

import re
from math import ceil

from nanomem_tui.memory.identity import normal, same

_NEAR = 0.75
"""Share of common words (Jaccard index) from which two facts are near duplicates."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NUMBER = re.compile(r"[<>~≤≥+\-]?\s*\d[\d.,:/-]*")
_NEGATIONS = "no not never nothing none without n't nicht kein keine nie pas jamais ne"
_NEGATION = frozenset(_NEGATIONS.split())
_EMPTY_WORDS = """
a an the is are was were be been am has have had i my me mine user user's users he she they his her their
in on at of to and or for with by from as that this it its currently now
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
_MIN_WORDS = 2


def alike(a: str, b: str) -> bool:
    """True when two facts are the same, or share nearly all their words, numbers and negations."""
    if same(a, b):
        return True
    if cannot_be_same(a, b):
        return False
    content_a, content_b = _words(a) - _EMPTY, _words(b) - _EMPTY
    if min(len(content_a), len(content_b)) < _MIN_WORDS:
        return bool(content_a) and content_a == content_b
    return len(content_a & content_b) / len(content_a | content_b) >= _NEAR


def cannot_be_same(a: str, b: str) -> bool:
    """True when two facts differ in what no wording bridges: a number, a symbol, a negation, a name."""
    if _NUMBER.findall(a) != _NUMBER.findall(b) or _symbols(a) != _symbols(b):
        return True
    if are_opposed(a, b):
        return True
    words_a, words_b = _words(a), _words(b)
    # One name in the place of another: two facts of the same form.
    return bool((words_a - words_b - _EMPTY) & _names(a) and (words_b - words_a - _EMPTY) & _names(b))


def are_opposed(a: str, b: str) -> bool:
    """True when one of two facts denies something and the other does not."""
    return bool(_words(a) & _NEGATION) != bool(_words(b) & _NEGATION)


def _names(text: str) -> set[str]:
    """Words with a capital, but for the first, in their stems."""
    return {_stem(word.casefold()) for word in _WORD.findall(text)[1:] if word[0].isupper()}


class Crowd:
    """Texts among which one like another is found without comparing it with each."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._by_normal: dict[str, int] = {}
        self._by_word: dict[str, list[int]] = {}

    def add(self, text: str) -> None:
        """Take `text` in."""
        at = len(self._texts)
        self._texts.append(text)
        self._by_normal.setdefault(normal(text), at)
        for word in _words(text) - _EMPTY:
            self._by_word.setdefault(word, []).append(at)

    def find(self, text: str) -> str | None:
        """The first text taken in that is `alike`."""
        words = sorted(_words(text) - _EMPTY, key=lambda word: len(self._by_word.get(word, ())))
        # Two texts that share enough words share at least one of so many, whichever are looked at.
        enough = len(words) - ceil(_NEAR * len(words)) + 1
        near = {at for word in words[:enough] for at in self._by_word.get(word, ())}
        if (twin := self._by_normal.get(normal(text))) is not None:
            near.add(twin)
        return next((self._texts[at] for at in sorted(near) if alike(self._texts[at], text)), None)


def content(text: str) -> frozenset[str]:
    """The words of a fact that carry its meaning, in their stems, numbers and symbols included."""
    numbers = {"".join(number.split()) for number in _NUMBER.findall(text)}
    return frozenset((_words(text) - _EMPTY) | numbers | set(_symbols(text)))


def _words(text: str) -> set[str]:
    return {_stem(word) for word in _WORD.findall(normal(text))}


def _stem(word: str) -> str:
    if word.endswith(("n't", "n’t")):
        return "n't"
    for end in ("'s", "’s", "ing", "ed", "es", "s"):
        if word.endswith(end) and len(word) - len(end) >= 3:
            return word[: -len(end)].rstrip("e")
    return word.rstrip("e") if len(word) > 3 else word


def _symbols(text: str) -> list[str]:
    return sorted(char for char in text if char in "+#<>=%$€£")

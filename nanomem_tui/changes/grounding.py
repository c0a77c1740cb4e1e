"""Is a quote really in the source, and who says it there. Pure text; knows nothing of edits."""

import re
from dataclasses import dataclass

from nanomem_tui.changes.likeness import content

_AROUND = 80
"""Characters of context kept on each side of a quote."""
_SPACE = re.compile(r"\s+")
_TURN = re.compile(
    r"^\s*(?:\*\*|#+ *)?"
    r"(user|human|me|you|assistant|ai|chatgpt|claude|gemini|gpt|model|bot|system)\b(?:\*\*)? *:",
    re.I | re.M,
)
_ENDS = re.compile("[A-Za-z0-9]")
_PEOPLE = frozenset({"user", "human", "me", "you"})
_PLAIN = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "\u00a0": " "})


@dataclass(frozen=True, slots=True)
class Grounds:
    """A quote found in its source."""

    start: int
    end: int
    excerpt: str


def find_quote(quote: str, source: str) -> Grounds | None:
    """Where `quote` stands in `source`, in whole words; letter case, white space and typographic marks may
    differ. None when it is not there, or says nothing.
    """
    words = _SPACE.sub(" ", quote.translate(_PLAIN)).strip()
    if not content(words):
        return None
    left = r"(?<![A-Za-z0-9])" if _ENDS.match(words[0]) else ""
    right = r"(?![A-Za-z0-9])" if _ENDS.match(words[-1]) else ""
    pattern = left + r"\s+".join(re.escape(word) for word in words.split(" ")) + right
    match = re.search(pattern, source.translate(_PLAIN), re.I)
    return Grounds(*match.span(), _excerpt(source, *match.span())) if match else None


def said_by_assistant(quote: str, source: str) -> bool:
    """True when `source` is a transcript and every place of `quote` in it is in an assistant's turn."""
    turns = [(match.start(), match[1].casefold() in _PEOPLE) for match in _TURN.finditer(source)]
    if not turns:
        return False
    grounds = find_quote(quote, source)
    places = []
    at = grounds.start if grounds else -1
    found = source[grounds.start : grounds.end] if grounds else quote
    while at >= 0:
        places.append(at)
        at = source.find(found, at + 1)
    return bool(places) and not any(_by_person(turns, place) for place in places)


def _by_person(turns: list[tuple[int, bool]], at: int) -> bool:
    before = [person for start, person in turns if start <= at]
    return before[-1] if before else True


def _excerpt(source: str, start: int, end: int) -> str:
    left, right = max(0, start - _AROUND), min(len(source), end + _AROUND)
    words = _SPACE.sub(" ", source[left:right]).strip()
    return f"{'…' if left else ''}{words}{'…' if right < len(source) else ''}"

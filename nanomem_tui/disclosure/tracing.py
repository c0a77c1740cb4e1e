"""Which facts a prompt holds that a model wrote: for the ledger, so rather one too many than one too few.

A model words facts anew. A fact counts as held when most of its words are there in some form; and when
something is marked as personal that no fact read so can explain, every fact that was read counts.
"""

import re
from collections.abc import Iterable

from nanomem_tui.disclosure.preview import Choice
from nanomem_tui.disclosure.prompt import user_data
from nanomem_tui.disclosure.sensitive import kinds_of
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.identity import normal

_WORD = re.compile(r"[^\W_]+")
_PIECE = re.compile(r"\n|(?<=[.;!?。；])\s*")
_HELD = 0.5
"""Share of the telling words of a fact, or of a piece of the prompt, that the other must hold."""
_UNEXPLAINED = 1 / 3
"""Share of a piece's telling words that no fact needs to say."""
_COMMON = re.compile(
    "about|also|and|any|are|but|can|does|for|from|had|has|have|her|his|into|its|likes?|lives?|near|not|noted|now"
    "|our|out|over|own|since|than|that|the|their|them|they|this|user|very|was|were|what|when|where|which|who"
    "|will|with|you|your"
)
"""Words that tell nothing by themselves. Those of one or two small letters do not either."""
_STEM = 4
"""Two words with this many first letters in common are forms of one word."""


def trace_facts(prompt: str, query: str, read: Iterable[Fact]) -> tuple[Choice, ...]:
    """For each fact that was read, whether `prompt` holds it; those that it holds first.

    Args:
        prompt: as the model wrote it, user data between marks.
        query: the person's own words, which are in the prompt anyway.
        read: the facts the model was shown.
    """
    facts = tuple(read)
    asked = _telling(query)
    told = [_telling(fact.text) for fact in facts]
    marked = [piece for start, end in user_data(prompt) for piece in _PIECE.split(prompt[start:end])]
    pieces = [words for piece in marked if (words := _new(_telling(piece), asked))]
    rest = prompt.replace(query.strip(), " ", 1) if query.strip() else prompt
    everywhere = _telling(rest)
    held = {
        fact.ref
        for fact, words in zip(facts, told, strict=True)
        if normal(fact.text) in normal(rest)
        or _share(words, everywhere) >= _HELD
        or any(_share(words, piece) >= _HELD or _share(piece, words) >= _HELD for piece in pieces)
    }
    known = set().union(asked, *told)
    untraced = any(1 - _share(piece, known) > _UNEXPLAINED for piece in pieces)
    choices = [_choice(fact, held=fact.ref in held, untraced=untraced) for fact in facts]
    return tuple(sorted(choices, key=lambda choice: not choice.included))


def _choice(fact: Fact, *, held: bool, untraced: bool) -> Choice:
    if held:
        why = "The prompt holds its words."
    elif untraced:
        why = "The prompt says something in words of its own, which may rest on it."
    else:
        why = "It was read, but the prompt does not hold it."
    return Choice(fact, held or untraced, why, fact.text, kinds_of(fact))


def _new(words: set[str], asked: set[str]) -> set[str]:
    """The words of a piece; none when it only repeats the person's own question."""
    return set() if _share(words, asked) == 1 else words


def _share(words: set[str], others: set[str]) -> float:
    """How much of `words` is in `others` in some form, from 0 to 1."""
    found = sum(1 for word in words if word in others or any(_alike(word, other) for other in others))
    return found / len(words) if words else 0.0


def _telling(text: str) -> set[str]:
    words = _WORD.findall(text)
    telling = {word.casefold() for word in words if len(word) > 2 or not word.islower() or not word.isascii()}
    return {word for word in telling if not _COMMON.fullmatch(word)}


def _alike(one: str, other: str) -> bool:
    return (
        min(len(one), len(other)) >= _STEM
        and one[:_STEM] == other[:_STEM]
        and not (one.isdigit() or other.isdigit())
    )

"""First person inside a clause, seen from outside: `I broke my leg` is about `their` leg, or just `leg`."""

import re

from nanomem_tui.agent.rules.verbs import is_base, is_past, third_person
from nanomem_tui.agent.rules.words import ADVERBS, BODY, PEOPLE, PETS, words

_QUALIFIERS = (
    r"(?:(?:older|younger|elder|eldest|youngest|oldest|little|big|best|new|old|late|ex|twin|left|right"
    r"|lower|upper"
    r"|two|three|four|five|current|former|whole|entire|close|good|dear|great|step|only|first|second"
    r"|middle) )*"
)
_BARE = PEOPLE | PETS | BODY
_POSSESSIVE = re.compile(rf"\b([Mm]y|[Oo]ur)( own)? (?=({_QUALIFIERS})([\w-]+))")
_NUMERAL_BEFORE = re.compile(
    r"(?:[A-Z][\w'-]*[^s\W]|\b(?:type|part|class|phase|stage|level|act|chapter|volume|grade|war)) $"
)
_I = re.compile(r"(?<![\w'’.-])(?P<who>I|i|[Ww]e)(?P<tail>'m|'re|'ve|'ll|'d| am\b| was\b| have\b| do\b"
                r"| don't\b)?"
                r"(?![\w'’.-]*[\w])(?P<gap> ?)(?P<verb>[a-z]+)?")  # fmt: skip
_FORMS_OWN = {
    "'m": " are", "'re": " are", "'ve": " have", "'ll": " will", "'d": " would", " am": " are", " was":
        " were",
    " have": " have", " do": " do", " don't": " do not",
}  # fmt: skip
_FORMS_OTHER = {
    "'m": " is", "'re": " is", "'ve": " has", "'ll": " will", "'d": " would", " am": " is", " was": " was",
    " have": " has", " do": " does", " don't": " does not",
}  # fmt: skip


def third(text: str, *, own: bool) -> str:
    """`text` without first person.

    Args:
        text: a clause whose subject was already handled.
        own: True when the person is its subject, so that `their` is clear; otherwise it says `the user's`.
    """

    def possessive(match: re.Match[str]) -> str:
        noun = match[4].casefold().removesuffix("'s")
        if match[2]:
            return "own " if own else "the user's own "
        if own and noun in _BARE:
            return ""
        return "their " if own else "the user's "

    text = _POSSESSIVE.sub(possessive, text)
    text = _I.sub(lambda match: _subject(match, text, own), text)
    for pattern, us, them in _OBJECTS:
        text = pattern.sub(us if own else them, text)
    return _joined(text) if own else text


_OBJECTS = tuple(
    (re.compile(pattern), own, other)
    for pattern, own, other in (
        (r"(?<![\w-])[Mm]yself(?![\w-])", "themself", "the user"),
        (r"(?<![\w-])[Oo]urselves(?![\w-])", "themselves", "themselves"),
        (r"(?<![\w-])(?:mine|ours)(?![\w-])", "theirs", "the user's"),
        (r"(?<![\w.-])me(?![\w-])", "them", "the user"),
        (r"(?<![\w.-])us(?![\w-])", "them", "the user"),
    )
)


def _subject(match: re.Match[str], text: str, own: bool) -> str:
    """`I'm`, `I was`, `I like` inside a clause; a Roman numeral stays."""
    verb = match["verb"] or ""
    tail = match["tail"] or ""
    looks_verbal = bool(tail) or is_base(verb) or is_past(verb) or verb in ADVERBS or verb in _MODALS
    if not looks_verbal or (
        match["who"] == "I" and not tail and _NUMERAL_BEFORE.search(text[: match.start()])
    ):
        return match[0]
    if own or match["who"].casefold() == "we":
        return "they" + _FORMS_OWN.get(tail, "") + match["gap"] + verb
    if tail:
        return "the user" + _FORMS_OTHER[tail] + match["gap"] + verb
    changes = is_base(verb) and not is_past(verb)
    return "the user" + match["gap"] + (third_person(verb) if changes else verb)


_MODALS = words("can could will would should must may might did am was")


def _joined(text: str) -> str:
    """Auxiliaries after `and` that belonged to `I`: `… and don't smoke` -> `… and does not smoke`."""
    for pattern, form in _AFTER_AND:
        text = pattern.sub(form, text)
    return text


_AFTER_AND = tuple(
    (re.compile(rf"\b(and|but|or|who) {pattern}(?= )"), rf"\1 {form}")
    for pattern, form in (("don't", "does not"), ("am", "is"), ("haven't", "has not"), ("do not", "does not"))
)

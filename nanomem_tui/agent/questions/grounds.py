"""What a model read out of a text, held against that text: what it does not say is left out or mended.

Small models guess years, lose a "not" and answer the questions they are given. Pure text, no model.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from nanomem_tui.agent.rules.dates import Tense, resolve
from nanomem_tui.agent.rules.words import PEOPLE, PETS
from nanomem_tui.changes.grounding import find_quote
from nanomem_tui.changes.likeness import content
from nanomem_tui.memory.identity import normal

_UNIT = "(?:day|week|weekend|month|year|spring|summer|autumn|fall|winter)"
_DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_COUNT = r"(?:a|an|one|two|three|four|five|six|seven|eight|nine|ten|a couple of|a few|\d{1,3})"
_RELATIVE = re.compile(
    rf"\b(?:yesterday|today|tomorrow|tonight|the day (?:before|after) (?:yesterday|tomorrow)"
    rf"|(?:next|last|this) (?:{_UNIT}|{_DAY})|in {_COUNT} {_UNIT}s?|{_COUNT} {_UNIT}s? ago)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?](?!\s|$)[^.!?\n]*)*(?:[.!?]+|\n|$)")
_NOT = re.compile(
    r"\b(?:not?|never|nothing|none|neither|nor|without|longer|stop\w*|quit|gave up|left)\b|n['’]t\b", re.I
)
_WHOSE = re.compile(r"[Mm]y (?P<role>[a-zA-Z]+)\b(?: (?P<name>[A-Z][\w'’-]+))?")
_SELF = re.compile(r"\b(?:I|me)\b")
_ROLES = PEOPLE | PETS
_NAME = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][\w'’-]+|\d{3,}")
"""Names and years; smaller numbers may be spelled out in the source."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A text whose relative dates are absolute, and how to get back."""

    text: str
    written: tuple[tuple[str, str], ...] = ()
    """(absolute, as it was said) of each date."""

    def original(self, quote: str) -> str:
        """The words of the text as it was said, for words of this one."""
        for absolute, said in self.written:
            at = quote.casefold().find(absolute.casefold())
            if at >= 0:
                quote = quote[:at] + said + quote[at + len(absolute) :]
        return quote

    def lost(self, quote: str, text: str) -> str:
        """The date that a quote names and a fact made of it does not; "" when none is lost."""
        for absolute, _ in self.written:
            if absolute.casefold() in quote.casefold() and not re.search(r"\d", text):
                return absolute
        return ""


def dated(text: str, today: date) -> Dated:
    """`text` with "next month" and the like as dates; what names its own date stays as it is."""
    written: list[tuple[str, str]] = []

    def absolute(found: re.Match[str]) -> str:
        words = resolve(found[0], today, Tense.PRESENT).text.strip()
        if words != found[0]:
            written.append((words, found[0]))
        return words

    return Dated(_RELATIVE.sub(absolute, text), tuple(written))


@dataclass(frozen=True, slots=True)
class Read:
    """A fact as it was read out of a text."""

    text: str
    quote: str
    path: str


def held(facts: list[Read], source: str, now: Dated) -> list[Read]:
    """The facts that `source` states, in its own words where a model's turned them round.

    Args:
        facts: as the model wrote them, about `now.text`.
        source: what was said.
        now: the same with absolute dates.
    """
    kept: list[Read] = []
    for fact in facts:
        mended = _mended(fact, source, now)
        if mended is not None:
            kept.append(mended)
    words = [content(fact.text) for fact in kept]
    again = [mine in words[:n] for n, mine in enumerate(words)]
    return [
        fact
        for fact, mine, twice in zip(kept, words, again, strict=True)
        if not twice and not any(mine < other for other in words)
    ]


def _mended(fact: Read, source: str, now: Dated) -> Read | None:
    text = " ".join(fact.text.split()).strip(" .")
    if find_quote(fact.quote, now.text) is None:
        fact = replace(fact, quote=_nearest(text, now.text))
    if not text or not fact.quote or _is_asked(fact.quote, now.text) or not _is_said(text, now.text):
        return None
    if bool(_NOT.search(fact.quote)) and not _NOT.search(text):
        text = " ".join(fact.quote.split()).strip(" .,;")
    text = _with_subject(text, fact.quote, now.text)
    if lost := now.lost(fact.quote, text):
        text = f"{text} {lost}"
    quote = now.original(fact.quote)
    return replace(fact, text=text, quote=quote if find_quote(quote, source) else _nearest(text, source))


def _with_subject(text: str, quote: str, source: str) -> str:
    """A fact with the one it is about, where its sentence begins with `My uncle Paul` and it lost him."""
    sentence = next((sentence for sentence in _sentences(source) if quote in sentence), quote)
    head = sentence[: sentence.find(quote) + len(quote)]
    whose = _WHOSE.match(head)
    if whose is None or whose["role"].casefold() not in _ROLES or _SELF.search(head):
        return text
    role, name = whose["role"].casefold(), whose["name"] or ""
    if re.search(rf"\b{role}", text, re.IGNORECASE):
        return text
    if name and name in text:
        text = text.replace(name, f"{role} {name}", 1)
    else:
        text = (
            f"{role} {name} {text[:1].lower()}{text[1:]}" if name else f"{role} {text[:1].lower()}{text[1:]}"
        )
    return text[:1].upper() + text[1:]


def _sentences(source: str) -> list[str]:
    return [found[0].strip() for found in _SENTENCE.finditer(source) if found[0].strip()]


def _nearest(text: str, source: str) -> str:
    """The sentence of the source that shares most with a text; "" when none shares anything."""
    words = content(text)
    best = max(_sentences(source), key=lambda sentence: len(words & content(sentence)), default="")
    return best if words & content(best) else ""


def _is_asked(quote: str, source: str) -> bool:
    """Whether every sentence that holds the quote is a question."""
    holding = [sentence for sentence in _sentences(source) if find_quote(quote, sentence)]
    return bool(holding) and all(sentence.endswith("?") for sentence in holding)


def names_in(text: str) -> set[str]:
    """Names and years of a text, to be compared."""
    return {normal(name).removesuffix("'s") for name in _NAME.findall(text)}


def _is_said(text: str, source: str) -> bool:
    """Whether a text names nothing that the source does not: no other name, number or subject."""
    said = normal(source)
    if any(name not in said for name in names_in(text)):
        return False
    # Scripts without spaces have no words to compare.
    return not text.isascii() or bool(content(text) & content(source)) or normal(text) in said

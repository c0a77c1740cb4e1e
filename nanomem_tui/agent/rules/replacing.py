"""What a new statement does to what memory holds: nothing new, a replacement, or one more fact.

Compares readings of notes only. A sister's home never replaces the person's own, nor one friend's another's.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from nanomem_tui.agent.context import SeenFact
from nanomem_tui.agent.rules.dates import Tense, resolve
from nanomem_tui.agent.rules.extract import Candidate
from nanomem_tui.agent.rules.meaning import Meaning, content, read
from nanomem_tui.agent.rules.verbs import stem
from nanomem_tui.agent.rules.words import PLURAL, UNIQUE_ROLES, words
from nanomem_tui.changes.model import UpdateReason
from nanomem_tui.memory.facts import Status, Tier
from nanomem_tui.memory.identity import normal


@dataclass(frozen=True, slots=True)
class Effect:
    """What a candidate does."""

    known: SeenFact | None = None
    """Memory says this already."""
    replaces: SeenFact | None = None
    reason: UpdateReason = UpdateReason.CHANGED


_SLACK = timedelta(days=365)
_SEVERAL = words("""
    hobbies goals allergies projects kids children pets languages skills friends favorites
""")


def is_current(fact: SeenFact) -> bool:
    """True when a fact is not of the past."""
    return fact.tier is not Tier.HISTORY and fact.status in (Status.ACTIVE, Status.UNCERTAIN)


def effect_of(new: Candidate, facts: Iterable[SeenFact], today: date) -> Effect:
    """What `new` does to the facts that were seen."""
    current = [fact for fact in facts if is_current(fact)]
    for fact in current:
        if _bare(fact.text) == _bare(new.text):
            return Effect(known=fact)
    if new.foreign:
        return Effect()
    for rule in (_by_key, _by_correction, _by_ending, _by_polarity):
        effect = rule(new, current, today)
        if effect is not None:
            return effect
    return Effect()


def _bare(text: str) -> str:
    bare = re.sub(r"^(?:is|currently|now) |\(not certain\)", "", normal(text), flags=re.IGNORECASE)
    return normal(bare) or normal(text)


def _by_key(new: Candidate, current: list[SeenFact], today: date) -> Effect | None:
    meaning = new.meaning
    if not meaning.key or meaning.key in _SEVERAL or re.search(r"\balso\b|\banother\b|\bsecond\b", new.quote):
        return None
    same_thing = [f for f in current if _same_attribute(read(f.text), meaning)]
    for fact in same_thing:
        if _same_value(read(fact.text).value, meaning.value):
            return _more_precise(new, fact)
    for fact in same_thing:
        told = read(fact.text)
        if new.wrong and new.wrong not in fact.text.casefold() and len(same_thing) > 1:
            continue
        if not (new.corrects or new.changes or meaning.event or _one_only(told)):
            continue
        if not new.corrects and _is_older(new, fact, today):
            continue
        if new.timing.tier is Tier.WORKING and new.timing.expires and not new.changes and not new.corrects:
            continue
        return Effect(replaces=fact, reason=_reason(new))
    return None


def _reason(new: Candidate) -> UpdateReason:
    return UpdateReason.CORRECTED if new.corrects else UpdateReason.CHANGED


def _same_attribute(a: Meaning, b: Meaning) -> bool:
    """True when both speak of the same thing of the same one."""
    return not a.ended and a.subject == b.subject and a.key == b.key


def _one_only(meaning: Meaning) -> bool:
    """True when the subject is one person for sure: oneself, a named one, or a role held by one at a time."""
    if not meaning.role or meaning.role in UNIQUE_ROLES:
        return True
    return meaning.subject != meaning.role and meaning.role not in PLURAL


def _value(value: str) -> str:
    value = re.sub(r"^(?:on|the|a|an|about|around|in) |\b(\d+)(?:st|nd|rd|th)\b", r"\1", value.casefold())
    return " ".join(re.findall(r"[\w+#@.-]+", value)).strip(". ")


def _same_value(a: str, b: str) -> bool:
    a, b = _value(a), _value(b)
    return a == b or f" {a} ".startswith(f" {b} ") or f" {b} ".startswith(f" {a} ")


def _more_precise(new: Candidate, fact: SeenFact) -> Effect:
    """The same value again: known, unless the new note tells more than the old one."""
    old_words, new_words = content(fact.text), content(new.text)
    longer = len(_value(new.meaning.value)) > len(_value(read(fact.text).value))
    if longer or (new.meaning.event and not read(fact.text).event and len(new_words) > len(old_words)):
        return Effect(replaces=fact, reason=UpdateReason.CORRECTED)
    if old_words < new_words and len(new_words - old_words) >= 2:
        return Effect()
    return Effect(known=fact)


def _is_older(new: Candidate, fact: SeenFact, today: date) -> bool:
    """True when the new statement tells of a time before the fact: `I moved to Boston in 2010`."""
    when = last_day(new.text, today)
    if when is None or not new.meaning.event:
        return False
    before = last_day(fact.text, today)
    if before is not None:
        return when < before
    return fact.updated is not None and when < fact.updated - _SLACK


def last_day(text: str, today: date) -> date | None:
    """The last day a note names itself."""
    return resolve(text, today, Tense.PAST).last


def _by_correction(new: Candidate, current: list[SeenFact], today: date) -> Effect | None:
    if not new.corrects:
        return None
    words = content(new.text)
    best: tuple[float, SeenFact] | None = None
    for fact in current:
        if read(fact.text).subject != new.meaning.subject:
            continue
        if new.wrong and new.wrong not in fact.text.casefold():
            continue
        overlap = len(words & content(fact.text)) / max(1, min(len(words), len(content(fact.text))))
        if overlap >= 0.5 and (best is None or overlap > best[0]):
            best = (overlap, fact)
    return Effect(replaces=best[1], reason=UpdateReason.CORRECTED) if best else None


_ENDINGS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile(r"\b(?:quit|left|lost) (?:(?:their|the|own) )?(?:job|work)|laid off|resigned|fired",
                re.IGNORECASE), frozenset({"employer"})),
    (re.compile(r"\bretired\b|\bunemployed\b", re.IGNORECASE), frozenset({"employer", "occupation"})),
    (re.compile(r"\bsold (?:their|the|own) car\b|no longer (?:has|drives|owns) a car", re.IGNORECASE),
     frozenset({"car"})),
    (re.compile(r"\bbroke up\b|\bdivorced\b|\bseparated\b", re.IGNORECASE), frozenset({"marital"})),
)  # fmt: skip
_END_WORDS = frozenset(
    stem(word)
    for word in words("""
        stopped stop quit longer used use gave give sold sell former formerly left leave no not
        anymore more last
    """)
)


def ending_keys(text: str) -> frozenset[str]:
    """The attributes that a note says have ended: `Quit their job` ends the employer."""
    return frozenset().union(*(keys for pattern, keys in _ENDINGS if pattern.search(text)))


def _by_ending(new: Candidate, current: list[SeenFact], today: date) -> Effect | None:
    if not new.meaning.ended and not any(pattern.search(new.text) for pattern, _ in _ENDINGS):
        return None
    own = [
        fact
        for fact in current
        if read(fact.text).subject == new.meaning.subject and not read(fact.text).ended
    ]
    said = content(new.text) - _END_WORDS
    if new.meaning.ended:
        narrower = [fact for fact in own if said and said <= content(fact.text)]
        if narrower:
            return Effect(replaces=narrower[0])
        scored = [
            (len(said & content(fact.text)) / len(content(fact.text)), fact)
            for fact in own
            if content(fact.text)
        ]
        best = max(scored, key=lambda item: item[0], default=None)
        if best and best[0] >= 0.6:
            return Effect(replaces=best[1])
    for pattern, keys in _ENDINGS:
        if pattern.search(new.text):
            for fact in own:
                told = read(fact.text)
                names_other = told.key == "employer" and _mentions_another(new.text, told.value)
                if told.key in keys and not names_other:
                    return Effect(replaces=fact)
    return None


def _mentions_another(text: str, employer: str) -> bool:
    match = re.search(r"\bat ([A-Z][\w-]+)", text)
    return match is not None and match[1].casefold() not in employer


_NEGATIVE = re.compile(
    r"\b(?:not|no longer|never|cannot|hates?|dislikes?|loathes?|detests?|allergic)\b", re.IGNORECASE
)
_FEELING = frozenset(
    stem(word)
    for word in words("""
        like likes love loves enjoy enjoys hate hates dislike dislikes adore adores really very much
        eat eats drink drinks stand cannot never longer does fan prefer prefers absolutely still can
        lot
    """)
)


def _by_polarity(new: Candidate, current: list[SeenFact], today: date) -> Effect | None:
    """`Hates coffee` after `Likes coffee`; `Does not eat meat` after `Eats meat`."""
    said = content(new.text) - _FEELING
    if not said or ("allergy" in new.meaning.kinds and "not" not in new.text.casefold()):
        return None
    for fact in current:
        told = read(fact.text)
        if told.subject == new.meaning.subject and content(fact.text) - _FEELING == said:
            both_feelings = content(fact.text) & _FEELING or _NEGATIVE.search(fact.text)
            if both_feelings and bool(_NEGATIVE.search(fact.text)) != _is_negative(new.text, fact.text):
                return Effect(replaces=fact, reason=_reason(new))
    return None


def _is_negative(text: str, other: str) -> bool:
    if "allergic" in other.casefold() and "allergic" in text.casefold():
        return not re.search(r"\bnot\b|\bno longer\b", text, re.IGNORECASE)
    return bool(_NEGATIVE.search(text))

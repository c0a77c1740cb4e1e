"""Which facts answer a question: what was asked for and little else, current before past, newer before older.

Works on facts that were seen in the run; knows no tools.
"""

import re
from collections import Counter
from dataclasses import replace
from datetime import date

from nanomem_tui.agent.context import SeenFact
from nanomem_tui.agent.rules.attributes import KEYS
from nanomem_tui.agent.rules.dates import Tense, resolve
from nanomem_tui.agent.rules.lexicon import FILE_KINDS, FOODS
from nanomem_tui.agent.rules.meaning import Meaning, content, read
from nanomem_tui.agent.rules.needs import Need
from nanomem_tui.agent.rules.replacing import is_current, last_day
from nanomem_tui.agent.rules.verbs import stem
from nanomem_tui.agent.rules.words import PARTNERS, UNIQUE_ROLES
from nanomem_tui.memory.facts import Tier

MOST = 12
"""Facts of one answer, unless everything was asked for."""
MOST_OF_ALL = 60


def choose(need: Need, facts: list[SeenFact], today: date) -> list[SeenFact]:
    """The facts that answer, most telling first."""
    live = [fact for fact in facts if is_current(fact) and not (fact.expires and fact.expires < today)]
    if need.everything:
        return live[:MOST_OF_ALL]
    past = [fact for fact in facts if fact not in live]
    pool = past + [f for f in live if _is_past_tense(f.text)] if need.past_only else live
    if need.all_times and need.keys:
        pool = facts
    asked = _subjects(need, facts)
    if need.keys and (found := _by_key(need, pool, asked, today)):
        return found
    if not need.past_only and (found := _by_name_of_key(need, pool, asked)):
        return found
    found = _by_kind(need, pool, asked)
    if need.taste and (fitting := [fact for fact in found if need.taste.search(f"{fact.path} {fact.text}")]):
        found = fitting
    found = _in_time(need, found, today)
    if found and asked and not {"hobby", "preference"} <= need.kinds:
        return found[:MOST]
    named = _by_words(need, pool, asked, strict=bool(need.kinds or need.keys or found))
    if not found and not named and need.past_too and not need.past_only:
        named = _by_words(need, facts, asked, strict=bool(need.kinds))
    order = {fact.ref: number for number, fact in enumerate(found + named)}
    return [fact for fact in _unique(found + named) if fact.ref in order][:MOST]


def _unique(facts: list[SeenFact]) -> list[SeenFact]:
    return list({fact.ref: fact for fact in facts}.values())


def _is_past_tense(text: str) -> bool:
    return bool(
        re.match(
            r"(?:lived|worked|used to|was|studied|had|formerly|previously|grew up|drove|owned|born)\b",
            text,
            re.IGNORECASE,
        )
    )


def _subjects(need: Need, facts: list[SeenFact]) -> set[str]:
    """Subjects of facts that the question names, by role or by name."""
    said = set(re.findall(r"[\w-]+", need.query.casefold()))
    found: set[str] = set()
    for fact in facts:
        meaning = read(fact.text)
        if not meaning.subject:
            continue
        names = [word for word in meaning.subject.split() if word != meaning.role]
        if (
            meaning.role in need.roles
            or (names and all(name in said for name in names))
            or _same_role(meaning.role, need.roles)
        ):
            found.add(meaning.subject)
    return found


def _same_role(role: str, roles: tuple[str, ...]) -> bool:
    if not role:
        return False
    if role in PARTNERS and set(roles) & PARTNERS:
        return set(roles) & {"partner", "spouse"} != set() or role in ("partner", "spouse")
    return stem(role) in {stem(other) for other in roles}


def _by_key(need: Need, pool: list[SeenFact], asked: set[str], today: date) -> list[SeenFact]:
    """The newest fact for each attribute asked for; every past one when the past was asked for."""
    about_somebody = bool(asked or need.roles)
    found: list[SeenFact] = []
    for key in need.keys:
        if key == "home" and found and "address" in need.keys:
            continue
        matching = []
        for fact in pool:
            meaning = read(fact.text)
            fits = meaning.subject in asked if about_somebody else not meaning.subject
            if (
                fits
                and (meaning.key == key or ((need.past_only or need.all_times) and _former(fact.text, key)))
                and _place_fits(need, fact)
            ):
                matching.append(fact)
        matching.sort(key=lambda fact: _when(fact, today), reverse=True)
        if need.past_only or need.all_times:
            found += matching
            continue
        per_subject: dict[str, SeenFact] = {}
        for fact in matching:
            per_subject.setdefault(read(fact.text).subject, fact)
        found += per_subject.values()
    if about_somebody and not found:
        return []
    return _unique(found)


def _in_time(need: Need, found: list[SeenFact], today: date) -> list[SeenFact]:
    """Of what is coming up, only what falls into the days the question names."""
    if not need.kinds or not need.kinds <= {"appointment", "event", "trip"}:
        return found
    moments = resolve(need.query, today, Tense.FUTURE).moments
    if not moments:
        return found
    first, last = min(m.first for m in moments), max(m.last for m in moments)
    fitting = []
    for fact in found:
        days = [day for day in (fact.expires, last_day(fact.text, today)) if day]
        if not days or any(first <= day <= last for day in days):
            fitting.append(fact)
    return fitting


def _by_name_of_key(need: Need, pool: list[SeenFact], asked: set[str]) -> list[SeenFact]:
    """Facts whose attribute the question names: `What is my blood type?`"""
    said = content(need.query)
    found: list[SeenFact] = []
    for fact in pool:
        meaning = read(fact.text)
        key_words = content(meaning.key)
        if (
            meaning.key not in _TABLED
            and meaning.subject in (asked or {""})
            and key_words
            and key_words <= said
            and _ASKED.search(need.query)
        ):
            found.append(fact)
    return found


_TABLED = frozenset(key for key, _, _ in KEYS)
_ASKED = re.compile(r"\b(?:what|which|when|who|tell me|do i have|is) ", re.IGNORECASE)


def _place_fits(need: Need, fact: SeenFact) -> bool:
    """`Where did I live before Portland?` does not ask for Portland."""
    match = re.search(r"\bbefore ([A-Z][\w ]+)", need.query)
    return match is None or match[1].strip().casefold() not in fact.text.casefold()


def _former(text: str, key: str) -> bool:
    patterns = {"home": r"^(?:lived|used to live|was living|grew up)\b", "employer":
        r"^(?:worked|used to work|was working)\b",
                "occupation": r"^(?:was an?|used to be an?|worked as)\b", "car":
                    r"^(?:drove|used to drive|owned)\b"}  # fmt: skip
    pattern = patterns.get(key)
    return bool(pattern and re.match(pattern, text, re.IGNORECASE))


def _when(fact: SeenFact, today: date) -> date:
    """The day a fact speaks of: its own date for an event, else when it was noted."""
    told = last_day(fact.text, today) if read(fact.text).event else None
    return told or fact.updated or date.min


_NOT_FOOD = re.compile(
    r"penicillin|amoxicillin|ibuprofen|aspirin|sulfa|latex|pollen|dust|\bcats?\b|\bdogs?\b|\bbees?\b"
    r"|wasps?|grass|mold|mould|antibiotic|hay ?fever|nickel|codeine"
    r"|morphine|iodine|perfume|animal|fur\b|ragweed|birch|insect|sting|medication|drug",
    re.IGNORECASE,
)
_FOOD = re.compile(rf"\b(?:{FOODS}|food|celiac|coeliac|intoleran\w*)\b", re.IGNORECASE)


def _by_kind(need: Need, pool: list[SeenFact], asked: set[str]) -> list[SeenFact]:
    found: list[SeenFact] = []
    near: list[SeenFact] = []
    """What is told of whom the question is about, where nothing of the kind is."""
    for fact in pool:
        meaning = read(fact.text)
        about_other = bool(meaning.subject)
        if (
            about_other
            and not (need.kinds & {"family", "pet", "friend"} & meaning.kinds)
            and meaning.subject not in asked
        ):
            continue
        if (asked or need.roles) and meaning.subject not in asked and not _names_role(fact, need):
            continue
        if _kind_fits(need, fact, replace(meaning, kinds=meaning.kinds | _kinds_of_file(fact, meaning))):
            found.append(fact)
        elif need.kinds and need.roles and not need.keys and _names_role(fact, need):
            near.append(fact)
    gift = {"hobby", "preference"} <= need.kinds
    return _unique(found + near) if gift else found or near


_VAGUE = frozenset({"preference", "goal", "event", "identity"})


def _kinds_of_file(fact: SeenFact, meaning: Meaning) -> frozenset[str]:
    """The kind that the file's name tells, for a lasting note whose own words tell none."""
    if meaning.kinds - _VAGUE or fact.tier is not Tier.LONG_TERM:
        path_words = set(re.findall(r"[a-z]+", fact.path.casefold()))
        strong = path_words & _TELLING
        return frozenset(kind for names, kind in FILE_KINDS if names & strong)
    words = set(re.findall(r"[a-z]+", fact.path.casefold()))
    return frozenset(kind for names, kind in FILE_KINDS if names & words)


_TELLING = frozenset({"project", "projects", "tax", "taxes"})
"""Names of files that hold nothing else."""


def _kind_fits(need: Need, fact: SeenFact, meaning: Meaning) -> bool:
    kinds = need.kinds
    if "home~" in kinds and meaning.key == "home":
        return True
    if "travel~preference" in kinds and "travel preference" in meaning.kinds:
        return True
    wanted = kinds & meaning.kinds
    if not wanted:
        return False
    if wanted == {"allergy"} and need.food:
        return bool(_FOOD.search(fact.text)) or not _NOT_FOOD.search(fact.text)
    if wanted <= {"food"} and _EATING_OUT.search(need.query) and "preference" not in meaning.kinds:
        return False
    if (
        wanted <= {"food"}
        and meaning.kinds & {"work", "trip", "appointment", "medication", "education"}
        and "preference" not in meaning.kinds
    ):
        return False
    if (
        wanted <= {"preference"}
        and "hobby" in kinds
        and meaning.kinds & {"communication", "travel preference", "allergy"}
    ):
        return False
    if wanted <= {"tech"} and "work" in kinds:
        return not _DEVICE.search(fact.text)
    return not (wanted <= {"condition"} and meaning.kinds & {"work", "tech"})


_DEVICE = re.compile(r"laptop|macbook|phone|monitor|keyboard|computer|linux|windows|macos", re.IGNORECASE)


_EATING_OUT = re.compile(
    r"\brestaurants?\b|\bdinner\b|\blunch\b|\bbrunch\b|\btable for\b|\beat out\b", re.IGNORECASE
)


def _names_role(fact: SeenFact, need: Need) -> bool:
    """True when a fact about the person names whom the question is about: `Married to Ana`, `Has a dog`."""
    words = content(fact.text)
    if any(stem(role) in words for role in need.roles):
        return True
    partner = set(need.roles) & PARTNERS
    return bool(partner) and read(fact.text).key == "marital"


def _by_words(need: Need, pool: list[SeenFact], asked: set[str], *, strict: bool) -> list[SeenFact]:
    """Facts that share telling words with the question, weighed by how rare a word is."""
    role_words = frozenset(stem(role) for role in need.roles)
    wanted = need.words | role_words
    if not wanted:
        return []
    texts = {fact.ref: content(f"{fact.text} {fact.details} {_file_words(fact)}") for fact in pool}
    seen = Counter(word for words in texts.values() for word in words)
    scored: list[tuple[float, SeenFact]] = []
    for fact in pool:
        meaning = read(fact.text)
        shared = {word for word in texts[fact.ref] if _meets(word, wanted)}
        if meaning.subject in asked and meaning.subject:
            shared = shared or {meaning.subject}
        elif meaning.role and meaning.role in UNIQUE_ROLES | PARTNERS and not shared - role_words and asked:
            continue
        if not shared or (meaning.subject and meaning.subject not in asked and shared <= {"be", "have"}):
            continue
        if strict and meaning.subject and meaning.subject not in asked and not (shared & need.words):
            continue
        score = sum(1 / (1 + seen[word] / max(4, len(pool))) for word in shared) / len(wanted)
        scored.append((score, fact))
    if not scored:
        return []
    best = max(score for score, _ in scored)
    least = max(0.5 * best, 0.45 if strict else 0.24)
    scored = [item for item in scored if item[0] >= least]
    scored.sort(key=lambda item: -item[0])
    return [fact for _, fact in scored]


def _file_words(fact: SeenFact) -> str:
    return re.sub(r"[^\w]+", " ", fact.path.removesuffix(".md"))


def _meets(word: str, wanted: frozenset[str]) -> bool:
    if word in wanted:
        return True
    return len(word) > 4 and any(
        len(other) > 4 and (word.startswith(other) or other.startswith(word)) for other in wanted
    )

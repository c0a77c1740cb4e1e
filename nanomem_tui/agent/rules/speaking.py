"""A note spoken to the person: `Moved to Seattle in March 2026` -> `You moved to Seattle in March 2026`.

The way back from archival text. A note it cannot turn is quoted, never bent.
"""

import re
from datetime import date

from nanomem_tui.agent.context import SeenFact
from nanomem_tui.agent.rules.languages import is_english
from nanomem_tui.agent.rules.lexicon import OCCUPATIONS
from nanomem_tui.agent.rules.masks import mask, unmask
from nanomem_tui.agent.rules.meaning import read
from nanomem_tui.agent.rules.replacing import is_current
from nanomem_tui.agent.rules.verbs import UNCHANGED, base_of_third, is_past, is_third
from nanomem_tui.agent.rules.words import (
    ADVERBS,
    ATTRIBUTES,
    BODY,
    FAMILY,
    FRIENDS,
    PEOPLE,
    PETS,
    PLURAL,
    words,
)
from nanomem_tui.memory.facts import Confidence, Source, Tier


def sentence_of(fact: SeenFact, today: date) -> str:
    """One full sentence that says a fact, how old it is, and what is doubtful about it."""
    past = not is_current(fact)
    text = _formerly(fact.text) if past else second_person(fact.text)
    notes: list[str] = []
    if past:
        notes.append("no longer current")
    elif fact.expires and fact.expires < today:
        notes.append(f"this was until {fact.expires.isoformat()}")
    elif (
        fact.expires
        and fact.tier is Tier.WORKING
        and fact.expires.isoformat() not in fact.text
        and not _dated(fact.text)
    ):
        notes.append(f"until {fact.expires.isoformat()}")
    if fact.source in (Source.INFERENCE, Source.ASSISTANT_SUMMARY):
        notes.append("inferred, not said by you")
    elif fact.confidence is Confidence.LOW and "not certain" not in fact.text:
        notes.append("not certain")
    if fact.updated:
        notes.append(f"noted {fact.updated.isoformat()}")
    return f"{text} ({', '.join(notes)})." if notes else f"{text}."


def _dated(text: str) -> bool:
    return bool(re.search(r"\b20\d\d\b", text))


def _formerly(text: str) -> str:
    said = second_person(text)
    if match := re.match(
        r"You (live|work|drive|have|own|study|use|play|speak|love|like|prefer|eat|drink)\b", said
    ):
        return f"You used to {match[1]}{said[match.end() :]}"
    if said.startswith("You are "):
        return "You were " + said[8:]
    return said


_PARTICIPLES = words("""
    married divorced engaged retired interested diagnosed based named employed located scared tired allergic
    separated widowed obsessed self-employed unemployed addicted used bilingual left-handed right-handed
    excited worried concerned trained
""")
_WAS = words("born raised diagnosed named trained hired fired promoted adopted laid")
_STATES = (
    words("""
    allergic vegetarian vegan pescatarian single pregnant from in at on not into afraid fluent lactose gluten
    diabetic intolerant celiac asthmatic autistic dyslexic colorblind bilingual muslim christian jewish hindu
    buddhist catholic atheist sober nearsighted about over under between sensitive immune new good bad great
    terrible proud happy sad sick ill busy available free unable able home away part ready self-employed
    anxious nervous passionate comfortable fond keen familiar close responsible aware deaf blind hard
    left-handed right-handed due originally native kosher halal
""")
    | _PARTICIPLES
)
_AUXILIARY = {
    "is": "are", "was": "were", "has": "have", "does": "do", "cannot": "cannot", "can": "can", "will":
        "will",
    "would": "would", "could": "could", "should": "should", "must": "must", "may": "may", "might": "might",
    "had": "had", "did": "did",
}  # fmt: skip
_DEMONYM = re.compile(
    r"^(?:half[- ])?[A-Z][a-z]+(?:ian|ean|can|ese|ish|tch|nch|eek|iss|ani|slim|ndu|hist|olic|rman)\b(?!'"
    r"| [A-Z])"
)


def second_person(text: str) -> str:
    """A note as a sentence to the person, without its final stop."""
    text = re.sub(r"[.。]$", "", text.strip())
    if not is_english(text):
        return f'You said: "{text}"'
    masked, kept = mask(text.replace("’", "'"))
    return unmask(_spoken(masked, text), kept)


def _spoken(masked: str, text: str) -> str:
    meaning = read(text)
    keeps_capital = masked[:2].isupper() or (
        _DEMONYM.match(masked) and " " in masked and masked.split()[0].casefold() not in _STATES
    )
    lowered = masked if keeps_capital else masked[:1].lower() + masked[1:]
    if meaning.role:
        if re.match(r"(?:the user's|a|an|one of|two of|some)\b", lowered):
            return _capital(_addressed(lowered, own=False))
        return _addressed(
            re.sub(r"^(both )?", lambda m: f"{_capital(m[1] or '')}{'your' if m[1] else 'Your'} ", lowered),
            own=False,
        )
    if meaning.subject:
        return _addressed(masked, own=False)
    head = re.match(r"(?:user|the user) (?=\w)", lowered, re.IGNORECASE)
    if head:
        lowered = lowered[head.end() :]
    first = lowered.split(" ", 1)[0].rstrip(",")
    if first in ATTRIBUTES | {"preferred"} and re.search(r"^(?:[\w'-]+ ){1,7}(?:is|are|was|were) ", lowered):
        return _addressed("Your " + lowered, own=True)
    if re.match(r"(?:neither|none|most|some|one|two|three|each|all) of the user's ", lowered):
        return _capital(_addressed(lowered, own=False))
    if re.search(r"\bthe user\b", lowered) and first not in ATTRIBUTES:
        return _capital(_addressed(masked, own=False))
    if match := _IS_A.match(lowered):
        return _addressed(f"You are {'an' if match[1][0] in 'aeiou' else 'a'} {lowered}", own=True)
    if own := _as_you(lowered):
        return own
    if match := re.match(r"([\w' -]{2,40}?): (.+)", lowered):
        if is_third(match[1]):
            return _addressed(f"You {base_of_third(match[1])} {match[2]}", own=True)
        several = match[1].endswith("s") and not match[1].endswith(("ss", "us", "'s"))
        return _addressed(f"Your {match[1]} {'are' if several else 'is'} {match[2]}", own=True)
    if match := re.match(r"(age|weight|height) (\d.*)", lowered):
        return f"Your {match[1]} is {match[2]}"
    if re.match(r"(?:the|an?|this|these|some|people|every|everyone|all) ", lowered):
        return _addressed(masked, own=False)
    if re.match(r"(?:no|one|two|three|four|five|six|\d+) ", lowered):
        if re.search(r"\b(?:pregnant|sober|old|tall)\b", lowered):
            return f"You are {lowered}"
        if set(re.findall(r"[a-z-]+", lowered)) & (PEOPLE | PETS):
            return f"You have {lowered}"
    later = re.findall(r"[\w'-]+", lowered.split(",")[0].split(";")[0])[1:5]
    if any(is_third(word) or is_past(word) or word in _FINITE for word in later):
        return _addressed("Your " + lowered, own=True)
    if _DEMONYM.match(masked):
        return "You are " + masked
    return f'It is noted: "{masked}"'


_FINITE = frozenset({"are", "were", "will", "was", "have", "include", "come", "go"})


_IS_A = re.compile(
    r"(?!(?:is|was|works|has) )((?:[\w-]+ ){0,3}(?:speaker|fan|owner|parent|person|lover|enthusiast|user"
    r"|member|resident|citizen"
    rf"|{OCCUPATIONS}))\b(?= (?:at|for|in|of|from|with|since|by)\b|$)",
    re.IGNORECASE,
)
"""A note that only names what one is: `Software engineer at Acme`."""
_STEPS = frozenset({"retired", "separated", "divorced", "married", "engaged"})
"""States that with a date are events."""


def _as_you(lowered: str) -> str:
    """`You …` for a note whose subject is the person; "" when it is not clear that they are."""
    adverbs: list[str] = []
    rest = lowered
    while match := re.match(r"(no longer|[a-z]+) (?=\S)", rest):
        if match[1] not in ADVERBS and match[1] != "no longer":
            break
        adverbs.append(match[1])
        rest = rest[match.end() :]
    if rest.startswith("used to "):
        return _addressed(f"You {rest}", own=True)
    first = re.match(r"[\w'-]+", rest)
    word = first[0] if first else ""
    after = rest[len(word) :]
    lead = "".join(adverb + " " for adverb in adverbs)
    if word in ("name", "age", "height", "weight", "phone", "email") or after.startswith(":"):
        return ""
    if word in _AUXILIARY and after.startswith(" "):
        tail = f" {lead}".rstrip() if lead else ""
        return _addressed(f"You {_AUXILIARY[word]}{tail}{after}", own=True)
    if word in _WAS and re.match(
        r"(?: (?:by|in|at|on|with|as|from|when|after|near|and|into|off|\d)|$)", after
    ):
        return _addressed(f"You were {lead}{rest}", own=True)
    if word in _STEPS and re.match(r" (?:in|on) .*\d", after):
        return _addressed(f"You {'got ' if word in ('married', 'engaged') else ''}{lead}{rest}", own=True)
    if word in UNCHANGED and after:
        return _addressed(f"You {lead}{rest}", own=True)
    if (
        word in _STATES
        or re.match(r"\d[\d'.,]*\S* ?\w* (?:years? )?(?:old|tall)\b", rest)
        or (word.endswith("ing") and len(word) > 4 and word not in ATTRIBUTES)
    ):
        return _addressed(f"You are {lead}{rest}", own=True)
    if word == "goes" and after.startswith(" by "):
        return _addressed(f"You go {lead}{rest[5:]}", own=True)
    if is_past(word) and (after or adverbs or word in ("moved", "retired")):
        return _addressed(f"You {lead}{rest}", own=True)
    if is_third(word) or (adverbs and base_of_third(word)):
        base = base_of_third(word) or word
        return _addressed(f"You {lead}{base}{_joined(after)}", own=True)
    if base_of_third(word) and re.match(r" (?:an?|the|their|own|[A-Z$€£\d])", after):
        return _addressed(f"You {lead}{base_of_third(word)}{_joined(after)}", own=True)
    if adverbs and lead.strip() in ("possibly", "probably"):
        return _addressed(f"You are {lead}{rest}", own=True)
    return ""


def _joined(after: str) -> str:
    """Further verbs of the same subject: `… and works at Acme` -> `… and work at Acme`."""

    def base(match: re.Match[str]) -> str:
        return match[1] + (base_of_third(match[2]) or match[2]) if is_third(match[2]) else match[0]

    after = re.sub(r"( (?:and|but|or) )(has|does|is|[a-z]+s)\b(?= )", base, after)
    return re.sub(r"\b(and|but) do not\b", r"\1 do not", after.replace(" and does not ", " and do not "))


_QUALIFIER = (
    r"(?:(?:older|younger|elder|best|little|big|twin|left|right|lower|upper|late|ex|former|new|old) )?"
)
_HERDS = frozenset(pet for pet in PETS if pet.endswith("s"))
_BARE_NOUNS = "|".join(sorted((PEOPLE | PETS | BODY) - _HERDS - {"family"}, key=len, reverse=True))
_BARE = re.compile(
    r"\b(with|for|from|of|to|by|visiting|visits?|visited|loves?|miss|misses|coach|meet|meeting|sees?|saw"
    r"|calls?|told|asked|broke|hurt|sprained"
    r"|tore|injured|twisted|fractured|about|walks?"
    rf"|lost|on"
    rf"|in) ({_QUALIFIER}(?:{_BARE_NOUNS}))(?='s"
    rf"|\b(?!-|s\b))(?! (?:person|people|food|pain|surgery|shelter|cancer|problems?|sitter))"
)
_NEAR = ((FAMILY | FRIENDS | PETS) - PLURAL - {"family"}) | words("parents grandparents")
_NEAR_NOUNS = "|".join(sorted(_NEAR, key=len, reverse=True))
_KIN = re.compile(
    rf"\b([\w']+) ({_QUALIFIER}(?:{_NEAR_NOUNS}))\b"
    r"(?!-)(?! (?:person|people|food|pain|surgery|shelter|cancer|problems?|sitter|allergy))"
)
"""Somebody near, named by role without an article; the words before decide."""
_NOT_BEFORE = words("""
    a an the no any one two three four five six own your his her their its my our another some every each many
    few several only both all this that which other more most best good great new old first second big little
    younger older elder youngest oldest eldest twin late ex former step half single guide service stray pet
    has have had is are was were be been become became as named called becoming being get got adopt adopted
    want wants buy bought or
""")
_OTHERS = re.compile(
    rf"\b(?:{'|'.join(sorted(PLURAL | {'people', 'friends', 'students', 'parents'}))})\b", re.IGNORECASE
)


def _addressed(text: str, *, own: bool) -> str:
    """Pronouns of the note turned to the person."""
    for pattern, form in _USER:
        text = pattern.sub(form, text)
    text = re.sub(
        r"\bthe user ([a-z]+)",
        lambda m: "you " + (base_of_third(m[1]) or m[1] if is_third(m[1]) else m[1]),
        text,
    )
    text = re.sub(r"\bthe user\b", "you", text)
    if own and text.startswith("You "):
        text = _FURTHER.sub(lambda m: m[1] + (base_of_third(m[2]) or m[2]) if is_third(m[2]) else m[0], text)
    if text.startswith("You want assistants to "):
        text = re.sub(r"\bthem\b", "you", text)
    if own:
        before_others = _OTHERS.search(text)
        limit = before_others.start() if before_others else len(text)
        near, far = text[:limit], text[limit:]
        for pattern, form in _THEM:
            near = pattern.sub(form, near)
        text = near + far
        text = _BARE.sub(lambda m: f"{m[1]} your {m[2]}", text)
        text = _KIN.sub(
            lambda m: (
                m[0]
                if m[1].casefold() in _NOT_BEFORE or m[1].endswith(("'s", "s'"))
                else f"{m[1]} your {m[2]}"
            ),
            text,
        )
        text = _OWN.sub(lambda m: m[0] if m[1].casefold() in _BEFORE_VERB else f"{m[1]} your own ", text)
    return text


_FURTHER = re.compile(r"([,;] (?:and |but )?)([a-z]+s)(?= )")
_OWN = re.compile(r"\b([\w']+) own (?=[a-z])")
_BEFORE_VERB = words("you not to do can cannot will would and who they your their his her its")
"""Words after which `own` is a verb, or has its owner already."""
_USER = (
    (re.compile(r"\bthe user's\b", re.IGNORECASE), "your"),
    (re.compile(r"\bthe user (?:is|are)\b"), "you are"),
    (re.compile(r"\bthe user was\b"), "you were"),
    (re.compile(r"\bthe user has\b"), "you have"),
    (re.compile(r"\bthe user does\b"), "you do"),
)
_THEM = (
    (re.compile(r"\btheir\b"), "your"),
    (re.compile(r"\btheirs\b"), "yours"),
    (re.compile(r"\bthemself\b"), "yourself"),
    (re.compile(r"\bthey\b"), "you"),
)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

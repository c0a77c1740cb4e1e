"""One sentence into the statements it joins: `I live in Oslo and work at Acme` says two things.

Splits only where the second part can stand alone; lists, reasons and infinitives stay together.
"""

import re
from dataclasses import dataclass

from nanomem_tui.agent.rules.sentences import quoted_spans
from nanomem_tui.agent.rules.verbs import is_base, is_past, is_third
from nanomem_tui.agent.rules.words import ADVERBS, PEOPLE, PETS, words


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence that says one thing."""

    text: str
    """The clause with its subject, taken from the clause before where it has none."""
    start: int
    end: int
    """Its place in the sentence, without the subject taken over."""


_SOMEBODY = re.compile(
    r"[Mm]y (?:[\w-]+ )??[a-z-]+(?: [A-Z][\w-]+){0,2}(?= (?:is|has|lives?|works?|loves|likes|plays"
    r"|studies)\b)"
)
_JOINT = re.compile(
    r"\s*(?:;|,? but(?: also| now| then)?|, (?:and|so|which is why|while|whereas|plus)(?: also| then| now)?"
    r"|,? and(?: also| then| now)?"
    r"|, yet| while| whereas| —| –|,) +",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"(?:i|i['’](?:m|ve|d|ll)|im|we|we['’](?:re|ve)|he|she|they|it|he['’]s|she['’]s|they['’]re"
    r"|it['’]s) (?=\w)"
    r"|(?:my|our|his|her|their) (?P<noun>[\w'’ -]+?) (?:is|are|was|has|had|have|lives?|works?|loves?"
    r"|likes?|does|do|did|will|can"
    r"|moved|plays?|hates?|wants?|just|turned|got|started|goes|studies|speaks?|prefers?)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"(?:so |and |but )?(?:what|who|which|why|how|where|when|can|could|should|would|do|does|is|are|will"
    r"|any|please|help|tell|give|suggest"
    r"|recommend|find|write|make|show|let)\b",
    re.IGNORECASE,
)
_NEGATIVES = re.compile(
    r"(?:don['’]?t|do not|didn['’]?t|can['’]?t|cannot|haven['’]?t|am not|am|was|have|had|will|never|also)\b",
    re.IGNORECASE,
)
_STATES = words("""
    allergic vegetarian vegan married single divorced engaged pregnant retired lactose gluten diabetic
    left-handed right-handed intolerant celiac asthmatic autistic dyslexic colorblind bilingual self-employed
    unemployed widowed pescatarian kosher halal muslim christian jewish hindu buddhist catholic atheist from
    originally currently working living learning studying training expecting based interested scared afraid
    fluent sober nearsighted
""")
_HOLDS_TOGETHER = re.compile(
    r"\b(?:can|could|will|would|might|should|let|help|both|between|when|if|that|who)\b"
)


def clauses(sentence: str) -> list[Clause]:
    """The statements of a sentence, in order."""
    quoted = quoted_spans(sentence)
    cuts: list[tuple[int, int, str]] = []
    at = 0
    subject = _own_subject(sentence)
    somebody = _SOMEBODY.match(sentence)
    for match in _JOINT.finditer(sentence):
        if any(low < match.start() < high for low, high in quoted) or match.start() == 0:
            continue
        left, right = sentence[at : match.start()], sentence[match.end() :]
        notes = _head(left) in _STATES and _head(right) in _STATES
        if (len(left.split()) < 2 and not cuts and not notes) or not right.strip():
            continue
        carried = _carried(left, right, subject, match[0])
        if carried is None and somebody and is_third(right.split()[0].casefold()):
            carried = somebody[0] + " "
        if carried is not None:
            cuts.append((match.start(), match.end(), carried))
            at = match.end()
            subject = _own_subject(right) or subject
    found: list[Clause] = []
    start, lead = 0, ""
    for stop, resume, carried in [*cuts, (len(sentence), len(sentence), "")]:
        body = sentence[start:stop]
        if body.strip():
            found.append(Clause(lead + body, start, stop))
        start, lead = resume, carried
    return found


def _head(text: str) -> str:
    first = re.match(r"[\w-]+", text.strip())
    return first[0].casefold() if first else ""


def _own_subject(text: str) -> str:
    """`I'm` or `I`, when the clause begins with it."""
    match = re.match(r"(?P<be>i['’]m|i am|im|we['’]re|we are)\s|(?P<do>i|we|i['’]ve)\s", text, re.IGNORECASE)
    if match is None:
        return ""
    return "be" if match["be"] else "do"


def _carried(left: str, right: str, subject: str, joint: str) -> str | None:
    """The subject that `right` takes over: "" when it has its own; None when the two belong together."""
    if _ASKING.match(right) and ("," in joint or ";" in joint or "and" in joint) and _asks(right):
        return ""
    own = _SUBJECT.match(re.sub(r"^(?:at|in|on|every|for) [\w-]+ (?=I )", "", right))
    if own and not (own["noun"] and len(own["noun"].split()) > 3):
        weak = "," in joint and joint.strip() == ","
        if _and_i(left, right) or re.search(
            r"\b(?:when|if|because|since|where|after|before|while|that|than|so|as|think|says?|said"
            r"|told)\s*$",
            left,
        ):
            return None
        return None if weak and _subordinate(left) else ""
    if not subject:
        both_notes = _head(left) in _STATES and _head(right) in _STATES
        return "" if both_notes else None
    first = re.match(r"[\w'’-]+", right)
    word = first[0].casefold().replace("’", "'") if first else ""
    if word in ADVERBS:
        second = re.match(r"[\w'’-]+\s+([\w'’-]+)", right)
        word = second[1].casefold() if second else word
    after = right[len(first[0]) if first else 0 :].lstrip()
    if subject == "be" and (
        word in _STATES or (re.match(r"(?:an?|the) [\w-]+", right) and _is_a(left)) or _AGE.match(right)
    ):
        return "I'm " if word not in PEOPLE | PETS else None
    if _NEGATIVES.match(right) and not _holds(left.split(" ", 1)[-1]):
        return "I "
    if word in ("raised", "bred"):
        return None
    verbal = (is_base(word) or is_past(word)) and _takes_object(word, after, left)
    if verbal and not _holds(left.split(" ", 1)[-1]):
        return "I "
    return None


_AGE = re.compile(r"\d{1,3}(?: years? old)?(?=\s*(?:,|and|$|\.))")


def _holds(left: str) -> bool:
    """True when a verb after `and` may belong to an infinitive: `I like to cook and play guitar`."""
    if _HOLDS_TOGETHER.search(left):
        return True
    return any(is_base(m[1]) and m[1] not in ("work", "sleep") for m in re.finditer(r"\bto ([a-z]+)", left))


def _is_a(left: str) -> bool:
    if re.fullmatch(r"(?:I['’]m|I am) [A-Z][a-z]+(?: [A-Z][a-z]+)?", left.strip()):
        return True
    return bool(re.search(r"(?:['’]m|am|are) (?:an?|the) [\w -]+$", left, re.IGNORECASE))


def _and_i(left: str, right: str) -> bool:
    """True for `My wife and I …`: one subject, not two statements."""
    names_only = not any(
        is_third(word) or is_past(word) or is_base(word) for word in left.casefold().split()[1:]
    )
    return (
        names_only
        and len(left.split()) <= 4
        and re.match(r"[Ii] ", right) is not None
        and not _own_subject(left + " ")
    )


def _asks(right: str) -> bool:
    return bool(re.search(r"[?？]\s*$", right)) or bool(
        re.match(r"(?:so |and )?(?:please|can you|could you|any|help|suggest|recommend)\b", right, re.I)
    )


def _subordinate(left: str) -> bool:
    return bool(
        re.match(
            r"(?:when|if|because|since|after|before|while|although|though|as|once|until)\b",
            left.strip(),
            re.IGNORECASE,
        )
    )


_CUES = words("""
    in at on for with to from as about by near a an the my our two three four five every some no lots full
    part remotely there here that it well since of mostly only very also because during around it's him her
    them this into both over any until under until out up back not
""")
_NOUNY = words("work travel study drink dance cook run walk bike swim hike climb ski sail surf read play "
               "camp fish garden "
               "type design code rest move visit drive paint sketch ride sleep fly help love hope like "
               "test film book "
               "bowl cycle jog skate row need want plan use change cost").union()  # fmt: skip


def _takes_object(word: str, after: str, left: str) -> bool:
    """True when `word` is a verb here and not the next thing of a list."""
    following = re.match(r"[\w'’-]+", after)
    next_word = following[0].casefold() if following else ""
    if is_past(word) and not is_base(word):
        return bool(next_word) or not re.search(r"\b(?:was|were|been|is|am|are|got)\b", left)
    if next_word in _CUES:
        return True
    if word in _NOUNY and word not in ("drink", "love", "like", "want", "need"):
        return bool(next_word) and bool(re.match(r"[A-Z]", after))
    return bool(next_word)

"""The person's own sentence as a note about them: `I moved to Seattle` -> `Moved to Seattle`.

Knows grammar only: neither dates, nor topics, nor memory. A form it does not know keeps its words.
"""

import re
from dataclasses import dataclass

from nanomem_tui.agent.rules.dates import Tense
from nanomem_tui.agent.rules.masks import mask, unmask
from nanomem_tui.agent.rules.pronouns import third
from nanomem_tui.agent.rules.verbs import UNCHANGED, agree, is_base, is_past, is_third, third_person
from nanomem_tui.agent.rules.words import ADVERBS, UNCLEAR_NAMES, UNIQUE_ROLES


@dataclass(frozen=True, slots=True)
class Note:
    """A clause in archival form."""

    text: str
    own: bool
    """True when its subject is the person themself."""
    tense: Tense


def archive_form(clause: str) -> Note:
    """The archival form of one clause of the person's words, without lead-in words.

    `I have two cats` -> `Has two cats`; `My sister lives in Lisbon` -> `Sister lives in Lisbon`.
    """
    masked, kept = mask(_tidy(clause))
    masked = _front_last(masked)
    head = _HEAD.match(masked)
    with_whom = ""
    if head is None and (both := _AND_I.match(masked)) and not _has_verb(both["who"]):
        with_whom = f" (with {both['who']})"
        masked = "I " + masked[both.end() :]
        head = _HEAD.match(masked)
    if head:
        text, tense = _own(
            masked[head.end("subject") :].rstrip(" .!") if with_whom else masked[head.end("subject") :],
            with_whom,
        )
        own = True
    else:
        text, tense, own = _other(masked)
    return Note(_capital(_close(unmask(text, kept))), own, tense)


_HEAD = re.compile(r"(?P<subject>(?:I|i|[Ww]e|[Ww]e all|[Ww]e both)(?=['’ ]|$))")
_FRONT = re.compile(
    r"(?P<front>(?:on|in|at|every|each|last|next|this|since|after|before|during|because of|due to"
    r"|thanks to|as an?|as the|for|by|from|most|some"
    r"|these|two|three|four|five|\d+|yesterday|tomorrow|today|tonight|besides|outside|with|without|twice"
    r"|once|between|until|right after|a|currently|recently|lately|usually|sometimes|normally|originally"
    r"|often)\b[^,]*?),? "
    r"(?=(?:I|i|we|We)(?:'m|'ve|'ll|'d)? (?!\w+ed by\b))",
    re.IGNORECASE,
)
_CLAUSE_FRONT = re.compile(
    r"(?P<front>(?:when|while|although|though|even though|because|since|after|before|whenever|as|until"
    r"|once|as soon as|now that)\b"
    r"[^,]*), (?=(?:I|i|we|We)(?:'m|'ve|'ll|'d)? )",
    re.IGNORECASE,
)


_MOOD = re.compile(r"(?P<front>(?:when|whenever)(?: [\w']+){2,8}?) (?=I(?:'m|'ve)? [a-z])")


def _front_last(text: str) -> str:
    """`On Fridays I play chess` -> `I play chess on Fridays`, so that the subject leads."""
    match = _CLAUSE_FRONT.match(text) or _FRONT.match(text) or _MOOD.match(text[:1].lower() + text[1:])
    if match is None or len(match["front"].split()) > 12:
        return text
    if match.re is _FRONT and re.search(r"\b(?:I|i|my wife and|and|that|who|where|when)$", match["front"]):
        return text
    front = match["front"]
    if front.casefold() in ADVERBS:
        return re.sub(
            r"^(I|i|[Ww]e)('m|'ve|'ll|'d| am| are)?", rf"\1\2 {front.casefold()}", text[match.end() :]
        )
    if not front.split()[0][1:2].isupper():
        front = front[:1].lower() + front[1:]
    rest = text[match.end() :].rstrip()
    stop = re.search(r"[.!]+$", rest)
    body = rest[: stop.start()] if stop else rest
    return f"{body} {front}"


_AND_I = re.compile(r"(?:[Mm]y |[Oo]ur )?(?P<who>[\w' -]{2,40}?) and (?:I|i|me) (?=\w)")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'"})
_TYPED = {
    r"^i?[Ii]m (?=\w)": "I'm ", r"^[Ii]ve (?=\w)": "I've ", r"^[Ii] dont\b": "I don't", r"^[Ii] cant\b":
        "I can't",
    r"^[Ii] didnt\b": "I didn't", r"^[Ii] wont\b": "I won't", r"^[Ii] havent\b": "I haven't",
}  # fmt: skip
_TAIL = re.compile(
    r"(?:,? (?:too|as well|though|by the way|btw|lol|haha|please|thanks(?: a lot)?|thank you|you know|fyi"
    r"|now|right now"
    r"|at the moment|for your information|just so you know|in case it matters|sorry|already))$",
    re.IGNORECASE,
)
_KEEPS_STOP = re.compile(r"\b(?:a\.m|p\.m|etc|[A-Z]\.[A-Z]|Inc|Jr|Sr|Ltd|Co|Ph\.D)\.$")


def _tidy(clause: str) -> str:
    text = " ".join(clause.translate(_APOSTROPHES).split()).strip(" ,;:–—-")
    if text.isupper() and len(text) > 8:
        text = re.sub(r"\bi\b", "I", text.lower())
    text = re.sub(r"^[-*+•] +", "", text)
    text = re.sub(r"^[Mm]e and (my [\w-]+(?: [A-Z]\w+)?|[A-Z]\w+) ", r"\1 and I ", text)
    text = re.sub(r"^(I|We), (?:too|also|however|personally|myself), ", r"\1 ", text)
    text = re.sub(
        r"^(I|We) do (?!not)(?=(?:\w+ )?(?:like|love|enjoy|have|eat|drink|want|need|prefer|work|live|own"
        r"|play"
        r"|speak)\b)",
        r"\1 ",
        text,
    )
    text = re.sub(r"^I (?:❤️?|♥️?|<3) ", "I love ", text)
    for typed, meant in _TYPED.items():
        text = re.sub(typed, meant, text)
    return text


def _close(text: str) -> str:
    """Without the final stop, smileys and filler words at the end."""
    while True:
        shorter = re.sub(r"\s*(?:[:;]-?[)(DP]|<3|\^\^)$", "", text.strip())
        if not _KEEPS_STOP.search(shorter):
            shorter = re.sub(r"[\s.!,;:。！，、；｡–—]+$", "", shorter)
        shorter = _TAIL.sub("", shorter) if len(shorter.split()) > 2 else shorter
        if shorter == text:
            return text
        text = shorter


def _capital(text: str) -> str:
    first = re.match(r"[^\s]*", text)
    word = first[0] if first else ""
    if word[:1].islower() and not any(c.isupper() for c in word) and "@" not in word and "/" not in word:
        return text[:1].upper() + text[1:]
    return text


def _has_verb(text: str) -> bool:
    return any(is_third(word) or word.endswith("n't") or is_past(word) for word in text.casefold().split())


# The person as subject

_BE = re.compile(r"(?:'m|'re| am| are)\b\s*")
_AUXILIARIES: tuple[tuple[re.Pattern[str], str, Tense], ...] = tuple(
    (re.compile(rf"(?:{pattern})(?![\w'])\s*", re.IGNORECASE), form, tense)
    for pattern, form, tense in (
        (r"'ve got| have got", "has", Tense.PRESENT),
        (r"'ve| have", "has", Tense.PRESENT),
        (r" haven't| have not|'ve not", "has not", Tense.PRESENT),
        (r"'d(?= (?:rather|like|love|prefer|be)\b)", "would", Tense.FUTURE),
        (r"'d| had", "had", Tense.PAST),
        (r" hadn't| had not", "had not", Tense.PAST),
        (r"'ll| will| shall", "will", Tense.FUTURE),
        (r" won't| will not", "will not", Tense.FUTURE),
        (r" wasn't| weren't| was not| were not", "was not", Tense.PAST),
        (r" was| were", "was", Tense.PAST),
        (r" don't| do not", "does not", Tense.PRESENT),
        (r" didn't| did not", "did not", Tense.PAST),
        (r" can't| cannot| can not", "cannot", Tense.PRESENT),
        (r" couldn't", "could not", Tense.PAST),
        (r" wouldn't", "would not", Tense.PRESENT),
        (r" shouldn't", "should not", Tense.PRESENT),
        (r" (?P<modal>can|could|would|should|must|may|might)", "", Tense.PRESENT),
    )
)
_DROPPED = frozenset({"also", "just", "actually", "now"})


def _own(rest: str, with_whom: str) -> tuple[str, Tense]:
    """The predicate of `I …` in the third person, and its tense."""
    adverbs, rest = _adverbs(rest)
    if be := _BE.match(rest):
        more, rest = _adverbs(" " + rest[be.end() :])
        text, tense = _is(rest.strip(), [*adverbs, *more])
        return third(text, own=True) + with_whom, tense
    for pattern, form, tense in _AUXILIARIES:
        if match := pattern.match(rest):
            modal = match.groupdict().get("modal")
            more, rest = _adverbs(" " + rest[match.end() :])
            verb = modal.casefold() if modal else form
            after = re.match(r" ([a-z]+)", rest)
            if pattern.pattern.startswith("(?:'d| had)") and after and match[0].startswith("'d"):
                verb, tense = ("would", Tense.PRESENT) if is_base(after[1]) else (verb, tense)
            if form == "has" and re.match(r" (?:been|lived|had|known|worked|[a-z]+ed)\b", rest):
                tense = Tense.PERFECT
            if form in ("does not", "cannot", "is not") and re.search(r" any ?more\b", rest):
                rest = re.sub(r",? any ?more\b", "", rest)
                verb = "no longer " + _agreed(rest.strip()) if form == "does not" else "can no longer" + rest
                return third(" ".join([*adverbs, verb]), own=True) + with_whom, tense
            words = " ".join([*adverbs, verb, *more]) + (" " + rest.strip() if rest.strip() else "")
            return third(words, own=True) + with_whom, Tense.FUTURE if modal in ("may", "might") else tense
    verb = rest.strip()
    first = re.match(r"[\w'-]+", verb)
    past = bool(first and is_past(first[0].casefold()))
    future = bool(re.match(r"(?:plan|intend|hope|want|need|leave|start|fly|expect)\b", verb))
    words = " ".join([*adverbs, _agreed(verb)])
    return third(
        words, own=True
    ) + with_whom, Tense.PAST if past else Tense.FUTURE if future else Tense.PRESENT


def _adverbs(rest: str) -> tuple[list[str], str]:
    """Adverbs before the verb, and what follows them with its leading space."""
    found: list[str] = []
    while match := re.match(r" (no longer|[A-Za-z]+)(?= )", rest):
        word = match[1].casefold()
        if word not in ADVERBS and word != "no longer":
            break
        if word not in _DROPPED:
            found.append(word)
        rest = rest[match.end() :]
    return found, rest


_MOSTLY_PAST = frozenset({"cut", "hit", "hurt", "quit", "put", "split", "spread", "shut"})


def _agreed(predicate: str) -> str:
    """`live in X` -> `lives in X`, with the verbs joined to it: `eat and sleep` -> `eats and sleeps`."""
    match = re.match(r"([A-Za-z'-]+)(.*)", predicate, re.DOTALL)
    if match is None:
        return predicate
    verb, rest = match[1].casefold(), match[2]
    joined = re.match(r"( and | or |, )([a-z]+)\b(?= )", rest)
    if joined and is_base(joined[2]) and is_base(verb) and not is_past(verb):
        rest = joined[1] + third_person(joined[2]) + rest[joined.end() :]
    if verb in UNCHANGED:
        habit = bool(re.search(r"\b(?:every|each|usually|always|often|sometimes|a lot)\b", rest))
        long_past = bool(re.search(r"\b(?:ago|last|yesterday|once)\b", rest))
        return (verb if long_past or (verb in _MOSTLY_PAST and not habit) else third_person(verb)) + rest
    return agree(verb) + rest


def _is(rest: str, adverbs: list[str]) -> tuple[str, Tense]:
    """What follows `I am`."""
    future = bool(re.match(r"(?:going|planning|getting|about|moving|flying|traveling|travelling|starting"
                           r"|due|leaving"
                           r"|visiting|meeting|hosting|seeing|attending|taking|staying|away|in|at|on|out"
                           r"|off|here|back|coming|driving|camping"
                           r"|house-sitting|working (?:in|from|at))\b", rest))  # fmt: skip
    tense = Tense.FUTURE if future else Tense.PRESENT
    if re.search(r",? any ?more$", rest) and rest.startswith("not "):
        rest = "no longer " + re.sub(r",? any ?more$", "", rest)[4:]
    if age := re.fullmatch(r"(\d{1,3})(?: now)?", rest.rstrip(".!")):
        return " ".join([*adverbs, f"{age[1]} years old"]), tense
    if _is_name(rest) and not adverbs:
        return f"name is {rest}", tense
    if match := re.match(
        r"(not )?((?:an?|the|one of|my|your|our|both|neither|part of|half)\b.*)", rest, re.DOTALL
    ):
        return " ".join(["is", *adverbs, (match[1] or "") + match[2]]), tense
    return " ".join([*adverbs, rest]), tense


_DEMONYM = re.compile(r"(?:ian|ean|can|ese|ish|tch|nch|eek|iss|aqi|ani|gian|ndic|slim|ndu|hist|olic|tant"
                      r"|heist|sikh"
                      r"|crat|zech|thai|man)$")  # fmt: skip


def _is_name(rest: str) -> bool:
    bare = rest.rstrip(".!")
    if not re.fullmatch(r"[A-Z][a-zà-ÿ]+(?:[ -][A-Z][a-zà-ÿ]+){0,2}", bare):
        return False
    return bare.casefold() in UNCLEAR_NAMES or not _DEMONYM.search(bare.casefold())


# Somebody or something else as subject

_MY = re.compile(r"(?:(?P<all>both|all)(?: of)? )?(?:my|our) (?:own )?(?=\w)", re.IGNORECASE)


_ROLES = "|".join(sorted(UNIQUE_ROLES))


def _other(text: str) -> tuple[str, Tense, bool]:
    text = re.sub(
        rf"^((?:[Mm]y|[Oo]ur) )new (?=(?:phone|mobile|cell|number|e-?mail|address|job|car|{_ROLES})\b)",
        r"\1",
        text,
    )
    if match := _MY.match(text):
        text = (match["all"] + " " if match["all"] else "") + text[match.end() :]
    text = re.sub(
        r"^(?:(?:you can|you may|please|just) )?call me (?:at|on) (?=[+\d(])",
        "phone number is ",
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(r"^(?:you can|you may|please|just) call me ", "goes by ", text, flags=re.IGNORECASE)
    text = re.sub(r"^call me (?=[A-Z])", "goes by ", text, flags=re.IGNORECASE)
    text = re.sub(
        r"^(?:people|everyone|everybody|friends|they|they all) calls? me ",
        "goes by ",
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(r"^mine is ", "own is ", text, flags=re.IGNORECASE)
    if match := re.match(r"me (?:and my|and) (.{2,30}?) (?=\w+)", text, re.IGNORECASE):
        text = text[match.start(1) :]
    verbs = re.findall(r"[A-Za-z']+", text)[:6]
    if any(
        verb.casefold() in ("will", "going", "planning", "visiting", "coming", "starts", "arrives")
        for verb in verbs
    ):
        tense = Tense.FUTURE
    elif any(is_past(verb.casefold()) or verb == "was" for verb in verbs[:5]) and "is" not in verbs[:4]:
        tense = Tense.PAST
    else:
        tense = Tense.PRESENT
    return third(_expand(text), own=False), tense, False


def _expand(text: str) -> str:
    """`birthday's on` and `don't` without contractions where that is certain."""
    text = re.sub(r"^(\w+)['’]s (?=(?:on|in|at|from|the|an?|not|called|named|allergic) )", r"\1 is ", text)
    return re.sub(r"\b(do|does|did|is|are|was|were|has|have|had|would|could|should)n't\b", r"\1 not", text)

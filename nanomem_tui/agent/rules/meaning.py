"""What a note says: about whom, of which kinds, and which single-valued thing of theirs it fixes.

Works on archival text alone, ours or any other writer's, so that the same reading serves writing (what
replaces what) and answering (what a question asks for).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from nanomem_tui.agent.rules.attributes import KEYS
from nanomem_tui.agent.rules.languages import FILING, is_english
from nanomem_tui.agent.rules.lexicon import KINDS, PEOPLE_KINDS
from nanomem_tui.agent.rules.verbs import is_past, is_third, stem
from nanomem_tui.agent.rules.words import ADVERBS, ATTRIBUTES, PEOPLE, PETS, STOPWORDS, words


@dataclass(frozen=True, slots=True)
class Meaning:
    """The reading of one note."""

    subject: str
    """"" for the person themself; otherwise who: `sister`, `sister anna`, `rex`."""
    role: str
    """What the subject is to the person: `sister`, `dog`; "" for the person and for mere names."""
    kinds: frozenset[str]
    key: str = ""
    """The single-valued attribute it fixes: `home`, `employer`, `favorite color`; "" for none."""
    value: str = ""
    """The attribute's value in lower case."""
    ended: bool = False
    """It says that something is no longer so: `No longer works at Acme`."""
    event: bool = False
    """It tells of becoming so (`Moved to`, `Started at`) rather than being so."""


_ROLE = "|".join(sorted(PEOPLE | PETS, key=len, reverse=True))
_SUBJECT = re.compile(
    rf"(?:(?:older|younger|elder|eldest|oldest|youngest|little|big|best|twin|late|ex|former|new|own"
    rf"|the user's|both|two|three) )*"
    rf"(?P<role>{_ROLE})\b(?:,? (?:named "
    rf"|called )?(?P<name>(?-i:[A-Z][\w-]+(?: [A-Z][\w-]+)?)))?,?(?P<of>(?:'s|s')(?= ))?",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?P<name>[A-Z][\w-]+(?: [A-Z][\w-]+)?)(?P<of>'s)? (?P<next>[a-z]+(?:n't)?)")


@lru_cache(maxsize=4096)
def read(text: str) -> Meaning:
    """The meaning of a note in archival form."""
    text = _plain(text.replace("’", "'"))
    subject, role, rest = _subject(text)
    lowered = _QUOTED.sub("", text).casefold()
    kinds = {kind.name for kind in KINDS if kind.pattern.search(lowered)}
    if not is_english(text):
        kinds |= {kind for kind, pattern in FILING if pattern.search(text)}
    if role:
        kinds |= {kind.name for names, kind in PEOPLE_KINDS if role in names}
    ended = bool(_ENDED.search(lowered))
    key, value, event = _attribute(rest if subject else text)
    if role and not key and (who := _WHO.match(rest)):
        key, value = "who", who["value"].casefold()
    if ended:
        key = ""
    return Meaning(subject, role, frozenset(kinds), key, value, ended, event)


_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”")


def _plain(text: str) -> str:
    """Other writers' `User lives in X` and `The user's name is X` as our own `Lives in X`, `Name is X`."""
    bare = re.sub(r"^(?:the )?user(?:'s)? (?=\w)", "", text, flags=re.IGNORECASE)
    return bare if bare == text else bare[:1].upper() + bare[1:]


def _subject(text: str) -> tuple[str, str, str]:
    match = _SUBJECT.match(text)
    if match:
        role = match["role"].casefold()
        name = match["name"] or ""
        after = text[match.end() :].strip()
        following = after.split(" ", 1)[0].casefold()
        if match["of"] or is_third(following) or is_past(following) or following in _FINITE or name:
            if not match["of"] and not following:
                return "", "", text
            return f"{role} {name}".strip().casefold(), role, after
    named = _NAME.match(text)
    if (
        named
        and _is_name(named["name"].split()[0].casefold())
        and (named["of"] or is_third(named["next"]) or is_past(named["next"]) or named["next"] in _FINITE)
    ):
        return named["name"].casefold(), "", text[named.start("next") :].strip()
    return "", "", text


_WHO = re.compile(
    r"(?:is|is called|is named|name is) (?P<value>(?:Dr\.? |Mr\.? |Ms\.? "
    r"|Mrs\.? )?[A-Z][\w-]+(?: [A-Z][\w-]+)?)$"
)
_FINITE = words("""
    is are was were has have had can will cannot would does do did lives live works likes loves and
    just also always
""")


def _is_name(word: str) -> bool:
    """A capitalized first word that is no verb, adverb or noun of the person's own things."""
    if any(kind.pattern.search(word) for kind in KINDS):
        return False
    plain = (
        word not in ATTRIBUTES and word not in ADVERBS and word not in STOPWORDS and word not in _NOT_NAMES
    )
    return plain and not is_third(word) and not is_past(word) and not word.endswith("ing")


_NOT_NAMES = words("""
    allergic vegetarian vegan married single divorced engaged pregnant retired born based interested
    from german french learning living working does cannot could wedding dinner lunch breakfast
    meeting project today left right blood both all one two three most some every everyone people
    there here once when while if as goal plan hobby allergy surgery appointment flight trip
    deadline exam interview monday tuesday wednesday thursday friday saturday sunday january
    february march april may june july august september october november december
""")
_ENDED = re.compile(
    r"\bno longer\b|\bstopped\b|\bquit\b|\bgave up\b|\bnot .+ any ?more\b|\bused to\b|\bformer(?:ly)?\b"
    r"|\bex-|\bsold (?:their|the|own)\b|\bbroke up\b|^left "
)

_COPULA = re.compile(
    r"^(?P<key>(?:new |current )*(?:[\w'-]+ ){0,3}?[\w'-]+)(?: (?:is|are) (?:now )?"
    r"|: )(?!not\b)(?P<value>.+)"
)
_SINGLE = re.compile(
    r"^(?:new |current )?favou?rite \w|\b(?:name|number|code|password|size|type|birthday|anniversary|rent"
    r"|salary|income|budget|username|handle|website|blog"
    r"|address|time ?zone|major|pin|hometown|editor|laptop|phone|computer|religion|nationality|language"
    r"|mortgage|iban|insurance|bank|gym|school|university|id)$",
    re.IGNORECASE,
)
"""Things one has one of, whose newer value replaces the older."""
_THING = re.compile(
    r"\b(?:editor|laptop|phone|computer|mortgage|insurance|bank|gym|school|university)$", re.IGNORECASE
)
_NO_KEY = re.compile(
    r"^(?:it|this|that|there|he|she|they|what|one|some|life|everything|people|most|many)\b", re.IGNORECASE
)


_LONG_AGO = re.compile(r"\bwhen they were\b|\bas an? (?:child|kid|teenager|baby|student)\b", re.IGNORECASE)


def _attribute(text: str) -> tuple[str, str, bool]:
    for key, event, pattern in KEYS:
        if event and _LONG_AGO.search(text):
            continue
        if match := pattern.search(text):
            value = match["value"] or match[0]
            return key, value.strip().casefold(), event
    match = _COPULA.match(text)
    if match is None or _NO_KEY.match(text) or is_third(text.split()[0].casefold()):
        return "", "", False
    if not _SINGLE.search(match["key"]) or (
        _THING.search(match["key"]) and not re.match(r"an? |[A-Z\d]", match["value"])
    ):
        return "", "", False
    name = re.sub(r"^(?:new|current) ", "", match["key"].casefold().strip()).replace("favourite", "favorite")
    last = name.split()[-1]
    if last.endswith("ing") or (name.split()[0] not in ATTRIBUTES and last not in ATTRIBUTES):
        return "", "", False
    return name, match["value"].strip().casefold(), False


_WORD = re.compile(r"[^\W_]+(?:[+#]+|(?:['-][^\W_]+)*)")


@lru_cache(maxsize=4096)
def content(text: str) -> frozenset[str]:
    """Stems of the words that carry a text's meaning; single characters in scripts without spaces."""
    found: set[str] = set()
    for match in _WORD.finditer(text.casefold().replace("’", "'")):
        word = re.sub(r"^(?:[ldjmtsnc]|qu|dell|all|un|nell)'", "", match[0]).removesuffix("'s")
        if word in STOPWORDS:
            continue
        if any("\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af" for c in word):
            found |= {word[i : i + 2] for i in range(max(1, len(word) - 1))}
        else:
            found.add(stem(word))
    return frozenset(found)

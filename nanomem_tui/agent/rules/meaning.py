"""What a note says: about whom, of which kinds, and which single-valued thing of theirs it fixes.

Works on archival text alone, ours or any other writer's, so that the same reading serves writing (what replaces
what) and answering (what a question asks for).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from nanomem_tui.agent.rules.lexicon import KINDS, OCCUPATIONS, PEOPLE_KINDS
from nanomem_tui.agent.rules.verbs import is_past, is_third, stem
from nanomem_tui.agent.rules.words import ADVERBS, ATTRIBUTES, PEOPLE, PETS, STOPWORDS


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
    rf"(?:(?:older|younger|elder|eldest|oldest|youngest|little|big|best|twin|late|ex|former|new|own|the user's|both|two|three) )*"
    rf"(?P<role>{_ROLE})\b(?:,? (?:named |called )?(?P<name>(?-i:[A-Z][\w-]+(?: [A-Z][\w-]+)?)))?,?(?P<of>(?:'s|s')(?= ))?",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?P<name>[A-Z][\w-]+(?: [A-Z][\w-]+)?)(?P<of>'s)? (?P<next>[a-z]+(?:n't)?)")


@lru_cache(maxsize=4096)
def read(text: str) -> Meaning:
    """The meaning of a note in archival form."""
    text = text.replace("’", "'")
    subject, role, rest = _subject(text)
    lowered = text.casefold()
    kinds = {kind.name for kind in KINDS if kind.pattern.search(lowered)}
    if role:
        kinds |= {kind.name for names, kind in PEOPLE_KINDS if role in names}
    ended = bool(_ENDED.search(lowered))
    key, value, event = _attribute(rest if subject else text)
    if role and not key and (who := _WHO.match(rest)):
        key, value = "who", who["value"].casefold()
    if ended:
        key = ""
    return Meaning(subject, role, frozenset(kinds), key, value, ended, event)


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
    r"(?:is|is called|is named|name is) (?P<value>(?:Dr\.? |Mr\.? |Ms\.? |Mrs\.? )?[A-Z][\w-]+(?: [A-Z][\w-]+)?)$"
)
_FINITE = frozenset(
    [
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "can",
        "will",
        "cannot",
        "would",
        "does",
        "do",
        "did",
        "lives",
        "live",
        "works",
        "likes",
        "loves",
        "and",
        "just",
        "also",
        "always",
    ]
)


def _is_name(word: str) -> bool:
    """A capitalized first word that is no verb, adverb or noun of the person's own things."""
    plain = (
        word not in ATTRIBUTES and word not in ADVERBS and word not in STOPWORDS and word not in _NOT_NAMES
    )
    return plain and not is_third(word) and not is_past(word) and not word.endswith("ing")


_NOT_NAMES = frozenset(
    ["allergic", "vegetarian", "vegan", "married", "single", "divorced", "engaged", "pregnant", "retired", "born", "based", "interested", "from", "german", "french", "married", "learning", "living", "working", "does", "cannot", "could", "wedding", "dinner", "lunch", "breakfast", "meeting", "project", "today", "left", "right", "blood", "both", "all", "one", "two", "three", "most", "some", "every", "everyone", "people", "there", "here", "once", "when", "while", "if", "as", "goal", "plan", "hobby", "allergy", "surgery", "appointment", "flight", "trip", "deadline", "exam", "interview", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
)  # fmt: skip
_ENDED = re.compile(
    r"\bno longer\b|\bstopped\b|\bquit\b|\bgave up\b|\bnot .+ any ?more\b|\bused to\b|\bformer(?:ly)?\b|\bex-|\bsold (?:their|the|own)\b|\bbroke up\b|^left "
)

_PLACE = r"(?P<value>[^,.;(]+?)(?= (?:in|since|for|with|on|from|until|and|because|but|near|after|before|where|as|when|while|although|by|to|now|last|this|next|around|together|about)\b|[,.;(]|$)"
_KEYS: tuple[tuple[str, bool, re.Pattern[str]], ...] = tuple(
    (key, event, re.compile(pattern, re.IGNORECASE))
    for key, event, pattern in (
        ("home", False, rf"^(?:(?:currently|now|still|really|actually|has) )*(?:lives?|has lived|lived here|been living|living|resides?|based|is based|settled)"
                        rf" (?:\w+ )?(?:in|at|near|outside(?: of)?) (?:the )?(?!an?\b|own\b|their\b){_PLACE}"),
        ("home", False, rf"^(?:home(?: city| town)?|city|current city|residence|location) (?:is|:) ?{_PLACE}"),
        ("home", True, rf"^(?:(?:recently|finally|originally|just) )*(?:moved|relocated|emigrated|immigrated|is moving|has moved) (?:back )?(?:from [\w .'-]+? )?(?:to|into) (?!an?\b|own\b|their\b){_PLACE}"),
        ("employer", False, r"^(?:(?:currently|now|still|usually|mostly) )*(?:works?|working|is working|employed|has worked|has been working)(?: (?:remotely|part-time|full-time|there))? ?(?:as (?:an? |the )?[\w -]+? )?(?:at|for) (?P<value>[^,.;(]+?)(?= (?:in|since|as|on|from|and|because|where|with|until|for|now)\b|[,.;(]|$)"),
        ("employer", True, r"^(?:recently )?(?:started|joined|got hired|was hired|got a (?:new )?job|started working|started a new job|has a new job|has started)(?: (?:a |an )?(?:new )?(?:job|role|position|work|working))?(?: as (?:an? |the )?[\w -]+?)? ?(?:at|by|for|with)? (?P<value>(?-i:[A-Z])[^,.;(]*?)(?= (?:in|since|as|on|from|and|because|last|this|next)\b|[,.;(]|$)"),
        ("employer", False, r"^(?:employer|company|workplace)(?: is|:) ?(?P<value>(?-i:[A-Z]).+)"),
        ("occupation", False, rf"^(?:(?:currently|now) )*(?:is|works as|working as|became|has become) (?:now )?(?:an?|the) (?P<value>(?:[\w-]+ ){{0,3}}(?:{OCCUPATIONS}))\b"),
        ("occupation", False, rf"^(?:job title|occupation|profession)(?: is|:) ?(?:an? )?(?P<value>.+)|^(?:job|role|position|title)(?: is|:) ?(?:an? (?:[\w-]+ ){0,2})?(?:{OCCUPATIONS})\b"),
        ("age", False, r"^(?:is )?(?P<value>\d{1,3}) years? old"),
        ("age", False, r"^age(?: is|:) ?(?P<value>\d{1,3})"),
        ("age", True, r"^(?:just |recently )?turned (?P<value>\d{1,3})\b"),
        ("name", False, r"^(?:full |first )?name(?: is|:) ?(?P<value>.+)"),
        ("nickname", False, r"^(?:goes by|nickname is) (?P<value>.+)"),
        ("marital", False, r"^(?:is |recently |newly |now |happily |currently |got |has been |getting )*(?P<value>married|divorced|engaged|single|widowed|separated)\b"),
        ("diet", False, r"^(?:is |now |currently |has been |became |went |strictly |mostly |an? )*(?P<value>vegetarian|vegan|pescatarian|keto|paleo|omnivore)\b"),
        ("birthday", False, r"^(?:birthday|birth ?date|date of birth)(?: is|:) ?(?P<value>.+)"),
        ("birthday", False, r"^(?:was )?born on (?P<value>.+)"),
        ("phone", False, r"^(?:new |mobile |cell |current )*(?:phone|mobile|cell|telephone)(?: number)?(?: is|:) ?(?P<value>\+?[\d(].+)"),
        ("email", False, r"^(?:new |current |personal )*e-?mail(?: address)?(?: is|:) ?(?P<value>\S+@\S+)"),
        ("address", False, r"^(?:new |home |current |mailing )*address(?: is|:) ?(?P<value>.+)"),
        ("height", False, r"^(?:is )?(?P<value>[\d'.,]+ ?(?:cm|m|ft|feet|foot)?[\d \"]*(?:in|inches)?) tall|^height(?: is|:) ?(?:.+)"),
        ("weight", False, r"^(?:now |currently )?weighs? (?:about |around )?(?P<value>[\d.,]+ ?(?:kg|lbs?|pounds|kilos|stone)?)|^weight(?: is|:) ?(?:.+)"),
        ("car", False, r"^(?:now |currently )?drives (?:an? |their )?(?P<value>(?!to\b|for\b|every\b).+)"),
        ("car", False, r"^(?:new )?car is (?:an? |(?=(?-i:[A-Z])|\d))(?P<value>.+)"),
        ("car", True, r"^bought (?:a new car|an? new .*\bcar)\b(?P<value>.*)"),
        ("pronouns", False, r"^pronouns (?:are|:) ?(?P<value>.+)|^uses (?P<value2>\w+/\w+) pronouns"),
    )
)  # fmt: skip
_COPULA = re.compile(
    r"^(?P<key>(?:new |current )*(?:[\w'-]+ ){0,3}?[\w'-]+)(?: (?:is|are) (?:now )?|: )(?!not\b)(?P<value>.+)"
)
_SINGLE = re.compile(
    r"^(?:new |current )?favou?rite \w|\b(?:name|number|code|password|size|type|birthday|anniversary|rent|salary|income|budget|username|handle|website|blog"
    r"|address|time ?zone|major|pin|hometown|editor|laptop|phone|computer|religion|nationality|language|mortgage|iban|insurance|bank|gym|school|university|id)$",
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
    for key, event, pattern in _KEYS:
        if event and _LONG_AGO.search(text):
            continue
        if match := pattern.search(text):
            value = match["value"] or match.groupdict().get("value2") or match[0]
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
        word = match[0].removesuffix("'s")
        if word in STOPWORDS:
            continue
        if any("\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af" for c in word):
            found |= {word[i : i + 2] for i in range(max(1, len(word) - 1))}
        else:
            found.add(stem(word))
    return frozenset(found)

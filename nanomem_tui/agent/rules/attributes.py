"""The things a person has one of at a time, and how a note in archival form fixes their value. Data only.

Each row: the attribute, whether the note tells of becoming so (`Moved to`) rather than being so, and a
pattern whose group `value` is the value.
"""

import re

from nanomem_tui.agent.rules.lexicon import OCCUPATIONS

_NOW = r"(?:(?:currently|now|still|really|actually|usually|mostly|recently|finally|originally|just|has) )*"
_PLACE = (
    r"(?P<value>[^,.;(]+?)(?= (?:in|since|for|with|on|from|until|and|because|but|near|after|before|where|as"
    r"|when|while|although|by|to|now|last|this|next|around|together|about)\b|[,.;(]|$)"
)
_NO_PLACE = r"(?!an?\b|own\b|their\b)"
_FIRM = r"(?= (?:in|since|as|on|from|and|because|where|with|until|for|now|last|this|next)\b|[,.;(]|$)"
_AS = r"(?:as (?:an? |the )?[\w -]+? )?"

_TABLE: tuple[tuple[str, bool, tuple[str, ...]], ...] = (
    ("home", False, (
        rf"^{_NOW}(?:lives?|been living|lived(?<=has lived)|living|resides?|based|is based|settled)"
        rf" (?:\w+ )?(?:in|at|near|outside(?: of)?) (?:the )?{_NO_PLACE}{_PLACE}",
    )),
    ("home", False, (rf"^(?:home(?: city| town)?|city|current city|residence|location)(?: is|:) ?{_PLACE}",)),
    ("home", True, (
        rf"^{_NOW}(?:moved|relocated|emigrated|immigrated) (?:back )?(?:from [\w .'-]+? )?(?:to|into)"
        rf" {_NO_PLACE}{_PLACE}",
    )),
    ("employer", False, (
        rf"^{_NOW}(?:works?|working|is working|employed|worked(?<=has worked)|been working)"
        rf"(?: (?:remotely|part-time|full-time|there))? {_AS}(?:at|for)"
        rf" (?!an?\b|the\b|own\b|their\b)(?P<value>[^,.;(]+?){_FIRM}",
    )),
    ("employer", False, (rf"^(?:[\w-]+ ){{0,3}}(?:{OCCUPATIONS}) (?:at"
                         rf"|for) {_NO_PLACE}(?P<value>[^,.;(]+?){_FIRM}",)),
    ("occupation", False, (rf"^(?!is |was |works |a )(?P<value>(?:[\w-]+ ){{0,2}}(?:{OCCUPATIONS}))$",)),
    ("employer", True, (
        r"^(?:recently )?(?:started|joined|got hired|was hired|got a (?:new )?job|started working"
        r"|has a new job"
        r"|has started)(?: (?:an? )?(?:new )?(?:job|role|position|work|working))?(?: as (?:an? "
        r"|the )?[\w -]+?)?"
        rf" ?(?:at|by|for|with)? (?P<value>(?-i:[A-Z])[^,.;(]*?){_FIRM}",
    )),
    ("employer", False, (r"^(?:employer|company|workplace)(?: is|:) ?(?P<value>(?-i:[A-Z]).+)",)),
    ("occupation", False, (
        rf"^{_NOW}(?:is|works as|working as|became|has become) (?:now )?(?:an?|the)"
        rf" (?P<value>(?:[\w-]+ ){{0,3}}(?:{OCCUPATIONS}))\b",
        r"^(?:job title|occupation|profession)(?: is|:) ?(?:an? )?(?P<value>.+)",
        rf"^(?:job|role|position|title)(?: is|:) ?(?:an? )?(?P<value>(?:[\w-]+ ){{0,3}}(?:{OCCUPATIONS}))\b",
    )),
    ("age", False, (r"^(?:is )?(?P<value>\d{1,3}) years? old", r"^age(?: is|:)? ?(?P<value>\d{1,3})")),
    ("age", True, (r"^(?:just |recently )?turned (?P<value>\d{1,3})\b",)),
    ("name", False, (r"^(?:full |first )?name(?: is|:) ?(?P<value>.+)",)),
    ("nickname", False, (r"^(?:goes by|nickname is|prefers to be called|wants to be called) (?P<value>.+)",)),
    ("marital", False, (
        r"^(?:is |recently |newly |now |happily |currently |got |has been |getting )*"
        r"(?P<value>married|divorced|engaged|single|widowed|separated)\b",
    )),
    ("diet", False, (
        r"^(?:is |now |currently |has been |became |went |strictly |mostly |an? )*"
        r"(?P<value>vegetarian|vegan|pescatarian|keto|paleo|omnivore)\b",
        r"^diet(?: is|:) ?(?P<value>.+)",
    )),
    ("birthday", False, (
        r"^(?:birthday|birth ?date|date of birth)(?: is|:) ?(?P<value>.+)",
            r"^(?:was )?born (?:on (?=[A-Z\d])|(?=\d))(?P<value>.+)",
        r"^(?:was )?born\b.*?\b(?P<value>(?:19|20)\d\d)\b",
    )),
    ("phone", False, (
        r"^(?:new |mobile |cell |current )*(?:phone|mobile|cell|telephone)(?: number)?(?: is"
        r"|:) ?(?P<value>\+?[\d(].+)",
    )),
    ("email", False, (r"^(?:new |current |personal )*e-?mail(?: address)?(?: is|:) ?(?P<value>\S+@\S+)",)),
    ("address", False, (r"^(?:new |home |current |mailing )*address(?: is|:) ?(?P<value>.+)",)),
    ("height", False, (
        r"^(?:is )?(?P<value>[\d'.,]+ ?(?:cm|m|ft|feet|foot)?[\d \"]*(?:in|inches)?) tall",
            r"^height(?: is|:) ?(?P<value>.+)",
    )),
    ("weight", False, (
        r"^(?:now |currently )?weighs? (?:about |around )?(?P<value>[\d.,]+ ?(?:kg|lbs?|pounds|kilos"
        r"|stone)?)",
        r"^weight(?: is|:) ?(?P<value>.+)",
    )),
    ("car", False, (
        r"^(?:now |currently )?drives (?:an? |their )?(?P<value>(?!to\b|for\b|every\b).+)",
        r"^(?:new )?car is (?:an? |(?=(?-i:[A-Z])|\d))(?P<value>.+)",
    )),
    ("car", True, (r"^bought (?:a new car|an? new .*\bcar)\b(?P<value>.*)",)),
    ("pronouns", False, (r"^pronouns(?: are|:) ?(?P<value>.+)", r"^uses (?P<value>\w+/\w+) pronouns")),
)  # fmt: skip

KEYS: tuple[tuple[str, bool, re.Pattern[str]], ...] = tuple(
    (key, event, re.compile(pattern, re.IGNORECASE))
    for key, event, patterns in _TABLE
    for pattern in patterns
)
"""Attribute, whether it tells of an event, and its pattern; the first that matches counts."""

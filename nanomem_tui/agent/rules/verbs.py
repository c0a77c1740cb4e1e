"""English verb forms: who does what, when. Knows words only, not what a fact or a memory is."""

import re
from functools import cache

from nanomem_tui.agent.rules.words import words

# base -> past, where the past is not regular. A past equal to its base is listed in `UNCHANGED`.
_IRREGULAR = """
be was, become became, begin began, bite bit, blow blew, break broke, bring brought, build built,
burn burnt, buy bought, catch caught, choose chose, come came, deal dealt, do did, draw drew, dream
dreamt, drink drank, drive drove, eat ate, fall fell, feed fed, feel felt, fight fought, find found,
fly flew, forget forgot, freeze froze, get got, give gave, go went, grow grew, have had, hear heard,
hide hid, hold held, keep kept, know knew, lead led, learn learnt, leave left, lend lent, lose lost,
make made, mean meant, meet met, pay paid, ride rode, ring rang, rise rose, run ran, say said, see
saw, sell sold, send sent, shoot shot, show showed, sing sang, sit sat, sleep slept, speak spoke,
spend spent, stand stood, steal stole, swim swam, take took, teach taught, tell told, think thought,
throw threw, understand understood, wake woke, wear wore, win won, write wrote, tear tore, swear
swore
"""

UNCHANGED = words("cut hit hurt quit put set split spread cost let read shut bet")
"""Verbs whose past looks like their base."""

_REGULAR = """
add adopt adore agree aim allow announce appear apply approve argue arrive ask attack attend attract
avoid award babysit back bake bark bathe battle beg behave believe belong bicker bike blame bless
block blog boil book borrow bother bounce bowl breed brew brush bury call calm camp cancel care
carry cause celebrate change chase chat cheat check cheer chew claim clean climb close co-own coach
code collapse collect comb combine comfort command communicate commute compete complain complete
concentrate confess confuse connect consider consult contain continue contract contribute control
cook cope correct cost cough count cover crash crave create criticize cross cry cure cycle damage
dance date daydream decide decorate deliver deny depart depend deserve design despise detest develop die
dine disagree disappear disapprove discover discuss dislike divorce donate doubt download drag drop
dye earn edit educate email embarrass embrace emigrate empty encourage end enjoy enroll enter
entertain escape examine excite excuse exercise exist expand expect experience expire explain
explore fail farm fast fear fetch fill finish fish fix focus fold follow force foster freelance
frighten gamble garden gather glow grab graduate greet grill guarantee guess guide handle happen
hate head heal help hike hire hoard homeschool hope host hug hum hunt hurry identify ignore imagine
immigrate impress improve include increase influence inform inherit injure inspect inspire install
intend interrupt introduce invest investigate invite iron irritate itch jog join journal juggle jump
kayak kick kill kiss knit knock lack last laugh launch lease lift like listen live loathe lock log
look love maintain major manage marry master matter meditate melt mend mention mentor microdose
migrate mind miss mix moderate monitor mop move mow multiply murder name nap need neglect nod notice
nurse observe obtain occur offend offer open operate order organize overthink owe own pack paint
participate pass pause peel perform photograph pick pinch plan plant play polish possess post pour
practice practise pray preach prefer prepare preserve press pretend prevent procrastinate produce
program promise protect provide publish pull punch punish purchase push question raise reach realize
receive recognize recommend record recover reduce reflect refuse regret regularize relax release
relocate rely remain remember remind remove renew renovate rent repair repeat replace reply report
represent request require rescue research reserve reside respect rest retire return reveal review
rinse risk rob row rule rush sail satisfy save scare scold scratch scream sculpt search seem
separate serve settle sew share shave shelter shiver shock shop shout sigh sign skate sketch ski
skip slip slow smell smoke sneeze sniff snore snowboard soak soothe sound speak specialize spoil
sponsor sprain spray squeeze stare start stay stir stop stream strengthen stretch struggle study
sublet subscribe succeed suffer suggest supply support suppose surf surprise surround suspect switch
talk taste tease telephone tempt tend terrify test text thank tire tolerate touch train transfer
translate trap travel treat trouble trust try tug turn tutor twist type undergo unite unlock unpack
use vacation value vanish vape vary visit volunteer vote wait walk wander want warm warn wash watch
wave weigh welcome whisper whistle wink wipe wish wonder work worry worship wrap wrestle yawn yell
"""

IRREGULAR_PAST: dict[str, str] = {pair.split()[0]: pair.split()[1] for pair in _IRREGULAR.split(",")}
BASES: frozenset[str] = words(_REGULAR) | frozenset(IRREGULAR_PAST) | UNCHANGED
"""Verbs known by name. Others are recognized by their ending and place."""
_PASTS = frozenset(IRREGULAR_PAST.values()) - {"wound"}
_NOT_PAST_ED = words("need feed speed breed bleed heed embed seed weed wed shed exceed succeed proceed")


@cache
def third_person(base: str) -> str:
    """`live` -> `lives`, `study` -> `studies`, `have` -> `has`."""
    special = {"have": "has", "do": "does", "be": "is", "am": "is", "are": "is"}
    if base in special:
        return special[base]
    if re.search(r"(?:s|sh|ch|x|z|o)$", base):
        return base + "es"
    if re.search(r"[^aeiou]y$", base):
        return base[:-1] + "ies"
    return base + "s"


@cache
def base_of_third(word: str) -> str | None:
    """`lives` -> `live`; None when `word` cannot be a third-person present."""
    special = {
        "has": "have",
        "does": "do",
        "is": "are",
        "was": "were",
        "goes": "go",
        "dies": "die",
        "ties": "tie",
    }
    if word in special:
        return special[word]
    if not re.fullmatch(r"[a-z]{2,}s", word) or word.endswith(("ss", "us", "is")):
        return None
    known = [base for base in (word[:-1], word[:-2], word[:-3] + "y") if base in BASES]
    for base in known:
        if third_person(base) == word:
            return base
    if word.endswith("ies"):
        return word[:-3] + "y"
    if re.search(r"(?:ss|sh|ch|x|z|o)es$", word):
        return word[:-2]
    return word[:-1]


@cache
def is_third(word: str) -> bool:
    """True for the third-person present of a known verb: `lives`, `has`."""
    base = base_of_third(word)
    return word in ("is", "has", "does") or (base is not None and base in BASES)


@cache
def past_of(base: str) -> str:
    """`live` -> `lived`, `study` -> `studied`, `go` -> `went`."""
    if base in IRREGULAR_PAST:
        return IRREGULAR_PAST[base]
    if base in UNCHANGED:
        return base
    if base.endswith("e"):
        return base + "d"
    if re.search(r"[^aeiou]y$", base):
        return base[:-1] + "ied"
    if re.search(r"^[^aeiou]*[aeiou][bdgklmnprt]$", base) or base in ("prefer", "regret", "transfer"):
        return base + base[-1] + "ed"
    return base + "ed"


@cache
def is_past(word: str) -> bool:
    """True when `word` can be a simple past: `moved`, `went`, `quit`."""
    if word in _PASTS or word in ("quit", "hurt", "were", "learned", "dreamed", "burned"):
        return True
    return word.endswith("ed") and word not in _NOT_PAST_ED and len(word) > 3


@cache
def is_base(word: str) -> bool:
    """True when `word` is a known verb in its base form."""
    return word in BASES


def agree(word: str) -> str:
    """The verb after `I` as it stands after he or she: `live` -> `lives`; a past stays."""
    if is_past(word):
        return word
    return third_person(word)


def conjugate_all(words: list[str]) -> list[str]:
    """Each verb of `words` agreed with the third person; adverbs and unknown words stay."""
    return [agree(word) if is_base(word) else word for word in words]


@cache
def stem(word: str) -> str:
    """A rough stem so that `allergies`, `allergy` and `allergic` meet. For comparing, never for showing."""
    word = word.casefold().replace("’", "'").removesuffix("'s").strip("'")
    irregular = _STEMS.get(word)
    if irregular:
        return irregular
    for ending, put in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: len(word) - len(ending)] + put
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 3 else word


_ENDINGS = (
    ("ically", "ic"), ("ies", "y"), ("ied", "y"), ("sses", "ss"), ("ings", ""), ("ing", ""), ("edly", ""),
    ("ed", ""), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("ss", "ss"), ("us", "us"),
    ("is", "is"), ("s", ""),
)  # fmt: skip
_STEMS = {past: base.removesuffix("e") for base, past in IRREGULAR_PAST.items()} | {
    "allergic": "allergy", "medicine": "medic", "medication": "medic", "medications": "medic", "meds":
    "medic", "employer": "work", "employed": "work", "job": "work", "company": "work", "children":
    "child", "kids": "child", "kid": "child", "wives": "wife", "people": "person", "birthdate":
    "birthday", "born": "birthday", "mom": "mother", "mum": "mother", "dad": "father", "favourite":
    "favorit", "preference": "prefer", "preferences": "prefer", "preferred": "prefer", "diet": "diet",
    "dietary": "diet", "residence": "liv", "phone": "phone", "telephone": "phone", "flat": "apartment",
    "lives": "liv", "live": "liv", "living": "liv", "lived": "liv", "has": "have", "had": "have",
    "does": "do", "did": "do", "was": "be", "were": "be", "is": "be", "are": "be", "am": "be",
    "married": "marry", "marital": "marry", "spouse": "marry", "studies": "study", "gone": "go", "film":
    "movi", "films": "movi", "movie": "movi", "movies": "movi", "teeth": "tooth",
}  # fmt: skip

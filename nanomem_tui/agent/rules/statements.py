"""What a sentence is: a statement worth keeping, or a question, a greeting, a request, …, with the reason.

Looks at one sentence in English, without its neighbors. Other languages are for `languages`.
"""

import re

from nanomem_tui.agent.rules.leads import Lead
from nanomem_tui.agent.rules.masks import mask
from nanomem_tui.agent.rules.verbs import is_past, is_third
from nanomem_tui.agent.rules.words import ATTRIBUTES, PEOPLE, PETS, words

_HEDGES = re.compile(
    r"\b(?:maybe|perhaps|probably|possibly|might|may have|i think|i believe|i guess|not sure|supposedly"
    r"|kind of|sort of"
    r"|i suspect|apparently|presumably|could be|may be|seems? to be)\b",
    re.IGNORECASE,
)


def is_hedged(statement: str) -> bool:
    """True when the person is not sure themself."""
    return bool(_HEDGES.search(mask(statement)[0]))


# Why a sentence is not kept

QUESTION = "a question"
GREETING = "a greeting or thanks"
REQUEST = "a request to the assistant"
HYPOTHETICAL = "hypothetical"
CHAT = "talk about the conversation"
PASSING = "true only for the moment"
UNCLEAR = "about somebody or something not named"
GENERAL = "nothing about you or the people and things of your life"

_ENDS_QUESTION = re.compile(r"[?？؟][\s\"'”’)\]?!？！]*$")
_GREETINGS = re.compile(
    r"(?:(?:hi|hello|hey|hiya|yo|howdy|greetings|good (?:morning|afternoon|evening|night|day)|welcome back"
    r"|bye|goodbye"
    r"|good ?bye|see you|see ya|cheers|thanks|thank you|thx|ty|many thanks|much appreciated"
    r"|you['’]?re welcome|ok|okay|k"
    r"|yes|yeah|yep|yup|no|nope|sure|great|cool|nice|perfect|awesome|amazing|wonderful|excellent|lovely"
    r"|brilliant|wow"
    r"|lol|haha+|hmm+|got it|i see|sounds good|makes sense|no problem|no worries|never ?mind|exactly|right"
    r"|correct|true"
    r"|good|fine|alright|interesting|please|agreed|done|test|testing|best|regards|best regards"
    r"|kind regards|sincerely"
    r"|there|everyone|all|again|so much|very much|a lot|a bunch|for (?:your|the|all your|all the) (?:help"
    r"|tips?|advice|info"
    r"|answer|quick reply|reply|time|explanation)|claude|chatgpt|assistant|that['’]?s (?:great|good"
    r"|helpful|perfect|nice|all)"
    r"|in advance|how are you|nice to meet you|have a (?:nice|great|good) (?:day|one|weekend|evening)"
    r"|you too|take care"
    r"|happy (?:birthday|new year|holidays)|merry christmas|congratulations|congrats|to you"
    r"|then)[\s,!.…:)(-]*)+",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:where|when)\s+(?:is|are|was|were|am|do|does|did|can|could|should|would|will|shall|has|have|to"
    r"|else)\b"
    r"|(?:what|who|whom|whose|which|why|how)(?:['’](?:s|re|d|ll))?\s+(?:is|are|was|were|am|do|does|did|can"
    r"|could"
    r"|should|would|will|shall|has|have|if|about|many|much|long|old|often|come|to|else|the|kind|time|i|you"
    r"|we|a|an|my)\b"
    r"|(?:what|who|how|where|when|why)['’](?:s|re|d)\b"
    r"|(?:do|does|did|can|could|should|would|will|shall|is|are|was|were|am|have|has|may|isn['’]t|aren['’]t"
    r"|don['’]t"
    r"|doesn['’]t|can['’]t|won['’]t) (?:i|you|we|he|she|it|they|there|this|that|these|those|my|your|the|a"
    r"|an|anyone"
    r"|someone|any)\b(?! to\b)"
    r"|any (?:ideas?|tips|suggestions|recommendations|advice|thoughts|chance)\b",
    re.IGNORECASE,
)
_IMPERATIVES = words("""
    write make give tell help explain show find suggest recommend list create translate summarize summarise
    rewrite fix let generate draft compare describe analyze analyse check convert calculate compute design
    plan prepare provide answer continue try use look search add remove delete change edit improve correct
    proofread rephrase paraphrase format outline propose pretend imagine act assume consider think review
    expand shorten simplify tldr debug implement refactor solve choose pick book order call send schedule
    remind set play open read bring get keep include avoid ignore stop start go come do don't dont please
    ask teach define evaluate estimate brainstorm discuss elaborate clarify respond reply repeat rank name
    identify build code run forget update see note say remember
""")
_NOTE_HEADS = words("play read code run build name use start stop go try look plan order call see keep set "
                    "note update change design list")  # fmt: skip
_REQUESTS = re.compile(
    r"(?:to-?do\b|please\b|pls\b|kindly\b|let['’]?s\b|let me (?:know|see|think)|help me\b|can you|could you"
    r"|would you|will you"
    r"|i(?: would|['’]d) (?:like|love|appreciate)(?: it if)? (?:you\b|(?:a|an|some|your|more|another"
    r"|to (?:know|hear|see|get|learn (?:more )?about"
    r"|ask|understand|have you|request|find out|discuss))\b)"
    r"|i(?: just| really| also)? (?:want|need|wish) (?:you\b|(?:a|an|some|your|more|another"
    r"|any) (?:[\w-]+ ){0,2}"
    r"(?:help|advice|suggestions?|ideas?|recipes?|tips?|recommendations?|list|summary|answer|explanation"
    r"|example|examples"
    r"|feedback|information|info|opinion|poem|story|essay|email|letter|plan|itinerary|script|function)"
    r"|to (?:know|ask|understand|see (?:a|an|some|the|how|what)|hear|find out|figure out)|help\b|advice\b"
    r"|suggestions\b|ideas\b)"
    r"|i(?:['’]m| am) (?:looking for (?:(?:a|an|some|any|the|your|more|good|new) )*(?:recipes?|advice"
    r"|suggestions?|tips?|ideas?"
    r"|recommendations?|restaurants?|books?|movies?|help|ways?|information|info|something|examples?|gifts?"
    r"|names?|places?)\b|wondering|curious|asking|hoping you|trying to (?:understand|figure out|find out"
    r"|decide))"
    r"|i was (?:wondering|hoping|thinking you)|i wonder|i have (?:a|another|one more|some|two) (?:quick "
    r"|follow-?up )?questions?"
    r"|(?:my|the|another) (?:next |second |first |follow-?up )?question (?:is|was)"
    r"|i (?:would|['’]d) appreciate|(?:make|be) sure (?:to|you)|do (?:it|that|this)\b|try again|go ahead"
    r"|keep going)",
    re.IGNORECASE,
)
_HYPOTHETICALS = re.compile(
    r"(?:if|suppose|supposing|imagine|assuming|what if|let['’]?s (?:say|assume|pretend|imagine)|pretend"
    r"|say i|unless|should i"
    r"|hypothetically|in case i|were i|had i)\b|i wish\b|if only\b",
    re.IGNORECASE,
)
_WOULD = re.compile(
    r"\b(?:i|we)(?: would|['’]d| could)\b(?! (?:like|love|prefer|rather|describe|call|say))", re.IGNORECASE
)
_CHAT = re.compile(
    r"(?:i (?:don['’]?t|do not|didn['’]?t|can['’]?t|cannot) (?:know|understand|get it|remember|see"
    r"|think so|mind|care|agree|believe (?:it|that|you))\b"
    r"(?! (?:how to|any|my|the name)\b|.*\b(?:spicy|swim|drive)\b)"
    r"|i (?:see|agree|disagree|understand|understood|know|guess so|think so|hope so|mean|got it"
    r"|tried (?:it|that|this)"
    r"|(?:really )?(?:like|love|hate|liked|loved|enjoyed) (?:it|that|this|these|those|your|the (?:idea"
    r"|answer|second|first|last|new)(?: \w+)?"
    r"(?: (?:version|one|option|idea|suggestion))?)|appreciate (?:it|that|your|the))(?=[\s.!,]*$|[.!,]"
    r"| very| so much| a lot)"
    r"|i (?:appreciate|like|love) your\b"
    r"|i(?:['’]m| am) (?:not sure|sorry|back|good|fine|ok|okay|ready|done|here|confused|lost|kidding"
    r"|joking|serious|listening"
    r"|doing (?:well|fine|good|great)|sure|afraid (?:so|not)|all set|curious)(?=[\s.!,]*$|[.!,]| thanks"
    r"| thank| about (?:that|this)\b| how\b| what\b)"
    r"|(?:that|this|it)(?:['’]s| is| was| sounds| looks| works| worked| makes| helps| helped| did| does"
    r"| isn['’]t| doesn['’]t| seems)\b"
    r"|(?:you|your|you['’]re|you['’]ve)\b|there (?:is|are|was|were)\b|here(?:['’]s| is| are)\b|the (?:code"
    r"|error|following|above|answer|weather|output|result)\b"
    r"|i got (?:an|this|the) error|as an ai\b|(?:these|those) (?:are|were|look|sound)\b|nothing (?:else"
    r"|much)\b|same here"
    r"|i(?:['’]ll| will) (?:try|do|check|let you know|get back|take a look|think about) (?:it|that|this"
    r"|out|them)?"
    r"|(?:it|that)['’]?(?:ll| will)\b|not (?:really|yet|sure|bad)\b[\s.!]*$|one (?:sec|moment|second)\b)",
    re.IGNORECASE,
)


_OPINION = re.compile(
    r"i (?:do )?(?:think|guess|feel|believe|suppose|find) (?:like |that (?=it|that|this|you))?", re.IGNORECASE
)
_PASSING = re.compile(
    r"(?:i (?:can['’]?t|cannot) wait\b|i (?:just )?want to (?:go home|sleep|leave|eat|rest)\b[\s.!]*$"
    r"|i(?:['’]m| am) (?:so |very |really |a bit |a little |just |feeling |super |pretty "
    r"|too )*(?:excited|hungry|tired|thirsty|bored|happy|sad|busy"
    r"|sleepy|full|late|nervous|stressed|cold|hot|exhausted|angry|annoyed|frustrated|lost|drunk|awake"
    r"|impressed|amazed|surprised|relieved|grateful|scared)"
    r"(?: (?:today|now|right now|tonight|for (?:it|this|that)))?[\s.!)(:]*$"
    r"|i(?:['’]m| am) (?:going|off|heading|about|on my way) (?:to )?(?:to )?(?:bed|sleep|lunch|eat"
    r"|the (?:gym|store|shop|office|toilet|bathroom|shower)|shower|work|home|out)\b"
    r"(?:[\s.!]*$| (?:now|soon|in a (?:bit|minute|moment)))|i(?:['’]ll| will) be (?:right back|back)|brb\b"
    r"|i (?:just )?(?:feel|felt) (?:so |very |really |a bit |a little )?(?:tired|good|bad|great|fine"
    r"|better|sick|happy|sad|sleepy|awful|terrible)(?: (?:today|now))?[\s.!]*$"
    r"|i (?:just )?(?:woke up|had (?:lunch|dinner|breakfast|coffee)|ate)\b[\w ]{0,20}[\s.!]*$)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"^[\w' ]{1,25}\b(?:loves?|likes?|hates?|enjoys?|tried|did|does|wants?|needs?|think|thinks|said"
    r"|uses?) (?:it|that|this|so)"
    r"(?: too| very much| so much| a lot)?[\s.!]*$",
    re.IGNORECASE,
)
"""All it says lies in a word that points to another sentence."""


_CALLED = re.compile(
    r"(?:you can|please|you may|just)? ?call me (?:(?:at|on) (?=[+\d(])|(?!(?:at|on|in|by|if|when|once|as"
    r"|before|after|back|again|later|any|now|soon|first|every|maybe|today|tonight|tomorrow)\b)[A-Z])",
    re.IGNORECASE,
)
"""A name or a number; not a request to ring up."""
_NOWHERE = re.compile(
    r"i(?:['’]ve| have)? (?:never|not|already|just|only)? ?(?:been|was|went|go|lived?|worked?|stayed?) "
    r"(?:over )?there(?: (?:yet|before|once|twice|now|too))?[\s.!]*$",
    re.IGNORECASE,
)
"""A place that another sentence names."""


def why_not(statement: str, lead: Lead) -> str:
    """Why a statement, without its lead, is not kept; "" when it may be.

    Whether a third-person statement belongs to the person's life is for `about_life`.
    """
    bare = statement.strip(" \t\n\"'“”*_-–—•")
    if not bare or _GREETINGS.fullmatch(bare):
        return GREETING
    if _ENDS_QUESTION.search(bare) and not lead.remember:
        return QUESTION
    if _CALLED.match(bare):
        return ""
    if _ASKS.match(bare) and not lead.remember:
        return QUESTION
    if _HYPOTHETICALS.match(bare) or _WOULD.search(bare):
        return HYPOTHETICAL
    if _REQUESTS.match(bare):
        return REQUEST
    if _is_order(bare):
        return REQUEST
    opinion = _OPINION.sub("", bare)
    if _CHAT.match(bare) or _ELSEWHERE.search(bare) or (opinion != bare and _CHAT.match(opinion)):
        return CHAT
    if _PASSING.match(bare):
        return PASSING
    if _NOWHERE.match(bare) or re.match(r"(?:she|he|they|it)\b(?!.*\bcalls? me\b)", bare, re.IGNORECASE):
        return UNCLEAR
    return ""


def _is_order(bare: str) -> bool:
    """True for an imperative: a bare verb in front, and not the head of a short note."""
    first = re.match(r"[A-Za-z'’]+", bare)
    word = first[0].casefold() if first else ""
    if word not in _IMPERATIVES:
        return False
    rest = bare[len(word) :]
    if word == "name" and re.match(r"\s*(?:is\b|:)", rest):
        return False
    if rest.lstrip().startswith(":") and word in _NOTE_HEADS:
        return False
    return bool(rest.strip())


_NAMED = re.compile(
    r"[A-Z][\w-]*(?: [A-Z][\w-]*)*(?:['’]s? [\w-]+(?: [\w-]+)?)? (?P<verb>[a-z]+(?:n['’]t)?)\b"
)
_OF_PEOPLE = words("""
    is was has had can will cannot does and lives works likes loves hates prefers plays studies
    speaks drives owns wants says knows teaches runs goes eats drinks needs calls visits thinks
    enjoys collects smokes dislikes moved got started joined married called told visited went
    graduated retired died gave said bought adopted lived worked broke turned asked gets turns
    became left quit sold helped doesn't isn't can't won't didn't
""")
"""Verbs that make a statement about a name one about a person."""
_GENERAL_COPULA = re.compile(r" (?:is|are|was|were) (?:(?:the|an?) (?:[\w-]+ )?(?:capital|largest|biggest"
                             r"|smallest|best|most|first|longest"
                             r"|highest|country|city|language|planet|kind|type|form|species|metal|river)\b"
                             r"|located\b|called\b)")  # fmt: skip
_LIFE = re.compile(
    r"(?<![\w'’])(?:i|i['’]\w+|im|ive|me|my|mine|myself|we|our|ours|us)(?![\w])", re.IGNORECASE
)
_KEY_VALUE = re.compile(r"[\w'’ /-]{2,40}\s*[:=：]\s*\S")
_FRAGMENT_HEADS = words("""
    allergic vegetarian vegan married single divorced engaged pregnant retired born based interested lactose
    gluten diabetic left-handed right-handed from works lives likes loves hates prefers enjoys plays speaks
    studies drives owns uses has does is wants plans goes grew moved started worked lived visited bought
    currently usually always never no not working living learning studying training fluent native
    father mother parent owner ceo engineer software senior junior freelance self-employed unemployed
    member lead head phd also still new used graduated diagnosed celiac coeliac intolerant takes type
    name birthday age height weight email phone address
""")
_THINGS = words("""
    wifi wi-fi password code key keys landlord kids baby wedding meeting appointment flight project deadline
    office house apartment flat car garage alarm rent mortgage lease family dog cat puppy kitten team trip
    passport doctor dentist school boss interview exam move baby's
""")


def about_life(statement: str, *, own_words: bool) -> bool:
    """True when a statement speaks of the person or of people and things of their life.

    Args:
        statement: a sentence that `why_not` lets pass.
        own_words: the person handed the text over as a note, so that fragments and named people count.
    """
    if _LIFE.search(statement):
        return True
    if not own_words:
        return False
    first = re.match(r"[\w'’-]+", statement)
    word = first[0].casefold().replace("’", "'").removesuffix("'s") if first else ""
    if _KEY_VALUE.match(statement) or word in _FRAGMENT_HEADS or word in PEOPLE | PETS or word in ATTRIBUTES:
        return True
    if first and (is_third(first[0].casefold()) or is_past(first[0].casefold())):
        return True
    if re.match(r"\d{1,3}(?: |-)years?(?: |-)old", statement):
        return True
    if re.match(r"(?:no|one|two|three|four|five|\d+) ", statement, re.IGNORECASE):
        return bool(set(re.findall(r"[a-z-]+", statement.casefold())) & (PEOPLE | PETS))
    if thing := re.match(r"(?:the|a|this year['’]s) (?:[\w-]+ )?([\w'-]+)", statement, re.IGNORECASE):
        return bool(set(re.findall(r"[a-z-]+", thing[0].casefold())) & _THINGS)
    named = _NAMED.match(statement)
    if named and not _GENERAL_COPULA.search(statement):
        verb = named["verb"].casefold()
        return verb in _OF_PEOPLE
    return False

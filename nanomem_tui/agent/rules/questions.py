"""How questions are put, and what each kind of question needs to know. Data only.

Names of kinds are those of the lexicon; a `~` asks for a narrower thing: `home~` the home itself,
`travel~preference` how one likes to travel, `trip~named` a trip the question names.
"""

import re

from nanomem_tui.agent.rules.lexicon import OCCUPATIONS
from nanomem_tui.agent.rules.verbs import stem
from nanomem_tui.agent.rules.words import words

EVERYTHING = re.compile(
    r"\bwhat (?:all )?(?:do|did|can|have|else do) you (?:know|remember|recall|learn(?:ed|t)?|tell me"
    r"|stored?|saved?|have)"
    r"(?: (?:so far|in memory|on file|stored|saved))?(?: (?:about|on|of) (?:me|myself))?\W*$"
    r"|\bwho am i\b|\btell me (?:everything|all|something)? ?(?:you know )?about (?:me|myself)\b"
    r"|\beverything (?:you know|about me|i told you|you have)|\bwhat have i told you\b|\bintroduce me\b"
    r"|^about me\W*$"
    r"|\b(?:list|show|give|summari[sz]e) (?:me )?(?:all|everything|my (?:whole )?(?:memory|memories"
    r"|profile|facts|life))"
    r"|\bmy (?:whole )?profile\b|\bdescribe me\b|\bwhat do you know\W*$",
    re.IGNORECASE,
)
KNOW_ABOUT_ME = re.compile(
    r"\b(?:what|which|anything|things?)\b.*\b(?:should|must|need to|ought to|would|might)\b.*\bknow\b",
    re.IGNORECASE,
)
PAST_ONLY = re.compile(r"\b(?:before|used to|previous(?:ly)?|former(?:ly)?|in the past|past|earlier"
                        r"|old (?:job|address|home|phone|city|employer)|last (?:job|address)"
                        r"|no longer|ex-|back then|originally)\b", re.IGNORECASE)  # fmt: skip
ALL_TIMES = re.compile(r"\bhave i\b|\bever\b|\bhistory\b|\b(?:companies|cities|places|jobs)\b", re.IGNORECASE)
PAST_TOO = re.compile(r"\b(?:did|was|were|ever|history|when|since when|how long|changed)\b", re.IGNORECASE)

KEYS: tuple[tuple[re.Pattern[str], tuple[str, ...], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), keys, search)
    for pattern, keys, search in (
        (r"\bwhere\b.*\b(?:live|lives|living|lived|based|reside|move|moved|home)\b|\b(?:which"
         r"|what) (?:city|town|country|place|state)\b.*\b(?:live|in|from|based|home)\b"
         r"|\bmy (?:home ?town|home city|city|hometown|home|place of residence|location)\b(?! (?:office"
         r"|gym))|\bcity do i\b|\bwhere am i(?: now| living| based| located)?\W*$",
         ("home",), "lives moved home city living relocated"),
        (r"\bwhere\b.*\b(?:work|works|worked|working)\b|\bwho\b.*\bwork(?:s|ed)? for\b|\bemployer\b"
         r"|\b(?:which|what) compan(?:y|ies)\b|\bworked for\b|\bworkplace\b",
         ("employer",), "works job employer company started joined"),
        (r"\bwhat (?:do|does|did) .{1,20} do (?:for (?:a living|work))?\W*$|\b(?:my|'s) (?:job|occupation"
         r"|profession|job title|career|role|work)\b|\bfor a living\b",
         ("employer", "occupation"), "works job occupation is profession"),
        (rf"\bam i (?:an? |the )?(?:{OCCUPATIONS})\b", ("occupation", "employer"), "works as job is"),
        (r"\bhow old\b|\bmy age\b|\bage\b.*\bam i\b", ("age", "birthday"), "years old age birthday born"),
        (r"\bwhat(?:'s| is| was) my (?:full |first |last )?name\b|\bmy name\b", ("name", "nickname"),
            "name goes by"),
        (r"'s (?:full |first |last )?name\b|\bname of my\b|\bwhat(?:'s| is| are) .* (?:called|named)\b", (
            "name", "who"), "name named called"),
        (r"\bbirthday\b(?! (?:presents?|gifts?|party|dinner|trip|card|cake))|\bborn\b|\bbirth ?date\b"
         r"|date of birth", ("birthday",), "birthday born"),
        (r"\bphone\b|\bmobile\b|\bcall me\b|\bnumber\b(?=.*\b(?:reach|call|phone))", ("phone",),
            "phone number mobile"),
        (r"\be-?mail address\b|\bmy e-?mail\b", ("email",), "email address"),
        (r"\baddress\b(?<!email address)(?<!e-mail address)", ("address", "home"),
            "address street lives home"),
        (r"\b(?:am i|is my .+) (?:married|single|engaged|divorced)\b|\bmarital|\brelationship status"
         r"|\bspouse\b|\bmy partner\b",
         ("marital",), "married single engaged wife husband partner"),
        (r"\b(?:which|what|my) car\b|\bdo i drive\b|\bcar do i\b", ("car",), "car drives"),
        (r"\bpronouns\b", ("pronouns",), "pronouns"),
        (r"\bhow tall\b|\bmy height\b", ("height",), "tall height cm"),
        (r"\bhow (?:heavy|much do i weigh)\b|\bmy weight\b|\bi weigh\b", ("weight",), "weighs weight kg"),
        (r"\bam i (?:a )?(?:vegan|vegetarian|pescatarian)\b|\bmy diet\b", ("diet",),
            "vegetarian vegan diet eats"),
    )
)  # fmt: skip

NEEDS: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kinds, search)
    for pattern, kinds, search in (
        (r"\bdoctors?\b|\bphysician|\bmedical\b|\bhealth\b|\bhospital|\bparamedic|\bemergency\b|\bsurgeon"
         r"|(?<!am i a )\bnurse\b|\bpharmac|\bclinic|\bdentist\b|\banesthe|\bsymptoms?\b|\bfirst aid|\ber\b"
         r"|\bprescri|\bvaccin|\bantibiotic|\bpainkiller|\bheadache|\bmedicine|\bwhat can i take\b"
         r"|\b(?:can|may|should) i take\b|\bsafe (?:for me )?to take\b|cillin\b"
         r"|\bibuprofen\b|\baspirin\b|\bparacetamol\b"
         r"|\bcheck-?up\b",
         "allergy condition medication injury",
         "allergic allergy intolerant; condition diagnosed diabetes asthma blood pressure surgery "
         "pregnant; medication takes prescribed mg; injury broke sprained hurt"),
        (r"\brestaurants?\b|\bdinner\b|\blunch\b|\bbreakfast\b|\bbrunch\b|\beat(?:ing)?\b|\bmeals?\b"
         r"|\btable for\b|\breservation\b|\brecipes?\b|\bcook(?:ing)?\b|\bfoods?\b|\bmenus?\b|\bsnacks?\b"
         r"|\btake-?out\b|\bcater|\bgrocer"
         r"|\bcuisine"
         r"|\bbak(?:e|ing)\b|\bdishes\b|\bdish\b|\bpotluck\b|\bbarbecue\b|\bpicnic\b|\bdrinks?\b|\bcafe\b"
         r"|\bpizza\b",
         "diet food allergy", "vegetarian vegan diet eat meat; allergic allergy intolerant; likes food "
                              "cuisine dish spicy coffee drinks"),
        (r"\btrips?\b|\btravel|\bvacations?\b|\bholidays?\b|\bflights?\b|\bfly\b|\bitinerar|\bhotels?\b"
         r"|\bpack(?:ing)? (?:for|list)\b|\babroad\b|\bgetaway\b|\broad ?trip|\bairbnb|\bairport\b"
         r"|\bweekend away\b|\bseat\b"
         r"|\bvisit(?:ing)? [A-Z]",
         "home~ travel~preference trip~named", "lives moved home city; prefers seat window aisle hotel "
                                               "flight travel passport; trip visiting traveling"),
        (r"\b(?:get|buy) (?:for )?my \w+\b|\bgifts?\b|\bpresents?\b(?! (?:a|the|at))|\bsurprise\b",
            "hobby preference food pet", "likes loves enjoys favorite hobby interests"),
        (r"\bwork ?outs?\b|\bexercis|\bgym\b|\bfitness\b|\btraining (?:plan|program|schedule)|\bmarathon\b"
         r"|\brunning\b|\byoga\b|\bget fit\b|\blose weight\b|\bstretch",
         "fitness injury condition", "runs gym fitness exercise training; injury broke hurt sprained bad "
                                     "knee back; asthma condition"),
        (r"\bcv\b|\bresume\b|\brésumé\b|\bcover letter|\blinkedin\b|\bjob application|\bbio\b|\bcareer\b"
         r"|\bjob interview", "work education project language tech",
         "works job employer engineer manager; studied degree university; project; speaks language"),
        (r"\bbudget|\binvest|\bmoney\b|\bsavings?\b|\bfinanc|\bmortgage\b|\bloan\b"
         r"|\bretire(?:ment)?\b|\bsalary\b|\bdebts?\b|\bafford\b", "finance",
         "salary income savings budget loan mortgage invests tax bank"),
        (r"\bbooks?\b(?! (?:me|us|an?|the)\b)|\bmovies?\b|\bfilms?\b|\bmusic\b|\bconcerts?\b|\bto watch\b"
         r"|\bto read\b|\bpodcasts?\b|\bgames?\b|\bhobb|\bbored\b|\bfree time\b|\bthings to do\b|\bactivit"
         r"|\bfor fun\b|\bmy interests\b|\bsports?\b|\bweekend plans?\b|\bdo this weekend\b",
         "hobby", "hobby likes enjoys plays reads books movies music hiking"),
        (r"\blaptop|\bcomputers?\b|\bcode\b|\bcoding\b|\bprogram(?:ming)?\b|\bscript\b|\bsoftware\b"
         r"|\beditor\b|\bterminal\b|\bprogramming language", "tech",
             "uses laptop linux python editor programming"),
        (r"\bweather\b|\bnear me\b|\bnearby\b|\baround here\b|\bin my area\b|\blocal\b|\btime ?zone\b"
         r"|\bcommute\b|\bclose to home\b|\bmy city\b", "home~", "lives moved home city"),
        (r"\bgoals?\b|\bresolutions?\b|\bmy plans\b|\bplans do i\b|\bbucket list\b|\bwant to (?:do"
         r"|achieve)\b", "goal project", "wants plans goal hopes planning"),
        (r"\bgoing on\b|\bupcoming\b|\bcalendar\b|\bagenda\b|\bmy schedule\b|\bcoming up\b|\b(?:do"
         r"|have) i (?:have )?.*\b(?:today|tomorrow|this week|next week|next month|this weekend)\b",
         "appointment event trip", "appointment meeting trip flight visiting deadline"),
        (r"\bcommunicat|\brespond to me\b|\banswer me\b|\btalk to me\b|\baddress me\b|\bwrite to me\b"
         r"|\bstyle of answers?\b", "communication", "prefers answers responses short bullet"),
        (r"\bfamily\b|\brelatives\b", "family", "sister brother wife husband mother father kids married"),
        (r"\bpets?\b|\banimals?\b", "pet", "dog cat pet named"),
        (r"\bfriends?\b(?! request)", "friend", "friend friends"),
        (r"\blanguages?\b(?<!programming language)(?<!programming languages)|\bdo i speak\b", "language",
            "speaks language fluent learning native"),
        (r"\bschool\b|\bstudy\b|\bstudies\b|\bdegree\b|\buniversity\b|\bcollege\b|\beducation\b|\bmajor\b",
            "education", "studies degree university graduated school"),
    )
)  # fmt: skip
TASTES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(fits, re.IGNORECASE))
    for asked, fits in (
        (r"\bbooks?\b|\bto read\b|\bnovels?\b", r"\b(?:reads?|reading|books?|novels?|fiction|authors?"
                                                r"|poetry)\b"),
        (r"\bmovies?\b|\bfilms?\b|\bto watch\b|\bseries\b", r"\b(?:movies?|films?|watch\w*|series|cinema"
                                                            r"|shows?|anime|documentar\w+)\b"),
        (r"\bmusic\b|\bconcerts?\b|\bsongs?\b|\bplaylist", r"\b(?:music|bands?|listens?|songs?|concerts?"
                                                           r"|guitar|piano|jazz|rock|fan of)\b"),
        (r"\beditor\b", r"\b(?:vim|neovim|emacs|vs ?code|editor|ide|sublime|nano)\b"),
        (r"\blaptop|\bcomputer", r"\b(?:laptop|macbook|thinkpad|computer|desktop|imac|pc)\b"),
        (r"\bphone\b", r"\b(?:phone|iphone|android|pixel|galaxy)\b"),
        (r"\bsalary\b|\bearn\b|\bmoney do i make\b|\bincome\b", r"\b(?:earns?|salary|income|makes|paid)\b"),
        (r"\bsports?\b", r"\b(?:tennis|soccer|football|basketball|runs|swims|climb\w*|hik\w+|cycl\w+"
                         r"|surf\w*|ski\w*|yoga|sports?)\b"),
        (r"\bgames?\b", r"\b(?:games?|gaming|chess|plays)\b"),
        (r"\bcoffee\b|\bdrinks?\b|\bcafe\b", r"\b(?:coffee|tea|drinks?|espresso|latte|alcohol|wine|beer"
                                             r"|lactose|milk|caffeine)\b"),
    )
)  # fmt: skip
GENERIC = frozenset(
    stem(word)
    for word in words("""
        one two three four five six
        recommend suggestion suggest good best great nice plan planning idea ideas tonight
        today
        tomorrow find looking look think thought name names called know remember tell about things
        stuff favorite kind type recommendations advice tips should could consider everything
        information info details list show question live work month week year day time long old new
        place places next weekend write create prepare choose pick buy book start ask asked say said
        person people else many much currently still again exactly please where when
    """)
)
NOT_ROLES = words("""
    pet pets doctor dentist assistant coach family client employee trainer baby lawyer accountant nanny
    vet mentor
""")
DIRECT: dict[str, str] = {
    "allergy": r"\ballerg|\bintoleran",
    "medication": r"\bmedications?\b|\bmeds\b|\bpills\b|\bmedicines? do i\b",
    "condition": r"\bconditions?\b|\bdiagnos|\bchronic\b|\billness",
    "injury": r"\binjur",
    "appointment": r"\bappointments?\b",
    "trip": r"\b(?:my|our|upcoming|next) (?:next |upcoming )?(?:trips?|vacation|flight)\b(?=.*\b(?:when"
            r"|where|what|which)\b)|\b(?:when|where)\b.*\b(?:trip|flight|vacation)\b",
    "travel preference": r"\btravel preferences?\b|\bseats?\b",
    "hobby": r"\bhobb(?:y|ies)\b",
    "project": r"\bprojects?\b",
}  # fmt: skip
"""Kinds that a question names outright: then nothing else is meant."""

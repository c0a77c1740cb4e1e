"""What kinds of things people tell about themselves, how a note of each kind reads, and where it is filed.

Data only. A kind's pattern is matched against the archival text in lower case; the first kind that matches
decides the file, all that match decide what a note answers.
"""

import re
from dataclasses import dataclass

from nanomem_tui.agent.rules.words import BODY, CARERS, COLLEAGUES, FAMILY, FRIENDS, OTHER_PEOPLE, PETS


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of note."""

    name: str
    path: str
    """The memory file it is filed in where the tree has no better one."""
    filing: str
    """Words of paths and descriptions that fit it."""
    pattern: re.Pattern[str]


def _kind(name: str, path: str, filing: str, *patterns: str) -> Kind:
    return Kind(name, path, filing, re.compile("|".join(patterns), re.IGNORECASE))


def _any(names: frozenset[str]) -> str:
    return "(?:" + "|".join(sorted(names, key=len, reverse=True)) + ")"


OCCUPATIONS = (
    "engineer|developer|programmer|nurse|teacher|doctor|lawyer|accountant|designer|manager|scientist"
    "|researcher"
    "|professor|student|chef|cook|waiter|waitress|barista|driver|pilot|electrician|plumber|carpenter"
    "|architect"
    "|journalist|writer|author|editor|translator|consultant|analyst|therapist|psychologist|dentist"
    "|pharmacist"
    "|veterinarian|librarian|salesperson|cashier|mechanic|farmer|firefighter|police officer|soldier"
    "|musician"
    "|artist|actor|actress|photographer|freelancer|founder|ceo|cto|cfo|director|intern|paramedic|surgeon"
    "|product manager|data scientist|paralegal|receptionist|secretary|hairdresser|tutor|physicist"
    "|biologist|chemist"
    "|economist|banker|trader|realtor|contractor|technician|administrator|sysadmin|devops|bartender|baker"
    "|midwife"
)
FOODS = (
    "meat|pork|beef|fish|seafood|shellfish|shrimp|chicken|eggs?|dairy|milk|cheese|gluten|wheat|soy"
    "|peanuts?|nuts?|tree nuts"
    "|almonds?|cashews?|walnuts?|hazelnuts?|sesame|lactose|sugar|strawberr(?:y|ies)|kiwis?|mango(?:es)?"
    "|bananas?|tomato(?:es)?|garlic"
    "|onions?|mushrooms?|cilantro|coriander|olives?|avocados?|chocolate|celery|mustard|lupin|caffeine"
    "|alcohol"
)
LANGUAGES = (
    "english|french|german|spanish|italian|portuguese|dutch|russian|ukrainian|polish|czech|greek|turkish"
    "|arabic|hebrew|hindi"
    "|urdu|bengali|chinese|mandarin|cantonese|japanese|korean|vietnamese|thai|swedish|norwegian|danish"
    "|finnish|hungarian"
    "|romanian|latin|catalan|irish|welsh|persian|farsi|swahili|indonesian|tagalog|asl"
)
_HOBBIES = (
    r"hobb(?:y|ies)|hik(?:es?|ing)|climb(?:s|ing)|paint(?:s|ing)\b|draw(?:s|ing)\b|photograph|gardening"
    r"|knit|sew(?:s|ing)\b|crochet"
    r"|pottery|woodwork|surf(?:s|ing)|ski(?:s|ing)\b|snowboard|camping|fishing|kayak|sail(?:s|ing)"
    r"|danc(?:es?|ing)|sing(?:s|ing)\b|choir"
    r"|origami|birdwatching|birding|astronomy|collects|board games?|chess|video games?|gaming|gamer"
    r"|videogames|books?\b|novels?|read(?:s|ing)\b"
    r"|movies?|films?|music|concerts?|band\b|podcasts?|anime|manga|netflix|tv (?:show|series)|theat(?:er"
    r"|re)|opera|jazz|museums?"
    r"|guitar|piano|violin|drums|cello|saxophone|flute|ukulele|tennis|soccer|football|basketball"
    r"|volleyball|golf|badminton|squash"
    r"|cricket|rugby|hockey|baseball|martial arts|judo|karate|boxing|horse riding|chess"
)

KINDS: tuple[Kind, ...] = (
    _kind("communication", "preferences/communication.md",
        "communication style answers assistant responses preferences",
          r"(?:prefers?|likes?|wants?|needs?|hates?|dislikes?).*\b(?:answers?|responses?|repl(?:y|ies)"
          r"|explanations?|bullet points?"
          r"|summaries|tone|emojis?|metric|units|celsius|to be addressed)\b",
              r"\bpronouns\b|\bwants assistants to\b"),
    _kind("contact", "personal/contact.md", "contact phone email address",
          r"\b(?:phone|mobile|cell|telephone)(?: number)?(?: is\b|:).*\d|\bphone number\b",
              r"e-?mail(?: address)? (?:is|:)"
              r"|[\w.+-]+@[\w-]+\.\w+",
          r"\b(?:address|postcode|zip code|emergency contact|whatsapp|instagram|twitter|linkedin"
          r"|website)\b.*(?: is |:)"),
    _kind("kin", "personal/family.md", "family relatives people relationships",
          rf"^(?:has|had|does not have|expecting) (?:[\w-]+ ){{0,3}}{_any(FAMILY - {'family'})}\b"),
    _kind("animal", "personal/pets.md", "pets pet animals dog cat family",
          rf"^(?:has|got|adopted|owns) (?:[\w-]+ ){{0,3}}{_any(PETS)}\b(?! allergy)"),
    _kind("pastime", "hobbies/interests.md", "hobbies interests leisure fun sport music books",
          r"^hobb(?:y|ies)\b|\b(?:hobby|passion)$"),
    _kind("outing", "plans/upcoming.md", "plans upcoming calendar events schedule",
          r"^(?:meeting|seeing|having|hosting|attending)\b.*\d{4}-\d\d"),
    _kind("post", "work/job.md", "work job career employment profession",
          r"^(?:works?|working|teaches|employed|self-employed)\b(?! (?:on|out)\b)",
          r"\bon (?:[\w-]+ )?leave\b", r"\bfired\b|^(?:left|quit) (?-i:[A-Z])"),
    _kind("allergy", "health/allergies.md", "allergies allergy health medical",
          r"\ballerg", r"\b(?:in|not )tolera(?:nt|te)|\bhives\b|anaphyla|hay ?fever|epi-?pen|celiac|coeliac"),
    _kind("injury", "health/conditions.md", "injuries injury conditions health medical",
          rf"\b(?:broke|broken|breaks|sprained|fractured|tore|torn|injured|hurt|pulled|dislocated|twisted"
          rf"|burned|burnt|cut|bruised)\b"
          rf"(?: [\w-]+){{0,3}} {_any(BODY - {'hair'})}\b",
              r"\binjur(?:y|ies|ed)|concussion|bee sting|\bin a cast\b"
                                                 r"|on crutches|\bsprain|\bfracture"),
    _kind("medication", "health/medication.md", "medication medicine drugs health medical",
          r"\bmedic(?:ation|ine)s?\b|prescri|antibiotic|insulin|inhaler|antidepress|statins?\b"
          r"|\b\d+ ?(?:mg|mcg|µg)\b|metformin|ibuprofen"
          r"|aspirin|paracetamol|levothyroxine|lisinopril|sertraline|ritalin|adderall|blood thinner"
          r"|birth control|\bpills?\b|antihistamine"
          r"|\btak(?:es|ing) (?:[\w-]+ )?(?:vitamins?|supplements?|melatonin|iron)|\bmeds\b|beta.?blocker"
          r"|warfarin|omeprazole|prozac|xanax"),
    _kind("condition", "health/conditions.md", "conditions condition health medical illness history",
          r"diabet|asthma|migraine|blood (?:pressure|type|sugar|group)|hypertens|depression\b|depressed"
          r"|anxiety|\badhd\b|autis|dyslexi|epilep|arthrit"
          r"|cancer|pregnan|surger(?:y|ies)|\boperation\b|diagnos|chronic|insomnia|\bpain\b|disorder"
          r"|syndrome|disease|cholesterol|\bcovid"
          r"|\bflu\b|\b(?:has|have|caught|had|with) an? (?:bad |terrible |mild )?cold\b|\bfever\b|vaccin"
          r"|colou?r ?blind|glasses\b|contact lens|thyroid|\bibs\b|eczema|psoriasis|headache"
          r"|\bsick\b|\bill\b|\bbad (?:knees?|back|hip)|heart (?:attack|condition|problem)|pacemaker"
          r"|stroke\b|hearing aid|\bdeaf\b|\bblind\b"
          r"|\b(?:physio)?therapy\b|\btetanus|\bshot in\b|\bremoved\b|transplant|nearsighted|tinnitus"
          r"|anemi|hiv\b|hepatitis|osteopor"
          r"|scoliosis|endometriosis|pcos|kidney|ulcer"
          r"|reflux|apnea|\bptsd\b|bipolar|\bocd\b"),
    _kind("appointment", "health/appointments.md", "appointments appointment health medical calendar",
          rf"\b(?:{'|'.join(sorted(CARERS))}|dental|physio|therapy|medical|hospital"
          rf"|eye)\b.*\b(?:appointment|check-?up|visit|session)"
          rf"|\b(?:appointment|check-?up)\b.*\b(?:{'|'.join(sorted(CARERS))}|hospital|clinic|dr\.)"
          r"|\b(?:mri|x-ray"
          r"|ct scan|blood test|vaccination)\b.*\d{4}|seeing (?:the|a|their) (?:doctor|dentist)"),
    _kind("diet", "food/preferences.md", "food diet eating preferences nutrition health",
          r"vegetarian|vegan|pescatarian|kosher|halal|\bketo\b|paleo|(?:gluten|dairy|sugar"
          r"|lactose)[- ]free|low[- ]carb|intermittent fasting|\bon a diet\b"
          r"|\bdiet(?:ary)?\b|(?:not|no longer|never|cannot) (?:eats?|drinks?)\b|lactose|gluten"
          r"|stopped (?:eating|drinking)|quit (?:drinking|sugar|caffeine|alcohol)"
          r"|gave up (?:meat|alcohol|sugar|coffee|caffeine|dairy)|\bsober\b"),
    _kind("food", "food/preferences.md", "food eating drinks cooking preferences restaurants",
          r"\b(?:eats?|eating|drinks?|drinking|foods?|cuisine|dish(?:es)?|restaurants?|coffee|espresso|tea"
          r"|pizza|sushi|spicy|ramen|tacos?|pasta|curry|snacks?"
          r"|breakfast|lunch|dinner|brunch|cook(?:s|ing)?|bak(?:es|ing)|recipes?|wine|beer|whisky"
          r"|cocktails?|desserts?|ice cream|bread|salad|soup|fruit|vegetables?"
          rf"|noodles|rice|steak|burgers?|barbecue|bbq|sourdough|tofu|olives|{FOODS})\b"
          r"|(?:thai|indian|italian|mexican|japanese|chinese|ethiopian|korean|greek) (?:food|cuisine"
          r"|restaurant)"),
    _kind("travel preference", "travel/preferences.md", "travel preferences flying trips",
          r"(?:window|aisle|middle) seats?|\bprefers? .*\b(?:hotels?|airbnbs?|hostels?|trains?|flights?"
          r"|flying|trips?|airlines?|beach(?:es)?|mountains|travel)"
          r"|frequent flyer|passport|\bvisa\b|carry-on|luggage|travels? (?:light|a lot|alone|solo|often"
          r"|for work)|jet lag|(?:afraid|scared|fear) of flying|hates flying"
          r"|loves (?:to )?travel|airline|tsa|global entry|motion sick|\bseasick"),
    _kind("trip", "travel/trips.md", "trips trip travel vacations plans",
          r"\b(?:trip|travell?(?:ing|s)? (?:to|in|around|through)|travell?ed|visiting|visit(?:s|ed)?"
          r"|vacation|holidays?|flights?|fl(?:ying|ies|ew) to|honeymoon|itinerary|cruise|road ?trip"
          r"|backpack|hotel|staying (?:in|at)|will be in)\b",
              r"(?:going|been|goes|went) to [a-z]+(?: [a-z]+)? (?:in"
                                                   r"|on|for|until|next|with|from|this)\b",
          r"^in [a-z ]+ (?:until|for|from|this)\b",
          r"\b(?:weeks?|days|weekend|month) in (?-i:[A-Z])",
              r"^(?:has )?been to\b|^going to (?!be\b|have\b|move\b"
                                                    r"|start\b|get\b)[a-z]"),
    _kind("vehicle", "personal/vehicles.md", "car vehicle transport driving",
          r"\bdrives (?:an?|their)\b|\b(?:car|motorcycle|motorbike|e-?bike|bike|bicycle|scooter|tesla"
          r"|toyota|honda|volvo|bmw|volkswagen|subaru|prius)\b(?! rental)|\bdriver'?s? licen[cs]e"
          r"|cannot drive|does not drive"),
    _kind("housing", "home/house.md", "house home apartment housing living",
          r"\b(?:apartment|house|flat|condo|studio|rent(?:s|ed|ing)?|mortgage|landlord|landlady|garden"
          r"|lease|bedrooms?|furniture|basement|kitchen|wi-?fi|neighborhood|houseplants|balcony|spare key"
          r"|alarm code|solar panels)\b"),
    _kind("finance", "finance/overview.md", "finance finances money budget",
          r"\b(?:salary|budget|savings|saves?|saving|bank|credit (?:card|score)|loans?|debts?|invest(?:s"
          r"|ed|ing|ments?)?|tax(?:es)?|insurance|401\(?k\)?|pension|earns?|stocks?|crypto|bitcoin|income"
          r"|owes?|net worth|subscription|etfs?)\b"),
    _kind("education", "education/studies.md", "education studies school university learning",
          r"\bstud(?:y|ies|ying|ied)\b(?! (?:in|at) (?:home))|universit|\bcollege|\bschool\b|degree"
          r"|\bph\.?d\b|master'?s|bachelor|graduat|\bexams?\b|\bthesis|\bcourses?\b|\bmajor(?:s|ed|ing)?\b"
          r"|semester|\bmba\b|diploma|bootcamp|scholarship|\bstudent\b"),
    _kind("project", "work/projects.md", "projects project work side building",
          r"\bprojects?\b|\bworking on\b|works on\b|\bbuilding (?:an?|their|own)\b|\bdeveloping\b"
          r"|\bside hustle\b|writing an? (?:book|novel|app|paper|blog)|\blaunch(?:ing|ed)\b|maintains\b"
          r"|open[- ]source"),
    _kind("work", "work/job.md", "work job career employment profession",
          r"\bwork(?:s|ed|ing)? (?:at|for|as|in|from|with|remotely|part|full|night|nights|the|on|\d)"
          r"|\bjob\b|employ|\bboss\b|colleague|coworker|\bmanager\b|\bcompany\b"
          rf"|\b(?:is|as|became|was|an?|the) (?:an? )?(?:[\w-]+ ){{0,3}}(?:{OCCUPATIONS})\b"
          rf"|^(?:{OCCUPATIONS})\b(?= (?:at|for|in|by)\b|$)|\b(?:senior|junior|software|freelance) [a-z]+"
          rf"|career|promot|interview|freelanc|start-?up|\boffice\b|self-employed|retired|unemployed"
          rf"|\bshifts?\b"
          r"|business\b|laid off|\bcommut|\bclients?\b|profession|occupation|\bjoined\b|\bquit (?:their"
          r"|the)? ?(?:job|work)|(?:starts?|started|left|leaving|starting) (?:at|a new (?:job|role"
          r"|position))|meeting"),
    _kind("home", "personal/about.md", "about personal profile basics identity home",
          r"\b(?:lives?|living|resides?|based|settled|located) (?:in|at|near|on|with|alone|outside)\b"
          r"|\blived in\b|\b(?:moved|relocated|moving|relocating|move|emigrated"
          r"|immigrated) (?:back )?(?:to|from|into|out|here)\b|hometown|^home(?: city| town)? is"
          r"|\bnative to\b"),
    _kind("language", "personal/about.md", "languages language about personal profile",
          rf"\b(?:speaks?|fluent|native|bilingual|learn(?:s|ing|ed)|understands?)\b.*\b(?:{LANGUAGES}"
          rf"|languages?)\b"),
    _kind("tech", "tech/setup.md", "tech technology computer setup tools devices software",
          r"\b(?:laptop|macbook|imac|iphone|ipad|android|pixel|linux|ubuntu|debian|fedora|arch|macos"
          r"|windows (?:1\d|pc|laptop)|neovim|vim|emacs|vs ?code|python|rust|javascript|typescript|java"
          r"|kotlin|golang|keyboard|monitor|programming|programs|codes|coding|editor|github|server"
          r"|raspberry pi|nas|dark mode|terminal|docker|kubernetes|postgres|sql|haskell|computer)\b|c\+\+"
          r"|c#"),
    _kind("fitness", "health/fitness.md", "fitness sport exercise training health",
          r"\b(?:gym|work(?:s|ing)? out|workouts?|runs?\b(?! (?:an?|own|the|their))|running|half marathon"
          r"|marathon|triathlon|exercis(?:es?|ing)|yoga|pilates|crossfit|swims?|swimming|jogs?|jogging"
          r"|cycles|cycling|lifts weights|personal trainer|training for|weigh(?:s|t)|kg|lbs|cm tall"
          r"|sleeps?|bouldering|bench press(?:es)?|steps a day)\b"),
    _kind("hobby", "hobbies/interests.md", "hobbies interests leisure fun sport music books",
        rf"\b(?:{_HOBBIES})\b"),
    _kind("pet", "personal/pets.md", "pets pet animals dog cat family", rf"\b{_any(PETS)}\b"),
    _kind("family", "personal/family.md", "family relatives people relationships",
          rf"\b{_any(FAMILY - {'family'})}\b|\bfamily\b|\b(?:married|engaged|divorced|widowed|dating"
          rf"|wedding|anniversary)\b"),
    _kind("friend", "personal/friends.md", "friends people relationships social", rf"\b{_any(FRIENDS)}\b"),
    _kind("identity", "personal/about.md", "about personal profile basics identity me",
          r"\bname is\b|^name:|goes by|\bbe called\b|years? old|\bborn\b|birthday|birth ?date|^from\b"
          r"|\bsingle\b"
          r"|nationality|citizen|religio|^age\b|\btall\b|\bheight\b|left-handed|right-handed|introvert"
          r"|extrovert|^(?:is )?(?:an? )?(?:man|woman)\b"),
    _kind("event", "plans/upcoming.md", "plans upcoming calendar events schedule",
          r"\b(?:appointment|party|deadline|event|conference|reservation|tickets?|reunion|ceremony"
          r"|birthday party|graduation)\b"),
    _kind("goal", "goals/plans.md", "goals plans intentions dreams",
          r"\b(?:wants? to|plans? to|planning|goals?|hopes? to|would (?:like|love) to|dreams? (?:of|to)"
          r"|trying to|intends? to|going to|resolution|bucket list|looking for)\b"),
    _kind("preference", "preferences/general.md", "preferences likes dislikes general",
          r"\b(?:prefers?|likes?|loves?|hates?|dislikes?|favou?rite|enjoys?|cannot stand|adores?|fan of"
          r"|into|obsessed|interested in|allergic|afraid of|scared of)\b"),
)  # fmt: skip

ABOUT = Kind(
    "other",
    "personal/about.md",
    "about personal profile basics identity me general notes",
    re.compile("(?!)"),
)
"""Where a note goes that no kind fits."""

FILE_KINDS: tuple[tuple[frozenset[str], str], ...] = tuple(
    (frozenset(names.split()), kind)
    for names, kind in (
        ("project projects", "project"), ("tax taxes finance finances money", "finance"),
        ("travel trips", "travel preference"), ("family relatives", "family"), ("health medical",
            "condition"),
        ("food diet", "food"), ("work job", "work"), ("hobbies interests", "hobby"), ("pets pet", "pet"),
        ("tech setup computer", "tech"), ("house home housing", "housing"), ("goals plans", "goal"),
        ("education studies school university", "education"),
    )
)  # fmt: skip
"""What a note is about by the name of its file or folder, where its own words do not tell."""
PEOPLE_KINDS: tuple[tuple[frozenset[str], Kind], ...] = tuple(
    (names, next((kind for kind in KINDS if kind.name == name), Kind(name, path, filing, re.compile("(?!)"))))
    for names, name, path, filing in (
        (FAMILY, "family", "", ""),
        (PETS, "pet", "", ""),
        (FRIENDS, "friend", "", ""),
        (COLLEAGUES, "colleague", "work/people.md", "work people colleagues team job"),
        (CARERS, "carer", "health/care.md", "health care doctors medical"),
        (OTHER_PEOPLE, "person", "personal/people.md", "people contacts relationships"),
    )
)
"""Notes about somebody are filed by who it is, whatever they say."""
NAMED = Kind(
    "person", "personal/people.md", "people contacts relationships friends family", re.compile("(?!)")
)

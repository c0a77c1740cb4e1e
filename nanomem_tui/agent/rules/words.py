"""Lists of English words the rules share. Data only."""


def words(text: str) -> frozenset[str]:
    """The words of a table."""
    return frozenset(text.split())


ADVERBS = words("""
    always usually often sometimes rarely seldom never really also still just recently currently generally
    normally mostly mainly typically occasionally frequently only even actually absolutely definitely
    probably possibly truly genuinely strongly primarily already finally officially regularly basically
    kinda totally hardly barely deeply now lately personally secretly previously formerly originally once
    especially particularly simply temporarily voluntarily professionally happily apparently supposedly
    maybe perhaps accidentally unfortunately luckily sadly
""")
"""Adverbs that stand between a subject and its verb."""

PARTNERS = words("""
    wife husband spouse partner girlfriend boyfriend fiance fiancé fiancee fiancée ex-wife ex-husband
""")
PARENTS = words("mother father mom mum dad mama papa mommy daddy stepmother stepfather stepmom stepdad")
UNIQUE_ROLES = (
    PARTNERS
    | PARENTS
    | words("""
    boss manager landlord landlady therapist dentist doctor gp supervisor advisor cardiologist
    dermatologist psychiatrist psychologist pediatrician lawyer accountant roommate flatmate
    mother-in-law father-in-law
""")
)
"""Roles a person has one of at a time: a newer statement about them replaces an older one."""

FAMILY = (
    PARTNERS
    | PARENTS
    | words("""
    sister brother sibling siblings sisters brothers son daughter sons daughters kid kids child children
    baby twins twin toddler teenager stepson stepdaughter stepsister stepbrother aunt uncle cousin cousins
    niece nephew nieces nephews grandmother grandfather grandma grandpa granny grandparents grandson
    granddaughter grandchild grandchildren parents family in-laws mother-in-law father-in-law
    sister-in-law brother-in-law son-in-law daughter-in-law half-sister half-brother godmother godfather
    goddaughter godson relatives
""")
)
FRIENDS = words("friend friends bestie buddy buddies neighbor neighbors neighbour neighbours roommate "
                "roommates "
                "flatmate flatmates housemate housemates girlfriends pal")  # fmt: skip
COLLEAGUES = words("""
    boss manager colleague colleagues coworker coworkers co-worker co-workers supervisor teammate teammates
    mentor assistant intern employee employees client clients cofounder co-founder
""")
PETS = words("""
    dog dogs cat cats puppy puppies kitten kittens pet pets hamster rabbit rabbits bunny parrot horse horses
    goldfish tortoise turtle guinea bird birds budgie ferret snake lizard chicken chickens poodle labrador
    retriever corgi dachshund beagle husky terrier collie bulldog
""") - {"bird", "birds", "guinea", "chicken"}  # fmt: skip
CARERS = words("""
    doctor dentist gp therapist cardiologist dermatologist psychiatrist psychologist pediatrician
    physiotherapist ophthalmologist oncologist neurologist orthodontist gynecologist allergist vet
""")
OTHER_PEOPLE = words(
    "landlord landlady teacher professor advisor tutor coach trainer lawyer accountant nanny"
)
PEOPLE = FAMILY | FRIENDS | COLLEAGUES | CARERS | OTHER_PEOPLE
"""People of one's life, by what they are to one."""

SHE = words("""
    wife girlfriend fiancee fiancée mother mom mum mama mommy stepmother stepmom sister daughter
    stepdaughter stepsister aunt niece grandmother grandma granny granddaughter mother-in-law
    sister-in-law daughter-in-law half-sister godmother goddaughter landlady ex-wife
""")
HE = words("""
    husband boyfriend fiance fiancé father dad papa daddy stepfather stepdad brother son stepson
    stepbrother uncle nephew grandfather grandpa grandson father-in-law brother-in-law son-in-law
    half-brother godfather godson ex-husband
""")
PLURAL = words("""
    parents kids children siblings sisters brothers sons daughters twins grandparents cousins friends
    neighbors neighbours colleagues coworkers cats dogs in-laws relatives nieces nephews
    grandchildren grandkids puppies kittens
""")

BODY = words("""
    arm leg knee ankle wrist elbow shoulder back neck hip foot feet hand hands finger fingers toe
    toes
    head nose ear ears eye eyes tooth teeth jaw rib ribs collarbone spine skin stomach heart lung
    lungs
    throat hair chest heel hamstring calf thigh thumb achilles acl meniscus tendon appendix tonsils
    gallbladder
""")

ATTRIBUTES = words("""
    name surname nickname birthday birthdate age height weight address email e-mail phone number
    mobile hometown nationality citizenship gender pronouns religion zodiac job title profession
    occupation employer company salary income rent car bike bicycle laptop computer house apartment
    flat home favorite favourite diet allergy allergies blood passport timezone native language
    hobby hobbies goal goals dream anniversary wedding degree major university school college
    license editor website username handle team office commute role position startup business garden
    kitchen room budget mortgage insurance bank account password wifi flight trip vacation
    appointment surgery condition medication doctor's pin shoe size ring eyes hair biggest main
    current first last middle maiden new old least best preferred usual whatsapp instagram github
    twitter linkedin resting primary emergency spare mailing work personal total monthly annual net
    internet router lease visa contract blog channel garage bedroom desk cholesterol truck van boat
    motorcycle scooter watch tablet printer camera podcast deposit deductible due landline zip postal
    postcode study thesis project projects manuscript band instrument guitar piano
""")
"""Nouns of what one has or is: a fact beginning with one speaks of the user."""

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
            "august aug", "september sept sep", "october oct", "november nov", "december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("monday mon", "tuesday tue tues", "wednesday wed", "thursday thu thurs", "friday fri",
         "saturday sat", "sunday sun")
    )
    for name in names.split()
}  # fmt: skip
NUMBERS = {
    name: number
    for number, name in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
        ]
    )
} | {"a": 1, "an": 1, "a couple of": 2, "couple of": 2, "a few": 3, "twenty": 20, "thirty": 30}

STOPWORDS = words("""
    a an the and or but if of to in on at by for from with without about as into than then so not no nor
    i me my mine we us our you your he him his she her it its they them their this that these those
    is are was were be been being am do does did have has had can could will would shall should may might
    must what which who whom whose where when why how there here up down out over under again very too
    also just any some all each other such only own same s t don now please tell give know get let need
    ich du er sie wir mein meine ist bin habe wo wer wie was warum wann der die das ein eine und mit
    je tu il elle nous mon ma mes est suis ai où que qui quoi quel quelle le la les un une et des du
    yo mi mis es soy tengo dónde donde qué quién cómo cuál el los las una y en por para con mes
    io mio mia sono ho dove che chi eu meu minha onde quem como я мой моя где кто что как
    want like make help something anything thing things user user's
""")

UNCLEAR_NAMES = words("""
    ian brian bryan christian julian adrian sebastian damian fabian vivian lillian marian dorian killian
    sean jean dean duncan ryan roman norman herman ishmael bethan megan ethan dylan alan jordan morgan
    logan evan ivan kieran rohan nathan jonathan susan joan hasan hassan
""")
"""Names that end like words for nationalities and religions."""

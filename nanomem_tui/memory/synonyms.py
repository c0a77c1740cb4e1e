"""Words people use for the same thing when they ask about a life: one line, one meaning.

English, in base forms (the index stems). Only everyday words whose swap does not change the answer; a
question finds facts by any word of a line its own word stands in.
"""

_GROUPS = """
live reside home apartment house address
work job employer occupation profession career company employed
earn salary income pay wage paid
boss manager supervisor
colleague coworker teammate
doctor physician gp clinic
medicine medication drug pill tablet prescription
sick ill illness disease condition diagnosed
allergy allergic intolerance intolerant tolerate
headache migraine
hurt pain injury ache injured
jog jogging run running
bike bicycle cycling
car vehicle drive driving
plane flight fly
trip travel journey visit visited vacation holiday
dog puppy
pet cat dog animal
wife husband spouse partner married
mother mom mum
father dad
parents mother father
brother sister sibling
kid child children son daughter baby
baby pregnant expecting
grandmother grandma granny
grandfather grandpa
friend buddy
neighbor neighbour
birthday born birth
wedding married marriage
age old born
tall height
weigh weight
phone mobile telephone cell
email e-mail mail
computer laptop desktop pc
website site url
internet wifi wi-fi router
money cash dollar euro
owe debt borrowed lent loan
buy bought purchase
bank account
rent lease
mortgage loan
invest investment fund stock
insurance insured
tax taxes accountant
food eat meal dish
drink beverage
vegetarian vegan meat
restaurant cafe diner
dislike hate detest stand
like love enjoy favorite favourite prefer
present gift
movie film cinema
song music band composer
book novel read
author writer
instrument play
hobby hobbies pastime
sport exercise training workout
gym fitness
swim swimming
hike hiking trail
school high-school education
university college study studied degree
language speak
exam test
meeting appointment
deadline due
goal plan want aim
quit stop stopped gave given
repair fix mend
leave left
afraid fear scared phobia
argue argued quarrel fell conflict
city town
country nation
garden plants
clean cleaning
"""


def _by_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in _GROUPS.split("\n"):
        group = tuple(line.split())
        for word in group:
            found[word] = found.get(word, ()) + tuple(other for other in group if other != word)
    return found


_SYNONYMS = _by_word()


def synonyms(word: str) -> tuple[str, ...]:
    """Other words for `word`, which may be in the plural; none for most."""
    return _SYNONYMS.get(word) or _SYNONYMS.get(word.removesuffix("s"), ())

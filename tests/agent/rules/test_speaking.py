"""Notes said to the person: every note is a full sentence, and none is bent."""

from datetime import date

import pytest

from nanomem_tui.agent.context import SeenFact
from nanomem_tui.agent.rules.speaking import second_person, sentence_of
from nanomem_tui.memory.facts import Confidence, Source, Status, Tier

SPOKEN: tuple[tuple[str, str], ...] = (
    ("Allergic to penicillin", "You are allergic to penicillin"),
    ("Moved to Seattle in March 2026", "You moved to Seattle in March 2026"),
    ("Lives in Portland", "You live in Portland"),
    ("Sister lives in Lisbon", "Your sister lives in Lisbon"),
    ("Best friend Tom lives in Paris", "Your best friend Tom lives in Paris"),
    ("Wife's name is Ana", "Your wife's name is Ana"),
    ("Both parents are teachers", "Both your parents are teachers"),
    ("Anna works at Google", "Anna works at Google"),
    ("Has two cats", "You have two cats"),
    ("Does not eat meat", "You do not eat meat"),
    ("No longer works at Acme", "You no longer work at Acme"),
    ("Is a nurse", "You are a nurse"),
    ("Was born in Ohio", "You were born in Ohio"),
    ("Born in Ohio", "You were born in Ohio"),
    ("34 years old", "You are 34 years old"),
    ("6 feet tall", "You are 6 feet tall"),
    ("German", "You are German"),
    ("From Brazil originally", "You are from Brazil originally"),
    ("Vegetarian", "You are vegetarian"),
    ("Married to Ana", "You are married to Ana"),
    ("Retired in June 2026", "You retired in June 2026"),
    ("Married in May 2020", "You got married in May 2020"),
    ("Learning Spanish", "You are learning Spanish"),
    ("Visiting Portland until 2027-01-20", "You are visiting Portland until 2027-01-20"),
    ("Going to Japan in April 2027", "You are going to Japan in April 2027"),
    ("Usually eats late", "You usually eat late"),
    ("Currently reading Dune", "You are currently reading Dune"),
    ("Cannot swim", "You cannot swim"),
    ("Would like to visit Japan", "You would like to visit Japan"),
    ("Used to work at IBM", "You used to work at IBM"),
    ("Quit smoking", "You quit smoking"),
    ("Put on weight", "You put on weight"),
    ("Owes Mark $50", "You owe Mark $50"),
    ("Adopted a cat named Whiskers", "You adopted a cat named Whiskers"),
    ("Goes by Liz", "You go by Liz"),
    ("Name is Sam", "Your name is Sam"),
    ("Favorite color is blue", "Your favorite color is blue"),
    ("Phone number is +1 206 555 0134", "Your phone number is +1 206 555 0134"),
    ("Birthday: 3 May 1990", "Your birthday is 3 May 1990"),
    ("Likes: sushi", "You like sushi"),
    ("Dog: Rex", "Your dog is Rex"),
    ("Lease ends in August 2027", "Your lease ends in August 2027"),
    ("Hobbies include chess and running", "Your hobbies include chess and running"),
    ("Loves their job", "You love your job"),
    ("Runs own business", "You run your own business"),
    ("Broke left arm on 2026-11-21", "You broke your left arm on 2026-11-21"),
    ("Lives with sister and her two kids", "You live with your sister and her two kids"),
    ("Misses grandmother", "You miss your grandmother"),
    ("Coaches son's soccer team", "You coach your son's soccer team"),
    ("Has to pick up son at 5pm", "You have to pick up your son at 5pm"),
    ("Boss calls the user every day", "Your boss calls you every day"),
    ("Sister thinks the user is lazy", "Your sister thinks you are lazy"),
    ("Coffee keeps the user awake", "Coffee keeps you awake"),
    ("Cats make the user sneeze", "Cats make you sneeze"),
    ("The wifi password is hunter2", "The wifi password is hunter2"),
    ("User prefers tea", "You prefer tea"),
    ("The user has a bike", "You have a bike"),
    ("Allergic to cats", "You are allergic to cats"),
    ("Has sister", "You have sister"),
    ("Works two jobs: barista and tutor", "You work two jobs: barista and tutor"),
    ('Said "I am tired" to wife', 'You said "I am tired" to your wife'),
    ("Blog is at https://example.com/me", "Your blog is at https://example.com/me"),
    ("Software engineer at Acme", "You are a software engineer at Acme"),
    ("Native Spanish speaker", "You are a native Spanish speaker"),
    ("The user's name is Sam", "Your name is Sam"),
    ("Allergies: penicillin, pollen", "Your allergies are penicillin, pollen"),
    ("Age 34", "Your age is 34"),
    ("Vegetarian since 2016, eats eggs", "You are vegetarian since 2016, eat eggs"),
    ("Norwegian passport is valid", "Your Norwegian passport is valid"),
    ("Never smoked", "You never smoked"),
    ("Is no longer a student", "You are no longer a student"),
    ("我住在北京", 'You said: "我住在北京"'),
    ("Wohnt in Berlin und arbeitet bei Siemens", 'You said: "Wohnt in Berlin und arbeitet bei Siemens"'),
    ("Purple monkey dishwasher", 'It is noted: "Purple monkey dishwasher"'),
)


@pytest.mark.parametrize(("note", "said"), SPOKEN, ids=[note for note, _ in SPOKEN])
def test_speaks_to_the_person(note: str, said: str) -> None:
    assert second_person(note) == said


def seen(text: str, **changes: object) -> SeenFact:
    values: dict[str, object] = {
        "path": "a.md",
        "id": "abcde",
        "text": text,
        "updated": date(2026, 4, 7),
        "tier": Tier.LONG_TERM,
        "status": Status.ACTIVE,
        "source": Source.USER_STATEMENT,
        "confidence": Confidence.HIGH,
    }
    return SeenFact(**{**values, **changes})  # type: ignore[arg-type]


TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        (seen("Allergic to penicillin"), "You are allergic to penicillin (noted 2026-04-07)."),
        (seen("Allergic to penicillin", updated=None), "You are allergic to penicillin."),
        (
            seen("Lives in Seattle", tier=Tier.HISTORY, status=Status.SUPERSEDED),
            "You used to live in Seattle (no longer current, noted 2026-04-07).",
        ),
        (
            seen("Visiting Portland", tier=Tier.WORKING, expires=date(2026, 12, 1)),
            "You are visiting Portland (until 2026-12-01, noted 2026-04-07).",
        ),
        (
            seen("Visiting Portland", tier=Tier.WORKING, expires=date(2026, 5, 1)),
            "You are visiting Portland (this was until 2026-05-01, noted 2026-04-07).",
        ),
        (
            seen("Likes jazz", source=Source.INFERENCE, confidence=Confidence.LOW),
            "You like jazz (inferred, not said by you, noted 2026-04-07).",
        ),
        (seen("Likes jazz", confidence=Confidence.LOW), "You like jazz (not certain, noted 2026-04-07)."),
    ],
)
def test_says_how_old_and_how_sure(fact: SeenFact, said: str) -> None:
    assert sentence_of(fact, TODAY) == said

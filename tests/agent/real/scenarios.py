"""Thirty things people say to a memory, and what has to come of each: the measure for a real model.

A fact counts as saved when one saved fact holds all words of an expectation; what is saved beyond that is
invented. Words are parts of words in lower case, alternatives are parted by `|`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

ABOUT = (
    "---\ndescription: Who the person is, home and languages\n---\n# Memory: About\n\n## Long-term memory\n"
    "- Lives in New York | updated_at=2025-06-01\n- Speaks French and English | updated_at=2025-06-01\n"
)
WORK = (
    "---\ndescription: Employer, role, colleagues\n---\n# Memory: Job\n\n## Long-term memory\n"
    "- Works at Acme as an engineer | updated_at=2025-07-01\n- Manager is Dana | updated_at=2025-07-01\n"
)
HEALTH = (
    "---\ndescription: Allergies and conditions\n---\n# Memory: Allergies\n\n## Long-term memory\n"
    "- Allergic to penicillin | updated_at=2026-01-07\n- Runs three times a week | updated_at=2025-11-02\n"
)
FOOD = (
    "---\ndescription: Diet, likes and dislikes\n---\n# Memory: Diet\n\n## Long-term memory\n"
    "- Vegetarian since 2016 | updated_at=2025-02-14\n- Drinks green tea | updated_at=2025-12-01\n"
)
MEMORY: Mapping[str, str] = {
    "personal/about.md": ABOUT,
    "work/job.md": WORK,
    "health/allergies.md": HEALTH,
    "food/diet.md": FOOD,
}


@dataclass(frozen=True)
class Add:
    """Something new. `facts` maps the words of each fact to the folders where it makes sense."""

    says: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Update:
    """Something that changed: which text is no longer current, and the words of what is instead."""

    says: str
    gone: str
    now: str = ""
    may_stay: bool = False
    """The old text is still true beside the new one."""


@dataclass(frozen=True)
class Ask:
    """A question: words of a good answer, texts of the facts it rests on, words it must not hold."""

    says: str
    answer: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


SELF = "personal|about|profile|home|people"
ADDS = (
    Add("My sister Ana lives in Lisbon.", {"ana lisbon": "family|people|personal|relationships"}),
    Add(
        "I started learning the cello in January.",
        {"cello": "hobb|music|interest|education|personal|learning"},
    ),
    Add("I'm allergic to hazelnuts.", {"hazelnut": "health|allerg"}),
    Add("I have a dog called Bruno.", {"dog bruno": "pet|family|personal|animal|home"}),
    Add("I prefer aisle seats on flights.", {"aisle": "travel|preference|flight|personal"}),
    Add(
        "My birthday is on 12 May and I was born in Ghent.",
        {"12 may|may 12": SELF, "born ghent|ghent": SELF},
    ),
    Add("I hate coriander but I love figs.", {"coriander": "food|diet", "fig": "food|diet"}),
    Add(
        "Next month I'm running the Amsterdam marathon.",
        {"amsterdam marathon": "health|sport|fitness|run|hobb|event|goal"},
    ),
    Add(
        "I drive an old Volvo that I bought in 2019.",
        {"volvo": "vehicle|car|personal|transport|possession|home|travel"},
    ),
    Add("I moved my savings to a bank called Triodos.", {"triodos": "financ|money|bank|personal"}),
    Add("My doctor is Dr. Okafor.", {"okafor": "health|people|medical"}),
    Add(
        "I am writing a novel about lighthouses.",
        {"novel lighthouse": "project|hobb|writing|creativ|interest|work|personal"},
    ),
    Add("What is the capital of Peru?"),
    Add("Please write a short poem about rain for my colleague."),
)
UPDATES = (
    Update("I live in Portland now, not in New York any more.", "Lives in New York", "portland"),
    Update("I left Acme. I work at Globex as a designer now.", "Works at Acme as an engineer", "globex"),
    Update("My manager is Priya now.", "Manager is Dana", "priya"),
    Update("I gave up green tea; I drink oolong now.", "Drinks green tea", "oolong"),
    Update("I eat fish again, so I'm a pescatarian now.", "Vegetarian since 2016", "pescatarian|fish"),
    Update("I run five times a week now.", "Runs three times a week", "five"),
    Update(
        "I also speak Dutch now, besides French and English.",
        "Speaks French and English",
        "dutch",
        may_stay=True,
    ),
    Update("I stopped running.", "Runs three times a week"),
)
QUESTIONS = (
    Ask("Where do I live?", ("new york",), ("Lives in New York",), ("acme", "penicillin")),
    Ask("Which medicine must I not be given?", ("penicillin",), ("Allergic to penicillin",), ("acme",)),
    Ask("Who is my manager?", ("dana",), ("Manager is Dana",), ("penicillin",)),
    Ask("Which languages do I speak?", ("french", "english"), ("Speaks French and English",)),
    Ask("What should I order in a restaurant?", ("vegetarian",), ("Vegetarian since 2016",), ("dana",)),
    Ask("What do I do for a living?", ("engineer",), ("Works at Acme as an engineer",)),
    Ask("How often do I exercise?", ("three",), ("Runs three times a week",)),
    Ask("What is the name of my cat?", (), (), ("acme", "dana", "penicillin", "new york")),
)

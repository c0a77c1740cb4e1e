"""What people say to the flows that take away, tidy, hand on and complete, and what is right."""

from collections.abc import Mapping
from dataclasses import dataclass


def memory_file(description: str, *facts: str) -> str:
    """The text of a memory file."""
    head = f"---\ndescription: {description}\n---\n# Memory\n\n## Long-term memory\n"
    return head + "".join(f"- {fact}\n" for fact in facts)


MEMORY: Mapping[str, str] = {
    "personal/about.md": memory_file(
        "Who the person is, home and languages",
        "Lives in New York | updated_at=2025-06-01",
        "Speaks French and English | updated_at=2025-06-01",
    ),
    "family/people.md": memory_file(
        "Family and friends",
        "Sister Ana lives in Lisbon | updated_at=2025-03-01",
        "Ana's birthday is 12 May | updated_at=2025-03-01",
        "Brother Karim teaches physics | updated_at=2025-04-01",
        "Was married to Mia until 2019 | updated_at=2024-01-01",
    ),
    "work/job.md": memory_file(
        "Employer, role, colleagues",
        "Works at Acme as an engineer | updated_at=2025-07-01",
        "Manager is Dana | updated_at=2025-07-01",
        "Earns 84,000 dollars a year | updated_at=2025-07-01",
    ),
    "health/conditions.md": memory_file(
        "Allergies, conditions, medication",
        "Allergic to penicillin | updated_at=2026-01-07",
        "Runs three times a week | updated_at=2025-11-02",
        "Takes lithium every evening | updated_at=2025-10-01",
    ),
    "food/diet.md": memory_file(
        "Diet, likes and dislikes",
        "Vegetarian since 2016 | updated_at=2025-02-14",
        "Drinks green tea | updated_at=2025-12-01",
    ),
}


@dataclass(frozen=True)
class Forget:
    """Something to be forgotten, and the texts that say it; everything else stays."""

    says: str
    gone: tuple[str, ...] = ()


@dataclass(frozen=True)
class Compact:
    """A file, and which of its facts do not stay current. Of those parted by `|` exactly one goes."""

    facts: tuple[str, ...]
    gone: tuple[str, ...] = ()


@dataclass(frozen=True)
class Augment:
    """A query for somebody else: what the prompt has to say in tags, and what it must not say."""

    says: str
    needs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Complete:
    """A question after what was retrieved before: words of the rest of the answer, or that it will do."""

    says: str
    given: str
    answer: tuple[str, ...] = ()
    enough: bool = False


FORGETS = (
    Forget("my salary", ("Earns 84,000 dollars a year",)),
    Forget("that I take lithium", ("Takes lithium every evening",)),
    Forget("everything about my sister", ("Sister Ana lives in Lisbon", "Ana's birthday is 12 May")),
    Forget("what my brother does", ("Brother Karim teaches physics",)),
    Forget("my former marriage", ("Was married to Mia until 2019",)),
    Forget("what I drink", ("Drinks green tea",)),
    Forget("where I live", ("Lives in New York",)),
    Forget("my dog"),
)
COMPACTS = (
    Compact(
        ("Likes tea | updated_at=2025-01-01", "Is fond of tea | updated_at=2025-03-01", "Dislikes coffee"),
        ("Likes tea|Is fond of tea",),
    ),
    Compact(
        (
            "Lives in New York | updated_at=2024-01-01",
            "Lives in Portland | updated_at=2026-01-01",
            "Speaks French",
        ),
        ("Lives in New York",),
    ),
    Compact(
        ("Visiting Lisbon | tier=working | expires_at=2025-01-20", "Plays the cello"), ("Visiting Lisbon",)
    ),
    Compact(("Allergic to cats", "Allergic to dust", "Mother was born in May", "Father was born in June")),
    Compact(
        (
            "Weighs 85 kg | updated_at=2024-05-01",
            "Weighs 80 kg | updated_at=2026-02-01",
            "Runs three times a week",
        ),
        ("Weighs 85 kg",),
    ),
    Compact(("Knows C++", "Knows C#", "Left knee hurts", "Right knee was operated on")),
    Compact(
        (
            "Has a dog | updated_at=2025-01-01",
            "Has a dog called Bruno | updated_at=2025-02-01",
            "Has two children",
        ),
        ("Has a dog",),
    ),
    Compact(
        (
            "Manager is Dana | updated_at=2024-01-01",
            "Works at Acme",
            "Manager is Priya | updated_at=2026-01-01",
        ),
        ("Manager is Dana",),
    ),
)
AUGMENTS = (
    Augment(
        "Suggest a restaurant for dinner on Friday.", ("vegetarian",), ("lithium", "dana", "84,000", "karim")
    ),
    Augment("Write a birthday card for my sister.", ("ana",), ("lithium", "84,000", "dana")),
    Augment("What is the capital of Peru?", (), ("lithium", "dana", "ana's", "84,000", "new york")),
    Augment("Which antibiotics can I take?", ("penicillin",), ("dana", "84,000", "karim")),
    Augment("Draft an e-mail to my manager: I need Monday off.", ("dana",), ("lithium", "penicillin")),
    Augment(
        "How do I reverse a list in Python?", (), ("lithium", "penicillin", "dana", "vegetarian", "lisbon")
    ),
)
COMPLETES = (
    Complete("Where do I live?", "You live in New York.", enough=True),
    Complete("Who is my manager?", "You live in New York.", ("dana",)),
    Complete("Which medicine must I not be given?", "You have been vegetarian since 2016.", ("penicillin",)),
    Complete("Who is my manager?", "Your manager is Dana.", enough=True),
    Complete("What do I do for a living?", "You work at Acme as an engineer.", enough=True),
    Complete("What does my brother do?", "Your sister Ana lives in Lisbon.", ("physics",)),
    Complete(
        "Which languages do I speak and where do I live?", "You speak French and English.", ("new york",)
    ),
    Complete("What is the name of my cat?", "You drink green tea."),
)

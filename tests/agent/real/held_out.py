"""Ten more things people say to a memory, kept aside: prompts were never tuned on them."""

from tests.agent.real.scenarios import Add, Ask, Update

ADDS = (
    Add(
        "My brother Karim teaches physics in Leeds.", {"karim physics|karim teach": "family|people|personal"}
    ),
    Add(
        "I wear contact lenses and my shoe size is 44.",
        {"lens": "health|personal|vision|eye|about", "44": "personal|cloth|about|health|size|shop"},
    ),
    Add(
        "I'm saving up for a sailing boat.", {"boat": "financ|money|goal|hobb|sail|personal|interest|saving"}
    ),
    Add("Can you translate this sentence into Polish for me?"),
)
UPDATES = (
    Update("Dana left, so Tomasz is my manager now.", "Manager is Dana", "tomasz"),
    Update("I switched from green tea to coffee.", "Drinks green tea", "coffee"),
    Update("I've been promoted to team lead at Acme.", "Works at Acme as an engineer", "lead"),
)
QUESTIONS = (
    Ask("Am I allergic to anything?", ("penicillin",), ("Allergic to penicillin",), ("dana",)),
    Ask("Which company pays my salary?", ("acme",), ("Works at Acme as an engineer",), ("penicillin",)),
    Ask("What is my blood type?", (), (), ("acme", "dana", "new york")),
)

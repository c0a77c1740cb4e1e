"""The memory of one invented person, for questions."""

_SAID = "| tier=long_term | status=active | source=user_statement | confidence=high | updated_at="
_WORKING = "| tier=working | status=active | source=user_statement | confidence=high | updated_at="

PERSONA: dict[str, tuple[str, ...]] = {
    "personal/about.md": (
        f"Name is Sam Lee {_SAID}2025-01-01",
        f"Moved to Seattle in March 2026 {_SAID}2026-03-05",
        f"34 years old {_SAID}2026-01-01",
        f"Birthday is May 3 {_SAID}2025-01-01",
        f"Speaks English and Spanish {_SAID}2025-01-01",
        "Lived in New York | tier=history | status=superseded | updated_at=2024-06-01",
    ),
    "personal/family.md": (
        f"Sister Anna lives in Lisbon {_SAID}2025-02-01",
        f"Sister Anna is allergic to shellfish {_SAID}2025-02-01",
        f"Married to Maria {_SAID}2024-05-05",
        f"Wife's birthday is on June 12 {_SAID}2024-05-05",
        f"Has two kids, Leo and Mia {_SAID}2025-03-01",
        f"Son Leo loves dinosaurs {_SAID}2026-03-01",
        f"Mother has diabetes {_SAID}2025-03-01",
    ),
    "personal/pets.md": (
        f"Dog Rex is 5 years old {_SAID}2026-01-10",
        f"Has a cat named Luna {_SAID}2026-01-10",
    ),
    "personal/contact.md": (f"Phone number is +1 206 555 0134 {_SAID}2025-01-01",),
    "health/allergies.md": (
        f"Allergic to penicillin {_SAID}2026-04-07",
        f"Lactose intolerant {_SAID}2025-04-07",
    ),
    "health/conditions.md": (
        f"Has asthma {_SAID}2025-06-01",
        f"Sprained ankle on 2026-11-15 {_WORKING}2026-11-16 | expires_at=2026-11-29",
        f"Bee sting on hand {_WORKING}2026-01-09 | expires_at=2026-01-23",
    ),
    "health/medication.md": (f"Takes 20mg of lisinopril every morning {_SAID}2025-06-01",),
    "health/appointments.md": (
        f"Has a dentist appointment on 2026-12-03 at 3pm {_WORKING}2026-11-20 | expires_at=2026-12-03",
    ),
    "health/fitness.md": (f"Runs 5k every morning {_SAID}2026-02-01",),
    "work/job.md": (
        f"Works at Acme as a software engineer {_SAID}2025-09-01",
        f"Boss Karen hates emails {_SAID}2025-09-02",
        "Worked at IBM | tier=history | status=superseded | updated_at=2023-01-01",
    ),
    "food/preferences.md": (
        f"Vegetarian {_SAID}2025-05-01",
        f"Likes Thai food {_SAID}2025-05-01",
        f"Hates cilantro {_SAID}2025-05-01",
    ),
    "travel/preferences.md": (
        f"Prefers window seats {_SAID}2025-05-01",
        f"Afraid of flying {_SAID}2025-05-01",
    ),
    "travel/trips.md": (f"Going to Japan in April 2027 {_WORKING}2026-11-01 | expires_at=2027-04-30",),
    "hobbies/interests.md": (
        f"Loves hiking and photography {_SAID}2025-05-01",
        f"Plays the guitar in a band {_SAID}2025-05-01",
        f"Reads science fiction {_SAID}2025-05-01",
    ),
    "finance/overview.md": (
        f"Earns $95,000 a year {_SAID}2026-01-01",
        f"Saving for a house {_WORKING}2026-05-01",
    ),
    "tech/setup.md": (
        f"Uses Neovim on Arch Linux {_SAID}2025-05-01",
        f"Laptop is a MacBook Pro {_SAID}2025-05-01",
    ),
    "preferences/communication.md": (f"Prefers short answers with bullet points {_SAID}2025-05-01",),
    "personal/vehicles.md": (f"Drives a 2015 Honda Civic {_SAID}2025-05-01",),
    "goals/plans.md": (f"Wants to run a marathon in 2027 {_WORKING}2026-10-01",),
    "education/studies.md": (f"Graduated from MIT in 2012 with a degree in physics {_SAID}2025-05-01",),
}

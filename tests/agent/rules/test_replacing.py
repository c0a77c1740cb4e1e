"""What a new statement does to what memory holds, through the real loop."""

from pathlib import Path

import pytest

from nanomem_tui.agent.toolbox import Finished
from nanomem_tui.changes.model import Edit, Op
from tests.agent.rules.runs import calls_of, run_rules, write_tree

REPLACED: tuple[tuple[str, str, str, str], ...] = (
    ("Lives in Seattle", "Actually, I live in Portland now.", "Lives in Portland", "changed"),
    ("Moved to Seattle in March 2026", "I live in Portland.", "Lives in Portland", "changed"),
    ("Lives in Seattle", "I moved to Seattle in March 2026.", "Moved to Seattle in March 2026", "corrected"),
    ("Lives in Seattle", "I live in Portland, not Seattle.", "Lives in Portland", "corrected"),
    ("Sister lives in Lisbon", "My sister moved to Porto.", "Sister moved to Porto", "changed"),
    (
        "Sister Anna lives in Lisbon",
        "My sister Anna lives in Porto.",
        "Sister Anna lives in Porto",
        "changed",
    ),
    ("Works at Acme", "I started a new job at Globex.", "Started a new job at Globex", "changed"),
    ("Works at Acme as a nurse", "I quit my job at Acme.", "Quit their job at Acme", "changed"),
    ("Works at Acme", "I no longer work at Acme.", "No longer works at Acme", "changed"),
    ("34 years old", "I'm 35.", "35 years old", "changed"),
    ("34 years old", "I turned 35 today.", "Turned 35 on 2026-11-22", "changed"),
    ("Phone number is 555-1111", "My new phone number is 555-2222.", "Phone number is 555-2222", "changed"),
    ("Email is a@b.com", "My email is c@d.org", "Email is c@d.org", "changed"),
    ("Single", "I got married last month.", "Got married in October 2026", "changed"),
    ("Married to Ana", "I'm divorced.", "Divorced", "changed"),
    ("Drives a Honda Civic", "I drive a Tesla now.", "Drives a Tesla", "changed"),
    ("Drives a Honda Civic", "I sold my car.", "Sold their car", "changed"),
    ("Eats meat", "I don't eat meat anymore.", "No longer eats meat", "changed"),
    ("Vegetarian", "I'm no longer vegetarian.", "No longer vegetarian", "changed"),
    ("Vegetarian", "I'm vegan.", "Vegan", "changed"),
    ("Likes coffee", "I hate coffee.", "Hates coffee", "changed"),
    ("Loves sushi", "I don't like sushi anymore.", "No longer likes sushi", "changed"),
    ("Allergic to cats", "I'm not allergic to cats.", "Not allergic to cats", "changed"),
    ("Birthday is May 3", "Correction: my birthday is May 4.", "Birthday is May 4", "corrected"),
    ("Name is Anna", "My name is Ana, not Anna.", "Name is Ana", "corrected"),
    ("Favorite color is blue", "My favorite color is green now.", "Favorite color is green", "changed"),
    ("Boss is Karen", "My new boss is Tom.", "Boss is Tom", "changed"),
    ("Dentist is Dr. Lee", "My dentist is Dr. Kim now.", "Dentist is Dr. Kim", "changed"),
    ("Weighs 80 kg", "I weigh 78 kg.", "Weighs 78 kg", "changed"),
    ("Smokes", "I quit smoking.", "Quit smoking", "changed"),
    ("Runs 5k every morning", "I stopped running.", "Stopped running", "changed"),
    ("Rent is $2,000 a month", "My rent is $2,100 a month.", "Rent is $2,100 a month", "changed"),
    ("Wife works at Shell", "My wife works at BP.", "Wife works at BP", "changed"),
)
ADDED: tuple[tuple[str, str, str], ...] = (
    ("Lives in Seattle", "My sister lives in Lisbon.", "Sister lives in Lisbon"),
    ("Sister Anna lives in Lisbon", "My sister Maria lives in Porto.", "Sister Maria lives in Porto"),
    ("Friend Tom lives in Paris", "My friend Ben lives in Rome.", "Friend Ben lives in Rome"),
    ("Sister lives in Lisbon", "My sister lives in Porto.", "Sister lives in Porto"),
    ("Lives in Seattle", "I lived in Boston from 2010 to 2015.", "Lived in Boston from 2010 to 2015"),
    ("Lives in Seattle | updated_at=2026-05-01", "I moved to Boston in 2010.", "Moved to Boston in 2010"),
    ("Moved to Seattle in March 2026", "I moved to Boston in 2010.", "Moved to Boston in 2010"),
    ("Lives in Seattle", "When I was 10, I moved to Spain.", "Moved to Spain when they were 10"),
    ("Lives in Berlin", "I'm moving to Denver in June.", "Moving to Denver in June 2027"),
    ("Works at Acme", "I also work at Globex.", "Works at Globex"),
    ("Allergic to peanuts", "I'm allergic to penicillin.", "Allergic to penicillin"),
    ("Favorite color is blue", "My favorite food is ramen.", "Favorite food is ramen"),
    ("Weighs > 80 kg", "I weigh < 80 kg", "Weighs < 80 kg"),
    ("Knows C++", "I know C#", "Knows C#"),
    ("Lives in New York | tier=history | status=superseded", "I live in New York.", "Lives in New York"),
    ("Car is red", "My car is fast.", "Car is fast"),
)
KNOWN: tuple[tuple[str, str], ...] = (
    ("Moved to Seattle in March 2026", "I live in Seattle."),
    ("Allergic to penicillin", "I'm allergic to penicillin."),
    ("Allergic to penicillin.", "I am allergic to Penicillin"),
    ("Has two cats", "We have two cats."),
    ("Lives in Berlin", "I currently live in Berlin."),
    ("Lives in Berlin, Germany", "I live in Berlin."),
    ("我住在北京", "我住在北京。"),
)


def edits(tmp_path: Path, fact: str, said: str) -> tuple[Edit, ...]:
    ran = run_rules(write_tree(tmp_path, {"personal/about.md": [fact]}), "add", said)
    assert ran.failed == []
    assert isinstance(ran.outcome, Finished)
    assert "no language model" in ran.outcome.summary
    return ran.edits


@pytest.mark.parametrize(("fact", "said", "text", "reason"), REPLACED, ids=[row[1] for row in REPLACED])
def test_replaces(tmp_path: Path, fact: str, said: str, text: str, reason: str) -> None:
    found = edits(tmp_path, fact, said)
    assert [(e.op, e.before, e.fact and e.fact.text) for e in found] == [(Op.UPDATE, fact, text)]
    assert found[0].reason is not None
    assert found[0].reason.value == reason


@pytest.mark.parametrize(("fact", "said", "text"), ADDED, ids=[row[1] for row in ADDED])
def test_adds_beside(tmp_path: Path, fact: str, said: str, text: str) -> None:
    found = edits(tmp_path, fact, said)
    assert [(e.op, e.fact and e.fact.text) for e in found] == [(Op.ADD, text)]


@pytest.mark.parametrize(("fact", "said"), KNOWN, ids=[row[1] for row in KNOWN])
def test_known_already(tmp_path: Path, fact: str, said: str) -> None:
    assert edits(tmp_path, fact, said) == ()


def test_a_move_replaces_the_old_home_and_not_what_is_said_about_it(tmp_path: Path) -> None:
    found = edits(tmp_path, "Lives in Seattle", "I don't live in Seattle anymore, I moved to Portland.")
    assert [(e.op, e.fact and e.fact.text) for e in found] == [
        (Op.UPDATE, "Moved to Portland"),
        (Op.ADD, "No longer lives in Seattle"),
    ]


def test_the_last_word_in_one_text_counts(tmp_path: Path) -> None:
    ran = run_rules(tmp_path, "add", "I live in Seattle. Sorry, I meant Portland.")
    assert [e.fact and e.fact.text for e in ran.edits] == ["Lives in Portland"]


def test_nothing_worth_keeping_says_why(tmp_path: Path) -> None:
    ran = run_rules(tmp_path, "add", "Hi! What's up? Write a poem.")
    assert ran.edits == ()
    assert ran.tools == ["finish"]
    assert isinstance(ran.outcome, Finished)
    assert "Nothing worth keeping" in ran.outcome.summary
    assert "a question" in ran.outcome.summary


def test_searches_and_reads_before_it_writes(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"personal/about.md": ["Lives in Seattle"]})
    assert run_rules(root, "add", "I live in Portland.").tools == [
        "search_facts",
        "read_file",
        "update_facts",
        "finish",
    ]


def test_the_same_words_take_the_same_steps(tmp_path: Path) -> None:
    root = write_tree(tmp_path, {"personal/about.md": ["Lives in Seattle", "Likes tea"]})
    said = "I moved to Portland. I'm allergic to bees. My dog is called Rex. I hate tea."
    assert len({calls_of(run_rules(root, "add", said)) for _ in range(3)}) == 1


@pytest.mark.parametrize(
    ("files", "said", "path"),
    [
        ({"health.md": ["Has asthma"]}, "I'm allergic to penicillin.", "health.md"),
        (
            {"medical/allergies.md": ["Allergic to dust"]},
            "I'm allergic to penicillin.",
            "medical/allergies.md",
        ),
        (
            {"notes/body.md": "---\ndescription: Allergies, conditions, medication\n---\n- Has asthma\n"},
            "I'm allergic to penicillin.",
            "notes/body.md",
        ),
        ({"people/family.md": ["Brother is Paul"]}, "My sister lives in Lisbon.", "people/family.md"),
        ({"profile/me.md": ["Name is Sam", "Lives in Rome"]}, "I'm 34.", "personal/about.md"),
        ({"work/job.md": ["Works at Acme"]}, "My sister works at Shell.", "personal/family.md"),
        ({"health/fitness.md": ["Runs"]}, "I'm allergic to penicillin.", "health/allergies.md"),
        ({"food/preferences.md": ["Likes ramen"]}, "I prefer window seats.", "travel/preferences.md"),
    ],
)
def test_files_it_where_the_tree_has_a_place(
    tmp_path: Path, files: dict[str, str | list[str]], said: str, path: str
) -> None:
    assert [e.path for e in run_rules(write_tree(tmp_path, files), "add", said).edits] == [path]

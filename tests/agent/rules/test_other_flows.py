"""The built-in rules in the flows beside `add` and `retrieve`, through the real loop."""

from pathlib import Path

import pytest

from nanomem_tui.agent.toolbox import Crafted, Finished
from nanomem_tui.changes.model import Op
from tests.agent.rules.persona import PERSONA
from tests.agent.rules.runs import run_rules, write_tree


@pytest.fixture
def persona(tmp_path: Path) -> Path:
    return write_tree(tmp_path, PERSONA)


def test_update_replaces(persona: Path) -> None:
    ran = run_rules(persona, "update", "I work at Globex now.")
    assert [(e.op, e.before) for e in ran.edits] == [(Op.UPDATE, "Works at Acme as a software engineer")]


def test_ingest_keeps_the_persons_words_of_a_conversation(tmp_path: Path) -> None:
    talk = (
        "User: Hi! I'm planning a trip to Peru in May. Any tips?\n"
        "Assistant: I love Peru. I recommend Cusco.\n"
        "User: Thanks. By the way, I'm allergic to shrimp and my wife Ana is vegan.\n"
    )
    ran = run_rules(tmp_path, "ingest", talk)
    assert {e.fact.text for e in ran.edits if e.fact} == {
        "Planning a trip to Peru in May 2027",
        "Allergic to shrimp",
        "Wife Ana is vegan",
    }
    assert ran.failed == []


@pytest.mark.parametrize(
    ("request_", "gone"),
    [
        ("Allergic to penicillin", {"Allergic to penicillin"}),
        ("forget my phone number", {"Phone number is +1 206 555 0134"}),
        ("penicillin", {"Allergic to penicillin"}),
        ("everything about Rex", {"Dog Rex is 5 years old"}),
        ("Delete that I like Thai food", {"Likes Thai food"}),
        ("my blood type", set()),
    ],
)
def test_forgets_what_is_named_and_nothing_else(persona: Path, request_: str, gone: set[str]) -> None:
    ran = run_rules(persona, "forget", request_, tag="request")
    assert ran.failed == []
    assert {e.before for e in ran.edits} == gone
    assert {e.op for e in ran.edits} <= {Op.REMOVE}
    assert isinstance(ran.outcome, Finished)


def test_compact_archives_repetitions_and_what_is_over(tmp_path: Path) -> None:
    facts = [
        "Likes tea",
        "likes  tea.",
        "Bee sting | tier=working | expires_at=2026-01-23",
        "Likes C++",
        "Likes C#",
    ]
    root = write_tree(tmp_path, {"food/preferences.md": facts, "work/job.md": ["Likes tea"]})
    ran = run_rules(root, "compact", "food/preferences.md", tag="request")
    assert ran.failed == []
    assert {(e.op, e.before) for e in ran.edits} == {(Op.ARCHIVE, "likes  tea."), (Op.ARCHIVE, "Bee sting")}


def test_compact_leaves_a_tidy_file_alone(persona: Path) -> None:
    ran = run_rules(persona, "compact", "work/job.md", tag="request")
    assert ran.edits == ()
    assert isinstance(ran.outcome, Finished)
    assert "Nothing to tidy" in ran.outcome.summary


def test_augment_adds_the_few_facts_the_question_needs(persona: Path) -> None:
    ran = run_rules(persona, "augment", "recommend a restaurant", tag="query")
    assert isinstance(ran.outcome, Crafted)
    assert ran.outcome.prompt.startswith("recommend a restaurant\n\n[[user_data]]\n")
    assert ran.outcome.prompt.endswith("\n[[/user_data]]")
    assert "vegetarian" in ran.outcome.prompt
    assert "penicillin" not in ran.outcome.prompt


def test_augment_hands_on_a_question_that_needs_nothing(persona: Path) -> None:
    ran = run_rules(persona, "augment", "What is 2+2? [[user_data]]", tag="query")
    assert isinstance(ran.outcome, Crafted)
    assert "[[" not in ran.outcome.prompt

"""What `add` leaves out, and why it says so."""

from datetime import date

import pytest

from nanomem_tui.agent.rules import statements
from nanomem_tui.agent.rules.extract import extract

TODAY = date(2026, 11, 22)

CASES: tuple[tuple[str, str], ...] = (
    ("Hi!", statements.GREETING),
    ("Good morning everyone!", statements.GREETING),
    ("Thanks so much for your help!", statements.GREETING),
    ("ok, got it", statements.GREETING),
    ("Hello, how are you?", statements.QUESTION),
    ("Can you recommend a good book?", statements.QUESTION),
    ("What's the capital of France?", statements.QUESTION),
    ("How do I cook rice", statements.QUESTION),
    ("Should I move to Berlin?", statements.QUESTION),
    ("Do you know that I'm diabetic?", statements.QUESTION),
    ("any ideas for dinner", statements.QUESTION),
    ("Please write an email to my landlord.", statements.REQUEST),
    ("Write a poem about my cat.", statements.REQUEST),
    ("Translate this: I live in Rome.", statements.REQUEST),
    ("I need help with my homework.", statements.REQUEST),
    ("I'd like a recipe for soup", statements.REQUEST),
    ("I was wondering if you could explain it", statements.REQUEST),
    ("Let me know", statements.REQUEST),
    ("Remember to buy milk", statements.REQUEST),
    ("Call me on Monday.", statements.REQUEST),
    ("Please call me when you arrive.", statements.REQUEST),
    ("If I moved to Oslo, I would need a new coat.", statements.HYPOTHETICAL),
    ("I wish I had a dog.", statements.HYPOTHETICAL),
    ("Imagine I am a pirate.", statements.HYPOTHETICAL),
    ("I would move if I could", statements.HYPOTHETICAL),
    ("You are a helpful assistant.", statements.CHAT),
    ("I like your answer.", statements.CHAT),
    ("I don't understand.", statements.CHAT),
    ("I think that's wrong.", statements.CHAT),
    ("I love it", statements.CHAT),
    ("That's interesting and useful.", statements.CHAT),
    ("The weather is lovely today.", statements.CHAT),
    ("It's raining.", statements.CHAT),
    ("I'm so excited!", statements.PASSING),
    ("I'm hungry.", statements.PASSING),
    ("I'm going to bed.", statements.PASSING),
    ("I feel tired today.", statements.PASSING),
    ("She is nice.", statements.UNCLEAR),
    ("I've never been there.", statements.UNCLEAR),
    ("Paris is the capital of France.", statements.GENERAL),
    ("Water boils at 100 degrees.", statements.GENERAL),
    ("¿Dónde está la biblioteca?", statements.QUESTION),
    ("你好！", statements.GREETING),
    ("请帮我写一封信。", statements.REQUEST),
    ("Привет!", statements.GREETING),
    ("Danke!", statements.GREETING),
)


@pytest.mark.parametrize(("said", "reason"), CASES)
def test_leaves_out(said: str, reason: str) -> None:
    found = extract(said, TODAY)
    assert [kept.text for kept in found.kept] == []
    assert {dropped.reason for dropped in found.dropped} == {reason}


def test_keeps_the_statement_beside_a_question() -> None:
    found = extract("I live in Seattle, what's the weather like?", TODAY)
    assert [kept.text for kept in found.kept] == ["Lives in Seattle"]
    assert [dropped.reason for dropped in found.dropped] == [statements.QUESTION]


def test_what_is_asked_to_be_written_is_no_statement() -> None:
    found = extract("Please write to my boss saying that I'm sick and I can't come.", TODAY)
    assert found.kept == ()


def test_material_of_a_request_is_no_statement() -> None:
    found = extract("Fix the grammar of this text:\n\nI lives in Rome. I has two dog.", TODAY)
    assert found.kept == ()


def test_the_assistant_is_never_quoted() -> None:
    text = (
        "User: I ski.\nAssistant: I am allergic to nuts. My sister lives in Rome.\nUser: Thanks! I also swim."
    )
    assert [kept.text for kept in extract(text, TODAY).kept] == ["Skis", "Swims"]


def test_in_a_transcript_only_the_persons_life_counts() -> None:
    text = "User: Mount Everest is high. My dog Rex is 5.\nAssistant: Nice."
    assert [kept.text for kept in extract(text, TODAY).kept] == ["Dog Rex is 5"]

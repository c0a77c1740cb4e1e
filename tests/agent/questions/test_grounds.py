"""What a model read out of a text is held against it: guesses go, lost dates and negations come back."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.agent.questions.grounds import Read, dated, held
from nanomem_tui.changes.grounding import find_quote

TODAY = date(2026, 11, 23)


def kept(source: str, *facts: tuple[str, str]) -> list[tuple[str, str]]:
    now = dated(source, TODAY)
    return [(fact.text, fact.quote) for fact in held([Read(t, q, "a/b.md") for t, q in facts], source, now)]


def test_relative_dates_are_put_in_and_the_quote_stays_as_it_was_said() -> None:
    source = "Next month I'm running in Ghent."
    now = dated(source, TODAY)
    assert now.text == "in December 2026 I'm running in Ghent."
    for quote in ("in December 2026 I'm running in Ghent", "I'm running in Ghent"):
        [(text, said)] = kept(source, ("Runs in Ghent", quote))
        assert said in source
        assert text == ("Runs in Ghent in December 2026" if quote.startswith("in Dec") else "Runs in Ghent")
    assert kept(source, ("Runs in Ghent in December 2026", "in December 2026 I'm running in Ghent")) == [
        ("Runs in Ghent in December 2026", "Next month I'm running in Ghent")
    ]


@pytest.mark.parametrize(
    ("source", "fact"),
    [
        ("What is the capital of Peru?", ("The capital of Peru is Lima", "What is the capital of Peru?")),
        ("Is my sister Ana in Lisbon?", ("Sister Ana is in Lisbon", "my sister Ana in Lisbon")),
        ("I work at Globex.", ("Works at Initech", "I work at Globex")),
        ("I bought a car.", ("Bought a car in 2019", "I bought a car")),
        ("I like tea.", ("Is a software engineer", "I like tea")),
        ("I like tea.", ("", "I like tea")),
    ],
)
def test_what_was_not_said_is_left_out(source: str, fact: tuple[str, str]) -> None:
    assert kept(source, fact) == []


def test_a_not_is_never_lost() -> None:
    source = "I live in Portland now, not in New York."
    assert kept(source, ("Lives in New York", "not in New York")) == [("not in New York", "not in New York")]
    assert kept("I don't smoke.", ("No longer smokes", "I don't smoke")) == [
        ("No longer smokes", "I don't smoke")
    ]


def test_a_quote_that_is_not_there_becomes_the_sentence_that_says_it() -> None:
    source = "Hello there! My dog Bruno is six. Thanks."
    assert kept(source, ("Dog Bruno is six", "the dog's name is Bruno")) == [
        ("Dog Bruno is six", "My dog Bruno is six.")
    ]


def test_what_is_part_of_another_fact_is_said_once() -> None:
    source = "I drive an old Volvo from Ghent."
    facts = [
        ("Drives an old Volvo from Ghent", source),
        ("Old Volvo", "old Volvo"),
        ("Volvo, old", "old Volvo"),
    ]
    assert [text for text, _ in kept(source, *facts)] == ["Drives an old Volvo from Ghent"]


@pytest.mark.parametrize(
    ("source", "read", "text"),
    [
        ("My uncle Paul sells boats.", "Sells boats", "Uncle Paul sells boats"),
        ("My uncle Paul sells boats.", "Paul sells boats", "Uncle Paul sells boats"),
        (
            "My uncle Paul sells boats.",
            "Has an uncle Paul who sells boats",
            "Has an uncle Paul who sells boats",
        ),
        ("My cat sleeps all day.", "Sleeps all day", "Cat sleeps all day"),
        ("My uncle pays, so I sell boats.", "Sells boats", "Sells boats"),
        ("My car needs repair.", "Needs repair", "Needs repair"),
    ],
)
def test_what_is_told_of_others_does_not_become_ones_own(source: str, read: str, text: str) -> None:
    assert kept(source, (read, source.rstrip("."))) == [(text, source.rstrip("."))]


def test_other_scripts_are_not_held_to_words() -> None:
    assert kept("我住在北京。", ("住在北京", "我住在北京"))


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=80), st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_kept_quotes_the_source(source: str, text: str, quote: str) -> None:
    for _, said in kept(source, (text, quote)):
        assert find_quote(said, source) or said in source

"""What the ledger takes a model's prompt to hold: never less than it does."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanomem_tui.disclosure.tracing import trace_facts
from nanomem_tui.memory.document import parse
from nanomem_tui.memory.facts import Fact


def facts(*texts: str) -> list[Fact]:
    document = parse("".join(f"- {text}\n" for text in texts), "personal/about.md")
    return [replace(fact, path="personal/about.md") for fact in document.facts]


DIET, HOME, SISTER = facts("Vegetarian since 2016", "Lives in Utrecht", "Sister Ana lives in Lisbon")
READ = [DIET, HOME, SISTER]


def held(prompt: str, query: str = "Plan a dinner") -> set[str]:
    return {choice.fact.text for choice in trace_facts(prompt, query, READ) if choice.included}


def test_a_fact_in_its_own_words_is_held_and_others_are_not() -> None:
    prompt = "Plan a dinner\n\n[[user_data]]Vegetarian since 2016[[/user_data]]"
    assert held(prompt) == {DIET.text}


def test_other_forms_of_its_words_are_seen() -> None:
    assert held("Plan a dinner. [[user_data]]They are a vegetarian.[[/user_data]]") == {DIET.text}
    assert held("Plan a dinner. [[user_data]]They live near Utrecht.[[/user_data]]") == {HOME.text}


def test_a_fact_outside_the_marks_is_seen_too() -> None:
    assert HOME.text in held("Plan a dinner in Utrecht, where I am living.")


def test_personal_words_that_no_fact_explains_count_for_all_that_was_read() -> None:
    assert held("Plan a dinner. [[user_data]]Isst kein Fleisch[[/user_data]]") == {f.text for f in READ}


def test_words_of_its_own_beside_a_known_fact_count_for_all() -> None:
    assert len(held("Plan it. [[user_data]]Lives in Utrecht and avoids eating meat[[/user_data]]")) == 3


@pytest.mark.parametrize("words", ["They are ill", "They have MS", "Er ist 7", "他吃素"])
def test_short_words_are_personal_too(words: str) -> None:
    assert len(held(f"Plan it. [[user_data]]{words}[[/user_data]]")) == 3


def test_the_bare_question_holds_nothing_even_when_it_names_what_a_fact_says() -> None:
    query = "Where should I eat in Utrecht, where I live?"
    assert held(query, query) == set()
    assert held(f"[[user_data]]{query}[[/user_data]]", query) == set()


@given(st.sets(st.integers(0, 2)), st.text(max_size=40))
def test_what_is_copied_is_always_held(numbers: set[int], query: str) -> None:
    copied = [READ[number] for number in numbers]
    lines = "\n".join(f"- [[user_data]]{fact.text}[[/user_data]]" for fact in copied)
    choices = trace_facts(f"{query}\n\n{lines}", query, READ)
    assert {fact.ref for fact in copied} <= {choice.fact.ref for choice in choices if choice.included}
    assert sorted(choice.fact.ref for choice in choices) == sorted(fact.ref for fact in READ)

"""A call's arguments fit exactly or do not run, and the schemas cost few tokens."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.agent import tools

FACT = {"text": "Likes tea", "quote": "I like tea"}


def parse(name: str, **arguments: Any) -> tools.Arguments:
    return tools.parse_arguments(name, json.dumps(arguments))


def test_a_fitting_call_is_read() -> None:
    call = parse("add_facts", path="a.md", facts=[{**FACT, "tier": "working", "expires_at": "2026-03-05"}])
    assert isinstance(call, tools.AddFacts)
    assert call.facts[0].text == "Likes tea"
    assert str(call.facts[0].expires_at) == "2026-03-05"


def test_null_stands_for_left_out() -> None:
    call = parse("add_facts", path="a.md", facts=[{**FACT, "tier": None, "topic": None}])
    assert isinstance(call, tools.AddFacts)
    assert call.facts[0].tier is None


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ('{"path": "a.md"', "not valid JSON"),
        ('{"path": "a.md", "facts": []} trailing', "not valid JSON"),
        ('"text"', "object"),
        ("[]", "object"),
        ('{"path": "a.md"}', "facts: Field required"),
        ('{"path": "a.md", "facts": []}', "facts"),
        ('{"path": 5, "facts": [{"text": "a", "quote": "a"}]}', "path"),
        ('{"path": "a.md", "facts": [{"text": "a"}]}', "facts.0.quote"),
        ('{"path": "a.md", "facts": [{"text": "a", "quote": "a", "mood": "x"}]}', "facts.0.mood"),
        ('{"path": "a.md", "facts": [{"text": "a", "quote": "a", "tier": "soon"}]}', "facts.0.tier"),
        ('{"path": "a.md", "facts": [{"text": "a", "quote": "a", "expires_at": "May"}]}', "expires_at"),
        ('{"path": "a.md", "facts": [{"text": "a\\nb", "quote": "a"}]}', "one line"),
        ('{"path": "a.md", "facts": [{"text": "- a", "quote": "a"}]}', "bullet"),
        ('{"path": "a.md", "facts": [{"text": "a | tier=working", "quote": "a"}]}', "own fields"),
        ('{"path": "a.md", "facts": [{"text": "   ", "quote": "a"}]}', "facts.0.text"),
    ],
)
def test_a_call_that_does_not_fit_says_what_is_wrong(arguments: str, told: str) -> None:
    with pytest.raises(tools.BadArguments, match=told):
        tools.parse_arguments("add_facts", arguments)


def test_a_pipe_in_a_fact_is_text() -> None:
    call = parse("add_facts", path="a.md", facts=[{"text": "Uses grep | sort = daily", "quote": "x"}])
    assert isinstance(call, tools.AddFacts)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(tools.TOOLS)), st.text(max_size=40))
def test_no_text_does_anything_but_fit_or_be_refused(name: str, raw: str) -> None:
    try:
        tools.parse_arguments(name, raw)
    except tools.BadArguments as error:
        assert "\n" not in str(error)


def test_schemas_are_plain_and_compact() -> None:
    for name in tools.TOOLS:
        text = json.dumps(tools.spec(name).schema)
        for noise in ("$ref", "$defs", 'title":', "anyOf", "default"):
            if name == "describe_file" and noise.startswith("title"):
                continue
            assert noise not in text, (name, noise)
    item = tools.spec("add_facts").schema["properties"]["facts"]["items"]
    assert item["required"] == ["text", "quote"]
    assert item["properties"]["tier"]["enum"] == ["working", "long_term", "history"]
    assert set(tools.spec("describe_file").schema["properties"]) == {"path", "title", "description"}


@pytest.mark.parametrize("half", ["\\ud800", "\\udfff", "\ud800"])
def test_half_a_character_is_refused_with_a_sentence(half: str) -> None:
    with pytest.raises(tools.BadArguments, match="a text holds half a character"):
        tools.parse_arguments("search_facts", f'{{"query": "tea {half}"}}')

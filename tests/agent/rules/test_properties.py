"""What must hold for any text at all."""

import asyncio
import json
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.agent.context import first_message
from nanomem_tui.agent.models.base import Message, Request, Response, Role, TextDelta
from nanomem_tui.agent.models.rules import RulesModel
from nanomem_tui.agent.rules.archival import archive_form
from nanomem_tui.agent.rules.dates import Tense, resolve
from nanomem_tui.agent.rules.extract import extract
from nanomem_tui.agent.rules.meaning import read
from nanomem_tui.agent.rules.needs import need_of
from nanomem_tui.agent.rules.sentences import sentences
from nanomem_tui.agent.rules.speaking import second_person
from nanomem_tui.agent.tools import parse_arguments, spec

TODAY = date(2026, 11, 22)
_WORDS = """
I I'm my My we sister dog Anna live in Seattle and , . ! ? not but allergic to penicillin moved yesterday next
Friday until January 20 User: Assistant: - > ``` " ' | tier=working ( ) 我住在北京 。 é 🍕 have two can't
don't anymore if when since for weeks is was the a May 31 February 30 Correction: I
"""
WORDS = [*_WORDS.split(), "\n", "\n\n", ""]
prose = st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)
anything = st.one_of(st.text(max_size=200), prose)


@settings(deadline=None, max_examples=250)
@given(anything)
def test_quotes_are_exact_and_texts_are_one_line(text: str) -> None:
    for kept in extract(text, TODAY).kept:
        assert kept.quote in text
        assert kept.text.strip()
        assert "\n" not in kept.text


@settings(deadline=None, max_examples=150)
@given(anything)
def test_sentences_are_where_they_say(text: str) -> None:
    found = sentences(text)
    assert all(text[s.start : s.end] == s.text for s in found)
    assert [s.start for s in found] == sorted(s.start for s in found)


@settings(deadline=None, max_examples=150)
@given(anything, st.sampled_from(Tense), st.dates())
def test_no_text_and_no_day_trips_the_rules(text: str, tense: Tense, day: date) -> None:
    resolve(text, day, tense)
    archive_form(text)
    read(text)
    second_person(text)
    need_of(text)


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.tuples(st.booleans(), prose.map(lambda t: t.replace("User:", "").replace("Assistant:", ""))),
        max_size=6,
    )
)
def test_no_word_of_the_assistant_is_kept(turns: list[tuple[bool, str]]) -> None:
    told = [("User: " if own else "Assistant: robot says ") + " ".join(words.split()) for own, words in turns]
    for kept in extract("\n".join([*told, "Assistant: robot out."]), TODAY).kept:
        assert "robot" not in kept.quote


def ask(text: str, tag: str, tools: tuple[str, ...]) -> Response:
    """The first reply of the model to an opening."""
    messages = (Message(Role.SYSTEM, ""), Message(Role.USER, first_message((), TODAY, [(tag, text)])))
    request = Request(messages, tuple(spec(tool) for tool in tools), 1000)

    async def collect() -> list[TextDelta | Response]:
        return [piece async for piece in RulesModel().stream(request)]

    *deltas, last = asyncio.run(collect())
    assert all(isinstance(delta, TextDelta) for delta in deltas)
    assert isinstance(last, Response)
    return last


@settings(deadline=None, max_examples=100)
@given(anything)
def test_every_call_fits_its_tool(text: str) -> None:
    adding = ask(text, "source", ("search_facts", "read_file", "add_facts", "update_facts", "finish"))
    asking = ask(text, "query", ("search_facts", "read_file", "answer"))
    for call in adding.calls + asking.calls:
        parse_arguments(call.name, json.dumps(json.loads(call.arguments)))
    assert adding.calls
    assert asking.calls

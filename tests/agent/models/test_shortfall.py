"""A server that reads less than it was sent is noticed, and no other."""

import pytest

from nanomem_tui.agent.models.base import Message, Request, Response, Role, ToolCall
from nanomem_tui.agent.models.openai import OpenAIModel
from nanomem_tui.agent.models.shortfall import Shortfall
from tests.loopback import ScriptedServer
from tests.replies import Spoken

WORDS = "The person lives in Seattle and is allergic to penicillin. " * 200


def request(text: str, *, grown: bool = False) -> Request:
    calls = (ToolCall("c1", "search_facts", "{}"),) if grown else ()
    return Request((Message(Role.USER, text), Message(Role.ASSISTANT, "", calls)), (), 400)


@pytest.mark.parametrize("text", [WORDS, "汉字" * 2000, "x = {'a': 1}\n" * 500])
def test_an_ordinary_count_is_no_sign(text: str) -> None:
    for characters_a_token in (1, 2, 3.5, 5, 6.5):
        assert Shortfall().note(request(text), int(len(text) / characters_a_token)) == ""
    assert Shortfall().note(request(text), 0) == "", "the server does not say"


def test_a_prompt_cut_in_half_is_told() -> None:
    note = Shortfall().note(request(WORDS), len(WORDS) // 4 // 3)
    assert "context" in note
    assert note.endswith("Raise the server's context size.")


def test_tokens_left_out_because_they_were_cached_are_no_sign() -> None:
    shortfall = Shortfall()
    counts = [len(WORDS) // 4, 40, 41, 39]
    assert [shortfall.note(request(WORDS, grown=count < 99), count) for count in counts] == [""] * 4


def test_a_count_that_stays_while_the_prompt_grows_is_told() -> None:
    shortfall = Shortfall()
    assert shortfall.note(request(WORDS), len(WORDS) // 4) == ""
    assert shortfall.note(request(WORDS * 3, grown=True), len(WORDS) // 4) != ""


async def test_the_note_comes_with_the_reply() -> None:
    with ScriptedServer([Spoken("ok", usage=(100, 2, 0)), Spoken("ok", usage=(9000, 2, 0))]) as server:
        model = OpenAIModel(server.base_url, "m")
        notes = []
        for _ in range(2):
            *_, response = [piece async for piece in model.stream(request(WORDS))]
            assert isinstance(response, Response)
            notes.append(response.note)
        await model.close()
    assert [bool(note) for note in notes] == [True, False]

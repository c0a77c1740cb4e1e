"""Putting answers together: the same answer, however a server cuts and numbers it."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.agent.models.base import Response, Usage
from nanomem_tui.agent.models.printed import printed_calls
from nanomem_tui.agent.models.sse import BrokenStream, Events
from nanomem_tui.agent.models.stream import Accumulator, call_ids, is_object, whole_text
from tests.replies import call_delta, chunk, sse

OFFERED = ("search_facts", "add_facts", "finish")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [
    *("choices", "delta", "message", "content", "tool_calls", "function", "name", "arguments", "id"),
    *("index", "usage", "finish_reason", "model", "prompt_tokens_details", "prompt_tokens"),
]
ARGUMENTS = st.dictionaries(st.text(max_size=6), JSON, max_size=3)
CALLS = st.lists(st.tuples(st.sampled_from(OFFERED), ARGUMENTS), max_size=4)


def read(body: bytes, cuts: list[int] | None = None) -> Response:
    """What comes of a body that arrives in pieces cut at these places."""
    events, answer = Events(), Accumulator(call_ids(), OFFERED)
    places = sorted({cut % (len(body) + 1) for cut in cuts or []})
    said = ""
    for start, end in zip([0, *places], [*places, len(body)], strict=True):
        for event in events.feed(body[start:end]):
            said += answer.feed(event)
    for event in events.finish():
        said += answer.feed(event)
    response = answer.response(Usage(requests=1))
    assert response.text in (said, "")
    return response


def shuffled_fields(style: str, n: int, piece: int, name: str) -> Mapping[str, Any]:
    """The fields of a piece, in one of the ways servers number calls."""
    first = piece == 0
    named = {"name": name} if first else {}
    styles: dict[str, dict[str, Any]] = {
        "book": {"index": n, **({"id": f"c{n}"} if first else {}), **named},
        "zero": {"index": 0, **({"id": f"c{n}"} if first else {}), **named},
        "ids": {"id": f"c{n}", **named},
        "all": {"index": n, "id": f"c{n}", "name": name},
        "new ids": {"index": n, "id": f"c{n}-{piece}", **named},
    }
    return styles[style]


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30),
    calls=CALLS,
    style=st.sampled_from(["book", "zero", "ids", "all", "new ids"]),
    size=st.integers(1, 40),
    cuts=st.lists(st.integers(0, 10_000), max_size=12),
    end=st.sampled_from([b"\n", b"\r\n", b"\r"]),
)
def test_an_answer_is_the_same_however_it_is_cut(
    text: str, calls: list[tuple[str, dict[str, Any]]], style: str, size: int, cuts: list[int], end: bytes
) -> None:
    body = b"".join(sse(chunk({"content": text[at : at + size]})) for at in range(0, len(text), size))
    for n, (name, arguments) in enumerate(calls):
        raw = json.dumps(arguments)
        for piece, at in enumerate(range(0, len(raw), size)):
            fields = shuffled_fields(style, n, piece, name)
            body += sse(chunk(call_delta(raw[at : at + size], **fields)))
    body += sse(chunk({}, finish="tool_calls")) + sse("[DONE]")
    response = read(body.replace(b"\n", end), cuts)
    distinct = list(
        {
            (name, json.dumps(arguments, sort_keys=True)): (name, arguments) for name, arguments in calls
        }.values()
    )
    assert [(call.name, json.loads(call.arguments)) for call in response.calls] == distinct
    assert response.finish_reason == "tool_calls"
    if calls:
        assert response.text == text


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.lists(st.integers(0, 300), max_size=6))
def test_any_bytes_are_read_or_refused(body: bytes, cuts: list[int]) -> None:
    for tried in (body, b"data: " + body + b"\n\n", b"{" + body, b'data: {"choices": ' + body + b"}\n\n"):
        try:
            assert read(tried, cuts).calls == ()
        except BrokenStream as refused:
            assert str(refused)


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        JSON,
        lambda inner: (
            st.dictionaries(
                st.sampled_from(FIELDS),
                inner,
                max_size=4,
            )
            | st.lists(inner, max_size=3)
        ),
        max_leaves=20,
    )
)
def test_no_document_of_odd_types_is_a_defect(choices: Any) -> None:
    answer = Accumulator(call_ids(), OFFERED)
    for event in ({"choices": choices}, {"choices": [choices]}, {"choices": [{"delta": choices}]}, choices):
        if isinstance(event, dict):
            answer.feed(event)
    response = answer.response(Usage())
    for text in (response.text, response.model, *(call.arguments for call in response.calls)):
        text.encode()


@settings(max_examples=100, deadline=None)
@given(calls=CALLS.filter(bool), keep=st.floats(0, 0.999))
def test_a_cut_answer_never_looks_finished(calls: list[tuple[str, dict[str, Any]]], keep: float) -> None:
    body = b"".join(
        sse(chunk(call_delta(json.dumps(arguments), index=n, id=str(n), name=name)))
        for n, (name, arguments) in enumerate(calls)
    )
    whole = (body + sse(chunk({}, finish="tool_calls"))).rstrip()
    assert read(whole).finish_reason == "tool_calls"
    assert read(whole[: int(len(whole) * keep)]).finish_reason is None


def test_an_event_without_its_last_line_end_counts_when_it_is_whole() -> None:
    assert read(sse(chunk({"content": "hi"}, finish="stop")).rstrip()).finish_reason == "stop"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_document_over_several_lines_is_one(end: str) -> None:
    lines = json.dumps(chunk({"content": "hi"}, finish="stop"), indent=1).split("\n")
    body = "".join(f"data: {line}{end}" for line in lines) + end
    assert read(body.encode(), list(range(len(body)))).text == "hi"


@pytest.mark.parametrize(
    ("pieces", "calls"),
    [
        ([("a", "", "{}"), ("a", "", "{}")], 1),
        ([("a", "", '{"x": 1}'), ("a", "", '{"x":1}')], 1),
        ([("a", "", '{"x": 1}'), ("a", "", '{"x": 2}')], 2),
        ([("a", "", '{"x":'), ("a", "", " 1}")], 1),
        ([("a", "", ""), ("b", "", "")], 2),
        ([("a", "1", ""), ("a", "2", '{"x": 1}')], 2),
        ([("a", "1", "{}"), ("a", "1", "")], 1),
    ],
)
def test_calls_are_told_apart_without_numbers(pieces: list[tuple[str, str, str]], calls: int) -> None:
    answer = Accumulator(call_ids())
    for name, id, arguments in pieces:
        answer.feed(chunk(call_delta(arguments, index=0, id=id, name=name)))
    assert len(answer.response(Usage()).calls) == calls


FORMS: Mapping[str, Callable[[str], str]] = {
    "tag": lambda call: f"<tool_call>{call}</tool_call>",
    "fence": lambda call: f"```json\n{call}\n```",
    "bare fence": lambda call: f"```\n{call}\n```",
    "bare": lambda call: call,
    "thoughts": lambda call: f"<think>I should {call}</think>\n<tool_call>\n{call}\n</tool_call>\n",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
@settings(max_examples=30, deadline=None)
@given(arguments=ARGUMENTS)
def test_a_printed_call_is_understood_alone_and_not_beside_words(
    form: Callable[[str], str], arguments: dict[str, Any]
) -> None:
    text = form(json.dumps({"name": "finish", "arguments": arguments}))
    ((name, raw),) = printed_calls(text, OFFERED)
    assert (name, json.loads(raw)) == ("finish", arguments)
    assert printed_calls(f"Sure! {text}", OFFERED) == []
    assert printed_calls(f"{text} Done.", OFFERED) == []
    assert printed_calls(text, ("search_facts",)) == []
    assert printed_calls(text[:-3], OFFERED) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"name": "finish"}',
        '{"name": "finish", "arguments": "text"}',
        '{"name": "finish", "arguments": {}, "note": "and more"}',
        '{"text": "a person\'s JSON"}',
        '[{"name": "finish", "arguments": {}}, 1]',
        "<tool_call></tool_call>",
    ],
)
def test_other_json_stays_text(text: str) -> None:
    assert printed_calls(text, OFFERED) == []


@given(st.text())
@settings(max_examples=100, deadline=None)
def test_text_is_made_whole_without_loss(text: str) -> None:
    halves = text.encode("utf-16-le", "surrogatepass")
    units = "".join(
        halves[at : at + 2].decode("utf-16-le", "surrogatepass") for at in range(0, len(halves), 2)
    )
    whole_text(text).encode()
    if not any("\ud800" <= character <= "\udfff" for character in text):
        assert whole_text(units) == whole_text(text) == text


@given(JSON)
@settings(max_examples=60, deadline=None)
def test_only_an_object_is_an_object(value: Any) -> None:
    assert is_object(json.dumps(value)) == isinstance(value, dict)
    assert not is_object(json.dumps(value)[:-1])

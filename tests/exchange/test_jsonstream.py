"""JSON in pieces: the same values as in one go, and damage that takes no neighbor along."""

import io
import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.exchange import jsonstream
from nanomem_tui.exchange.jsonstream import Fault, elements, sniff_encoding, top_keys
from tests.exchange.making import chatgpt, conversations, damaged, items

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
GOOD = {"title": "Good", "mapping": {"a": 1}, "note": 'quotes " and \\ and ] }'}


def values(text: str | bytes, **more: Any) -> list[Any]:
    data = text if isinstance(text, bytes) else text.encode()
    return [element.value for element in elements(io.BytesIO(data), **more)]


@pytest.fixture
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every element goes beyond a window."""
    monkeypatch.setattr(jsonstream, "CHUNK", 7)


@given(st.lists(VALUES, max_size=6), st.sampled_from([None, 2]), st.booleans(), st.integers(1, 40))
@settings(max_examples=150, deadline=None)
def test_elements_are_those_of_the_whole(
    held: list[Any], indent: int | None, escaped: bool, window: int
) -> None:
    text = json.dumps(held, indent=indent, ensure_ascii=escaped)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsonstream, "CHUNK", window)
        assert values(text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")) == json.loads(
            text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        )


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes_end(data: bytes) -> None:
    list(elements(io.BytesIO(data)))
    list(elements(io.BytesIO(b'[{"a": 1}, ' + data)))


@pytest.mark.usefixtures("small_windows")
def test_members_of_inner_objects_keep_their_path() -> None:
    text = json.dumps({"data": {"v": 1, "chats": {"s": [1, {"a": [2]}], "m": []}}, "more": [3]})
    into = ((), ("data",), ("data", "chats"), ("data", "chats", "s"))
    found = [(e.path, e.value) for e in elements(io.BytesIO(text.encode()), into=into)]
    assert found == [
        (("data", "v"), 1),
        (("data", "chats", "s"), 1),
        (("data", "chats", "s"), {"a": [2]}),
        (("data", "chats", "m"), []),
        (("more",), [3]),
    ]


@pytest.mark.parametrize("window", [16, 1 << 20])
@pytest.mark.parametrize(
    "broken",
    [
        '{"title": "Bad", "mapping": oops}',
        '{"title": "Bad", "mapping": {"a" 1}}',
        '{"title": "Bad", "note": "un"quoted", "mapping": {}}',
        '{"title": "Bad", "mapping": {"a": [1}}',
        '{"title": "Bad", "note": "never closed, "mapping": {}}',
    ],
)
def test_damage_takes_no_neighbor_along(broken: str, window: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonstream, "CHUNK", window)
    good = json.dumps(GOOD)
    found = values(f"[{good}, {broken}, {good}, {good}]")
    assert [value for value in found if not isinstance(value, Fault)] == [GOOD] * 3
    assert {value.title for value in found if isinstance(value, Fault)} == {"Bad"}


def test_a_file_that_is_cut_off_gives_what_is_whole() -> None:
    whole = json.dumps([GOOD, GOOD, {**GOOD, "title": "Last"}])
    found = values(whole[:-30])
    assert found[:2] == [GOOD, GOOD]
    assert [value.title for value in found[2:]] == ["Last"]


@pytest.mark.usefixtures("small_windows")
def test_an_element_beyond_the_cap_is_passed_over_without_being_held() -> None:
    large = {"title": "Huge", "text": 'x" ] }' * 1000}
    found = values(json.dumps([GOOD, large, GOOD]), cap=1000)
    assert (found[0], found[2]) == (GOOD, GOOD)
    assert found[1].title == "Huge"


def test_a_gigantic_message_is_named_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonstream, "ELEMENT_CAP", 5000)
    monkeypatch.setattr(jsonstream, "CHUNK", 2000)
    found = items(
        [
            chatgpt([("user", "Hi.")], "A"),
            chatgpt([("user", "x" * 9000)], "Huge"),
            chatgpt([("user", "Hi.")], "B"),
        ]
    )
    assert ([talk.title for talk in conversations(found)], damaged(found)) == (["A", "B"], ["Huge"])


def test_nesting_beyond_all_sense_is_a_fault() -> None:
    (fault,) = values("[" + "[" * 200_000 + "]" * 200_000 + "]")
    assert isinstance(fault, Fault)


def test_exports_appended_to_one_another_are_all_read() -> None:
    assert values(json.dumps([GOOD]) + "\n" + json.dumps([GOOD, GOOD])) == [GOOD] * 3


def test_odd_numbers_are_read() -> None:
    found = values("[1, -2.5e3, NaN, Infinity, true, null]")
    assert found[:2] == [1, -2500.0]
    assert math.isnan(found[2])


def test_keys_of_an_object_are_seen_in_its_head() -> None:
    assert top_keys('{"omf": "1.0", "memories": [{"content": "x"') == {"omf", "memories"}


def test_what_is_no_text_has_no_encoding() -> None:
    assert sniff_encoding("Müller".encode("latin-1")) is None
    assert sniff_encoding(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR") is None
    assert sniff_encoding("naïve".encode()[:3]) == "utf-8"

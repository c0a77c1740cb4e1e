"""Recorded effects turn a text into the next and back, byte by byte, also where it has moved on."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.changes.effects import Displaced, diff, inverse, replay
from nanomem_tui.changes.model import Change, ChangeState, Splice
from nanomem_tui.changes.serialize import dumps, loads

from .conftest import NOW, PERSON

ABOUT = "personal/about.md"
lines = st.lists(
    st.sampled_from(["- a\n", "- b\n", "- c\r\n", "\n", "## H\n", "é\udc80\n", "\r", "end"]), max_size=12
)
texts = st.one_of(lines.map("".join), st.text(alphabet=st.characters(), max_size=40))
maybe = st.one_of(st.none(), texts)


@given(before=maybe, after=maybe)
@settings(deadline=None, max_examples=300)
def test_there_and_back(before: str | None, after: str | None) -> None:
    splices = diff(ABOUT, before, after)
    assert replay(before, splices) == after
    assert replay(after, inverse(splices)) == before


@given(before=texts, after=texts, later=st.lists(st.integers(0, 99), max_size=3))
@settings(deadline=None, max_examples=200)
def test_in_a_file_that_moved_on_nothing_of_others_is_lost(before: str, after: str, later: list[int]) -> None:
    splices = diff(ABOUT, before, after)
    moved = after.splitlines(keepends=True) if "\r" not in after else [after]
    for n, at in enumerate(later):
        moved.insert(at % (len(moved) + 1), f"their line {n}\n")
    text = "".join(moved)
    try:
        undone = replay(text, inverse(splices))
    except Displaced as displaced:
        assert displaced.splice.path == ABOUT
        return
    assert undone is not None
    assert all(f"their line {n}" in undone for n in range(len(later)))


def test_large_rewrites_are_one_splice() -> None:
    before = "".join(f"- old {i}\n" for i in range(4_000))
    after = "".join(f"- new {i}\n" for i in range(4_000))
    (splice,) = diff(ABOUT, "# Title\n" + before, "# Title\n" + after)
    assert splice.at == 1


def test_an_insertion_finds_its_place_by_its_neighbors() -> None:
    splice = Splice("a.md", 2, "", "- new\n", above="- b\n", below="- c\n")
    assert replay("- z\n- y\n- x\n- b\n- c\n", (splice,)) == "- z\n- y\n- x\n- b\n- new\n- c\n"
    with pytest.raises(Displaced):
        replay("- z\n- y\n- x\n", (splice,))


def test_two_places_that_look_alike_are_no_place() -> None:
    splice = Splice("a.md", 9, "- b\n", "- c\n", above="- q\n", below="- r\n")
    with pytest.raises(Displaced):
        replay("- b\n\n- b\n", (splice,))


json_texts = st.text(alphabet=st.characters(), max_size=30)


@given(request=json_texts, summary=json_texts)
@settings(deadline=None, max_examples=50)
def test_any_words_survive_being_stored(request: str, summary: str) -> None:
    change = Change("01", ChangeState.PENDING, "add", PERSON, request, NOW, summary=summary)
    assert loads(dumps(change)) == change
    assert dumps(change).isascii()

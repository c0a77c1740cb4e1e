"""Editing a whole file as text: what the person leaves alone keeps its very characters."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.memory.visible import visible
from nanomem_tui.tui.widgets.raw_editor import merged, shown

TEXTS = st.text(
    alphabet=st.one_of(st.sampled_from("ab\r\n\x1b\u2028\x85\t\udc80|-"), st.characters()), max_size=40
)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_a_text_left_alone_is_the_same_text(text: str) -> None:
    assert merged(text, shown(text)) == text


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_an_editor_can_hold_what_is_shown(text: str) -> None:
    assert "\r" not in shown(text)
    assert visible(shown(text), newlines=True) == shown(text)


def test_a_touched_line_is_the_only_one_that_changes() -> None:
    original = "one\r\ntwo\x1b\r\nthree\nfour"
    edited = shown(original).replace("three", "3\nand more")
    assert merged(original, edited) == "one\r\ntwo\x1b\r\n3\r\nand more\r\nfour"


def test_deleting_everything_leaves_nothing() -> None:
    assert merged("one\ntwo\n", "") == ""


def test_new_lines_end_as_the_file_does() -> None:
    assert merged("one\r\n", "one\ntwo\n") == "one\r\ntwo\r\n"

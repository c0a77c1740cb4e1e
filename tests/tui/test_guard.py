"""The guard of the deciding keys, for any order of comings, paints and keys."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.tui.guard import SETTLE, Guard, now


def test_no_key_decides_before_the_screen_was_painted() -> None:
    guard = Guard()
    guard.came()
    assert guard.holds(now() + 1000)
    assert not guard.is_ready


def test_a_key_struck_before_the_last_paint_is_early() -> None:
    guard = Guard()
    guard.came()
    guard.painting()()
    struck = now()
    guard.changed()
    guard.painting()()
    assert guard.is_painted
    assert guard.is_early(struck)
    assert not guard.is_early(now())


def test_the_paint_of_what_was_shown_before_does_not_count() -> None:
    guard = Guard()
    old = guard.painting()
    guard.changed()
    old()
    assert not guard.is_painted


@given(st.lists(st.floats(min_value=0.0, max_value=SETTLE * 0.99), min_size=1, max_size=30))
@settings(max_examples=50, deadline=None)
def test_no_key_of_a_burst_decides_and_the_first_after_a_pause_does(gaps: list[float]) -> None:
    guard = Guard()
    guard.came()
    guard.painting()()
    assert guard.held_until is not None
    struck = guard.held_until - SETTLE
    for gap in gaps:
        struck += gap
        assert guard.holds(struck)
    assert not guard.holds(struck + SETTLE * 1.01)

"""Changing one level of a policy: its other lines stay as the person wrote them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.policy import Policy
from nanomem_tui.memory.policy_edit import set_level

WRITTEN = """# Mine. Keep it.
levels:                       # glob of paths: level
    "tax/**": private   # not even the name

    health: ask
# who may know what
recipients:
  work-assistant: {allow: ["work/**"]}
"""


def test_a_known_glob_changes_one_word() -> None:
    changed = set_level(WRITTEN, "tax/**", Level.ASK)
    assert changed == WRITTEN.replace('"tax/**": private', '"tax/**": ask')


def test_a_new_glob_is_one_new_line_behind_the_others() -> None:
    changed = set_level(WRITTEN, "diary/**", Level.PRIVATE)
    assert changed == WRITTEN.replace("health: ask\n", 'health: ask\n    "diary/**": private\n')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 'levels:\n  "a/**": ask\n'),
        ("# nothing yet", '# nothing yet\nlevels:\n  "a/**": ask\n'),
        ("levels:\n", 'levels:\n  "a/**": ask\n'),
        ("levels: # none\nrecipients:\n", 'levels: # none\n  "a/**": ask\nrecipients:\n'),
        ("levels: {}\n", 'levels: {"a/**": ask}\n'),
        ("levels: {b: open}\n", 'levels: {b: open, "a/**": ask}\n'),
        ('levels: {"a/**": private}\n', 'levels: {"a/**": ask}\n'),
        ("{levels: {b: open}}\n", '{levels: {b: open, "a/**": ask}}\n'),
        ("levels:\r\n  b: open\r\n", 'levels:\r\n  b: open\r\n  "a/**": ask\r\n'),
        ("levels:\n  b: open", 'levels:\n  b: open\n  "a/**": ask\n'),
        ("\ufefflevels:\n  b: open\n", '\ufefflevels:\n  b: open\n  "a/**": ask\n'),
        ("# ü\nlevels:\n  ü: open # ü\n", '# ü\nlevels:\n  ü: open # ü\n  "a/**": ask\n'),
        ("recipients:\n  w: {allow: [x]}\n", 'recipients:\n  w: {allow: [x]}\nlevels:\n  "a/**": ask\n'),
        ('levels:\n  "a/**": open\n  "a/**": private\n', 'levels:\n  "a/**": ask\n  "a/**": ask\n'),
    ],
)
def test_forms(text: str, expected: str) -> None:
    assert set_level(text, "a/**", Level.ASK) == expected


@pytest.mark.parametrize("text", ["levels: [1]\n", "levels:\n  a: secret\n", "x: 1\n", "levels: {a: open\n"])
def test_a_broken_policy_is_left_to_the_person(text: str) -> None:
    with pytest.raises(UsageError, match="Nothing was changed"):
        set_level(text, "a/**", Level.ASK)


@pytest.mark.parametrize("glob", ["", "  ", "/", "."])
def test_an_empty_glob_is_none(glob: str) -> None:
    with pytest.raises(UsageError, match="empty"):
        set_level("", glob, Level.ASK)


def test_what_lines_cannot_change_is_refused_with_what_to_write() -> None:
    with pytest.raises(UsageError, match="line by line") as caught:
        set_level("levels:\n  a: &same ask\n  b: *same\n", "b", Level.PRIVATE)
    assert "b: private" in caught.value.next_step


GLOBS = st.text(alphabet="ab*/? .ü\"'#:&{}-", min_size=1, max_size=12)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(GLOBS, st.sampled_from(Level)), min_size=1, max_size=6))
def test_any_glob_in_any_order_is_read_back_and_nothing_else_moves(
    steps: list[tuple[str, Level]],
) -> None:
    text, wanted = WRITTEN, {"tax/**": Level.PRIVATE, "health": Level.ASK}
    for glob, level in steps:
        try:
            changed = set_level(text, glob, level)
        except UsageError:
            continue
        kept = [line for line in text.splitlines() if line in changed.splitlines()]
        assert len(kept) >= len(text.splitlines()) - 1
        wanted[" ".join(glob.split())] = level
        text = changed
    assert dict(Policy.parse(text).levels) == wanted
    assert Policy.parse(text).recipients == Policy.parse(WRITTEN).recipients

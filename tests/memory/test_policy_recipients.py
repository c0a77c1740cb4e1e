"""Changing one recipient of a policy: its other lines stay as the person wrote them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.memory.errors import NotFound, UsageError
from nanomem_tui.memory.policy import Policy
from nanomem_tui.memory.policy_recipients import set_recipient, without_recipient

WRITTEN = """# Mine. Keep it.
recipients:          # who may know what
  work-assistant: {allow: ["work/**", projects]}   # at the office
  doctor:
    allow:
      - health/**    # all of it
      # not the diary
      - diary/sleep.md

levels:
  "tax/**": private
"""


def test_a_new_recipient_is_one_new_line_behind_the_others() -> None:
    changed = set_recipient(WRITTEN, "tax adviser", ["tax/**", "money/*"])
    line = '  tax adviser: {allow: ["tax/**", "money/*"]}\n'
    assert changed == WRITTEN.replace("sleep.md\n", f"sleep.md\n{line}")


def test_a_list_on_one_line_is_written_anew() -> None:
    changed = set_recipient(WRITTEN, "work-assistant", ["work/**"])
    assert changed == WRITTEN.replace('["work/**", projects]', '["work/**"]')


def test_of_a_list_of_lines_only_those_change_that_must() -> None:
    changed = set_recipient(WRITTEN, "doctor", ["health/**", "food/**"])
    assert changed == WRITTEN.replace("      - diary/sleep.md\n", '      - "food/**"\n')


def test_a_recipient_goes_with_its_lines() -> None:
    changed = without_recipient(WRITTEN, "work-assistant")
    assert changed == "".join(line for line in WRITTEN.splitlines(True) if "office" not in line)
    changed = without_recipient(changed, "doctor")
    assert changed == "# Mine. Keep it.\nrecipients:          # who may know what\n\nlevels:\n" + (
        '  "tax/**": private\n'
    )
    assert set_recipient(changed, "a", ["b"]).count("recipients:") == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "recipients:\n  a: {allow: [b]}\n"),
        ("levels: {x: ask}", "levels: {x: ask}\nrecipients:\n  a: {allow: [b]}\n"),
        ("recipients:\n", "recipients:\n  a: {allow: [b]}\n"),
        ("recipients: {}\n", "recipients: {a: {allow: [b]}}\n"),
        ("recipients: {c: {allow: [d]}}\n", "recipients: {c: {allow: [d]}, a: {allow: [b]}}\n"),
        ("{levels: {x: ask}}\n", "{levels: {x: ask}, recipients: {a: {allow: [b]}}}\n"),
        ("recipients:\r\n  c: {allow: [d]}\r\n", "recipients:\r\n  c: {allow: [d]}\r\n  a: {allow: [b]}\r\n"),
        ("recipients:\n  a: {allow: []}\n", "recipients:\n  a: {allow: [b]}\n"),
    ],
)
def test_forms(text: str, expected: str) -> None:
    assert set_recipient(text, "a", ["b"]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("recipients: {a: {allow: [b]}, c: {allow: [d]}}\n", "recipients: {c: {allow: [d]}}\n"),
        ("recipients: {c: {allow: [d]}, a: {allow: [b]}}\n", "recipients: {c: {allow: [d]}}\n"),
        ("recipients: {a: {allow: [b]}}\n", "recipients: {}\n"),
        ("recipients:\n  a:\n    allow: [b,\n      c]\n# end\n", "recipients:\n# end\n"),
    ],
)
def test_forms_of_removing(text: str, expected: str) -> None:
    assert without_recipient(text, "a") == expected


def test_what_cannot_be_done_is_said() -> None:
    with pytest.raises(NotFound, match="names no recipient 'nobody'"):
        without_recipient(WRITTEN, "nobody")
    with pytest.raises(UsageError, match="has no name"):
        set_recipient("", "  ", ["a"])
    for globs in ([], [""], ["work/**", "/"]):
        with pytest.raises(UsageError, match="No path is named"):
            set_recipient("", "a", globs)
    with pytest.raises(UsageError, match="Nothing was changed"):
        set_recipient("levels: [1]\n", "a", ["b"])
    commented = "recipients:\n  a: {allow: [b,  # why\n    c]}\n"
    with pytest.raises(UsageError, match="line by line"):
        set_recipient(commented, "a", ["d"])
    # A recipient without a list has no line to change.
    with pytest.raises(UsageError, match="line by line"):
        set_recipient("recipients:\n  a: {}\n", "a", ["d"])


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(WORDS, st.lists(WORDS, min_size=1, max_size=3), max_size=4), WORDS)
def test_whatever_the_names_what_is_written_is_read_again(wanted: dict[str, list[str]], last: str) -> None:
    text = '# mine\nlevels:\n  "tax/**": private\n'
    known: dict[str, set[str]] = {}
    for name, globs in wanted.items():
        try:
            text = set_recipient(text, name, globs)
        except UsageError:
            continue
        known[" ".join(name.split())] = {" ".join(glob.split()) for glob in globs}
        policy = Policy.parse(text)
        assert {one.name: set(one.allow) for one in policy.recipients.values()} == known
    for name in known:
        text = without_recipient(text, name)
    assert text.startswith('# mine\nlevels:\n  "tax/**": private\n')
    assert not Policy.parse(text).recipients

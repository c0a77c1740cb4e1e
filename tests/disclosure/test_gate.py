"""The disclosure matrix, cell by cell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanomem_tui.disclosure.gate import Gate
from nanomem_tui.memory.levels import Level, Trust
from nanomem_tui.memory.policy import Recipient

ALWAYS, AFTER_A_YES, NEVER = "always", "after a yes", "never"

MATRIX = [
    (Level.OPEN, Trust.LOCAL, ALWAYS, ALWAYS),
    (Level.OPEN, Trust.ATTESTED, ALWAYS, ALWAYS),
    (Level.OPEN, Trust.REMOTE, ALWAYS, ALWAYS),
    (Level.ASK, Trust.LOCAL, ALWAYS, AFTER_A_YES),
    (Level.ASK, Trust.ATTESTED, ALWAYS, AFTER_A_YES),
    (Level.ASK, Trust.REMOTE, AFTER_A_YES, AFTER_A_YES),
    (Level.PRIVATE, Trust.LOCAL, ALWAYS, NEVER),
    (Level.PRIVATE, Trust.ATTESTED, NEVER, NEVER),
    (Level.PRIVATE, Trust.REMOTE, NEVER, NEVER),
]


@pytest.mark.parametrize(("level", "trust", "seen", "disclosed"), MATRIX)
def test_the_matrix(level: Level, trust: Trust, seen: str, disclosed: str) -> None:
    for allow_ask in (False, True):
        holds = {ALWAYS: True, AFTER_A_YES: allow_ask, NEVER: False}
        gate = Gate(trust, allow_ask)
        assert gate.sees("a.md", level) is holds[seen]
        assert gate.discloses("a.md", level) is holds[disclosed]


@given(st.sampled_from(Trust), st.booleans(), st.sampled_from(Level))
def test_what_is_disclosed_was_seen_and_stricter_is_never_freer(
    trust: Trust, yes: bool, level: Level
) -> None:
    gate = Gate(trust, yes)
    assert gate.sees("a.md", level) or not gate.discloses("a.md", level)
    for stricter in Level:
        if stricter >= level:
            assert gate.sees("a.md", level) or not gate.sees("a.md", stricter)
            assert gate.discloses("a.md", level) or not gate.discloses("a.md", stricter)


def test_a_recipient_sees_only_the_paths_it_is_allowed_whatever_the_level() -> None:
    gate = Gate(Trust.LOCAL, True, Recipient("work-assistant", ("work/**", "projects/*")))
    assert gate.discloses("work/acme/team.md", Level.OPEN)
    assert not gate.sees("personal/about.md", Level.OPEN)

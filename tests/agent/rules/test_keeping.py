"""What `add` keeps of ordinary sentences, and where, how long and in which words it keeps it."""

from datetime import date

import pytest

from nanomem_tui.agent.rules.extract import extract
from nanomem_tui.agent.rules.filing import file_for
from tests.agent.rules.kept import CASES, Row

TODAY = date(2026, 11, 22)
"""A Sunday."""


@pytest.mark.parametrize(("said", "expected"), CASES, ids=[said for said, _ in CASES])
def test_keeps_what_is_said(said: str, expected: tuple[Row, ...]) -> None:
    found = []
    for kept in extract(said, TODAY).kept:
        row: Row = (kept.text, file_for(kept.meaning, {}, passing=kept.timing.expires is not None))
        if kept.timing.tier.value != "long_term":
            row += (kept.timing.tier.value,)
            row += (kept.timing.expires.isoformat(),) if kept.timing.expires else ()
        found.append(row)
        assert kept.quote in said
    assert tuple(found) == expected

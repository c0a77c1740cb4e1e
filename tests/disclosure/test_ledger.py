"""The ledger keeps what was handed out, by name and by fingerprint."""

import stat
from datetime import datetime
from pathlib import Path

from nanomem_tui.disclosure.ledger import LEDGER_FILE, Disclosure, Ledger
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.levels import Trust

FACT = Fact(id="k3f9q", path="personal/about.md", text="Lives in Seattle")


def record(ledger: Ledger, id: str = "01A") -> Disclosure:
    return ledger.record(
        id=id,
        time=datetime(2026, 3, 1, 12, 0),
        recipient="api.example.com",
        trust=Trust.REMOTE,
        purpose="retrieve",
        facts=[FACT],
        size=120,
    )


def test_what_is_recorded_is_read_back(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / ".nanomem")
    entry = record(ledger)
    assert list(ledger.entries()) == [entry]
    assert stat.S_IMODE((tmp_path / ".nanomem" / LEDGER_FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / ".nanomem").stat().st_mode) == 0o700


def test_a_fingerprint_knows_its_text_without_holding_it(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    first, second = record(ledger, "01A"), record(ledger, "01B")
    assert first.facts[0].matches("lives in  SEATTLE.")
    assert not first.facts[0].matches("Lives in Portland")
    assert first.facts[0].fingerprint != second.facts[0].fingerprint
    assert b"seattle" not in (tmp_path / LEDGER_FILE).read_bytes().lower()


def test_a_damaged_line_hides_no_other(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    first = record(ledger, "01A")
    with (tmp_path / LEDGER_FILE).open("ab") as handle:
        handle.write(b'{"id": "torn\n\xff\xfe\n[]\n')
    second = record(ledger, "01B")
    assert list(ledger.entries()) == [first, second]


def test_no_ledger_yet_is_an_empty_one(tmp_path: Path) -> None:
    assert list(Ledger(tmp_path / "nowhere").entries()) == []

"""Out of the original and into ours, and back: OMF, its text form and its zip.

Needs Node and a checkout of the original: NANOMEM_UPSTREAM=/path/to/nanomem pytest -m upstream
"""

import asyncio
import io
import json
import os
import subprocess
from datetime import date, datetime
from pathlib import Path

import pytest

from nanomem_tui.bank import MemoryBank
from nanomem_tui.exchange.archive import Source
from nanomem_tui.exchange.export import ExportFormat
from nanomem_tui.memory.facts import Fact, NewFact, Status, Tier
from nanomem_tui.memory.facts import Source as Said

CHECKOUT = os.environ.get("NANOMEM_UPSTREAM")
DRIVER = Path(__file__).with_name("upstream_driver.mjs")
NOW = datetime(2026, 3, 1, 12, 0)
pytestmark = [
    pytest.mark.upstream,
    pytest.mark.skipif(
        not CHECKOUT, reason="NANOMEM_UPSTREAM names no checkout of the original nanomem to run"
    ),
]


def original(command: str, root: Path, data: bytes = b"") -> bytes:
    """Run a command of the original on a memory root."""
    words = ["node", os.fspath(DRIVER), str(CHECKOUT), command, os.fspath(root)]
    return subprocess.run(words, input=data, capture_output=True, check=True, timeout=120).stdout


def bank_at(folder: Path) -> MemoryBank:
    folder.mkdir(exist_ok=True)
    return MemoryBank(folder, clock=lambda: NOW)


def take_in(bank: MemoryBank, data: bytes, name: str) -> None:
    with Source(io.BytesIO(data), name) as source:
        result = asyncio.run(bank.importing(source))
    assert not [item for item in result.items if item.state in ("damaged", "failed")]
    for change in result.changes:
        assert not bank.approve(change.id, flagged=True).conflicts


def told(fact: Fact) -> tuple[str, str, Tier, date | None]:
    """What OMF itself has words for."""
    return (
        fact.path,
        fact.text,
        Tier.HISTORY if fact.tier is Tier.HISTORY else Tier.LONG_TERM,
        fact.expires_at,
    )


def facts_of(bank: MemoryBank) -> set[tuple[str, str, Tier, date | None]]:
    return {told(fact) for info in bank.tree().files for fact in bank.read(info.path).document.facts}


@pytest.fixture
def memory(tmp_path: Path) -> MemoryBank:
    """A memory that both programs can hold."""
    bank = bank_at(tmp_path / "ours")
    for path, fact in (
        ("personal/about.md", NewFact("Lives in Seattle", updated_at=datetime(2026, 1, 9, 16, 6))),
        ("personal/about.md", NewFact("Lived in Rome", Tier.HISTORY, Status.SUPERSEDED)),
        ("health/thyroid.md", NewFact("Takes 50 µg a day", source=Said.DOCUMENT, topic="medication")),
        ("health/thyroid.md", NewFact("On leave", Tier.WORKING, expires_at=date(2099, 1, 20))),
    ):
        bank.add_fact(path, fact)
    bank.write_text("notes/prose.md", "# Notes\n\nOnly prose here.\n", seen=None)
    return bank


def test_our_omf_is_read_by_the_original(memory: MemoryBank, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    data = memory.export(ExportFormat.OMF).data
    report = json.loads(original("importOmf", theirs, data))
    held = len(json.loads(data)["memories"])
    assert (report["total"], report["imported"], report["errors"]) == (held, held, [])
    # The original brings what is archived back as current; what it keeps of a fact is compared.
    kept = {(path, text, until) for path, text, _, until in facts_of(bank_at(theirs))}
    assert kept == {(path, text, until) for path, text, _, until in facts_of(memory)}
    assert (theirs / "notes/prose.md").read_text().strip() == "# Notes\n\nOnly prose here."


def test_the_original_s_preview_finds_nothing_new_in_what_it_holds(memory: MemoryBank) -> None:
    facts_only = json.loads(memory.export(ExportFormat.OMF).data)
    facts_only["memories"] = [
        m for m in facts_only["memories"] if "document" not in m["extensions"]["nanomem"]
    ]
    preview = json.loads(original("previewOmf", memory.root, json.dumps(facts_only).encode()))
    assert (preview["toImport"], preview["duplicates"], preview["newFiles"]) == (0, 4, 0)


@pytest.mark.parametrize(
    ("command", "name"), [("exportOmf", "memory.json"), ("txt", "memory.txt"), ("zip", "memory.zip")]
)
def test_what_the_original_exports_is_read_by_ours(
    memory: MemoryBank, tmp_path: Path, command: str, name: str
) -> None:
    here = bank_at(tmp_path / "here")
    take_in(here, original(command, memory.root), name)
    assert facts_of(here) == facts_of(memory)
    assert here.read("notes/prose.md").text.strip() == "# Notes\n\nOnly prose here."


def test_our_text_form_is_read_by_the_original_byte_by_byte(memory: MemoryBank, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    original("fromTxt", theirs, memory.export(ExportFormat.TXT).data)
    for info in memory.tree().files:
        assert (theirs / info.path).read_bytes() == (memory.root / info.path).read_bytes()

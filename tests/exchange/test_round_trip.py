"""Out and in again: an export read into an empty root gives the same memory, in every form."""

import asyncio
import io
import json
import tempfile
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.bank import MemoryBank
from nanomem_tui.exchange.archive import Source
from nanomem_tui.exchange.export import ExportFormat
from nanomem_tui.memory.document import add_fact, encode, new_document, render
from nanomem_tui.memory.errors import Withheld
from nanomem_tui.memory.facts import Fact, NewFact
from nanomem_tui.memory.levels import Level
from tests.memory.strategies import any_bytes, markdown, new_facts

NOW = datetime(2026, 3, 1, 12, 0)
PATHS = ("personal/about.md", "health/allergies.md", "root.md", "a b/ü-漢.md")
FORMS = list(ExportFormat)


def plain(path: str, facts: list[NewFact]) -> bytes:
    document = new_document(path)
    for fact in facts:
        document, _ = add_fact(document, fact, now=NOW)
    return encode(render(document))


FILES = st.dictionaries(
    st.sampled_from(PATHS),
    st.one_of(
        markdown().map(encode),
        any_bytes,
        st.lists(new_facts, max_size=5).map(lambda facts: plain("personal/about.md", facts)),
    ),
    max_size=3,
)


def bank_with(folder: Path, files: dict[str, bytes]) -> MemoryBank:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    folder.mkdir(exist_ok=True)
    return MemoryBank(folder, clock=lambda: NOW)


def take_in(bank: MemoryBank, data: bytes, name: str = "export") -> None:
    """Import and approve everything, flagged or not."""
    with Source(io.BytesIO(data), name) as source:
        result = asyncio.run(bank.importing(source))
    assert not [item for item in result.items if item.state in ("damaged", "failed")]
    for change in result.changes:
        assert not bank.approve(change.id, flagged=True).conflicts


def facts_of(bank: MemoryBank) -> list[Fact]:
    """All facts, without where in the file they stand."""
    files = [info.path for info in bank.tree().files if not info.skipped]
    return [replace(fact, line=0) for path in files for fact in bank.read(path).document.facts]


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*.md")
        if ".nanomem" not in path.parts
    }


@pytest.mark.parametrize("form", FORMS)
@given(files=FILES)
@settings(max_examples=30, deadline=None)
def test_an_export_read_into_an_empty_root_is_the_same_memory(
    form: ExportFormat, files: dict[str, bytes]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        here = bank_with(Path(folder, "here"), files)
        there = bank_with(Path(folder, "there"), {})
        take_in(there, here.export(form).data, f"export.{form}")
        assert facts_of(there) == facts_of(here)
        held = bytes_of(here.root)
        if form is ExportFormat.OMF:
            held = {path: data for path, data in held.items() if data.decode("utf-8", "replace").strip()}
        assert bytes_of(there.root) == held


@pytest.mark.parametrize("form", FORMS)
def test_reading_one_s_own_export_again_proposes_nothing(form: ExportFormat, tmp_path: Path) -> None:
    bank = bank_with(tmp_path / "m", {"personal/about.md": b"- Keeps bees\n", "x.md": b"# Prose\n"})
    with Source(io.BytesIO(bank.export(form).data), f"export.{form}") as source:
        assert asyncio.run(bank.importing(source)).changes == ()


SHARED: dict[str, bytes] = {
    "open.md": (
        b"# Memory: Open\n\n- Keeps bees\n"
        b"- Fears flying | disclosure=ask\n- Owes taxes | disclosure=private\n"
    ),
    "health/body.md": b"---\ndisclosure: ask\n---\n- Allergic to nuts\n",
    "tax/2024.md": b"- Earned little\n",
}


@pytest.fixture
def sharing(tmp_path: Path) -> MemoryBank:
    """A memory with facts of every level."""
    bank = bank_with(tmp_path / "memory", SHARED)
    (bank.root / ".nanomem").mkdir(mode=0o700)
    (bank.root / ".nanomem/policy.yaml").write_text('levels:\n  "tax/**": private\n')
    return bank


@pytest.mark.parametrize("form", FORMS)
def test_what_is_shared_holds_only_what_is_open_and_is_in_the_ledger(
    sharing: MemoryBank, form: ExportFormat
) -> None:
    shared = sharing.export(form, Level.OPEN)
    body = shared.data
    if form is ExportFormat.ZIP:
        with zipfile.ZipFile(io.BytesIO(shared.data)) as archive:
            body = b"".join(name.encode() + archive.read(name) for name in archive.namelist())
    assert b"Keeps bees" in body
    for hidden in (b"flying", b"taxes", b"nuts", b"body", b"little", b"tax", b"private"):
        assert hidden not in body
    (entry,) = sharing.disclosures()
    assert (shared.disclosure, entry.recipient, entry.bytes) == (entry, "export", len(shared.data))
    assert [fact.ref for fact in entry.facts] == [sharing.search("bees")[0].fact.ref]


def test_the_owner_s_own_copy_is_no_disclosure(sharing: MemoryBank) -> None:
    assert b"Earned little" in sharing.export(ExportFormat.OMF).data
    assert sharing.disclosures() == []


def test_prose_that_repeats_a_private_fact_is_not_shared(sharing: MemoryBank) -> None:
    (sharing.root / "diary.md").write_text("I wrote: owes  TAXES, and wept.\n")
    with pytest.raises(Withheld):
        sharing.export(ExportFormat.TXT, Level.OPEN)
    assert sharing.disclosures() == []


def test_history_goes_along_in_json_and_only_in_the_owner_s_copy(sharing: MemoryBank) -> None:
    sharing.archive_facts([sharing.search("bees")[0].fact.ref])
    assert len(json.loads(sharing.export(ExportFormat.JSON).data)["changes"]) == 1
    assert json.loads(sharing.export(ExportFormat.JSON, Level.OPEN).data)["changes"] == []


def test_two_memories_are_merged_and_nothing_of_either_is_lost(tmp_path: Path) -> None:
    here = bank_with(
        tmp_path / "here",
        {"a.md": b"Own prose.\n\n- Keeps bees\n- Lives in Rome\n", "b.md": b"- Only here\n"},
    )
    there = bank_with(
        tmp_path / "there",
        {"a.md": b"---\ndisclosure: private\n---\n- keeps bees.\n- Sings | mood=good\n", "c.md": b"New.\n"},
    )
    take_in(here, there.export(ExportFormat.ZIP).data)
    text = here.read("a.md").text
    assert text.startswith("Own prose.\n\n- Keeps bees\n- Lives in Rome\n")
    assert "keeps bees." not in text
    sings = here.search("sings")[0].fact
    assert (sings.level, dict(sings.extra)) == (Level.PRIVATE, {"mood": "good"})
    assert (here.read("b.md").text, here.read("c.md").text) == ("- Only here\n", "New.\n")


def test_lines_that_look_like_the_text_form_s_own_survive(tmp_path: Path) -> None:
    odd = {"a.md": b"--- FILE: b.md\n\\--- FILE: c.md\n\\\\--- FILE: d.md\nend"}
    here, there = bank_with(tmp_path / "here", odd), bank_with(tmp_path / "there", {})
    take_in(there, here.export(ExportFormat.TXT).data)
    assert bytes_of(there.root) == odd

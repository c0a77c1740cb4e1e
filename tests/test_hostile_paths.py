"""No operation of the bank and nothing stored reaches what is no memory file, whatever path it is given."""

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from nanomem_tui import MemoryBank
from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.model import (
    Author,
    AuthorKind,
    Change,
    ChangeState,
    Edit,
    Op,
    Opening,
    Splice,
    Stamp,
)
from nanomem_tui.changes.serialize import dumps
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.paths import is_memory_path
from nanomem_tui.settings import Settings
from tests.memory.hostile import HOSTILE

FACT = NewFact("Written where nothing may be")
TEXT = "- A secret outside the memory\n"
GOOD = "a/good.md"


@pytest.fixture
async def bank(root: Path) -> AsyncIterator[MemoryBank]:
    """A memory with one file, and secrets above it, beside it and in the folders that are not memory."""
    for folder in ("a", ".git/hooks", ".nanomem/changes", ".obsidian", "nul", "../outside", "../empty"):
        (root / folder).mkdir(parents=True)
    for name in ("../x.md", "../outside/x.md", ".git/x.md", ".git/hooks/x.md", ".nanomem/x.md", "nul/x.md"):
        (root / name).write_text(TEXT)
    (root / "../outside/.nanomem-w-0123456789abcdef.tmp").write_text("somebody's")
    (root / GOOD).write_text("- Likes tea\n")
    bank = MemoryBank(root, settings=Settings())
    yield bank
    await bank.close()


def standing(root: Path) -> dict[str, bytes | None]:
    """Everything around the memory root by path, None for a folder; our own state is left out."""
    ours = (root / ".nanomem/index.sqlite", root / ".nanomem/lock", root / ".nanomem/changes")
    return {
        str(path): path.read_bytes() if path.is_file() else None
        for path in sorted(root.parent.rglob("*"))
        if not any(str(path).startswith(str(place)) for place in ours)
    }


def drafted(make: Callable[[Draft, str], object]) -> Callable[[MemoryBank, str], object]:
    return lambda bank, path: make(Draft(bank.tree_index, now=datetime(2026, 3, 1)), path)


def ref(bank: MemoryBank) -> str:
    return bank.read(GOOD).document.facts[0].ref


FILES: dict[str, Callable[[MemoryBank, str], object]] = {
    "fact": lambda bank, path: bank.fact(f"{path}#abcde"),
    "why": lambda bank, path: bank.why(f"{path}#abcde"),
    "add": lambda bank, path: bank.add_fact(path, FACT),
    "update": lambda bank, path: bank.edit_fact(f"{path}#abcde", FACT),
    "archive": lambda bank, path: bank.archive_facts([f"{path}#abcde"]),
    "remove": lambda bank, path: bank.remove_facts([f"{path}#abcde"]),
    "move from": lambda bank, path: bank.move_facts([f"{path}#abcde"], "b.md"),
    "move to": lambda bank, path: bank.move_facts([ref(bank)], path),
    "purge": lambda bank, path: bank.purge([f"{path}#abcde"]),
    "write": lambda bank, path: bank.write_text(path, "- New\n", seen=None),
    "overwrite": lambda bank, path: bank.write_text(path, "- New\n", seen=TEXT),
    "delete": lambda bank, path: bank.write_text(path, None, seen=TEXT),
    "new file": lambda bank, path: bank.new_file(path),
    "rename": lambda bank, path: bank.move_file(path, "b.md"),
    "rename to": lambda bank, path: bank.move_file(GOOD, path),
    "level": lambda bank, path: bank.set_file_level(path, Level.ASK),
    "draft: read": drafted(lambda draft, path: draft.read(path)),
    "draft: add": drafted(lambda draft, path: draft.add(path, FACT)),
    "draft: describe": drafted(lambda draft, path: draft.describe(path, title="New")),
    "draft: move to": drafted(lambda draft, path: draft.move(GOOD, draft.read(GOOD).facts[0].id, path)),
    "draft: write": drafted(lambda draft, path: draft.write_text(path, "- New\n")),
}
FOLDERS: dict[str, Callable[[MemoryBank, str], object]] = {
    "inside": lambda bank, path: bank.inside(path),
    "rename": lambda bank, path: bank.move_folder(path, "b"),
    "rename to": lambda bank, path: bank.move_folder("a", path),
    "delete": lambda bank, path: bank.delete_folder(path),
    "drop": lambda bank, path: bank.drop_empty_folder(path),
}
FOLDER_PATHS = (
    "../outside",
    "../empty",
    ".git",
    ".git/hooks",
    ".nanomem",
    ".nanomem/changes",
    ".obsidian",
    "nul",
)


@pytest.mark.parametrize("name", FILES)
async def test_no_operation_takes_a_hostile_path(bank: MemoryBank, name: str) -> None:
    before = standing(bank.root)
    for path in HOSTILE:
        with pytest.raises(NanomemError) as caught:
            FILES[name](bank, path)
        assert str(caught.value).isprintable(), ascii(path)
    assert standing(bank.root) == before
    assert bank.history() == []


@pytest.mark.parametrize("name", FOLDERS)
async def test_no_operation_takes_a_hostile_folder(bank: MemoryBank, name: str) -> None:
    before = standing(bank.root)
    folders = {path.removesuffix(".md").strip().rstrip("/") for path in HOSTILE}
    for path in (*FOLDER_PATHS, *(path for path in folders if not is_memory_path(f"{path}/x.md"))):
        with pytest.raises(NanomemError) as caught:
            FOLDERS[name](bank, path)
        assert str(caught.value).isprintable(), ascii(path)
    assert standing(bank.root) == before


@pytest.mark.parametrize("kind", ["pending", "interrupted", "marked"])
async def test_nothing_stored_leads_out_of_the_memory(bank: MemoryBank, kind: str) -> None:
    """A memory folder may come from somebody else, its stored changes too."""
    changes = bank.root / ".nanomem/changes"
    before = standing(bank.root)
    for path in (*HOSTILE, "../outside/x.md", "../empty/x.md", "../outside/new.md"):
        id = "01JQ0000000000000000000000"
        change = Change(
            id=id,
            state=ChangeState.PENDING,
            flow="add",
            author=Author(AuthorKind.AGENT, "rules"),
            request="hostile",
            created_at=datetime(2026, 3, 1),
            edits=(Edit(1, Op.ADD, path, text=FACT.text, fact=FACT),),
        )
        if kind == "interrupted":
            splices = (Splice(path, 0, None, "- New\n"),)
            opening = Opening(ChangeState.APPLIED, splices, (Stamp(path, None, "0" * 64),), (1,))
            change = replace(change, state=ChangeState.APPLYING, opening=opening)
        if kind != "marked":
            (changes / f"{id}.json").write_text(dumps(change))
        if kind != "pending":
            (changes / f"{id}.open").write_bytes(path.encode("utf-8", "backslashreplace"))
        fresh = MemoryBank(bank.root, settings=Settings())
        fresh.recover()
        assert list(fresh.notices) == [
            notice for notice in fresh.notices if "could not be finished" in notice
        ]
        assert bool(fresh.notices) is (kind == "interrupted")
        with contextlib.suppress(NanomemError):
            assert fresh.approve(id).change.state is not ChangeState.APPLIED, ascii(path)
        assert [hit.fact.text for hit in fresh.search("tea")] == ["Likes tea"]
        assert standing(bank.root) == before, ascii(path)
        await fresh.close()

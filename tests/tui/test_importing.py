"""Bringing chats in: what a file holds is seen before anything is read, what is chosen becomes proposals."""

import json
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from nanomem_tui.bank import MemoryBank
from nanomem_tui.tui.screens.importing import ImportingScreen
from tests.exchange.making import chatgpt
from tests.tui.driving import PausingRules, app_of, keys, opened, painted, said, until, write

HOSTILE = "[@click=app.quit]x[/] \x1b]52;c;YQ==\x07 [/b] ‮evil"
TALKS = [
    chatgpt([("user", "I moved to Seattle."), ("assistant", "Nice.")], "Moving"),
    chatgpt([("user", "I'm allergic to peanuts.")], "Snacks", create_time=1_767_225_600),
    chatgpt([("user", "My sister lives in Lisbon.")], HOSTILE),
    {"title": "Broken one", "mapping": 7},
]


@pytest.fixture
def export(frozen_machine: Path) -> Path:
    """A ChatGPT export in the Downloads of the home folder: three talks and a broken one."""
    file = frozen_machine / "Downloads" / "conversations.json"
    file.parent.mkdir()
    write_export(file, TALKS)
    return file


def importing(pilot: Pilot[int]) -> ImportingScreen:
    """The Import screen, which must be in front."""
    screen = pilot.app.screen
    assert isinstance(screen, ImportingScreen)
    return screen


async def look_in(pilot: Pilot[int], name: str = "conversations.json") -> ImportingScreen:
    """Pick a file of Downloads with the keys, and wait for what is in it."""
    screen = importing(pilot)
    await until(pilot, lambda: screen.picker.names.rows and name in painted(pilot))
    assert screen.picker.names.go_to(Path.home() / "Downloads" / name)
    await pilot.press("space")
    await until(pilot, lambda: screen.found.items and not screen.is_busy)
    return screen


def files(root: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in root.rglob("*.md")}


def write_export(file: Path, talks: list[Any]) -> None:
    file.write_text(json.dumps(talks), encoding="utf-8")


def titles(bank: MemoryBank) -> list[str]:
    return sorted(change.request for change in bank.pending())


@pytest.mark.presses("import-pick", "import-all", "import-filter", "import-start")
async def test_what_is_chosen_is_proposed_and_nothing_else(memory: Path, export: Path) -> None:
    before = files(memory)
    async with opened(memory, (130, 30), screen="importing") as pilot:
        screen = await look_in(pilot)
        text = painted(pilot)
        assert "chatgpt · 3 of 3 chosen" in text
        assert "1 damaged" in text
        assert "[x] 2024-05-03  Moving" in text
        assert "Broken one" in text
        assert "app.quit" in text, "markup in a title is shown"
        assert not app_of(pilot).bank.pending()

        screen.found.go_to(next(key for key, item in screen.found.items.items() if item.title == "Moving"))
        await pilot.press("space")
        assert "2 of 3 chosen" in painted(pilot)
        await keys(pilot, "slash")
        await write(pilot, "snacks since:2025-01-01")
        await until(pilot, lambda: "1 of 3 chosen" in painted(pilot))
        assert "Moving" not in painted(pilot)
        await keys(pilot, "enter", "i")
        await until(pilot, lambda: any("1 change waits" in note for note in said(pilot)))
        assert titles(app_of(pilot).bank) == ["Snacks"]
        assert not any("for your decision" in note for note in said(pilot)), "told once, not change by change"
        await until(pilot, lambda: "1 proposed" in painted(pilot) and app_of(pilot).pending == 1)
        assert "ingest" in painted(pilot), "the run is watched beside the list"

        # The same file again: what was imported is known, the rest can still come.
        await keys(pilot, "slash", "escape", "escape", "space")
        await until(pilot, lambda: "· known    2026-01-01  Snacks" in painted(pilot))
        await keys(pilot, "a", "a", "a")
        assert "0 of 2 chosen" in painted(pilot)
        await pilot.press("i")
        assert "Nothing is chosen that could be imported." in said(pilot)
        await keys(pilot, "a", "i")
        await until(pilot, lambda: len(app_of(pilot).bank.pending()) == 2)
        assert "nothing new in it" in painted(pilot), "what memory says already is not proposed"
        await until(pilot, lambda: not screen.is_busy and not app_of(pilot).jobs)
    assert files(memory) == before


@pytest.mark.presses("import-path")
async def test_a_path_is_typed_completed_and_may_be_wrong(memory: Path, export: Path) -> None:
    (export.parent / "Contents [b]").mkdir()
    async with opened(memory, (80, 24), screen="importing") as pilot:
        screen = importing(pilot)
        await until(pilot, lambda: screen.picker.names.rows)
        await pilot.press("p")
        assert screen.picker.line.value == "~/Downloads/"
        await write(pilot, "conv")
        await pilot.press("tab")
        await until(pilot, lambda: screen.picker.line.value == "~/Downloads/conversations.json")
        await pilot.press("enter")
        await until(pilot, lambda: "3 of 3 chosen" in painted(pilot))
        await keys(pilot, "escape", "p")
        screen.picker.line.value = "~/nowhere.zip"
        await pilot.press("enter")
        await until(pilot, lambda: any("There is no file or folder" in note for note in said(pilot)))
        await keys(pilot, "escape", "p")
        screen.picker.line.value = str(memory)
        await pilot.press("enter")
        await until(pilot, lambda: any("cannot be imported into itself" in note for note in said(pilot)))
        await keys(pilot, "p")
        screen.picker.line.value = "~/Downloads/conv"
        await until(
            pilot, lambda: [row.key.name for row in screen.picker.names.rows if row.key][1:] == [export.name]
        )
        assert isinstance(pilot.app.focused, Input)
        await keys(pilot, "i", "a")
        assert screen.picker.line.value == "~/Downloads/convia", "letters belong to the line"


@pytest.mark.presses("importing-back")
async def test_escape_stops_and_the_same_import_goes_on(memory: Path, export: Path) -> None:
    many: list[Any] = [
        chatgpt([("user", f"My boat number {n} is called Anna.")], f"Talk {n:03}") for n in range(16)
    ]
    write_export(export, many)
    model = PausingRules("boat number 5")
    async with opened(memory, (100, 30), screen="importing", model=model) as pilot:
        screen = await look_in(pilot)
        await pilot.press("i")
        await until(pilot, lambda: screen.proposed and model.waits.is_set())
        await pilot.press("escape")
        await until(pilot, lambda: any("The import was stopped." in note for note in said(pilot)))
        await until(pilot, lambda: not screen.is_busy and not app_of(pilot).jobs)
        some = len(app_of(pilot).bank.pending())
        assert 0 < some < 16
        model.go_on.set()
        await pilot.press("i")
        await until(pilot, lambda: len(app_of(pilot).bank.pending()) == 16 and not screen.is_busy)
        assert titles(app_of(pilot).bank) == [f"Talk {n:03}" for n in range(16)]


@pytest.mark.parametrize("size", [(60, 24), (120, 30)])
async def test_mouse_and_every_width(memory: Path, export: Path, size: tuple[int, int]) -> None:
    async with opened(memory, size, screen="importing") as pilot:
        screen = importing(pilot)
        await until(pilot, lambda: len(screen.picker.names.rows) > 1)
        assert screen.query_one("Footer").max_scroll_x == 0
        row = next(n for n, row in enumerate(screen.picker.names.rows) if row.key == export)
        await pilot.click("PlaceTree", offset=(4, row))
        await pilot.click("PlaceTree", offset=(4, row))
        await until(pilot, lambda: screen.found.items and not screen.is_busy)
        assert screen.found.region
        await pilot.click("FoundList", offset=(4, 1))
        await pilot.click("FoundList", offset=(4, 1))
        await until(pilot, lambda: "2 of 3 chosen" in painted(pilot))
        assert screen.query_one("Footer").max_scroll_x == 0

"""The screen follows the disk, whoever writes it, and a whole file can be edited as text."""

from pathlib import Path

import pytest

from nanomem_tui.tui.widgets.fact_list import HISTORY
from tests.tui.driving import (
    ABOUT,
    HEALTH,
    LARGE,
    SMALL,
    keys,
    memory_screen,
    opened,
    painted,
    said,
    until,
    write,
    write_memory,
)

FILE = "personal/about.md"
TINY = (60, 24)


async def test_a_file_edited_outside_shows_up(memory: Path) -> None:
    async with opened(memory) as pilot:
        memory_screen(pilot).select(FILE)
        await until(pilot, lambda: "Lives in Seattle" in painted(pilot))
        (memory / FILE).write_text(ABOUT.replace("Lives in Seattle", "Lives in Oslo"))
        await until(pilot, lambda: "Lives in Oslo" in painted(pilot))
        assert "Seattle" not in painted(pilot)


async def test_files_that_come_and_go_outside_show_up(memory: Path) -> None:
    async with opened(memory) as pilot:
        write_memory(memory, {"work/job.md": "- Works nights\n"})
        await until(pilot, lambda: "job" in painted(pilot))
        (memory / FILE).unlink()
        await until(pilot, lambda: "about" not in painted(pilot))


async def test_the_first_file_of_an_empty_memory_shows_up(root: Path) -> None:
    async with opened(root) as pilot:
        assert "Nothing is remembered here yet" in painted(pilot)
        write_memory(root, {"notes.md": "- Likes tea\n"})
        await until(pilot, lambda: "Likes tea" in painted(pilot))


@pytest.mark.presses("filter", "cancel")
async def test_searching_narrows_the_tree_and_finds_facts_as_one_types(memory: Path) -> None:
    async with opened(memory) as pilot:
        screen = memory_screen(pilot)
        await keys(pilot, "slash")
        await write(pilot, "penic")
        await until(
            pilot, lambda: "Found · penic" in painted(pilot) and "Allergic to penicillin" in painted(pilot)
        )
        assert "about" not in painted(pilot)
        await keys(pilot, "enter")
        assert screen.facts.has_focus
        await keys(pilot, "enter")
        await until(pilot, lambda: screen.path == "health/allergies.md" and screen.found is None)
        assert "about" in painted(pilot)
        await keys(pilot, "slash")
        await write(pilot, "x/y?")
        await until(pilot, lambda: "No fact fits." in painted(pilot))
        await keys(pilot, "escape")
        await until(pilot, lambda: "about" in painted(pilot) and "Allergic to penicillin" in painted(pilot))


@pytest.mark.presses("show-history")
async def test_history_is_folded_until_asked_for(memory: Path) -> None:
    async with opened(memory) as pilot:
        screen = memory_screen(pilot)
        screen.select(FILE)
        screen.facts.focus()
        await until(pilot, lambda: "▸ History (1)" in painted(pilot))
        await keys(pilot, "H")
        await until(pilot, lambda: "Lived in New York" in painted(pilot))
        screen.facts.go_to(HISTORY)
        await keys(pilot, "enter")
        await until(pilot, lambda: "Lived in New York" not in painted(pilot))


@pytest.mark.presses("raw", "save-text", "leave-text")
async def test_the_whole_file_is_edited_as_text_and_only_what_was_touched_changes(memory: Path) -> None:
    strange = ABOUT.replace("\n", "\r\n").replace("Acme", "Ac\x1bme\u202e") + "no newline at the end"
    (memory / FILE).write_bytes(strange.encode())
    async with opened(memory) as pilot:
        screen = memory_screen(pilot)
        screen.select(FILE)
        await until(pilot, lambda: screen.file and screen.file.path == FILE)
        await keys(pilot, "v")
        await until(pilot, lambda: screen.raw.has_focus)
        assert "\x1b" not in screen.raw.text
        await keys(pilot, "down", "end")
        await write(pilot, "!")
        await keys(pilot, "ctrl+s")
        await until(pilot, lambda: any("Saved" in note for note in said(pilot)))
        lines = strange.split("\r\n")
        lines[1] += "!"
        assert (memory / FILE).read_bytes() == "\r\n".join(lines).encode()
        await keys(pilot, "escape", "z")
        await until(pilot, lambda: (memory / FILE).read_bytes() == strange.encode())


async def test_a_file_that_moved_on_is_not_overwritten(memory: Path) -> None:
    async with opened(memory) as pilot:
        screen = memory_screen(pilot)
        screen.select(FILE)
        await until(pilot, lambda: screen.file and screen.file.path == FILE)
        await keys(pilot, "v")
        await write(pilot, "mine ")
        moved_on = ABOUT.replace("Seattle", "Oslo")
        (memory / FILE).write_text(moved_on)
        await until(pilot, lambda: screen.file and screen.file.text == moved_on)
        assert screen.raw.text.startswith("mine ")
        await keys(pilot, "ctrl+s")
        await until(pilot, lambda: any("Not written" in note for note in said(pilot)))
        assert (memory / FILE).read_text() == moved_on
        assert screen.raw.text.startswith("mine ")


@pytest.mark.presses("editor")
async def test_the_persons_own_editor_edits_the_file(
    memory: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    script = tmp_path / "editor"
    script.write_text('#!/bin/sh\nsed -i "s/Seattle/Oslo/" "$1"\n')
    script.chmod(0o700)
    monkeypatch.setenv("EDITOR", str(script))
    async with opened(memory) as pilot:
        screen = memory_screen(pilot)
        screen.select(FILE)
        await until(pilot, lambda: screen.file and screen.file.path == FILE)
        await keys(pilot, "o")
        await until(pilot, lambda: (memory / FILE).read_text() == ABOUT.replace("Seattle", "Oslo"))
        await keys(pilot, "z")
        await until(pilot, lambda: (memory / FILE).read_text() == ABOUT)


async def test_without_an_editor_it_says_so(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    async with opened(memory) as pilot:
        await keys(pilot, "o")
        await until(pilot, lambda: "No editor is set. Set $EDITOR to one, or use v." in said(pilot))


async def test_one_pane_below_80_columns_and_the_focus_chooses_it(memory: Path) -> None:
    async with opened(memory, TINY) as pilot:
        screen = memory_screen(pilot)
        assert "allergies" in painted(pilot)
        assert "penicillin" not in painted(pilot)
        await keys(pilot, "enter", "down", "enter")
        await until(pilot, lambda: "Allergic to penicillin" in painted(pilot))
        assert "▾ health" not in painted(pilot)
        await keys(pilot, "e")
        await until(pilot, lambda: "confidence" in painted(pilot))
        await keys(pilot, "escape", "escape")
        await until(pilot, lambda: "allergies" in painted(pilot) and screen.files.has_focus)


@pytest.mark.parametrize(("size", "panes"), [(SMALL, 2), (LARGE, 3), (TINY, 1)])
async def test_as_many_panes_as_there_is_room_for(memory: Path, size: tuple[int, int], panes: int) -> None:
    async with opened(memory, size) as pilot:
        tops = [line for line in painted(pilot).splitlines() if line.startswith("╭")]
        assert tops[0].count("╭") == panes
        assert all(len(line) == size[0] for line in painted(pilot).splitlines())


async def test_the_mouse_selects_folds_and_edits(memory: Path) -> None:
    async with opened(memory, LARGE) as pilot:
        screen = memory_screen(pilot)
        rows = [row.key for row in screen.files.rows]
        await pilot.click("#files", offset=(6, rows.index(FILE)))
        await until(pilot, lambda: screen.path == FILE and "Lives in Seattle" in painted(pilot))
        seattle = next(i for i, row in enumerate(screen.facts.rows) if "Seattle" in str(row))
        await pilot.click("#facts", offset=(6, seattle))
        await until(pilot, lambda: screen.facts.fact and screen.facts.fact.text == "Lives in Seattle")
        await pilot.click("#facts", offset=(6, seattle))
        await until(pilot, lambda: screen.editor.query_one("#field-text").has_focus)
        await pilot.click("#files", offset=(6, 0))
        await pilot.click("#files", offset=(6, 0))
        await until(pilot, lambda: "allergies" not in painted(pilot))


async def test_a_file_that_is_not_read_says_why(memory: Path) -> None:
    (memory / "link.md").symlink_to(memory / FILE)
    async with opened(memory) as pilot:
        await until(pilot, lambda: "not read" in painted(pilot))
        memory_screen(pilot).select("link.md")
        await until(pilot, lambda: "link" in painted(pilot).split("link.md")[-1])
        assert (memory / "health/allergies.md").read_text() == HEALTH

"""Forgetting for good from the Memory screen: never by one key, and no byte of it is left in any file."""

from pathlib import Path

import pytest

from tests.tui.driving import (
    ABOUT,
    LARGE,
    SMALL,
    keys,
    memory_screen,
    opened,
    painted,
    said,
    selected,
    until,
    write,
)

FILE = "personal/about.md"


def holding(root: Path, word: bytes) -> list[str]:
    """The files below the root that hold a word."""
    return [str(path) for path in root.rglob("*") if path.is_file() and word in path.read_bytes()]


@pytest.mark.presses("forget")
async def test_a_word_must_be_written_and_then_no_byte_is_left(memory: Path) -> None:
    async with opened(memory, LARGE) as pilot:
        screen = memory_screen(pilot)
        await keys(pilot, "q")
        await write(pilot, "Where do I live?")
        await keys(pilot, "enter")
        await until(pilot, lambda: "Answer · Where do I live?" in painted(pilot))
        await keys(pilot, "escape", "escape")
        screen.select(FILE, "Lives in Seattle")
        screen.facts.focus()
        await until(pilot, lambda: selected(pilot) == "Lives in Seattle")
        await keys(pilot, "F")
        await until(pilot, lambda: screen.forgetting.is_open)
        for words in (
            "Lives in Seattle",
            "This cannot be undone",
            "Out of reach",
            "caller, told on",
            "backups",
        ):
            assert words in painted(pilot)
        await keys(pilot, "enter", "y", "enter")
        assert (memory / FILE).read_text() == ABOUT
        await keys(pilot, "escape")
        assert not screen.forgetting.is_open
        assert screen.facts.has_focus
        assert (memory / FILE).read_text() == ABOUT
        await keys(pilot, "F")
        await until(pilot, lambda: screen.forgetting.is_open)
        await write(pilot, "forget")
        await keys(pilot, "enter")
        await until(pilot, lambda: "Forgot 1 fact for good." in painted(pilot))
        assert f"taken out of {FILE}" in painted(pilot)
        assert holding(memory, b"Lives in Seattle") == []
        assert (memory / FILE).read_text().splitlines() == [
            line for line in ABOUT.splitlines() if "Seattle" not in line
        ]
        await keys(pilot, "escape")
        assert not screen.forgetting.is_open
        await until(pilot, lambda: "Lives in Seattle" not in painted(pilot))


async def test_marked_facts_are_forgotten_together_on_a_small_screen(memory: Path) -> None:
    async with opened(memory, SMALL) as pilot:
        screen = memory_screen(pilot)
        screen.select(FILE, "Lives in Seattle")
        screen.facts.focus()
        await until(pilot, lambda: selected(pilot) == "Lives in Seattle")
        await keys(pilot, "shift+down", "F")
        await until(pilot, lambda: screen.forgetting.is_open)
        field = screen.forgetting.query_one("#forget-word")
        assert field.has_focus
        assert field.region.bottom <= 24
        await write(pilot, "Forget")
        await keys(pilot, "enter")
        await until(pilot, lambda: "Forgot 2 facts for good." in painted(pilot))
        assert holding(memory, b"Lives in Seattle") + holding(memory, b"Works at Acme") == []
        await keys(pilot, "escape", "z")
        await until(pilot, lambda: said(pilot))
        assert holding(memory, b"Lives in Seattle") + holding(memory, b"Works at Acme") == []

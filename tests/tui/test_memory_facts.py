"""What a person does to facts by hand, each with the bytes it leaves on the disk."""

from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from nanomem_tui.tui.widgets.choice import Choice
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
    text_field,
    until,
    write,
)

FILE = "personal/about.md"
SEATTLE = "Lives in Seattle"


@pytest.fixture(params=[SMALL, LARGE], ids=["80x24", "160x45"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Both sizes the app is made for."""
    value: tuple[int, int] = request.param
    return value


def lines(root: Path, path: str = FILE) -> list[str]:
    return (root / path).read_text(encoding="utf-8").splitlines()


def line_of(text: str) -> str:
    return next(line for line in ABOUT.splitlines() if text in line)


def _in_file(root: Path, text: str) -> bool:
    return text in (root / FILE).read_text()


async def to_seattle(pilot: Pilot[int]) -> None:
    """Focus on the fact about Seattle."""
    screen = memory_screen(pilot)
    screen.select(FILE, SEATTLE)
    screen.facts.focus()
    await until(pilot, lambda: selected(pilot) == SEATTLE)


async def test_it_shows_files_and_facts_by_tier(memory: Path, size: tuple[int, int]) -> None:
    async with opened(memory, size) as pilot:
        await to_seattle(pilot)
        text = painted(pilot)
        for word in ("about", "allergies", "ask", "Long-term", "Working", "History (1)", "until 03-10"):
            assert word in text
        assert "Lived in New York" not in text


@pytest.mark.presses("archive")
async def test_archive_moves_the_line_and_undo_gives_back_the_bytes(
    memory: Path, size: tuple[int, int]
) -> None:
    async with opened(memory, size) as pilot:
        await to_seattle(pilot)
        await keys(pilot, "x")
        await until(pilot, lambda: any("Archived" in note for note in said(pilot)))
        after = lines(memory)
        assert after.index(next(line for line in after if SEATTLE in line)) > after.index(
            "## History (no longer current)"
        )
        assert "tier=history" in next(line for line in after if SEATTLE in line)
        assert "z takes it back" in said(pilot)[-1]
        await keys(pilot, "z")
        await until(pilot, lambda: (memory / FILE).read_text() == ABOUT)
        await keys(pilot, "Z")
        await until(pilot, lambda: lines(memory) == after)


@pytest.mark.presses("remove")
async def test_remove_takes_exactly_the_line(memory: Path) -> None:
    async with opened(memory) as pilot:
        await to_seattle(pilot)
        await keys(pilot, "d")
        await until(pilot, lambda: SEATTLE not in (memory / FILE).read_text())
        assert lines(memory) == [line for line in ABOUT.splitlines() if SEATTLE not in line]
        await until(pilot, lambda: selected(pilot) == "Works at Acme")


async def test_what_was_redone_is_no_error_when_its_first_change_cannot_be_looked_up(memory: Path) -> None:
    async with opened(memory) as pilot:
        await to_seattle(pilot)
        await keys(pilot, "d")
        await until(pilot, lambda: SEATTLE not in (memory / FILE).read_text())
        (first,) = (memory / ".nanomem/changes").glob("*.json")
        await keys(pilot, "z")
        await until(pilot, lambda: (memory / FILE).read_text() == ABOUT)
        first.write_text("{")
        await keys(pilot, "Z")
        await until(pilot, lambda: SEATTLE not in (memory / FILE).read_text())
        await until(pilot, lambda: "Redone. z takes it back." in said(pilot))


@pytest.mark.presses("move")
async def test_move_carries_the_line_to_another_file(memory: Path) -> None:
    async with opened(memory) as pilot:
        await to_seattle(pilot)
        await keys(pilot, "m")
        prompt = memory_screen(pilot).prompt.text_area
        assert prompt.has_focus
        assert prompt.text == FILE
        prompt.load_text("personal/places")
        await keys(pilot, "enter")
        await until(pilot, lambda: (memory / "personal/places.md").exists())
        assert line_of(SEATTLE) in lines(memory, "personal/places.md")
        assert SEATTLE not in (memory / FILE).read_text()


async def test_a_correction_of_the_text_changes_only_that_line(memory: Path) -> None:
    async with opened(memory) as pilot:
        await to_seattle(pilot)
        await keys(pilot, "e", "end")
        await write(pilot, ", WA")
        await keys(pilot, "ctrl+s")
        await until(pilot, lambda: "Lives in Seattle, WA" in (memory / FILE).read_text())
        before, after = ABOUT.splitlines(), lines(memory)
        assert [line for line in after if line not in before] == [
            line_of(SEATTLE)
            .replace(SEATTLE, "Lives in Seattle, WA")
            .replace("2026-02-26T09:00", "2026-03-01T12:00")
        ]
        await until(pilot, lambda: selected(pilot) == "Lives in Seattle, WA")
        assert memory_screen(pilot).facts.has_focus


async def test_a_change_keeps_the_old_fact_in_history(memory: Path) -> None:
    async with opened(memory) as pilot:
        await to_seattle(pilot)
        await keys(pilot, "e")
        editor = memory_screen(pilot).editor
        text_field(pilot).load_text("Lives in Portland")
        editor.query_one("#reason", Choice).value = "things changed: keep the old fact in history"
        await keys(pilot, "enter")
        await until(pilot, lambda: "Lives in Portland" in (memory / FILE).read_text())
        after = lines(memory)
        history = after[after.index("## History (no longer current)") :]
        assert any(SEATTLE in line and "status=superseded" in line for line in history)
        assert not any("Portland |" in line and "Lives" in line for line in history)


@pytest.mark.presses("edit", "save-fact")
async def test_every_field_can_be_edited(memory: Path) -> None:
    values = {
        "tier": "working",
        "status": "uncertain",
        "source": "inference",
        "confidence": "low",
        "disclosure": "private",
        "topic": "home",
        "updated_at": "2026-02-01",
        "checked_at": "2026-02-28",
        "expires_at": "2027-01-31",
        "review_at": "2026-09-01",
        "origin": "chat of 1 March",
    }
    async with opened(memory) as pilot:
        await to_seattle(pilot)
        await keys(pilot, "e")
        for field, value in values.items():
            widget = memory_screen(pilot).editor.query_one(f"#field-{field}")
            assert isinstance(widget, Choice | Input)
            widget.value = value
        await keys(pilot, "ctrl+s")
        await until(pilot, partial(_in_file, memory, "origin=chat of 1 March"))
        before, after = ABOUT.splitlines(), lines(memory)
        assert [line for line in before if line not in after] == [line_of(SEATTLE)]
        (changed,) = (line for line in after if line not in before)
        assert changed.startswith(f"- {SEATTLE} |")
        for field, value in values.items():
            assert f"| {field}={value}" in changed
        assert after.index(changed) < after.index(
            "## Long-term memory (stable facts that are unlikely to change)"
        )
        await until(pilot, lambda: selected(pilot) == SEATTLE)


async def test_a_field_that_is_wrong_is_named_and_nothing_is_written(memory: Path) -> None:
    async with opened(memory) as pilot:
        await to_seattle(pilot)
        await keys(pilot, "e")
        editor = memory_screen(pilot).editor
        editor.query_one("#field-expires_at", Input).value = "next week"
        await keys(pilot, "ctrl+s")
        await until(pilot, lambda: "expires is no date: next week" in painted(pilot))
        assert editor.query_one("#field-expires_at").has_focus
        editor.query_one("#field-expires_at", Input).value = ""
        text_field(pilot).load_text("  ")
        await keys(pilot, "ctrl+s")
        await until(pilot, lambda: "A fact needs a text." in painted(pilot))
        assert (memory / FILE).read_text() == ABOUT


@pytest.mark.presses("leave-fact")
async def test_escape_gives_up_what_was_written(memory: Path) -> None:
    async with opened(memory) as pilot:
        await to_seattle(pilot)
        await keys(pilot, "e")
        await write(pilot, "Never ")
        assert memory_screen(pilot).editor.is_dirty
        await keys(pilot, "escape")
        assert text_field(pilot).text == SEATTLE
        assert memory_screen(pilot).facts.has_focus
        assert (memory / FILE).read_text() == ABOUT


async def test_unsaved_words_survive_a_change_of_the_file(memory: Path) -> None:
    async with opened(memory) as pilot:
        await to_seattle(pilot)
        await keys(pilot, "e", "end")
        await write(pilot, "!")
        (memory / FILE).write_text(ABOUT.replace("Works at Acme", "Works at Emca"))
        await until(pilot, lambda: "Works at Emca" in painted(pilot))
        assert text_field(pilot).text == f"{SEATTLE}!"


@pytest.mark.presses("new-fact")
async def test_a_new_fact_is_written_by_hand(memory: Path) -> None:
    async with opened(memory) as pilot:
        await to_seattle(pilot)
        await keys(pilot, "n")
        await write(pilot, "Plays the cello")
        await keys(pilot, "enter")
        await until(pilot, lambda: "Plays the cello" in (memory / FILE).read_text())
        new = [line for line in lines(memory) if line not in ABOUT.splitlines()]
        assert len(new) == 1
        assert new[0].startswith("- Plays the cello | topic=")
        assert "source=user_statement" in new[0]
        assert datetime(2026, 3, 1, 12).isoformat(timespec="minutes") in new[0]
        await until(pilot, lambda: selected(pilot) == "Plays the cello")


async def test_in_an_empty_memory_a_new_fact_asks_for_its_file(root: Path, size: tuple[int, int]) -> None:
    async with opened(root, size) as pilot:
        assert "Nothing is remembered here yet" in painted(pilot)
        await keys(pilot, "n")
        await write(pilot, "personal/about")
        await keys(pilot, "enter")
        await until(pilot, lambda: text_field(pilot).has_focus)
        await write(pilot, "Plays the cello")
        await keys(pilot, "enter")
        await until(pilot, lambda: (root / FILE).exists())
        assert any(line.startswith("- Plays the cello |") for line in lines(root))


async def test_a_greyed_action_says_why(memory: Path, size: tuple[int, int]) -> None:
    async with opened(memory, size) as pilot:
        screen = memory_screen(pilot)
        await to_seattle(pilot)
        await keys(pilot, "end")
        await keys(pilot, "x")
        await until(pilot, lambda: said(pilot) and said(pilot)[-1] == "Select a fact first.")
        await keys(pilot, "H", "end", "x")
        await until(pilot, lambda: said(pilot)[-1] == "This fact is in the history already.")
        assert screen.facts.fact is not None
        assert (memory / FILE).read_text() == ABOUT

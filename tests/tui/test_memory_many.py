"""What a person does to several facts at once: one change, one undo, and the bytes it leaves on the disk."""

import re
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.tui.driving import (
    ABOUT,
    HEALTH,
    LARGE,
    SMALL,
    app_of,
    keys,
    memory_screen,
    opened,
    painted,
    said,
    selected,
    until,
    write,
    write_memory,
)
from tests.tui.test_memory_folders import answer

FILE = "personal/about.md"
DUE = """\
# Memory: Work

## Long-term memory
- Works four days a week | tier=long_term | review_at=2026-02-01 | updated_at=2025-05-05T10:00
- Has a desk by the window | tier=long_term | updated_at=2025-05-05T10:00
- Reports to Ana | tier=long_term | review_at=2026-01-01 | updated_at=2025-05-05T10:00
- Parks in the yard | tier=long_term | expires_at=2026-02-01 | updated_at=2025-05-05T10:00
"""


def changes(root: Path) -> int:
    return len(list((root / ".nanomem/changes").glob("*.json")))


async def to(pilot: Pilot[int], fact: str, path: str = FILE) -> None:
    """Focus on a fact."""
    screen = memory_screen(pilot)
    screen.select(path, fact)
    screen.facts.focus()
    await until(pilot, lambda: selected(pilot) == fact)


def marked(pilot: Pilot[int]) -> list[str]:
    return [fact.text for fact in memory_screen(pilot).facts.marked]


def due_marks(pilot: Pilot[int]) -> int:
    return len(re.findall(r"check\b", painted(pilot)))


@pytest.mark.presses("mark-fact", "mark-down", "mark-up", "mark-facts")
async def test_marks_are_set_drawn_and_lifted_and_shown_with_their_count(memory: Path) -> None:
    async with opened(memory, SMALL) as pilot:
        await to(pilot, "Lives in Seattle")
        await keys(pilot, "space")
        assert marked(pilot) == ["Lives in Seattle"]
        await until(pilot, lambda: "1 of 4 facts marked" in painted(pilot))
        assert "✓ Lives in Seattle" in painted(pilot)
        await keys(pilot, "space")
        assert marked(pilot) == []
        await keys(pilot, "shift+down", "shift+down")
        assert marked(pilot) == ["Lives in Seattle", "Works at Acme", "Visiting Portland"]
        await keys(pilot, "shift+up")
        assert marked(pilot) == ["Lives in Seattle", "Works at Acme"]
        await keys(pilot, "H", "ctrl+a")
        assert len(marked(pilot)) == 4
        await keys(pilot, "H")
        assert len(marked(pilot)) == 3
        await keys(pilot, "ctrl+a")
        assert marked(pilot) == []
        await keys(pilot, "ctrl+a", "escape")
        assert marked(pilot) == []
        assert memory_screen(pilot).facts.has_focus
        await keys(pilot, "escape", "shift+down")
        await until(pilot, lambda: said(pilot)[-1] == "Go to the facts first: enter on a file.")
        assert not (memory / ".nanomem/changes").exists()


async def test_what_is_done_to_marked_facts_is_one_change_and_one_undo(memory: Path) -> None:
    async with opened(memory, LARGE) as pilot:
        await to(pilot, "Lives in Seattle")
        await keys(pilot, "shift+down", "x")
        await until(pilot, lambda: f"Archived: 2 facts of {FILE}. z takes it back." in said(pilot))
        await until(pilot, lambda: marked(pilot) == [])
        assert changes(memory) == 1
        text = (memory / FILE).read_text()
        assert text.count("tier=history") == 3
        assert text.index("## History") < text.index("Works at Acme")
        await keys(pilot, "z")
        await until(pilot, lambda: (memory / FILE).read_text() == ABOUT)
        await to(pilot, "Lives in Seattle")
        await keys(pilot, "ctrl+a", "d")
        await until(pilot, lambda: any("Removed: 3 facts" in note for note in said(pilot)))
        assert [line for line in ABOUT.splitlines() if line[:1] != "-" or "New York" in line] == (
            memory / FILE
        ).read_text().splitlines()
        await keys(pilot, "z")
        await until(pilot, lambda: (memory / FILE).read_text() == ABOUT)


async def test_facts_found_in_several_files_are_moved_together(memory: Path) -> None:
    async with opened(memory, LARGE) as pilot:
        screen = memory_screen(pilot)
        await keys(pilot, "slash")
        await write(pilot, "Seattle penicillin")
        await until(pilot, lambda: screen.found and len(screen.found.facts) == 2)
        await keys(pilot, "enter", "ctrl+a", "m")
        screen.prompt.text_area.load_text("all/both")
        await keys(pilot, "enter")
        # What was to be asked about would be told without a question there.
        await until(pilot, lambda: "would be disclosed more freely" in painted(pilot))
        assert "ask now, open there" in painted(pilot)
        assert not (memory / "all").exists()
        await keys(pilot, "escape")
        assert not screen.asking.is_asking
        await keys(pilot, "m")
        screen.prompt.text_area.load_text("all/both")
        await keys(pilot, "enter")
        await answer(pilot, "y")
        await until(pilot, lambda: (memory / "all/both.md").exists())
        both = (memory / "all/both.md").read_text()
        for text, path in (("Lives in Seattle", FILE), ("penicillin", "health/allergies.md")):
            assert text in both
            assert text not in (memory / path).read_text()
        assert changes(memory) == 1
        await keys(pilot, "z")
        await until(pilot, lambda: (memory / FILE).read_text() == ABOUT)
        assert (memory / "health/allergies.md").read_text() == HEALTH
        assert not (memory / "all").exists()


@pytest.mark.presses("confirm-fact", "next-due")
async def test_due_facts_are_stepped_through_and_confirmed(memory: Path) -> None:
    write_memory(memory, {"work.md": DUE})
    async with opened(memory, LARGE) as pilot:
        await keys(pilot, "u")
        await until(pilot, lambda: selected(pilot) == "Reports to Ana")
        assert said(pilot)[-1] == "1 of 2 due for review. s says it still holds, e edits it."
        assert due_marks(pilot) == 2
        await keys(pilot, "u")
        await until(pilot, lambda: selected(pilot) == "Works four days a week")
        await keys(pilot, "s")
        confirmed = DUE.replace("10:00\n- Has", "10:00 | checked_at=2026-03-01\n- Has")
        await until(pilot, lambda: (memory / "work.md").read_text() == confirmed)
        await until(pilot, lambda: due_marks(pilot) == 1)
        await keys(pilot, "s")
        await until(pilot, lambda: said(pilot)[-1] == "Confirmed today already.")
        await keys(pilot, "u")
        await until(pilot, lambda: selected(pilot) == "Reports to Ana")
        assert said(pilot)[-1].startswith("1 of 1 due")
        await keys(pilot, "s")
        await until(pilot, lambda: (memory / "work.md").read_text().count("checked_at") == 2)
        await keys(pilot, "u")
        await until(pilot, lambda: said(pilot)[-1] == "Nothing is due for review.")
        await keys(pilot, "z")
        await until(pilot, lambda: (memory / "work.md").read_text() == confirmed)


@pytest.mark.presses("prune")
async def test_what_is_over_goes_to_history_after_a_look_at_it(memory: Path) -> None:
    write_memory(memory, {"work.md": DUE})
    async with opened(memory, SMALL) as pilot:
        screen = memory_screen(pilot)
        await keys(pilot, "E")
        await until(pilot, lambda: "Parks in the yard  work.md" in painted(pilot))
        # A key on its way when the question came up answers nothing.
        screen.asking.guard.held_until = float("inf")
        await keys(pilot, "y")
        assert screen.asking.is_asking
        assert (memory / "work.md").read_text() == DUE
        await answer(pilot, "y")
        await until(pilot, lambda: "status=expired" in (memory / "work.md").read_text())
        await until(pilot, lambda: not screen.asking.is_asking)
        await keys(pilot, "E")
        await until(pilot, lambda: said(pilot)[-1] == "The time of no fact is over.")
        await keys(pilot, "z")
        await until(pilot, lambda: (memory / "work.md").read_text() == DUE)


@pytest.mark.presses("copy-fact", "copy-ref", "copy-file")
async def test_facts_names_and_files_are_copied(memory: Path) -> None:
    async with opened(memory, LARGE) as pilot:
        await to(pilot, "Lives in Seattle")
        await keys(pilot, "c")
        await until(pilot, lambda: app_of(pilot).clipboard == "Lives in Seattle")
        await keys(pilot, "shift+down", "c")
        await until(pilot, lambda: app_of(pilot).clipboard == "Lives in Seattle\nWorks at Acme")
        await keys(pilot, "escape", "number_sign")
        refs = [fact.ref for fact in memory_screen(pilot).facts.chosen]
        await until(pilot, lambda: app_of(pilot).clipboard == refs[0])
        await keys(pilot, "Y")
        await until(pilot, lambda: app_of(pilot).clipboard == ABOUT)
        assert (memory / FILE).read_text() == ABOUT


async def test_a_cursor_that_runs_ahead_of_what_is_shown_is_not_dragged_back(memory: Path) -> None:
    write_memory(memory, {f"many/file{n:02}.md": f"- Fact {n}\n" for n in range(30)})
    async with opened(memory, LARGE) as pilot:
        screen = memory_screen(pilot)
        screen.files.go_to("many/file00.md")
        for _ in range(12):
            app_of(pilot).simulate_key("down")
        await until(pilot, lambda: screen.file and screen.file.path == "many/file12.md")
        assert screen.files.key == "many/file12.md"
        await until(pilot, lambda: selected(pilot) == "Fact 12")
        assert screen.files.key == "many/file12.md"

"""Disclosure levels by hand: of facts, a file and a folder, with the reason, and the bytes they leave."""

from pathlib import Path

import pytest

from tests.tui.driving import (
    ABOUT,
    HEALTH,
    LARGE,
    keys,
    memory_screen,
    opened,
    painted,
    said,
    selected,
    until,
)
from tests.tui.test_memory_folders import answer

FILE = "personal/about.md"
POLICY = ".nanomem/policy.yaml"


@pytest.mark.presses("level")
async def test_facts_get_a_level_of_their_own_and_lose_it_again(memory: Path) -> None:
    async with opened(memory, LARGE) as pilot:
        screen = memory_screen(pilot)
        screen.select(FILE, "Lives in Seattle")
        screen.facts.focus()
        await until(pilot, lambda: selected(pilot) == "Lives in Seattle")
        await keys(pilot, "shift+down", "L")
        await until(pilot, lambda: "Of their own: inherited." in painted(pilot))
        await answer(pilot, "p")
        await until(pilot, lambda: (memory / FILE).read_text().count("| disclosure=private") == 2)
        assert [
            line.replace(" | disclosure=private", "") for line in (memory / FILE).read_text().splitlines()
        ] == (ABOUT.splitlines())
        await until(pilot, lambda: painted(pilot).count("private") >= 2)
        await keys(pilot, "L")
        await until(pilot, lambda: "Of its own: private." in painted(pilot))
        await answer(pilot, "i")
        await until(pilot, lambda: (memory / FILE).read_text().count("| disclosure=private") == 1)
        await keys(pilot, "z")
        await until(pilot, lambda: (memory / FILE).read_text().count("| disclosure=private") == 2)
        await keys(pilot, "z")
        await until(pilot, lambda: (memory / FILE).read_text() == ABOUT)


async def test_a_file_says_its_level_in_its_head_and_the_policy_may_be_stricter(memory: Path) -> None:
    file = memory / "health/allergies.md"
    async with opened(memory, LARGE) as pilot:
        screen = memory_screen(pilot)
        screen.files.focus()
        screen.files.go_to("health/allergies.md")
        await until(pilot, lambda: screen.path == "health/allergies.md" and screen.file)
        await keys(pilot, "L")
        await until(pilot, lambda: "Now ask: disclosed after a yes." in painted(pilot))
        assert "Its frontmatter says ask." in painted(pilot)
        await answer(pilot, "p")
        await until(
            pilot, lambda: file.read_text() == HEALTH.replace("disclosure: ask", "disclosure: private")
        )
        await keys(pilot, "z")
        await until(pilot, lambda: file.read_text() == HEALTH)
        screen.files.go_to("health/")
        await keys(pilot, "L")
        await answer(pilot, "p")
        await until(pilot, lambda: '"health/**": private' in (memory / POLICY).read_text())
        assert any("is private in policy.yaml. 1 file changed." in note for note in said(pilot))
        screen.files.go_to("health/allergies.md")
        await until(pilot, lambda: screen.files.files["health/allergies.md"].level.word == "private")
        await keys(pilot, "L")
        await answer(pilot, "o")
        await until(pilot, lambda: "disclosure: open" in file.read_text())
        await until(pilot, lambda: any("It stays private: policy.yaml makes" in note for note in said(pilot)))
        # To be freer takes a yes of its own.
        screen.files.go_to("health/")
        await keys(pilot, "L")
        await answer(pilot, "o")
        await until(pilot, lambda: "health/allergies.md is private now and would be open." in painted(pilot))
        assert '"health/**": private' in (memory / POLICY).read_text()
        await answer(pilot, "y")
        await until(pilot, lambda: '"health/**": open' in (memory / POLICY).read_text())

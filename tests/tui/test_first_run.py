"""Where no memory is there yet, nothing is made before the person chose; each choice leads into a memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from nanomem_tui.settings import config_file, load
from nanomem_tui.tui.app import first_screen
from nanomem_tui.tui.screens.memory import MemoryScreen
from nanomem_tui.tui.screens.welcome import WelcomeScreen
from tests.tui.driving import ListeningApp, app_of, keys, painted, said, until


@asynccontextmanager
async def first_run(size: tuple[int, int] = (80, 24), root: str | None = None) -> AsyncIterator[Pilot[int]]:
    """The app as `nanomem` opens it where there is no memory."""
    settings = load({"root": root})
    app = ListeningApp(settings, screen=first_screen(settings))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "There is no memory" in painted(pilot))
        yield pilot


async def arrived(pilot: Pilot[int]) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, MemoryScreen) and app_of(pilot).provider)


def there(home: Path) -> list[str]:
    return sorted(file.relative_to(home).as_posix() for file in home.rglob("*"))


@pytest.mark.presses("welcome-new")
async def test_nothing_is_made_before_a_new_memory_is_chosen(frozen_machine: Path) -> None:
    async with first_run() as pilot:
        assert "in ~/nanomem" in painted(pilot)
        await keys(pilot, "1", "z", "C", "2", "tab", "down", "up")
        assert isinstance(pilot.app.screen, WelcomeScreen), "what needs a memory waits"
        assert there(frozen_machine) == []
        await pilot.press("n")
        await arrived(pilot)
        assert (frozen_machine / "nanomem").is_dir()
        assert (frozen_machine / "nanomem").stat().st_mode & 0o077 == 0
        await until(pilot, lambda: "Nothing is remembered here yet." in painted(pilot))
        assert not config_file().exists(), "the usual place needs no setting"


@pytest.mark.presses("welcome-demo")
async def test_d_opens_a_sample(frozen_machine: Path) -> None:
    async with first_run() as pilot:
        await pilot.press("d")
        await arrived(pilot)
        root = app_of(pilot).bank.root
        assert root.name.startswith("nanomem-demo-")
        assert list(root.rglob("*.md"))
        assert there(frozen_machine) == [], "nothing in the home folder"


async def test_a_sample_is_opened_and_the_settings_stay(frozen_machine: Path) -> None:
    async with first_run((60, 24)) as pilot:
        await pilot.click("WayList", offset=(6, 1))
        await pilot.click("WayList", offset=(6, 1))
        await arrived(pilot)
        root = app_of(pilot).bank.root
        assert root.name.startswith("nanomem-demo-")
        await until(pilot, lambda: app_of(pilot).pending == 1)
        assert any(str(root) in note for note in said(pilot))
        assert there(frozen_machine) == [], "nothing in the home folder"


@pytest.mark.parametrize("root", [None, "/nowhere/at all [b]"])
@pytest.mark.presses("welcome-open", "welcome-pick", "welcome-back")
async def test_a_folder_that_is_there_becomes_the_memory(frozen_machine: Path, root: str | None) -> None:
    notes = frozen_machine / "my [b]notes"
    notes.mkdir()
    (notes / "tea.md").write_text("# Memory: Tea\n\n- Likes oolong\n", encoding="utf-8")
    async with first_run(root=root) as pilot:
        await pilot.press("o")
        screen = pilot.app.screen
        assert isinstance(screen, WelcomeScreen)
        await until(pilot, lambda: any(row.key == notes for row in screen.picker.names.rows))
        screen.picker.names.go_to(notes)
        await keys(pilot, "escape", "o")
        await until(pilot, lambda: screen.picker.names.has_focus)
        screen.picker.names.go_to(notes)
        await pilot.press("space")
        await arrived(pilot)
        await until(pilot, lambda: "tea" in painted(pilot))
        assert app_of(pilot).bank.root == notes
    kept = config_file().read_text(encoding="utf-8") if config_file().exists() else ""
    assert kept == ("" if root else f'root = "{notes}"\n'), "what was given for this run is not saved"
    assert there(notes)[:1] in (["tea.md"], [".nanomem"])

"""Files from the tree: made, renamed and deleted, each as one change that z takes back byte for byte."""

from pathlib import Path

import pytest

from tests.tui.driving import ABOUT, keys, memory_screen, opened, said, until

FILE, HOME = "personal/about.md", "home/me.md"


@pytest.mark.presses("rename-file", "delete-file")
async def test_a_file_is_renamed_deleted_and_brought_back(memory: Path) -> None:
    async with opened(memory) as pilot:
        screen = memory_screen(pilot)
        screen.select(FILE)
        await until(pilot, lambda: screen.file and screen.file.path == FILE)
        await keys(pilot, "M")
        assert screen.prompt.text_area.text == FILE
        screen.prompt.text_area.load_text("../me")
        await keys(pilot, "enter")
        await until(pilot, lambda: any("../me.md" in note for note in said(pilot)))
        assert screen.prompt.text_area.has_focus
        assert screen.prompt.text_area.text == "../me"
        screen.prompt.text_area.load_text("home/me")
        await keys(pilot, "enter")
        await until(pilot, lambda: screen.file and screen.file.path == HOME and screen.files.key == HOME)
        assert (memory / HOME).read_text() == ABOUT
        assert not (memory / FILE).exists()
        assert len(list((memory / ".nanomem/changes").glob("*.json"))) == 1
        await keys(pilot, "D")
        await until(pilot, lambda: not (memory / HOME).exists())
        await keys(pilot, "z")
        await until(pilot, lambda: "Undone: home/me.md is back. Z makes it again." in said(pilot))
        assert (memory / HOME).read_text() == ABOUT
        await keys(pilot, "z")
        await until(pilot, lambda: any(f"{HOME} is {FILE} again." in note for note in said(pilot)))
        assert (memory / FILE).read_text() == ABOUT
        assert not (memory / HOME).exists()


@pytest.mark.presses("new-file")
async def test_a_new_file_is_made_and_an_old_one_is_never_overwritten(memory: Path) -> None:
    async with opened(memory) as pilot:
        screen = memory_screen(pilot)
        await keys(pilot, "N")
        screen.prompt.text_area.load_text("hobbies/music")
        await keys(pilot, "enter")
        await until(pilot, lambda: screen.files.key == "hobbies/music.md")
        assert "## Working memory" in (memory / "hobbies/music.md").read_text()
        await keys(pilot, "N")
        screen.prompt.text_area.load_text(FILE)
        await keys(pilot, "enter")
        await until(pilot, lambda: any(f"There is a file {FILE} already." in note for note in said(pilot)))
        assert (memory / FILE).read_text() == ABOUT
        await keys(pilot, "z")
        await until(pilot, lambda: not (memory / "hobbies/music.md").exists())

"""Whole folders from the tree: renamed and deleted as one change, after a question that says how much."""

from pathlib import Path

from textual.pilot import Pilot

from tests.tui.driving import (
    ABOUT,
    LARGE,
    SMALL,
    keys,
    memory_screen,
    opened,
    painted,
    said,
    until,
    write_memory,
)

ODD = b"\xef\xbb\xbf# Odd\r\n- Owns a bike\r\nprose \xff without an end"


def stored(root: Path) -> dict[str, bytes]:
    """The bytes of every file but our own state."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".nanomem" not in path.parts
    }


async def answer(pilot: Pilot[int], key: str) -> None:
    """Answer the question once it is ready."""
    asking = memory_screen(pilot).asking
    await until(pilot, lambda: asking.is_asking and asking.guard.is_ready)
    await keys(pilot, key)


async def test_a_folder_is_deleted_after_a_yes_and_comes_back_with_every_byte(memory: Path) -> None:
    (memory / "personal/deep").mkdir()
    (memory / "personal/deep/odd.md").write_bytes(ODD)
    (memory / "personal/photo.png").write_bytes(b"\x89PNG")
    before = stored(memory)
    async with opened(memory, SMALL) as pilot:
        screen = memory_screen(pilot)
        screen.files.go_to("personal/")
        await keys(pilot, "D")
        await until(pilot, lambda: "Delete personal/" in painted(pilot))
        assert "2 files with 5 facts, as one change that z takes back." in painted(pilot)
        assert "personal/photo.png is no memory and stays." in painted(pilot)
        # A key on its way answers nothing, another one neither, and leaving it deletes nothing.
        screen.asking.guard.held_until = float("inf")
        await keys(pilot, "y", "d", "x", "z")
        assert screen.asking.is_asking
        await keys(pilot, "escape")
        assert screen.files.has_focus
        assert stored(memory) == before
        await keys(pilot, "D")
        await answer(pilot, "y")
        await until(pilot, lambda: any("Deleted personal/: 2 files with 5 facts." in n for n in said(pilot)))
        assert stored(memory) == {
            path: data
            for path, data in before.items()
            if path in ("personal/photo.png", "health/allergies.md")
        }
        assert len(list((memory / ".nanomem/changes").glob("*.json"))) == 1
        await keys(pilot, "z")
        await until(pilot, lambda: stored(memory) == before)
        await until(pilot, lambda: "Undone: personal/: 2 files back again." in said(pilot)[-1])


async def test_a_folder_is_renamed_and_a_stricter_policy_is_not_slipped_out_of(memory: Path) -> None:
    write_memory(memory, {".nanomem/policy.yaml": 'levels:\n  "personal/**": private\n'})
    before = stored(memory)
    async with opened(memory, LARGE) as pilot:
        screen = memory_screen(pilot)
        screen.files.go_to("personal/")
        await keys(pilot, "M")
        assert screen.prompt.text_area.text == "personal"
        assert "rename folder to >" in painted(pilot)
        screen.prompt.text_area.load_text("../out")
        await keys(pilot, "enter")
        await until(pilot, lambda: any("is not a path to a folder of memory" in note for note in said(pilot)))
        assert screen.prompt.text_area.has_focus
        screen.prompt.text_area.load_text("home/me/")
        await keys(pilot, "enter")
        await until(pilot, lambda: "Rename personal/ to home/me/" in painted(pilot))
        assert "would be disclosed more freely" in painted(pilot)
        assert "private now, open there" in painted(pilot)
        await answer(pilot, "y")
        await until(pilot, lambda: screen.files.key == "home/me/about.md")
        assert (memory / "home/me/about.md").read_text() == ABOUT
        assert not (memory / "personal").exists()
        await keys(pilot, "z")
        await until(pilot, lambda: stored(memory) == before)
        await until(pilot, lambda: screen.file and screen.path == "health/allergies.md")
        screen.files.go_to("personal/")
        await keys(pilot, "M")
        screen.prompt.text_area.load_text("personal/inner")
        await keys(pilot, "enter")
        await answer(pilot, "y")
        await until(pilot, lambda: any("cannot move into itself" in note for note in said(pilot)))
        assert stored(memory) == before


async def test_an_empty_folder_goes_without_a_change_and_a_new_file_begins_in_a_folder(memory: Path) -> None:
    (memory / "void/deeper").mkdir(parents=True)
    before = stored(memory)
    async with opened(memory, LARGE) as pilot:
        screen = memory_screen(pilot)
        screen.files.go_to("void/")
        await keys(pilot, "N")
        assert screen.prompt.text_area.text == "void/"
        await keys(pilot, "escape")
        screen.files.focus()
        screen.files.go_to("void/")
        await keys(pilot, "M")
        screen.prompt.text_area.load_text("other")
        await keys(pilot, "enter")
        await until(pilot, lambda: any("There is no memory in void/." in note for note in said(pilot)))
        screen.files.go_to("void/")
        await keys(pilot, "D")
        await until(pilot, lambda: not (memory / "void").exists())
        await until(pilot, lambda: "Removed the empty folder void/." in said(pilot))
        assert stored(memory) == before
        assert not (memory / ".nanomem/changes").exists()

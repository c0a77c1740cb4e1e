"""What keeps keys answered: no garbage of paints, threads that give way, no second look at what is known.

How long a key takes is a benchmark's business (tests/benchmarks/screens.py); here stands what must hold.
"""

import gc
import time
from pathlib import Path
from threading import Thread

import pytest
from rich.segment import Segment
from textual.strip import Strip

from nanomem_tui.bank import MemoryBank
from nanomem_tui.tui import garbage, threads
from nanomem_tui.tui.look import glance, look
from tests.tui.driving import ABOUT, HEALTH, keys, memory_screen, opened, painted, until, write_memory


@pytest.mark.parametrize("cuts", [[], [3], [8], [3, 8], [8, 12], [3, 8, 12], [12]])
def test_a_strip_is_divided_as_textual_divides_it(cuts: list[int]) -> None:
    def texts(strips: object) -> list[str]:
        return [strip.text for strip in strips]  # type: ignore[attr-defined]

    assert texts(garbage.divide(Strip([Segment("abcd"), Segment("efgh")]), cuts)) == texts(
        garbage._divide(Strip([Segment("abcd"), Segment("efgh")]), cuts)
    )


def test_a_painted_line_is_freed_without_the_collector() -> None:
    gc.collect()
    gc.disable()
    try:
        for _ in range(100):
            assert Strip([Segment("a line")]).divide([6])[0].text == "a line"
        assert gc.collect() < 100
    finally:
        gc.enable()


def test_a_thread_gives_way_until_the_key_is_answered() -> None:
    courtesy = threads.Courtesy()
    courtesy.give_way()
    courtesy.begin()
    worker = Thread(target=courtesy.give_way)
    worker.start()
    assert worker.is_alive()
    courtesy.end()
    worker.join(10)
    assert not worker.is_alive()


def test_a_thread_gives_way_for_a_moment_only() -> None:
    courtesy = threads.Courtesy()
    courtesy.begin()
    worker = Thread(target=courtesy.give_way)
    worker.start()
    worker.join(10)
    assert not worker.is_alive()


async def test_a_key_is_over_when_it_is_painted(memory: Path) -> None:
    async with opened(memory) as pilot:
        courtesy = memory_screen(pilot).nanomem.courtesy
        await keys(pilot, "down")
        await until(pilot, lambda: courtesy._until == 0.0 or time.monotonic() > courtesy._until)
        assert courtesy._until == 0.0


async def test_another_look_that_finds_nothing_new_paints_nothing(memory: Path) -> None:
    async with opened(memory) as pilot:
        screen = memory_screen(pilot)
        dirty = screen._compositor._dirty_regions
        await pilot.pause()
        assert not dirty
        screen._show(look(screen.bank, screen.path))
        assert not dirty and not screen._dirty_widgets
        assert "allergies" in painted(pilot)


def test_files_that_changed_are_looked_at_alone_and_seen_as_in_a_whole_look(memory: Path) -> None:
    write_memory(memory, {"personal/deep/notes.md": "- One\n", "broken.md": "---\ntitle: [\n---\n- Two\n"})
    bank = MemoryBank(memory)
    before = look(bank, None)
    for path, text in (
        ("personal/deep/notes.md", "---\ndisclosure: private\n---\n- One\n- Two\n"),
        ("personal/about.md", ABOUT.replace("- Works at Acme", "- Works at Acme, still\n- Works")),
        ("health/allergies.md", HEALTH),
        ("new.md", "- Three\n"),
    ):
        write_memory(memory, {path: text})
        before = look(bank, None, before, frozenset({path}))
        whole = look(MemoryBank(memory), None)
        assert (before.listing.files, before.listing.folders) == (whole.listing.files, whole.listing.folders)
    (memory / "new.md").unlink()
    before = look(bank, None, before, frozenset({"new.md"}))
    assert before.listing.files == look(MemoryBank(memory), None).listing.files
    bank.put_away()


def test_a_first_sight_of_a_memory_is_what_a_look_finds(memory: Path) -> None:
    bank = MemoryBank(memory)
    names = glance(bank)
    assert not names.listing.counted
    whole = look(bank, None)
    assert [file.path for file in names.listing.files] == [file.path for file in whole.listing.files]
    again = glance(bank).listing
    assert again.folders == whole.listing.folders
    assert [file[:6] for file in again.files] == [file[:6] for file in whole.listing.files]
    bank.put_away()

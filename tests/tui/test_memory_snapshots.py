"""How the Memory screen looks. Behavior is tested elsewhere; look at the report before accepting a change."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from nanomem_tui.settings import Settings
from tests.tui.driving import (
    ABOUT,
    HEALTH,
    LARGE,
    SMALL,
    ListeningApp,
    keys,
    memory_screen,
    until,
    write_memory,
)

Before = Callable[[Pilot[int]], Awaitable[None]]


async def _at_the_facts(pilot: Pilot[int]) -> None:
    await until(pilot, lambda: memory_screen(pilot).has_looked and pilot.app.screen.is_current)
    for field in pilot.app.screen.query(TextArea):
        field.cursor_blink = False
    for line in pilot.app.screen.query(Input):
        line.cursor_blink = False
    screen = memory_screen(pilot)
    if screen.look.listing.files:
        screen.select("personal/about.md")
        screen.facts.focus()
        await until(pilot, lambda: screen.file and screen.file.path == "personal/about.md")
    await until(pilot, lambda: screen.nanomem.provider)


async def _editing(pilot: Pilot[int]) -> None:
    await _at_the_facts(pilot)
    await keys(pilot, "e")


async def _as_text(pilot: Pilot[int]) -> None:
    await _at_the_facts(pilot)
    await keys(pilot, "v")


@pytest.mark.parametrize(
    ("size", "theme", "before", "files"),
    [
        pytest.param(LARGE, None, _at_the_facts, True, id="three-panes"),
        pytest.param(SMALL, None, _editing, True, id="two-panes-editing"),
        pytest.param((60, 24), None, _at_the_facts, True, id="one-pane"),
        pytest.param(SMALL, "nanomem-light", _as_text, True, id="light-text"),
        pytest.param(SMALL, "ansi-dark", _at_the_facts, True, id="ansi"),
        pytest.param(SMALL, None, _at_the_facts, False, id="empty"),
    ],
)
def test_it_looks_right(
    snap_compare: Any,
    frozen_machine: Path,
    size: tuple[int, int],
    theme: str | None,
    before: Before,
    files: bool,
) -> None:
    root = frozen_machine / "nanomem"
    write_memory(root, {"personal/about.md": ABOUT, "health/allergies.md": HEALTH} if files else {})
    assert snap_compare(ListeningApp(Settings(root=root, theme=theme)), terminal_size=size, run_before=before)

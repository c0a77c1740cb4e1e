"""How Preview looks. Behavior is tested elsewhere; look at the report before accepting a change."""

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from nanomem_tui.settings import Settings
from tests.tui.driving import SMALL, ListeningApp, keys, until, write, write_memory
from tests.tui.previews import at, preview_screen, previewed

FILES = {
    "food/diet.md": "- Vegetarian since 2016 | updated_at=2025-11-02\n"
    "- Allergic to peanuts | updated_at=2025-11-05\n",
    "health/about.md": "- Dislikes dinner after eight because of medication | disclosure=ask\n",
    "tax/2025.md": "---\ndisclosure: private\n---\n- Deducts dinner with clients\n",
}


async def _previewed(pilot: Pilot[int]) -> None:
    await until(pilot, lambda: pilot.app.screen.is_current and preview_screen(pilot).to)
    for line in pilot.app.screen.query(Input):
        line.cursor_blink = False
    await keys(pilot, "q")
    await write(pilot, "plan a dinner for me")
    await keys(pilot, "enter")
    await previewed(pilot)
    await until(pilot, lambda: not preview_screen(pilot).nanomem.running)
    await at(pilot, "peanuts")
    await keys(pilot, "space")


@pytest.mark.parametrize("size", [SMALL, (130, 34)], ids=["two-panes", "three-panes"])
def test_it_looks_right(snap_compare: Any, frozen_machine: Path, size: tuple[int, int]) -> None:
    root = frozen_machine / "nanomem"
    write_memory(root, FILES)
    app = ListeningApp(Settings(root=root), screen="preview")
    assert snap_compare(app, terminal_size=size, run_before=_previewed)

"""How Settings and Import look. Behavior is tested elsewhere. Look at the report before you accept one."""

import json
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from nanomem_tui.settings import load
from nanomem_tui.tui.screens.importing import ImportingScreen
from nanomem_tui.tui.screens.settings import SettingsScreen
from nanomem_tui.tui.setting_items import Section
from tests.exchange.making import chatgpt
from tests.tui.driving import ABOUT, HEALTH, SMALL, ListeningApp, app_of, until, write_memory


def still(pilot: Pilot[int]) -> None:
    for line in pilot.app.screen.query(Input):
        line.cursor_blink = False


def app_on(home: Path, screen: str) -> ListeningApp:
    write_memory(home / "nanomem", {"personal/about.md": ABOUT, "health/allergies.md": HEALTH})
    return ListeningApp(load({}, {}), screen=screen)


def test_settings(snap_compare: Any, frozen_machine: Path) -> None:
    async def asked_for_approval(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen) and app_of(pilot).provider)
        screen = pilot.app.screen
        assert isinstance(screen, SettingsScreen)
        still(pilot)
        await until(pilot, lambda: screen.listing)
        screen.sections.go_to(Section.MEMORY)
        await until(pilot, lambda: screen.items.go_to("approval"))
        screen.items.focus()
        await until(pilot, lambda: screen.item and screen.item.key == "approval")
        await pilot.press("e")
        await until(pilot, lambda: screen.panel.words.has_focus)

    assert snap_compare(
        app_on(frozen_machine, "settings"), terminal_size=SMALL, run_before=asked_for_approval
    )


def test_importing(snap_compare: Any, frozen_machine: Path) -> None:
    talks = [
        chatgpt([("user", "I moved to Lisbon.")], "Moving to Lisbon"),
        chatgpt(
            [("user", "What is a monad?"), ("assistant", "A burrito.")], "[b]Monads[/b]", create_time=1.7e9
        ),
        {"title": "A broken one", "mapping": 7},
    ]
    file = frozen_machine / "Downloads" / "conversations.json"
    file.parent.mkdir()
    file.write_text(json.dumps(talks), encoding="utf-8")

    async def imported(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: isinstance(pilot.app.screen, ImportingScreen) and app_of(pilot).provider)
        screen = pilot.app.screen
        assert isinstance(screen, ImportingScreen)
        still(pilot)
        await until(pilot, lambda: screen.picker.names.go_to(file))
        await pilot.press("space")
        await until(pilot, lambda: screen.found.items and not screen.is_busy and not app_of(pilot).jobs)
        await pilot.press("down", "space")
        await until(pilot, lambda: screen.found.has_focus)

    assert snap_compare(app_on(frozen_machine, "importing"), terminal_size=(130, 30), run_before=imported)

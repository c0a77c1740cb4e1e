"""What all screens share: the registry of actions, its keys, footer, help and palette, themes and modes."""

from functools import partial
from importlib import import_module
from pathlib import Path

import pytest
from textual.pilot import Pilot

from nanomem_tui.settings import config_file
from nanomem_tui.tui.actions import ACTIONS, Action, Scope
from nanomem_tui.tui.app import NanomemApp
from nanomem_tui.tui.modes import MODES
from nanomem_tui.tui.screens.memory import MemoryScreen
from nanomem_tui.tui.screens.welcome import WelcomeScreen
from nanomem_tui.tui.widgets.fact_editor import FactEditor
from nanomem_tui.tui.widgets.prompt_line import PromptText
from nanomem_tui.tui.widgets.raw_editor import RawEditor
from tests.tui.driving import LARGE, SMALL, keys, memory_screen, opened, painted, said, until, write

SCREENS = [getattr(import_module(f"nanomem_tui.tui.screens.{mode}"), name) for mode, name in MODES.items()]
HOMES: dict[Scope, type] = {
    Scope.APP: NanomemApp,
    **{screen.SCOPE: screen for screen in (*SCREENS, WelcomeScreen)},
    Scope.FACT: FactEditor,
    Scope.TEXT: RawEditor,
    Scope.PROMPT: PromptText,
}


def test_every_action_has_a_name_of_its_own_and_no_two_of_a_scope_share_a_key() -> None:
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)
    for scope in Scope:
        taken = [key for action in ACTIONS if action.scope is scope for key in action.key.split(",")]
        assert len(taken) == len(set(taken)), scope


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_says_what_it_does_and_has_a_method(action: Action) -> None:
    assert action.title
    assert action.help.endswith(".")
    target, _, call = action.run.rpartition(".")
    home = {"app": NanomemApp, "screen": MemoryScreen}.get(target) or HOMES.get(action.scope)
    assert home is not None
    assert hasattr(home, f"action_{call.partition('(')[0]}")


def _is_at(pilot: Pilot[int], mode: str) -> bool:
    return pilot.app.current_mode == mode


async def test_the_keys_of_a_screen_stand_in_its_footer_and_fit_80_columns(memory: Path) -> None:
    async with opened(memory, SMALL) as pilot:
        footer = painted(pilot).splitlines()[-1]
        for part in ("a Add", "q Query", "e Edit", "/ Search", "r Review", "z Undo", "? Help", "^p Commands"):
            assert part in footer


@pytest.mark.presses("help")
async def test_help_shows_every_key_and_why_a_grey_one_does_not_work(memory: Path) -> None:
    async with opened(memory, (120, 60)) as pilot:
        await keys(pilot, "home", "question_mark")
        await until(pilot, lambda: "Keys · Memory" in painted(pilot))
        text = painted(pilot)
        for action in ACTIONS:
            if action.scope in (Scope.APP, Scope.MEMORY):
                assert action.title in text, action.id
        assert "No answer that left something out" in text
        await keys(pilot, "x", "escape")
        await until(pilot, lambda: memory_screen(pilot))
        assert not any("Archived" in note for note in said(pilot))


@pytest.mark.presses("commands")
async def test_the_palette_finds_and_runs_an_action(memory: Path) -> None:
    async with opened(memory) as pilot:
        await keys(pilot, "ctrl+p")
        await write(pilot, "raw text")
        await until(pilot, lambda: "See and edit the whole file" in painted(pilot))
        await keys(pilot, "enter", "enter")
        await until(pilot, lambda: memory_screen(pilot).raw.has_focus)


async def test_the_palette_says_why_an_action_cannot_run(root: Path) -> None:
    async with opened(root) as pilot:
        await keys(pilot, "ctrl+p")
        await write(pilot, "archive")
        await until(pilot, lambda: "to history" in painted(pilot))
        await keys(pilot, "enter", "enter")
        await until(pilot, lambda: "Select a fact first." in said(pilot))


async def test_keys_can_be_remapped_and_the_footer_says_so(memory: Path) -> None:
    async with opened(memory, keys={"add": "ctrl+a", "review": "f9"}) as pilot:
        assert "^a Add" in painted(pilot).splitlines()[-1]
        assert "f9 Review" in painted(pilot).splitlines()[-1]
        await keys(pilot, "a")
        assert not memory_screen(pilot).prompt.text_area.has_focus
        await keys(pilot, "ctrl+a")
        assert memory_screen(pilot).prompt.text_area.has_focus


async def test_a_setting_that_names_no_action_or_theme_is_said(memory: Path) -> None:
    async with opened(memory, keys={"dance": "x"}, theme="plaid") as pilot:
        await until(pilot, lambda: len(said(pilot)) >= 2)
        assert any("No action is called dance." in note for note in said(pilot))
        assert any("There is no theme plaid." in note for note in said(pilot))


async def test_themes(memory: Path) -> None:
    async with opened(memory, theme="nanomem-light") as pilot:
        for theme in ("nanomem-light", "ansi-dark", "ansi-light"):
            pilot.app.theme = theme
            await pilot.pause()
            assert "allergies" in painted(pilot)


@pytest.mark.presses("theme")
async def test_a_theme_is_chosen_from_a_list_and_not_saved(memory: Path) -> None:
    async with opened(memory) as pilot:
        await keys(pilot, "f3")
        await until(pilot, lambda: "nord" in painted(pilot))
        await write(pilot, "nanomem-light")
        await until(pilot, lambda: "nord" not in painted(pilot))
        await keys(pilot, "enter")
        await until(pilot, lambda: pilot.app.theme == "nanomem-light" and memory_screen(pilot))
        assert not config_file().exists()


async def test_without_color_signs_remain(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(memory) as pilot:
        for strip in pilot.app.screen._compositor.render_strips():
            for segment in strip.apply_filter(
                pilot.app.get_line_filters()[-2], pilot.app.screen.styles.background
            ):
                color = segment.style.color if segment.style else None
                assert color is None or color.triplet is None or len(set(color.triplet)) == 1
        assert "▾" in painted(pilot)


async def test_what_was_made_of_a_line_is_kept_from_paint_to_paint(memory: Path) -> None:
    """Textual keeps it by the filter: with another filter each time, every paint would begin from nothing."""
    async with opened(memory) as pilot:
        first, second = pilot.app.get_line_filters(), pilot.app.get_line_filters()
        assert [id(one) for one in first] == [id(one) for one in second]


@pytest.mark.presses("memory", "review", "preview", "history", "traces", "settings", "import")
async def test_every_screen_is_a_number_and_a_key_away(memory: Path) -> None:
    async with opened(memory, SMALL) as pilot:
        for number, mode in enumerate(MODES, 1):
            await keys(pilot, str(number))
            await until(pilot, partial(_is_at, pilot, mode))
            assert "nanomem" in painted(pilot)
        await keys(pilot, "1", "h")
        await until(pilot, lambda: pilot.app.current_mode == "history")
        await pilot.resize_terminal(*LARGE)
        await keys(pilot, "1")
        await until(pilot, lambda: pilot.app.current_mode == "memory" and "nanomem" in painted(pilot))


async def test_a_click_on_the_count_leads_to_review(memory: Path) -> None:
    async with opened(memory) as pilot:
        await pilot.click(".pending")
        await until(pilot, lambda: pilot.app.current_mode == "review")


async def test_the_app_can_start_on_another_screen(memory: Path) -> None:
    async with opened(memory, screen="traces") as pilot:
        await until(pilot, lambda: pilot.app.current_mode == "traces")


async def test_words_being_written_keep_the_prompt_and_an_empty_one_lets_go(memory: Path) -> None:
    async with opened(memory) as pilot:
        await keys(pilot, "a", "f2")
        await until(pilot, lambda: pilot.app.current_mode == "review")
        await keys(pilot, "1")
        await until(pilot, lambda: pilot.app.current_mode == "memory")
        await until(pilot, lambda: memory_screen(pilot).facts.has_focus)
        await keys(pilot, "a", "h", "i", "f2")
        await until(pilot, lambda: pilot.app.current_mode == "review")
        await keys(pilot, "1")
        await until(pilot, lambda: pilot.app.current_mode == "memory")
        assert memory_screen(pilot).prompt.text_area.text == "hi"
        assert memory_screen(pilot).prompt.text_area.has_focus


async def test_a_greyed_key_is_not_taken_for_what_the_app_does_with_it(memory: Path) -> None:
    async with opened(memory, keys={"history": "A"}) as pilot:
        await keys(pilot, "2")
        await until(pilot, partial(_is_at, pilot, "review"))
        await keys(pilot, "A")
        await until(pilot, lambda: said(pilot))
        assert pilot.app.current_mode == "review"
        await keys(pilot, "1", "A")
        await until(pilot, lambda: pilot.app.current_mode == "history")

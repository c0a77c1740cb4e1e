"""Changing settings in the running app: what is written, byte by byte, and that it holds at once."""

import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from nanomem_tui.memory.levels import Trust
from nanomem_tui.settings import Approval, config_file, keys_file, load
from nanomem_tui.tui.keymap import OF_LISTS, keys_of, taken
from nanomem_tui.tui.screens.settings import SettingsScreen
from nanomem_tui.tui.setting_items import Section
from tests.loopback import ScriptedServer
from tests.replies import Reply, reply_calls, reply_text
from tests.tui.driving import ListeningApp, app_of, keys, painted, said, until, write

SECRET = "sk-very-secret-7"
CONFIG = """\
# mine, by hand
provider = "rules"   # for now
approval = "queue"

[keys]
# v is for view
memory = "v,1"
"""


def able(body: dict[str, Any]) -> Reply:
    return reply_calls(("look_up", {"word": "tea"})) if body.get("tools") else reply_text("Hello there!")


def settings_screen(pilot: Pilot[int]) -> SettingsScreen:
    """The Settings screen, which must be in front."""
    screen = pilot.app.screen
    assert isinstance(screen, SettingsScreen)
    return screen


@asynccontextmanager
async def opened_settings(
    root: Path, size: tuple[int, int] = (120, 30), text: str = CONFIG, **flags: str
) -> AsyncIterator[Pilot[int]]:
    """The app on its Settings, with a settings file."""
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text(text, encoding="utf-8")
    app = ListeningApp(load({"root": str(root), **flags}), screen="settings")
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.provider and settings_screen(pilot).items.rows)
        yield pilot


async def go(pilot: Pilot[int], section: Section, key: str) -> None:
    """Put the cursor on a value."""
    screen = settings_screen(pilot)
    screen.sections.go_to(section)
    screen.items.focus()
    await until(pilot, lambda: any(row.key == key for row in screen.items.rows))
    screen.items.go_to(key)
    await until(pilot, lambda: screen.item and screen.item.key == key)


def config() -> str:
    return config_file().read_text(encoding="utf-8")


@pytest.mark.presses("settings-change", "settings-reset")
async def test_values_say_where_they_come_from_and_are_saved(
    memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NANOMEM_THEME", "nanomem-light")
    async with opened_settings(memory) as pilot:
        app = app_of(pilot)
        await go(pilot, Section.MEMORY, "approval")
        text = painted(pilot)
        assert (
            "queue" in text and "config.toml" in text and "this run only" in text and "$NANOMEM_THEME" in text
        )
        await keys(pilot, "e", "down", "enter")
        await until(pilot, lambda: app.settings.approval is Approval.AUTO)
        assert config() == CONFIG.replace('"queue"', '"auto"'), "comments and the rest stay"
        assert app.bank.settings.approval is Approval.AUTO, "it holds at once"

        await go(pilot, Section.MEMORY, "approval")
        await pilot.press("x")
        await until(pilot, lambda: app.settings.approval is Approval.ASK)
        assert config() == CONFIG.replace('approval = "queue"\n', "")

        await go(pilot, Section.MEMORY, "theme")
        assert "overrules config.toml" in painted(pilot)
        screen = settings_screen(pilot)
        await pilot.press("enter")
        screen.panel.words.go_to("nord")
        await pilot.press("enter")
        await until(pilot, lambda: 'theme = "nord"' in config())
        await until(pilot, lambda: any("In this run nanomem-light stays" in note for note in said(pilot)))
        assert app.theme == "nanomem-light"
        await pilot.press("x")
        await until(pilot, lambda: "theme" not in config())

        config_file().write_text("provider = ", encoding="utf-8")
        await go(pilot, Section.MEMORY, "approval")
        await keys(pilot, "e", "down", "enter")
        await until(pilot, lambda: any("is not valid TOML" in note for note in said(pilot)))
        assert config() == "provider = ", "a broken file is left alone"


@pytest.mark.presses("settings-test")
async def test_a_model_is_named_tried_and_given_its_key(memory: Path) -> None:
    with ScriptedServer(able) as server:
        async with opened_settings(memory, (80, 24)) as pilot:
            app, screen = app_of(pilot), settings_screen(pilot)
            await go(pilot, Section.MODEL, "provider")
            await pilot.press("c")
            assert "The built-in rules need no test." in said(pilot)
            await pilot.press("enter")
            screen.panel.words.go_to("custom")
            await pilot.press("enter")
            await write(pilot, "not an address [b]")
            await pilot.press("enter")
            await until(pilot, lambda: any("not the address of a server" in note for note in said(pilot)))
            assert config() == CONFIG and app.bank.settings.provider == "rules", "nothing was changed"

            await keys(pilot, "enter")
            screen.panel.words.go_to("custom")
            await pilot.press("enter")
            await write(pilot, server.base_url)
            await pilot.press("enter")
            await until(pilot, lambda: app.bank.settings.provider == "custom" and "custom" in app.provider)
            assert f'base_url = "{server.base_url}"' in config() and "# for now" in config()

            await go(pilot, Section.MODEL, "model")
            await pilot.press("e")
            await write(pilot, "m-1")
            await pilot.press("enter")
            await until(pilot, lambda: app.settings.model == "m-1" and "m-1" in painted(pilot))
            await go(pilot, Section.MODEL, "model")
            await pilot.press("c")
            await until(pilot, lambda: "it calls tools as it should" in painted(pilot))

            await go(pilot, Section.MODEL, "api_key")
            await pilot.press("e")
            await write(pilot, SECRET)
            assert SECRET not in painted(pilot), "what is typed is masked"
            await pilot.press("enter")
            await until(pilot, lambda: any("The key is kept in" in note for note in said(pilot)))
            await until(pilot, lambda: screen.listing and screen.listing.item("api_key").value == "kept")  # type: ignore[union-attr]
            assert SECRET in keys_file().read_text(encoding="utf-8")
            assert stat.S_IMODE(keys_file().stat().st_mode) == 0o600
            await go(pilot, Section.MODEL, "trust")
            assert app.bank.model.trust is Trust.LOCAL
            await pilot.press("e")
            screen.panel.words.go_to("remote")
            await pilot.press("enter")
            await until(pilot, lambda: app.bank.model.trust is Trust.REMOTE and "remote" in app.provider)

            await pilot.press("c")
            await until(pilot, lambda: "it calls tools as it should" in painted(pilot))
            sent = server.requests[-1].headers
            assert SECRET in str(sent), "the key goes with the requests to this server"
            assert SECRET not in painted(pilot) and SECRET not in "\n".join(said(pilot)) + config()

            # Another address is another server: the key stays with the old one.
            await go(pilot, Section.MODEL, "base_url")
            await pilot.press("e")
            screen.panel.line.value = "http://127.0.0.1:9/v1"
            await pilot.press("enter")
            await until(pilot, lambda: screen.listing and screen.listing.item("api_key").value == "none")  # type: ignore[union-attr]
            await go(pilot, Section.MODEL, "provider")
            await pilot.press("x")
            await until(pilot, lambda: app.bank.settings.provider == "rules")
            assert "base_url" not in config() and "trust" not in config()


@pytest.mark.presses("settings-back")
async def test_keys_are_struck_and_conflicts_are_said(memory: Path) -> None:
    async with opened_settings(memory) as pilot:
        app, screen = app_of(pilot), settings_screen(pilot)
        await go(pilot, Section.KEYS, "key:undo")
        await keys(pilot, "enter", "h")
        assert any("Not h: It is the key of History there" in note for note in said(pilot))
        await keys(pilot, "j")
        assert any("Not j: Lists and fields need this key." in note for note in said(pilot))
        await keys(pilot, "u")
        await until(pilot, lambda: app.settings.keys.get("undo") == "u")
        assert config() == CONFIG + 'undo = "u"\n'
        await until(pilot, lambda: "u Undo" in painted(pilot))
        assert screen.focused is screen.items
        await pilot.press("u")
        await until(
            pilot, lambda: any("There is nothing to undo" in note or "undo" in note for note in said(pilot))
        )

        await go(pilot, Section.KEYS, "key:memory")
        await keys(pilot, "e", "escape")
        assert screen.focused is screen.items, "escape leaves"
        await keys(pilot, "x")
        await until(pilot, lambda: "memory" not in app.settings.keys)
        assert 'memory = "v,1"' not in config() and "# v is for view" in config()
        await pilot.press("1")
        await until(pilot, lambda: app.current_mode == "memory")


def test_no_two_actions_of_one_place_have_one_key() -> None:
    from nanomem_tui.tui.actions import ACTIONS

    for action in ACTIONS:
        for key in set(keys_of(action, {})) - OF_LISTS:
            assert taken(action, key, {action.id: "f12"}) is None, f"{action.id}: {key}"


async def test_recipients_are_named_changed_and_taken_out(memory: Path) -> None:
    policy = memory / ".nanomem" / "policy.yaml"
    policy.parent.mkdir()
    before = '# mine\nrecipients:\n  "bob [b]": {allow: ["work/**"]}  # at work\n'
    policy.write_text(before, encoding="utf-8")
    async with opened_settings(memory) as pilot:
        await go(pilot, Section.LEVELS, "to:")
        await pilot.press("e")
        await write(pilot, "doctor")
        await pilot.press("enter")
        await until(pilot, lambda: "What may doctor be told of" in painted(pilot))
        await pilot.press("enter")
        await until(
            pilot, lambda: "Name at least one path, such as work/**. x takes a recipient out." in said(pilot)
        )
        await write(pilot, "health/**, personal/about.md")
        await pilot.press("enter")
        await until(pilot, lambda: "doctor may then be told of 2 files more." in painted(pilot))
        assert "+ health/allergies.md" in painted(pilot)
        assert policy.read_text(encoding="utf-8") == before, "nothing is written before it was seen"
        await pilot.press("enter")
        assert policy.read_text(encoding="utf-8") == before, "what tells more is not the first answer"
        await go(pilot, Section.LEVELS, "to:")
        await pilot.press("e")
        await write(pilot, "doctor")
        await pilot.press("enter")
        await write(pilot, "health/**, personal/about.md")
        await keys(pilot, "enter")
        await until(pilot, lambda: "doctor may then be told of 2 files more." in painted(pilot))
        await keys(pilot, "down", "enter")
        both = before + '  doctor: {allow: ["health/**", personal/about.md]}\n'
        await until(pilot, lambda: policy.read_text(encoding="utf-8") == both)

        await go(pilot, Section.LEVELS, "to:doctor")
        await keys(pilot, "e", "ctrl+u")
        await write(pilot, "health/**")
        await keys(pilot, "enter")
        await until(pilot, lambda: "- personal/about.md" in painted(pilot))
        await pilot.press("enter")
        fewer = before + '  doctor: {allow: ["health/**"]}\n'
        await until(pilot, lambda: policy.read_text(encoding="utf-8") == fewer)

        await go(pilot, Section.LEVELS, "to:bob [b]")
        await pilot.press("x")
        await until(pilot, lambda: "bob [b] is taken out of the policy." in painted(pilot))
        await pilot.press("escape")
        assert policy.read_text(encoding="utf-8") == fewer
        await pilot.press("x")
        await until(pilot, lambda: "bob [b] is taken out of the policy." in painted(pilot))
        await keys(pilot, "down", "enter")
        rest = '# mine\nrecipients:\n  doctor: {allow: ["health/**"]}\n'
        await until(pilot, lambda: policy.read_text(encoding="utf-8") == rest)
        await until(pilot, lambda: "bob [b] is no recipient any more." in said(pilot))


async def test_levels_are_seen_before_they_are_written(memory: Path) -> None:
    policy = memory / ".nanomem" / "policy.yaml"
    policy.parent.mkdir()
    before = '# mine\nlevels:\n  "personal/**": ask\nrecipients:\n  "bob [b]": {allow: ["work/**"]}\n'
    policy.write_text(before, encoding="utf-8")
    async with opened_settings(memory) as pilot:
        app, screen = app_of(pilot), settings_screen(pilot)
        await go(pilot, Section.LEVELS, "level:personal/**")
        text = painted(pilot)
        assert "health/allergies.md" in text and "frontmatter" in text and "bob [b]" in text
        await keys(pilot, "e", "up", "enter")
        await until(pilot, lambda: "ask → open  personal/about.md" in painted(pilot))
        assert "This discloses 1 file more freely." in painted(pilot)
        assert policy.read_text(encoding="utf-8") == before, "nothing is written before it was seen"
        await pilot.press("enter")
        assert policy.read_text(encoding="utf-8") == before, "what makes freer is not the first answer"
        await keys(pilot, "e", "up", "enter")
        await until(pilot, lambda: "ask → open  personal/about.md" in painted(pilot))
        await keys(pilot, "down", "enter")
        await until(pilot, lambda: policy.read_text(encoding="utf-8") == before.replace(": ask", ": open"))

        await go(pilot, Section.LEVELS, "level:")
        await pilot.press("e")
        await write(pilot, "tax/**")
        await keys(pilot, "enter", "down", "down", "enter")
        await until(pilot, lambda: "No file matches yet." in painted(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: '"tax/**": private' in policy.read_text(encoding="utf-8"))

        app.bank.consent("caller", always=True)
        screen.reload()
        await go(pilot, Section.CONSENTS, "consent:caller")
        await pilot.press("e")
        assert "x takes the consent back." in said(pilot)
        await pilot.press("x")
        await until(pilot, lambda: "nobody has a standing consent" in painted(pilot))
        assert not app.bank.consents()


@pytest.mark.presses("settings-diff", "settings-editor")
async def test_prompts_are_read_replaced_compared_and_put_back(
    memory: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = memory / ".nanomem" / "prompts" / "add.md"
    async with opened_settings(memory) as pilot:
        app, screen = app_of(pilot), settings_screen(pilot)
        await go(pilot, Section.PROMPTS, "prompt:add")
        built_in = app.bank.prompt("add")
        await until(pilot, lambda: "You keep a person's memory" in painted(pilot))
        await pilot.press("e")
        await until(pilot, lambda: screen.focused is screen.editor)
        screen.editor.text = "no frontmatter at all"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: said(pilot))
        assert not own.exists() and screen.focused is screen.editor, (
            "what cannot be used is not saved, nor lost"
        )
        screen.editor.text = built_in + "\nSpeak of [b]tea[/b].\n"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: own.exists() and "your own" in painted(pilot))
        assert own.read_text(encoding="utf-8") == built_in + "\nSpeak of [b]tea[/b].\n"
        await go(pilot, Section.PROMPTS, "prompt:add")
        await pilot.press("d")
        await until(pilot, lambda: "+Speak of [b]tea[/b]." in painted(pilot))
        editor = tmp_path / "editor"
        editor.write_text("#!/bin/sh\necho More. >> $1\n", encoding="utf-8")
        editor.chmod(0o755)
        monkeypatch.setenv("EDITOR", str(editor))
        await pilot.press("o")
        await until(pilot, lambda: own.read_text(encoding="utf-8").endswith("More.\n"))
        await until(pilot, lambda: screen.item and screen.item.key == "prompt:add")
        await pilot.press("x")
        await until(pilot, lambda: not own.exists())
        assert app.bank.prompt("add") == built_in


async def test_another_folder_is_another_memory_at_once(memory: Path, tmp_path: Path) -> None:
    other = tmp_path / "another [b]"
    (other / "hobbies").mkdir(parents=True)
    (other / "hobbies" / "music.md").write_text("# Memory: Music\n\n- Plays the cello\n", encoding="utf-8")
    text = f'root = "{memory}"\n'
    config_file().parent.mkdir(parents=True)
    config_file().write_text(text, encoding="utf-8")
    app = ListeningApp(load({}, {}), screen=None)
    async with app.run_test(size=(130, 40)) as pilot:
        await until(pilot, lambda: "Lives in Seattle" in painted(pilot) or "allergies" in painted(pilot))
        await pilot.press("comma")
        await until(
            pilot, lambda: isinstance(pilot.app.screen, SettingsScreen) and settings_screen(pilot).items.rows
        )
        screen = settings_screen(pilot)
        await go(pilot, Section.MEMORY, "root")
        await pilot.press("e")
        await until(pilot, lambda: screen.has_class("-placing") and screen.picker.names.rows)
        screen.picker.line.focus()
        screen.picker.line.value = str(tmp_path / "a typo")
        await pilot.press("enter")
        await until(pilot, lambda: "begin there" in painted(pilot))
        await pilot.press("enter")
        assert config() == text and app.bank.root == memory
        await pilot.press("e")
        await until(pilot, lambda: screen.has_class("-placing"))
        screen.picker.line.focus()
        screen.picker.line.value = str(other)
        await pilot.press("enter")
        await until(pilot, lambda: app.bank.root == other)
        assert config() == f'root = "{other}"\n'
        await until(pilot, lambda: "another [b]" in painted(pilot))
        await pilot.press("1")
        await until(pilot, lambda: "music" in painted(pilot) and "allergies" not in painted(pilot))
        await until(pilot, lambda: app.following.is_watching)
        (other / "hobbies" / "chess.md").write_text("# Memory: Chess\n\n- Plays chess\n", encoding="utf-8")
        await until(pilot, lambda: "chess" in painted(pilot))


async def test_mouse_on_a_narrow_screen(memory: Path) -> None:
    async with opened_settings(memory, (60, 24)) as pilot:
        screen = settings_screen(pilot)
        await pilot.click("SectionList", offset=(4, 1))
        await pilot.click("SectionList", offset=(4, 1))
        await until(pilot, lambda: screen.focused is screen.items and "approval" in painted(pilot))
        await pilot.click("ItemList", offset=(4, 1))
        await pilot.click("ItemList", offset=(4, 1))
        await until(pilot, lambda: screen.panel.is_open and screen.panel.words.region.height >= 3)
        await pilot.click("WordList", offset=(4, 2))
        await pilot.click("WordList", offset=(4, 2))
        await until(pilot, lambda: 'approval = "auto"' in config())
        assert screen.query_one("Footer").max_scroll_x == 0
        await pilot.press("escape")
        await until(pilot, lambda: screen.sections.region and screen.focused is screen.sections)

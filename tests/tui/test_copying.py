"""Copying: a tool, the terminal or a file, and the truth about which."""

import asyncio
import base64
import stat
from pathlib import Path

import pytest

from nanomem_tui.tui.copying import MOST_BY_TERMINAL, copy, terminal_takes, tools
from tests.tui.driving import app_of, keys, memory_screen, opened, said, until

HOSTILE = "Lives in Seattle \x1b]52;c;aGk=\x07 \u202e[b]x[/b] \udc80 茶\n"
WHOLE = HOSTILE.replace("\udc80", "?")


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A machine with a display and no tool yet."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "run").mkdir()
    paths = f"{tmp_path / 'bin'}:/usr/bin:/bin"
    return {
        "PATH": paths,
        "DISPLAY": ":9",
        "TERM": "xterm-256color",
        "XDG_RUNTIME_DIR": str(tmp_path / "run"),
    }


def install(environ: dict[str, str], name: str, script: str) -> Path:
    """A tool of that name; where it keeps what it reads."""
    folder = Path(environ["PATH"].partition(":")[0])
    kept = folder / f"{name}.kept"
    (folder / name).write_text(f"#!/bin/sh\n{script.format(kept=kept)}\n")
    (folder / name).chmod(0o700)
    return kept


async def test_a_tool_of_this_machine_gets_the_real_text(environ: dict[str, str]) -> None:
    kept, sent = install(environ, "xclip", "cat > {kept}"), list[str]()
    copied = await copy(HOSTILE, sent.append, environ)
    assert kept.read_bytes() == WHOLE.encode()
    assert (copied.how, copied.is_sure, copied.file) == ("Copied to the clipboard, with xclip.", True, None)
    assert sent == [WHOLE]


async def test_a_tool_that_fails_or_hangs_is_not_believed(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nanomem_tui.tui.copying.SECONDS", 0.3)
    install(environ, "xclip", "cat > /dev/null; exit 1")
    install(environ, "xsel", "exec sleep 20")
    async with asyncio.timeout(5):
        copied = await copy(HOSTILE, lambda text: None, environ)
    assert not copied.is_sure
    assert "may not have taken it" in copied.how
    assert copied.file is not None
    assert str(copied.file) in copied.how
    assert copied.file.parent == Path(environ["XDG_RUNTIME_DIR"])
    assert copied.file.read_bytes() == WHOLE.encode()
    assert stat.S_IMODE(copied.file.stat().st_mode) == 0o600


async def test_without_any_way_a_file_is_named_and_nothing_is_sent(environ: dict[str, str]) -> None:
    sent: list[str] = []
    copied = await copy("tea", sent.append, {**environ, "TERM": "linux"})
    assert sent == []
    assert "no way to the clipboard" in copied.how
    assert copied.file is not None
    assert copied.file.read_text() == "tea"


async def test_a_terminal_that_is_known_to_take_it_is_enough(environ: dict[str, str]) -> None:
    copied = await copy("tea", lambda text: None, {**environ, "TERM": "xterm-kitty"})
    assert (copied.how, copied.is_sure, copied.file) == ("Copied, by way of the terminal.", True, None)
    too_much = await copy("t" * (MOST_BY_TERMINAL + 1), lambda text: None, {**environ, "TERM": "xterm-kitty"})
    assert too_much.file is not None


async def test_windows_gets_its_own_encoding(environ: dict[str, str]) -> None:
    kept = install(environ, "clip.exe", "cat > {kept}")
    await copy("茶 é", lambda text: None, {**environ, "DISPLAY": "", "WSL_DISTRO_NAME": "u"})
    assert kept.read_bytes().decode("utf-16") == "茶 é"


def test_what_reaches_which_clipboard(environ: dict[str, str]) -> None:
    for name in ("wl-copy", "xclip", "pbcopy", "tmux"):
        install(environ, name, "true")
    near = {**environ, "WAYLAND_DISPLAY": "wayland-0", "TMUX": "/tmp/t,1,0"}
    assert [tool.name for tool in tools(near, "linux")] == ["wl-copy", "xclip", "tmux"]
    # Far away only a forwarded display is the person's own.
    far = {**near, "SSH_CONNECTION": "10.0.0.1 5 10.0.0.2 22"}
    assert [tool.name for tool in tools(far, "linux")] == ["xclip", "tmux"]
    assert [tool.name for tool in tools({**far, "DISPLAY": ""}, "darwin")] == ["tmux"]
    assert terminal_takes(near, 5) is None
    assert terminal_takes({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, 5) is False
    assert terminal_takes({"TERM": "screen", "STY": "1.x"}, 5) is False
    assert terminal_takes({"TERM": "xterm-256color", "WT_SESSION": "x"}, 5) is True


async def test_the_app_copies_what_textual_copies(
    memory: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = install(environ, "xclip", "cat > {kept}")
    async with opened(memory) as pilot:
        app = app_of(pilot)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        wrote: list[str] = []
        assert app._driver is not None
        monkeypatch.setattr(app._driver, "write", wrote.append)
        app.copy_text("Lives in \x1bSeattle", "A fact.")
        await until(pilot, lambda: said(pilot) == ["Copied to the clipboard, with xclip. A fact."])
        assert kept.read_text() == "Lives in \x1bSeattle"
        coded = base64.b64encode(b"Lives in \x1bSeattle").decode()
        assert f"\x1b]52;c;{coded}\a" in wrote
        await keys(pilot, "a", "h", "i")
        memory_screen(pilot).prompt.text_area.select_all()
        await keys(pilot, "ctrl+c")
        await until(pilot, lambda: kept.read_text() == "hi")

"""The real app in a real terminal, over a memory in which everything is naughty: what it sends, byte by byte.

Each screen is opened and read from end to end. The app's own drawing is a known, short list of sequences;
anything else that acts is a failure, and so is a changed file or an app that is gone.
"""

import re
import shutil
from pathlib import Path

import pytest

from nanomem_tui.tui.modes import MODES
from tests.cli.terminal import Terminal
from tests.naughty import NAUGHTY, acting

OWN = re.compile(
    r"\x1b\[[0-9;]*m"  # colors
    r"|\x1b\[[0-9]+;[0-9]+H"  # where to draw next
    r"|\x1b\[\?(?:1000|1003|1004|1006|1015|1049|2004|2026|2048|25|7)[hl]"  # mouse, screen, paste, cursor
    r"|\x1b\[\?(?:2026|2048)\$p|\x1b\[>[0-9]*u|\x1b\[<u"  # asking what the terminal can do, and its keyboard
    r"|\x1b\]22;(?:default|pointer|text)\x07"  # the shape of the mouse pointer
)
"""What the app itself draws with."""
DOWN, END, ENTER = "\x1b[6~", "\x1b[F", "\r"
ESCAPE = "\x1b[27u"
"""As terminals send it that tell it apart from the beginning of another key."""
READ_ON = (DOWN, END)


class Shown(str):
    """No key, but what must have been drawn before the next one is struck."""


SCREENS: dict[str, tuple[str, ...]] = {
    "memory": (
        "\t",
        *READ_ON,
        "e",
        ESCAPE,
        "v",
        DOWN,
        ESCAPE,
        "w",
        ESCAPE,
        "/",
        "end",
        ENTER,
        ESCAPE,
        ESCAPE,
    ),
    # On a slow machine A would otherwise be struck before the marks that make it ask first.
    "review": (
        Shown("Review · "),
        DOWN,
        ENTER,
        *READ_ON,
        "d",
        DOWN,
        "d",
        ESCAPE,
        "*",
        Shown("marked"),
        "A",
        Shown("y yes"),
        ESCAPE,
        ESCAPE,
    ),
    "history": (
        Shown("History · "),
        DOWN,
        ENTER,
        *READ_ON,
        "w",
        ESCAPE,
        ESCAPE,
        "b",
        ENTER,
        *READ_ON,
        ESCAPE,
        ESCAPE,
    ),
    "traces": (ENTER, *READ_ON, ENTER, DOWN, ESCAPE),
}
"""Keys that read a screen and decide nothing; one that is not named here is paged through."""


ONCE = (b"\x1b[?1049h", b"\x1b[?1049l", b"\x1b[?2004l", b"\x1b[?7l")
"""Sent by the app once, when it comes or when it goes; a text that sends them too makes it more."""
NEVER = (b"\x1b[5m", b"\x1b[8m", b"\x1b[?2026h", b"\x1b[58;5;9m")
"""Known as forms of what the app sends, and sent by no screen of it."""


def sent(shown: bytes) -> list[str]:
    """What acts in what was sent to the terminal, but for the app's own drawing."""
    assert not [code for code in ONCE if shown.count(code) != 1]
    assert not [code for code in NEVER if code in shown]
    text = OWN.sub("", shown.decode("utf-8", "surrogateescape")).replace("\r\n", "\n")
    return [text[max(0, match.start() - 60) : match.end() + 20] for match in acting(text)]


def tree(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted((root).rglob("*.md"))}


def decided(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((root / ".nanomem/changes").iterdir())}


def read_everything(root: Path, *, columns: int, rows: int, times: int = 1) -> bytes:
    """Open the app, go to every screen and read it; what was sent to the terminal.

    Args:
        root: the memory.
        columns: width of the terminal.
        rows: its height.
        times: how often each page key is struck.
    """
    env = {"TEXTUAL_ANIMATIONS": "none"}
    with Terminal(["--root", root], columns=columns, rows=rows, env=env) as terminal:
        files, changes = tree(root), decided(root)

        def strike(key: str, screen: str) -> None:
            if isinstance(key, Shown):
                terminal.expect(key)
                return
            for _ in range(times if key == DOWN else 1):
                terminal.press(key.encode())
            terminal.settle(0.15)
            unchanged(f"{key!r} on {screen}")

        def unchanged(after: str) -> None:
            same = (tree(root), decided(root)) == (files, changes)
            assert same, f"memory is changed after {after}: {terminal.text[-6000:]!r}"

        terminal.expect("^p")
        terminal.settle(0.5)
        for number, mode in enumerate(MODES, 1):
            for key in (str(number), *SCREENS.get(mode, READ_ON)):
                strike(key, mode)
        for key in ("?", ESCAPE, "1"):
            strike(key, "help")
        # A click where text is shown selects, and never runs what the text says.
        for row in range(4, rows - 8, 5):
            terminal.press(f"\x1b[<0;{columns // 3};{row}M\x1b[<0;{columns // 3};{row}m".encode())
        terminal.settle(0.15)
        unchanged("clicks")
        terminal.press(b"\x11")
        assert terminal.end() == 0
        return terminal.shown


def test_no_naughty_text_reaches_the_terminal_or_does_anything(root: Path, naughty_memory: Path) -> None:
    assert len(set(NAUGHTY)) >= 300
    shutil.copytree(naughty_memory, root)
    files, changes = tree(root), decided(root)
    shown = read_everything(root, columns=120, rows=45)
    assert sent(shown) == []
    assert "␛".encode() in shown
    assert tree(root) == files
    assert decided(root) == changes


@pytest.mark.long
@pytest.mark.parametrize(("columns", "rows"), [(60, 24), (100, 120), (220, 400)])
def test_nor_does_any_of_it_in_a_terminal_of_another_size(
    root: Path, naughty_memory: Path, columns: int, rows: int
) -> None:
    shutil.copytree(naughty_memory, root)
    files, changes = tree(root), decided(root)
    assert sent(read_everything(root, columns=columns, rows=rows, times=8)) == []
    assert (tree(root), decided(root)) == (files, changes)

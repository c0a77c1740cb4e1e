"""The real app in a real terminal, over a memory in which everything is naughty: what it sends, byte by byte.

Each screen is opened and read from end to end. The app's own drawing is a known, short list of sequences;
anything else that acts is a failure, and so is a changed file or an app that is gone.
"""

import re
from pathlib import Path

from nanomem_tui.tui.modes import MODES
from tests import naughty_memory
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
READ_ON = ("\x1b[6~", "\x1b[6~", "\x1b[F", "\x1b[H")
"""Page down twice, end, home."""
SCREENS: dict[str, tuple[str, ...]] = {
    "memory": (
        "\t",
        *READ_ON,
        "e",
        "\x1b",
        "v",
        *READ_ON,
        "\x1b",
        "w",
        "\x1b",
        "/",
        "end",
        "\r",
        "\x1b",
        "\x1b",
    ),
    "review": (
        *READ_ON,
        "\x1b[H",
        "\r",
        *READ_ON,
        "d",
        *READ_ON,
        "d",
        "f",
        "\x1b",
        "\x1b",
        " ",
        "A",
        "\x1b",
        "\x1b",
    ),
    "preview": ("\x1b",),
    "history": (
        *READ_ON,
        "\r",
        *READ_ON,
        "w",
        "\x1b",
        "\x1b",
        "b",
        *READ_ON,
        "\r",
        *READ_ON,
        "\x1b",
        "\x1b",
        "\x1b",
    ),
    "traces": ("\r", *READ_ON, " ", "\x1b[6~", "\x1b[6~", "\x1b", "\x1b[B", "\x1b[B", "\r", " ", "\x1b"),
}
"""Keys that read a screen and decide nothing; one that is not named here is paged through."""


def sent(shown: bytes) -> list[str]:
    """What acts in what was sent to the terminal, but for the app's own drawing."""
    text = OWN.sub("", shown.decode("utf-8", "surrogateescape")).replace("\r\n", "\n")
    return [text[max(0, match.start() - 60) : match.end() + 20] for match in acting(text)]


def tree(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted((root).rglob("*.md"))}


def decided(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((root / ".nanomem/changes").iterdir())}


def read_everything(root: Path, *, columns: int, rows: int, quiet: float) -> bytes:
    """Open the app, go to every screen and read it; what was sent to the terminal."""
    env = {"TEXTUAL_ANIMATIONS": "none"}
    with Terminal(["--root", root], columns=columns, rows=rows, env=env) as terminal:
        terminal.expect("^p")
        terminal.settle(0.5)
        for number, mode in enumerate(MODES, 1):
            terminal.press(str(number).encode())
            terminal.settle(quiet)
            for key in SCREENS.get(mode, READ_ON):
                terminal.press(key.encode())
                terminal.settle(quiet)
            terminal.press(b"?")
            terminal.settle(quiet)
            terminal.press(b"\x1b")
            terminal.settle(quiet)
        # A click where text is shown selects, and never runs what the text says.
        terminal.press(b"1")
        for row in range(4, rows - 8, 5):
            terminal.press(f"\x1b[<0;{columns // 3};{row}M\x1b[<0;{columns // 3};{row}m".encode())
        terminal.settle(quiet)
        terminal.press(b"\x11")
        assert terminal.end() == 0
        return terminal.shown


def test_no_naughty_text_reaches_the_terminal_or_does_anything(root: Path, frozen_machine: Path) -> None:
    assert len(set(NAUGHTY)) >= 300
    naughty_memory.make(root)
    files, changes = tree(root), decided(root)
    shown = read_everything(root, columns=150, rows=60, quiet=0.2)
    assert sent(shown) == []
    assert tree(root) == files
    assert decided(root) == changes

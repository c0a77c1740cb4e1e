"""Pictures of the running app on the sample memory: `python screenshots/make.py` writes `screenshots/*.svg`.

Size, theme, clock and home are fixed, so that a picture changes only when the app does.
"""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.pilot import Pilot

HERE = Path(__file__).parent
DEMO = HERE.parent / "nanomem_tui" / "bank" / "sample_memory"
PATIENCE = 30.0
"""Seconds a picture may take to come about."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: keys to press, each step waiting for a text to be painted."""

    name: str
    steps: tuple[tuple[str, str], ...]
    """Pairs: keys separated by spaces (`"…"` is typed text), and the text to wait for."""
    size: tuple[int, int] = (130, 40)
    theme: str = "nanomem"


PICTURES = (
    Picture(
        "memory",
        (
            ("a", "add >"),
            ('"Actually I moved to Lisbon last week. My sister works at NASA."', "NASA."),
            ("enter", "✓ done"),
            ("escape", "nanomem"),
        ),
    ),
    Picture(
        "answer", (("q", "query >"), ('"Where do I live?"', "live?"), ("enter", "✓ done"), ("escape", "[1]"))
    ),
    Picture(
        "review",
        (
            ("a", "add >"),
            ('"Actually I moved to Lisbon last week. My sister works at NASA."', "NASA."),
            ("enter", "✓ done"),
            ("f2", "Review ·"),
        ),
    ),
    Picture(
        "preview",
        (
            ("p", "Looking sends nothing"),
            ("q", "what you would ask a model"),
            ('"plan a dinner for me"', "dinner"),
            ("enter", "The answer rests on"),
            ("down down g", "Instead of"),
            ('"Loves Ethiopian food"', "Loves"),
            ("enter", "instead of: Favorite"),
        ),
    ),
    Picture("small", (("enter", "Long-term"),), size=(80, 24)),
    Picture("light", (("enter", "Long-term"),), theme="nanomem-light"),
)


async def take(picture: Picture, root: Path) -> str:
    """Drive the app to a picture and return it as SVG."""
    from textual.events import Paste

    from nanomem_tui.settings import Settings
    from nanomem_tui.tui.app import NanomemApp

    app = NanomemApp(Settings(root=root, theme=picture.theme))
    app.NOTIFICATION_TIMEOUT = 0.1
    async with app.run_test(size=picture.size) as pilot:
        await _until(pilot, lambda: app.provider != "" and "8 facts" in _painted(pilot))
        for keys, wanted in picture.steps:
            if keys.startswith('"'):
                app.post_message(Paste(keys.strip('"')))
            else:
                await pilot.press(*keys.split())
            await _until(pilot, lambda wanted=wanted: wanted in _painted(pilot))  # type: ignore[misc]
        await _until(pilot, lambda: not app.running and not app._notifications)
        await pilot.pause()
        return app.export_screenshot(title=" ", simplify=True)


def _painted(pilot: "Pilot[int]") -> str:
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


async def _until(pilot: "Pilot[int]", condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await pilot.pause(0.02)


def main(names: list[str]) -> int:
    """Take the pictures with these names, or all."""
    for picture in PICTURES:
        if names and picture.name not in names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            os.environ.update(
                HOME=folder,
                NANOMEM_NOW="2026-11-22T09:30",
                TEXTUAL_ANIMATIONS="none",
                TZ="UTC",
                COLORTERM="truecolor",
            )
            shutil.copytree(DEMO, home / "nanomem")
            svg = asyncio.run(take(picture, home / "nanomem"))
        (HERE / f"{picture.name}.svg").write_text(svg, encoding="utf-8")
        print(f"screenshots/{picture.name}.svg")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))
    sys.exit(main(sys.argv[1:]))

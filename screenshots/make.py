"""Pictures of the running app on the sample memory: `python screenshots/make.py` writes `screenshots/*.svg`.

Size, theme, clock and home are fixed, so that a picture changes only when the app does.
"""

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
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
    approval: str = "ask"


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
    Picture(
        "settings",
        (
            ("comma", "Who plans"),
            ("down down enter", "frontmatter"),
            ("down down e", "disclosed after a yes"),
        ),
        size=(100, 28),
    ),
    Picture(
        "import",
        (("i", "conversations.json"), ("space", "7 of 7"), ("down down down space", "6 of 7")),
        size=(110, 24),
    ),
    Picture(
        "history",
        (
            ("a", "add >"),
            ('"Actually I moved to Lisbon last week. My sister works at NASA."', "NASA."),
            ("enter", "✓ done"),
            ("escape", "nanomem"),
            ("h", "History ·"),
            ("b", "Back then"),
        ),
        size=(120, 32),
        approval="auto",
    ),
    Picture(
        "traces",
        (
            ("q", "query >"),
            ('"Where does my sister live?"', "sister live?"),
            ("enter", "✓ done"),
            ("escape", "[1]"),
            ("t", "request 1"),
        ),
        size=(120, 32),
    ),
    Picture("small", (("enter", "Long-term"),), size=(80, 24)),
    Picture("light", (("enter", "Long-term"),), theme="nanomem-light"),
)


TALKS = (
    ("A cargo bike for two children", "2026-02-03", "I want to build a cargo bike for Ada and her friend."),
    ("Portuguese verbs", "2026-03-19", "I'm learning Portuguese. When do I use ser, when estar?"),
    ("Regex for a log file", "2026-03-21", "Write a regex that finds dates in a log."),
    ("Dinner without coriander", "2026-05-30", "I dislike coriander. What else goes into a salsa?"),
    ("Trip to Bergen", "2026-06-11", "My sister Liv lives in Oslo. We want to take the train to Bergen."),
    ("Tax question", "2026-08-02", "I moved to Utrecht in July. Which office do I write to?"),
    ("Birthday ideas", "2026-09-14", "My partner Tomás likes astronomy."),
)
"""Title, day and first words of what the export holds."""


def lay_export(home: Path) -> None:
    """Put a chat export, a small one with a damaged conversation in it, where downloads are."""
    talks: list[dict[str, object]] = [{"title": "Broken off", "mapping": None}]
    for title, day, words in TALKS:
        at = datetime.fromisoformat(f"{day}T12:00+00:00").timestamp()
        content = {"content_type": "text", "parts": [words]}
        message = {"id": "m", "author": {"role": "user"}, "create_time": at, "content": content}
        node = {"id": "m", "parent": None, "children": [], "message": message}
        talks.append({"title": title, "create_time": at, "mapping": {"m": node}, "current_node": "m"})
    (home / "Downloads").mkdir()
    (home / "Downloads" / "conversations.json").write_text(json.dumps(talks), encoding="utf-8")


async def take(picture: Picture, root: Path) -> str:
    """Drive the app to a picture and return it as SVG."""
    from textual.events import Paste

    from nanomem_tui.settings import Approval, Settings
    from nanomem_tui.tui.app import NanomemApp

    app = NanomemApp(Settings(root=root, theme=picture.theme, approval=Approval(picture.approval)))
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
            lay_export(home)
            svg = asyncio.run(take(picture, home / "nanomem"))
        (HERE / f"{picture.name}.svg").write_text(svg, encoding="utf-8")
        print(f"screenshots/{picture.name}.svg")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))
    sys.exit(main(sys.argv[1:]))

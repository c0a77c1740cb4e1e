"""A memory to preview, the Preview screen on it, and what it shows, copies and sends."""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from nanomem_tui.memory.levels import Trust
from nanomem_tui.settings import Settings
from nanomem_tui.tui.screens.preview import PreviewScreen
from tests.loopback import ScriptedServer
from tests.tui.driving import (
    ABOUT,
    HEALTH,
    LARGE,
    ListeningApp,
    keys,
    painted,
    said,
    until,
    write,
)

QUESTION = "Where do I live?"
HOSTILE = "Lives at \x1b]52;c;aGk=\x07[@click=app.quit]home[/] \u202e[[user_data]]\u200b"
POLICY = """\
levels:
  "tax/**": private
recipients:
  work-assistant: {allow: ["work/**"]}
"""
FILES = {
    "personal/about.md": ABOUT,
    "health/allergies.md": HEALTH,
    "work/office.md": "# Work\n\n- Lives on coffee at work | updated_at=2026-02-01\n",
    "tax/2025.md": "# Tax\n\n- Lives off savings in Seattle\n",
}


@asynccontextmanager
async def previewing(
    root: Path,
    server: ScriptedServer | None = None,
    size: tuple[int, int] = LARGE,
    question: str = QUESTION,
    trust: Trust | None = Trust.REMOTE,
) -> AsyncIterator[tuple[Pilot[int], PreviewScreen]]:
    """The screen with a question previewed for a model, or for nobody in particular under the rules."""
    settings = Settings(root=root)
    if server is not None:
        url = server.base_url
        settings = Settings(root=root, provider="custom", base_url=url, model="m", trust=trust)
    app = ListeningApp(settings, screen="preview")
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.provider != "" and preview_screen(pilot).to)
        screen = preview_screen(pilot)
        if question:
            await keys(pilot, "q")
            await write(pilot, question)
            await keys(pilot, "enter")
            await previewed(pilot)
        yield pilot, screen


def preview_screen(pilot: Pilot[int]) -> PreviewScreen:
    """The Preview screen, which must be in front."""
    screen = pilot.app.screen
    assert isinstance(screen, PreviewScreen)
    return screen


async def previewed(pilot: Pilot[int]) -> None:
    """Wait for a preview and for its painting."""
    screen = preview_screen(pilot)
    await until(pilot, lambda: screen.shown and not screen.is_making and screen.guard.is_painted)


async def at(pilot: Pilot[int], text: str) -> None:
    """Put the cursor on the fact that says this."""
    screen = preview_screen(pilot)
    assert screen.shown is not None
    [ref] = [choice.fact.ref for choice in screen.shown.choices if text in choice.fact.text]
    screen.choices.focus()
    assert screen.choices.select(ref)
    await pilot.pause()


def shown_bytes(pilot: Pilot[int]) -> bytes:
    """What would go."""
    preview = preview_screen(pilot).shown
    assert preview is not None
    return preview.data


def arrived(server: ScriptedServer) -> bytes:
    """What the last request said, all of it."""
    body = server.requests[-1].json
    assert "tools" not in body
    [message] = body["messages"]
    assert message["role"] == "user"
    return bytes(message["content"].encode())


def ledger(root: Path) -> list[dict[str, Any]]:
    """The ledger on the disk."""
    file = root / ".nanomem" / "disclosures.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def copied(clipboard: Path) -> bytes | None:
    """What was copied."""
    return clipboard.read_bytes() if clipboard.exists() else None


async def shows(pilot: Pilot[int], text: str) -> None:
    """Wait until this is painted."""
    await until(pilot, lambda: text in painted(pilot))


async def heard(pilot: Pilot[int], text: str) -> None:
    """Wait until this is what was said last."""
    await until(pilot, lambda: said(pilot) and text in said(pilot)[-1])


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

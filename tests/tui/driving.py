"""Driving the app for tests: open it on a memory, wait for what should come true, read what is painted."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import TextArea

from nanomem_tui.agent.models.base import Model, Request, Response, TextDelta
from nanomem_tui.agent.models.rules import RulesModel
from nanomem_tui.bank import MemoryBank
from nanomem_tui.settings import Approval, Settings
from nanomem_tui.tui.app import NanomemApp
from nanomem_tui.tui.screens.memory import MemoryScreen

PATIENCE = 15.0
"""Seconds a condition may take before the test fails."""
SMALL, LARGE = (80, 24), (160, 45)
ABOUT = """\
# Memory: About

## Working memory (current context subject to change)
- Visiting Portland | topic=personal | tier=working | status=active | source=user_statement | confidence=high | updated_at=2026-02-20T10:00 | expires_at=2026-03-10

## Long-term memory (stable facts that are unlikely to change)
- Lives in Seattle | topic=personal | tier=long_term | status=active | source=user_statement | confidence=high | updated_at=2026-02-26T09:00
- Works at Acme | topic=personal | tier=long_term | status=active | source=inference | confidence=low | updated_at=2025-07-01T09:00

## History (no longer current)
- Lived in New York | topic=personal | tier=history | status=superseded | source=user_statement | confidence=high | updated_at=2024-06-01T09:00
"""  # noqa: E501
HEALTH = """\
---
title: Health
disclosure: ask
---
# Memory: Health

## Long-term memory (stable facts that are unlikely to change)
- Allergic to penicillin | topic=health | tier=long_term | status=active | source=user_statement | confidence=high | updated_at=2026-01-09T16:06
"""  # noqa: E501


def write_memory(root: Path, files: Mapping[str, str]) -> None:
    """Lay files under a root."""
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")


class ListeningApp(NanomemApp):
    """The app, remembering what it said after the notifications are gone."""

    def __init__(self, settings: Settings, **more: Any) -> None:
        super().__init__(settings, **more)
        self.said: list[str] = []

    def notify(self, message: str, **more: Any) -> None:
        self.said.append(message)
        super().notify(message, **more)

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """There is no terminal to hand over."""
        yield


class PausingRules(RulesModel):
    """The rules, which wait where they come upon some words until they are let go."""

    def __init__(self, words: str) -> None:
        self._words = words
        self.go_on = asyncio.Event()
        self.waits = asyncio.Event()

    async def stream(self, request: Request) -> AsyncIterator[TextDelta | Response]:
        if any(self._words in message.text for message in request.messages) and not self.go_on.is_set():
            self.waits.set()
            await self.go_on.wait()
        async for piece in super().stream(request):
            yield piece


@asynccontextmanager
async def opened(
    root: Path,
    size: tuple[int, int] = LARGE,
    *,
    screen: str | None = None,
    keys: Mapping[str, str] | None = None,
    theme: str | None = None,
    approval: Approval = Approval.ASK,
    model: Model | None = None,
) -> AsyncIterator[Pilot[int]]:
    """The app on a memory, once it has read it."""
    settings = Settings(root=root, keys=keys or {}, theme=theme, approval=approval)
    app = ListeningApp(settings, screen=screen, bank=MemoryBank(settings=settings, model=model))
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.provider != "")
        if screen in (None, "memory"):
            await until(pilot, lambda: memory_screen(pilot).has_looked)
        yield pilot


def memory_screen(pilot: Pilot[int]) -> MemoryScreen:
    """The Memory screen, which must be in front."""
    screen = pilot.app.screen
    assert isinstance(screen, MemoryScreen)
    return screen


async def until(pilot: Pilot[int], condition: Callable[[], object]) -> None:
    """Wait until something is true."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE
    while not _true(condition):
        assert loop.time() < deadline, f"never came true; painted:\n{painted(pilot)}\n{said(pilot)}"
        await pilot.pause(0.01)
    await pilot.pause()


def _true(condition: Callable[[], object]) -> bool:
    try:
        return bool(condition())
    except AssertionError:
        return False


def painted(pilot: Pilot[int]) -> str:
    """The text on the screen, a line a row."""
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


def said(pilot: Pilot[int]) -> list[str]:
    """The notifications so far, oldest first."""
    return app_of(pilot).said


def app_of(pilot: Pilot[int]) -> ListeningApp:
    """The app, by its own type."""
    assert isinstance(pilot.app, ListeningApp)
    return pilot.app


def selected(pilot: Pilot[int]) -> str:
    """The text of the selected fact, "" when none is."""
    fact = memory_screen(pilot).facts.fact
    return fact.text if fact else ""


def text_field(pilot: Pilot[int]) -> TextArea:
    """Where the text of the selected fact is edited."""
    return memory_screen(pilot).editor.query_one("#field-text", TextArea)


async def keys(pilot: Pilot[int], *names: str) -> None:
    """Press keys, one after the other."""
    for name in names:
        await pilot.press(name)


async def write(pilot: Pilot[int], text: str) -> None:
    """Put a text into what has the focus, at once."""
    pilot.app.post_message(Paste(text))
    await pilot.pause()

"""A small memory with proposals in it, and how to wait for a screen. Everything is the real thing."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from textual.app import App
from textual.pilot import Pilot

from nanomem_tui.bank import MemoryBank
from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.model import Author, AuthorKind, Change, UpdateReason
from nanomem_tui.memory.facts import Confidence, Fact, NewFact
from nanomem_tui.settings import Settings
from nanomem_tui.tui.app import NanomemApp
from nanomem_tui.tui.screens.review import ReviewScreen

NOW = datetime(2026, 3, 1, 12, 0)
ABOUT = b"""# Memory: About

## Working memory (current context subject to change)
_No entries yet._

## Long-term memory (stable facts that are unlikely to change)
- Lives in Seattle with two cats | topic=personal | tier=long_term | status=active \
| source=user_statement | confidence=medium | updated_at=2026-01-07
- Works at Acme | topic=personal | tier=long_term | status=active | source=user_statement | confidence=high \
| updated_at=2026-01-07

## History (no longer current)
_No entries yet._
"""
PATIENCE = 20.0
"""Seconds a condition may take before the test fails."""
RULES = Author(AuthorKind.AGENT, "rules")


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def make_bank(root: Path) -> MemoryBank:
    """A bank over one file."""
    (root / "personal").mkdir(parents=True)
    (root / "personal/about.md").write_bytes(ABOUT)
    return MemoryBank(root, settings=Settings(root=root), clock=Clock())


def about(bank: MemoryBank) -> bytes:
    """The bytes of the file."""
    return (bank.root / "personal/about.md").read_bytes()


def fact(bank: MemoryBank, text: str, path: str = "personal/about.md") -> Fact:
    """The fact whose text holds `text`."""
    return next(fact for fact in bank.read(path).document.facts if text in fact.text)


def propose(
    bank: MemoryBank,
    build: Callable[[Draft], object],
    request: str = "I live in Portland now.",
    *,
    flow: str = "add",
    author: Author = RULES,
    model: str | None = None,
) -> Change:
    """A pending change with what `build` does to a draft."""
    draft = Draft(bank.tree_index, now=bank.clock())
    build(draft)
    return bank.journal.propose(draft.edits, flow=flow, author=author, request=request, model=model)


def move_to_portland(draft: Draft) -> None:
    """An update, an addition and a flagged addition, in this order."""
    old = next(f for f in draft.read("personal/about.md").facts if "Seattle" in f.text)
    new = NewFact("Lives in Portland with two cats", confidence=Confidence.HIGH)
    draft.update("personal/about.md", old.id, new, UpdateReason.CHANGED, quote="I live in Portland now")
    draft.add("personal/about.md", NewFact("Plays the cello"), quote="I live in Portland now")
    draft.add("personal/about.md", NewFact("Owns a yacht"), quote="never said")


async def until(pilot: Pilot[int], condition: Callable[[], object], what: str = "") -> None:
    """Wait for a condition, without sleeping longer than it takes."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE
    while loop.time() < deadline:
        await pilot.pause()
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(
        f"never happened: {what or condition}; said: {notes(pilot.app)}\n{painted_text(pilot.app)}"
    )


def review(app: App[int]) -> ReviewScreen:
    """The Review screen in front."""
    assert isinstance(app.screen, ReviewScreen)
    return app.screen


async def open_review(pilot: Pilot[int]) -> ReviewScreen:
    """Wait until the Review screen is in front and has been painted."""
    await until(pilot, lambda: isinstance(pilot.app.screen, ReviewScreen), "Review in front")
    screen = review(pilot.app)
    await until(
        pilot, lambda: screen.is_ready and (screen.pane.change or screen.has_class("-empty")), "painted"
    )
    return screen


def notes(app: App[int]) -> str:
    """Everything the app has said so far."""
    return "\n".join(str(note.message) for note in app._notifications)


def make_app(bank: MemoryBank, screen: str = "review") -> NanomemApp:
    """The app over a bank."""
    return NanomemApp(bank.settings, screen=screen, bank=bank)


def painted_text(app: App[int]) -> str:
    """What the screen shows, as the terminal would get it, one line each."""
    return "\n".join(
        "".join(segment.text for segment in strip if not segment.control)
        for strip in app.screen._compositor.render_strips()
    )

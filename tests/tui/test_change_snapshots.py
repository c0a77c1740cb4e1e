"""How Review and History look: a conflict, a flag, words that changed; the memory as it was, in 16 colors."""

import os
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from nanomem_tui.bank import MemoryBank
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.settings import Settings
from nanomem_tui.tui.app import NanomemApp
from tests.tui.driving import ListeningApp
from tests.tui.proposals import ABOUT, Clock, move_to_portland, open_review, propose, until
from tests.tui.test_history import open_history

FIXED = "01KJMF0000000000000000000{}"
"""Ids of changes are random; in a picture they stand still. This one was made on 2026-03-01."""


def _memory(root: Path) -> MemoryBank:
    (root / "personal").mkdir(parents=True)
    (root / "personal/about.md").write_bytes(ABOUT)
    return MemoryBank(root, settings=Settings(root=root), clock=Clock())


def _stand_still(root: Path) -> None:
    """Give the changes fixed names and times, in their order."""
    folder = root / ".nanomem/changes"
    files = sorted(folder.glob("*.json"))
    texts = {file: file.read_text() for file in files}
    for number, file in enumerate(files, 1):
        applied = texts[file].partition('"applied": "')[2][:26]
        for old in filter(None, (file.stem, applied)):
            texts = {path: text.replace(old, FIXED.format(number)) for path, text in texts.items()}
    for number, file in enumerate(files, 1):
        file.unlink()
        (folder / f"{FIXED.format(number)}.json").write_text(texts[file])
    for path in root.rglob("*.md"):
        os.utime(path, (0, 0))


def test_review_with_a_conflict_and_a_flag(snap_compare: Any, frozen_machine: Path) -> None:
    root = frozen_machine / "nanomem"
    bank = _memory(root)
    propose(
        bank, lambda draft: draft.add("food.md", NewFact("Likes olives"), quote="olives"), "I like olives."
    )
    propose(bank, move_to_portland, "I live in Portland now, with the cats and the cello.", model="rules")
    (root / "personal/about.md").write_bytes(ABOUT.replace(b"two cats", b"three cats"))
    _stand_still(root)

    async def marked(pilot: Pilot[int]) -> None:
        screen = await open_review(pilot)
        await pilot.press("d", "asterisk", "A")
        await until(pilot, lambda: screen.is_asking and screen.is_painted)

    app = ListeningApp(bank.settings, screen="review", bank=bank)
    assert snap_compare(app, terminal_size=(120, 36), run_before=marked)


def test_history_back_then_in_the_terminals_own_colors(snap_compare: Any, frozen_machine: Path) -> None:
    root = frozen_machine / "nanomem"
    bank = _memory(root)
    change = propose(bank, move_to_portland)
    bank.approve(change.id, {1, 2})
    bank.reject(change.id, {3})
    bank.add_fact("food.md", NewFact("Likes olives"))
    _stand_still(root)

    async def back_then(pilot: Pilot[int]) -> None:
        screen = await open_history(pilot)
        await pilot.press("down", "b")
        await until(pilot, lambda: screen.past.past and screen.past.facts.blocks)

    settings = Settings(root=root, theme="ansi-dark")
    app = NanomemApp(settings, screen="history", bank=MemoryBank(root, settings=settings, clock=Clock()))
    assert snap_compare(app, terminal_size=(100, 28), run_before=back_then)

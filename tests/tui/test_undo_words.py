"""Undoing and redoing say which fact is where now, for every kind of edit."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nanomem_tui.bank import MemoryBank
from nanomem_tui.changes.model import ArchiveReason, Outcome
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.tui.undo_words import redone, undone
from tests.tui.driving import keys, opened, said, until
from tests.tui.proposals import fact, make_bank

FILE = "personal/about.md"


def ref(bank: MemoryBank) -> str:
    return fact(bank, "Acme").ref


DEEDS: dict[str, tuple[Callable[[MemoryBank], Outcome], str, str]] = {
    "add": (
        lambda bank: bank.add_fact("food.md", NewFact("Likes olives")),
        "Undone: “Likes olives” is out of food.md again.",
        "Redone: “Likes olives” is in food.md again.",
    ),
    "update": (
        lambda bank: bank.edit_fact(ref(bank), NewFact("Works at Initech")),
        f"Undone: “Works at Acme” is back in {FILE}.",
        f"Redone: “Works at Initech” is in {FILE} again.",
    ),
    "archive": (
        lambda bank: bank.archive_facts([ref(bank)], ArchiveReason.EXPIRED),
        f"Undone: “Works at Acme” is current again in {FILE}.",
        f"Redone: “Works at Acme” is in the history of {FILE} again.",
    ),
    "remove": (
        lambda bank: bank.remove_facts([ref(bank)]),
        f"Undone: “Works at Acme” is back in {FILE}.",
        f"Redone: “Works at Acme” is out of {FILE} again.",
    ),
    "move": (
        lambda bank: bank.move_facts([ref(bank)], "work.md"),
        f"Undone: “Works at Acme” is back in {FILE}.",
        "Redone: “Works at Acme” is in work.md again.",
    ),
    "new file": (
        lambda bank: bank.write_text("new.md", "- One\n", seen=None),
        "Undone: new.md is gone again.",
        "Redone: new.md is back.",
    ),
    "text": (
        lambda bank: bank.write_text(FILE, "- One\n", seen=bank.read(FILE).text),
        f"Undone: {FILE} is as it was.",
        f"Redone: {FILE} has its new text again.",
    ),
    "delete": (
        lambda bank: bank.write_text(FILE, None, seen=bank.read(FILE).text),
        f"Undone: {FILE} is back.",
        f"Redone: {FILE} is gone again.",
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_each_deed_is_told_by_its_fact(root: Path, deed: str) -> None:
    bank = make_bank(root)
    do, back, again = DEEDS[deed]
    change = do(bank).change
    assert undone(change) == back
    assert redone(change) == again


async def test_z_and_capital_z_name_the_fact(root: Path) -> None:
    bank = make_bank(root)
    bank.remove_facts([ref(bank)])
    async with opened(root) as pilot:
        await keys(pilot, "z")
        await until(
            pilot, lambda: f"Undone: “Works at Acme” is back in {FILE}. Z makes it again." in said(pilot)
        )
        await keys(pilot, "Z")
        await until(
            pilot, lambda: f"Redone: “Works at Acme” is out of {FILE} again. z takes it back." in said(pilot)
        )
        await keys(pilot, "z")
        await until(pilot, lambda: said(pilot)[-1].startswith("Undone: “Works at Acme” is back"))

"""`w`: where a fact comes from, and the way from there to its change."""

from pathlib import Path

import pytest

from nanomem_tui.memory.facts import NewFact
from nanomem_tui.tui.screens.history import HistoryScreen
from tests.tui.driving import keys, memory_screen, opened, painted, selected, until
from tests.tui.proposals import fact, make_bank, move_to_portland, propose

FILE = "personal/about.md"


@pytest.mark.presses("why")
async def test_w_names_words_model_and_versions_and_leads_to_the_change(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    bank.approve(change.id, {1})
    bank.edit_fact(fact(bank, "Portland").ref, NewFact("Lives in Portland with three cats"))
    bank.add_fact("food.md", NewFact("Likes olives"))
    async with opened(root) as pilot:
        screen = memory_screen(pilot)
        screen.select(FILE, "Lives in Portland with three cats")
        await until(pilot, lambda: selected(pilot) == "Lives in Portland with three cats")
        screen.facts.focus()
        await keys(pilot, "w")
        await until(pilot, lambda: screen.why.has_focus and "change" in painted(pilot))
        text = painted(pilot)
        for part in ("2 changes", "- Lives in Portland with two cats", "- Lives in Seattle with two cats"):
            assert part in text, text
        await keys(pilot, "escape")
        await until(pilot, lambda: screen.facts.has_focus and FILE in painted(pilot))
        assert selected(pilot) == "Lives in Portland with three cats"
        await keys(pilot, "w")
        await until(pilot, lambda: screen.why.has_focus and "2 changes" in painted(pilot))
        await keys(pilot, "down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, HistoryScreen))
        history = pilot.app.screen
        assert isinstance(history, HistoryScreen)
        await until(pilot, lambda: history.pane.change and history.pane.change.id == change.id)


async def test_the_quote_is_shown_where_it_was_said_and_a_fact_from_outside_says_so(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    bank.approve(change.id, {2})
    async with opened(root) as pilot:
        screen = memory_screen(pilot)
        screen.select(FILE, "Plays the cello")
        await until(pilot, lambda: selected(pilot) == "Plays the cello")
        await keys(pilot, "w")
        await until(pilot, lambda: screen.why.has_focus and "change" in painted(pilot))
        assert "I live in Portland now" in painted(pilot)
        assert "add · rules" in painted(pilot)
        await keys(pilot, "escape")
        screen.select(FILE, "Works at Acme")
        await until(pilot, lambda: selected(pilot) == "Works at Acme")
        await keys(pilot, "w")
        await until(pilot, lambda: "Written outside of nanomem" in painted(pilot))
        await keys(pilot, "w")
        await until(pilot, lambda: screen.facts.has_focus)

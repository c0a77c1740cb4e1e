"""The timeline of changes: what each was, taking one back byte for byte, and what stands in the way."""

import os
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import process_time

import pytest
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input

from nanomem_tui.changes.model import Author, AuthorKind, ChangeState, EditState
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.tui.screens.history import HistoryScreen, Timeline
from nanomem_tui.tui.screens.history_panes import PAGE
from nanomem_tui.tui.widgets.change_pane import EditList
from tests.tui.proposals import (
    ABOUT,
    Clock,
    about,
    fact,
    make_app,
    make_bank,
    move_to_portland,
    notes,
    painted_text,
    propose,
    until,
)

SIZE = (120, 40)
PATH = "personal/about.md"


def every_file(root: Path) -> dict[str, bytes]:
    """The bytes of every memory file."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*.md")}


def shows(widget: Widget, wanted: bool) -> bool:
    """Whether a widget has a place on the screen, or has none, as wanted."""
    return bool(widget.region) is wanted


def is_left(screen: HistoryScreen, number: int) -> bool:
    """The filter leaves so many changes."""
    return len(screen._shown) == number


async def open_history(pilot: Pilot[int]) -> HistoryScreen:
    """Wait until the History screen has read the changes."""
    await until(pilot, lambda: isinstance(pilot.app.screen, HistoryScreen))
    screen = pilot.app.screen
    assert isinstance(screen, HistoryScreen)
    await until(pilot, lambda: screen._changes is not None)
    await pilot.pause()
    return screen


@pytest.mark.presses("revert")
async def test_v_gives_the_very_bytes_back(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    bank.approve(change.id, {1, 2, 3})
    assert about(bank) != ABOUT
    async with make_app(bank, "history").run_test(size=SIZE) as pilot:
        screen = await open_history(pilot)
        await pilot.press("v")
        await until(pilot, lambda: about(bank) == ABOUT)
        await until(pilot, lambda: len(screen.timeline.blocks) == 2)
        assert bank.change(change.id).state is ChangeState.REVERTED
        assert "Took back “I live in Portland now.” in personal/about.md" in notes(pilot.app)
        assert "✓ I live in Portland now." in painted_text(pilot.app), "the revert says what it took back"


async def test_what_stands_in_the_way_is_said_and_nothing_is_written(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    bank.approve(change.id, {1})
    later = about(bank).replace(b"in Portland with two cats", b"in Portland with a dog")
    (root / "personal/about.md").write_bytes(later)
    async with make_app(bank, "history").run_test(size=SIZE) as pilot:
        await open_history(pilot)
        await pilot.press("v")
        await until(pilot, lambda: "wrote “Lives in Portland with two cats”" in notes(pilot.app))
        assert about(bank) == later
        assert bank.change(change.id).edits[0].state is EditState.APPLIED


@pytest.mark.presses("undo", "redo")
async def test_z_and_capital_z_walk_back_and_forth(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    bank.approve(change.id, {1, 2})
    applied = about(bank)
    async with make_app(bank, "history").run_test(size=SIZE) as pilot:
        screen = await open_history(pilot)
        await pilot.press("z")
        await until(pilot, lambda: about(bank) == ABOUT)
        await pilot.press("Z")
        await until(pilot, lambda: about(bank) == applied)
        await until(pilot, lambda: len(screen.timeline.blocks) == 3)


async def test_a_change_that_is_not_applied_says_why_it_cannot_be_taken_back(root: Path) -> None:
    bank = make_bank(root)
    propose(bank, move_to_portland)
    async with make_app(bank, "history").run_test(size=SIZE) as pilot:
        await open_history(pilot)
        await pilot.press("v")
        await until(pilot, lambda: "Nothing of it is applied: it is pending." in notes(pilot.app))
        assert about(bank) == ABOUT


@pytest.mark.presses("history-filter", "history-back")
async def test_the_filter_finds_files_authors_flows_dates_and_words(root: Path) -> None:
    bank = make_bank(root)
    assert isinstance(bank.clock, Clock)
    propose(bank, move_to_portland)
    claude = Author(AuthorKind.CLIENT, "claude")
    propose(bank, lambda draft: draft.add("food.md", NewFact("Likes them")), "olives", author=claude)
    bank.clock.now += timedelta(days=40)
    bank.add_fact("personal/about.md", NewFact("Plays the cello"))
    async with make_app(bank, "history").run_test(size=SIZE) as pilot:
        screen = await open_history(pilot)
        assert len(screen.timeline.blocks) == 3
        await pilot.press("slash", *"food")
        await until(pilot, lambda: [change.request for change in screen._shown] == ["olives"])
        for words, left in (
            ("claude", ["olives"]),
            ("by:claude", ["olives"]),
            ("edit", ["add to"]),
            ("flow:add", ["olives", "I live"]),
            ("in:personal", ["add to", "I live"]),
            ("since:2026-04", ["add to"]),
            ("until:2026-03-31 in:food", ["olives"]),
            ("on:2026-03 portland", ["I live"]),
            ("add seattle", []),
        ):
            screen.filter.value = words
            await until(pilot, partial(is_left, screen, len(left)), words)
            starts = [change.request[: len(start)] for change, start in zip(screen._shown, left, strict=True)]
            assert starts == left, words
        assert "Nothing fits." in painted_text(pilot.app)
        screen.filter.value = "since:soon"
        await until(pilot, lambda: "since: takes a date such as 2026-01-31" in painted_text(pilot.app))
        await pilot.press("enter")
        assert isinstance(pilot.app.focused, Timeline)
        await pilot.press("escape")
        await until(pilot, lambda: len(screen._shown) == 3)
        assert not screen.query_one(Input).region


@pytest.mark.presses("past")
async def test_b_shows_the_memory_as_it_was_and_writes_nothing(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    bank.approve(change.id, {1, 2})
    bank.add_fact("food.md", NewFact("Likes olives"))
    bank.remove_facts([fact(bank, "cello").ref])
    (root / "by-hand.md").write_text("- Written by hand\n")
    late = time.time() + 60
    os.utime(root / "by-hand.md", (late, late))
    before = every_file(root)
    async with make_app(bank, "history").run_test(size=SIZE) as pilot:
        screen = await open_history(pilot)
        await pilot.press("b")
        await until(pilot, lambda: "Back then" in painted_text(pilot.app) and screen.past.files.blocks)
        assert [file.key for file in screen.past.files.blocks] == ["by-hand.md", "food.md", PATH]
        await pilot.press("down", "down")
        await until(pilot, lambda: screen.past.past and screen.past.past.change.id == change.id)
        await until(pilot, lambda: [file.key for file in screen.past.files.blocks] == ["by-hand.md", PATH])
        await pilot.press("enter", "end")
        await until(pilot, lambda: "Plays the cello" in painted_text(pilot.app))
        text = painted_text(pilot.app)
        assert "Lives in Portland with two cats" in text
        assert "right after" in text
        assert "older than its history here" in text, "the file was not made by nanomem"
        await pilot.press("home")
        await until(pilot, lambda: "It was saved outside nanomem since" in painted_text(pilot.app))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: not screen.has_class("-past"))
    assert every_file(root) == before


@pytest.mark.presses("history-why")
async def test_w_tells_the_story_of_an_edits_fact_and_leads_to_its_versions(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    bank.approve(change.id, {1})
    bank.edit_fact(fact(bank, "Portland").ref, NewFact("Lives in Portland with a dog"))
    async with make_app(bank, "history").run_test(size=SIZE) as pilot:
        screen = await open_history(pilot)
        await pilot.press("enter", "w")
        await until(
            pilot,
            lambda: (
                "It rests on these words" in painted_text(pilot.app) or "2 changes" in painted_text(pilot.app)
            ),
        )
        await pilot.press("end", "enter")
        await until(pilot, lambda: screen.pane.change and screen.pane.change.id == change.id)
        assert not screen.has_class("-why")
        await pilot.press("enter", "end", "w")
        await until(
            pilot,
            lambda: "It stands nowhere any more" in notes(pilot.app) or "Select an edit" in notes(pilot.app),
        )


async def test_the_timeline_names_state_author_files_and_the_diff(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    bank.approve(change.id, {1, 2})
    bank.reject(change.id, {3}, reason="I own no boat")
    async with make_app(bank, "history").run_test(size=SIZE) as pilot:
        await open_history(pilot)
        text = painted_text(pilot.app)
        assert "✓ I live in Portland now." in text
        assert "add · rules · 3 edits · personal/about.md" in text
        assert "- Lives in Seattle with two cats" in text
        assert "+ Lives in Portland with two cats" in text
        assert "confidence medium → high" in text
        assert "✗  3 + Owns a yacht" in text
        assert "“I own no boat”" in text
        assert "applied by you" in text


async def test_a_revert_can_be_read_like_any_change(root: Path) -> None:
    bank = make_bank(root)
    bank.edit_fact(fact(bank, "Acme").ref, NewFact("Works at Initech"))
    bank.revert(bank.history()[0].id)
    async with make_app(bank, "history").run_test(size=SIZE) as pilot:
        screen = await open_history(pilot)
        text = painted_text(pilot.app)
        assert "- Works at Initech" in text
        assert "+ Works at Acme" in text
        assert "↶ edit personal/about.md" in text
        await pilot.press("v")
        await until(pilot, lambda: b"Initech" in about(bank))
        await until(pilot, lambda: len(screen.timeline.blocks) == 3)


async def test_a_change_made_elsewhere_appears(root: Path) -> None:
    bank = make_bank(root)
    async with make_app(bank, "history").run_test(size=SIZE) as pilot:
        screen = await open_history(pilot)
        assert "Nothing has changed yet." in painted_text(pilot.app)
        other = type(bank)(root, settings=bank.settings, clock=bank.clock)
        other.add_fact("food.md", NewFact("Likes olives"))
        await until(pilot, lambda: len(screen.timeline.blocks) == 1)
        await until(pilot, lambda: "Likes olives" in painted_text(pilot.app))


@pytest.mark.presses("history-full")
async def test_every_width_shows_what_it_can(root: Path) -> None:
    bank = make_bank(root)
    propose(bank, move_to_portland)
    async with make_app(bank, "history").run_test(size=(160, 45)) as pilot:
        screen = await open_history(pilot)
        for width, height in ((160, 45), (80, 24), (60, 24)):
            wide = width >= 80
            await pilot.resize_terminal(width, height)
            await until(pilot, partial(shows, screen.pane, wide))
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.focused, EditList) and screen.pane.region)
            assert bool(screen.timeline.region) is wide
            await pilot.press("escape")
            await until(pilot, lambda: screen.timeline.region)
            await pilot.press("f")
            await until(pilot, lambda: not screen.timeline.region)
            assert screen.query_one("Footer").max_scroll_x == 0
            await pilot.press("f")


async def test_a_thousand_changes_open_page_by_page(root: Path) -> None:
    bank = make_bank(root)
    made = bank.add_fact("food.md", NewFact("Likes olives")).change
    text = (root / f".nanomem/changes/{made.id}.json").read_text()
    for number in range(1000):
        id = f"01{number:024}"
        (root / f".nanomem/changes/{id}.json").write_text(text.replace(made.id, id))
    async with make_app(bank, "history").run_test(size=SIZE) as pilot:
        screen = await open_history(pilot)
        assert len(screen._shown) == PAGE
        assert f"History · {PAGE}+" in painted_text(pilot.app)
        start = process_time()
        await pilot.press("down", "up")
        assert process_time() - start < 1.0
        await pilot.press("end")
        await until(pilot, lambda: len(screen._shown) == 2 * PAGE)
        assert screen.timeline.cursor == PAGE - 1, "the cursor stays where it was"
        await pilot.press("slash", *"food")
        await until(pilot, lambda: len(screen._shown) == 1001)

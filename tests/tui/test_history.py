"""The timeline of changes: what each was, taking one back byte for byte, and what stands in the way."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from nanomem_tui.changes.model import Author, AuthorKind, ChangeState, EditState
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.tui.screens.history import HistoryScreen, Timeline
from nanomem_tui.tui.widgets.change_pane import EditList
from tests.tui.proposals import (
    ABOUT,
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


async def open_history(pilot: Pilot[int]) -> HistoryScreen:
    """Wait until the History screen has read the changes."""
    await until(pilot, lambda: isinstance(pilot.app.screen, HistoryScreen))
    screen = pilot.app.screen
    assert isinstance(screen, HistoryScreen)
    await until(pilot, lambda: screen._changes is not None)
    await pilot.pause()
    return screen


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


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("food", ["olives"]),
        ("claude", ["olives"]),
        ("edit", ["add to"]),
        ("add seattle", []),
        ("portland", ["I live"]),
    ],
)
async def test_the_filter_finds_files_authors_flows_and_words(
    root: Path, words: str, left: list[str]
) -> None:
    bank = make_bank(root)
    propose(bank, move_to_portland)
    claude = Author(AuthorKind.CLIENT, "claude")
    propose(bank, lambda draft: draft.add("food.md", NewFact("Likes them")), "olives", author=claude)
    bank.add_fact("personal/about.md", NewFact("Plays the cello"))
    async with make_app(bank, "history").run_test(size=SIZE) as pilot:
        screen = await open_history(pilot)
        assert len(screen.timeline.blocks) == 3
        await pilot.press("slash")
        await pilot.press(*words)
        await until(pilot, lambda: len(screen._shown) == len(left))
        assert [
            change.request[: len(start)] for change, start in zip(screen._shown, left, strict=True)
        ] == left
        if not left:
            assert "Nothing fits." in painted_text(pilot.app)
        await pilot.press("enter")
        assert isinstance(pilot.app.focused, Timeline)
        await pilot.press("escape")
        await until(pilot, lambda: len(screen._shown) == 3)
        assert not screen.query_one(Input).region


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


@pytest.mark.parametrize("size", [(80, 24), (60, 24), (160, 45)])
async def test_every_width_shows_what_it_can(root: Path, size: tuple[int, int]) -> None:
    bank = make_bank(root)
    propose(bank, move_to_portland)
    async with make_app(bank, "history").run_test(size=size) as pilot:
        screen = await open_history(pilot)
        assert bool(screen.pane.region) is (size[0] >= 80)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.focused, EditList) and screen.pane.region)
        assert bool(screen.timeline.region) is (size[0] >= 80)
        await pilot.press("escape")
        await until(pilot, lambda: screen.timeline.region)
        await pilot.press("f")
        await until(pilot, lambda: not screen.timeline.region)
        assert screen.query_one("Footer").max_scroll_x == 0


async def test_two_thousand_changes_open_without_a_wait(root: Path) -> None:
    from time import perf_counter

    from nanomem_tui.tui.widgets.block_list import BlockList
    from nanomem_tui.tui.widgets.change_view import ChangeBlock

    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    async with make_app(bank, "history").run_test(size=SIZE) as pilot:
        screen = await open_history(pilot)
        blocks = [ChangeBlock(change, bank.clock()) for _ in range(2000)]
        start = perf_counter()
        with screen.timeline.prevent(BlockList.Moved):
            screen.timeline.show(blocks)
        await pilot.pause()
        assert perf_counter() - start < 2.0

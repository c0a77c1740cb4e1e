"""Deciding on proposed changes: each key with the bytes it leaves, and the keys that decide nothing."""

import re
from functools import partial
from pathlib import Path

import pytest
from textual import events
from textual.content import Content
from textual.pilot import Pilot
from textual.widgets import Input, Static

from nanomem_tui.bank import MemoryBank
from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.model import ArchiveReason, Author, AuthorKind, Change
from nanomem_tui.memory.facts import NewFact, Tier
from nanomem_tui.tui import several
from nanomem_tui.tui.guard import SETTLE
from nanomem_tui.tui.messages import ChangesChanged
from nanomem_tui.tui.screens.review import ChangeList, ReviewScreen
from nanomem_tui.tui.widgets.amend_panel import FactText
from nanomem_tui.tui.widgets.change_pane import EditList
from tests.naughty import acting
from tests.tui.proposals import (
    ABOUT,
    about,
    fact,
    make_app,
    make_bank,
    move_to_portland,
    notes,
    open_review,
    painted_text,
    propose,
    until,
)

SIZE = (120, 40)
CELLO = (
    b"- Plays the cello | topic=personal | tier=long_term | status=active | source=user_statement"
    b" | confidence=high | updated_at=2026-03-01T12:00\n"
)
ACME = ABOUT[ABOUT.index(b"- Works") : ABOUT.index(b"\n## History")]


def states(bank: MemoryBank, change: Change) -> list[str]:
    return [edit.state.value for edit in bank.change(change.id).edits]


async def strike(pilot: Pilot[int], key: str, at: float) -> None:
    """Press a key that was struck at a time of the clock that stamps keys."""
    event = events.Key(key, key)
    event.time = at
    pilot.app.post_message(event)
    await pilot.pause()


def at(screen: ReviewScreen) -> tuple[str, int]:
    """The change that is shown and the number of the edit under the cursor."""
    assert screen.pane.change is not None
    return screen.pane.change.id, screen.pane.selected.n if screen.pane.selected else 0


@pytest.mark.presses("approve")
async def test_a_applies_the_selected_edit_only(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    async with make_app(bank).run_test(size=SIZE) as pilot:
        screen = await open_review(pilot)
        assert isinstance(pilot.app.focused, ChangeList)
        await pilot.press("enter", "down", "a")
        assert isinstance(pilot.app.focused, EditList)
        await until(pilot, lambda: about(bank) != ABOUT)
        assert about(bank) == ABOUT.replace(ACME, ACME + CELLO)
        assert states(bank, change) == ["pending", "applied", "pending"]
        await until(pilot, lambda: screen.is_painted)
        assert at(screen)[1] == 3, "the cursor goes on to the next open edit"
        assert "Plays the cello" in notes(pilot.app)
        assert "z takes it back" in notes(pilot.app)
        await pilot.press("z")
        await until(pilot, lambda: about(bank) == ABOUT, "the very bytes")


@pytest.mark.presses("reject", "comment", "review-back")
async def test_r_rejects_c_says_why_escape_decides_nothing_and_none_of_them_writes(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    async with make_app(bank).run_test(size=SIZE) as pilot:
        screen = await open_review(pilot)
        await pilot.press("e")
        await until(pilot, lambda: screen.panel.is_open)
        await pilot.press(*"aAr", "escape")
        await until(pilot, lambda: not screen.panel.is_open)
        assert bank.change(change.id) == change
        await until(pilot, lambda: screen.is_painted)
        await pilot.press("r")
        await until(pilot, lambda: states(bank, change) == ["rejected", "pending", "pending"])
        await until(pilot, lambda: "Nothing was written" in notes(pilot.app))
        await until(pilot, lambda: screen.is_painted and at(screen)[1] == 2)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.focused, Input))
        await pilot.press(*"not true", "enter")
        await until(pilot, lambda: states(bank, change) == ["rejected", "rejected", "pending"])
        assert bank.change(change.id).edits[1].note == "not true"
        await until(pilot, lambda: screen.is_painted and "“not true”" in painted_text(pilot.app))
        assert about(bank) == ABOUT


async def test_words_typed_past_a_text_field_decide_nothing(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    async with make_app(bank, "history").run_test(size=SIZE) as pilot:
        await until(pilot, lambda: pilot.app.screen.query("Timeline"))
        await pilot.press("r")
        screen = await open_review(pilot)
        assert screen._guard.held_until is not None
        struck = screen._guard.held_until - SETTLE
        for key in "aaraAReRc":
            struck += SETTLE * 0.9
            await strike(pilot, key, struck)
        assert states(bank, change) == ["pending"] * 3
        assert not screen.panel.is_open
        assert "Look first" in notes(pilot.app)
        await strike(pilot, "r", struck + SETTLE * 1.1)
        await until(pilot, lambda: states(bank, change)[0] == "rejected")


@pytest.mark.presses("approve-all")
async def test_capital_a_applies_what_is_not_flagged_and_says_what_waits(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    async with make_app(bank).run_test(size=SIZE) as pilot:
        screen = await open_review(pilot)
        labels = {item.binding.id: item.binding.description for item in screen.active_bindings.values()}
        assert labels["approve-all"] == "Approve 2"
        assert labels["reject-all"] == "Reject 3"
        await pilot.press("A")
        await until(pilot, lambda: states(bank, change) == ["applied", "applied", "pending"])
        assert b"yacht" not in about(bank)
        assert CELLO in about(bank)
        await until(pilot, lambda: "1 edit waits for a yes of its own" in notes(pilot.app))
        await until(pilot, lambda: screen.is_painted)
        await pilot.press("A")
        await pilot.pause()
        assert b"yacht" not in about(bank), "A never takes a flagged edit along"
        await until(pilot, lambda: "decide on each one" in notes(pilot.app))
        await pilot.press("a")
        await until(pilot, lambda: b"yacht" in about(bank))


@pytest.mark.presses("reject-all")
async def test_capital_r_rejects_all_that_is_open(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    async with make_app(bank).run_test(size=SIZE) as pilot:
        screen = await open_review(pilot)
        await pilot.press("R")
        await until(pilot, lambda: states(bank, change) == ["rejected"] * 3)
        assert about(bank) == ABOUT
        await until(pilot, lambda: screen.has_class("-empty"))


@pytest.mark.presses("amend")
async def test_e_amends_text_and_metadata_then_applies_and_refuses_what_it_cannot_read(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    async with make_app(bank).run_test(size=SIZE) as pilot:
        screen = await open_review(pilot)
        await pilot.press("enter", "down", "e")
        await until(pilot, lambda: isinstance(pilot.app.focused, FactText))
        await pilot.press(*" badly", "enter")
        await until(pilot, lambda: about(bank) != ABOUT)
        assert about(bank) == ABOUT.replace(ACME, ACME + CELLO.replace(b"cello", b"cello badly"))
        assert states(bank, change) == ["pending", "applied", "pending"]
        assert not screen.panel.is_open
        assert isinstance(pilot.app.focused, EditList)
        await until(pilot, lambda: screen.is_painted and at(screen)[1] == 3)
        before = about(bank)
        await pilot.press("e")
        await until(pilot, lambda: screen.panel.is_open)
        line = screen.panel.query_one(Input)
        line.focus()
        line.value = "tier=sometimes"
        await pilot.press("enter")
        await until(pilot, lambda: screen.panel.query_one(".amend--fault").has_class("-some"))
        assert about(bank) == before
        line.value = "tier=working | expires_at=2026-04-01"
        await pilot.press("enter")
        await until(pilot, lambda: about(bank) != before)
        written = fact(bank, "yacht")
        assert written.tier is Tier.WORKING
        assert str(written.expires_at) == "2026-04-01"


@pytest.mark.parametrize("again", [False, True])
async def test_keys_in_flight_when_the_screen_comes_up_decide_nothing(root: Path, again: bool) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    async with make_app(bank, "review" if again else "history").run_test(size=SIZE) as pilot:
        if again:
            await open_review(pilot)
            await pilot.press("4")
        await until(pilot, lambda: pilot.app.screen.query("Timeline"))
        await pilot.press("slash")
        await pilot.press(*"area R")
        keys = [events.Key(key, key) for key in "aAreRc"]
        await pilot.app.run_action("mode('review')")
        for key in keys[:3]:
            pilot.app.post_message(key)
        screen = await open_review(pilot)
        for key in keys[3:]:
            pilot.app.post_message(key)
        await pilot.pause()
        assert states(bank, change) == ["pending"] * 3
        assert about(bank) == ABOUT
        assert not screen.panel.is_open
        # Once it was seen, the same key decides.
        await until(pilot, lambda: screen.is_ready)
        await pilot.press("a")
        await until(pilot, lambda: states(bank, change)[0] == "applied")


async def test_the_palette_decides_too(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    async with make_app(bank).run_test(size=SIZE) as pilot:
        await open_review(pilot)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: pilot.app.screen.query("CommandPalette > *") or pilot.app.screen.is_modal)
        await pilot.press(*"reject all")
        await until(pilot, lambda: getattr(pilot.app.screen.query_one("CommandList"), "option_count", 0) == 1)
        await pilot.press("enter")
        await until(pilot, lambda: states(bank, change) == ["rejected"] * 3)


async def test_a_second_key_before_the_next_edit_was_seen_decides_nothing(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    async with make_app(bank).run_test(size=SIZE) as pilot:
        screen = await open_review(pilot)
        for _ in range(3):
            pilot.app.post_message(events.Key("a", "a"))
        await until(pilot, lambda: about(bank) != ABOUT)
        await until(pilot, lambda: screen.is_painted)
        assert states(bank, change) == ["applied", "pending", "pending"]


async def test_moving_to_another_change_needs_a_look_before_a_decision(root: Path) -> None:
    bank = make_bank(root)
    first = propose(bank, lambda draft: draft.add("food.md", NewFact("Likes olives")), "olives")
    second = propose(bank, move_to_portland)
    async with make_app(bank).run_test(size=SIZE) as pilot:
        screen = await open_review(pilot)
        assert at(screen)[0] == second.id
        for key in ("down", "a"):
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: at(screen)[0] == first.id and screen.is_painted)
        assert states(bank, first) == ["pending"]
        assert states(bank, second) == ["pending"] * 3
        await pilot.press("a")
        await until(pilot, lambda: (root / "food.md").exists())


async def test_keys_typed_elsewhere_on_the_screen_decide_nothing(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    async with make_app(bank).run_test(size=SIZE) as pilot:
        screen = await open_review(pilot)
        screen.set_focus(None)
        await pilot.press("a", "A", "R")
        await pilot.pause()
        assert states(bank, change) == ["pending"] * 3


async def test_a_proposal_that_arrives_takes_neither_focus_nor_cursor(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    async with make_app(bank).run_test(size=SIZE) as pilot:
        screen = await open_review(pilot)
        await pilot.press("enter", "down")
        newer = propose(bank, lambda draft: draft.add("food.md", NewFact("Likes olives")), "olives")
        screen.post_message(ChangesChanged())
        await until(pilot, lambda: len(screen.waiting.blocks) == 2 and screen.is_painted)
        assert isinstance(pilot.app.focused, EditList)
        assert at(screen) == (change.id, 2)
        await pilot.press("a")
        await until(pilot, lambda: states(bank, change)[1] == "applied")
        assert states(bank, newer) == ["pending"]


async def test_an_edit_whose_fact_moved_on_shows_both_texts(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    outside = ABOUT.replace(b"in Seattle with two cats", b"in Seattle with three cats")
    (root / "personal/about.md").write_bytes(outside)
    async with make_app(bank).run_test(size=SIZE) as pilot:
        screen = await open_review(pilot)
        text = painted_text(pilot.app)
        assert "it saw" in text
        assert "there now  Lives in Seattle with three cats" in text
        await pilot.press("A")
        await until(pilot, lambda: states(bank, change) == ["pending", "applied", "pending"])
        assert b"three cats" in about(bank), "nothing is overwritten"
        await until(pilot, lambda: screen.is_painted and at(screen)[1] == 3)
        await pilot.press("enter", "home")
        await until(pilot, lambda: at(screen)[1] == 1)
        await pilot.press("a")
        await until(pilot, lambda: states(bank, change)[0] == "applied")
        assert fact(bank, "Portland").tier is Tier.LONG_TERM
        assert fact(bank, "three cats").tier is Tier.HISTORY


async def test_a_conflict_stays_in_the_list_when_the_rest_is_applied(root: Path) -> None:
    bank = make_bank(root)

    change = propose(bank, move_to_portland)
    (root / "personal/about.md").write_bytes(ABOUT.replace(b"Seattle", b"Tacoma"))
    bank.approve(change.id, {1, 2, 3})
    async with make_app(bank).run_test(size=SIZE) as pilot:
        screen = await open_review(pilot)
        assert states(bank, change) == ["conflict", "applied", "applied"]
        assert at(screen)[0] == change.id
        await pilot.press("r")
        await until(pilot, lambda: states(bank, change)[0] == "rejected")
        await until(pilot, lambda: screen.has_class("-empty"))


async def test_every_operation_is_shown_with_its_sign(root: Path) -> None:
    bank = make_bank(root)

    def build(draft: Draft) -> None:
        draft.archive("personal/about.md", fact(bank, "Acme").id, ArchiveReason.EXPIRED)
        draft.move("personal/about.md", fact(bank, "Seattle").id, "personal/home.md")
        draft.describe("personal/about.md", description="Who I am")
        draft.write_text("notes.md", "# Notes\n\nfree text\n", seen=None)

    propose(bank, build)
    async with make_app(bank).run_test(size=SIZE) as pilot:
        await open_review(pilot)
        text = painted_text(pilot.app)
        assert "1 > Works at Acme" in text
        assert "to history: expired" in text
        assert "2 > Lives in Seattle with two cats" in text
        assert "to personal/home.md" in text
        assert "+ Who I am" in text
        assert "+ free text" in text
        await pilot.press("e")
        await pilot.pause()
        assert "brings no text of its own" in notes(pilot.app)


async def test_a_flag_is_explained_and_the_quote_marked_in_its_source(root: Path) -> None:
    bank = make_bank(root)
    propose(bank, move_to_portland, "Well, I live in Portland now, you know.")
    async with make_app(bank).run_test(size=SIZE) as pilot:
        screen = await open_review(pilot)
        assert "⚑ ungrounded" in painted_text(pilot.app)
        words = screen.query_one("#words", Static).visual
        assert isinstance(words, Content)
        marked = [
            words.plain[span.start : span.end] for span in words.spans if "underline" in str(span.style)
        ]
        assert marked == ["I live in Portland now"]


async def test_nothing_to_review_teaches(root: Path) -> None:
    bank = make_bank(root)
    async with make_app(bank).run_test(size=(80, 24)) as pilot:
        await open_review(pilot)
        text = painted_text(pilot.app)
        assert "Nothing waits for you." in text
        assert "Nothing is written" in text
        await pilot.press("a", "A", "R", "e", "c")
        await until(pilot, lambda: "Nothing waits for a decision." in notes(pilot.app))


@pytest.mark.presses("review-full")
async def test_both_panes_and_all_keys_fit(root: Path) -> None:
    bank = make_bank(root)
    propose(bank, move_to_portland)
    async with make_app(bank).run_test(size=(160, 45)) as pilot:
        screen = await open_review(pilot)
        for width, height in ((160, 45), (100, 30), (80, 24)):
            await pilot.resize_terminal(width, height)
            for marks in (1, 0):
                await pilot.press("space")
                assert len(screen.marked) == marks
                await pilot.pause()
                assert screen.query("FooterKey")
                assert screen.query_one("Footer").max_scroll_x == 0, "the footer is not cut"
            for widget in screen.query("ChangeList, ChangePane, #source, Footer"):
                assert widget.region
                assert screen.region.contains_region(widget.region)
        await pilot.press("f")
        await until(pilot, lambda: screen.pane.region.width == 80 and not screen.waiting.region)
        await pilot.press("f")
        await until(pilot, lambda: screen.waiting.region)


async def test_below_80_columns_nothing_is_decided_unseen(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    async with make_app(bank).run_test(size=(60, 24)) as pilot:
        screen = await open_review(pilot)
        assert not screen.pane.edits.region
        await pilot.press("a", "A")
        await pilot.pause()
        assert states(bank, change) == ["pending"] * 3
        assert "enter" in notes(pilot.app)
        await pilot.press("enter")
        await until(pilot, lambda: screen.pane.edits.region)
        assert not screen.waiting.region
        await until(pilot, lambda: screen.is_painted)
        await pilot.press("a")
        await until(pilot, lambda: states(bank, change)[0] == "applied")
        await pilot.press("escape")
        await until(pilot, lambda: screen.waiting.region)


async def test_a_click_selects_and_never_decides(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    async with make_app(bank).run_test(size=SIZE) as pilot:
        screen = await open_review(pilot)
        line = screen.pane.edits._tops[2] + 1
        await pilot.click(EditList, offset=(10, line))
        await until(pilot, lambda: at(screen)[1] == 2)
        await pilot.click(EditList, offset=(10, line))
        assert states(bank, change) == ["pending"] * 3
        await pilot.click("FooterKey")
        await until(pilot, lambda: states(bank, change)[1] == "applied")


HOSTILE = (
    "[@click=app.quit]press me[/] [/foo] [b]bold",
    "\x1b]52;c;QUJD\x07 clipboard \x1b[2J",
    "c1 \x9b31m del \x7f bidi \u202eabc tag \U000e0041 zero\u200bwidth",
    "combining " + "e\u0301" * 40,
    "wide " + "漢字" * 80 + " 👩‍👩‍👧 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
)


def add_food(text: str, draft: Draft) -> None:
    draft.add("food.md", NewFact(text), quote=text)


def waits(bank: MemoryBank, number: int) -> bool:
    return len(bank.pending()) == number


async def test_proposed_text_never_acts(root: Path) -> None:
    bank = make_bank(root)
    for text in HOSTILE:
        propose(bank, partial(add_food, text), text, author=Author(AuthorKind.CLIENT, text))
    async with make_app(bank).run_test(size=SIZE) as pilot:
        screen = await open_review(pilot)
        for left in range(len(HOSTILE), 0, -1):
            await until(pilot, partial(waits, bank, left))
            await until(pilot, lambda: screen.is_ready)
            assert not acting(painted_text(pilot.app))
            for strip in pilot.app.screen._compositor.render_strips():
                for segment in strip:
                    meta = segment.style.meta if segment.style else {}
                    assert not [key for key in meta if key.startswith("@")]
            await pilot.click(EditList, offset=(12, 2))
            await pilot.press("e", "escape")
            await until(pilot, lambda: screen.is_painted)
            await pilot.press("a")
        await until(pilot, lambda: not bank.pending())
        assert pilot.app.is_running


@pytest.mark.presses("sides")
async def test_before_and_after_stand_beside_each_other(root: Path) -> None:
    bank = make_bank(root)
    propose(bank, move_to_portland)
    (root / "personal/about.md").write_bytes(ABOUT.replace(b"two cats", b"three cats"))
    async with make_app(bank).run_test(size=(140, 40)) as pilot:
        screen = await open_review(pilot)
        await pilot.press("d")
        await until(pilot, lambda: "│ Lives in Portland with two cats" in painted_text(pilot.app))
        text = painted_text(pilot.app)
        assert re.search("Lives in Seattle with two cats +│ Lives in Portland with two cats", text)
        assert re.search("confidence medium +│ confidence high", text)
        assert re.search("there now +│ the proposal", text)
        assert re.search("Lives in Seattle with three cats +│ Lives in Portland with two cats", text)
        assert at(screen)[1] == 1, "the cursor stays"
        await pilot.press("d")
        await until(pilot, lambda: "+ Lives in Portland with two cats" in painted_text(pilot.app))
        await pilot.resize_terminal(70, 30)
        await pilot.press("enter", "d")
        await until(pilot, lambda: "Side by side takes 80 columns." in notes(pilot.app))
        assert about(bank) == ABOUT.replace(b"two cats", b"three cats")


@pytest.mark.presses("mark", "mark-all", "confirm")
async def test_marked_changes_are_counted_asked_about_and_reported(root: Path) -> None:
    bank = make_bank(root)
    olives = propose(
        bank, lambda draft: draft.add("food.md", NewFact("Likes olives"), quote="olives"), "olives"
    )
    portland = propose(bank, move_to_portland)
    bread = propose(bank, lambda draft: draft.add("food.md", NewFact("Bakes bread"), quote="bread"), "bread")
    async with make_app(bank).run_test(size=SIZE) as pilot:
        screen = await open_review(pilot)
        await pilot.press("down", "space", "space")
        assert screen.marked == {portland.id, olives.id}
        await until(pilot, lambda: "Approve 2 marked" in painted_text(pilot.app))
        await pilot.press("A")
        await until(pilot, lambda: screen.is_asking and screen.is_painted)
        assert "Approve 3 edits of 2 changes? 1 flagged" in painted_text(pilot.app)
        assert about(bank) == ABOUT, "a question decides nothing"
        assert screen._guard.held_until is not None
        struck = screen._guard.held_until - SETTLE
        for key in "Ayay":
            struck += SETTLE * 0.9
            await strike(pilot, key, struck)
        assert about(bank) == ABOUT, "nor does a burst that began before it was seen"
        await until(pilot, lambda: screen.is_ready)
        await pilot.press("a")
        await until(pilot, lambda: "Answer first" in notes(pilot.app))
        await pilot.press("escape")
        assert not screen.is_asking
        await pilot.press("A")
        await until(pilot, lambda: screen.is_asking and screen.is_ready)
        await pilot.press("y")
        await until(pilot, lambda: "Applied 3 edits of 2 changes. 1 flagged" in notes(pilot.app))
        assert states(bank, portland) == ["applied", "applied", "pending"]
        assert states(bank, olives) == ["applied"]
        assert CELLO in about(bank)
        assert states(bank, bread) == ["pending"]
        await until(pilot, lambda: screen.is_painted)
        await pilot.press("asterisk", "R")
        await until(pilot, lambda: screen.is_asking and screen.is_ready)
        bank.reject(bread.id, reason="elsewhere")
        await until(pilot, lambda: not screen.is_asking, "what was counted is not what there is any more")
        await pilot.press("y")
        await pilot.pause()
        assert states(bank, portland)[2] == "pending"


def test_of_several_only_what_was_counted_is_decided(root: Path) -> None:
    bank = make_bank(root)
    portland = propose(bank, move_to_portland)
    bread = propose(bank, lambda draft: draft.add("food.md", NewFact("Bakes bread"), quote="bread"), "bread")
    asked = several.batch(bank, [bread.id, portland.id], approve=True)
    assert asked.question.startswith("Approve 3 edits of 2 changes? 1 flagged")
    bank.amend(bread.id, 1, "Bakes bread badly")
    report = several.carry_out(bank, asked)
    assert (report.done, report.changes, report.moved) == (2, 1, 1)
    assert "1 change had moved on" in report.words
    assert not (root / "food.md").exists()
    nothing = several.carry_out(bank, several.batch(bank, [bread.id, portland.id], approve=False))
    assert nothing.words == "Rejected 2 edits of 2 changes."
    assert not bank.pending()


@pytest.mark.presses("refresh")
async def test_a_stale_proposal_is_asked_for_again_on_todays_memory(root: Path) -> None:
    bank = make_bank(root)
    old = propose(bank, move_to_portland, "I moved to Portland. I play the cello.", model="rules")
    (root / "personal/about.md").write_bytes(ABOUT.replace(b"two cats", b"three cats"))
    async with make_app(bank).run_test(size=SIZE) as pilot:
        screen = await open_review(pilot)
        assert "Memory has moved on since: edit 1 does not fit it any more. F5" in painted_text(pilot.app)
        await pilot.press("f5")
        await until(pilot, lambda: "Asked again: " in notes(pilot.app))
        (new,) = bank.pending()
        assert new.id != old.id
        assert new.request == old.request
        assert states(bank, old) == ["rejected"] * 3
        assert about(bank) == ABOUT.replace(b"two cats", b"three cats"), "nothing is written without a yes"
        await until(
            pilot, lambda: screen.pane.change and screen.pane.change.id == new.id and screen.is_painted
        )
        assert "moved on" not in painted_text(pilot.app)


async def test_a_conflict_over_a_whole_file_is_merged_by_editing(root: Path) -> None:
    bank = make_bank(root)
    text = ABOUT.decode()
    change = propose(bank, lambda draft: draft.write_text("personal/about.md", text + "mine\n", seen=text))
    (root / "personal/about.md").write_bytes(ABOUT + b"theirs\n")
    async with make_app(bank).run_test(size=SIZE) as pilot:
        screen = await open_review(pilot)
        assert "+ theirs" in painted_text(pilot.app)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(pilot.app.focused, FactText))
        area = screen.panel.query_one(FactText)
        assert area.text == f"{text}<<<<<<< there now\ntheirs\n=======\nmine\n>>>>>>> proposed\n"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "are still in it" in painted_text(pilot.app))
        area.load_text(f"{text}theirs\nmine\n")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: about(bank) == ABOUT + b"theirs\nmine\n")
        assert states(bank, change) == ["applied"]


async def test_a_file_that_is_no_change_is_listed_and_hides_no_other(root: Path) -> None:
    bank = make_bank(root)
    change = propose(bank, move_to_portland)
    (root / ".nanomem/changes/torn.json").write_text("{")
    async with make_app(bank).run_test(size=SIZE) as pilot:
        screen = await open_review(pilot)
        assert at(screen)[0] == change.id
        assert "! torn.json" in painted_text(pilot.app)
        await pilot.press("down")
        await until(pilot, lambda: "cannot be read as a change" in painted_text(pilot.app))
        await until(pilot, lambda: screen.is_painted)
        await pilot.press("a", "A")
        await until(pilot, lambda: "Nothing waits for a decision." in notes(pilot.app))
        assert about(bank) == ABOUT
        (root / ".nanomem/changes/torn.json").unlink()
        await until(pilot, lambda: "torn.json" not in painted_text(pilot.app))

"""The Preview screen: looking, choosing, rewording, for whom, and what a change in between does."""

from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from nanomem_tui.bank import CALLER, MemoryBank
from nanomem_tui.tui import actions
from nanomem_tui.tui.screens.preview import PreviewScreen
from tests.loopback import ScriptedServer, reply_calls, reply_text
from tests.replies import Reply
from tests.tui.driving import (
    app_of,
    keys,
    opened,
    painted,
    said,
    until,
    write,
    write_memory,
)
from tests.tui.previews import (
    HOSTILE,
    QUESTION,
    arrived,
    at,
    copied,
    digest,
    heard,
    ledger,
    preview_screen,
    previewed,
    previewing,
    shown_bytes,
    shows,
)

pytestmark = pytest.mark.usefixtures("clipboard")


@pytest.mark.presses("question", "switch", "reword", "propose-words", "redo-switch")
async def test_switches_and_other_words_change_the_bytes_and_can_be_taken_back(told: Path) -> None:
    def reply(body: dict[str, Any]) -> Reply:
        if "tools" in body:
            search = ("search_facts", {"query": "live"})
            answer = ("answer", {"sentences": [], "skipped": True, "skip_reason": "Nothing."})
            return reply_calls(answer if body["messages"][-1]["role"] == "tool" else search)
        if body["messages"][-1]["content"] == "Lives in Seattle":
            return reply_text('{"replace": [{"words": "Seattle", "by": "a city in the US northwest"}]}')
        return reply_text("Fine.")

    with ScriptedServer(reply) as server:
        async with previewing(told, server, trust=None) as (pilot, screen):
            asked = len(server.requests)
            bare = shown_bytes(pilot)
            await at(pilot, "Lives in Seattle")
            await keys(pilot, "space")
            full = shown_bytes(pilot)
            assert b"Lives in Seattle" in full
            await shows(pilot, f"{len(bare)} → {len(full)} bytes")
            await shows(pilot, f"was {len(bare)} (+{len(full) - len(bare)}), at first {len(bare)}")
            await keys(pilot, "z")
            assert shown_bytes(pilot) == bare
            await keys(pilot, "z", "a")
            await heard(pilot, "There is no answer that rests on facts.")
            assert said(pilot) == [
                "No switch to take back. 1, then z takes back changes of memory.",
                "There is no answer that rests on facts.",
            ]
            await keys(pilot, "Z")
            assert shown_bytes(pilot) == full
            await keys(pilot, "Z")
            await heard(pilot, "No switch to make again.")
            await keys(pilot, "g")
            assert screen.bar.line.has_focus
            assert screen.bar.line.value == "Lives in Seattle"
            await keys(pilot, "ctrl+g")
            await until(pilot, lambda: screen.bar.line.value == "Lives in a city in the US northwest")
            assert shown_bytes(pilot) == full, "a proposal is never applied by itself"
            await keys(pilot, "enter")
            vague = shown_bytes(pilot)
            assert b"[[user_data]]Lives in a city in the US northwest[[/user_data]]" in vague
            assert b"Seattle" not in vague
            await shows(pilot, "instead of: Lives in Seattle")
            await keys(pilot, "g", "ctrl+u", "enter")
            await heard(pilot, "There are no words to put in its place.")
            await keys(pilot, "escape")
            assert shown_bytes(pilot) == vague
            await keys(pilot, "s", "y")
            await until(pilot, lambda: screen.reply.border_title and "Fine." in painted(pilot))
            assert arrived(server) == vague
            assert len(server.requests) == asked + 2
            assert ledger(told)[-1]["sha256"] == digest(vague)


async def test_another_question_copies_nothing_and_who_was_told_is_found_by_words(
    told: Path, clipboard: Path
) -> None:
    async with previewing(told) as (pilot, screen):
        await keys(pilot, "q", "x", "tab", "c")
        await heard(pilot, "The question has changed")
        await keys(pilot, "slash", "escape")
        assert screen.question.value == QUESTION
        assert ledger(told) == []
        await keys(pilot, "c")
        await heard(pilot, "In the ledger")
        assert copied(clipboard) == shown_bytes(pilot)
        await keys(pilot, "ctrl+p")
        await write(pilot, "Copy exactly what is shown")
        await shows(pilot, "the ledger notes it")
        await keys(pilot, "enter")
        await until(pilot, lambda: len(ledger(told)) == 2)
        await until(pilot, lambda: pilot.app.screen is screen)
        await keys(pilot, "l", "slash")
        assert screen.ledger.finder.has_focus
        await write(pilot, "seattle")
        await shows(pilot, "Told: seattle · 2 disclosures")
        await keys(pilot, "ctrl+u")
        await write(pilot, "penicillin")
        await shows(pilot, "Nobody was told this.")
        await keys(pilot, "enter")
        assert screen.ledger.list.has_focus
        await keys(pilot, "escape")
        await shows(pilot, "Ledger · 2 disclosures")
        await keys(pilot, "tab")
        assert screen.focused is not None
        assert screen.focused.id == "told-detail"


@pytest.mark.presses("new-preview")
async def test_a_change_in_between_needs_a_new_preview_and_keeps_the_switches(told: Path) -> None:
    with ScriptedServer([reply_text("Fine.")]) as server:
        async with previewing(told, server) as (pilot, screen):
            await at(pilot, "Works at Acme")
            await keys(pilot, "space")
            write_memory(told, {"new/note.md": "- Lives on a boat now\n"})
            await shows(pilot, "changed since this preview was made")
            for key in "sco":
                await keys(pilot, key)
                await heard(pilot, "n makes a new one.")
            assert server.all_requests == []
            await keys(pilot, "n")
            await until(pilot, lambda: not screen.is_stale)
            await previewed(pilot)
            assert b"Works at Acme" in shown_bytes(pilot)
            await keys(pilot, "s", "y")
            await until(pilot, lambda: server.requests and "Fine." in painted(pilot))
            assert arrived(server) == shown_bytes(pilot)


@pytest.mark.presses("recipient")
async def test_somebody_with_a_name_gets_only_what_they_may(told: Path) -> None:
    with ScriptedServer() as server:
        async with previewing(told, server) as (pilot, screen):
            await keys(pilot, "g", "ctrl+g")
            await heard(pilot, "It was not asked.")
            await keys(pilot, "escape", "w")
            await until(pilot, lambda: screen.shown and screen.shown.recipient == CALLER)
            await keys(pilot, "w")
            await until(pilot, lambda: screen.shown and screen.shown.recipient == "work-assistant")
            await previewed(pilot)
            assert screen.shown is not None
            assert {choice.fact.path for choice in screen.shown.choices} == {"work/office.md"}
            await shows(pilot, "not for this recipient")
            await keys(pilot, "s")
            await heard(pilot, "This preview is for work-assistant: w chooses the model.")
            await keys(pilot, "w")
            await until(pilot, lambda: screen.shown and screen.shown.recipient == f"127.0.0.1:{server.port}")
            assert server.all_requests == []


async def test_hostile_facts_go_as_they_are_shown(told: Path) -> None:
    write_memory(told, {"personal/odd.md": f"# Odd\n\n- {HOSTILE}\n"})
    with ScriptedServer([reply_text("\x1b]0;pwned\x07[@click=app.quit]Fine.[/]")]) as server:
        async with previewing(told, server, question=f"{QUESTION}\u200b") as (pilot, screen):
            assert screen.shown is not None
            await at(pilot, "click")
            choice = screen.choices.choice
            assert choice is not None
            if not choice.included:
                await keys(pilot, "space")
            await shows(pilot, "[@click=app.quit]home[/]")
            await shows(pilot, "visible form")
            data = shown_bytes(pilot)
            assert "␛]52;c;aGk=␇[@click=app.quit]home[/]".encode() in data
            assert b"\x1b" not in data
            await keys(pilot, "g", "escape", "s", "y")
            await shows(pilot, "Fine.")
            assert arrived(server) == data
            await keys(pilot, "l")
            await shows(pilot, "[@click=app.quit]home")
            for mode in ("f", "l", "f"):
                await keys(pilot, mode)
                assert not any(ord(char) < 32 and char != "\n" for char in painted(pilot))
                assert "\u202e" not in painted(pilot)
            assert app_of(pilot).is_running


@pytest.mark.parametrize("size", [(60, 24), (120, 30)], ids=["60", "120"])
@pytest.mark.presses("next-pane", "previous-pane", "preview-full")
async def test_every_pane_is_reached_and_nothing_is_cut_off(told: Path, size: tuple[int, int]) -> None:
    async with previewing(told, size=size, question="") as (pilot, screen):
        await shows(pilot, "l      the ledger")
        await keys(pilot, "tab", "escape", "n")
        await heard(pilot, "There is no question yet.")
        await keys(pilot, "s")
        await heard(pilot, "There is nothing to hand over yet: write a question first.")
        await keys(pilot, "q")
        await write(pilot, QUESTION)
        await keys(pilot, "enter")
        await previewed(pilot)
        for wanted in ("[x] [1] Lives in Seattle", "[[user_data]]Lives in", "You live in Seattle"):
            assert screen.focused is not None
            assert screen.focused.region.width > 20
            await shows(pilot, wanted)
            assert all(cell_len(line) <= size[0] for line in painted(pilot).splitlines())
            await keys(pilot, "tab")
        assert screen.choices.has_focus
        await keys(pilot, "shift+tab")
        assert screen.answer.has_focus
        await keys(pilot, "f")
        assert screen.prompt.text.has_focus
        await until(pilot, lambda: "[x] [1]" not in painted(pilot))
        if size[0] > 60:
            await shows(pilot, "- [[user_data]]Lives in Seattle (noted 2026-02-26)[[/user_data]]")
        await keys(pilot, "escape", "s")
        await heard(pilot, "no language model")


@pytest.mark.presses("preview-query")
async def test_memory_hands_its_question_on(memory: Path) -> None:
    async with opened(memory) as pilot:
        await keys(pilot, "q")
        await write(pilot, QUESTION)
        await keys(pilot, "enter")
        await shows(pilot, "P shows it fact by fact")
        await keys(pilot, "escape", "P")
        await until(pilot, lambda: isinstance(pilot.app.screen, PreviewScreen))
        await previewed(pilot)
        assert preview_screen(pilot).question.value == QUESTION


def test_every_action_has_a_method() -> None:
    for action in actions.ACTIONS:
        if action.scope is actions.Scope.PREVIEW:
            assert callable(getattr(PreviewScreen, f"action_{action.run}")), action.id


async def test_the_bank_gives_back_the_same_preview(told: Path) -> None:
    bank = MemoryBank(told)
    [anybody, named] = bank.addressees()
    assert (anybody.name, named.name) == (CALLER, "work-assistant")
    first = (await bank.preview_for(QUESTION, anybody)).preview
    assert bank.is_fresh(first)
    assert (await bank.preview_for(QUESTION, anybody)).preview.data == first.data
    await bank.close()

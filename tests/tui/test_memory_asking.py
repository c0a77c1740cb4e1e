"""Adding and asking through the prompt line: runs stream, wait for review, answer, and can be cancelled."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nanomem_tui.agent.models.base import Request, Response, TextDelta, ToolCall
from nanomem_tui.memory.errors import ModelUnreachable
from nanomem_tui.memory.levels import Trust
from nanomem_tui.settings import Approval
from nanomem_tui.tui.widgets.prompt_line import PromptMode
from tests.tui.driving import (
    ABOUT,
    LARGE,
    SMALL,
    app_of,
    keys,
    memory_screen,
    opened,
    painted,
    said,
    until,
    write,
)

FILE = "personal/about.md"


class StubbornModel:
    """A model that never comes to an end, or cannot be reached."""

    provider, name, trust, endpoint = "stubborn", "stubborn", Trust.LOCAL, ""

    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.asked, self.let_go = asyncio.Event(), asyncio.Event()

    async def stream(self, request: Request) -> AsyncIterator[TextDelta | Response]:
        self.asked.set()
        if self.fails:
            raise ModelUnreachable("The model does not answer.", "Start it.")
        try:
            yield TextDelta("Let me think")
            await asyncio.Event().wait()
        finally:
            self.let_go.set()

    async def close(self) -> None: ...


class LooseModel(StubbornModel):
    """A model that answers out of thin air, behind a server that says that it cut the prompt."""

    async def stream(self, request: Request) -> AsyncIterator[TextDelta | Response]:
        answer = {"sentences": [{"text": "The moon is made of cheese.", "facts": []}]}
        call = ToolCall("call1", "answer", json.dumps(answer))
        yield Response("", (call,), "tool_calls", note="The server cut the prompt.")


def texts(root: Path) -> dict[str, str]:
    """All memory files by name."""
    return {path.name: path.read_text() for path in root.rglob("*.md")}


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "160x45"])
@pytest.mark.presses("add", "send")
async def test_what_is_told_waits_for_review_and_takes_no_focus(memory: Path, size: tuple[int, int]) -> None:
    async with opened(memory, size) as pilot:
        screen = memory_screen(pilot)
        await keys(pilot, "a")
        assert "add >" in painted(pilot)
        await write(pilot, "I play the cello.")
        await keys(pilot, "enter")
        await until(pilot, lambda: app_of(pilot).pending == 1)
        await until(pilot, lambda: "1 to review" in painted(pilot))
        assert said(pilot) == ["1 edit proposed. F2 reviews."]
        assert screen.prompt.text_area.has_focus
        assert screen.prompt.text_area.text == ""
        assert pilot.app.screen is screen
        assert "✓ done" in painted(pilot)
        assert (memory / FILE).read_text() == ABOUT
        assert sorted(texts(memory)) == ["about.md", "allergies.md"]


async def test_with_automatic_approval_it_is_in_the_file_at_once_and_can_be_undone(memory: Path) -> None:
    async with opened(memory, approval=Approval.AUTO) as pilot:
        await keys(pilot, "a")
        await write(pilot, "I play the cello.")
        await keys(pilot, "enter")
        await until(pilot, lambda: "1 edit applied. z takes it back." in said(pilot))
        assert any("cello |" in text for text in texts(memory).values())
        await keys(pilot, "escape", "z")
        await until(pilot, lambda: "cello" not in "".join(texts(memory).values()))


async def test_what_automatic_approval_leaves_for_its_flags_is_said(memory: Path) -> None:
    async with opened(memory, approval=Approval.AUTO) as pilot:
        await keys(pilot, "a")
        await write(pilot, "I play the cello. My API key is sk-proj-Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZg.")
        await keys(pilot, "enter")
        await until(pilot, lambda: "1 edit applied. z takes it back." in said(pilot))
        await until(pilot, lambda: "1 edit flagged, so not applied. F2 reviews." in said(pilot))
        assert any("cello |" in text for text in texts(memory).values())
        assert not any("sk-proj" in text for text in texts(memory).values())
        await until(pilot, lambda: "1 to review" in painted(pilot))
        await keys(pilot, "escape", "z")
        await until(pilot, lambda: "cello" not in "".join(texts(memory).values()))


async def test_what_the_server_notes_and_what_rests_on_nothing_is_shown_with_the_answer(memory: Path) -> None:
    async with opened(memory, model=LooseModel()) as pilot:
        screen = memory_screen(pilot)
        await keys(pilot, "P")
        await until(pilot, lambda: said(pilot)[-1] == "Ask something first: q.")
        await keys(pilot, "q")
        await write(pilot, "Where do I live?")
        await keys(pilot, "enter")
        await until(
            pilot, lambda: "The moon is made of cheese. ? rests on no fact of memory" in painted(pilot)
        )
        assert "The server cut the prompt." in painted(pilot)
        await keys(pilot, "escape", "escape", "P")
        await until(pilot, lambda: pilot.app.screen is not screen)
        await until(pilot, lambda: "Where do I live?" in painted(pilot))
        assert (memory / FILE).read_text() == ABOUT


@pytest.mark.presses("turn", "leave")
async def test_tab_turns_between_adding_and_asking_and_keeps_the_words(memory: Path) -> None:
    async with opened(memory) as pilot:
        prompt = memory_screen(pilot).prompt
        await keys(pilot, "a")
        await write(pilot, "tea?")
        await keys(pilot, "tab")
        assert "query > tea?" in painted(pilot)
        assert prompt.mode is PromptMode.QUERY
        await keys(pilot, "tab")
        assert "add > tea?" in painted(pilot)
        await keys(pilot, "escape", "q")
        assert "query > tea?" in painted(pilot)


@pytest.mark.presses("newline")
async def test_a_new_line_is_written_and_sends_nothing(memory: Path) -> None:
    async with opened(memory) as pilot:
        await keys(pilot, "a")
        await write(pilot, "User: I play the cello.")
        await keys(pilot, "ctrl+j")
        await write(pilot, "Assistant: Nice!")
        text = memory_screen(pilot).prompt.text_area
        assert text.text == "User: I play the cello.\nAssistant: Nice!"
        assert not (memory / ".nanomem/traces").exists()


async def test_pasted_lines_stay_lines(memory: Path) -> None:
    from textual import events

    async with opened(memory) as pilot:
        await keys(pilot, "a")
        text = memory_screen(pilot).prompt.text_area
        pilot.app.post_message(events.Paste("User: I play the cello.\nAssistant: Nice!"))
        await until(pilot, lambda: text.text == "User: I play the cello.\nAssistant: Nice!")


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "160x45"])
@pytest.mark.presses("query")
async def test_an_answer_shows_its_cited_facts_and_leads_to_them(memory: Path, size: tuple[int, int]) -> None:
    async with opened(memory, size) as pilot:
        screen = memory_screen(pilot)
        await keys(pilot, "q")
        await write(pilot, "Where do I live?")
        await keys(pilot, "enter")
        await until(pilot, lambda: "Answer · Where do I live?" in painted(pilot))
        await until(pilot, lambda: "Seattle" in painted(pilot) and "[1]" in painted(pilot))
        assert screen.facts.facts[0].text == "Lives in Seattle"
        ledger = (memory / ".nanomem" / "disclosures.jsonl").read_text().splitlines()
        assert len(ledger) == 1
        assert json.loads(ledger[0])["purpose"] == "retrieve"
        await keys(pilot, "escape")
        assert screen.facts.has_focus
        await keys(pilot, "enter")
        await until(pilot, lambda: screen.path == FILE and screen.cited is None)
        await until(pilot, lambda: screen.facts.fact and screen.facts.fact.text == "Lives in Seattle")
        assert (memory / FILE).read_text() == ABOUT


@pytest.mark.presses("include-asked")
@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "160x45"])
async def test_what_needs_a_yes_is_left_out_until_it_is_given(memory: Path, size: tuple[int, int]) -> None:
    async with opened(memory, size) as pilot:
        screen = memory_screen(pilot)
        await keys(pilot, "q")
        await write(pilot, "What am I allergic to?")
        await keys(pilot, "enter")
        await until(pilot, lambda: "y lets them" in painted(pilot))
        assert "penicillin" not in painted(pilot)
        await keys(pilot, "escape", "y")
        await until(pilot, lambda: any("penicillin" in fact.text for fact in screen.facts.facts))
        assert "y lets them" not in painted(pilot)
        await keys(pilot, "y")
        await until(pilot, lambda: "for want of a yes" in said(pilot)[-1])


async def test_escape_cancels_a_run_in_under_a_second_and_nothing_is_proposed(memory: Path) -> None:
    model = StubbornModel()
    async with opened(memory, LARGE, model=model) as pilot:
        app = app_of(pilot)
        await keys(pilot, "a")
        await write(pilot, "I play the cello.")
        await keys(pilot, "enter")
        await until(pilot, lambda: model.asked.is_set() and "1 running" in painted(pilot))
        await until(pilot, lambda: "Let me think" in painted(pilot))
        app.simulate_key("escape")
        await asyncio.wait_for(model.let_go.wait(), timeout=1)
        await until(pilot, lambda: "Cancelled add. Nothing was changed." in said(pilot))
        await until(pilot, lambda: not app.running and "1 running" not in painted(pilot))
        assert app.pending == 0
        assert (memory / FILE).read_text() == ABOUT


async def test_a_model_that_fails_is_said_and_the_app_goes_on(memory: Path) -> None:
    model = StubbornModel(fails=True)
    async with opened(memory, LARGE, model=model) as pilot:
        app = app_of(pilot)
        await keys(pilot, "a")
        await write(pilot, "I play the cello.")
        await keys(pilot, "enter")
        await until(pilot, lambda: "The model does not answer. Start it." in said(pilot))
        assert app.is_running
        await until(pilot, lambda: not app.running)


@pytest.mark.presses("quit")
async def test_quitting_does_not_wait_for_a_run(memory: Path) -> None:
    model = StubbornModel()
    async with opened(memory, SMALL, model=model) as pilot:
        app = app_of(pilot)
        await keys(pilot, "a")
        await write(pilot, "I play the cello.")
        await keys(pilot, "enter")
        await until(pilot, lambda: model.asked.is_set())
        app.simulate_key("ctrl+q")
        await asyncio.wait_for(model.let_go.wait(), timeout=1)
    assert app.return_value == 0


async def test_an_add_of_another_process_shows_up_live(memory: Path) -> None:
    async with opened(memory, LARGE) as pilot:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "nanomem_tui", "--root", str(memory), "add", "I play the cello."),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ,
        )
        await until(pilot, lambda: "1 to review" in painted(pilot))
        await until(pilot, lambda: "“I play the cello.”" in painted(pilot) and "✓ done" in painted(pilot))
        await process.communicate()
        assert process.returncode == 3
        await until(pilot, lambda: "A change waits for your decision. r reviews." in said(pilot))
        assert memory_screen(pilot).files.has_focus

"""The list of runs and the selected one: past runs at once or at their own pace, running ones as they go."""

import os
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widget import Widget

from nanomem_tui.agent.events import Event, EventType
from nanomem_tui.agent.trace import TraceWriter, new_run_id
from nanomem_tui.memory.jsontype import Json
from nanomem_tui.tui.screens.traces import RunBlock, TracesScreen
from nanomem_tui.tui.widgets.trace_view import TraceLog
from tests.tui.driving import app_of, opened, write
from tests.tui.proposals import make_app, make_bank, notes, painted_text, until
from tests.tui.test_memory_asking import StubbornModel

SIZE = (120, 30)


class Writer:
    """Writes a trace the way a run does."""

    def __init__(self, root: Path, request: str, *, gap: float = 0.1) -> None:
        self.id = new_run_id()
        self.at = datetime.now(UTC) - timedelta(minutes=5)
        self.gap = gap
        self.file = TraceWriter(root, self.id)
        self.write(
            EventType.RUN_STARTED, flow="add", request=request, gen_ai__provider__name="rules", trust="local"
        )

    def write(self, type: EventType, **attributes: Json) -> None:
        self.at += timedelta(seconds=self.gap)
        self.file.write(
            Event(type, self.at, self.id, {k.replace("__", "."): v for k, v in attributes.items()})
        )

    def call(self, query: str) -> None:
        self.write(EventType.REQUEST_SENT, step=1, messages=[])
        self.write(
            EventType.TOOL_CALLED,
            gen_ai__tool__name="search_facts",
            gen_ai__tool__call__id=query,
            gen_ai__tool__call__arguments={"query": query},
        )

    def finish(self, state: str = "done") -> None:
        self.write(EventType.RUN_FINISHED, state=state, summary="Nothing saved.", requests=2)
        self.file.close()


def shows(widget: Widget, wanted: bool) -> bool:
    """Whether a widget has a place on the screen, or has none, as wanted."""
    return bool(widget.region) is wanted


async def open_traces(pilot: Pilot[int]) -> TracesScreen:
    """Wait until the Traces screen has read the runs."""
    await until(pilot, lambda: isinstance(pilot.app.screen, TracesScreen))
    screen = pilot.app.screen
    assert isinstance(screen, TracesScreen)
    await until(pilot, lambda: screen._infos is not None)
    return screen


async def test_a_past_run_is_there_at_once(root: Path) -> None:
    bank = make_bank(root)
    run = Writer(root, "I moved to Seattle")
    run.call("live")
    run.finish()
    async with make_app(bank, "traces").run_test(size=SIZE) as pilot:
        await open_traces(pilot)
        await until(pilot, lambda: "search_facts  “live”" in painted_text(pilot.app))
        await until(pilot, lambda: "Nothing saved." in painted_text(pilot.app))
        text = painted_text(pilot.app)
        assert "✓ add  I moved to Seattle" in text
        assert "rules, no language model" in text
        assert "2 requests" in text


async def test_a_running_one_is_followed_to_its_end(root: Path) -> None:
    bank = make_bank(root)
    run = Writer(root, "I moved to Seattle")
    async with make_app(bank, "traces").run_test(size=SIZE) as pilot:
        screen = await open_traces(pilot)
        await until(pilot, lambda: "● running" in painted_text(pilot.app))
        run.call("live")
        await until(pilot, lambda: "“live”" in painted_text(pilot.app))
        await pilot.press("P")
        await until(pilot, lambda: "still running" in notes(pilot.app))
        run.finish()
        await until(pilot, lambda: "Nothing saved." in painted_text(pilot.app))
        await until(pilot, lambda: screen._infos and screen._infos[0].state.value == "done")


async def test_a_run_that_starts_elsewhere_appears_and_leaves_the_cursor_alone(root: Path) -> None:
    bank = make_bank(root)
    old = Writer(root, "the old one")
    old.finish()
    async with make_app(bank, "traces").run_test(size=SIZE) as pilot:
        screen = await open_traces(pilot)
        await until(pilot, lambda: screen.view.run == old.id)
        new = Writer(root, "the new one")
        await until(pilot, lambda: len(screen.runs.blocks) == 2)
        assert isinstance(screen.runs.current, RunBlock)
        assert screen.runs.current.info.id == old.id
        assert screen.view.run == old.id
        await pilot.press("up")
        await until(pilot, lambda: screen.view.run == new.id)
        new.finish("cancelled")
        await until(pilot, lambda: "⊘ cancelled" in painted_text(pilot.app))


@pytest.mark.presses("replay")
async def test_a_replay_takes_the_time_the_run_took(root: Path) -> None:
    bank = make_bank(root)
    run = Writer(root, "slow", gap=0.3)
    run.call("one")
    run.finish()
    async with make_app(bank, "traces").run_test(size=SIZE) as pilot:
        screen = await open_traces(pilot)
        await until(pilot, lambda: "Nothing saved." in painted_text(pilot.app))
        whole = len(screen.view.log_list.blocks)
        await pilot.press("P")
        seen = set()

        def done() -> bool:
            seen.add(len(screen.view.log_list.blocks))
            return "Nothing saved." in painted_text(pilot.app)

        await until(pilot, lambda: "Nothing saved." not in painted_text(pilot.app))
        await until(pilot, done)
        assert len(seen) > 2, "it came step by step"
        assert len(screen.view.log_list.blocks) == whole


async def test_a_run_whose_process_is_gone_says_so(root: Path) -> None:
    bank = make_bank(root)
    run = Writer(root, "lost")
    run.call("x")
    file = root / ".nanomem" / "traces" / f"{run.id}.jsonl"
    text = file.read_bytes()
    run.finish()
    import re

    file.write_bytes(re.sub(rb'"pid":\d+', b'"pid":2147480000', text))
    async with make_app(bank, "traces").run_test(size=SIZE) as pilot:
        await open_traces(pilot)
        await until(pilot, lambda: "⊘ interrupted" in painted_text(pilot.app))
        await until(pilot, lambda: "never said how it ended" in painted_text(pilot.app))


async def test_no_run_teaches(root: Path) -> None:
    bank = make_bank(root)
    async with make_app(bank, "traces").run_test(size=(80, 24)) as pilot:
        await open_traces(pilot)
        await until(pilot, lambda: "No run yet." in painted_text(pilot.app))
        await pilot.press("P")
        await until(pilot, lambda: "No run is selected." in notes(pilot.app))


@pytest.mark.presses("traces-back", "traces-full")
async def test_every_width_shows_what_it_can(root: Path) -> None:
    bank = make_bank(root)
    run = Writer(root, "I moved to Seattle")
    run.finish()
    async with make_app(bank, "traces").run_test(size=(160, 45)) as pilot:
        screen = await open_traces(pilot)
        await until(pilot, lambda: screen.runs.blocks)
        for width, height in ((160, 45), (80, 24), (60, 24)):
            await pilot.resize_terminal(width, height)
            await until(pilot, partial(shows, screen.view, width >= 80))
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.focused, TraceLog) and screen.view.region)
            await pilot.press("escape")
            await until(pilot, lambda: screen.runs.region)
            assert screen.query_one("Footer").max_scroll_x == 0
        await pilot.resize_terminal(120, 30)
        await until(pilot, lambda: screen.view.region and screen.runs.region)
        await pilot.press("f")
        await until(pilot, lambda: screen.view.region.width == 120 and not screen.runs.region)
        await pilot.press("f")
        await until(pilot, lambda: screen.runs.region)


@pytest.mark.presses("trace-tail")
async def test_n_goes_to_the_newest_step_and_follows_it(root: Path) -> None:
    bank = make_bank(root)
    run = Writer(root, "I moved to Seattle")
    for n in range(40):
        run.call(f"word{n}")
    async with make_app(bank, "traces").run_test(size=SIZE) as pilot:
        screen = await open_traces(pilot)
        await until(pilot, lambda: "word39" in painted_text(pilot.app))
        await pilot.press("enter", "home")
        await until(pilot, lambda: "word39" not in painted_text(pilot.app))
        await pilot.press("escape", "n")
        await until(pilot, lambda: "word39" in painted_text(pilot.app))
        run.call("the newest")
        await until(pilot, lambda: "the newest" in painted_text(pilot.app))
        assert screen.view.run == run.id
        run.finish()


@pytest.mark.presses("cancel-run")
async def test_x_stops_a_run_of_this_app_and_says_whose_another_one_is(memory: Path) -> None:
    model = StubbornModel()
    async with opened(memory, model=model) as pilot:
        await pilot.press("a")
        await write(pilot, "I play the cello.")
        await pilot.press("enter")
        await until(pilot, lambda: model.asked.is_set() and app_of(pilot).running)
        await pilot.app.run_action("app.mode('traces')")
        screen = await open_traces(pilot)
        await until(pilot, lambda: "● running" in painted_text(pilot.app))
        await until(pilot, lambda: "x Cancel" in painted_text(pilot.app))
        await pilot.press("x")
        await until(pilot, model.let_go.is_set)
        await until(pilot, lambda: "⊘ cancelled" in painted_text(pilot.app))
        assert not app_of(pilot).bank.pending()
        await pilot.press("x")
        await until(pilot, lambda: "It does not run any more: cancelled." in notes(pilot.app))
        other = Writer(memory, "of another process")
        await until(pilot, lambda: len(screen.runs.blocks) == 2)
        await pilot.press("home")
        await until(
            pilot, lambda: screen.view.run == other.id and "of another process" in painted_text(pilot.app)
        )
        await pilot.press("x")
        await until(pilot, lambda: f"by another process ({os.getpid()}), which alone" in notes(pilot.app))
        other.finish()


async def test_what_one_should_know_of_a_response_is_shown_whole(root: Path) -> None:
    bank = make_bank(root)
    run = Writer(root, "I moved to Seattle")
    run.write(EventType.REQUEST_SENT, step=1, messages=[])
    note = "The server saw only the last 2,000 of 8,000 tokens: raise its context size, or ask for less."
    usage: dict[str, Json] = {
        "gen_ai__usage__input_tokens": 8000,
        "gen_ai__usage__output_tokens": 20,
        "gen_ai__usage__cache_read__input_tokens": 6000,
    }
    proof: dict[str, Json] = {"enclaveHost": "enclave.example", "codeFingerprint": "f00d"}
    run.write(EventType.RESPONSE_RECEIVED, note=note, attestation=proof, **usage)
    run.write(EventType.RUN_FINISHED, state="done", summary="Nothing saved.", requests=1, **usage)
    run.file.close()
    async with make_app(bank, "traces").run_test(size=SIZE) as pilot:
        screen = await open_traces(pilot)
        await until(pilot, lambda: "Nothing saved." in painted_text(pilot.app))
        text = painted_text(pilot.app)
        assert text.count("75% cached") >= 2, "in the list, at the request and at the end"
        shown = "".join(line.split("││")[-1].strip("│ ") + " " for line in text.splitlines())
        assert note in " ".join(shown.split())
        assert "enclave verified" in text
        screen.view.log_list.focus()
        await pilot.press("home", "down", "enter")
        await until(pilot, lambda: "f00d" in painted_text(pilot.app))

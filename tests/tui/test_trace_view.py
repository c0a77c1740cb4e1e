"""The live trace: steps in few words, full text on demand, the tail, many events, hostile texts."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from nanomem_tui.agent.events import Event, EventType
from nanomem_tui.memory.jsontype import Json
from nanomem_tui.tui.widgets.trace_steps import Step, in_few_words
from nanomem_tui.tui.widgets.trace_view import TraceLog, TraceView
from tests.naughty import acting

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Host(App[int]):
    """Nothing but a trace."""

    def compose(self) -> ComposeResult:
        yield TraceView()

    @property
    def view(self) -> TraceView:
        return self.query_one(TraceView)

    @property
    def text(self) -> str:
        return "\n".join(strip.text for strip in self.screen._compositor.render_strips())


def event(type: EventType, seconds: float = 0.0, run: str = "R1", **attributes: Json) -> Event:
    return Event(
        type,
        START + timedelta(seconds=seconds),
        run,
        {k.replace("__", "."): v for k, v in attributes.items()},
    )


def started(run: str = "R1", provider: str = "rules", request: str = "I moved to Seattle") -> Event:
    return event(
        EventType.RUN_STARTED,
        run=run,
        flow="add",
        request=request,
        gen_ai__provider__name=provider,
        gen_ai__request__model="rules" if provider == "rules" else "llama",
        trust="local",
    )


def a_run() -> Iterator[Event]:
    yield started()
    yield event(
        EventType.REQUEST_SENT,
        0.1,
        step=1,
        messages=[{"role": "system", "text": "Keep a memory."}],
        bytes=2344,
    )
    yield event(EventType.TEXT_DELTA, 0.2, text="Looking ")
    yield event(EventType.TEXT_DELTA, 0.3, text="for homes.")
    yield Event(
        EventType.RESPONSE_RECEIVED,
        START,
        "R1",
        {
            "gen_ai.usage.input_tokens": 2100,
            "gen_ai.usage.output_tokens": 180,
            "gen_ai.usage.cache_read.input_tokens": 1050,
            "seconds": 0.4,
            "text": "Looking for homes.",
            "gen_ai.response.finish_reasons": ["tool_calls"],
        },
    )
    yield call("1", "search_facts", {"query": "live"})
    yield returned("1", "search_facts", "<memory>\n[k3f9q] Lives in Portland\n</memory>", "2 hits")
    yield call("2", "update_facts", {"path": "personal/about.md", "updates": [{"id": "k3f9q"}]})
    yield returned("2", "update_facts", "Error: no.", "not run", ok=False)
    yield event(
        EventType.EDIT_PROPOSED,
        1,
        op="update",
        path="personal/about.md",
        text="Lives in Seattle",
        flags=["secret"],
    )
    yield event(EventType.RUN_FINISHED, 4, state="done", summary="1 edit proposed.")


def call(id: str, name: str, arguments: Json) -> Event:
    return Event(
        EventType.TOOL_CALLED,
        START,
        "R1",
        {"gen_ai.tool.name": name, "gen_ai.tool.call.id": id, "gen_ai.tool.call.arguments": arguments},
    )


def returned(id: str, name: str, result: str, summary: str, *, ok: bool = True) -> Event:
    return Event(
        EventType.TOOL_RETURNED,
        START,
        "R1",
        {
            "gen_ai.tool.name": name,
            "gen_ai.tool.call.id": id,
            "gen_ai.tool.call.result": result,
            "summary": summary,
            "ok": ok,
        },
    )


def many(count: int) -> Iterator[Event]:
    yield started()
    for number in range(count // 2):
        yield call(str(number), "search_facts", {"query": f"word {number}"})
        yield returned(str(number), "search_facts", "nothing", f"{number} hits")


async def test_steps_say_what_happened_in_few_words() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.show_events(list(a_run()))
        await pilot.pause()
        text = app.text
        assert "add ── ✓ done 4.0s" in text
        assert "rules, no language model" in text
        assert "2.1k→180 · 50% cached · 0.4s" in text
        assert "Looking for homes." in text
        assert "search_facts  “live”" in text
        assert "2 hits" in text
        assert "✗ update_facts  personal/about  1 update" in text
        assert "~ Lives in Seattle" in text
        assert "⚑ secret" in text
        assert "1 edit proposed." in text


async def test_a_language_model_is_named_with_its_place() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.show_event(started(provider="openai"))
        await pilot.pause()
        assert "openai llama · on this machine" in app.text
        assert "no language model" not in app.text


async def test_text_streams_into_its_request() -> None:
    app = Host()
    async with app.run_test(size=(60, 24)) as pilot:
        for item in list(a_run())[:3]:
            app.view.show_event(item)
        await pilot.pause()
        assert "Looking" in app.text
        assert "running" in app.text
        app.view.show_event(event(EventType.TEXT_DELTA, 0.3, text="far and wide " * 20))
        # Words are painted a few times a second.
        while "far and wide" not in app.text:
            await pilot.pause(0.01)
        assert "…" in app.text


async def test_streamed_text_is_shown_at_its_first_word_and_whole_at_last() -> None:
    app = Host()
    async with app.run_test(size=(60, 24)) as pilot:
        app.view.show_events(list(a_run())[:2])
        app.view.show_event(event(EventType.TEXT_DELTA, text="word0 "))
        await pilot.pause()
        assert "word0" in app.text
        for n in range(1, 200):
            app.view.show_event(event(EventType.TEXT_DELTA, text=f"word{n} "))
        while "word199" not in app.text:
            await pilot.pause(0.01)
        # What comes after the text is shown after it, and at once.
        app.view.show_event(event(EventType.TEXT_DELTA, text="the end"))
        app.view.show_event(event(EventType.TOOL_CALLED, gen_ai__tool__name="finish"))
        await pilot.pause()
        assert app.text.index("the end") < app.text.index("finish")


async def test_a_step_opens_to_its_full_text_and_closes_again() -> None:
    app = Host()
    async with app.run_test(size=(80, 40)) as pilot:
        app.view.show_events(list(a_run()))
        log = app.view.log_list
        log.focus()
        await pilot.press("home", "down", "enter")
        await pilot.pause()
        assert "Keep a memory." in app.text
        assert "2344 bytes sent" in app.text
        await pilot.press("down", "space")
        await pilot.pause()
        assert '"query": "live"' in app.text
        assert "[k3f9q] Lives in Portland" in app.text
        await pilot.press("left", "up", "left")
        await pilot.pause()
        assert "Keep a memory." not in app.text
        assert "k3f9q" not in app.text


async def test_a_click_opens_a_step() -> None:
    app = Host()
    async with app.run_test(size=(80, 40)) as pilot:
        app.view.show_events(list(a_run()))
        await pilot.pause()
        await pilot.click(TraceLog, offset=(10, 4))
        await pilot.pause()
        assert "[k3f9q] Lives in Portland" in app.text


async def test_it_follows_the_tail_only_at_the_bottom_and_says_what_is_below() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        for item in many(40):
            app.view.show_event(item)
        await pilot.pause()
        log = app.view.log_list
        assert log.at_end
        assert "new below" not in app.text
        log.focus()
        await pilot.press("home")
        await pilot.pause()
        before = log.scroll_offset.y
        for number in range(3):
            app.view.show_event(call(f"x{number}", "read_file", {"path": "a.md"}))
        await pilot.pause()
        assert log.scroll_offset.y == before
        assert "↓ 3 new below" in app.text
        await pilot.press("end")
        await pilot.pause()
        assert log.at_end
        assert "new below" not in app.text
        app.view.show_event(call("y", "list_folder", {"path": "b"}))
        await pilot.pause()
        assert log.at_end
        assert "list_folder" in app.text


async def test_other_runs_do_not_mix_in() -> None:
    app = Host()
    async with app.run_test(size=(60, 20)) as pilot:
        app.view.show_event(started("R1"))
        app.view.show_event(event(EventType.REQUEST_SENT, run="R2", step=7))
        await pilot.pause()
        assert "request 7" not in app.text
        app.view.show_event(event(EventType.RUN_FINISHED, run="R1", state="done"))
        app.view.show_event(started("R2", request="another"))
        await pilot.pause()
        assert "another" in app.text
        assert app.view.run == "R2"
        app.view.clear()
        await pilot.pause()
        assert "another" not in app.text


async def test_five_thousand_events_are_listed_and_only_what_is_in_view_is_painted() -> None:
    app = Host()
    async with app.run_test(size=(100, 40)) as pilot:
        for number, item in enumerate(many(5000)):
            app.view.show_event(item)
            if number % 200 == 0:
                await asyncio.sleep(0)
        log = app.view.log_list
        await pilot.pause()
        assert log.at_end
        assert len(log.blocks) == 2501
        log.focus()
        for line in (0, 600, 1200, 2400):
            log.scroll_to(y=line, animate=False, immediate=True)
            assert log.scroll_offset.y == line
            assert {log.render_line(y).text.strip() for y in range(38)} != {""}


HOSTILE = (
    "[@click=app.quit]x[/] [/b]",
    "\x1b]52;c;QUJD\x07\x1b[2J",
    "a\u202eb\u200bc\x9b31m",
    "漢字" * 90,
    "e\u0301" * 200,
)


async def test_no_text_of_a_trace_acts() -> None:
    app = Host()
    async with app.run_test(size=(50, 30)) as pilot:
        for text in HOSTILE:
            app.view.clear()
            app.view.show_events(
                [
                    started(request=text),
                    event(EventType.REQUEST_SENT, step=text, messages=[{"role": text, "text": text}]),
                    event(EventType.TEXT_DELTA, text=text),
                    call("1", text, {text: text, "path": text}),
                    returned("1", text, text, text),
                    event(EventType.EDIT_PROPOSED, op=text, text=text, flags=[text]),
                    event(EventType.DISCLOSURE_MADE, recipient=text, facts=[text]),
                    event(EventType.RUN_FINISHED, state="failed", error={"message": text, "next": text}),
                ]
            )
            await open_every_step(app, pilot)
            check_lines(app.view.log_list)


async def open_every_step(app: Host, pilot: Pilot[int]) -> None:
    log = app.view.log_list
    log.focus()
    await pilot.press("home")
    for block in log.blocks:
        assert isinstance(block, Step)
        log.toggle(block)
    await pilot.pause()


def check_lines(log: TraceLog) -> None:
    """Nothing in any line acts, and each is as wide as the list."""
    for y in range(log.virtual_size.height):
        log.scroll_to(y=y, animate=False, immediate=True)
        strip = log.render_line(0)
        assert not acting(strip.text)
        assert strip.cell_length in (log.size.width, log.scrollable_content_region.width)
        assert not [key for s in strip for key in (s.style.meta if s.style else {}) if key.startswith("@")]


async def test_attributes_of_any_type_are_shown() -> None:
    app = Host()
    names = ("flow", "request", "step", "messages", "text", "gen_ai.tool.name", "gen_ai.tool.call.id",
             "gen_ai.tool.call.arguments", "gen_ai.tool.call.result", "summary", "op", "flags", "facts",
             "recipient", "state", "error", "gen_ai.response.finish_reasons", "bytes", "ok", "note", "client",
             "process")  # fmt: skip
    values: tuple[Json, ...] = (None, 3, [1, {"a": None}], {"x": [1]}, True, "\ud800")
    async with app.run_test(size=(60, 30)) as pilot:
        for value in values:
            app.view.clear()
            for kind in EventType:
                app.view.show_event(Event(kind, START, "R1", dict.fromkeys(names, value)))
            assert len(app.view.log_list.blocks) > 4
            await open_every_step(app, pilot)
            check_lines(app.view.log_list)


def test_arguments_in_few_words() -> None:
    assert in_few_words({"query": "live"}) == "“live”"
    assert in_few_words({"path": "a/b.md", "facts": [1, 2], "to_path": "c.md"}) == "a/b  2 facts  → c"
    assert in_few_words("{broken") == "{broken"
    assert in_few_words({}) == ""


def asks(number: int, step: int, purpose: str, *, goes_on: bool = False) -> Event:
    """A small question that leaves."""
    told: list[Json] = [{"role": "user", "text": f"Question {number}?"}]
    return event(
        EventType.REQUEST_SENT,
        number,
        number=number,
        step=step,
        purpose=purpose,
        goes_on=goes_on,
        messages=told,
    )


async def test_small_questions_are_numbered_and_say_what_they_ask() -> None:
    app = Host()
    async with app.run_test(size=(90, 40)) as pilot:
        app.view.show_event(started(provider="openai"))
        for number, step, purpose in ((1, 1, "which facts the source states"), (2, 2, "what is older")):
            app.view.show_event(asks(number, step, purpose))
            app.view.show_event(event(EventType.RESPONSE_RECEIVED, number, text='{"facts": []}'))
        app.view.show_event(asks(3, 2, "what is older still", goes_on=True))
        app.view.show_event(event(EventType.RESPONSE_RECEIVED, 4, text="{}"))
        app.view.show_event(event(EventType.RUN_FINISHED, 5, state="done", summary="Nothing saved."))
        await pilot.pause()
        assert "request 1  which facts the source states" in app.text
        assert "request 2  what is older" in app.text
        assert "2 steps" in app.text
        app.view.log_list.focus()
        await pilot.press("home", "down", "down", "enter", "down", "enter")
        await pilot.pause()
        assert "Question 2?" in app.text
        assert app.text.count("all of the request before, and then") == 1


async def test_a_request_without_a_response_does_not_wait_for_it_once_another_has_left() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.show_event(started(provider="openai"))
        app.view.show_event(event(EventType.REQUEST_SENT, 1, number=1, step=1, messages=[]))
        await pilot.pause()
        assert "no answer" not in app.text
        app.view.show_event(event(EventType.REQUEST_SENT, 2, number=2, step=1, messages=[]))
        await pilot.pause()
        assert "request 1  no answer" in app.text
        assert "request 2" in app.text

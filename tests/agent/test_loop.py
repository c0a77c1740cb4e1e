"""The loop runs whole, valid, offered calls and nothing else, and always says how it ended."""

import asyncio
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nanomem_tui.agent.events import Event, EventType, RunState, read_usage
from nanomem_tui.agent.flows import load_flow
from nanomem_tui.agent.limits import Limits
from nanomem_tui.agent.loop import run
from nanomem_tui.agent.models.base import Response, Role, ToolCall, Usage
from nanomem_tui.agent.toolbox import Answered
from nanomem_tui.memory.errors import ModelUnreachable
from tests.agent.conftest import Kit
from tests.agent.play import OPENING, Played, Scripted, call, clock, play, reply

SOURCE = "I like tea. I live in Portland now."
TEA = call("add_facts", path="food/drinks.md", facts=[{"text": "Likes tea", "quote": "I like tea"}])
END = call("finish", summary="Saved the tea.")


def state(played: Played) -> object:
    return played.last.attributes["state"]


async def test_a_run_adds_and_finishes(kit: Kit) -> None:
    played = await play(kit(SOURCE), reply(call("search_facts", query="tea")), reply(TEA), reply(END))
    assert [event.type.value for event in played.events] == [
        "run.started",
        *("request.sent", "response.received", "tool.called", "tool.returned"),
        *("request.sent", "response.received", "tool.called", "tool.returned", "edit.proposed"),
        *("request.sent", "response.received", "tool.called", "tool.returned"),
        "run.finished",
    ]
    assert state(played) == RunState.DONE
    assert played.last.attributes["summary"] == "1 edit proposed. Saved the tea."
    usage = read_usage(played.last.attributes)
    assert (usage.requests, usage.input_tokens, usage.output_tokens, usage.cached_tokens) == (3, 300, 30, 150)
    [edit] = played.of(EventType.EDIT_PROPOSED)
    assert (edit.attributes["op"], edit.attributes["text"]) == ("add", "Likes tea")


async def test_each_request_tells_only_what_is_new_and_keeps_its_prefix(kit: Kit) -> None:
    played = await play(kit(SOURCE), reply(TEA, text="thinking"), reply(END))
    first, second = played.of(EventType.REQUEST_SENT)
    assert len(first.attributes["messages"]) == 2  # type: ignore[arg-type]
    told = second.attributes["messages"]
    assert [message["role"] for message in told] == ["assistant", "tool"]  # type: ignore
    assert [sent.attributes["goes_on"] for sent in (first, second)] == [False, True]
    one, two = played.model.requests
    assert two.messages[: len(one.messages)] == one.messages
    assert two.tools == one.tools
    assert [message.role for message in two.messages] == [Role.SYSTEM, Role.USER, Role.ASSISTANT, Role.TOOL]
    assert two.messages[3].call_id == two.messages[2].calls[0].id


async def test_claims_save_nothing(kit: Kit) -> None:
    played = await play(kit(SOURCE), reply(END))
    assert played.last.attributes["summary"] == "Nothing saved. Saved the tea."


@pytest.mark.parametrize("finish", [None, "length", "content_filter", "error"])
async def test_an_unfinished_reply_runs_no_call(kit: Kit, finish: str | None) -> None:
    played = await play(kit(SOURCE), reply(TEA, END, finish=finish), reply(END))
    assert not played.toolbox.edits
    assert [event.attributes["ok"] for event in played.of(EventType.TOOL_RETURNED)] == [False, False, True]
    assert state(played) == RunState.DONE


@pytest.mark.parametrize(
    "bad",
    [
        ToolCall("", "add_facts", TEA.arguments[:-1]),
        ToolCall("", "add_facts", TEA.arguments + "}"),
        ToolCall("", "add_facts", '{"path": "a.md", "facts": "Likes tea"}'),
        ToolCall("", "add_facts", ""),
        ToolCall("", "remove_facts", '{"path": "personal/about.md", "ids": ["x"]}'),
        ToolCall("", "no_such_tool", "{}"),
    ],
)
async def test_a_malformed_call_goes_back_to_the_model(kit: Kit, bad: ToolCall) -> None:
    played = await play(kit(SOURCE), reply(bad), reply(TEA), reply(END))
    assert played.results[0].startswith("Error: ")
    assert len(played.toolbox.edits) == 1
    assert state(played) == RunState.DONE


async def test_the_end_waits_until_a_failed_call_was_seen(kit: Kit) -> None:
    bad = call("read_file", path="no/such.md")
    played = await play(kit(SOURCE), reply(bad, END), reply(END))
    assert "Not ended" in played.results[1]
    assert len(played.model.requests) == 2


async def test_calls_after_the_end_do_not_run(kit: Kit) -> None:
    played = await play(kit(SOURCE), reply(END, TEA))
    assert not played.toolbox.edits
    assert state(played) == RunState.DONE


async def test_prose_is_nudged_once_and_then_stopped(kit: Kit) -> None:
    prose = reply(text="I saved it!", finish="stop")
    played = await play(kit(SOURCE), prose, reply(TEA), prose, reply(END))
    assert state(played) == RunState.DONE
    played = await play(kit(SOURCE), prose)
    assert state(played) == RunState.STOPPED
    assert len(played.model.requests) == 2
    assert str(played.last.attributes["summary"]).startswith(
        "Nothing saved. Stopped: the model answered in prose"
    )


@pytest.mark.parametrize("made", [(), (TEA,)])
async def test_three_unfinished_replies_in_a_row_are_enough(kit: Kit, made: tuple[ToolCall, ...]) -> None:
    cut = reply(*made, text="I will now", finish="length")
    played = await play(kit(SOURCE), cut)
    assert state(played) == RunState.STOPPED
    assert len(played.model.requests) == 3
    assert played.last.attributes["summary"] == (
        "Nothing saved. Stopped: 3 replies in a row were cut off at its limit of 4000 tokens."
    )
    played = await play(kit(SOURCE), cut, cut, reply(call("search_facts", query="tea")), cut, cut, reply(END))
    assert state(played) == RunState.DONE


async def test_a_repeated_call_is_told_and_then_stopped(kit: Kit) -> None:
    played = await play(kit(), reply(call("search_facts", query="tea")))
    assert state(played) == RunState.STOPPED
    assert len(played.results) == 4
    assert "was made before" in played.results[3]
    assert "No fact" in played.results[2]


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (Limits(steps=3), "after 3 steps"),
        (Limits(calls=2), "after 2 tool calls"),
        (Limits(bytes=120), "bytes"),
        (Limits(tokens=250), "tokens"),
    ],
)
async def test_runs_are_bounded(kit: Kit, limits: Limits, told: str) -> None:
    replies = [reply(call("search_facts", query=f"word{n}")) for n in range(30)]
    played = await play(kit(), *replies, limits=limits)
    assert state(played) == RunState.STOPPED
    assert told in str(played.last.attributes["summary"])


async def test_edits_made_before_a_stop_stay_proposed(kit: Kit) -> None:
    played = await play(kit(SOURCE), reply(TEA), reply(text="done!", finish="stop"))
    assert state(played) == RunState.STOPPED
    assert str(played.last.attributes["summary"]).startswith("1 edit proposed. Stopped")


async def test_seconds_end_a_stream_that_does_not(kit: Kit) -> None:
    played = await play(kit(), "so", limits=Limits(seconds=0.05))
    assert state(played) == RunState.STOPPED
    assert played.model.closed == 1


async def test_a_model_that_cannot_be_reached(kit: Kit) -> None:
    events: list[Event] = []
    with pytest.raises(ModelUnreachable):
        await play(kit(SOURCE), reply(TEA), ModelUnreachable("Down.", "Start it."), events=events)
    assert events[-1].type is EventType.RUN_FINISHED
    assert events[-1].attributes["state"] == RunState.FAILED
    assert events[-1].attributes["error"] == {
        "code": "model_unreachable",
        "message": "Down.",
        "next": "Start it.",
    }
    assert events[-1].attributes["requests"] == 1
    assert events[-1].attributes["summary"] == "Nothing saved. Down."


async def test_a_defect_is_told_and_raised(kit: Kit) -> None:
    events: list[Event] = []
    with pytest.raises(ZeroDivisionError):
        await play(kit(), ZeroDivisionError(), events=events)
    assert events[-1].attributes["state"] == RunState.FAILED


async def test_a_time_out_of_the_models_own_is_not_ours(kit: Kit) -> None:
    events: list[Event] = []
    with pytest.raises(TimeoutError):
        await play(kit(), TimeoutError(), events=events)
    assert events[-1].attributes["state"] == RunState.FAILED


async def test_cancelling_ends_the_run_at_once(kit: Kit) -> None:
    events: list[Event] = []
    model = Scripted(["I am thinking"])
    task = asyncio.create_task(play(kit(), model=model, events=events))
    async with asyncio.timeout(5):
        await model.waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert events[-1].type is EventType.RUN_FINISHED
    assert events[-1].attributes["state"] == RunState.CANCELLED


async def test_walking_away_closes_the_stream(kit: Kit) -> None:
    model = Scripted(["I am thinking"])
    events = run(model, load_flow("add", Path("/nowhere")), OPENING, kit(), Limits(), "RUN", clock)
    async for event in events:
        if event.type is EventType.TEXT_DELTA:
            break
    await events.aclose()
    assert model.closed == 1


async def test_retrieval_ends_with_a_cited_answer(kit: Kit) -> None:
    toolbox = kit()
    fact = next(fact for fact in toolbox.view.facts("personal/about.md") if "New York" in fact.text)
    played = await play(
        toolbox,
        reply(call("search_facts", query="where live")),
        reply(call("answer", sentences=[{"text": "Lives in New York.", "facts": [fact.id]}])),
        flow="retrieve",
    )
    assert isinstance(played.toolbox.outcome, Answered)
    assert played.toolbox.outcome.sentences[0].facts == (fact.ref,)
    assert played.last.attributes["summary"] == "Answered in 1 sentence."


async def test_no_usage_still_counts_requests(kit: Kit) -> None:
    played = await play(kit(), Response("", (END,), "stop", Usage(), ""))
    assert played.last.attributes["requests"] == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
CALLS = st.builds(
    ToolCall,
    st.just(""),
    st.sampled_from(["add_facts", "search_facts", "read_file", "update_facts", "finish", "answer", "", "x"]),
    st.text(max_size=20) | JSON.map(json.dumps) | st.just(TEA.arguments) | st.just('{"query": "tea"}'),
)
REPLIES = st.builds(
    lambda calls, text, finish: reply(*calls, text=text, finish=finish),
    st.lists(CALLS, max_size=3),
    st.text(max_size=10),
    st.sampled_from(["tool_calls", "stop", "length", None]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(REPLIES, min_size=1, max_size=6))
def test_whatever_a_model_says_the_run_ends_in_a_plain_state(kit: Kit, replies: list[Response]) -> None:
    played = asyncio.run(play(kit(SOURCE), *replies, limits=Limits(steps=8)))
    assert played.last.type is EventType.RUN_FINISHED
    assert state(played) in (RunState.DONE, RunState.STOPPED)
    assert len(played.of(EventType.TOOL_CALLED)) >= len(played.of(EventType.TOOL_RETURNED))
    finished = any(answer.finish_reason in ("tool_calls", "stop") for answer in replies)
    assert finished or not played.toolbox.edits
    for edit in played.toolbox.edits:
        assert edit.text == "Likes tea"

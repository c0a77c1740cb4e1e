"""A trace tells every request that left, word for word, and what each cost: just what crossed the wire."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from nanomem_tui import MemoryBank
from nanomem_tui.agent.events import Event, EventType, read_usage
from nanomem_tui.cli.views.runs import event_line, full_lines, passing_words
from nanomem_tui.settings import Settings, ToolMode
from tests.loopback import ScriptedServer
from tests.replies import Reply, reply_calls, reply_error, reply_text, to_json, turn

FACT = {"quote": "I live in Portland now", "text": "Lives in Portland", "topic": "home"}
LOOK = ("read_file", {"path": "personal/about.md"})
Told = list[tuple[str, str, list[Any]]]


def weak(body: dict[str, Any]) -> Reply:
    """Fumbles tool calls and answers small questions."""
    if "response_format" not in body:
        return reply_text("I have saved it!")
    schema = body["response_format"]["json_schema"]["schema"]
    replies = {"facts": {"facts": [{**FACT, "path": "personal/about.md"}]}, "older": {"older": "still true"}}
    return reply_text(to_json(replies[next(iter(schema["properties"]))]))


def without_tools(body: dict[str, Any]) -> Reply:
    """The same behind a server that refuses tools."""
    return weak(body) if "response_format" in body else reply_error(400, "this model does not support tools")


def able(body: dict[str, Any]) -> Reply:
    """Makes its calls as it should."""
    return reply_calls([LOOK, ("finish", {"summary": "Known."})][turn(body)], text="Let me see.")


def on_the_wire(body: Mapping[str, Any]) -> Told:
    """Role, text and calls of every message of a request as it arrived."""
    return [
        (
            message["role"],
            message.get("content") or "",
            [json.loads(call["function"]["arguments"]) for call in message.get("tool_calls") or ()],
        )
        for message in body["messages"]
    ]


def in_the_trace(events: list[Event]) -> list[Told]:
    """The same of every request that a trace tells of."""
    requests: list[Told] = []
    for event in events:
        if event.type is not EventType.REQUEST_SENT:
            continue
        has: Any = event.attributes
        told = [
            (
                message["role"],
                message["text"],
                [call["gen_ai.tool.call.arguments"] for call in message.get("calls", ())],
            )
            for message in has["messages"]
        ]
        requests.append([*requests[-1], *told] if has["goes_on"] else told)
    return requests


async def ran(
    root: Path, server: ScriptedServer, mode: ToolMode = ToolMode.AUTO
) -> tuple[list[Event], list[Mapping[str, Any]]]:
    """The events of an update, and the bodies that arrived."""
    settings = Settings(root=root, provider="custom", base_url=server.base_url, model="m", tool_mode=mode)
    bank = MemoryBank(settings=settings)
    result = await bank.update("I live in Portland now.")
    await bank.close()
    return bank.trace(result.trace), [request.json for request in server.requests]


@pytest.mark.parametrize(
    ("says", "mode", "requests"),
    [
        (weak, ToolMode.JSON, 3),
        (weak, ToolMode.AUTO, 4),
        (without_tools, ToolMode.AUTO, 4),
        (able, ToolMode.NATIVE, 2),
        (able, ToolMode.AUTO, 2),
    ],
)
async def test_every_request_is_told_word_for_word(
    root: Path, says: Any, mode: ToolMode, requests: int
) -> None:
    with ScriptedServer(says) as server:
        events, bodies = await ran(root, server, mode)
    assert len(bodies) == requests
    assert in_the_trace(events) == [on_the_wire(body) for body in bodies]
    sent = [event.attributes for event in events if event.type is EventType.REQUEST_SENT]
    assert [has["number"] for has in sent] == list(range(1, requests + 1))
    for has, body in zip(sent, bodies, strict=True):
        held = (body.get("response_format") or {}).get("json_schema", {}).get("schema")
        assert has.get("reply_schema") == held
        assert has["tools"] == [tool["function"]["name"] for tool in body.get("tools", ())]


async def test_what_a_run_cost_is_what_its_responses_cost(root: Path) -> None:
    with ScriptedServer(weak) as server:
        events, bodies = await ran(root, server)
    heard = [read_usage(e.attributes) for e in events if e.type is EventType.RESPONSE_RECEIVED]
    total = read_usage(events[-1].attributes)
    assert len(heard) == total.requests == len(bodies) == 4
    assert total.input_tokens == sum(usage.input_tokens for usage in heard) == 4 * 120
    assert total.output_tokens == 4 * 30


async def test_the_owner_reads_what_was_asked_and_what_was_said(root: Path) -> None:
    with ScriptedServer(weak) as server:
        events, _ = await ran(root, server, ToolMode.JSON)
    lines = ["".join(str(p if isinstance(p, str) else p[1]) for p in event_line(e) or ()) for e in events]
    asked = [line for line in lines if line.startswith("> request")]
    assert asked[0].startswith("> request 1 · which facts the source states · ")
    assert asked[1].startswith("> request 2 · what a newer fact makes of an older one · ")
    assert '< reply · 120 (100 cached) → 30 tokens  {"older": "still true"}' in lines
    question = next(e for e in events if e.attributes.get("number") == 2)
    assert passing_words(question) == "what a newer fact makes of an older one …"
    whole = "\n".join(
        "".join(p if isinstance(p, str) else p[1] for p in line) for e in events for line in full_lines(e)
    )
    assert "Older: Lives in New York\n      Newer: Lives in Portland" in whole
    assert "still true" in whole

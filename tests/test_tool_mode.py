"""Through the bank: a model that fumbles tool calls is asked in JSON, and that is remembered."""

import json
from pathlib import Path
from typing import Any

import pytest

from nanomem_tui import MemoryBank
from nanomem_tui.agent.events import Event, EventType
from nanomem_tui.settings import Settings, ToolMode, habits_file, load
from tests.loopback import ScriptedServer
from tests.replies import Reply, chunk, reply_calls, reply_text, sse, stream_reply, to_json, turn

TEXT = "I like tea."
FACT = {"quote": "I like tea", "text": "Likes tea", "topic": "tea", "path": "food/drinks.md"}
ADD = {"path": "food/drinks.md", "facts": [{"text": "Likes tea", "quote": "I like tea"}]}
IN_JSON: list[dict[str, Any]] = [
    {"name": "add_facts", "arguments": ADD},
    {"name": "finish", "arguments": {"summary": "One."}},
]


def weak(body: dict[str, Any]) -> Reply:
    """A model that talks where it should call, and obeys a schema."""
    if "response_format" not in body:
        return reply_text("I have saved that you like tea!")
    return reply_text(to_json({"facts": [FACT]}))


def able(body: dict[str, Any]) -> Reply:
    """A model that makes its calls as it should."""
    step = IN_JSON[turn(body)]
    return reply_calls((step["name"], step["arguments"]))


async def add(root: Path, server: ScriptedServer, mode: ToolMode = ToolMode.AUTO) -> tuple[int, list[bool]]:
    """How many edits are proposed, and for each request whether it offered tools to the server."""
    before = len(server.requests)
    bank = MemoryBank(
        settings=Settings(root=root, provider="custom", base_url=server.base_url, model="m", tool_mode=mode)
    )
    result = await bank.add(TEXT)
    await bank.close()
    asked = ["tools" in request.json for request in server.requests[before:] if request.body]
    return len(result.change.edits) if result.change else 0, asked


async def test_a_weak_model_is_asked_in_json_at_once_the_next_time(root: Path) -> None:
    with ScriptedServer(weak) as server:
        assert await add(root, server) == (1, [True, False])
        assert await add(root / "other", server) == (1, [False])
    assert set(json.loads(habits_file().read_text(encoding="utf-8")).values()) == {"json"}


async def test_an_able_model_is_never_asked_in_json(root: Path) -> None:
    with ScriptedServer(able) as server:
        assert await add(root, server) == (1, [True, True])
    assert not habits_file().exists()


async def test_a_model_that_talks_in_json_too_is_not_remembered(root: Path) -> None:
    with ScriptedServer(lambda body: reply_text("Saved!")) as server:
        edits, _ = await add(root, server)
    assert edits == 0
    assert not habits_file().exists()


@pytest.mark.parametrize("mode", [ToolMode.NATIVE, ToolMode.JSON])
async def test_a_mode_that_was_set_is_kept(root: Path, mode: ToolMode) -> None:
    with ScriptedServer(weak) as server:
        edits, asked = await add(root, server, mode)
    assert set(asked) == {mode is ToolMode.NATIVE}
    assert edits == (mode is ToolMode.JSON)
    assert not habits_file().exists()


def test_the_mode_is_a_setting_of_its_provider() -> None:
    assert load(environ={}).tool_mode is ToolMode.AUTO
    environ = {"NANOMEM_PROVIDER": "ollama", "NANOMEM_TOOL_MODE": "json"}
    assert load(environ=environ).tool_mode is ToolMode.JSON
    assert load({"provider": "openai"}, environ).tool_mode is ToolMode.AUTO


async def test_what_a_person_should_know_of_a_reply_is_in_the_trace(root: Path) -> None:
    usage = {**chunk({}, finish="stop"), "usage": {"prompt_tokens": 7, "completion_tokens": 3}}
    short = stream_reply(sse(chunk({"content": "Hm."})), sse(usage))
    with ScriptedServer(lambda body: short) as server:
        settings = Settings(
            root=root, provider="custom", base_url=server.base_url, model="m", tool_mode=ToolMode.NATIVE
        )
        bank = MemoryBank(settings=settings)
        seen: list[Event] = []
        await bank.add(TEXT, watch=seen.append)
        await bank.close()
    notes = [event.attributes.get("note") for event in seen if event.type is EventType.RESPONSE_RECEIVED]
    assert all(isinstance(note, str) and note.startswith("The server read 7 tokens") for note in notes)
    from nanomem_tui.cli.views.runs import event_line

    lines = [event_line(event) or [] for event in seen if event.type is EventType.RESPONSE_RECEIVED]
    assert any("read 7 tokens" in str(piece) for line in lines for piece in line)


def test_tokens_that_a_server_had_cached_are_shown() -> None:
    from datetime import UTC, datetime

    from nanomem_tui.agent.events import usage_attributes
    from nanomem_tui.agent.models.base import Usage
    from nanomem_tui.cli.views.runs import event_line

    cost = usage_attributes(Usage(1, 2_100, 180, 1_900, 0.5))
    line = event_line(Event(EventType.RESPONSE_RECEIVED, datetime(2026, 3, 1, tzinfo=UTC), "RUN", cost))
    assert line is not None
    assert "2100 (1900 cached) → 180 tokens" in str(line[0])

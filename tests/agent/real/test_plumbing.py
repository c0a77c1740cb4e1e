"""Against llama.cpp's own server, with random weights or a very small model: the wire, not the wits.

What the model says is nonsense, but its server is real: what it streams, counts, caches, refuses and forgets.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nanomem_tui import MemoryBank
from nanomem_tui.agent.context import MapEntry, first_message
from nanomem_tui.agent.flows import flow_names, load_flow
from nanomem_tui.agent.models.base import Message, Request, Response, Role, TextDelta, ToolCall
from nanomem_tui.agent.models.json_mode import JsonModeModel
from nanomem_tui.agent.models.openai import OpenAIModel
from nanomem_tui.agent.models.patience import Patience
from nanomem_tui.agent.models.probing import probe
from nanomem_tui.agent.tools import spec
from nanomem_tui.memory.errors import ModelUnreachable
from nanomem_tui.settings import Settings, ToolMode
from tests.agent.play import NOW

pytestmark = pytest.mark.model
PATIENCE = Patience(connect=5, read=60, total=120)
MAP = [MapEntry("personal/about.md", 3), MapEntry("health/", 9, files=2)]
FOUND = "\n".join(
    (
        "<memory>",
        "personal/about.md [k3f9q] Likes coffee · 2026-01-01 · long_term · user_statement · high",
        "</memory>",
    )
)


@pytest.fixture
async def model(tiny_server: str) -> AsyncIterator[OpenAIModel]:
    model = OpenAIModel(tiny_server, None, timeout=PATIENCE)
    yield model
    await model.close()


def asking(text: str, most: int = 60) -> Request:
    return Request((Message(Role.SYSTEM, "You answer."), Message(Role.USER, text)), (), most)


async def ask(model: OpenAIModel | JsonModeModel, request: Request) -> tuple[list[str], Response]:
    pieces = [piece async for piece in model.stream(request)]
    assert isinstance(pieces[-1], Response)
    return [piece.text for piece in pieces if isinstance(piece, TextDelta)], pieces[-1]


async def test_it_streams_and_counts(model: OpenAIModel, tiny_file: Path) -> None:
    texts, response = await ask(model, asking("Count slowly from one to two hundred, in words."))
    assert len(texts) > 1
    assert "".join(texts) == response.text
    assert response.model == model.name == tiny_file.stem
    assert 1 < response.usage.output_tokens <= 60
    assert response.finish_reason == ("length" if response.usage.output_tokens == 60 else "stop")
    assert response.usage.input_tokens > 20
    assert response.note == ""


async def test_the_next_step_of_a_run_reads_only_what_is_new(model: OpenAIModel) -> None:
    first = asking("What do I like? " * 40)
    _, one = await ask(model, first)
    second = Request(
        (*first.messages, Message(Role.ASSISTANT, one.text), Message(Role.USER, "More.")), (), 20
    )
    _, two = await ask(model, second)
    assert two.usage.cached_tokens >= 0.9 * one.usage.input_tokens


async def test_cancelling_frees_the_server_within_a_second(model: OpenAIModel) -> None:
    begun = asyncio.Event()

    async def endless() -> None:
        async for _ in model.stream(asking("Go on forever.", 12_000)):
            begun.set()

    task = asyncio.create_task(endless())
    await asyncio.wait_for(begun.wait(), 30)
    task.cancel()
    started = time.monotonic()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - started < 1
    _, response = await ask(model, asking("Hello again?", 5))  # the only slot is free again
    assert 1 <= response.usage.output_tokens <= 5
    assert time.monotonic() - started < 3


async def test_more_than_it_can_read_is_a_sentence(model: OpenAIModel) -> None:
    with pytest.raises(ModelUnreachable, match="larger than the model"):
        await ask(model, asking("word " * 20_000))


async def test_login_can_tell_what_it_can_do(model: OpenAIModel) -> None:
    findings = {finding.name: finding.works async for finding in probe(model)}
    assert findings == {"connection": True, "streaming": True, "tool calls": False, "JSON": True}


def stages(flow: str) -> list[tuple[Message, ...]]:
    """The messages of a run at its beginning and after memory was looked at."""
    loaded = load_flow(flow, Path("/nowhere"))
    start = (
        Message(Role.SYSTEM, loaded.prompt),
        Message(Role.USER, first_message(MAP, NOW.date(), [("query", "I like tea.")])),
    )
    call = ToolCall("c1", "search_facts", json.dumps({"query": "tea"}))
    seen = (Message(Role.ASSISTANT, "", (call,)), Message(Role.TOOL, FOUND, call_id="c1"))
    return [start, (*start, *seen)]


@pytest.mark.parametrize("flow", flow_names())
async def test_its_grammar_takes_every_schema_of_ours_and_holds_the_reply_to_it(
    model: OpenAIModel, flow: str
) -> None:
    offered = load_flow(flow, Path("/nowhere")).offered
    for messages in stages(flow):
        request = Request(messages, tuple(spec(name) for name in offered), 3_000)
        _, response = await ask(JsonModeModel(model), request)
        if response.finish_reason == "garbled":  # what this server says of a reply cut at its limit
            continue
        assert response.calls
        for call in response.calls:
            assert call.name in offered
            json.loads(call.arguments)


@pytest.mark.parametrize("flow", ["add", "update", "forget", "compact", "retrieve", "augment"])
async def test_a_flow_with_nonsense_ends_in_a_plain_state_and_saves_nothing_true_unseen(
    tiny_server: str, root: Path, flow: str
) -> None:
    settings = Settings(root=root, provider="custom", base_url=tiny_server, tool_mode=ToolMode.JSON)
    bank = MemoryBank(settings=settings)
    about = "personal/about.md" if flow == "compact" else "I like tea now."
    result = await getattr(bank, flow)(about)
    for change in bank.pending():
        for edit in change.edits:
            assert edit.flags or edit.op.value not in ("add", "update") or "tea" in (edit.quote or "")
    [trace] = bank.traces()
    assert trace.state in ("done", "stopped")
    # In an empty file no two facts can be the same, so that tidying has nothing to ask.
    assert result.usage.requests >= (flow != "compact")
    await bank.close()

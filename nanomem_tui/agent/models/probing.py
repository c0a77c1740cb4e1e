"""What a model server can do, found out by asking it: a connection, a streamed answer, a tool call.

No word of memory is in what is asked. Knows no settings and no screen.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from urllib.parse import urlsplit

from nanomem_tui.agent.models.base import Message, Request, Response, Role, TextDelta, ToolSpec
from nanomem_tui.agent.models.endpoints import PRESETS, Preset, trust_of
from nanomem_tui.agent.models.json_mode import JsonModeModel, is_malformed
from nanomem_tui.agent.models.openai import OpenAIModel
from nanomem_tui.agent.models.patience import Patience
from nanomem_tui.memory.errors import ModelUnreachable
from nanomem_tui.memory.levels import Trust

KNOCK_SECONDS = 0.5
"""How long a server on this machine may take to accept a connection."""
_TOOL = ToolSpec(
    "look_up",
    "Look up a word.",
    {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]},
)
_MOST_TOKENS = 400
"""Of an answer; models that think aloud need some."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried."""

    name: str
    """connection, streaming, tool calls or JSON."""
    works: bool
    told: str
    """What was seen, or what is wrong, in a few words or a sentence."""
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Running:
    """A model server that runs on this machine."""

    preset: Preset
    models: tuple[str, ...]


async def running_servers(presets: Iterable[Preset] = tuple(PRESETS.values())) -> list[Running]:
    """The servers among `presets` that answer on this machine, asked all at once."""
    local = [item for item in presets if item.base_url and trust_of(item.base_url) is Trust.LOCAL]
    found = await asyncio.gather(*(_running(preset, preset.base_url or "") for preset in local))
    return [server for server in found if server is not None]


async def _running(preset: Preset, base_url: str) -> Running | None:
    parts = urlsplit(base_url)
    try:
        async with asyncio.timeout(KNOCK_SECONDS):
            _, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.close()
    except (OSError, TimeoutError):
        return None
    model = OpenAIModel(base_url, None, timeout=Patience(connect=2, read=5, total=10))
    try:
        return Running(preset, tuple(await model.models()))
    except ModelUnreachable:
        return None
    finally:
        await model.close()


async def probe(model: OpenAIModel) -> AsyncIterator[Finding]:
    """Try one thing after the other; stops after the connection when there is none.

    Args:
        model: the model; it should not be bound to answer fast, since a first answer may load it.
    """
    try:
        said, pieces = await _ask(model, Request((Message(Role.USER, "Say hello."),), (), _MOST_TOKENS))
    except ModelUnreachable as error:
        yield Finding("connection", False, error.message, error.next_step)
        return
    yield Finding("connection", True, f"{model.endpoint} answers as {said.model or model.name}")
    if pieces > 1:
        yield Finding("streaming", True, f"its answer came in {pieces} pieces")
    elif pieces or said.finish_reason:
        yield Finding("streaming", True, "its answer came, in one piece")
    else:
        yield Finding("streaming", False, "It ended its answer early.", "Try again, or choose another model.")
    request = Request((Message(Role.USER, "Look up the word: tea"),), (_TOOL,), _MOST_TOKENS)
    native = await _calls(model, request, "tool calls", "it calls tools as it should")
    yield native
    if not native.works:
        yield await _calls(
            JsonModeModel(model), request, "JSON", "it makes its calls in JSON, which is used from now on"
        )


async def _calls(model: OpenAIModel | JsonModeModel, request: Request, name: str, good: str) -> Finding:
    try:
        said, _ = await _ask(model, request)
    except ModelUnreachable as error:
        return Finding(name, False, error.message, error.next_step)
    if said.finish_reason is None or is_malformed(said, request) or not said.calls:
        return Finding(name, False, "It answers in words where it should call a tool.")
    return Finding(name, True, good)


async def _ask(model: OpenAIModel | JsonModeModel, request: Request) -> tuple[Response, int]:
    """The response, and in how many pieces its text came."""
    pieces = 0
    async with aclosing(model.stream(request)) as stream:
        async for piece in stream:
            if isinstance(piece, TextDelta):
                pieces += 1
            elif isinstance(piece, Response):
                return piece, pieces
    raise ModelUnreachable("The model ended its reply without saying so.", "Try again.")

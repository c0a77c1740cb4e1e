"""A model that is stopped stops within a second, and its server is left at once."""

import asyncio
import time

import pytest

from nanomem_tui.agent.models.base import Message, Request, Role
from nanomem_tui.agent.models.json_mode import AdaptiveModel
from nanomem_tui.agent.models.openai import OpenAIModel
from nanomem_tui.agent.models.patience import Patience
from nanomem_tui.memory.errors import ModelUnreachable
from tests.loopback import ScriptedServer
from tests.replies import DONE, Hang, Repeat, Wire, chunk, raw_reply, reply_error, sse, stream_reply

REQUEST = Request((Message(Role.USER, "Tea?"),), (), 400)

CANCELLED = {
    "before the head": raw_reply(Hang()),
    "before the first word": stream_reply(Hang()),
    "in a flood of words": stream_reply(Repeat(sse(chunk({"content": "la "})))),
    "in a trickle": stream_reply(Repeat(sse(chunk({"content": "la "})), 0.05)),
    "after the end": stream_reply(sse(chunk({}, finish="stop")), DONE, Hang()),
    "while waiting to ask again": reply_error(503, "Loading", retry_after="15"),
}


@pytest.mark.parametrize("reply", CANCELLED.values(), ids=CANCELLED.keys())
async def test_a_cancelled_answer_stops_within_a_second(reply: Wire) -> None:
    with ScriptedServer([reply]) as server:
        model = OpenAIModel(server.base_url, "m", timeout=Patience(read=30, total=30, grace=30))
        await model.models()  # imports and connects

        async def consume() -> None:
            async for _ in model.stream(REQUEST):
                await asyncio.sleep(0)

        task = asyncio.create_task(consume())
        assert await asyncio.to_thread(server.wait_for_requests, 2)
        began = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - began < 1
        if reply.status == 200:
            gone = await asyncio.to_thread(server.wait_for_departure)
            assert gone is not None
            assert gone - began < 1, "the server is left at once, so that it stops computing"
        await model.close()


async def test_a_stream_left_in_the_middle_is_closed() -> None:
    with ScriptedServer([stream_reply(Repeat(sse(chunk({"content": "la "})), 0.01))]) as server:
        model = OpenAIModel(server.base_url, "m", timeout=Patience(read=30))
        stream = model.stream(REQUEST)
        await anext(stream)
        await stream.aclose()
        assert await asyncio.to_thread(server.wait_for_departure) is not None
        await model.close()


async def test_a_wrapped_model_that_is_left_in_the_middle_is_closed_too() -> None:
    with ScriptedServer([stream_reply(Repeat(sse(chunk({"content": "la "})), 0.01))]) as server:
        model = AdaptiveModel(OpenAIModel(server.base_url, "m", timeout=Patience(read=30)))
        stream = model.stream(REQUEST)
        await anext(stream)
        await stream.aclose()
        assert await asyncio.to_thread(server.wait_for_departure) is not None
        await model.close()


async def test_an_answer_without_end_is_left_after_so_many_bytes() -> None:
    flood = stream_reply(Repeat(sse(chunk({"content": "la " * 100_000}))))
    with ScriptedServer([flood]) as server:
        model = OpenAIModel(server.base_url, "m", timeout=Patience(read=30))
        with pytest.raises(ModelUnreachable, match="within 16 MB"):
            _ = [piece async for piece in model.stream(REQUEST)]
        assert await asyncio.to_thread(server.wait_for_departure) is not None
        await model.close()

"""The server as a process of its own: every tool over stdio, clients that give up or are killed."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.types import Implementation

from nanomem_tui import MemoryBank
from nanomem_tui.agent.events import EventType, RunState
from nanomem_tui.agent.trace import list_traces, read_trace
from tests.loopback import ScriptedServer
from tests.mcp.conftest import PRIVATE, contents
from tests.replies import Hang, chunk, reply_calls, sse, stream_reply

PATIENCE = 20.0
"""Seconds in which something must come true."""


def server(memory: Path, model: ScriptedServer | None = None) -> StdioServerParameters:
    """How a client starts the command, over the rules or over a model."""
    words = ["-m", "nanomem_tui", "--root", str(memory)]
    if model is not None:
        words += ["--base-url", model.base_url, "--model", "m"]
    return StdioServerParameters(command=sys.executable, args=[*words, "mcp"], env=dict(os.environ))


TESTER = Implementation(name="tester", version="1")


async def until(true: Callable[[], object]) -> None:
    """Wait until something is true."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not come true"
        await asyncio.sleep(0.02)


def starting_slowly() -> Any:
    """A reply that begins and never ends."""
    return stream_reply(sse(chunk({"content": "I am thinking"})), Hang())


async def test_every_tool_answers_over_stdio(memory: Path) -> None:
    async with Client(server(memory), client_info=TESTER) as client:

        async def call(tool: str, **arguments: Any) -> dict[str, Any]:
            result = await client.call_tool(tool, arguments)
            assert not result.is_error, result.content
            assert isinstance(result.structured_content, dict)
            return result.structured_content

        offered = {tool.name for tool in (await client.list_tools()).tools}
        told = {
            "memory_tree": await call("memory_tree"),
            "memory_search": await call("memory_search", query="Seattle", limit=3),
            "memory_read": await call("memory_read", path="personal/about.md"),
            "memory_retrieve": await call("memory_retrieve", query="Where do I live?"),
            "memory_preview": await call("memory_preview", query="Where do I live?"),
            "memory_add": await call("memory_add", text="I'm allergic to penicillin."),
            "memory_update": await call("memory_update", text="Actually, I live in Portland now."),
            "memory_forget": await call("memory_forget", query="the cello"),
        }
        told["memory_change_status"] = await call(
            "memory_change_status", change=told["memory_add"]["change"]["id"]
        )
        assert set(told) == offered
        assert "Seattle" in told["memory_retrieve"]["answer"]
        assert "Seattle" in told["memory_preview"]["prompt"]
        for write in ("memory_add", "memory_update", "memory_forget"):
            assert told[write]["change"]["waiting"] is True
        assert not [word for word in (*PRIVATE, "ocelot") if word in json.dumps(told).lower()]
        resource = await client.read_resource("memory://work/job.md")
        assert getattr(resource.contents[0], "text", "") == "- Works at Acme as a baker\n"

        bad: dict[str, dict[str, Any]] = {
            "memory_retrieve": {"query": " "},
            "memory_preview": {},
            "memory_search": {"query": "x", "limit": "many"},
            "memory_tree": {"root": "/"},
            "memory_read": {"path": "../../etc/passwd"},
            "memory_add": {"text": ["a"]},
            "memory_update": {"text": ""},
            "memory_forget": {"query": None},
            "memory_change_status": {"change": "nonsense"},
            "memory_approve": {"change": "x"},
        }
        for tool, wrong in bad.items():
            try:
                refused = await client.call_tool(tool, wrong)
            except Exception as error:  # noqa: BLE001 - the client raises what the protocol refuses
                assert "Traceback" not in str(error)
                continue
            assert refused.is_error or tool == "memory_tree"
            assert "Traceback" not in str(refused.content)
    bank = MemoryBank(memory)
    assert len(bank.pending()) == 3
    assert {trace.client for trace in bank.traces()} == {"tester"}
    await bank.close()


async def test_a_call_that_is_cancelled_stops_at_once_and_leaves_nothing(memory: Path) -> None:
    fact = {"text": "Plays the oboe", "quote": "I play the oboe"}
    first = reply_calls(("add_facts", {"path": "personal/about.md", "facts": [fact]}))
    before = contents(memory)
    with ScriptedServer(
        [first, starting_slowly(), first, reply_calls(("finish", {"summary": "Done."}))]
    ) as model:
        async with Client(server(memory, model), client_info=TESTER) as client:
            words = {"text": "I play the oboe."}
            calling = asyncio.create_task(client.call_tool("memory_add", words))
            await asyncio.to_thread(model.wait_for_requests, 2)
            await until(lambda: _says(memory, EventType.TEXT_DELTA))
            began = time.monotonic()
            calling.cancel()
            with pytest.raises(asyncio.CancelledError):
                await calling
            await until(lambda: list_traces(memory)[0].state is RunState.CANCELLED)
            assert time.monotonic() - began < 1
            assert await asyncio.to_thread(model.wait_for_departure) is not None
            bank = MemoryBank(memory)
            assert bank.history() == []
            again = await client.call_tool("memory_add", words)
            assert again.structured_content is not None
            assert again.structured_content["change"]["waiting"] is True
    assert len(bank.pending()) == 1
    assert contents(memory) == before
    await bank.close()


CLIENT = """
import asyncio, json, sys
from mcp import Client, StdioServerParameters
from mcp.types import Implementation

async def main():
    words = json.loads(sys.argv[1])
    server = StdioServerParameters(command=sys.executable, args=words, env=dict(json.loads(sys.argv[2])))
    async with Client(server, client_info=Implementation(name="doomed", version="1")) as client:
        await client.call_tool("memory_add", {"text": "I play the oboe."})

asyncio.run(main())
"""
"""A client in a process of its own, to be killed."""


async def test_a_client_that_is_killed_takes_its_server_along_and_leaves_nothing_half_done(
    memory: Path,
) -> None:
    before = contents(memory)
    with ScriptedServer([starting_slowly()]) as model:
        started = server(memory, model)
        client = await asyncio.create_subprocess_exec(
            sys.executable, "-c", CLIENT, json.dumps(started.args), json.dumps(started.env)
        )
        try:
            await until(lambda: _says(memory, EventType.TEXT_DELTA))
            process = _started(memory)["process"]
            assert isinstance(process, dict)
            pid = process["pid"]
            assert isinstance(pid, int)
            assert pid != client.pid
        finally:
            os.kill(client.pid, signal.SIGKILL)
            await client.wait()
        await until(lambda: not _is_alive(pid))
    (trace,) = list_traces(memory)
    assert (trace.state, trace.client) == (RunState.CANCELLED, "doomed")
    assert read_trace(memory, trace.id)[-1].type is EventType.RUN_FINISHED
    bank = MemoryBank(memory)
    assert bank.history() == []
    assert bank.notices == ()
    assert contents(memory) == before
    state = [file.name for file in (memory / ".nanomem").rglob("*") if file.name.endswith((".open", ".tmp"))]
    assert state == []
    await bank.close()


def _started(memory: Path) -> dict[str, Any]:
    return dict(read_trace(memory, list_traces(memory)[0].id)[0].attributes)


def _says(memory: Path, type: EventType) -> bool:
    traces = list_traces(memory)
    return bool(traces) and any(event.type is type for event in read_trace(memory, traces[0].id))


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"

"""The server over HTTP on this machine: a client with the token is served, everybody else is turned away."""

import asyncio
import os
import re
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from nanomem_tui import MemoryBank


@asynccontextmanager
async def serving(memory: Path) -> AsyncIterator[tuple[str, str]]:
    """A server in a process of its own: its address and its token."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "nanomem_tui", "--root", str(memory), "mcp", "--http", str(port),
        stderr=asyncio.subprocess.PIPE, env=dict(os.environ),
    )  # fmt: skip
    try:
        assert process.stderr is not None
        address = (await process.stderr.readline()).decode().strip()
        told = re.fullmatch(r"Authorization: (Bearer \S+)\n", (await process.stderr.readline()).decode())
        assert told is not None
        await listening(port)
        yield address, told[1]
    finally:
        process.terminate()
        await process.wait()


async def listening(port: int) -> None:
    """Wait until somebody answers on a port."""
    for _ in range(1_000):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return
    raise AssertionError("nobody listens")


async def test_only_who_has_the_token_is_served(memory: Path) -> None:
    async with serving(memory) as (address, token):
        assert address.startswith("http://127.0.0.1:")
        async with httpx2.AsyncClient(trust_env=False) as stranger:
            for headers in ({}, {"authorization": "Bearer guessed"}):
                answer = await stranger.post(address, json={"jsonrpc": "2.0", "id": 1}, headers=headers)
                assert answer.status_code == 401
        async with (
            httpx2.AsyncClient(headers={"authorization": token}, trust_env=False) as guest,
            Client(streamable_http_client(address, http_client=guest)) as client,
        ):
            told = await client.call_tool("memory_add", {"text": "I play the oboe."})
            assert told.structured_content is not None
            assert told.structured_content["change"]["waiting"] is True
            found = await client.call_tool("memory_search", {"query": "Seattle"})
            assert "Lives in Seattle" in str(found.structured_content)
    bank = MemoryBank(memory)
    assert len(bank.pending()) == 1
    assert len(bank.disclosures()) == 1
    await bank.close()

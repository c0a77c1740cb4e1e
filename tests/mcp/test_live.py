"""The person sees a guest at work: the app, on the memory that a server in another process serves."""

import asyncio
from pathlib import Path

import pytest
from mcp import Client

from tests.loopback import ScriptedServer
from tests.mcp.test_stdio import TESTER, server, starting_slowly
from tests.replies import reply_calls
from tests.tui.driving import opened, painted, until


async def test_a_call_appears_while_it_runs_and_its_proposal_waits_in_the_badge(memory: Path) -> None:
    fact = {"text": "Plays the oboe", "quote": "I play the oboe"}
    first = reply_calls(("add_facts", {"path": "personal/about.md", "facts": [fact]}))
    last = reply_calls(("finish", {"summary": "Done."}))
    with ScriptedServer([starting_slowly(), first, last]) as model:
        async with (
            opened(memory, screen="traces") as pilot,
            Client(server(memory, model), client_info=TESTER) as client,
        ):
            given_up = asyncio.create_task(client.call_tool("memory_add", {"text": "I play the oboe."}))
            await until(pilot, lambda: "for tester · running" in painted(pilot))
            await until(pilot, lambda: "I am thinking" in painted(pilot))
            given_up.cancel()
            with pytest.raises(asyncio.CancelledError):
                await given_up
            await until(pilot, lambda: "for tester · cancelled" in painted(pilot))
            await client.call_tool("memory_add", {"text": "I play the oboe."})
            await until(pilot, lambda: "1 to review" in painted(pilot))
            await until(pilot, lambda: "for tester · done" in painted(pilot))

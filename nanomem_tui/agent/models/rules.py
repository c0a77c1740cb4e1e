"""`rules`, the built-in planner: it speaks the tool calls of a model and is none.

Deterministic, on this machine, without keys or downloads. Each step follows from the messages alone, so a
trace shows its reasoning in full. What it understands is in `agent.rules`.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from time import perf_counter
from typing import TYPE_CHECKING

from nanomem_tui.agent.models.base import Request, Response, TextDelta, ToolCall, Usage
from nanomem_tui.memory.levels import Trust

if TYPE_CHECKING:
    from nanomem_tui.agent.rules.conversation import Step


class RulesModel:
    """The model that is no model: rules for plain sentences."""

    provider = "rules"
    name = "rules"
    trust = Trust.LOCAL
    endpoint = ""

    async def stream(self, request: Request) -> AsyncIterator[TextDelta | Response]:
        """The next step of the run: one line on what it does, then its calls."""
        began = perf_counter()
        step = await asyncio.to_thread(_step, request)  # a long conversation takes a while to read
        yield TextDelta(step.says)
        turn = sum(len(message.calls) for message in request.messages)
        calls = tuple(
            ToolCall(f"rules-{turn + number}", name, json.dumps(arguments))
            for number, (name, arguments) in enumerate(step.calls, 1)
        )
        usage = Usage(requests=1, seconds=perf_counter() - began)
        yield Response(step.says, calls, "tool_calls" if calls else "stop", usage, self.name)

    async def close(self) -> None:
        """Nothing is open."""


def _step(request: Request) -> "Step":
    from nanomem_tui.agent.rules.planner import plan

    return plan(request.messages, frozenset(tool.name for tool in request.tools))

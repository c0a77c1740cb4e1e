"""`rules`, the built-in planner: it speaks the tool calls of a model and is none.

Deterministic, on this machine, without keys or downloads. Each step follows from the messages alone, so a
trace shows its reasoning in full. What it understands is in `agent.rules`.
"""

import json
from collections.abc import AsyncIterator
from time import perf_counter

from nanomem_tui.agent.models.base import Request, Response, TextDelta, ToolCall, Usage
from nanomem_tui.memory.levels import Trust


class RulesModel:
    """The model that is no model: rules for plain sentences."""

    provider = "rules"
    name = "rules"
    trust = Trust.LOCAL
    endpoint = ""

    async def stream(self, request: Request) -> AsyncIterator[TextDelta | Response]:
        """The next step of the run: one line on what it does, then its calls."""
        from nanomem_tui.agent.rules.planner import plan

        began = perf_counter()
        step = plan(request.messages, frozenset(tool.name for tool in request.tools))
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

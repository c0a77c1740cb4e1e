"""Requests as the OpenAI chat protocol writes them, and what one server understands of its extras.

Pure: values in, JSON-ready values out. The names that only this protocol has are here and nowhere else.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nanomem_tui.agent.models.base import Message, Request, Role, ToolCall, ToolSpec
from nanomem_tui.agent.models.endpoints import endpoint_of
from nanomem_tui.agent.models.refusals import Refusal
from nanomem_tui.agent.models.stream import is_object, whole_text

NOTHING_SAID = "…"
"""Stands for an empty message, which several servers refuse."""

_ALIASES: Mapping[str, tuple[str, ...]] = {"stream_options": ("include_usage",)}


def _extras() -> dict[str, Any]:
    return {"stream_options": {"include_usage": True}, "temperature": 0}


@dataclass(slots=True)
class Dialect:
    """The extras a server understands. What it refuses is left out from then on."""

    limit: str = "max_tokens"
    """How it calls the bound on an answer's length."""
    optional: dict[str, Any] = field(default_factory=_extras)
    schemas: bool = True
    """It holds replies to a schema, as far as it has not said otherwise."""

    @classmethod
    def of(cls, base_url: str) -> "Dialect":
        """What is known beforehand of the server at `base_url`."""
        if endpoint_of(base_url) != "api.openai.com":
            return cls()
        extras = _extras()
        del extras["temperature"]  # its reasoning models refuse both this and `max_tokens`
        return cls("max_completion_tokens", extras)

    def adapt(self, refusal: Refusal) -> bool:
        """Leave out, or call by its other name, what a refusal is about. False when it is none of these."""
        if refusal.status not in (400, 415, 422, 500, 501):
            return False
        if self.limit == "max_tokens" and refusal.mentions("max_completion_tokens"):
            self.limit = "max_completion_tokens"
            return True
        if self.schemas and refusal.mentions("response_format", "json_schema", "grammar"):
            self.schemas = False
            return True
        for name in self.optional:
            if refusal.mentions(name, *_ALIASES.get(name, ())):
                del self.optional[name]
                return True
        return False

    def body(self, request: Request, model: str) -> dict[str, Any]:
        """The body of `request` to `model`."""
        return {
            "model": model,
            "messages": _messages(request.messages),
            **({"tools": [_tool(tool) for tool in request.tools]} if request.tools else {}),
            "stream": True,
            self.limit: request.max_output_tokens,
            **self.optional,
            **({"response_format": _format(request.reply_schema)} if self._holds(request) else {}),
        }

    def _holds(self, request: Request) -> bool:
        return self.schemas and request.reply_schema is not None


def _messages(messages: Sequence[Message]) -> list[dict[str, Any]]:
    return [_message(message) for message in messages]


def _message(message: Message) -> dict[str, Any]:
    text = whole_text(message.text)
    if message.role is Role.TOOL:
        return {"role": "tool", "tool_call_id": message.call_id or "", "content": text or NOTHING_SAID}
    if not message.calls:
        return {"role": message.role.value, "content": text or NOTHING_SAID}
    return {
        "role": message.role.value,
        "content": text or None,
        "tool_calls": [_call(c) for c in message.calls],
    }


def _call(call: ToolCall) -> dict[str, Any]:
    """A call as it goes back to the server that made it.

    Servers read the name and the arguments again and fail on what they would not have accepted, so that a
    broken call would end the run instead of being told to the model: broken arguments go back as none.
    """
    arguments = whole_text(call.arguments)
    return {
        "id": call.id,
        "type": "function",
        "function": {
            "name": re.sub(r"[^A-Za-z0-9_-]", "_", call.name)[:64] or "unknown",
            "arguments": arguments if is_object(arguments) else "{}",
        },
    }


def _format(schema: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "reply", "strict": True, "schema": schema}}


def _tool(tool: ToolSpec) -> dict[str, Any]:
    return {
        "type": "function",
        "function": {"name": tool.name, "description": tool.description, "parameters": dict(tool.schema)},
    }

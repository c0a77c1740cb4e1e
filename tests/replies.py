"""Replies of a model server as small values: what a well-behaved one says, and what a broken one does.

Nothing here opens a socket or knows our package; `tests.loopback` sends what these values describe.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

MODEL = "scripted-1"
"""The model name the replies report."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Send nothing for `seconds`, or until the client goes away."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hang:
    """Send nothing more and keep the connection open until the client goes away."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Close the connection here, without the end that was announced."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Reset the connection here (a RST instead of a FIN)."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Send `piece` again and again, with `pause` seconds between, until the client goes away."""

    piece: bytes
    pause: float = 0.0


Step: TypeAlias = bytes | Wait | Hang | Cut | Reset | Repeat


class Reply(Protocol):
    """Anything that can answer a request."""

    def render(self, request: Mapping[str, Any]) -> "Wire":
        """The bytes and pauses to send."""
        ...


@dataclass(frozen=True, slots=True)
class Wire:
    """An answer as bytes and pauses; `chunked` frames each piece, otherwise closing ends it."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    steps: tuple[Step, ...] = ()
    chunked: bool = True
    head: bool = True
    """False sends the steps alone: no status line, no headers."""

    def render(self, request: Mapping[str, Any]) -> "Wire":
        """Itself, whatever was asked."""
        return self


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a well-behaved model says: text, then calls. Streamed in pieces when asked to stream."""

    text: str = ""
    calls: tuple[tuple[str, str], ...] = ()
    """Names and raw argument texts."""
    finish: str | None = None
    """None: `tool_calls` when there are calls, else `stop`."""
    piece: int = 7
    """Characters a streamed piece holds."""
    pause: float = 0.0
    """Seconds between streamed pieces."""
    usage: tuple[int, int, int] = (120, 30, 100)
    """Prompt, completion and cached tokens."""
    model: str = MODEL

    def render(self, request: Mapping[str, Any]) -> Wire:
        """As server-sent events, or as one JSON document when the request does not stream."""
        if not request.get("stream"):
            return json_reply(200, self._document())
        wants_usage = bool((request.get("stream_options") or {}).get("include_usage"))
        events = [sse(chunk) for chunk in self._chunks(wants_usage)]
        steps: list[Step] = []
        for event in [*events, b"data: [DONE]\n\n"]:
            steps.append(event)
            if self.pause:
                steps.append(Wait(self.pause))
        return stream_reply(*steps)

    @property
    def _finish(self) -> str:
        return self.finish or ("tool_calls" if self.calls else "stop")

    @property
    def _usage(self) -> dict[str, Any]:
        prompt, completion, cached = self.usage
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "prompt_tokens_details": {"cached_tokens": cached},
        }

    def _document(self) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": self.text or None}
        if self.calls:
            message["tool_calls"] = [
                {"id": f"call_{n}", "type": "function", "function": {"name": name, "arguments": arguments}}
                for n, (name, arguments) in enumerate(self.calls)
            ]
        choice = {"index": 0, "message": message, "finish_reason": self._finish}
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 0,
            "model": self.model,
            "choices": [choice],
            "usage": self._usage,
        }

    def _chunks(self, wants_usage: bool) -> Iterable[dict[str, Any]]:
        yield chunk({"role": "assistant", "content": ""}, model=self.model)
        for piece in pieces(self.text, self.piece):
            yield chunk({"content": piece}, model=self.model)
        for n, (name, arguments) in enumerate(self.calls):
            yield chunk(call_delta("", index=n, id=f"call_{n}", name=name), model=self.model)
            for piece in pieces(arguments, self.piece):
                yield chunk(call_delta(piece, index=n), model=self.model)
        yield chunk({}, finish=self._finish, model=self.model)
        if wants_usage:
            yield {**chunk({}, model=self.model), "choices": [], "usage": self._usage}


def reply_text(text: str, *, finish: str | None = None, pause: float = 0.0) -> Spoken:
    """A reply of plain text."""
    return Spoken(text, finish=finish, pause=pause)


def reply_calls(
    *calls: tuple[str, Mapping[str, Any] | str], text: str = "", finish: str | None = None, pause: float = 0.0
) -> Spoken:
    """A reply that calls tools: `(name, arguments)`, the arguments as a mapping or as raw text."""
    raw = tuple((name, given if isinstance(given, str) else to_json(given)) for name, given in calls)
    return Spoken(text, raw, finish, pause=pause)


def reply_error(
    status: int,
    message: str = "It broke.",
    *,
    type: str = "server_error",
    code: str | None = None,
    **headers: str,
) -> Wire:
    """An error as the protocol words it. Header names take `_` for `-`."""
    body = {"error": {"message": message, "type": type, "code": code, "param": None}}
    return json_reply(status, body, **headers)


def json_reply(status: int, body: object, **headers: str) -> Wire:
    """One JSON document."""
    extra = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Wire(status, (("Content-Type", "application/json"), *extra), (json.dumps(body).encode(),))


def stream_reply(*steps: Step, content_type: str = "text/event-stream", chunked: bool = True) -> Wire:
    """A stream made by hand: events (see `sse`), pauses and faults."""
    return Wire(200, (("Content-Type", content_type),), steps, chunked)


def raw_reply(*steps: Step) -> Wire:
    """Bytes without any HTTP around them."""
    return Wire(steps=steps, chunked=False, head=False)


def to_json(value: object) -> str:
    """JSON as servers write it."""
    return json.dumps(value, ensure_ascii=False)


def sse(event: Mapping[str, Any] | str) -> bytes:
    """One server-sent event."""
    data = event if isinstance(event, str) else to_json(event)
    return f"data: {data}\n\n".encode()


DONE = b"data: [DONE]\n\n"
"""The end of a stream."""


def chunk(delta: Mapping[str, Any], *, finish: str | None = None, model: str = MODEL) -> dict[str, Any]:
    """One piece of a streamed answer."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "delta": dict(delta), "finish_reason": finish}],
    }


def call_delta(arguments: object, /, **fields: Any) -> dict[str, Any]:
    """A piece of one tool call; `index`, `id` and `name` only where given."""
    function: dict[str, Any] = {}
    arguments = fields.pop("arguments", arguments)
    if "name" in fields:
        function["name"] = fields.pop("name")
    if arguments is not None:
        function["arguments"] = arguments
    return {"tool_calls": [{**fields, "type": "function", "function": function}]}


def pieces(text: str, size: int) -> list[str]:
    """`text` in pieces of `size` characters."""
    return [text[at : at + size] for at in range(0, len(text), size)]


def last_message(request: Mapping[str, Any]) -> str:
    """The text of the last message of a request, for callables that react to tool results."""
    content = request["messages"][-1].get("content")
    return content if isinstance(content, str) else ""


def turn(request: Mapping[str, Any]) -> int:
    """How often the model has answered in this conversation, for callables that play by steps."""
    return sum(message["role"] == "assistant" for message in request["messages"])

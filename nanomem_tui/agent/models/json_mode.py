"""Tool calls for models that have none or fumble them: one JSON object a reply, held to a narrow schema.

A wrapper around any model that can be held to a schema. To the loop it looks like a model with tool calls; to
the server no tool is ever named. Knows what tools look like, not what they do.
"""

import json
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from nanomem_tui.agent.models.base import (
    Heard,
    Message,
    Model,
    Piece,
    Request,
    Response,
    Role,
    Sent,
    TextDelta,
    ToolCall,
    ToolSpec,
)
from nanomem_tui.agent.models.narrowing import DONE, next_calls
from nanomem_tui.agent.models.printed import object_of, printed_calls
from nanomem_tui.agent.models.refusals import ToolsUnsupported
from nanomem_tui.agent.models.stream import CUT_SHORT, GARBLED, call_ids, is_object
from nanomem_tui.agent.models.wrapping import Wrapper, asking
from nanomem_tui.agent.questions.asking import Guide
from nanomem_tui.agent.questions.guides import guide_for
from nanomem_tui.agent.rules.conversation import Step

_HOW = """
How to act: reply with one JSON object and nothing else, one call at a time:
{"name": "<tool>", "arguments": {…}}
"""
_HOW_TO_END = """Behind a call that writes, "done": true says that all is saved; then you need not finish.
"""
_TOOLS = """
Tools"""
_ALL_SAVED = ToolCall("", "finish", '{"summary": "Done."}')
"""What `done` stands for."""


class JsonModeModel(Wrapper):
    """Asks `inner` for its calls as JSON text.

    Args:
        inner: a model that is asked without tools; where its server can, it is held to the schema.
        ids: gives each call an id of its own; None: a new row of them.
    """

    def __init__(self, inner: Model, ids: Iterator[str] | None = None) -> None:
        super().__init__(inner)
        self._ids = ids or call_ids()

    async def stream(self, request: Request) -> AsyncGenerator[Piece, None]:
        """Answer `request`: with the calls that small questions lead to, else with at most one call.

        The JSON itself is not shown as text. A request without tools is left as it is.

        Raises:
            ModelUnreachable: as the inner model.
        """
        if not request.tools:
            async with asking(self._inner, request) as pieces:
                async for piece in pieces:
                    yield piece
            return
        if (guide := guide_for(request)) is not None:
            async with aclosing(self._guided(guide)) as led:
                async for piece in led:
                    yield piece
                    if isinstance(piece, Response):
                        return
        offered = {tool.name for tool in request.tools}
        async with asking(self._inner, in_json(request)) as pieces:
            async for piece in pieces:
                if isinstance(piece, TextDelta):
                    continue
                if isinstance(piece, Response):
                    piece = self._with_calls(piece, offered)
                yield piece

    async def _guided(self, guide: Guide) -> AsyncGenerator[Sent | Heard | Response, None]:
        """Ask what `guide` wants to know, one question after the other; no response where it gives up."""
        reply: Mapping[str, Any] | None = None
        while True:
            try:
                question = guide.send(reply)
            except StopIteration as end:
                step: Step | None = end.value
                break
            reply = None
            async with asking(self._inner, question.request()) as pieces:
                async for piece in pieces:
                    if isinstance(piece, Response):
                        reply = object_of(piece.text) if _is_whole(piece) else None
                    elif not isinstance(piece, TextDelta):
                        yield piece
        if step is not None:
            calls = tuple(ToolCall(next(self._ids), name, json.dumps(said)) for name, said in step.calls)
            yield Response(step.says, calls, "tool_calls")

    def _with_calls(self, response: Response, offered: set[str]) -> Response:
        """A reply with the call that it writes out; as it is where it writes none."""
        if not _is_whole(response):
            return response
        text, done = _without_done(response.text)
        called = printed_calls(text, offered)
        if done and called and _ALL_SAVED.name in offered:
            called.append((_ALL_SAVED.name, _ALL_SAVED.arguments))
        calls = tuple(ToolCall(next(self._ids), name, arguments) for name, arguments in called)
        return replace(response, text="" if calls else response.text, calls=calls)


def _is_whole(response: Response) -> bool:
    return response.finish_reason not in (None, CUT_SHORT, GARBLED)


@dataclass(slots=True)
class _Manner:
    """How a model is asked by now; one for all runs that it serves."""

    json: bool
    known: bool
    """That it needs JSON was known, or has been told."""


class AdaptiveModel(Wrapper):
    """Tool calls as the server makes them, until a reply is malformed; JSON from then on.

    Args:
        inner: the model.
        json: start in JSON, where this model is known to need it.
        learned: called once, when a model that fumbled its calls has made one in JSON.
    """

    def __init__(
        self, inner: Model, *, json: bool = False, learned: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(inner)
        self._learned = learned
        self._manner = _Manner(json, json)
        self._ids = call_ids()

    @property
    def json(self) -> bool:
        """Whether it answers in JSON by now."""
        return self._manner.json

    async def stream(self, request: Request) -> AsyncGenerator[Piece, None]:
        """Answer `request`; a malformed reply is asked for once more, in JSON.

        Raises:
            ModelUnreachable: as the inner model.
        """
        manner = self._manner
        if not manner.json or not request.tools:
            fumbled = False
            try:
                async with asking(self._inner, request) as pieces:
                    async for piece in pieces:
                        if isinstance(piece, Response) and is_malformed(piece, request):
                            fumbled = True
                        else:
                            yield piece
            except ToolsUnsupported:
                fumbled = True
            if not fumbled:
                return
            manner.json = True
        async with asking(JsonModeModel(self._inner, self._ids), request) as pieces:
            async for piece in pieces:
                if isinstance(piece, Response) and piece.calls and not manner.known:
                    manner.known = True
                    self._learned()
                yield piece


def is_malformed(response: Response, request: Request) -> bool:
    """Whether a reply that ended well holds no call, or one that cannot run whatever its tool does."""
    if not request.tools or response.finish_reason in (None, CUT_SHORT):
        return False
    offered = {tool.name for tool in request.tools}
    return not response.calls or any(
        call.name not in offered or not is_object(call.arguments) for call in response.calls
    )


def in_json(request: Request) -> Request:
    """`request` without tools: told in the prompt, called in the text, their results said by the user."""
    messages = tuple(_told(request.messages, request.tools))
    return Request(messages, (), request.max_output_tokens, next_calls(request))


def _without_done(text: str) -> tuple[str, bool]:
    """A reply without the mark that it was the last, and whether it was."""
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError):
        return text, False
    if not isinstance(loaded, dict) or not isinstance(loaded.get(DONE), bool):
        return text, False
    done = loaded.pop(DONE)
    return json.dumps(loaded, ensure_ascii=False), done


def how_to_call(tools: Iterable[ToolSpec]) -> str:
    """What a model is told of `tools` and how to call them in JSON."""
    tools = tuple(tools)
    end = _HOW_TO_END if any(tool.name == _ALL_SAVED.name for tool in tools) else ""
    listed = (f"- {_signature(tool)}: {tool.description}" for tool in tools)
    return "\n".join([f"{_HOW}{end}{_TOOLS}", *listed])


def _told(messages: tuple[Message, ...], tools: tuple[ToolSpec, ...]) -> Iterator[Message]:
    results = {message.call_id: message.text for message in messages if message.role is Role.TOOL}
    how = how_to_call(tools)
    if not any(message.role is Role.SYSTEM for message in messages):
        yield Message(Role.SYSTEM, how.lstrip())
    for message in messages:
        if message.role is Role.SYSTEM:
            yield Message(Role.SYSTEM, f"{message.text}\n{how}")
        elif message.calls:
            ends = len(message.calls) > 1 and message.calls[-1].arguments == _ALL_SAVED.arguments
            for call in message.calls[:-1] if ends else message.calls:
                yield Message(Role.ASSISTANT, _written(call, done=ends))
                yield Message(Role.USER, f"Result of {call.name}:\n{results.get(call.id, '')}")
        elif message.role is not Role.TOOL:
            yield message


def _written(call: ToolCall, *, done: bool) -> str:
    arguments = json.loads(call.arguments) if is_object(call.arguments) else {}
    written = {"name": call.name, "arguments": arguments, **({DONE: True} if done else {})}
    return json.dumps(written, ensure_ascii=False)


def _signature(tool: ToolSpec) -> str:
    return f"{tool.name} {_shape(tool.schema)}"


def _shape(schema: Mapping[str, Any]) -> str:
    """A schema as a person would jot it down: `{path, ids: […], reason: a|b}`, optional names with `?`."""
    if "enum" in schema:
        return "|".join(str(choice) for choice in schema["enum"])
    if schema.get("type") == "array":
        items = _shape(schema["items"])
        return f"[{items}, …]" if items else "[…]"
    if schema.get("type") != "object":
        return "YYYY-MM-DD" if schema.get("format") == "date" else ""
    required = schema.get("required", ())
    inner = []
    for name, value in schema["properties"].items():
        shape = _shape(value)
        mark = "" if name in required else "?"
        inner.append(f"{name}{mark}: {shape}" if shape else f"{name}{mark}")
    return f"{{{', '.join(inner)}}}"

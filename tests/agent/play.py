"""A model that says what a test tells it to, and a run of the loop with it."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nanomem_tui.agent.events import Event, EventType
from nanomem_tui.agent.flows import Flow, load_flow
from nanomem_tui.agent.limits import Limits
from nanomem_tui.agent.loop import run
from nanomem_tui.agent.models.base import Message, Request, Response, Role, TextDelta, ToolCall, Usage
from nanomem_tui.agent.toolbox import Toolbox
from nanomem_tui.memory.levels import Level, Trust

NOW = datetime(2026, 3, 1, 12, 0)


def see_all(path: str, level: Level) -> bool:
    """What a local model sees."""
    return True


def see_open(path: str, level: Level) -> bool:
    """What a remote model sees."""
    return level is Level.OPEN


def call(name: str, /, **arguments: Any) -> ToolCall:
    """A well-formed call; the scripted model numbers it."""
    return ToolCall("", name, json.dumps(arguments))


def reply(*calls: ToolCall, text: str = "", finish: str | None = "tool_calls") -> Response:
    """A reply of a model."""
    return Response(text, calls, finish, Usage(1, 100, 10, 50, 0.5), "scripted-1")


@dataclass
class Scripted:
    """A model that gives its replies in order and then repeats the last one."""

    replies: Sequence[Response | Exception | str]
    """A str stands for a stream that says this and never ends."""
    requests: list[Request] = field(default_factory=list)
    waiting: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once a stream that never ends has said its text."""
    closed: int = 0
    provider: str = "scripted"
    name: str = "scripted-1"
    trust: Trust = Trust.LOCAL
    endpoint: str = ""

    async def stream(self, request: Request) -> AsyncIterator[TextDelta | Response]:
        """Say the next reply."""
        step = len(self.requests)
        self.requests.append(request)
        answer = self.replies[min(step, len(self.replies) - 1)]
        try:
            if isinstance(answer, Exception):
                raise answer
            if isinstance(answer, str):
                yield TextDelta(answer)
                self.waiting.set()
                await asyncio.Event().wait()
                return
            if answer.text:
                yield TextDelta(answer.text)
            calls = tuple(
                ToolCall(f"call-{step}-{n}", made.name, made.arguments) for n, made in enumerate(answer.calls)
            )
            yield Response(answer.text, calls, answer.finish_reason, answer.usage, answer.model)
        finally:
            self.closed += 1

    async def close(self) -> None:
        """Nothing to free."""


@dataclass
class Played:
    """A run that is over."""

    model: Scripted
    toolbox: Toolbox
    events: list[Event]

    @property
    def last(self) -> Event:
        """The last event."""
        return self.events[-1]

    def of(self, type: EventType) -> list[Event]:
        """The events of one type."""
        return [event for event in self.events if event.type is type]

    @property
    def results(self) -> list[str]:
        """What the model was told by its calls, in order."""
        return [
            str(event.attributes["gen_ai.tool.call.result"]) for event in self.of(EventType.TOOL_RETURNED)
        ]


OPENING = (Message(Role.SYSTEM, "prompt"), Message(Role.USER, "words"))


async def play(
    toolbox: Toolbox,
    *replies: Response | Exception | str,
    flow: str | Flow = "add",
    limits: Limits | None = None,
    events: list[Event] | None = None,
    model: Scripted | None = None,
) -> Played:
    """Run a flow with scripted replies to its end."""
    model = model or Scripted(replies)
    seen: list[Event] = [] if events is None else events
    loaded = load_flow(flow, Path("/nowhere")) if isinstance(flow, str) else flow
    watch = seen.append
    stream = run(model, loaded, OPENING, toolbox, limits or Limits(), "RUN", clock, request="words")
    async for event in stream:
        watch(event)
    return Played(model, toolbox, seen)


def clock() -> datetime:
    """The time of every event."""
    return NOW.replace(tzinfo=UTC)

"""The protocol every model speaks: messages and tools in, text and tool calls out, as a stream."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from nanomem_tui.memory.levels import Trust


class Role(StrEnum):
    """Who speaks a message."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call as the model wrote it. Nothing here is validated yet."""

    id: str
    """Our own id, unique in the run; servers repeat or omit theirs."""
    name: str
    arguments: str
    """Raw JSON text."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the conversation with a model."""

    role: Role
    text: str
    calls: tuple[ToolCall, ...] = ()
    """ASSISTANT: the calls it made."""
    call_id: str | None = None
    """TOOL: the call this answers."""


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as offered to a model."""

    name: str
    description: str
    schema: Mapping[str, Any]
    """JSON schema of its arguments."""


@dataclass(frozen=True, slots=True)
class Request:
    """One model call."""

    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...]
    max_output_tokens: int
    reply_schema: Mapping[str, Any] | None = None
    """JSON schema that the text of the reply has to fit, for servers that can hold a model to one."""
    purpose: str = ""
    """What a small question asks, in a few words for the person; "" for a step of a run. Never sent."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What model calls cost."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.requests + other.requests,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cached_tokens + other.cached_tokens,
            self.seconds + other.seconds,
        )


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of text as it arrives."""

    text: str


@dataclass(frozen=True, slots=True)
class Response:
    """The end of a stream. Its calls may run only when `finish_reason` is not None."""

    text: str
    calls: tuple[ToolCall, ...] = ()
    finish_reason: str | None = None
    usage: Usage = field(default_factory=Usage)
    model: str = ""
    """The model name the server reports."""
    note: str = ""
    """What the person should know about this reply, in one or two sentences; "" when all seems well."""
    attestation: Mapping[str, Any] | None = None
    """How the enclave that answers was verified, told once for each verification; None elsewhere."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A request that is about to leave as it is."""

    request: Request


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back to the request that was sent last, before anybody made anything of it."""

    response: Response


Piece = Sent | TextDelta | Heard | Response
"""What a stream is made of. One answer may take several exchanges, each told as `Sent` and `Heard`."""


class Model(Protocol):
    """A model that can run a flow."""

    @property
    def provider(self) -> str:
        """`rules`, `openai`, …"""
        ...

    @property
    def name(self) -> str:
        """The model's name at its provider."""
        ...

    @property
    def trust(self) -> Trust:
        """Where it runs."""
        ...

    @property
    def endpoint(self) -> str:
        """Host and port it talks to; "" when it talks to none."""
        ...

    def stream(self, request: Request) -> AsyncIterator[Piece]:
        """Answer `request`: any number of other pieces, then exactly one `Response`.

        Cancelling the consuming task stops it within a second.

        Raises:
            ModelUnreachable: the model could not be reached or answered with an error.
        """
        ...

    async def close(self) -> None:
        """Free connections."""
        ...

"""The events of a run: what a trace holds, one JSON object a line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from nanomem_tui.agent.models.base import Usage
from nanomem_tui.memory.jsontype import Json


class EventType(StrEnum):
    """What happened. Attribute names follow OpenTelemetry's GenAI conventions where one exists."""

    RUN_STARTED = "run.started"
    """flow, request, gen_ai.provider.name, gen_ai.request.model, trust, process"""
    REQUEST_SENT = "request.sent"
    """One request that leaves. step (of the run; one may take several requests), number (of the request),
    purpose (what a small question asks; only there), messages, goes_on (false: the messages are all that is
    sent; true: they follow on those of the request before. Older traces do not say: their messages always
    follow on, and leave out what the model said), tools, reply_schema (what holds the reply; only where there
    is one), gen_ai.request.max_tokens, bytes"""
    TEXT_DELTA = "text.delta"
    """text"""
    RESPONSE_RECEIVED = "response.received"
    """gen_ai.response.model, gen_ai.response.finish_reasons, gen_ai.usage.*, seconds, text, note (what the
    person should know about it; only where there is something), attestation (how the enclave that answered
    was verified; with the first response after each verification)"""
    TOOL_CALLED = "tool.called"
    """gen_ai.tool.name, gen_ai.tool.call.id, gen_ai.tool.call.arguments (an object, or the raw text)"""
    TOOL_RETURNED = "tool.returned"
    """gen_ai.tool.name, gen_ai.tool.call.id, gen_ai.tool.call.result, summary (a few words), ok"""
    EDIT_PROPOSED = "edit.proposed"
    """n, op, path, id, becomes, text, before, to_path, flags"""
    DISCLOSURE_MADE = "disclosure.made"
    """disclosure, recipient, facts"""
    RUN_FINISHED = "run.finished"
    """state (done, failed, cancelled, stopped), summary, error {code, message, next}, requests,
    gen_ai.usage.*, seconds"""


class RunState(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    DONE = "done"
    """It ended with the tool that ends its flow."""
    STOPPED = "stopped"
    """It hit a limit, repeated itself or would not act; the edits it made stay proposed."""
    FAILED = "failed"
    """The model could not be reached, or a defect."""
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    """The process that wrote it is gone and never said how it ended."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in a run."""

    type: EventType
    at: datetime
    """Aware, UTC."""
    run: str
    """Id of the run, which is the id of its trace: a ULID."""
    attributes: Mapping[str, Json] = field(default_factory=dict)


def usage_attributes(usage: Usage) -> dict[str, Json]:
    """What a response or a run cost, as attributes of an event."""
    return {
        "requests": usage.requests,
        "gen_ai.usage.input_tokens": usage.input_tokens,
        "gen_ai.usage.output_tokens": usage.output_tokens,
        "gen_ai.usage.cache_read.input_tokens": usage.cached_tokens,
        "seconds": round(usage.seconds, 3),
    }


def read_usage(attributes: Mapping[str, Json]) -> Usage:
    """The inverse of `usage_attributes`; what is missing or no number counts as 0."""

    def number(key: str) -> float:
        value = attributes.get(key)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else 0

    return Usage(
        requests=int(number("requests")),
        input_tokens=int(number("gen_ai.usage.input_tokens")),
        output_tokens=int(number("gen_ai.usage.output_tokens")),
        cached_tokens=int(number("gen_ai.usage.cache_read.input_tokens")),
        seconds=float(number("seconds")),
    )


def sent_bytes(attributes: Mapping[str, Json]) -> int:
    """How much a request held, by the attributes of its event; 0 where they do not say."""
    size = attributes.get("bytes")
    return size if isinstance(size, int) and not isinstance(size, bool) else 0

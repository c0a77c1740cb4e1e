"""The events of a run: what a trace holds, one JSON object a line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class EventType(StrEnum):
    """What happened. Attribute names follow OpenTelemetry's GenAI conventions where one exists."""

    RUN_STARTED = "run.started"
    """flow, request, gen_ai.provider.name, gen_ai.request.model, trust"""
    REQUEST_SENT = "request.sent"
    """step, messages (new since the last request), tools, gen_ai.request.max_tokens, bytes"""
    TEXT_DELTA = "text.delta"
    """text"""
    RESPONSE_RECEIVED = "response.received"
    """gen_ai.response.model, gen_ai.response.finish_reasons, gen_ai.usage.*, seconds, text"""
    TOOL_CALLED = "tool.called"
    """gen_ai.tool.name, gen_ai.tool.call.id, gen_ai.tool.call.arguments (an object, or the raw text)"""
    TOOL_RETURNED = "tool.returned"
    """gen_ai.tool.name, gen_ai.tool.call.id, gen_ai.tool.call.result, summary (a few words), ok"""
    EDIT_PROPOSED = "edit.proposed"
    """op, path, id, text, before, flags"""
    DISCLOSURE_MADE = "disclosure.made"
    """disclosure, recipient, facts"""
    RUN_FINISHED = "run.finished"
    """state (done, failed, cancelled, stopped), summary, error, change, gen_ai.usage.*, seconds"""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in a run."""

    type: EventType
    at: datetime
    """Aware, UTC."""
    run: str
    """Id of the run, which is the id of its trace: a ULID."""
    attributes: Mapping[str, Json] = field(default_factory=dict)

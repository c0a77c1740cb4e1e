"""What a run is made of, as attributes of its events. Knows no trace file and runs nothing."""

import json

from nanomem_tui.agent.models.base import Message, Request, ToolCall
from nanomem_tui.agent.models.screened import texts_of
from nanomem_tui.changes.model import Edit
from nanomem_tui.memory.jsontype import Json


def canonical(arguments: str) -> str:
    """The arguments of a call in a form that is equal for equal calls."""
    try:
        return json.dumps(json.loads(arguments or "{}"), sort_keys=True)
    except (ValueError, RecursionError):
        return arguments


def _arguments(call: ToolCall) -> Json:
    """An object where it is one, otherwise the raw text."""
    try:
        value: Json = json.loads(call.arguments)
    except (ValueError, RecursionError):
        return call.arguments
    return value if isinstance(value, dict) else call.arguments


def call_attributes(call: ToolCall) -> dict[str, Json]:
    """A call as attributes of an event."""
    return {
        "gen_ai.tool.name": call.name,
        "gen_ai.tool.call.id": call.id,
        "gen_ai.tool.call.arguments": _arguments(call),
    }


def message_attributes(message: Message) -> dict[str, Json]:
    """A message as attributes of an event."""
    shown: dict[str, Json] = {"role": message.role.value, "text": message.text}
    if message.calls:
        shown["calls"] = [call_attributes(call) for call in message.calls]
    if message.call_id is not None:
        shown["call_id"] = message.call_id
    return shown


def edit_attributes(edit: Edit) -> dict[str, Json]:
    """An edit as attributes of an event."""
    return {
        "n": edit.n,
        "op": edit.op.value,
        "path": edit.path,
        "id": edit.id,
        "becomes": edit.becomes,
        "text": edit.text if edit.text is not None or edit.fact is None else edit.fact.text,
        "before": edit.before,
        "to_path": edit.to_path,
        "flags": [flag.value for flag in edit.flags],
    }


def request_attributes(request: Request, before: Request | None) -> dict[str, Json]:
    """A request as attributes of an event.

    Args:
        request: as it leaves.
        before: what was sent before it in the same run; messages that go on from it are told once.
    """
    earlier = before.messages if before is not None else ()
    goes_on = bool(earlier) and request.messages[: len(earlier)] == earlier
    new = request.messages[len(earlier) :] if goes_on else request.messages
    return {
        **({"purpose": request.purpose} if request.purpose else {}),
        "goes_on": goes_on,
        "messages": [message_attributes(message) for message in new],
        "tools": [tool.name for tool in request.tools],
        **({"reply_schema": dict(request.reply_schema)} if request.reply_schema is not None else {}),
        "gen_ai.request.max_tokens": request.max_output_tokens,
        "bytes": request_bytes(request),
    }


def request_bytes(request: Request) -> int:
    """Bytes of what a request holds, whatever shape its model sends it in."""
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in texts_of(request))

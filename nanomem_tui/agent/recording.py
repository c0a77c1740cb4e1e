"""What a run is made of, as attributes of its events. Knows no trace file and runs nothing."""

import json

from nanomem_tui.agent.models.base import Message, Request, ToolCall
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


def request_bytes(request: Request) -> int:
    """Bytes of what a request holds, whatever shape its model sends it in."""
    texts = [message.text for message in request.messages]
    texts += [call.arguments for message in request.messages for call in message.calls]
    texts += [tool.name + tool.description + json.dumps(dict(tool.schema)) for tool in request.tools]
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)

"""What a server streams, put together: one answer's text and tool calls out of the pieces they arrive in.

Written for servers as they are: call numbers that repeat, ids that are empty, repeated or missing, arguments
that arrive parsed. Never mends broken arguments: what is not whole stays so for all to see. Knows no client,
no address and no tool.
"""

import itertools
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from nanomem_tui.agent.models.base import Response, ToolCall, Usage
from nanomem_tui.agent.models.printed import printed_calls

CUT_SHORT = "length"
"""The finish reason of an answer that ended because its token limit was reached."""
GARBLED = "garbled"
"""Finish reason of ours for a reply that its own server could not read: it broke the form it is held to."""


@dataclass(slots=True)
class _Call:
    """A call while it arrives."""

    index: int | None
    id: str
    name: str
    arguments: str = ""

    @property
    def whole(self) -> bool:
        """Its arguments are a finished JSON object."""
        return is_object(self.arguments)


class Accumulator:
    """Text and calls of one answer, from the pieces it arrives in.

    Args:
        ids: where the calls' own ids come from; the ids of servers are used to tell calls apart and dropped.
        offered: names of the tools offered; a call printed as text must name one of them.
    """

    def __init__(self, ids: Iterator[str], offered: Collection[str] = ()) -> None:
        self._ids = ids
        self._offered = offered
        self._pieces: list[str] = []
        self._half = ""
        self._calls: list[_Call] = []
        self._finish: str | None = None
        self._usage: Mapping[str, Any] = {}
        self._model = ""

    @property
    def started(self) -> bool:
        """Something of an answer has arrived."""
        return bool(self._pieces or self._calls)

    @property
    def finish_reason(self) -> str | None:
        """Why the answer ended, in the server's word; None while it has not."""
        return self._finish

    def feed(self, event: Mapping[str, Any]) -> str:
        """Take in one event; the text it adds, fit to be shown."""
        if isinstance(event.get("usage"), dict):
            self._usage = event["usage"]
        self._model = _string(event.get("model")) or self._model
        text = ""
        for choice in _dicts(event.get("choices")):
            if choice.get("index") in (None, 0):
                text += self._choice(choice)
        return self._paired(text)

    def response(self, usage: Usage) -> Response:
        """The answer as far as it came.

        Args:
            usage: what is known of its cost; tokens are added from what the server reported.
        """
        text = "".join(self._pieces)
        calls = _without_repeats(self._calls)
        if not calls and self._finish not in (None, CUT_SHORT):
            calls = [_Call(None, "", *printed) for printed in printed_calls(text, self._offered)]
            text = "" if calls else text
        return Response(
            text=text,
            calls=tuple(
                ToolCall(next(self._ids), whole_text(c.name), whole_text(c.arguments)) for c in calls
            ),
            finish_reason=self._finish,
            usage=usage + _tokens(self._usage),
            model=whole_text(self._model),
        )

    def _choice(self, choice: Mapping[str, Any]) -> str:
        self._finish = _string(choice.get("finish_reason")) or self._finish
        said = choice.get("delta")
        said = said if isinstance(said, dict) else choice.get("message")
        if not isinstance(said, dict):
            return ""
        for item in _dicts(said.get("tool_calls")):
            self._call(item)
        return _content(said.get("content"))

    def _paired(self, text: str) -> str:
        """Keep back half of a character that was cut in two between events."""
        text = self._half + text
        self._half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        text = whole_text(text.removesuffix(self._half))
        if text:
            self._pieces.append(text)
        return text

    def _call(self, item: Mapping[str, Any]) -> None:
        function = item.get("function")
        function = function if isinstance(function, dict) else item
        id, name = _string(item.get("id")), _string(function.get("name"))
        index = item.get("index")
        index = index if isinstance(index, int) else None
        arguments = _arguments(function.get("arguments"))
        call = self._known(index, id)
        if call is None or _begins(call, id, name, arguments):
            call = _Call(index, id, name)
            self._calls.append(call)
        call.id = call.id or id
        call.name = call.name or name
        call.arguments += arguments

    def _known(self, index: int | None, id: str) -> _Call | None:
        """The call that a piece with this number and id would go on with."""
        if index is not None:
            return next((call for call in reversed(self._calls) if call.index == index), None)
        same = (call for call in reversed(self._calls) if id and call.id == id)
        return next(same, self._calls[-1] if self._calls else None)


def _begins(call: _Call, id: str, name: str, arguments: str) -> bool:
    """Whether a piece starts a call of its own instead of going on with `call`.

    A piece without a name never does: some servers give every piece an id of its own.
    """
    if not name:
        return False
    if call.name and name != call.name:
        return True
    if id and call.id and id != call.id:
        return True
    return call.whole and bool(arguments.strip())


def _without_repeats(calls: list[_Call]) -> list[_Call]:
    """`calls` without those that say the very same as an earlier one; no arguments at all are `{}`."""
    kept: dict[tuple[str, str], _Call] = {}
    for call in calls:
        call.arguments = call.arguments if call.arguments.strip() else "{}"
        said = json.dumps(json.loads(call.arguments), sort_keys=True) if call.whole else call.arguments
        kept.setdefault((call.name, said), call)
    return list(kept.values())


def whole_text(text: str) -> str:
    """`text` with surrogate pairs joined and lone surrogates replaced, so that it can be encoded."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def is_object(text: str) -> bool:
    """Whether `text` is a JSON object, whole."""
    if not text.rstrip().endswith("}"):
        return False
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def call_ids() -> Iterator[str]:
    """Ids for calls, each new: nine letters and digits, the strictest form that a server asks for."""
    return (f"call{number:05}" for number in itertools.count(1))


# Fields of a stranger's JSON


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _content(value: object) -> str:
    """Text of a message: a string, or the parts that some servers send."""
    if isinstance(value, str):
        return value
    return "".join(_string(part.get("text")) for part in _dicts(value) if part.get("type") == "text")


def _arguments(value: object) -> str:
    """Arguments as raw JSON text; those that arrive parsed are written out again."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _tokens(usage: Mapping[str, Any]) -> Usage:
    details = usage.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else 0
    return Usage(
        input_tokens=_count(usage.get("prompt_tokens")),
        output_tokens=_count(usage.get("completion_tokens")),
        cached_tokens=_count(cached),
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0

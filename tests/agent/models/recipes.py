"""Building blocks of faults: a good reply, and ways to send it wrongly."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.replies import (
    DONE,
    Reply,
    Spoken,
    Step,
    call_delta,
    chunk,
    json_reply,
    pieces,
    sse,
    stream_reply,
    to_json,
)


@dataclass(frozen=True, slots=True)
class Good:
    """What would be said if nothing were wrong."""

    text: str
    calls: tuple[tuple[str, dict[str, Any]], ...]

    @property
    def raw(self) -> tuple[tuple[str, str], ...]:
        """The calls with their arguments as JSON text."""
        return tuple((name, to_json(arguments)) for name, arguments in self.calls)

    def spoken(self, **fields: Any) -> Spoken:
        """The good reply itself."""
        return Spoken(self.text, self.raw, **fields)


Recipe: TypeAlias = Callable[[Good], Sequence[Reply]]
"""Replies for one answer, sent one after another; the last one again and again."""

Fields: TypeAlias = Callable[[int, int, str], Mapping[str, Any]]
"""Number of the call, number of the piece and the call's name -> the fields of that piece."""


def always(reply: Reply) -> Recipe:
    """The same, whatever is asked."""
    return lambda _: [reply]


def then_good(*replies: Reply) -> Recipe:
    """These first, the good reply afterwards."""
    return lambda good: [*replies, good.spoken()]


def streams(make: Callable[[Good], Iterable[Step]], **how: Any) -> Recipe:
    """A stream made by hand."""
    return lambda good: [stream_reply(*make(good), **how)]


def finish(reason: str | None = "tool_calls") -> bytes:
    """The event with the finish reason."""
    return sse(chunk({}, finish=reason))


def usual(n: int, piece: int, name: str) -> Mapping[str, Any]:
    """The fields that a call's pieces have by the book."""
    return {"index": n, "id": f"call_{n}", "name": name} if piece == 0 else {"index": n}


def text_of(good: Good) -> list[bytes]:
    """The events of the text."""
    return [sse(chunk({"content": piece})) for piece in pieces(good.text, 5)]


def calls_of(good: Good, fields: Fields = usual, size: int = 9) -> list[bytes]:
    """The events of the calls."""
    return [
        sse(chunk(call_delta(part, **fields(n, number, name))))
        for n, (name, arguments) in enumerate(good.raw)
        for number, part in enumerate(pieces(arguments, size))
    ]


def all_of(good: Good) -> list[bytes]:
    """The events of the whole reply, up to the finish reason."""
    return [*text_of(good), *calls_of(good)]


def part_of(good: Good) -> list[bytes]:
    """The events up to the middle of the last call."""
    return all_of(good)[:-2]


def ends(*tail: Step, **how: Any) -> Recipe:
    """Everything, but another end."""
    return streams(lambda good: [*all_of(good), *tail], **how)


def breaks(*tail: Step, **how: Any) -> Recipe:
    """Up to the middle of the last call, then this."""
    return streams(lambda good: [*part_of(good), *tail], **how)


def numbered(fields: Fields, size: int = 9) -> Recipe:
    """The good calls, with other fields on their pieces."""
    return streams(lambda good: [*text_of(good), *calls_of(good, fields, size), finish(), DONE])


def rewritten(edit: Callable[[bytes], bytes]) -> Recipe:
    """The good stream, each event changed."""
    return streams(lambda good: [edit(event) for event in (*all_of(good), finish(), DONE)])


def with_calls(change: Callable[[str, dict[str, Any]], tuple[str, str]]) -> Recipe:
    """The good reply with other calls: name and arguments -> name and raw arguments."""
    return lambda good: [Spoken(good.text, tuple(change(*call) for call in good.calls))]


def document(good: Good, *, parsed: bool = False) -> dict[str, Any]:
    """The good reply in one piece, as a server answers that does not stream."""
    called = [
        {"id": "", "function": {"name": name, "arguments": given if parsed else to_json(given)}}
        for name, given in good.calls
    ]
    message = {"role": "assistant", "content": good.text, "tool_calls": called}
    return {"model": "m", "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]}


def documents(*, parsed: bool = False) -> Recipe:
    """The good reply as a plain document."""
    return lambda good: [json_reply(200, document(good, parsed=parsed))]


def says(text: str, reason: str | None = "stop") -> list[bytes]:
    """The events of a reply of text alone."""
    return [*(sse(chunk({"content": piece})) for piece in pieces(text, 11)), finish(reason), DONE]


def prints(form: str, before: str = "", reason: str | None = "stop") -> Recipe:
    """The good calls written out as text; `%s` in `form` is one call."""

    def make(good: Good) -> list[bytes]:
        written = (form % to_json({"name": name, "arguments": given}) for name, given in good.calls)
        return says(before + "\n".join(written), reason)

    return streams(make)


def bytewise(good: Good) -> Iterator[Step]:
    """The good stream, each byte on its own."""
    for event in [*all_of(good), finish(), DONE]:
        yield from (event[at : at + 1] for at in range(len(event)))


def halved(good: Good) -> list[bytes]:
    """The good stream, characters beyond the first 65,536 in two halves."""
    units = good.text.encode("utf-16-le")
    halves = [units[at : at + 2].decode("utf-16-le", "surrogatepass") for at in range(0, len(units), 2)]
    text = [sse(json.dumps(chunk({"content": half}))) for half in halves]
    return [*text, *calls_of(good), finish(), DONE]


def parsed_calls(good: Good) -> list[bytes]:
    """The events of the calls, their arguments as JSON and not as text."""
    return [
        sse(chunk(call_delta(a, index=n, id=str(n), name=name))) for n, (name, a) in enumerate(good.calls)
    ]


def one_event(good: Good) -> bytes:
    """All calls and the finish reason in one event."""
    called = [{"index": 0, "function": {"name": name, "arguments": given}} for name, given in good.raw]
    return sse(chunk({"tool_calls": called}, finish="tool_calls"))

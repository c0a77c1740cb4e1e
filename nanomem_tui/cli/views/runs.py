"""Runs of flows as lines: the list of traces, the events of one, and the words of a passing progress line."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from nanomem_tui.agent.events import Event, EventType, read_usage
from nanomem_tui.agent.models.base import Usage
from nanomem_tui.cli.output import Line, Style
from nanomem_tui.cli.views.changes import first_line
from nanomem_tui.cli.views.facts import count
from nanomem_tui.memory.jsontype import Json

if TYPE_CHECKING:
    from nanomem_tui.agent.trace import TraceInfo


def trace_rows(traces: "Sequence[TraceInfo]") -> Iterator[Line]:
    """Runs, one line each."""
    for trace in traces:
        yield [
            (Style.STRONG, trace.id[-6:].lower()),
            f"  {trace.started_at.astimezone():%Y-%m-%d %H:%M}  {trace.flow} ",
            (Style.QUIET if trace.state == "done" else Style.WARNING, trace.state),
            (Style.QUIET, f" · {trace.seconds:.1f} s{_cost(trace.usage)}"),
            (Style.QUIET, f" · for {trace.client}" if trace.client else ""),
            f"  {first_line(trace.request)}",
        ]


def trace_json(trace: "TraceInfo") -> dict[str, Json]:
    """JSON of a run in a list."""
    from nanomem_tui.json_forms import usage_json

    return {
        "id": trace.id,
        "flow": trace.flow,
        "state": str(trace.state),
        "started_at": trace.started_at.isoformat(),
        "seconds": round(trace.seconds, 3),
        "usage": usage_json(trace.usage),
        "request": trace.request,
        "client": trace.client or None,
    }


def event_line(event: Event) -> Line | None:
    """One event in one line; None for those that say nothing by themselves."""
    has = event.attributes
    match event.type:
        case EventType.RUN_STARTED:
            who = _word(has, "gen_ai.provider.name")
            model = _word(has, "gen_ai.request.model")
            by = "rules, no language model" if who == "rules" else f"{who} {model}".strip()
            return [
                (Style.STRONG, _word(has, "flow")),
                f" · {by}",
                f" · for {_word(has, 'client')}" if "client" in has else "",
                (Style.QUIET, f" · {event.at.astimezone():%H:%M:%S}  "),
                first_line(_word(has, "request")),
            ]
        case EventType.REQUEST_SENT:
            which = _word(has, "number") or _word(has, "step")
            asks = f" · {_word(has, 'purpose')}" if has.get("purpose") else ""
            return [(Style.QUIET, f"> request {which}{asks} · {_word(has, 'bytes')} bytes")]
        case EventType.RESPONSE_RECEIVED:
            text = _word(has, "text")
            told = has.get("attestation")
            proof = told if isinstance(told, dict) else {}
            return [
                (Style.QUIET, f"< reply{_cost(read_usage(has))}"),
                f"  {first_line(text)}" if text.strip() else "",
                (Style.WARNING, f"  ! {_word(has, 'note')}" if has.get("note") else ""),
                f"  enclave verified: {_word(proof, 'enclaveHost')}" if proof else "",
            ]
        case EventType.TOOL_CALLED:
            arguments = has.get("gen_ai.tool.call.arguments")
            told = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
            return ["  ", (Style.STRONG, _word(has, "gen_ai.tool.name")), f" {first_line(told, 160)}"]
        case EventType.TOOL_RETURNED:
            return [(Style.QUIET if has.get("ok", True) else Style.WARNING, f"  = {_word(has, 'summary')}")]
        case EventType.EDIT_PROPOSED:
            said = _word(has, "text") or _word(has, "before")
            return [
                "  ",
                (Style.CHANGED, f"{_word(has, 'op')} "),
                f"{_word(has, 'path')}  {first_line(said)}",
            ]
        case EventType.DISCLOSURE_MADE:
            facts = has.get("facts")
            number = len(facts) if isinstance(facts, list) else 0
            return ["  ", (Style.WARNING, f"disclosed {count(number, 'fact')} to {_word(has, 'recipient')}")]
        case EventType.RUN_FINISHED:
            state = _word(has, "state")
            error = has.get("error")
            said = _word(error, "message") if isinstance(error, dict) else _word(has, "summary")
            return [
                (Style.STRONG if state == "done" else Style.WARNING, state),
                f" · {first_line(said)}" if said else "",
            ]
        case _:
            return None


def full_lines(event: Event) -> Iterator[Line]:
    """What a request or a reply says, whole, below its line."""
    has = event.attributes
    if event.type is EventType.RESPONSE_RECEIVED:
        yield from _indented(_word(has, "text"))
    if event.type is not EventType.REQUEST_SENT:
        return
    if has.get("goes_on") is True:
        yield [(Style.QUIET, "    all of the request before, and then")]
    messages = has.get("messages")
    for message in messages if isinstance(messages, list) else ():
        if isinstance(message, dict):
            yield [(Style.QUIET, f"    {_word(message, 'role')}")]
            yield from _indented(_word(message, "text"))
            if message.get("calls"):
                yield from _indented(json.dumps(message["calls"], ensure_ascii=False))
    for name in ("tools", "reply_schema"):
        if has.get(name):
            told = json.dumps(has[name], ensure_ascii=False)
            yield [(Style.QUIET, f"    {name.replace('_', ' ')} "), told]


def _indented(text: str) -> Iterator[Line]:
    return ([f"      {line}"] for line in text.splitlines())


def passing_words(event: Event) -> str | None:
    """What a progress line says while this event is the newest; None: leave what it said."""
    has = event.attributes
    match event.type:
        case EventType.REQUEST_SENT:
            return f"{_word(has, 'purpose') or 'step ' + _word(has, 'step')} …"
        case EventType.TOOL_CALLED:
            return f"{_word(has, 'gen_ai.tool.name')} …"
        case EventType.TOOL_RETURNED:
            return f"{_word(has, 'gen_ai.tool.name')}: {_word(has, 'summary')}"
        case _:
            return None


def event_json(event: Event) -> dict[str, Json]:
    """JSON of an event, as its line in the trace holds it."""
    return {
        "type": event.type.value,
        "at": event.at.isoformat(),
        "run": event.run,
        "attributes": dict(event.attributes),
    }


def _cost(usage: Usage) -> str:
    """` · 2100 (1900 cached) → 180 tokens`; nothing where none were counted, as with the built-in rules."""
    if not (usage.input_tokens or usage.output_tokens):
        return ""
    cached = f" ({usage.cached_tokens} cached)" if usage.cached_tokens else ""
    return f" · {usage.input_tokens}{cached} → {usage.output_tokens} tokens"


def _word(has: Mapping[str, Json], name: str) -> str:
    value = has.get(name)
    return "" if value is None else str(value)

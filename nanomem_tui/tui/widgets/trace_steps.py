"""The steps of a run as blocks of lines: its start, requests and tool calls.

Turns events into blocks; knows no bank and no screen. An event comes from a file that anything may have
written, so no attribute is trusted to have the type it should have.
"""

import json
from collections.abc import Iterator, Mapping, Sequence

from textual.content import Content

from nanomem_tui.agent.events import Event, RunState, read_usage
from nanomem_tui.agent.models.base import Usage
from nanomem_tui.memory.jsontype import Json
from nanomem_tui.tui.widgets.blocks import Block, apart, wrap
from nanomem_tui.tui.widgets.words import count, shown, shown_lines, span, tokens

DIM = "$foreground 60%"
GUIDE = "$foreground 25%"
_LONGEST = 200_000
"""Characters of one step's full text that are shown; the rest is counted."""
_PREVIEW = 400
"""Characters of a text kept for the one line that shows its beginning, or the end of what streams in."""

STATES = {
    RunState.RUNNING: ("●", "$text-accent"),
    RunState.DONE: ("✓", "$text-success"),
    RunState.STOPPED: ("■", "$text-warning"),
    RunState.FAILED: ("✗", "$text-error"),
    RunState.CANCELLED: ("⊘", "$text-muted"),
    RunState.INTERRUPTED: ("⊘", "$text-muted"),
}
"""Sign and color of each state of a run."""


def text_of(value: Json) -> str:
    """Any attribute as text: itself, or as readable JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, indent=2, ensure_ascii=False)


def cached_share(usage: Usage) -> str:
    """`45% cached`: how much of what was sent the server knew already; "" when it said nothing of it."""
    if not usage.cached_tokens or not usage.input_tokens:
        return ""
    return f"{round(100 * usage.cached_tokens / usage.input_tokens)}% cached"


def cost(usage: Usage) -> str:
    """`2.1k→180 · 45% cached · 0.4s`, leaving out what is nothing."""
    parts = [tokens(usage.input_tokens, usage.output_tokens), cached_share(usage)]
    if usage.seconds >= 0.05 or usage.input_tokens:
        parts.append(span(usage.seconds))
    return " · ".join(part for part in parts if part)


def in_a_line(text: str) -> str:
    """What of a text one line can show: measuring a whole conversation for it takes longer than a key may."""
    return shown(text[:_PREVIEW])


def in_few_words(arguments: Json) -> str:
    """The arguments of a call: the path, the query, and how many of each list."""
    if not isinstance(arguments, dict):
        return in_a_line(text_of(arguments))
    words: list[str] = []
    for name, value in arguments.items():
        if isinstance(value, list):
            words.append(count(len(value), name.removesuffix("s")))
        elif name in ("path", "to_path") and isinstance(value, str):
            words.append(("→ " if name == "to_path" else "") + in_a_line(value.removesuffix(".md")))
        elif value is not None and value != "":
            words.append(f"“{in_a_line(text_of(value))}”")
    return "  ".join(words)


class Step(Block):
    """One line that opens to its full text.

    Args:
        key: names it in its trace.
        guide: what stands left of the line, and left of the lines below it.
    """

    def __init__(self, key: str, guide: tuple[str, str]) -> None:
        super().__init__(key)
        self.open = False
        self._guide = guide

    def head(self) -> tuple[Content, str]:
        """The line: what happened, and what it came to."""
        raise NotImplementedError

    def tail(self) -> str:
        """A few words below the line, shown while it is closed."""
        return ""

    def fitted(self, tail: str, width: int) -> str:
        """What of the tail is shown where it does not fit: its beginning."""
        return Content(tail).truncate(width, ellipsis=True).plain

    def body(self) -> Iterator[tuple[str, str]]:
        """The full text as (heading, text)."""
        yield from ()

    def height(self, width: int) -> int:
        return len(self.lines(width)) if self.open else 1 + bool(self.tail())

    def render(self, width: int) -> Sequence[Content]:
        first, rest = Content.styled(self._guide[0], GUIDE), Content.styled(self._guide[1] + "  ", GUIDE)
        what, came = self.head()
        room = max(width - first.cell_length, 4)
        lines = [Content.assemble(first, apart(what, Content.styled(came, DIM), room))]
        if not self.open:
            tail = self.tail()
            if tail:
                room = max(width - rest.cell_length, 4)
                lines.append(Content.assemble(rest, Content.styled(self.fitted(tail, room), f"italic {DIM}")))
            return lines
        for heading, text in self.body():
            if heading:
                lines += wrap(Content.styled(shown(heading), "$text-primary"), width, rest, rest)
            for line in shown_lines(text[:_LONGEST]):
                lines += wrap(Content.styled(line, "$foreground 80%"), width, rest, rest)
            if len(text) > _LONGEST:
                lines += wrap(
                    Content.styled(f"… {len(text) - _LONGEST} more characters", DIM), width, rest, rest
                )
        return lines


class RunStep(Step):
    """What the run was asked, and who works on it."""

    def __init__(self, event: Event) -> None:
        super().__init__("run", ("", ""))
        self.flow = shown(text_of(event.attributes.get("flow")))
        self.request = text_of(event.attributes.get("request"))
        process = event.attributes.get("process")
        self.process = text_of(process.get("pid")) if isinstance(process, dict) else ""
        """Number of the process that runs it, as it was written down."""
        client = shown(text_of(event.attributes.get("client")))
        self.who = " · ".join(filter(None, (f"for {client}" if client else "", who(event.attributes))))

    def head(self) -> tuple[Content, str]:
        return Content.assemble(
            (self.flow, "bold"), (f"  “{in_a_line(self.request)}”" if self.request else "", "")
        ), ""

    def tail(self) -> str:
        return self.who

    def body(self) -> Iterator[tuple[str, str]]:
        yield self.who, self.request


class RequestStep(Step):
    """One model call: what it cost, what it said besides its calls."""

    def __init__(self, key: str, event: Event) -> None:
        super().__init__(key, ("├ ", "│ "))
        self.sent = event
        self.text = ""
        self.usage: Usage | None = None
        self.reason = ""
        self.note = ""
        """What the person should know about the response."""
        self.proof: Mapping[str, Json] = {}
        """How the enclave that answered was verified; empty for other endpoints."""
        self.ended = False

    def stream(self, text: str) -> None:
        """More of its text has come."""
        self.text += text

    def end(self, event: Event) -> None:
        """Its response is whole."""
        self.ended = True
        self.usage = read_usage(event.attributes)
        self.text = text_of(event.attributes.get("text")) or self.text
        self.note = text_of(event.attributes.get("note"))
        told = event.attributes.get("attestation")
        self.proof = told if isinstance(told, dict) else {}
        reasons = event.attributes.get("gen_ai.response.finish_reasons")
        self.reason = ", ".join(map(text_of, reasons)) if isinstance(reasons, list) else ""

    def lapse(self) -> None:
        """Another request has left, and it never had a response."""
        if not self.ended:
            self.ended, self.reason = True, "no answer"

    def head(self) -> tuple[Content, str]:
        values = self.sent.attributes
        number = shown(text_of(values.get("number", values.get("step"))))
        purpose = shown(text_of(values.get("purpose")))
        odd = f"  {shown(self.reason)}" if self.reason not in ("", "stop", "tool_calls") else ""
        sure = "  enclave verified" if self.proof else ""
        what = Content.assemble(
            (f"request {number}", "" if self.ended else "bold"),
            (f"  {purpose}" if purpose else "", DIM),
            (odd, "$text-warning"),
            (sure, "$text-success"),
        )
        return what, cost(self.usage) if self.usage else "" if self.ended else "…"

    def tail(self) -> str:
        return shown(self.text[:_PREVIEW] if self.ended else self.text[-_PREVIEW:]).strip()

    def height(self, width: int) -> int:
        return len(self.lines(width)) if self.note else super().height(width)

    def render(self, width: int) -> Sequence[Content]:
        # What a person should know is never cut, also while the step is closed.
        lines = list(super().render(width))
        if not self.note:
            return lines
        note = Content.styled(f"! {shown(self.note)}", "$text-warning")
        return [lines[0], *wrap(note, width, Content.styled("│   ", GUIDE), "│   "), *lines[1:]]

    def fitted(self, tail: str, width: int) -> str:
        if self.ended or Content(tail).cell_length <= width:
            return super().fitted(tail, width)
        return "…" + tail[-(width - 1) :]

    def body(self) -> Iterator[tuple[str, str]]:
        if self.sent.attributes.get("goes_on") is True:
            yield "all of the request before, and then", ""
        messages = self.sent.attributes.get("messages")
        for message in messages if isinstance(messages, list) else []:
            if not isinstance(message, dict):
                continue
            calls = message.get("calls")
            yield (
                text_of(message.get("role")),
                "\n".join(filter(None, [text_of(message.get("text")), text_of(calls) if calls else ""])),
            )
        if self.text:
            yield "reply", self.text
        if self.proof:
            yield "how the enclave was verified", json.dumps(self.proof, indent=1, ensure_ascii=False)
        size = self.sent.attributes.get("bytes")
        if isinstance(size, int):
            yield f"{size} bytes sent", ""


class ToolStep(Step):
    """One tool call and its result."""

    def __init__(self, key: str, event: Event) -> None:
        super().__init__(key, ("│ ├ ", "│ │ "))
        self.id = text_of(event.attributes.get("gen_ai.tool.call.id"))
        self.name = shown(text_of(event.attributes.get("gen_ai.tool.name")))
        self.arguments = event.attributes.get("gen_ai.tool.call.arguments")
        self.result: str | None = None
        self.summary = "…"
        self.ok = True

    def end(self, event: Event) -> None:
        """It returned."""
        self.result = text_of(event.attributes.get("gen_ai.tool.call.result"))
        self.summary = in_a_line(text_of(event.attributes.get("summary")))
        self.ok = event.attributes.get("ok") is not False

    def head(self) -> tuple[Content, str]:
        sign = "" if self.ok else "✗ "
        what = Content.assemble(
            (sign, "bold $text-error"),
            (self.name, "$text-primary" if self.ok else "$text-error"),
            f"  {in_few_words(self.arguments)}",
        )
        return what, self.summary

    def body(self) -> Iterator[tuple[str, str]]:
        yield "arguments", text_of(self.arguments)
        if self.result is not None:
            yield "result" if self.ok else "refused", self.result


def who(attributes: Mapping[str, Json]) -> str:
    """Who runs it, where, in words; the built-in planner is called what it is."""
    provider = text_of(attributes.get("gen_ai.provider.name"))
    model = text_of(attributes.get("gen_ai.request.model"))
    if provider == "rules":
        return "rules, no language model"
    name = model if model == provider else f"{provider} {model}".strip()
    trust = {"local": "on this machine", "attested": "in a verified enclave", "remote": "remote"}
    where = trust.get(text_of(attributes.get("trust")), "")
    return shown(" · ".join(filter(None, [name, where])))

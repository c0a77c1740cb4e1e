"""The agent loop: one model call, its tool calls, their results, until the tool that ends the flow.

It yields events and fills the toolbox's draft. It knows no screen, no file and no particular model.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from nanomem_tui.agent.events import Event, EventType, RunState, usage_attributes
from nanomem_tui.agent.flows import Flow
from nanomem_tui.agent.limits import Limits
from nanomem_tui.agent.models.base import (
    Heard,
    Message,
    Model,
    Piece,
    Request,
    Response,
    Role,
    Sent,
    TextDelta,
    ToolCall,
    Usage,
)
from nanomem_tui.agent.models.screened import Screen, ScreenedModel, nothing_withheld
from nanomem_tui.agent.models.wrapping import at_the_wire
from nanomem_tui.agent.outcomes import Answered, Crafted, Finished, ToolResult, count, refused
from nanomem_tui.agent.recording import (
    call_attributes,
    canonical,
    edit_attributes,
    request_attributes,
)
from nanomem_tui.memory.errors import ModelUnreachable, NanomemError
from nanomem_tui.memory.jsontype import Json

if TYPE_CHECKING:
    from nanomem_tui.agent.toolbox import Toolbox

_NOT_RUN = {
    "length": "The reply was cut off at its token limit, so no call was run. Send less in each call.",
    "content_filter": "The reply was cut off by the provider's filter, so no call was run.",
    "garbled": "The server could not read the reply, so no call was run. Send one whole call, shorter.",
    "error": "The provider reported an error, so no call was run.",
}


MOST_UNFINISHED = 3
"""Replies in a row that may end early before a run is stopped: asking again does not help then."""


class _Stopped(Exception):
    """The run may not go on; its text says why, for a person."""


async def run(
    model: Model,
    flow: Flow,
    messages: Sequence[Message],
    toolbox: "Toolbox",
    limits: Limits,
    run_id: str,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    *,
    request: str = "",
    screen: Screen = nothing_withheld,
) -> AsyncGenerator[Event, None]:
    """Run a flow. The last event is always `run.finished`, unless the consumer walks away.

    The edits are in the toolbox's draft and the result is its `outcome`. Those of a run that failed or was
    cancelled are not meant to be proposed: its summary says that nothing was saved.

    Args:
        model: who answers.
        flow: its tools, bounds and terminal tool.
        messages: the opening messages.
        toolbox: runs the calls.
        limits: bounds of the run.
        run_id: id of the run and its trace.
        clock: time of the events.
        request: the person's words, for the trace.
        screen: reads every request before it leaves, and raises to keep it back.

    Raises:
        NanomemError: the model could not be reached, or a request was withheld; raised after `run.finished`.
        asyncio.CancelledError: raised again after `run.finished`.
    """
    screened = at_the_wire(model, lambda wire: ScreenedModel(wire, screen))
    current = _Run(screened, flow, list(messages), toolbox, limits, run_id, clock)
    yield current.event(
        EventType.RUN_STARTED,
        {
            "flow": flow.name,
            "request": request,
            "gen_ai.provider.name": model.provider,
            "gen_ai.request.model": model.name,
            "trust": model.trust.value,
        },
    )
    try:
        async with aclosing(current.steps()) as events:
            async for event in events:
                yield event
    except _Stopped as stop:
        yield current.finished(RunState.STOPPED, str(stop))
    except asyncio.CancelledError:
        yield current.finished(RunState.CANCELLED, "Cancelled.")
        raise
    except NanomemError as error:
        yield current.finished(RunState.FAILED, error.message, error)
        raise
    except Exception as error:
        yield current.finished(RunState.FAILED, f"A defect ended the run: {type(error).__name__}.")
        raise
    else:
        yield current.finished(RunState.DONE, "")


@dataclass
class _Run:
    """A run under way."""

    model: Model
    flow: Flow
    messages: list[Message]
    toolbox: "Toolbox"
    limits: Limits
    run_id: str
    clock: Callable[[], datetime]

    def __post_init__(self) -> None:
        self.tools = self.toolbox.specs(self.flow.offered)
        self.usage = Usage()
        self.sent: Request | None = None
        """What left last."""
        self.requests = 0
        self.calls = 0
        self.bytes = 0
        self.repeats: Counter[tuple[str, str]] = Counter()
        self.nudged = False
        self.unfinished = 0
        """Replies in a row that ended early."""
        self.started = asyncio.get_running_loop().time()

    async def steps(self) -> AsyncGenerator[Event, None]:
        """Step after step, until the terminal tool has run."""
        for step in range(1, min(self.flow.max_steps, self.limits.steps) + 1):
            response: Response | None = None
            async with aclosing(self.ask(step)) as events:
                async for event in events:
                    if isinstance(event, Response):
                        response = event
                    else:
                        yield event
            if response is None:
                raise ModelUnreachable("The model ended its reply without saying so.", "Try again.")
            for event in self.act(response):
                yield event
            if self.toolbox.outcome is not None:
                return
        raise _Stopped(f"Stopped after {step} steps without {self.flow.terminal}.")

    async def ask(self, step: int) -> AsyncGenerator[Event | Response, None]:
        """One model call: the events of every exchange it takes, then the response."""
        request = Request(tuple(self.messages), self.tools, self.flow.max_output_tokens)
        began = asyncio.get_running_loop().time()
        stream = self.model.stream(request)
        try:
            while (piece := await self.next_piece(stream)) is not None:
                match piece:
                    case Sent(sent):
                        began = asyncio.get_running_loop().time()
                        yield self.sending(step, sent)
                    case TextDelta(text):
                        self.count_bytes(text)
                        yield self.event(EventType.TEXT_DELTA, {"text": text})
                    case Heard(heard):
                        yield self.received(heard, asyncio.get_running_loop().time() - began)
                    case Response():
                        yield piece
                        return
        finally:
            close = getattr(stream, "aclose", None)
            if close is not None:
                await close()

    def sending(self, step: int, request: Request) -> Event:
        """A request that leaves now."""
        self.requests += 1
        told = {"step": step, "number": self.requests, **request_attributes(request, self.sent)}
        self.sent = request
        return self.event(EventType.REQUEST_SENT, told)

    def received(self, response: Response, took: float) -> Event:
        """What came back, and what it cost."""
        told = response.usage
        spent = replace(told, requests=max(1, told.requests), seconds=told.seconds or took)
        self.usage += spent
        return self.event(
            EventType.RESPONSE_RECEIVED,
            {
                "gen_ai.response.model": response.model,
                "gen_ai.response.finish_reasons": [response.finish_reason] if response.finish_reason else [],
                **usage_attributes(spent),
                "text": response.text,
                **({"note": response.note} if response.note else {}),
                **({"attestation": dict(response.attestation)} if response.attestation else {}),
            },
        )

    async def next_piece(self, stream: AsyncIterator[Piece]) -> Piece | None:
        """The stream's next piece, within the run's time; None at its end."""
        left = self.started + self.limits.seconds - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(max(0.0, left)) as patience:
                return await anext(stream, None)
        except TimeoutError:
            if not patience.expired():
                raise
            raise _Stopped(f"Stopped after {self.limits.seconds:.0f} seconds.") from None

    def act(self, response: Response) -> Iterator[Event]:
        """Run the calls of a response, in order, and put their results before the model."""
        self.messages.append(Message(Role.ASSISTANT, response.text, response.calls))
        for call in response.calls:
            self.count_bytes(call.arguments)
        refusal = self.refusal(response)
        self.unfinished = self.unfinished + 1 if refusal else 0
        if not response.calls:
            self.check_finished(response)
            self.nudge(refusal)
            return
        failed = False
        for call in response.calls:
            yield self.event(EventType.TOOL_CALLED, call_attributes(call))
            edits = len(self.toolbox.edits)
            result = refusal or self.held_back(call, failed=failed) or self.execute(call)
            failed = failed or not result.ok
            self.messages.append(Message(Role.TOOL, result.text, call_id=call.id))
            yield self.event(
                EventType.TOOL_RETURNED,
                {
                    "gen_ai.tool.name": call.name,
                    "gen_ai.tool.call.id": call.id,
                    "gen_ai.tool.call.result": result.text,
                    "summary": result.summary,
                    "ok": result.ok,
                },
            )
            for edit in self.toolbox.edits[edits:]:
                yield self.event(EventType.EDIT_PROPOSED, edit_attributes(edit))
            self.count_bytes(result.text)
        if not failed:
            self.nudged = False
        self.check_finished(response)
        self.check_tokens()

    def execute(self, call: ToolCall) -> ToolResult:
        """Run one call, unless it is one call too many."""
        self.calls += 1
        if self.calls > self.limits.calls:
            raise _Stopped(f"Stopped after {self.limits.calls} tool calls.")
        key = (call.name, canonical(call.arguments))
        self.repeats[key] += 1
        repeated = self.repeats[key] - 1 - self.limits.repeats
        if repeated > 1:
            raise _Stopped(f"Stopped: the model kept repeating the same {call.name} call.")
        if repeated == 1:
            return refused(f"This very {call.name} call was made before. Do something else, or end.")
        return self.toolbox.call(call.name, call.arguments, self.flow.offered)

    def refusal(self, response: Response) -> ToolResult | None:
        """Why no call of this response may run; None when all may."""
        if response.finish_reason is None:
            return refused("The reply ended early, so none of its calls was run. Send them again.")
        reason = _NOT_RUN.get(response.finish_reason)
        return refused(reason) if reason else None

    def held_back(self, call: ToolCall, *, failed: bool) -> ToolResult | None:
        """A run does not end in the same breath as a call that failed: the model has not seen that yet."""
        if failed and call.name == self.flow.terminal:
            return refused("Not ended: a call of this reply was not done. Look at its result first.")
        if self.toolbox.outcome is not None:
            return refused("Not run: the run has ended.")
        return None

    def nudge(self, refusal: ToolResult | None) -> None:
        """Ask for calls: once after prose, again after each reply that was merely cut off."""
        if refusal is None:
            if self.nudged:
                raise _Stopped(f"Stopped: the model answered in prose and did not call {self.flow.terminal}.")
            self.nudged = True
        told = refusal.text if refusal else "Nothing was done: only tool calls count."
        self.messages.append(
            Message(Role.USER, f"{told} Go on with the tools; end with {self.flow.terminal}.")
        )

    def check_finished(self, response: Response) -> None:
        if self.unfinished >= MOST_UNFINISHED:
            limit = self.flow.max_output_tokens
            cause = f" at its limit of {limit} tokens" if response.finish_reason == "length" else ""
            raise _Stopped(f"Stopped: {self.unfinished} replies in a row were cut off{cause}.")

    def check_tokens(self) -> None:
        used = self.usage.input_tokens + self.usage.output_tokens
        if used > self.limits.tokens and self.toolbox.outcome is None:
            raise _Stopped(f"Stopped after {used} tokens.")

    def count_bytes(self, text: str) -> None:
        self.bytes += len(text.encode("utf-8", "surrogatepass"))
        if self.bytes > self.limits.bytes:
            raise _Stopped(f"Stopped after {self.limits.bytes} bytes of text.")

    def finished(self, state: RunState, why: str, error: NanomemError | None = None) -> Event:
        """The end of the run, judged by its edits and outcome, never by the model's claims."""
        proposed = state in (RunState.DONE, RunState.STOPPED)
        attributes: dict[str, Json] = {"state": state.value, "summary": self.summary(why, proposed=proposed)}
        if error is not None:
            attributes["error"] = {"code": error.code, "message": error.message, "next": error.next_step}
        return self.event(EventType.RUN_FINISHED, {**attributes, **usage_attributes(self.usage)})

    def summary(self, why: str, *, proposed: bool) -> str:
        """One line on what came of the run. Edits of a run that broke off are not `proposed`."""
        from nanomem_tui.agent.tools import WRITING

        match self.toolbox.outcome:
            case Answered(skipped=True, skip_reason=reason):
                return f"Skipped: {reason or 'nothing new was needed'}"
            case Answered(sentences=sentences):
                return f"Answered in {count(len(sentences), 'sentence')}."
            case Crafted(prompt=prompt):
                return f"A prompt of {len(prompt)} characters."
            case Finished(summary=words):
                why = words
        if not WRITING & set(self.flow.tools):
            return why
        edits = len(self.toolbox.edits) if proposed else 0
        told = f"{count(edits, 'edit')} proposed." if edits else "Nothing saved."
        return f"{told} {why}".rstrip()

    def event(self, type: EventType, attributes: dict[str, Json]) -> Event:
        return Event(type, self.clock().astimezone(UTC), self.run_id, attributes)

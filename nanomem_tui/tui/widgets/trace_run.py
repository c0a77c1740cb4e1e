"""One run as it grows: which step an event adds, and which one it changes. Knows no widget."""

from datetime import datetime

from nanomem_tui.agent.events import Event, EventType, RunState
from nanomem_tui.memory.jsontype import Json
from nanomem_tui.tui.widgets.trace_ends import EditStep, EndStep, NoteStep
from nanomem_tui.tui.widgets.trace_steps import RequestStep, RunStep, Step, ToolStep, text_of


class Steps:
    """The blocks of one run, built event by event."""

    def __init__(self) -> None:
        self.run: RunStep | None = None
        self.started_at: datetime | None = None
        self.last_at: datetime | None = None
        self.state = RunState.RUNNING
        self.seconds = 0.0
        self._made = 0
        self._numbers: set[str] = set()
        """Of the run's own steps: one may take several requests."""
        self._request: RequestStep | None = None
        self._tools: dict[str, ToolStep] = {}

    def take(self, event: Event) -> tuple[Step | None, Step | None]:
        """Take the next event in.

        Returns:
            The step it adds, and the step it changes; None for neither.
        """
        self.last_at = event.at
        self._made += 1
        key = str(self._made)
        values = event.attributes
        match event.type:
            case EventType.RUN_STARTED:
                self.run, self.started_at = RunStep(event), event.at
                return self.run, None
            case EventType.REQUEST_SENT:
                self._numbers.add(text_of(values.get("step")))
                lapsed, self._request = self._request, RequestStep(key, event)
                if lapsed is not None:
                    lapsed.lapse()
                return self._request, lapsed
            case EventType.TEXT_DELTA | EventType.RESPONSE_RECEIVED:
                if self._request is None:
                    return None, None
                if event.type is EventType.TEXT_DELTA:
                    self._request.stream(text_of(values.get("text")))
                else:
                    self._request.end(event)
                return None, self._request
            case EventType.TOOL_CALLED:
                tool = ToolStep(key, event)
                self._tools[tool.id] = tool
                return tool, None
            case EventType.TOOL_RETURNED:
                called = self._tools.get(text_of(values.get("gen_ai.tool.call.id")))
                if called is not None:
                    called.end(event)
                return None, called
            case EventType.EDIT_PROPOSED:
                return EditStep(key, event), None
            case EventType.DISCLOSURE_MADE:
                return NoteStep(key, event), None
            case EventType.RUN_FINISHED:
                state = text_of(values.get("state"))
                self.state = RunState(state) if state in set(RunState) else RunState.DONE
                if self.started_at is not None:
                    self.seconds = (event.at - self.started_at).total_seconds()
                return EndStep(key, self.state, values, len(self._numbers)), None

    def cut_short(self) -> Step:
        """The end of a run whose process is gone."""
        self.state = RunState.INTERRUPTED
        if self.started_at and self.last_at:
            self.seconds = (self.last_at - self.started_at).total_seconds()
        summary: dict[str, Json] = {"summary": "The process that ran it is gone and never said how it ended."}
        return EndStep("end", self.state, summary, len(self._numbers))

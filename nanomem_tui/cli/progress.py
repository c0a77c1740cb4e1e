"""The quiet progress line of a running flow, on stderr and only on a terminal."""

from nanomem_tui.agent.events import Event, EventType, RunState
from nanomem_tui.cli.output import Output, Style
from nanomem_tui.cli.views.runs import passing_words


class Progress:
    """Watches the events of a run, keeps one line up to date and remembers how the run ended.

    Args:
        out: where to print.
        who: who works: the model's name.
    """

    def __init__(self, out: Output, who: str) -> None:
        self._out = out
        self._who = who
        self._noted: set[str] = set()
        self.finished = False
        """Whether the run ended as it should, by its terminal tool."""

    def __call__(self, event: Event) -> None:
        if event.type is EventType.RUN_FINISHED:
            self.finished = event.attributes.get("state") == RunState.DONE
        note = event.attributes.get("note") if event.type is EventType.RESPONSE_RECEIVED else None
        if isinstance(note, str) and note not in self._noted:
            self._noted.add(note)
            self._out.note((Style.WARNING, "! "), note)
        words = passing_words(event)
        if words is not None:
            self._out.passing(f"{self._who} · {words}")

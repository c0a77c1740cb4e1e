"""The quiet progress line of a running flow, on stderr and only on a terminal."""

from nanomem_tui.agent.events import Event
from nanomem_tui.cli.output import Output
from nanomem_tui.cli.views.runs import passing_words


class Progress:
    """Watches the events of a run and keeps one line up to date.

    Args:
        out: where to print.
        who: who works: the model's name.
    """

    def __init__(self, out: Output, who: str) -> None:
        self._out = out
        self._who = who

    def __call__(self, event: Event) -> None:
        words = passing_words(event)
        if words is not None:
            self._out.passing(f"{self._who} · {words}")

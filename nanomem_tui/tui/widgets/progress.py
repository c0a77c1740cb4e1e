"""How far the work under way is: its name, a bar, a count and the time, in the top line of every screen.

It shows the app's jobs, the newest first in line; a click leads to the screen that shows more.
"""

from time import monotonic
from typing import TYPE_CHECKING, cast

from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from nanomem_tui.memory.visible import visible
from nanomem_tui.tui.widgets.words import clock

if TYPE_CHECKING:
    from nanomem_tui.tui.app import NanomemApp
    from nanomem_tui.tui.jobs import Job

WIDEST = 24
"""Columns of the bar at most."""


class ProgressLine(Widget):
    """One line about the job begun last."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    ProgressLine {
        display: none;
        width: 1fr;
        height: 1;
        color: $foreground;
        &.-some { display: block; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._jobs: tuple[Job, ...] = ()
        self._ticking: Timer | None = None

    def on_mount(self) -> None:
        """Follow the app."""
        self._ticking = self.set_interval(1.0, self.refresh, pause=True)
        self.watch(self.app, "jobs", self._show)

    def _show(self, jobs: "tuple[Job, ...]") -> None:
        self._jobs = jobs
        self.set_class(bool(jobs), "-some")
        if self.parent is not None:
            cast(Widget, self.parent).set_class(bool(jobs), "-busy")
        if self._ticking is not None:
            (self._ticking.resume if jobs else self._ticking.pause)()
        self.refresh()

    def render(self) -> Content:
        """Its words, as many as there is room for."""
        if not self._jobs:
            return Content("")
        job = self._jobs[-1]
        more = f" +{len(self._jobs) - 1}" if len(self._jobs) > 1 else ""
        title, behind = visible(job.title), f" {job.share:4.0%}"
        for part in (f" · {clock(monotonic() - job.began)}", f" · {visible(job.count)}{more}"):
            if len(title) + len(behind) + len(part) + 6 <= self.size.width:
                behind = f"{behind}{part}"
        room = min(WIDEST, self.size.width - len(title) - len(behind) - 2)
        if room < 4:
            return Content(f"{title}{behind}")
        filled = round(job.share * room)
        return Content.assemble(
            f"{title} ", ("━" * filled, "$accent"), ("─" * (room - filled), "$foreground 30%"), behind
        )

    async def on_click(self) -> None:
        """To the screen that shows more."""
        if self._jobs:
            await cast("NanomemApp", self.app).action_mode(self._jobs[-1].mode)

"""Work that takes a while, and how far it is: what it is called, its share, its count, since when.

Progress may be told from any thread and as often as one likes; the screen hears of it a few times a second.
Knows the app and no screen.
"""

import asyncio
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.tui.widgets.words import count

if TYPE_CHECKING:
    from nanomem_tui.bank.sweeping import SweepProgress
    from nanomem_tui.tui.app import NanomemApp

MANY_FILES = 500
"""From so many files on, reading them into the index is worth a progress bar."""
OFTEN = 0.1
"""Seconds between two steps that are shown."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something under way."""

    name: str
    """Names it among the jobs, and the group of the worker that does it."""
    title: str
    share: float
    """How much of it is done, from 0 to 1."""
    count: str
    """The same in numbers."""
    mode: str
    """The screen that shows more of it."""
    began: float = field(default_factory=monotonic)


class Jobs:
    """The jobs of the app."""

    def __init__(self, app: "NanomemApp") -> None:
        self._app = app
        self._loop: asyncio.AbstractEventLoop | None = None
        self._shown_at: dict[str, float] = {}

    def start(self) -> None:
        """The loop runs: from now on progress can be shown."""
        self._loop = asyncio.get_running_loop()

    def is_running(self, name: str) -> bool:
        """Whether there is such a job."""
        return any(job.name == name for job in self._app.jobs)

    def step(self, name: str, title: str, share: float, told: str, mode: str) -> None:
        """Say how far a job is. From any thread."""
        now = monotonic()
        if now - self._shown_at.get(name, -1.0) < OFTEN or self._loop is None:
            return
        self._shown_at[name] = now
        job = Job(name, title, min(max(share, 0.0), 1.0), told, mode)
        self._loop.call_soon_threadsafe(self._show, job)

    def end(self, name: str) -> None:
        """A job is over. From any thread."""
        self._shown_at.pop(name, None)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._forget, name)

    def _show(self, job: Job) -> None:
        if job.name not in self._shown_at:
            return  # its end was told before this step came up
        before = next((old for old in self._app.jobs if old.name == job.name), None)
        if before is not None:
            job = Job(job.name, job.title, job.share, job.count, job.mode, before.began)
        others = tuple(old for old in self._app.jobs if old.name != job.name)
        self._app.jobs = (*others, job)

    def _forget(self, name: str) -> None:
        self._app.jobs = tuple(job for job in self._app.jobs if job.name != name)

    # The index

    def indexing(self, done: int, to_do: int) -> None:
        """Files are read into the index; few are not worth a word. From any thread."""
        self._app.courtesy.give_way()
        if done >= to_do:
            self.end("index")
        elif to_do >= MANY_FILES:
            self.step("index", "Reading files", done / to_do, f"{done:,} of {to_do:,}", "memory")

    # Compaction

    def compact(self) -> None:
        """Tidy every file that changed since it was tidied last."""
        if self.is_running("compact"):
            self._app.say("Files are being tidied already.", "X stops it.")
        else:
            self._app.work("compact", self._compact, group="compact")

    async def _compact(self) -> None:
        app = self._app
        app.say("Looking at every file that changed.", "X stops it.")
        try:
            async with app.following.hushed():
                result = await app.bank.compact_all(watch=app.run_event, progress=self._swept)
        except NanomemError as error:
            app.say_error(error)
        except asyncio.CancelledError:
            app.say("Tidying was stopped.", "What it proposed before waits for you.")
            raise
        else:
            waiting = sum(1 for change in result.changes if change.pending)
            app.say(result.summary, f"{waits(waiting)}: {app.review_hint}" if waiting else "")
        finally:
            self.end("compact")
            app.changes_changed()

    def _swept(self, step: "SweepProgress") -> None:
        share = step.done / max(step.files, 1)
        self.step("compact", "Tidying", share, f"{step.done:,} of {count(step.files, 'file')}", "traces")

    # Stopping

    def stop(self) -> None:
        """Stop what can be stopped: an import, a compaction. What they proposed stays."""
        names = [job.name for job in self._app.jobs if job.name != "index"]
        names += [
            worker.group for worker in self._app.workers if worker.group == "compact" and worker.is_running
        ]
        if not names:
            self._app.say("Nothing is running that could be stopped.")
        for name in set(names):
            self._app.workers.cancel_group(self._app, name)


def waits(number: int) -> str:
    """`1 change waits`, `3 changes wait`."""
    return f"{count(number, 'change')} wait{'s' if number == 1 else ''}"

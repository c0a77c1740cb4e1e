"""Keeps the app in step with what others do: files saved, changes proposed, runs of other processes.

It knows the app and no screen; screens hear of it by messages.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.levels import Trust
from nanomem_tui.tui.messages import DiskChanged

if TYPE_CHECKING:
    from nanomem_tui.agent.models.base import Model
    from nanomem_tui.tui.app import NanomemApp

WHERE = {
    Trust.LOCAL: "on this machine",
    Trust.ATTESTED: "in a verified enclave",
    Trust.REMOTE: "remote",
}
"""Where a model runs, in a person's words."""


class Following:
    """The app's eye on the disk."""

    def __init__(self, app: "NanomemApp") -> None:
        self._app = app
        self._runs: set[str] = set()
        self._announced: set[str] | None = None
        self._stop = asyncio.Event()
        self._hushed = 0
        self._counting = self._stale = False
        self.is_watching = False
        """Whether what happens on the disk from now on is seen."""

    def start(self) -> None:
        """Begin to watch, and look at what there is."""
        self._app.work("watch", self._watch())
        self._app.work("start", self._start)

    def stop(self) -> None:
        """Let go of the disk."""
        self._stop.set()

    def known(self, run: str) -> None:
        """A run whose events come by themselves."""
        self._runs.add(run)

    def count(self) -> None:
        """Count again what is pending, and say so when there is more."""
        self._stale = True
        if not self._counting:
            self._counting = True
            self._app.work("counts", self._count)

    @asynccontextmanager
    async def hushed(self) -> AsyncIterator[None]:
        """Inside, whatever is proposed is counted and not announced one by one: the caller tells of it."""
        self._hushed += 1
        try:
            yield
        finally:
            self._stale = True
            await self._count()
            self._hushed -= 1

    def announced(self, change: str) -> None:
        """A pending change the person was told of already."""
        self._announced = (self._announced or set()) | {change}

    async def _start(self) -> None:
        app = self._app

        def look() -> tuple[set[str], list[str]]:
            waiting = {change.id for change in app.bank.pending()}
            return waiting, [run.id for run in app.bank.traces(limit=20) if run.state == "running"]

        await app.first_shown.wait()
        try:
            waiting, runs = await app.off_loop(look)
        except NanomemError as error:
            app.say_error(error)
        else:
            self._announced = (self._announced or set()) | waiting
            app.pending = len(waiting)
            for notice in app.bank.notices:
                app.say(notice)
            for run in runs:
                self._follow(run)
        await self.name_model()

    async def name_model(self) -> None:
        """Find out which model serves, and where it runs."""
        try:
            self._app.provider = await self._app.off_loop(lambda: describe_model(self._app.bank.model))
        except NanomemError as error:
            self._app.provider = "no model"
            self._app.say_error(error)

    async def _count(self) -> None:
        """Count until nothing changed meanwhile: with many changes at once, one count after the other."""
        try:
            while self._stale:
                self._stale = False
                hushed = self._hushed > 0
                waiting = {change.id for change in await self._app.off_loop(self._app.bank.pending)}
                self._counted(waiting, hushed=hushed or self._hushed > 0)
        except NanomemError as error:
            self._app.say_error(error)
        finally:
            self._counting = False

    def _counted(self, waiting: set[str], *, hushed: bool) -> None:
        app = self._app
        app.pending = len(waiting)
        new = waiting - self._announced if self._announced is not None else frozenset()
        self._announced = (self._announced or set()) | waiting
        if new and not hushed:
            some = "A change waits" if len(new) == 1 else f"{len(new)} changes wait"
            app.say(f"{some} for your decision.", app.review_hint)

    async def _watch(self) -> None:
        await self._app.first_shown.wait()
        async for seen in self._app.bank.watch(self._stop):
            self.is_watching = True
            self._app.tell(partial(DiskChanged, seen))
            for run in seen.traces - self._runs:
                self._follow(run)
            if seen.changes:
                self._app.changes_changed()

    def _follow(self, run: str) -> None:
        self._runs.add(run)
        self._app.work(f"follow {run}", self._events(run))

    async def _events(self, run: str) -> None:
        try:
            async for event in self._app.bank.follow(run):
                self._app.pass_on(event)
        except NanomemError as error:
            self._app.say_error(error)


def describe_model(model: "Model") -> str:
    """The model's name, and where it runs in a person's words."""
    name = model.provider if model.name == model.provider else f"{model.provider} {model.name}"
    return f"{name} · {WHERE[model.trust]}"

"""Flows over the whole tree, some files at a time: compaction of everything, and forgetting that reads all.

Both can be broken off at any time: what was proposed stays. Knows files and runs; decides nothing.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from nanomem_tui.agent.events import RunState
from nanomem_tui.agent.models.base import Usage
from nanomem_tui.agent.runner import Run
from nanomem_tui.agent.trace import list_traces
from nanomem_tui.bank.running import Runner, Watcher
from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.model import Change
from nanomem_tui.disclosure.gate import Gate
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.tree import FileInfo
from nanomem_tui.results import SweepResult, WriteResult

BATCH_FACTS = 60
"""Facts that one run of a deep forgetting reads: what small models can still oversee."""
BATCH_FILES = 6


@dataclass(frozen=True, slots=True)
class SweepProgress:
    """How far a sweep is."""

    done: int
    files: int
    """Files there are to look at."""
    path: str
    """What is looked at now."""


Progressed = Callable[[SweepProgress], None]


class Sweep:
    """Runs a flow over all files that the model may see.

    Args:
        runner: runs it.
        watch: called with each event of the runs.
        progress: called before each file.
    """

    def __init__(
        self, runner: Runner, watch: Watcher | None = None, progress: Progressed | None = None
    ) -> None:
        self._runner = runner
        self._watch = watch
        self._progress = progress or (lambda step: None)

    async def compact(self, settle: Callable[[Change], Change] | None = None) -> SweepResult:
        """Compact every file that changed since it was compacted last: one change for each.

        Args:
            settle: decides on a change as soon as it is proposed; None: it waits.

        Raises:
            ModelUnreachable: the model could not be reached; what was proposed before stays.
        """
        # Beside whoever else wants to run: with many files and traces this takes a while.
        files, done_at = await asyncio.to_thread(lambda: (self._files(), self._compacted_at()))
        left = [info for info in files if not _unchanged_since(info, done_at.get(info.path))]
        changes: list[Change] = []
        usage, trace = Usage(), ""
        for number, info in enumerate(left):
            self._progress(SweepProgress(number, len(left), info.path))
            result = await self._runner.write("compact", info.path, self._watch)
            usage, trace = usage + result.usage, result.trace
            if result.change is not None:
                changes.append(settle(result.change) if settle else result.change)
        skipped = len(files) - len(left)
        return SweepResult(tuple(changes), _told(changes, left, skipped), len(left), skipped, trace, usage)

    async def forget(self, query: str) -> WriteResult:
        """Read every file for what `query` names, and propose one change that removes it everywhere.

        Raises:
            As `Runner.write`.
        """
        draft = Draft(self._runner.tree, now=self._runner.clock())
        runs: list[Run] = []
        made: Run | None = None
        files = self._files()
        done = 0
        for batch in _batches(files):
            self._progress(SweepProgress(done, len(files), batch[0]))
            before = len(draft.edits)
            runs.append(await self._runner.look_through(draft, query, batch, self._watch))
            if made is None and len(draft.edits) > before:
                made = runs[-1]
            done += len(batch)
        if not runs:
            return await self._runner.write("forget", query, self._watch)
        run = _together(runs, made or runs[-1], len(draft.edits))
        return self._runner.propose(draft, run, query, deep=True)

    def _files(self) -> list[FileInfo]:
        """The files with facts that the model may see."""
        sees = Gate(self._runner.model.trust).sees
        return [
            info
            for info in self._runner.tree.files()
            if not info.skipped and info.facts and sees(info.path, info.level)
        ]

    def _compacted_at(self) -> dict[str, datetime]:
        """When each file was last compacted to the end, aware; the traces tell."""
        ended: dict[str, datetime] = {}
        for trace in list_traces(self._runner.root):
            if trace.flow == "compact" and trace.state is RunState.DONE:
                ended[trace.request] = max(trace.started_at, ended.get(trace.request, trace.started_at))
        return ended


def _unchanged_since(info: FileInfo, at: datetime | None) -> bool:
    return at is not None and info.updated_at is not None and info.updated_at.astimezone() <= at


def _batches(files: Sequence[FileInfo]) -> Iterator[list[str]]:
    batch: list[str] = []
    facts = 0
    for info in files:
        if batch and (facts + info.facts > BATCH_FACTS or len(batch) == BATCH_FILES):
            yield batch
            batch, facts = [], 0
        batch.append(info.path)
        facts += info.facts
    if batch:
        yield batch


def _together(runs: Sequence[Run], made: Run, edits: int) -> Run:
    """Several runs as one, for the one change they make."""
    read: dict[str, Fact] = {fact.ref: fact for run in runs for fact in run.read}
    usage = sum((run.usage for run in runs), Usage())
    told = f"{edits} facts to be removed." if edits != 1 else "1 fact to be removed."
    summary = f"{told} {len(read)} facts were read." if edits else made.summary
    return replace(made, summary=summary, usage=usage, read=tuple(read.values()))


def _told(changes: Sequence[Change], left: Sequence[FileInfo], skipped: int) -> str:
    files = "1 file" if len(left) == 1 else f"{len(left)} files"
    before = f" {skipped} did not change since the last time." if skipped else ""
    if not left:
        return f"Nothing to do.{before}"
    untidy = len(changes)
    return f"{files} looked at, {untidy or 'none'} of them to be tidied.{before}"

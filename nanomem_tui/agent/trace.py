"""Traces: the events of one run as JSON lines, flushed as they happen, so that one process can watch another.

Knows nothing of what a run does. Keys and headers never come here, since no event holds them.
"""

import json
import os
import re
import stat
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from nanomem_tui.agent.events import Event, EventType, RunState, read_usage
from nanomem_tui.agent.models.base import Usage
from nanomem_tui.changes.store import new_id
from nanomem_tui.memory.errors import NanomemError, NotFound, UsageError
from nanomem_tui.memory.jsontype import Json
from nanomem_tui.memory.paths import STATE_DIR, state_dir

POLL_SECONDS = 0.05
_ELSEWHERE_SECONDS = 120.0
"""A run on another machine counts as going on while its trace was touched this recently."""
_TAIL_BYTES = 64 * 1024
_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{1,26}")


@dataclass(frozen=True, slots=True)
class TraceInfo:
    """One run, as a list shows it."""

    id: str
    flow: str
    state: RunState
    started_at: datetime
    seconds: float
    """How long it took, or has been taking."""
    usage: Usage
    request: str
    client: str = ""
    """Whom it is run for, where that is somebody else than the person."""


def new_run_id() -> str:
    """A ULID: ids sort by time."""
    return new_id()


class TraceWriter:
    """Appends the events of one run to `.nanomem/traces/<run>.jsonl`. A context manager.

    A run that leaves the block without having finished is closed as cancelled.

    Raises:
        NanomemError: the trace cannot be written, when it is made or later: no space, no permission.
    """

    def __init__(self, root: Path, run_id: str) -> None:
        self.run_id = run_id
        self._finished = False
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        try:
            folder = state_dir(root) / "traces"
            folder.mkdir(mode=0o700, exist_ok=True)
            self._file: int | None = os.open(folder / f"{run_id}.jsonl", flags, 0o600)
        except OSError as error:
            raise _unwritable(error) from None

    def write(self, event: Event) -> None:
        """Append one event. A line is written whole, at once."""
        if self._file is None:
            raise ValueError("the trace is closed")
        attributes: dict[str, Json] = dict(event.attributes)
        if event.type is EventType.RUN_STARTED:
            attributes["process"] = {**_this_process()}
        self._finished = self._finished or event.type is EventType.RUN_FINISHED
        line = json.dumps(
            {"type": event.type, "at": event.at.isoformat(), "run": event.run, "attributes": attributes},
            separators=(",", ":"),
        )
        data = f"{line}\n".encode()
        try:
            while data:
                data = data[os.write(self._file, data) :]
        except OSError as error:
            raise _unwritable(error) from None

    def close(self) -> None:
        """Close the file; a run without an end is closed as cancelled."""
        if self._file is None:
            return
        try:
            if not self._finished:
                state: dict[str, Json] = {"state": RunState.CANCELLED, "summary": "Cancelled."}
                self.write(Event(EventType.RUN_FINISHED, datetime.now(UTC), self.run_id, state))
        finally:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> "TraceWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


def _unwritable(error: OSError) -> NanomemError:
    return NanomemError(
        f"The trace of the run cannot be written: {error.strerror}.",
        "Make room in the memory folder and see that you may write there.",
    )


def read_trace(root: Path, id: str) -> list[Event]:
    """The events of a run; lines that cannot be read are left out.

    Args:
        root: the memory root.
        id: the run's id, or a beginning or end of it that names one run.

    Raises:
        NotFound: there is no such trace.
        UsageError: `id` names several.
    """
    with _open(root, _resolve(root, id)) as file:
        return [event for line in file if (event := _event(line))]


async def follow_trace(root: Path, id: str) -> AsyncIterator[Event]:
    """The events of a run, from its start and then as they happen; ends when the run does.

    A run whose process is gone ends without `run.finished`.

    Raises:
        NotFound: there is no such trace.
        UsageError: `id` names several.
    """
    import asyncio

    id = _resolve(root, id)
    started: Event | None = None
    with _open(root, id) as file:
        pending = b""
        while True:
            chunk = file.read()
            lines = (pending + chunk).split(b"\n")
            pending = lines.pop()
            for line in lines:
                event = _event(line)
                if event is None:
                    continue
                started = started or event
                yield event
                if event.type is EventType.RUN_FINISHED:
                    return
            if chunk:
                continue
            if not _is_going(started, _age(file.fileno())):
                late = file.read()
                if not late:
                    return
                pending += late
                continue
            await asyncio.sleep(POLL_SECONDS)


def list_traces(root: Path) -> list[TraceInfo]:
    """The runs there are traces of, newest first. Files that are no traces are left out."""
    return [info for id in sorted(_ids(root), reverse=True) if (info := _info(root, id))]


def trace_state(root: Path, id: str) -> RunState:
    """How one run stands.

    Raises:
        NotFound: there is no such trace.
        UsageError: `id` names several.
    """
    info = _info(root, _resolve(root, id))
    return info.state if info else RunState.INTERRUPTED


# Files


def _folder(root: Path) -> Path:
    return root / STATE_DIR / "traces"


def _ids(root: Path) -> Iterator[str]:
    try:
        with os.scandir(_folder(root)) as entries:
            for entry in entries:
                name, dot, kind = entry.name.rpartition(".")
                if dot and kind == "jsonl" and _ID.fullmatch(name) and entry.is_file(follow_symlinks=False):
                    yield name
    except FileNotFoundError:
        return


def _resolve(root: Path, id: str) -> str:
    wanted = id.strip().upper()
    if not _ID.fullmatch(wanted):
        raise NotFound(f"There is no trace {id!r}.", "`nanomem traces` lists them.")
    ids = list(_ids(root))
    if wanted in ids:
        return wanted
    matches = [name for name in ids if name.startswith(wanted) or name.endswith(wanted)]
    if not matches:
        raise NotFound(f"There is no trace {id!r}.", "`nanomem traces` lists them.")
    if len(matches) > 1:
        raise UsageError(f"{len(matches)} traces are called {id!r}.", "Give more of the id.")
    return matches[0]


def _open(root: Path, id: str) -> Any:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(_folder(root) / f"{id}.jsonl", flags)
    except FileNotFoundError:
        raise NotFound(f"There is no trace {id!r}.", "`nanomem traces` lists them.") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotFound(f"The trace {id!r} is no regular file.", "Remove it.")
    return os.fdopen(descriptor, "rb")


def _event(line: bytes) -> Event | None:
    try:
        values = json.loads(line)
        attributes = values["attributes"]
        at = datetime.fromisoformat(values["at"])
        if not isinstance(attributes, dict) or at.tzinfo is None:
            return None
        return Event(EventType(values["type"]), at, str(values["run"]), attributes)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _info(root: Path, id: str) -> TraceInfo | None:
    try:
        with _open(root, id) as file:
            first = _event(file.readline())
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL_BYTES))
            lines = reversed(file.read().split(b"\n"))
            last = next((event for line in lines if (event := _event(line))), first)
            age = _age(file.fileno())
    except (NotFound, OSError):
        return None
    if first is None or first.type is not EventType.RUN_STARTED or last is None:
        return None
    if last.type is EventType.RUN_FINISHED:
        state = _state(last.attributes.get("state"))
        usage = read_usage(last.attributes)
    else:
        state = RunState.RUNNING if _is_going(first, age) else RunState.INTERRUPTED
        usage = Usage()
    until = datetime.now(UTC) if state is RunState.RUNNING else last.at
    return TraceInfo(
        id=id,
        flow=str(first.attributes.get("flow", "")),
        state=state,
        started_at=first.at,
        seconds=max(0.0, (until - first.at).total_seconds()),
        usage=usage,
        request=str(first.attributes.get("request", "")),
        client=str(first.attributes.get("client", "")),
    )


def _state(value: Json) -> RunState:
    try:
        return RunState(str(value))
    except ValueError:
        return RunState.INTERRUPTED


def _age(descriptor: int) -> float:
    return datetime.now(UTC).timestamp() - os.fstat(descriptor).st_mtime


# Whether the process that writes a trace is still there


def _this_process() -> Mapping[str, Json]:
    return {"pid": os.getpid(), "started": _started(os.getpid()), "machine": _machine()}


def _machine() -> str:
    """A name for this start of this machine that tells nothing about it."""
    import hashlib

    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text()
    except OSError:
        boot = ""
    return hashlib.sha256(f"{os.uname().nodename}{boot}".encode()).hexdigest()[:16]


def _started(pid: int) -> str:
    """When a process started, by the system's own count, which tells a re-used id apart; "" if unknown."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return "gone" if fields[0] in "ZX" else fields[19]
    except (OSError, IndexError):
        return ""


def _is_going(started: Event | None, age: float) -> bool:
    process = started.attributes.get("process") if started else None
    pid = process.get("pid") if isinstance(process, dict) else None
    if not isinstance(process, dict) or not isinstance(pid, int) or process.get("machine") != _machine():
        return age < _ELSEWHERE_SECONDS
    if process.get("started"):
        return _started(pid) == process["started"]
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True

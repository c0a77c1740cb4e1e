"""A trace can be read while it is written, and says how a run ended even when nobody wrote that down."""

import asyncio
import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nanomem_tui.agent.events import Event, EventType, RunState, read_usage, usage_attributes
from nanomem_tui.agent.models.base import Usage
from nanomem_tui.agent.trace import (
    TraceWriter,
    follow_trace,
    list_traces,
    new_run_id,
    read_trace,
    trace_state,
)
from nanomem_tui.memory.errors import NanomemError, NotFound, UsageError
from nanomem_tui.memory.jsontype import Json

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def event(run: str, type: EventType, after: float = 0, **attributes: Json) -> Event:
    return Event(type, AT + timedelta(seconds=after), run, attributes)


def started(run: str) -> Event:
    return event(run, EventType.RUN_STARTED, flow="add", request="I like tea \ud800")


def finished(run: str, state: RunState = RunState.DONE) -> Event:
    usage = usage_attributes(Usage(2, 100, 10, 50, 1.5))
    return Event(EventType.RUN_FINISHED, AT + timedelta(seconds=4), run, {"state": state.value, **usage})


def trace_file(root: Path, run: str) -> Path:
    return root / ".nanomem/traces" / f"{run}.jsonl"


def test_events_round_trip_and_are_the_owners_alone(root: Path) -> None:
    run = new_run_id()
    events = [started(run), event(run, EventType.TEXT_DELTA, 1, text="日本\x1b\n"), finished(run)]
    with TraceWriter(root, run) as trace:
        for one in events:
            trace.write(one)
    file = trace_file(root, run)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert len(file.read_bytes().splitlines()) == 3
    read = read_trace(root, run)
    assert read[1:] == events[1:]
    assert read[0].attributes["request"] == "I like tea \ud800"


def test_each_event_is_on_disk_as_it_happens(root: Path) -> None:
    run = new_run_id()
    trace = TraceWriter(root, run)
    trace.write(started(run))
    assert [one.type for one in read_trace(root, run)] == [EventType.RUN_STARTED]
    [info] = list_traces(root)
    assert (info.id, info.flow, info.state) == (run, "add", RunState.RUNNING)
    trace.close()


def test_a_list_says_state_cost_and_time_newest_first(root: Path) -> None:
    runs = [new_run_id() for _ in range(3)]
    for run in runs:
        with TraceWriter(root, run) as trace:
            trace.write(started(run))
            trace.write(finished(run, RunState.STOPPED))
    infos = list_traces(root)
    assert [info.id for info in infos] == sorted(runs, reverse=True)
    assert infos[0].state is RunState.STOPPED
    assert infos[0].seconds == 4
    assert infos[0].started_at == AT
    assert infos[0].usage == Usage(2, 100, 10, 50, 1.5)


def test_a_run_left_without_an_end_is_cancelled(root: Path) -> None:
    run = new_run_id()
    with pytest.raises(KeyboardInterrupt), TraceWriter(root, run) as trace:
        trace.write(started(run))
        raise KeyboardInterrupt
    assert trace_state(root, run) is RunState.CANCELLED


CHILD = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from nanomem_tui.agent.events import Event, EventType
from nanomem_tui.agent.trace import TraceWriter
trace = TraceWriter(Path(sys.argv[1]), sys.argv[2])
trace.write(Event(EventType.RUN_STARTED, datetime.now(UTC), sys.argv[2], {"flow": "add"}))
print("started", flush=True)
sys.stdin.readline()
if sys.argv[3] == "finish":
    trace.write(Event(EventType.RUN_FINISHED, datetime.now(UTC), sys.argv[2], {"state": "done"}))
os._exit(1)
"""


def child(root: Path, run: str, how: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(root), run, how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout
    assert process.stdout.readline() == "started\n"
    return process


def test_a_run_whose_process_is_gone_is_interrupted(root: Path) -> None:
    run = new_run_id()
    process = child(root, run, "die")
    assert trace_state(root, run) is RunState.RUNNING
    process.communicate("go\n")
    assert trace_state(root, run) is RunState.INTERRUPTED


@pytest.mark.parametrize(
    ("how", "last"), [("finish", EventType.RUN_FINISHED), ("die", EventType.RUN_STARTED)]
)
async def test_following_another_process_ends_when_it_does(root: Path, how: str, last: EventType) -> None:
    run = new_run_id()
    process = child(root, run, how)
    seen: list[Event] = []
    async with asyncio.timeout(10):
        async for one in follow_trace(root, run):
            seen.append(one)
            if one.type is EventType.RUN_STARTED:
                process.communicate("go\n")
    assert seen[-1].type is last


async def test_following_sees_what_is_appended_line_by_line(root: Path) -> None:
    run = new_run_id()
    trace = TraceWriter(root, run)
    trace.write(started(run))
    stream = follow_trace(root, run)
    async with asyncio.timeout(10):
        assert (await anext(stream)).type is EventType.RUN_STARTED
        for text in "abc":
            trace.write(event(run, EventType.TEXT_DELTA, text=text))
            assert (await anext(stream)).attributes["text"] == text
        trace.write(finished(run))
        assert (await anext(stream)).type is EventType.RUN_FINISHED
        assert await anext(stream, None) is None
    trace.close()


def test_broken_lines_and_foreign_files_do_no_harm(root: Path) -> None:
    run = new_run_id()
    with TraceWriter(root, run) as trace:
        trace.write(started(run))
        trace.write(finished(run))
    file = trace_file(root, run)
    lines = file.read_bytes().splitlines(keepends=True)
    junk = [
        b"\n",
        b"{\n",
        b"\xff\n",
        b"[]\n",
        b'{"type":"x","at":"y","run":1,"attributes":{}}\n',
        b"[" * 5000 + b"\n",
    ]
    file.write_bytes(lines[0] + b"".join(junk) + lines[1] + b'{"type":"run.fin')
    assert [one.type for one in read_trace(root, run)] == [EventType.RUN_STARTED, EventType.RUN_FINISHED]
    (file.parent / "notes.jsonl").write_text("x")
    (file.parent / f"{new_run_id()}.jsonl").write_text("x")
    (file.parent / f"{new_run_id()}.jsonl").symlink_to(file)
    (file.parent / f"{new_run_id()}.jsonl").mkdir()
    os.mkfifo(file.parent / f"{new_run_id()}.jsonl")
    [info] = list_traces(root)
    assert info.state is RunState.DONE


def test_a_huge_last_event_hides_no_run(root: Path) -> None:
    run = new_run_id()
    trace = TraceWriter(root, run)
    trace.write(started(run))
    trace.write(event(run, EventType.TEXT_DELTA, text="x" * 200_000))
    assert [info.state for info in list_traces(root)] == [RunState.RUNNING]
    trace.close()


def test_ids_may_be_shortened_and_never_leave_the_folder(root: Path) -> None:
    assert list_traces(root) == []
    runs = [new_run_id() for _ in range(2)]
    for run in runs:
        with TraceWriter(root, run) as trace:
            trace.write(started(run))
    assert read_trace(root, runs[0][-8:].lower())[0].run == runs[0]
    with pytest.raises(UsageError):
        read_trace(root, runs[0][:3])
    for id in ("../../etc/passwd", "", "01", "zzz\n"):
        with pytest.raises((NotFound, UsageError)):
            read_trace(root, id)


def test_a_trace_of_another_machine_is_judged_by_its_age(root: Path) -> None:
    run = new_run_id()
    trace = TraceWriter(root, run)
    trace.write(started(run))
    file = trace_file(root, run)
    line = json.loads(file.read_text())
    line["attributes"]["process"]["machine"] = "elsewhere"
    file.write_text(json.dumps(line) + "\n")
    assert trace_state(root, run) is RunState.RUNNING
    os.utime(file, (1, 1))
    assert trace_state(root, run) is RunState.INTERRUPTED
    trace.close()


def test_a_trace_that_cannot_be_written_is_one_sentence(root: Path) -> None:
    root.mkdir(exist_ok=True)
    folder = root / ".nanomem"
    folder.mkdir(exist_ok=True)
    (folder / "traces").write_text("in the way")
    with pytest.raises(NanomemError, match="The trace of the run cannot be written"):
        TraceWriter(root, new_run_id())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_sentence_and_leaves_no_open_file(root: Path) -> None:
    trace = TraceWriter(root, new_run_id())
    assert trace._file is not None
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, trace._file)
    os.close(full)
    with pytest.raises(NanomemError, match="No space left"):
        trace.write(started(trace.run_id))
    with pytest.raises(NanomemError, match="No space left"):
        trace.close()
    trace.close()


def test_usage_round_trips() -> None:
    usage = Usage(3, 100, 20, 50, 1.5)
    assert read_usage(usage_attributes(usage)) == usage
    assert read_usage({"seconds": "x", "requests": True}) == Usage()

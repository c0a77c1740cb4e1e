"""Killed or failing anywhere, a change is there wholly or not at all after the next start."""

import os
import random
import shutil
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from nanomem_tui.memory.errors import NanomemError

from . import crash, faults


def kill_at_random(root: Path, kills: int) -> dict[str, int]:
    """Let a process work, kill it, check; `kills` times over. Returns what was seen how often."""
    seen = {"kills": 0, "recovered": 0, "steps": 0}
    draw = random.Random(7)
    started = time.monotonic()
    crash.prepare(root)
    # Two changes: what the machine needs for a step today, so that the kills fall all over it.
    span = time.monotonic() - started
    while seen["kills"] < kills:
        read_end, write_end = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.close(read_end)
                os.dup2(write_end, 1)
                crash.run(root, seen["kills"], crash.say)
            finally:
                os._exit(1)
        os.close(write_end)
        heard = os.read(read_end, 1) if draw.random() < 0.8 else b""
        # Not a wait for something: the time of the kill is the thing drawn.
        time.sleep(draw.uniform(0, span))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "the process ended by itself"
        with os.fdopen(read_end) as pipe:
            said = (heard.decode() + pipe.read()).splitlines()
        seen["kills"] += 1
        seen["steps"] += sum(word.startswith("done") for word in said)
        seen["recovered"] += bool(crash.check(root, said))
        if seen["kills"] % 50 == 0:
            _start_over(root)
    return seen


def _start_over(root: Path) -> None:
    shutil.rmtree(root)
    crash.prepare(root)


def test_a_hundred_kills_leave_all_or_nothing(root: Path) -> None:
    seen = kill_at_random(root, 100)
    print(seen)
    assert seen["steps"] > 0
    assert seen["recovered"] > 0, "no kill hit an open change: the harness shows nothing"


@pytest.mark.long
def test_two_thousand_kills_leave_all_or_nothing(root: Path) -> None:
    seen = kill_at_random(root, 2_000)
    print(seen)
    assert seen["recovered"] > 20


needs_strace = pytest.mark.skipif(
    faults.STRACE is None, reason="strace is not installed: no fault injection here"
)
FULL = frozenset({"write", "pwrite64", "fsync", "fdatasync", "mkdirat", "ftruncate"})
"""What a full disk refuses."""


def inject_everywhere(root: Path, stride: int) -> Counter[str]:
    """Kill or fail a child at every `stride`-th system call and check; returns what was seen how often."""
    crash.prepare(root)
    pristine = root.with_name("pristine")
    shutil.copytree(root, pristine)
    recorded = faults.calls(root)

    def some(*names: frozenset[str]) -> list[faults.Call]:
        return [call for call in recorded if any(call.name in group for group in names)]

    writing = some(faults.WRITING)
    plan = [
        *(("signal=KILL", (call,), "") for call in some(faults.WRITING, faults.LOCKING)),
        *(("error=EIO", (call,), "") for call in some(faults.WRITING, faults.OPENING, faults.READING)),
        *(("error=ENOSPC", (call,), "") for call in some(faults.WRITING, faults.OPENING)),
        *(("error=ENOSPC", tuple(faults.from_there_on(call, writing, FULL)), "+") for call in some(FULL)),
    ]
    seen: Counter[str] = Counter(calls=len(recorded))
    broken = []
    for fault, points, on in plan[::stride]:
        shutil.rmtree(root)
        shutil.copytree(pristine, root)
        run = faults.inject(root, fault, *points, on=on)
        hit = run.killed if "KILL" in fault else run.failed_at(root)
        seen[f"{fault}{on}" if hit else "missed"] += 1
        seen["failed"] += "fail" in run.said
        # Where time made another call the n-th one, a fault may hit Python itself, reading a module, say.
        said = run.said if hit else [word for word in run.said if not word.startswith("bug")]
        try:
            seen["recovered"] += bool(crash.check(root, said))
        except (AssertionError, NanomemError) as error:
            broken.append(f"{fault} at {points[0]}{on}: {error}")
    print(seen)
    assert broken == [], f"{len(broken)} broken: " + "\n\n".join(broken)
    return seen


@needs_strace
def test_faults_at_system_calls_leave_all_or_nothing(root: Path) -> None:
    seen = inject_everywhere(root, stride=61)
    assert seen["missed"] < 10, "what was hit is not what was meant"
    assert seen["failed"] > 0


@needs_strace
@pytest.mark.long
def test_faults_at_every_system_call_leave_all_or_nothing(root: Path) -> None:
    seen = inject_everywhere(root, stride=1)
    assert seen["missed"] <= sum(seen.values()) // 20
    assert seen["recovered"] > 100

"""Killed or failing anywhere, a change is there wholly or not at all after the next start."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from . import crash

REPOSITORY = Path(__file__).parents[2]


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


STRACE = shutil.which("strace")
CALLS = "fsync,rename,renameat,renameat2,mkdir,mkdirat,unlink,unlinkat,fchmod"


def _inject(root: Path, seed: int, fault: str) -> tuple[list[str], int]:
    """Run four steps with `fault` injected; returns what the process said and how it ended."""
    assert STRACE
    command = [STRACE, "-f", "-o", os.devnull, "-e", f"trace={CALLS}"]
    if fault:
        command += ["-e", f"inject={CALLS}:{fault}"]
    command += [sys.executable, "-m", "tests.changes.crash", str(root), str(seed), "4"]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=REPOSITORY, timeout=60, check=False,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(root.parent)},
    )  # fmt: skip
    return done.stdout.splitlines(), done.returncode


def _count(root: Path, seed: int, log: Path) -> int:
    assert STRACE
    subprocess.run(
        [STRACE, "-f", "-o", str(log), "-e", f"trace={CALLS}", sys.executable, "-m", "tests.changes.crash",
         str(root), str(seed), "4"],
        capture_output=True, cwd=REPOSITORY, timeout=60, check=True,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", "HOME": str(root.parent)},
    )  # fmt: skip
    return sum("(" in line for line in log.read_text().splitlines())


def _inject_everywhere(root: Path, faults: tuple[str, ...], stride: int) -> int:
    crash.prepare(root)
    pristine = root.with_name("pristine")
    shutil.copytree(root, pristine)
    calls = _count(root, 1, root.with_name("strace.log"))
    assert calls > 30
    runs = 0
    for fault in faults:
        for n in range(1 + runs % stride, calls + 1, stride):
            shutil.rmtree(root)
            shutil.copytree(pristine, root)
            said, _ = _inject(root, 1, f"{fault}:when={n}")
            crash.check(root, said)
            runs += 1
    return runs


needs_strace = pytest.mark.skipif(STRACE is None, reason="strace is not installed: no fault injection here")


@needs_strace
def test_faults_at_system_calls_leave_all_or_nothing(root: Path) -> None:
    assert _inject_everywhere(root, ("signal=KILL", "error=EIO", "error=ENOSPC"), stride=37) > 10


@needs_strace
@pytest.mark.long
def test_faults_at_every_system_call_leave_all_or_nothing(root: Path) -> None:
    print(_inject_everywhere(root, ("signal=KILL", "error=EIO", "error=ENOSPC"), stride=1), "injections")

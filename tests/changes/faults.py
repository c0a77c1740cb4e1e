"""One fault at one system call of a real child process, injected by strace; and which calls there are.

The child is forked and attached to before it begins, so that the interpreter's own start is never hit. Calls
are counted by name, as strace counts them; only those on files below the root are taken.
"""

import os
import re
import shutil
import socket
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from . import crash

STRACE = shutil.which("strace")
STEPS = 4
WRITING = frozenset(
    {
        "write",
        "pwrite64",
        "ftruncate",
        "fsync",
        "fdatasync",
        "fchmod",
        "fchown",
        "rename",
        "renameat",
    }
    | {"renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir"}
)
"""Calls that change something on the disk."""
LOCKING = frozenset({"flock"})
OPENING = frozenset({"openat"})
READING = frozenset({"read", "pread64", "getdents64", "newfstatat", "fstat"})
_LINE = re.compile(r"(\w+)\(")


@dataclass(frozen=True, slots=True)
class Call:
    """The `nth` call of this name that the child makes."""

    name: str
    nth: int


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one child."""

    said: list[str]
    killed: bool
    log: list[str]
    """What strace noted, a line for each call."""

    def failed_at(self, root: Path) -> bool:
        """True when the fault hit a file below the root, as it was to."""
        return any("(INJECTED)" in line and str(root) in line for line in self.log)


def attached(root: Path, *options: str) -> Run:
    """Let a child take the steps under strace; returns when it has ended."""
    assert STRACE
    log = root.with_name("strace.log")
    here, there = socket.socketpair()
    child = os.fork()
    if child == 0:
        try:
            here.close()
            there.recv(1)
            # By `send`, which no fault is injected into.
            crash.run(root, 1, lambda word: there.sendall(f"{word}\n".encode()), STEPS)
        finally:
            os._exit(0)
    there.close()
    command = [STRACE, "-y", "-p", str(child), "-o", str(log), *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace, here:
        assert strace.stderr is not None
        greeting = strace.stderr.readline()
        here.sendall(b"!")
        with here.makefile() as heard:
            said = heard.read().splitlines()
        _, status = os.waitpid(child, 0)
    if "attached" not in greeting:
        pytest.skip(f"strace may not attach here: {greeting}")
    return Run(said, os.WIFSIGNALED(status), log.read_text(errors="replace").splitlines())


def calls(root: Path) -> list[Call]:
    """The calls on files below the root that a child makes, in order."""
    counted: Counter[str] = Counter()
    found = []
    for line in attached(root).log:
        if match := _LINE.match(line):
            counted[match[1]] += 1
            if str(root) in line:
                found.append(Call(match[1], counted[match[1]]))
    return found


def inject(root: Path, fault: str, *points: Call, on: str = "") -> Run:
    """Let a child take the steps with a fault.

    Args:
        root: the memory root.
        fault: `signal=KILL` or `error=NAME`.
        points: where; the first of them is the one to be hit.
        on: `+`: there and from there on.
    """
    options = ["-e", f"trace={','.join(sorted({point.name for point in points}))}"]
    for point in points:
        options += ["-e", f"inject={point.name}:{fault}:when={point.nth}{on}"]
    return attached(root, *options)


def from_there_on(point: Call, recorded: list[Call], names: frozenset[str]) -> list[Call]:
    """`point`, and the first call after it of each other name: where a disk that stays full begins."""
    after = recorded[recorded.index(point) + 1 :]
    found = {point.name: point}
    for call in after:
        if call.name in names:
            found.setdefault(call.name, call)
    return list(found.values())

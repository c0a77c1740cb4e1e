"""A person at a terminal: the command in a real pseudo-terminal, answered as its questions appear."""

import os
import pty
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSCTTY, TIOCSWINSZ
from types import TracebackType

PATIENCE = 20.0
"""Seconds until a text that does not appear fails the test."""


class Terminal:
    """`nanomem` with a pseudo-terminal as stdin, stdout and stderr.

    Args:
        words: what follows `nanomem`.
        columns: width of the terminal.
        rows: its height.
        env: more of the environment.
        program: what Python runs.
    """

    def __init__(
        self,
        words: Sequence[str | Path],
        *,
        columns: int = 80,
        rows: int = 24,
        env: dict[str, str] | None = None,
        program: Sequence[str] = ("-m", "nanomem_tui"),
    ) -> None:
        self._master, slave = pty.openpty()
        ioctl(slave, TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        # Where the tests run may have said how large its own terminal is.
        inherited = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        self._process = subprocess.Popen(
            [sys.executable, *program, *map(str, words)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_take_terminal,
            env={**inherited, "TERM": "xterm-256color", **(env or {})},
        )
        os.close(slave)
        self._output = select.poll()
        self._output.register(self._master, select.POLLIN | select.POLLHUP)
        self.shown = b""
        """Every byte the terminal was sent."""
        self._read = 0

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._master)

    def expect(self, text: str) -> None:
        """Wait until `text` appears behind what was expected before."""
        wanted = text.encode()
        deadline = time.monotonic() + PATIENCE
        while (at := self.shown.find(wanted, self._read)) < 0:
            assert self._more(deadline), f"{text!r} never appeared in {self.shown!r}"
        self._read = at + len(wanted)

    def type(self, text: str) -> None:
        """Type a line."""
        os.write(self._master, text.encode() + b"\n")

    def press(self, key: bytes) -> None:
        """Press a key, such as Ctrl-D."""
        os.write(self._master, key)

    def settle(self, quiet: float = 0.25, patience: float = 1.0) -> None:
        """Wait until something was drawn and nothing more comes for `quiet` seconds.

        What is drawn says nowhere that it is whole: silence is all that a terminal can go by.

        Args:
            quiet: seconds of silence.
            patience: seconds in which nothing at all may come, as after a key that changes nothing.
        """
        wait = patience
        while self._more(time.monotonic() + wait):
            wait = quiet

    def end(self) -> int:
        """Wait until the command has ended; its exit code."""
        deadline = time.monotonic() + PATIENCE
        while self._more(deadline):
            pass
        return self._process.wait(PATIENCE)

    @property
    def ended(self) -> bool:
        """The program has ended."""
        return self._process.poll() is not None

    @property
    def text(self) -> str:
        """Everything shown so far."""
        return self.shown.decode()

    def _more(self, deadline: float) -> bool:
        """Read on; False at the end of the program or of the patience."""
        ready = self._output.poll(max(0.0, deadline - time.monotonic()) * 1000)
        if not ready:
            return False
        try:
            piece = os.read(self._master, 65536)
        except OSError:  # Linux says EIO when the other side is closed
            return False
        self.shown += piece
        return bool(piece)


def _take_terminal() -> None:
    """Make the pseudo-terminal the one whose keys send signals, and have them obeyed.

    A test run that a shell put into the background ignores Ctrl-C, and would hand that on.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    ioctl(0, TIOCSCTTY, 0)

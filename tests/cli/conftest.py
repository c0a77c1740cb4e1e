"""Running the command: in this process where that is enough, as a real process where the process matters."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import pytest

from nanomem_tui.__main__ import DOORS
from nanomem_tui.bank import MemoryBank
from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.model import Author, AuthorKind, Change
from nanomem_tui.cli.main import main
from nanomem_tui.settings import Settings


@dataclass(frozen=True)
class Ran:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


class Runs(Protocol):
    """Runs a command line on the memory of the test."""

    def __call__(self, *words: str, stdin: str | bytes = b"") -> Ran: ...


@pytest.fixture
def opened() -> list[Settings]:
    """The memories the app was opened on."""
    return []


@pytest.fixture
def nanomem(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, opened: list[Settings]
) -> Runs:
    """`nanomem --root ROOT …` in this process, without a terminal."""

    def open_app(settings: Settings) -> int:
        opened.append(settings)
        return 0

    def run(*words: str, stdin: str | bytes = b"") -> Ran:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        capsys.readouterr()
        code = main(["--root", str(root), *words], replace(DOORS, open_app=open_app))
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return run


@pytest.fixture
def process(root: Path) -> Runs:
    """`nanomem --root ROOT …` as a process of its own."""

    def run(*words: str, stdin: str | bytes = b"") -> Ran:
        return command("--root", str(root), *words, stdin=stdin)

    return run


def command(*words: str, stdin: str | bytes = b"", **env: str) -> Ran:
    """Run `nanomem` as a process, with exactly these words."""
    done = subprocess.run(
        [sys.executable, "-m", "nanomem_tui", *words],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, **env},
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def bank(root: Path) -> MemoryBank:
    """The memory of the test, for arranging what a command then meets."""
    root.mkdir(mode=0o700, exist_ok=True)
    return MemoryBank(root)


def propose(bank: MemoryBank, make: Callable[[Draft], object], *, request: str = "Some words.") -> Change:
    """A pending change, as an agent leaves one behind."""
    draft = Draft(bank.tree_index, now=bank.clock())
    make(draft)
    author = Author(AuthorKind.AGENT, "rules")
    return bank.journal.propose(draft.edits, flow="add", author=author, request=request, model="rules")


@pytest.fixture
def write(root: Path) -> Callable[[str, str], Path]:
    """Put a file into the memory, as an editor would."""

    def put(path: str, text: str) -> Path:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
        return file

    return put

"""The README tells the truth: its commands print what it shows, its example runs, its pictures exist."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from nanomem_tui.cli.commands import COMMANDS

README = Path(__file__).parent.parent / "README.md"
TEXT = README.read_text(encoding="utf-8")


def run(words: list[str], home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "nanomem_tui", *words], capture_output=True, text=True, timeout=60, check=False
    )


def consoles() -> list[tuple[str, str]]:
    """Every command of a console block, with what is shown to be printed."""
    shown = []
    for block in re.findall(r"```console\n(.*?)```", TEXT, re.S):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, printed = part.partition("\n")
            shown.append((command.split("  #")[0].strip(), printed.strip()))
    return shown


def test_the_first_five_minutes_print_what_they_show(
    frozen_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NANOMEM_NOW", "2026-03-12T09:00")
    assert len(consoles()) >= 5
    for command, printed in consoles():
        words = shlex.split(command)
        assert words[0] == "nanomem"
        if words[1] == "add" and "--yes" not in words:
            words.append("--yes")  # a person would be asked
        ran = run(words[1:], frozen_machine)
        assert ran.returncode == 0, (command, ran.stderr)
        if printed:
            assert ran.stdout.strip() == printed, command


def test_the_example_in_python_runs(frozen_machine: Path) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", TEXT, re.S)
    ran = subprocess.run(
        [sys.executable, "-c", example], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "Seattle" in ran.stdout


def test_every_command_is_in_the_reference() -> None:
    reference = TEXT.partition("## Commands")[2].partition("\n## ")[0]
    assert [item.name for item in COMMANDS if not re.search(rf"`{item.name}[ `]", reference)] == []


def test_every_picture_exists() -> None:
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", TEXT)
    assert pictures
    assert [name for name in pictures if not (README.parent / name).is_file()] == []

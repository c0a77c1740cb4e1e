"""A hook at the end of an agent's session proposes memories in one line, as the README has it."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from nanomem_tui import MemoryBank
from tests.exchange.test_transcripts import claude_code, gemini_lines

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
TALK = [
    ("user", "I'm allergic to penicillin."),
    ("assistant", "Noted. Do you live in Rome?"),
    ("user", "No."),
]


def block(language: str, word: str) -> str:
    """The example in the README that says `word`."""
    found: list[str] = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    return next(text for text in found if word in text)


def hook_commands() -> list[str]:
    settings = json.loads(block("json", "SessionEnd"))
    return [hook["command"] for group in settings["hooks"]["SessionEnd"] for hook in group["hooks"]]


def run(command: list[str], given: str, root: Path, tmp_path: Path, **more: Any) -> None:
    """Run a hook as its agent does, with `nanomem` on the path."""
    binary = tmp_path / "bin" / "nanomem"
    binary.parent.mkdir(exist_ok=True)
    binary.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m nanomem_tui "$@"\n')
    binary.chmod(0o755)
    environment = {
        "PATH": f"{binary.parent}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "NANOMEM_ROOT": str(root),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    ran = subprocess.run(command, input=given, env=environment, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == ""


@pytest.mark.parametrize(
    "session",
    [claude_code(TALK), gemini_lines(TALK)],
    ids=["claude-code", "gemini-cli"],
)
def test_the_hook_in_the_readme_proposes_what_the_person_said(
    session: str, root: Path, tmp_path: Path
) -> None:
    file = tmp_path / "session.jsonl"
    file.write_text(session, encoding="utf-8")
    (command,) = hook_commands()
    hook = {
        "session_id": "s",
        "transcript_path": str(file),
        "hook_event_name": "SessionEnd",
        "reason": "exit",
    }
    for _ in range(2):
        run(["/bin/sh", "-c", command], json.dumps(hook), root, tmp_path)
    (change,) = MemoryBank(root).pending()
    assert [edit.text for edit in change.edits] == ["Allergic to penicillin"]
    assert not list(root.glob("*/*.md"))


def test_the_line_for_codex_proposes_what_the_person_said(root: Path, tmp_path: Path) -> None:
    command = tomllib.loads(block("toml", "notify"))["notify"]
    turn = {"type": "agent-turn-complete", "input-messages": [TALK[0][1]], "last-assistant-message": "Noted."}
    run([*command, json.dumps(turn)], "", root, tmp_path)
    (change,) = MemoryBank(root).pending()
    assert [edit.text for edit in change.edits] == ["Allergic to penicillin"]

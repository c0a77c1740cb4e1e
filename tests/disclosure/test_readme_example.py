"""The README's example of a preview for a model here, in an enclave and elsewhere prints what it shows."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests.tui.driving import write_memory

README = Path(__file__).parents[2] / "README.md"
FILES = {
    "food/diet.md": "- Vegetarian since 2016 | confidence=high | updated_at=2026-01-01\n"
    "- Allergic to peanuts | confidence=high | updated_at=2025-11-05\n",
    "health/about.md": "- Dislikes dinner after eight because of medication | confidence=high | "
    "updated_at=2025-04-07\n",
    "tax/2025.md": "- Deducts dinner with clients\n",
    ".nanomem/policy.yaml": 'levels:\n  "tax/**": private\n  "health/**": ask\n',
}


def test_the_same_question_for_three_kinds_of_recipient(root: Path) -> None:
    write_memory(root, FILES)
    section = README.read_text(encoding="utf-8").partition("### What would leave")[2].partition("\n## ")[0]
    [block] = re.findall(r"```text\n(.*?)```", section, re.S)
    parts = re.split(r"^\$ ", block, flags=re.M)[1:]
    assert len(parts) == 3
    for part in parts:
        command, _, shown = part.partition("\n")
        command, _, only = command.partition(" | grep ")
        words = shlex.split(command)
        ran = subprocess.run(
            [sys.executable, "-m", "nanomem_tui", *words[1:]],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
            env={**os.environ, "NANOMEM_ROOT": str(root)},
        )
        printed = ran.stdout.splitlines()
        if only:
            printed = [line for line in printed if re.search(only.strip("'"), line)]
        else:
            printed += [line for line in ran.stderr.splitlines() if line]
        assert [line.rstrip() for line in printed] == shown.splitlines()

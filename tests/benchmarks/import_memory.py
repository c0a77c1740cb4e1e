"""Peak memory and time of importing a large generated ChatGPT export, plain and zipped.

Run: python -m tests.benchmarks.import_memory [MEGABYTES]. Each run is a process of its own.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WORDS = (
    "the a of garden recipe train ticket python list moved coffee winter sister budget "
    "plan report café naïve 東京 müde и думаю 🙂 because maybe after before with without"
)
VOCABULARY = tuple(WORDS.split(" "))
START = 1_600_000_000
SAID = "I moved to Lisbon. My sister works at Acme. I am allergic to peanuts."


def conversation(number: int, random: random.Random) -> dict[str, Any]:
    """A conversation of some thirty turns with a branch, a system message and a tool's answer."""
    mapping: dict[str, Any] = {"root": {"id": "root", "message": None, "parent": None, "children": ["n0"]}}
    parent = "root"
    for turn in range(random.randint(4, 60)):
        role = ("user", "assistant", "tool")[0 if turn % 2 == 0 else 1 if turn % 5 else 2]
        words = " ".join(random.choices(VOCABULARY, k=random.randint(10, 500)))
        text = f"{SAID} {words}" if turn == 0 and number % 50 == 0 else words
        for key in (f"n{turn}", f"n{turn}b") if turn % 9 == 4 else (f"n{turn}",):
            mapping[key] = {
                "id": key,
                "parent": parent,
                "children": [],
                "message": {
                    "id": key,
                    "author": {"role": role, "metadata": {}},
                    "create_time": START + number * 3600 + turn,
                    "content": {"content_type": "text", "parts": [text]},
                    "weight": 1.0,
                    "recipient": "all",
                    "metadata": {"model_slug": "gpt", "request_id": "0" * 32},
                },
            }
        parent = f"n{turn}"
    return {
        "title": f"Conversation {number}",
        "create_time": START + number * 3600,
        "update_time": START + number * 3600 + 60,
        "mapping": mapping,
        "current_node": parent,
        "id": f"{number:032x}",
    }


def pieces(size: int) -> Iterator[bytes]:
    """An export of about `size` bytes."""
    source = random.Random(8)
    written, number = 1, 0
    yield b"["
    while written < size:
        piece = (b", " if number else b"") + json.dumps(conversation(number, source)).encode()
        written += len(piece)
        number += 1
        yield piece
    yield b"]"


def measured(*words: str) -> tuple[float, int, str]:
    """Seconds, peak resident memory in MiB, and the last line that a command printed."""
    before = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "nanomem_tui", *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert child.stderr is not None
    said = child.stderr.read().decode().strip().splitlines()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    peak = usage.ru_maxrss // (1024 if sys.platform != "darwin" else 1024 * 1024)
    return time.perf_counter() - before, peak, said[-1] if said else ""


def main() -> None:
    """Generate, measure, print."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory() as folder:
        plain, packed = Path(folder, "conversations.json"), Path(folder, "export.zip")
        with plain.open("wb") as file:
            file.writelines(pieces(megabytes << 20))
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(plain, "conversations.json")
        root = str(Path(folder, "memory"))
        print(f"{plain.stat().st_size >> 20} MiB plain, {packed.stat().st_size >> 20} MiB zipped")
        for name, words in (
            ("baseline: status", ("status",)),
            ("dry run, plain", ("import", str(plain), "--dry-run")),
            ("dry run, zipped", ("import", str(packed), "--dry-run")),
            ("import of 100", ("import", str(plain), "--limit", "100")),
            ("import of the rest", ("import", str(plain))),
            ("everything again", ("import", str(plain))),
        ):
            seconds, peak, said = measured("--root", root, "--provider", "rules", *words)
            print(f"{name:<20} {seconds:6.1f} s  {peak:4} MiB  {said}")


if __name__ == "__main__":
    main()

"""How memory behaves as it grows: whole processes on trees of 100 to 10,000 files of ten facts each.

    python tests/benchmarks/scale.py [FILES ...]

Prints one table: medians of wall-clock seconds and of CPU seconds (user and system), each run a new process,
the index warm where it does not say cold. `append` is one fact through draft, journal and index by the
library; `add` is the whole command with the built-in planner. With NANOMEM_UPSTREAM set to a checkout of the
original nanomem, its search and its append, by the library and with a model that answers at once, run on
copies of the same trees, between ours so that both meet the same load, and the ratios are printed: those of
the CPU seconds are the fair ones where other work shares the machine. Works in temporary folders only.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

SIZES = (100, 1_000, 10_000)
FACTS_A_FILE = 10
RUNS = 7
QUERY = "penicillin"
NEW_FACT = "I moved to Lisbon."

_ADD_CALL = {
    "name": "append_memory",
    "arguments": {"path": "health/allergies.md", "content": "- Moved to Lisbon"},
}
_VERBS = ("likes", "sold", "visited", "remembers", "plans", "avoids", "studies", "repaired", "painted")
_THINGS = (
    "tea",
    "coffee",
    "bicycles",
    "gardens",
    "violins",
    "maps",
    "mountains",
    "rivers",
    "novels",
    "cameras",
)
_PLACES = ("Lima", "Oslo", "Kyoto", "Porto", "Turin", "Quito", "Perth", "Dakar", "Hanoi", "Tbilisi", "Leeds")
_AREAS = ("health", "work", "people", "travel", "home", "money", "hobbies", "food")


def build(root: Path, files: int) -> None:
    """Write a tree of made-up facts, the same one each time."""
    rng = random.Random(7)
    for n in range(files):
        area = _AREAS[n % len(_AREAS)]
        folder = root / area / f"part{n // 100:03}"
        folder.mkdir(parents=True, exist_ok=True)
        facts = []
        for _ in range(FACTS_A_FILE):
            verb, things = rng.choice(_VERBS).title(), " and ".join(rng.sample(_THINGS, 2))
            text = f"{verb} {things} in {rng.choice(_PLACES)}, number {rng.randrange(10_000)}"
            day = f"202{rng.randrange(6)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
            facts.append(
                f"- {text} | topic={area} | tier=long_term | status=active | source=user_statement"
                f" | confidence=high | updated_at={day}T10:00"
            )
        _write(folder / f"file{n:05}.md", area, facts)
    allergy = "- Allergic to penicillin | topic=health | tier=long_term | updated_at=2026-04-07T10:00"
    _write(root / "health" / "allergies.md", "health", [allergy])


def _write(file: Path, area: str, facts: list[str]) -> None:
    lines = [f"# Memory: {area.title()}", "", "## Working memory (current context subject to change)"]
    lines += [
        "_No entries yet._",
        "",
        "## Long-term memory (stable facts that are unlikely to change)",
        *facts,
    ]
    lines += ["", "## History (no longer current)", "_No entries yet._", ""]
    file.write_text("\n".join(lines))


class Run(NamedTuple):
    """What one process took."""

    wall: float
    """Seconds by the clock."""
    cpu: float
    """Seconds of a processor, user and system."""
    peak: float
    """Its largest memory in MB."""


def process(words: list[str], home: Path, stdin: str = "") -> Run:
    """Run a process to its end."""
    env = {**os.environ, "PYTHONPATH": str(PROJECT), "HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as told:
        given.write(stdin)
        given.seek(0)
        begin = time.perf_counter()
        running = subprocess.Popen(words, stdin=given, stdout=told, stderr=told, env=env)
        _, status, usage = os.wait4(running.pid, 0)
        seconds = time.perf_counter() - begin
        running.returncode = os.waitstatus_to_exitcode(status)
        if running.returncode:
            told.seek(0)
            raise SystemExit(f"{' '.join(words)} ended with {running.returncode}:\n{told.read()}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def command(root: Path, *words: str) -> Run:
    """Run our command on a tree."""
    ours = [sys.executable, "-m", "nanomem_tui", "--root", str(root), "--provider", "rules"]
    return process([*ours, *words], root.parent)


def medians(name: str, runs: list[Run]) -> dict[str, float]:
    """The rows of one kind of run."""
    return {
        name: statistics.median(run.wall for run in runs),
        f"{name}: CPU": statistics.median(run.cpu for run in runs),
    }


_APPEND = """
import sys
from datetime import datetime
from pathlib import Path
from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.journal import Journal
from nanomem_tui.changes.model import Author, AuthorKind
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.memory.tree import Tree

root, text = Path(sys.argv[1]), sys.argv[2]
tree = Tree(root)
draft = Draft(tree, now=datetime.now())
draft.add("health/allergies.md", NewFact(text))
journal = Journal(root, tree, clock=datetime.now)
outcome = journal.apply_now(draft.edits, flow="edit", author=Author(AuthorKind.PERSON, "me"), request=text)
assert not outcome.conflicts
"""


def append(root: Path, n: int) -> Run:
    """Append one fact as a process of its own that uses the library: drafted, journaled, applied, indexed."""
    return process([sys.executable, "-c", _APPEND, str(root), f"Moved to Lisbon {n} times"], root.parent)


def refresh(root: Path) -> float:
    """Seconds from a file's change being known to the tree being in step, as the watcher does it."""
    from nanomem_tui.memory.tree import Tree

    tree = Tree(root)
    tree.sync()
    file = root / "health" / "allergies.md"
    times = []
    for n in range(RUNS):
        with file.open("a") as out:
            out.write(f"- Refreshed {n} times | topic=health\n")
        begin = time.perf_counter()
        changed = tree.sync(["health/allergies.md"])
        times.append(time.perf_counter() - begin)
        assert changed == {"health/allergies.md"}
    tree.close()
    return statistics.median(times)


def measure(files: int) -> dict[str, float]:
    """All numbers of one size."""
    with tempfile.TemporaryDirectory(prefix="nanomem-scale-") as folder:
        root = Path(folder) / "memory"
        root.mkdir()
        build(root, files)
        theirs = Path(folder) / "theirs"
        shutil.copytree(root, theirs)
        cold = command(root, "search", QUERY)
        kinds: dict[str, Callable[[int], Run]] = {
            "search": lambda n: command(root, "search", QUERY),
            "search, common words": lambda n: command(root, "search", "tea and bicycles in Lima"),
            "tree": lambda n: command(root, "tree"),
            "append": lambda n: append(root, n),
            "add": lambda n: command(root, "add", "--yes", f"{NEW_FACT} I own {n + 2} cats."),
        }
        kinds |= originals(theirs)
        runs: dict[str, list[Run]] = {name: [] for name in kinds}
        for n in range(RUNS):
            for name, run in kinds.items():
                runs[name].append(run(n))
        found = {"search, cold index": cold.wall}
        for name, done in runs.items():
            found |= medians(name, done)
        found["refresh of one file"] = refresh(root)
        ours = [
            cold,
            *(run for name, done in runs.items() if not name.startswith("original") for run in done),
        ]
        found["memory, MB"] = max(run.peak for run in ours)
        found["index, MB"] = (root / ".nanomem" / "index.sqlite").stat().st_size / 2**20
        for name in ("search", "append") if "original: search" in kinds else ():
            found[f"{name}, times faster"] = found[f"original: {name}"] / found[name]
            found[f"{name}, times less CPU"] = found[f"original: {name}: CPU"] / found[f"{name}: CPU"]
    return found


def originals(root: Path) -> dict[str, Callable[[int], Run]]:
    """The original on the same tree; nothing without a checkout of it."""
    checkout = os.environ.get("NANOMEM_UPSTREAM")
    if not checkout:
        return {}
    driver = PROJECT / "tests" / "memory" / "upstream_driver.mjs"

    def run(name: str, given: object) -> Run:
        return process(["node", str(driver), checkout, name, str(root)], root.parent, json.dumps(given))

    return {
        "original: search": lambda n: run("search", {"query": QUERY}),
        "original: append": lambda n: run("ingest", {"calls": [_ADD_CALL], "mode": "conversation"}),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", nargs="*", type=int, metavar="FILES")
    sizes = parser.parse_args().sizes or SIZES
    results = {}
    for size in sizes:
        print(f"{size:,} files …", file=sys.stderr)
        results[size] = measure(size)
    print(f"load average at the end {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors")
    print(f"{'files':24}" + "".join(f"{size:>12,}" for size in sizes))
    for name in results[sizes[0]]:
        print(f"{name:24}" + "".join(f"{results[size][name]:12.3f}" for size in sizes))


if __name__ == "__main__":
    main()

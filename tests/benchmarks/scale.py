"""How the memory behaves as it grows: cold and warm times of whole processes on trees of 100 to 10,000 files.

    python tests/benchmarks/scale.py [FILES ...]

Prints one table. With NANOMEM_UPSTREAM set to a checkout of the original nanomem, its `search` and one
append run on the same trees, and the ratios are printed. Nothing outside a temporary folder is touched.
"""

import argparse
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = (100, 1_000, 10_000)
FACTS_A_FILE = 10
RUNS = 5
QUERY = "allergic penicillin"

_PROJECT = Path(__file__).resolve().parents[2]
_VERBS = "likes dislikes bought sold visited remembers plans avoids studies repaired painted met".split()
_THINGS = (
    "tea coffee bicycles gardens violins maps mountains rivers novels cameras kettles lamps bridges stamps clocks "
    "birds recipes trains museums boats tools puzzles languages markets festivals chairs windows letters songs paths"
).split()
_PLACES = (
    "Lima Oslo Kyoto Porto Turin Quito Perth Dakar Hanoi Tbilisi Leeds Bergen Cusco Riga Accra Split".split()
)
_AREAS = "health work people travel home money hobbies food".split()


def build(root: Path, files: int) -> None:
    """Write a tree of made-up facts, the same one each time."""
    rng = random.Random(7)
    for n in range(files):
        folder = root / _AREAS[n % len(_AREAS)] / f"part{n // 100:03}"
        folder.mkdir(parents=True, exist_ok=True)
        lines = [
            f"# Memory: {folder.parent.name.title()}",
            "",
            "## Working memory (current context subject to change)",
        ]
        lines += ["_No entries yet._", "", "## Long-term memory (stable facts that are unlikely to change)"]
        for _ in range(FACTS_A_FILE):
            text = f"{rng.choice(_VERBS).title()} {rng.choice(_THINGS)} and {rng.choice(_THINGS)} in {rng.choice(_PLACES)}"
            text += f" number {rng.randrange(10_000)}"
            day = f"202{rng.randrange(6)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
            lines.append(
                f"- {text} | topic={folder.parent.name} | tier=long_term | status=active | source=user_statement"
                f" | confidence=high | updated_at={day}T10:00"
            )
        lines += ["", "## History (no longer current)", "_No entries yet._", ""]
        (folder / f"file{n:05}.md").write_text("\n".join(lines))
    (root / "health" / "allergies.md").write_text(
        "# Memory: Health\n\n- Allergic to penicillin | topic=health | tier=long_term | updated_at=2026-04-07\n"
    )


_STEPS = {
    "cold index": "tree.sync()",
    "search": f"assert tree.search({QUERY!r})[0].fact.text == 'Allergic to penicillin'",
    "search, common word": "assert len(tree.search('Where are the likes and the tea and bicycles?')) == 20",
    "tree": "assert tree.files() and tree.folders()",
}
_PREAMBLE = "import sys; from pathlib import Path; from nanomem_tui.memory.tree import Tree; tree = Tree(Path(sys.argv[1])); "
_PEAK = "; import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"


def process(root: Path, step: str) -> tuple[float, float]:
    """Run one step as a process of its own; seconds of wall clock and its peak memory in MB."""
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _PREAMBLE + step + _PEAK, str(root)],
        env={**os.environ, "PYTHONPATH": str(_PROJECT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return time.perf_counter() - begin, int(done.stdout.split()[-1]) / 1024


def command(root: Path, *words: str) -> float:
    """Seconds that the `nanomem` command takes; its exit code must be 0."""
    begin = time.perf_counter()
    env = {**os.environ, "PYTHONPATH": str(_PROJECT), "NANOMEM_PROVIDER": "rules"}
    subprocess.run(
        [sys.executable, "-m", "nanomem_tui", "--root", str(root), *words],
        env=env,
        capture_output=True,
        check=True,
    )
    return time.perf_counter() - begin


def refresh(root: Path) -> float:
    """Milliseconds from a file's change being known to the tree being in step, as the watcher does it."""
    from nanomem_tui.memory.tree import Tree

    tree = Tree(root)
    tree.sync()
    file = root / "health" / "allergies.md"
    times = []
    for n in range(RUNS):
        file.write_text(file.read_text() + f"- Fact {n} | topic=health\n")
        begin = time.perf_counter()
        assert tree.sync(["health/allergies.md"]) == {"health/allergies.md"}
        times.append(time.perf_counter() - begin)
    tree.close()
    return statistics.median(times) * 1000


_UPSTREAM_SEARCH = """
import { createMemoryBank } from process.argv[2] + '/src/index.js';
"""


def measure(files: int) -> dict[str, float]:
    """All numbers of one size, in seconds, ms and MB."""
    with tempfile.TemporaryDirectory(prefix="nanomem-scale-") as folder:
        root = Path(folder) / "memory"
        root.mkdir()
        build(root, files)
        found: dict[str, float] = {}
        found["cold index"], found["peak MB, cold"] = process(root, _STEPS["cold index"])
        for name in ("search", "search, common word", "tree"):
            runs = [process(root, _STEPS[name]) for _ in range(RUNS)]
            found[name] = statistics.median(seconds for seconds, _ in runs)
            found["peak MB, warm"] = max(found.get("peak MB, warm", 0), *(peak for _, peak in runs))
        found["refresh ms"] = refresh(root)
        found["index MB"] = (root / ".nanomem" / "index.sqlite").stat().st_size / 2**20
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    sizes = parser.parse_args().sizes
    results = {size: measure(size) for size in sizes}
    names = list(next(iter(results.values())))
    print(f"{'':24}" + "".join(f"{size:>12,}" for size in sizes))
    for name in names:
        print(f"{name:24}" + "".join(f"{results[size][name]:12.3f}" for size in sizes))


if __name__ == "__main__":
    main()

"""How the app answers: start-up, first paint, keys under load, and scrolling a long trace.

    python tests/benchmarks/screens.py [--files 10000] [--rounds 5]

Prints one table. Each row is measured against a baseline of the same process: a bare Textual app, an empty
memory, an idle app, a short trace. Times are the least of some rounds (CPU seconds for start-up), latencies
the median, the 95th percentile and the most of many key presses; a key press counts until what it does is
painted. Under load a model streams, an index is built from nothing, and a file is saved 20 times a second,
all at once. Works in temporary folders only.
"""

import argparse
import asyncio
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from textual.pilot import Pilot  # noqa: E402

from nanomem_tui.agent.events import Event, EventType  # noqa: E402
from nanomem_tui.agent.models.base import Request, Response, TextDelta  # noqa: E402
from nanomem_tui.bank import MemoryBank  # noqa: E402
from nanomem_tui.memory.levels import Trust  # noqa: E402
from nanomem_tui.memory.tree import Tree  # noqa: E402
from nanomem_tui.settings import Settings  # noqa: E402
from nanomem_tui.tui import garbage, threads  # noqa: E402
from nanomem_tui.tui.app import NanomemApp  # noqa: E402
from nanomem_tui.tui.screens.memory import MemoryScreen  # noqa: E402
from tests.benchmarks.scale import build  # noqa: E402

SIZE = (140, 45)
PRESSES = 150
SAVES_A_SECOND = 20
BARE = """
from textual.app import App
class Bare(App):
    def on_mount(self): self.call_after_refresh(self.exit)
Bare().run(headless=True)
"""
OURS = """
import sys
from pathlib import Path
from nanomem_tui.settings import Settings
from nanomem_tui.tui.app import NanomemApp
class Once(NanomemApp):
    def on_mount(self):
        super().on_mount()
        self.call_after_refresh(self.exit)
Once(Settings(root=Path(sys.argv[1]))).run(headless=True)
"""


class Chatty:
    """A model that streams words for as long as it is let."""

    provider, name, trust, endpoint = "chatty", "chatty", Trust.LOCAL, ""

    def __init__(self) -> None:
        self.words = 0

    async def stream(self, request: Request) -> AsyncIterator[TextDelta | Response]:
        while True:
            self.words += 1
            yield TextDelta(f"word{self.words} ")
            await asyncio.sleep(0.01)

    async def close(self) -> None: ...


def row(name: str, value: str, baseline: str, ratio: float | None) -> None:
    """Print one line of the table."""
    print(
        f"{name:<44} {value:>30} {baseline:>30} {f'{ratio:.2f}x' if ratio is not None else '':>8}", flush=True
    )


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


# Start-up


def start_up(rounds: int, empty: Path) -> None:
    """CPU seconds of a whole process up to its first paint."""

    def cpu(code: str, *words: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        environment = {**os.environ, "PYTHONPATH": str(PROJECT), "HOME": str(empty.parent)}
        subprocess.run([sys.executable, "-c", code, *words], check=True, env=environment, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    bare = min(cpu(BARE) for _ in range(rounds))
    ours = min(cpu(OURS, str(empty)) for _ in range(rounds))
    row("start-up, CPU (bare Textual app)", milliseconds(ours), milliseconds(bare), ours / bare)


# First paint


async def first_paint(root: Path) -> list[float]:
    """Seconds until the first frame, the files, the facts of the first file, and all of it as it is now."""
    app = NanomemApp(Settings(root=root))
    began = time.perf_counter()

    def since() -> float:
        return time.perf_counter() - began

    async with app.run_test(size=SIZE) as pilot:
        painted = since()
        screen = app.screen
        assert isinstance(screen, MemoryScreen)
        moments = [painted]
        for shows in (lambda: screen.files.rows, lambda: screen.facts.facts, lambda: screen.has_looked):
            while not (screen.has_looked or shows()):
                # Seldom: to look all the time would take half the interpreter from what is looked for.
                await pilot.pause(0.005)
            moments.append(since())
        return moments


async def first_paints(rounds: int, empty: Path, big: Path, files: int) -> None:
    """First frame and first content, empty against large, one after the other."""
    for root in (empty, big):
        await first_paint(root)
    taken = [(await first_paint(empty), await first_paint(big)) for _ in range(rounds)]
    for index, what in enumerate(("first paint", "first files in the tree", "first facts", "all looked at")):
        small, large = (min(pair[which][index] for pair in taken) for which in (0, 1))
        row(f"{what}, {files:,} files (empty)", milliseconds(large), milliseconds(small), large / small)
    # As if the memory had just been copied here: the index is built from nothing.
    tree = Tree(big)
    tree.forget_index()
    cold = await first_paint(big)
    for index, what in enumerate(("first paint", "first files in the tree", "first facts", "all looked at")):
        small = min(pair[0][index] for pair in taken)
        row(
            f"{what}, no index yet (empty)",
            milliseconds(cold[index]),
            milliseconds(small),
            cold[index] / small,
        )


# Keys


async def presses(pilot: Pilot[int], keys: tuple[str, ...], number: int = PRESSES) -> list[float]:
    """Seconds from each key press to the end of the paint that shows it."""
    app = pilot.app
    taken = []
    for n in range(number):
        done = asyncio.Event()
        began = time.perf_counter()
        app.simulate_key(keys[n % len(keys)])
        # Behind the key in the queue of the screen, and then behind the paint that it asked for.
        app.screen.call_later(app.screen.call_after_refresh, done.set)
        await done.wait()
        taken.append(time.perf_counter() - began)
        await asyncio.sleep(0.005 + 0.013 * (n % 3))
    return sorted(taken)


def told(taken: list[float]) -> str:
    middle, late = statistics.median(taken), taken[int(len(taken) * 0.95)]
    return f"{middle * 1000:.1f} / {late * 1000:.1f} / {taken[-1] * 1000:.1f} ms"


async def key_latency(big: Path, other: Path) -> None:
    """A key press in the tree and in the facts: idle, then while everything happens at once."""
    model = Chatty()
    settings = Settings(root=big)
    app = NanomemApp(settings, bank=MemoryBank(settings=settings, model=model))
    stop = threading.Event()
    counts = {"saves": 0, "built": 0}

    def save() -> None:
        file = big / "health" / "allergies.md"
        text = file.read_text()
        while not stop.wait(1 / SAVES_A_SECOND):
            counts["saves"] += 1
            aside = file.with_suffix(".new")
            aside.write_text(text.replace("Allergic", f"Allergic ({counts['saves']})"))
            aside.replace(file)
        file.write_text(text)

    def index() -> None:
        while not stop.is_set():
            tree = Tree(other)
            tree.forget_index()

            def halt(done: int, to_do: int) -> None:
                counts["built"] = max(counts["built"], done)
                # As where the app's own bank builds its index.
                app.progress.indexing(done, to_do)
                if stop.is_set():
                    raise InterruptedError

            try:
                tree.sync(progress=halt)
            except InterruptedError:
                pass
            finally:
                tree.close()

    async with app.run_test(size=SIZE) as pilot:
        screen = app.screen
        assert isinstance(screen, MemoryScreen)
        while not screen.has_looked:
            await pilot.pause(0)
        screen.select("health/allergies.md")
        await _keys(pilot, screen, "idle", None)
        idle = await _keys(pilot, screen, "idle", None)
        screen._begin("add", screen._add("I moved to Lisbon."))
        for work in (save, index):
            threading.Thread(target=work, daemon=True).start()
        while not (model.words > 20 and counts["built"] and counts["saves"] > 20):
            await pilot.pause(0.05)
        await _keys(pilot, screen, "under load (idle)", idle)
        stop.set()
        screen.cancel_run()
        await pilot.pause(0.3)


async def _keys(
    pilot: Pilot[int], screen: MemoryScreen, when: str, baseline: dict[str, list[float]] | None
) -> dict[str, list[float]]:
    found = {}
    places: tuple[tuple[str, Callable[[], Any], tuple[str, ...]], ...] = (
        ("tree", screen.files.focus, ("down", "down", "up", "right", "down")),
        ("prompt", screen.prompt.text_area.focus, ("a", "b", "backspace")),
    )
    for name, focus, keys in places:
        focus()
        await pilot.pause(0)
        found[name] = await presses(pilot, keys)
        if baseline is not None:
            before = baseline[name]
            ratio = statistics.median(found[name]) / statistics.median(before)
            row(f"key in the {name}, {when}", told(found[name]), told(before), ratio)
    screen.to_list()
    return found


# Traces


def events(number: int) -> list[Event]:
    """A run of many steps."""
    at = datetime(2026, 3, 1, tzinfo=UTC)

    def event(n: int, kind: EventType, **attributes: Any) -> Event:
        return Event(kind, at + timedelta(seconds=n), "01ARZ3NDEKTSV4RRFFQ69G5FAV", attributes)

    made = [event(0, EventType.RUN_STARTED, flow="add", request="I moved to Lisbon.")]
    for n in range(1, number - 1):
        call = {"id": f"call{(n + 1) // 2}", "tool": "search_facts"}
        if n % 2:
            made.append(event(n, EventType.TOOL_CALLED, **call, arguments={"query": f"fact {n}"}))
        else:
            made.append(event(n, EventType.TOOL_RETURNED, **call, result=f"[abc] Fact {n}\n" * 3))
    return [*made, event(number, EventType.RUN_FINISHED, state="done", summary="done")]


async def trace_scroll(empty: Path) -> None:
    """Page keys in a trace of 5,000 events against one of 50."""
    found = {}
    for number in (50, 5_000):
        app = NanomemApp(Settings(root=empty))
        async with app.run_test(size=SIZE) as pilot:
            screen = app.screen
            assert isinstance(screen, MemoryScreen)
            began = time.perf_counter()
            for one in events(number):
                screen.trace.show_event(one)
            await pilot.pause(0)
            fed = (time.perf_counter() - began) / number
            screen.trace.focus()
            await pilot.pause(0)
            found[number] = (await presses(pilot, ("pageup", "up", "pagedown", "up", "pageup")), fed)
    long, short = found[5_000], found[50]
    ratio = statistics.median(long[0]) / statistics.median(short[0])
    row("key in a trace of 5,000 events (of 50)", told(long[0]), told(short[0]), ratio)
    row("one more event, 5,000 (50)", milliseconds(long[1]), milliseconds(short[1]), long[1] / short[1])


def main() -> int:
    """Measure everything."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOME"] = folder
        empty, big, other = (Path(folder, name) for name in ("empty", "big", "other"))
        empty.mkdir()
        for root in (big, other):
            build(root, arguments.files)
        (big / "about.md").write_text("- Lives in Lisbon\n")
        tree = Tree(big)
        tree.sync()
        tree.close()
        garbage.spare()
        threads.take_turns()
        print(f"{'':<44} {'measured':>30} {'baseline':>30} {'ratio':>8}")
        start_up(arguments.rounds, empty)
        asyncio.run(first_paints(arguments.rounds, empty, big, arguments.files))
        asyncio.run(key_latency(big, other))
        asyncio.run(trace_scroll(empty))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Forgotten is gone: no byte of a canary anywhere, whatever road it came by and who was killed meanwhile."""

import os
import random
import signal
import time
from pathlib import Path

import pytest

from nanomem_tui.changes.journal import Journal

from .canaries import MARK, ROADS, Nest, Step, forget, holding, plant, word, work

FOLDERS = ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")


@pytest.fixture
def nest(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Nest:
    home = tmp_path / "home"
    outside = tmp_path / "outside"
    for folder in (home, outside):
        folder.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in FOLDERS:
        monkeypatch.setenv(name, str(home / name.lower()))
    return Nest(root, outside)


def places(nest: Nest) -> tuple[Path, ...]:
    """Wherever something of ours may lie."""
    return (nest.root, Path.home())


def drive(nest: Nest, steps: list[Step], kills: int, draw: random.Random) -> int:
    """Have children take the steps, killing so many of them; each goes on where the last one was.

    Returns:
        How often a killed child had left something open.
    """
    at = recovered = refused = 0
    pace, all_kills = 0.2, kills
    while at < len(steps):
        read_end, write_end = os.pipe()
        begun = time.monotonic()
        child = os.fork()
        if child == 0:
            try:
                os.close(read_end)
                with os.fdopen(write_end, "w", buffering=1) as out:
                    work(nest, steps[at:], lambda word: print(word, file=out))
            finally:
                os._exit(0)
        os.close(write_end)
        with os.fdopen(read_end) as pipe:
            said = []
            if kills:
                said += [pipe.readline().strip() for _ in range(draw.randrange(3))]
                # Not a wait for something: the time of the kill is the thing drawn.
                time.sleep(draw.uniform(0, pace))
                os.kill(child, signal.SIGKILL)
                kills -= 1
            said += pipe.read().splitlines()
        os.waitpid(child, 0)
        done = said.count("done")
        pace = (time.monotonic() - begun) / (done + 1)
        bugs = [line.replace("\\n", "\n") for line in said if line.startswith("bug")]
        assert not bugs, bugs[0]
        refused += sum(line.startswith("refused") for line in said)
        at += done
        bank = nest.bank()
        if nest.root.exists():
            recovered += bool(Journal(nest.root, bank.tree_index, clock=bank.clock).recover())
        bank.tree_index.close()
    assert refused <= all_kills, "a road is closed"
    return recovered


def canaries(nest: Nest, number: int, kills: int) -> None:
    draw = random.Random(11)
    numbers = list(range(number))
    recovered = drive(nest, [(plant, n) for n in numbers], kills // 2, draw)
    planted = [n for n in numbers if holding(word(n), nest.root)]
    assert planted == numbers, "a road led nowhere"
    draw.shuffle(numbers)
    recovered += drive(nest, [(forget, n) for n in numbers], kills - kills // 2, draw)
    print({"canaries": number, "kills": kills, "recovered": recovered})
    assert holding(MARK, *places(nest)) == []
    nest.run("add", "I feed a lion.", "--yes")
    assert nest.run("history") == nest.run("doctor") == 0
    assert holding(MARK, *places(nest)) == []
    assert holding("lion", nest.root), "forgetting took what it should not"


def test_a_canary_by_every_road_is_gone_to_the_byte(nest: Nest) -> None:
    canaries(nest, len(ROADS), kills=16)


@pytest.mark.long
def test_a_hundred_canaries_are_gone_to_the_byte(nest: Nest) -> None:
    canaries(nest, 100, kills=400)

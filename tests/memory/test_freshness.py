"""What was saved before a question is in its answer, however soon before and however large the tree."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from nanomem_tui.memory.catalog import settled
from nanomem_tui.memory.index import Index
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.scan import stamp_of
from nanomem_tui.memory.tree import Tree

TICK_NS = 10_000_000
MANY = 2_100
"""Files from which a look at the disk is not repeated at once, and some."""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("many")
    for n in range(MANY):
        folder = root / f"part{n // 100}"
        folder.mkdir(exist_ok=True)
        (folder / f"{n}.md").write_text(f"- Fact number {n}\n")
    return root


def trusted(file: Path) -> bool:
    """Whether the index takes the file for what it has read, as long as its stamp stays."""
    index = Index.open(file.parent)
    known, _ = index.files()
    index.close()
    return known[file.name].is_at(stamp_of(file.stat()))


def wait_until_settled(file: Path) -> None:
    while not settled(stamp_of(file.stat())):
        time.sleep(0.005)


def test_two_saves_within_one_tick_of_the_clock(tmp_path: Path) -> None:
    """Same size, same time stamps as far as the file system's clock is fine enough, other bytes."""
    file = tmp_path / "a.md"
    tree = Tree(tmp_path)
    same = 0
    for n in range(100):
        file.write_text(f"- Number {n:04} before\n")
        before = file.stat()
        assert [fact.text for fact in tree.facts()] == [f"Number {n:04} before"]
        file.write_text(f"- Number {n:04} behind\n")
        after = file.stat()
        same += (before.st_mtime_ns, before.st_ctime_ns) == (after.st_mtime_ns, after.st_ctime_ns)
        assert [fact.text for fact in tree.facts()] == [f"Number {n:04} behind"], (
            f"{same} saves shared a tick"
        )
        assert tree.search("behind")
    tree.close()


def test_a_stamp_is_trusted_only_once_it_is_older_than_a_tick(tmp_path: Path) -> None:
    """Where a clock ticks every 10 ms, two saves within one have the same stamp."""
    file = tmp_path / "a.md"
    tree = Tree(tmp_path)
    for n in range(1_000):
        file.write_text(f"- Number {n}\n")
        tree.sync()
        if time.time_ns() - file.stat().st_mtime_ns < TICK_NS:
            break
    assert not trusted(file)
    wait_until_settled(file)
    assert tree.sync() == set()
    assert trusted(file)
    tree.close()


def test_a_save_with_its_old_time_put_back(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("- One\n")
    wait_until_settled(file)
    tree = Tree(tmp_path)
    tree.sync()
    assert trusted(file)
    info = file.stat()
    file.write_text("- Two\n")
    os.utime(file, ns=(info.st_atime_ns, info.st_mtime_ns))
    assert [fact.text for fact in tree.facts()] == ["Two"]
    tree.close()


def test_another_process_sees_what_was_saved_just_before(many: Path) -> None:
    Tree(many).sync()
    ask = "import sys; from pathlib import Path; from nanomem_tui.memory.tree import Tree;"
    ask += "print([hit.fact.text for hit in Tree(Path(sys.argv[1])).search('tangerine')])"
    (many / "part3" / "333.md").write_text("- Grows tangerines\n")
    done = subprocess.run([sys.executable, "-c", ask, str(many)], capture_output=True, text=True, check=True)
    assert done.stdout == "['Grows tangerines']\n"


@pytest.mark.parametrize(
    "surely",
    [
        lambda tree: [fact.text for fact in tree.facts("part0/7.md")],
        lambda tree: [fact.text for fact in tree.withheld(Level.PRIVATE)],
        lambda tree: [info.title for info in tree.files() if info.path == "part0/7.md" and info.level],
        lambda tree: [fact.text for fact in tree.read("part0/7.md").document.facts],
    ],
    ids=["facts", "withheld", "files", "read"],
)
def test_what_the_gate_rests_on_is_looked_at_each_time(
    many: Path, surely: Callable[[Tree], list[str]]
) -> None:
    """Right behind a look at a large tree, which for a search would do."""
    tree = Tree(many)
    for n in range(5):
        tree.search("number")
        text = f"---\ntitle: Says {n}\ndisclosure: private\n---\n- Says {n}\n"
        (many / "part0" / "7.md").write_text(text)
        assert surely(tree) == [f"Says {n}"]
    tree.close()


def test_a_search_sees_it_a_moment_later(many: Path) -> None:
    tree = Tree(many)
    tree.search("number")
    (many / "part1" / "late.md").write_text("- Keeps kingfishers\n")
    end = time.monotonic() + 5
    while not tree.search("kingfishers"):
        assert time.monotonic() < end
    assert tree.exists("part1/late.md")
    assert tree.find("late") == "part1/late.md"
    tree.close()

"""Whatever way a file is saved, made, moved or deleted, the watcher ends in the true state."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from nanomem_tui.memory.tree import Tree
from nanomem_tui.memory.watch import Seen, watch

PATIENCE = 10.0


class Watcher:
    """A running watch, asked for what it has seen."""

    def __init__(self, root: Path, tree: Tree) -> None:
        self.root = root
        self.tree = tree
        self.stop = asyncio.Event()
        self.seen: list[Seen] = []
        self._stream = watch(root, stop=self.stop, tree=tree)

    async def start(self) -> None:
        first = await asyncio.wait_for(anext(self._stream), PATIENCE)
        assert not first

    async def until(self, condition: Callable[[], bool]) -> None:
        """Take what comes until `condition` holds."""

        async def take() -> None:
            while not condition():
                self.seen.append(await anext(self._stream))

        await asyncio.wait_for(take(), PATIENCE)

    def files(self) -> set[str]:
        return {path for seen in self.seen for path in seen.files}

    def state(self) -> dict[str, str]:
        """The truth as the tree has it now, without looking at the disk again."""
        return {path: self.tree.read(path).text for path in self.tree.hashes()}

    async def end(self) -> None:
        self.stop.set()
        async for _ in self._stream:
            pass
        self.tree.close()


@pytest.fixture
async def watcher(tmp_path: Path) -> AsyncIterator[Watcher]:
    (tmp_path / "a.md").write_text("- one\n")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.md").write_text("- two\n")
    watcher = Watcher(tmp_path, Tree(tmp_path))
    await watcher.start()
    yield watcher
    await watcher.end()


async def test_write_in_place(watcher: Watcher) -> None:
    (watcher.root / "a.md").write_text("- changed\n")
    await watcher.until(lambda: watcher.files() == {"a.md"})


async def test_temp_and_replace(watcher: Watcher) -> None:
    temp = watcher.root / "deep" / ".b.tmp"
    temp.write_text("- replaced\n")
    temp.replace(watcher.root / "deep" / "b.md")
    await watcher.until(lambda: watcher.files() == {"deep/b.md"})


async def test_vim_save_by_rename(watcher: Watcher) -> None:
    file = watcher.root / "a.md"
    file.rename(watcher.root / "a.md~")
    file.write_text("- from vim\n")
    (watcher.root / "a.md~").unlink()
    await watcher.until(lambda: watcher.files() == {"a.md"})
    assert watcher.state()["a.md"] == "- from vim\n"


async def test_touch_is_no_change(watcher: Watcher) -> None:
    os.utime(watcher.root / "a.md")
    (watcher.root / "deep" / "b.md").write_text("- two\n")
    (watcher.root / "c.md").write_text("- real\n")
    await watcher.until(lambda: "c.md" in watcher.files())
    assert watcher.files() == {"c.md"}


async def test_burst(watcher: Watcher) -> None:
    for i in range(300):
        (watcher.root / f"burst{i}.md").write_text(f"- {i}\n")
    for i in range(0, 300, 2):
        (watcher.root / f"burst{i}.md").unlink()
    await watcher.until(lambda: len(watcher.tree.hashes()) == 152)


async def test_file_in_new_nested_folder(watcher: Watcher) -> None:
    folder = watcher.root / "new" / "and" / "nested"
    folder.mkdir(parents=True)
    (folder / "c.md").write_text("- deep\n")
    await watcher.until(lambda: watcher.files() == {"new/and/nested/c.md"})
    (folder / "d.md").write_text("- later\n")
    await watcher.until(lambda: "new/and/nested/d.md" in watcher.files())


async def test_files_that_come_while_the_system_begins_to_watch_a_new_folder(watcher: Watcher) -> None:
    """Some are made before it watches and give no event: each is found all the same."""
    for n in range(8):
        folder = watcher.root / f"new{n}" / "and" / "nested"
        folder.mkdir(parents=True)
        for k in range(6):
            (folder / f"{k}.md").write_text(f"- {n} {k}\n")
            for _ in range(n * 20):
                await asyncio.sleep(0)
    await watcher.until(lambda: len(watcher.tree.hashes()) == 2 + 8 * 6)
    assert watcher.state()["new7/and/nested/5.md"] == "- 7 5\n"


async def test_moved_and_deleted_folders(watcher: Watcher) -> None:
    (watcher.root / "deep").rename(watcher.root / "moved")
    await watcher.until(lambda: watcher.files() >= {"deep/b.md", "moved/b.md"})
    assert set(watcher.state()) == {"a.md", "moved/b.md"}
    shutil.rmtree(watcher.root / "moved")
    await watcher.until(lambda: set(watcher.tree.hashes()) == {"a.md"})


async def test_folder_moved_in_from_outside(
    watcher: Watcher, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "vault"
    (outside / "x").mkdir(parents=True)
    (outside / "x" / "y.md").write_text("- in\n")
    outside.rename(watcher.root / "vault")
    await watcher.until(lambda: watcher.files() == {"vault/x/y.md"})


async def test_our_own_state(watcher: Watcher) -> None:
    state = watcher.root / ".nanomem"
    (state / "changes").mkdir()
    (state / "changes" / "01ABC.json").write_text("{}")
    await watcher.until(lambda: any(seen.changes for seen in watcher.seen))
    (state / "traces").mkdir()
    (state / "traces" / "01TRACE.jsonl").write_text("{}\n")
    await watcher.until(lambda: any("01TRACE" in seen.traces for seen in watcher.seen))
    with (state / "traces" / "01TRACE.jsonl").open("a") as file:
        file.write("{}\n")
    await watcher.until(lambda: sum("01TRACE" in seen.traces for seen in watcher.seen) >= 2)
    (state / "policy.yaml").write_text("levels: {}\n")
    await watcher.until(lambda: any(seen.policy for seen in watcher.seen))
    assert not watcher.files()


async def test_dot_folders_and_other_files_are_silent(watcher: Watcher) -> None:
    (watcher.root / ".git").mkdir()
    (watcher.root / ".git" / "config.md").write_text("- no\n")
    (watcher.root / "picture.png").write_bytes(b"no")
    (watcher.root / "yes.md").write_text("- yes\n")
    await watcher.until(lambda: "yes.md" in watcher.files())
    assert watcher.files() == {"yes.md"}


async def test_root_made_later_and_replaced(tmp_path: Path) -> None:
    root = tmp_path / "memory"
    watcher = Watcher(root, Tree(root))
    root.mkdir()
    await watcher.start()
    (root / "a.md").write_text("- one\n")
    await watcher.until(lambda: watcher.files() == {"a.md"})
    root.rename(tmp_path / "old")
    root.mkdir()
    (root / "b.md").write_text("- other\n")
    await watcher.until(lambda: set(watcher.tree.hashes()) == {"b.md"})
    await watcher.end()


async def test_stop_ends_at_once(watcher: Watcher) -> None:
    watcher.stop.set()
    async with asyncio.timeout(2):
        async for _ in watcher._stream:
            pass

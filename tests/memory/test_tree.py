"""The tree shows what is on the disk, with levels and counts, and parses only what changed."""

import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Thread

import pytest

from nanomem_tui.memory.errors import NotFound
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.overview import glance
from nanomem_tui.memory.tree import Tree, rank_documents, tree_index_text


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "health/allergies.md": "---\ndescription: What I react to\ndisclosure: ask\n---\n"
        "# Memory: Allergies\n\n"
        "- Allergic to penicillin | topic=health | updated_at=2026-04-07\n"
        "- Secret condition | disclosure=private\n",
        "personal/about me.md": "# Memory: Personal\n\n- Lives in Seattle\n- Likes tea\n\n"
        "## History\n- Lived in Lima\n",
        "personal/deep/er/notes.md": "Just prose.\n",
        "work.md": "- Works at Acme\n",
        "broken.md": "---\ntitle: [\n---\n- Hidden behind a fault\n",
        "_tree.md": "# Memory Index\n",
        ".obsidian/x.md": "- no\n",
        "note.txt": "- no\n",
        "a.sync-conflict-20260101-120000-ABC.md": "- no\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.fixture
def tree(root: Path) -> Iterator[Tree]:
    tree = Tree(root, today=lambda: date(2026, 11, 22))
    yield tree
    tree.close()


def test_files(tree: Tree) -> None:
    found = {info.path: info for info in tree.files()}
    assert list(found) == sorted(found)
    assert {path for path, info in found.items() if not info.skipped} == {
        *("broken.md", "health/allergies.md", "personal/about me.md", "personal/deep/er/notes.md", "work.md")
    }
    assert found["a.sync-conflict-20260101-120000-ABC.md"].skipped
    allergies = found["health/allergies.md"]
    assert (allergies.title, allergies.description, allergies.facts) == ("Allergies", "What I react to", 2)
    assert allergies.level is Level.ASK
    assert allergies.bytes == (tree.root / "health/allergies.md").stat().st_size
    assert found["work.md"].title == "work"
    assert found["broken.md"].level is Level.PRIVATE
    assert found["broken.md"].fault


def test_folders(tree: Tree) -> None:
    (tree.root / "empty").mkdir()
    folders = {info.path: (info.files, info.facts) for info in tree.folders()}
    assert folders == {
        "": (5, 7),
        "empty": (0, 0),
        "health": (1, 2),
        "personal": (2, 3),
        "personal/deep": (1, 0),
        "personal/deep/er": (1, 0),
    }


def test_read_gives_effective_levels(tree: Tree) -> None:
    file = tree.read("health/allergies.md")
    assert [fact.level for fact in file.document.facts] == [Level.ASK, Level.PRIVATE]
    assert file.document.facts[0].ref.startswith("health/allergies.md#")
    assert file.text.startswith("---\n")
    tree.sync()
    assert tree.hashes()["health/allergies.md"] == file.sha256
    with pytest.raises(NotFound):
        tree.read("health/none.md")


def test_the_strictest_level_wins(tree: Tree) -> None:
    (tree.root / ".nanomem" / "policy.yaml").parent.mkdir(exist_ok=True)
    (tree.root / ".nanomem" / "policy.yaml").write_text('levels: {"personal/**": private}\n')
    texts = {fact.text for fact in tree.withheld(Level.PRIVATE)}
    assert texts == {
        "Lives in Seattle",
        "Likes tea",
        "Lived in Lima",
        "Secret condition",
        "Hidden behind a fault",
    }
    assert {fact.text for fact in tree.withheld(Level.ASK)} == texts | {"Allergic to penicillin"}
    assert all(fact.level >= Level.ASK for fact in tree.withheld(Level.ASK))
    assert {hit.fact.level for hit in tree.search("tea Seattle Lima")} == {Level.PRIVATE}
    assert next(info.level for info in tree.folders() if info.path == "personal") is Level.PRIVATE
    (tree.root / ".nanomem" / "policy.yaml").write_text("nonsense: [")
    assert {info.level for info in tree.files()} == {Level.PRIVATE}


def test_sync_tells_what_changed(tree: Tree) -> None:
    assert len(tree.sync()) == 5
    assert tree.sync() == set()
    (tree.root / "work.md").write_text("- Works at Initech\n")
    (tree.root / "new.md").write_text("- New\n")
    (tree.root / "broken.md").unlink()
    mark = tree.mark()
    assert tree.search("Initech")
    assert tree.sync() == {"work.md", "new.md", "broken.md"}
    assert tree.changed_since(mark) == {"work.md", "new.md", "broken.md"}
    os.utime(tree.root / "work.md")
    assert tree.sync() == set()


def test_a_change_of_the_same_size_in_the_same_tick_is_seen(tree: Tree) -> None:
    file = tree.root / "work.md"
    for n in range(50):
        file.write_text(f"- Works at number {n % 10}\n")
        assert tree.search("works number")[0].fact.text == f"Works at number {n % 10}"


def test_sync_below_looks_there_only(tree: Tree) -> None:
    tree.sync()
    (tree.root / "work.md").write_text("- changed\n")
    (tree.root / "personal/about me.md").write_text("- changed too\n")
    assert tree.sync(["work.md"]) == {"work.md"}
    assert tree.sync(["personal"]) == {"personal/about me.md"}
    (tree.root / "personal").rename(tree.root / "moved")
    assert tree.sync(["personal", "moved"]) == {
        *("personal/about me.md", "personal/deep/er/notes.md", "moved/about me.md", "moved/deep/er/notes.md")
    }
    assert tree.sync() == set()


def test_find(tree: Tree) -> None:
    for loose in ("work", "WORK.md", "./work.md", "/work", " work ", "Work.MD"):
        assert tree.find(loose) == "work.md"
    for loose in ("About Me", "about-me", "about_me.md", "personal/about-me", "Personal\\About me.md"):
        assert tree.find(loose) == "personal/about me.md"
    for loose in ("", "none", "../work", "health", "other/work", "..", "/"):
        assert tree.find(loose) is None
    (tree.root / "health" / "work.md").write_text("")
    assert tree.find("work") == "work.md"
    (tree.root / "personal" / "allergies.md").write_text("")
    assert tree.find("allergies") is None, "it could mean two"


def test_frozen_serves_one_state(tree: Tree) -> None:
    with tree.frozen():
        (tree.root / "late.md").write_text("- late\n")
        assert not tree.exists("late.md")
        assert not tree.search("late")
    assert tree.exists("late.md")


def test_index_is_private_and_rebuilt(tree: Tree) -> None:
    index = tree.root / ".nanomem" / "index.sqlite"
    tree.sync()
    assert index.stat().st_mode & 0o777 == 0o600
    assert index.parent.stat().st_mode & 0o777 == 0o700
    tree.close()
    for damage in (
        b"",
        b"garbage" * 5000,
        index.read_bytes()[:9000],
        b"SQLite format 3\x00" + b"\xff" * 9000,
    ):
        index.write_bytes(damage)
        assert tree.search("penicillin")[0].fact.text == "Allergic to penicillin"
        tree.close()
    with sqlite3.connect(index) as db:
        db.execute("PRAGMA user_version = 99")
    assert tree.search("penicillin")
    index.unlink()
    assert tree.search("penicillin"), "gone while in use"
    assert index.exists()


def test_an_index_broken_inside_is_rebuilt(tree: Tree) -> None:
    tree.sync()
    tree.close()
    index = tree.root / ".nanomem" / "index.sqlite"
    data = bytearray(index.read_bytes())
    data[4096 : len(data) - 4096] = b"\x5a" * (len(data) - 8192)
    index.write_bytes(data)
    assert tree.search("penicillin")[0].fact.text == "Allergic to penicillin"
    assert len(tree.facts()) == 7


def test_forget_index_leaves_no_byte(tree: Tree) -> None:
    (tree.root / "x.md").write_text("- zebracode\n")
    assert tree.search("zebracode")
    (tree.root / "x.md").unlink()
    tree.forget_index()
    assert tree.search("penicillin")
    assert not any(b"zebracode" in file.read_bytes() for file in (tree.root / ".nanomem").iterdir())


def test_a_root_that_cannot_be_written(root: Path) -> None:
    (root / ".nanomem").write_text("in the way")
    tree = Tree(root)
    assert tree.search("penicillin")
    tree.close()
    assert (root / ".nanomem").read_text() == "in the way"


def test_a_root_that_comes_later(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "memory")
    assert tree.files() == []
    assert tree.folders()[0].files == 0
    assert not (tmp_path / "memory").exists()
    (tmp_path / "memory").mkdir()
    (tmp_path / "memory" / "a.md").write_text("- here\n")
    assert tree.search("here")
    assert (tmp_path / "memory" / ".nanomem" / "index.sqlite").exists()
    tree.close()


def test_two_trees_and_many_threads(root: Path) -> None:
    trees = [Tree(root), Tree(root)]

    def work(n: int) -> None:
        tree = trees[n % 2]
        for i in range(10):
            (root / f"thread{n}.md").write_text(f"- thread {n} round {i}\n")
            assert [fact.text for fact in tree.facts(f"thread{n}.md")] == [f"thread {n} round {i}"]
            assert tree.search(f"round {i}")
            assert len(tree.files()) >= 6

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    first, second = ({info.path: info.facts for info in tree.files()} for tree in trees)
    assert first == second
    for tree in trees:
        tree.close()


def test_a_glance_tells_what_was_known_and_looks_at_nothing(tree: Tree) -> None:
    files, folders = tree.files(), tree.folders()
    tree.close()
    path = next(file.path for file in files if not file.skipped)
    (tree.root / path).write_text("- One\n- Two\n- And many more\n")
    seen_folders, seen_files, counted = glance(tree.root)
    assert counted
    when = {file.path: file.updated_at for file in seen_files}
    assert seen_files == [file._replace(updated_at=when[file.path]) for file in files if not file.skipped]
    assert seen_folders == folders


def test_a_glance_without_an_index_tells_names_and_makes_no_count(tree: Tree) -> None:
    files, folders = tree.files(), tree.folders()
    tree.forget_index()
    seen_folders, seen_files, counted = glance(tree.root)
    assert not counted
    assert [file.path for file in seen_files] == [file.path for file in files if not file.skipped]
    assert [(one.path, one.files, one.level) for one in seen_folders] == [
        (one.path, one.files, one.level) for one in folders
    ]


def test_some_files_again_are_as_a_look_at_all_finds_them(tree: Tree) -> None:
    path = next(file.path for file in tree.files() if not file.skipped)
    (tree.root / path).write_text("---\ndisclosure: private\n---\n- One\n- Two\n")
    (again,) = tree.again({path, "gone.md"}).values()
    assert again == next(file for file in tree.files() if file.path == path)
    assert (again.facts, again.level) == (2, Level.PRIVATE)


def test_a_file_is_read_while_the_index_is_built(tree: Tree) -> None:
    """Nobody waits for a large memory to be read to see one file of it."""
    path = next(file.path for file in tree.files() if not file.skipped)
    tree.forget_index()
    read: list[str] = []

    def meanwhile(done: int, to_do: int) -> None:
        if not done:
            other = Thread(target=lambda: read.append(tree.read(path).path))
            other.start()
            other.join(10)

    tree.sync(progress=meanwhile)
    assert read == [path]


def test_index_text_in_upstreams_format(tree: Tree) -> None:
    text = tree_index_text(tree.files())
    lines = text.splitlines()
    assert lines[:2] == ["# Memory Index", ""]
    assert any(line.startswith("- health/allergies.md (2 items, updated 20") for line in lines)
    assert any(
        line.startswith("- work.md (1 item, updated 20") and line.endswith(") — work") for line in lines
    )
    assert "Seattle" not in text
    assert tree_index_text([]) == "# Memory Index\n\n_No files yet._"


def test_progress_counts_to_the_end(tree: Tree) -> None:
    told: list[tuple[int, int]] = []
    tree.sync(progress=lambda done, all_: told.append((done, all_)))
    assert told[0] == (0, 5)
    assert told[-1] == (5, 5)


def test_drafts_rank_as_the_tree_does(tree: Tree) -> None:
    documents = [tree.read(info.path).document for info in tree.files() if not info.skipped]
    for query in ("penicillin", "Where did I live?", "tea Acme"):
        in_tree = [hit.fact.ref for hit in tree.search(query)]
        assert [hit.fact.ref for hit in rank_documents(documents, query, today=date(2026, 11, 22))] == in_tree

"""No path, however written, leads out of the memory root or to what is no memory file."""

import os
import socket
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.memory.errors import MemoryUnreadable, NanomemError, NotFound, UnsafePath
from nanomem_tui.memory.paths import (
    SIZE_CAP,
    check_path,
    is_memory_path,
    read_bytes,
    skip_reason,
    state_dir,
    twin_key,
)
from nanomem_tui.memory.tree import Tree
from tests.memory.hostile import GOOD, HOSTILE

SECRET = b"- a secret outside the root\n"


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A memory root with a secret above it, beside it and hidden in it."""
    (tmp_path / "x.md").write_bytes(SECRET)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x.md").write_bytes(SECRET)
    root = tmp_path / "root"
    for folder in (".git", ".nanomem", "a", "nul"):
        (root / folder).mkdir(parents=True)
        (root / folder / "x.md").write_bytes(SECRET if folder != "a" else b"- fine\n")
    yield root


def test_there_are_enough_of_them() -> None:
    assert len(set(HOSTILE)) >= 100


@pytest.mark.parametrize("path", HOSTILE, ids=ascii)
def test_hostile_path(path: str, root: Path) -> None:
    """No operation takes it, none finds anything by it, and the error can be shown."""
    before = {p: p.stat().st_mtime_ns for p in root.parent.rglob("*") if ".nanomem" not in p.parts}
    tree = Tree(root)
    with pytest.raises(UnsafePath) as caught:
        check_path(path)
    assert str(caught.value).isprintable()
    with pytest.raises(UnsafePath):
        tree.read(path)
    with pytest.raises(UnsafePath):
        read_bytes(root, path)
    assert not tree.exists(path)
    assert tree.find(path) in (None, "a/x.md")
    assert not tree.search("secret", path_prefix=path) or not path
    assert all("secret" not in fact.text for fact in tree.facts(path))
    tree.sync([path])
    assert set(tree.hashes()) == {"a/x.md"}
    tree.close()
    assert before == {p: p.stat().st_mtime_ns for p in root.parent.rglob("*") if ".nanomem" not in p.parts}


@pytest.mark.parametrize("path", GOOD)
def test_good_path(path: str, tmp_path: Path) -> None:
    assert check_path(path) == path
    assert check_path(unicodedata.normalize("NFD", path)) == path
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text("- found\n")
    tree = Tree(tmp_path)
    assert [info.path for info in tree.files()] == [path]
    assert tree.read(path).document.facts[0].text == "found"
    assert tree.find(path.upper()) == path
    tree.close()


@given(st.text(max_size=30) | st.text(alphabet="a./\\:~ \x00。é", max_size=12))
@settings(deadline=None, max_examples=400)
def test_what_passes_stays_inside(path: str) -> None:
    try:
        canonical = check_path(path)
    except UnsafePath:
        return
    assert check_path(canonical) == canonical
    assert is_memory_path(canonical)
    parts = canonical.split("/")
    assert canonical.endswith(".md")
    assert not any(part in ("", ".", "..") or part.startswith(".") for part in parts)
    assert os.path.normpath(canonical) == canonical
    assert canonical.isprintable() or "\u200d" in canonical or "\u200c" in canonical


def test_links_pipes_and_devices_are_never_read(root: Path) -> None:
    outside = root.parent / "outside"
    (root / "link.md").symlink_to(outside / "x.md")
    (root / "inner-link.md").symlink_to("a/x.md")
    (root / "folder-link").symlink_to(outside)
    (root / "loop").symlink_to(".")
    os.link(outside / "x.md", root / "hard.md")
    os.mkfifo(root / "pipe.md")
    (root / "folder.md").mkdir()
    server = socket.socket(socket.AF_UNIX)
    server.bind(os.fspath(root / "socket.md"))
    (root / "large.md").write_bytes(b"- x\n" * (SIZE_CAP // 4 + 1))
    (root / "dangling.md").symlink_to("nowhere.md")
    tree = Tree(root)
    skipped = {info.path: info.skipped for info in tree.files() if info.skipped}
    for path in ("link.md", "inner-link.md", "hard.md", "pipe.md", "socket.md", "large.md", "dangling.md"):
        assert skipped[path]
        with pytest.raises(MemoryUnreadable):
            tree.read(path)
        assert not tree.exists(path)
    assert skipped["folder-link"] == skipped["loop"] == skipped["link.md"] == "it is a link"
    assert "hard links" in skipped["hard.md"]
    assert "larger" in skipped["large.md"]
    for path in ("folder-link/x.md", "loop/a/x.md", "folder.md"):
        with pytest.raises(MemoryUnreadable):
            tree.read(path)
    assert [info.path for info in tree.files() if not info.skipped] == ["a/x.md"]
    assert not tree.search("secret")
    server.close()
    tree.close()


def test_a_folder_swapped_for_a_link_is_not_followed(root: Path) -> None:
    tree = Tree(root)
    assert tree.exists("a/x.md")
    (root / "a").rename(root.parent / "moved")
    (root / "a").symlink_to(root.parent / "outside")
    with pytest.raises(MemoryUnreadable):
        tree.read("a/x.md")
    tree.sync(["a/x.md"])
    assert not tree.search("secret")
    assert not tree.exists("a/x.md")
    tree.close()


def test_twins_are_one_file(root: Path) -> None:
    (root / "a" / "X.md").write_text("- twin\n")
    (root / "CAFÉ.md").write_text("- one\n")
    (root / "café.md").write_text("- two\n")
    (root / "cafe\u0301.md").write_text("- three\n")
    tree = Tree(root)
    skipped = {info.path for info in tree.files() if info.skipped}
    assert len(skipped & {"a/X.md", "a/x.md"}) == 1
    assert "cafe\u0301.md" in skipped
    assert len(skipped & {"CAFÉ.md", "café.md"}) == 1
    assert tree.twin("A/X.MD") in ("a/X.md", "a/x.md")
    assert tree.twin("new.md") is None
    assert twin_key("CAFÉ.md") == twin_key("cafe\u0301.md")
    (root / "a" / "X.md").unlink()
    tree.sync(["a/X.md"])
    assert tree.exists("a/x.md")
    tree.close()


def test_missing_and_forbidden(root: Path) -> None:
    with pytest.raises(NotFound) as caught:
        read_bytes(root, "a/none.md")
    assert caught.value.next_step
    with pytest.raises(NotFound):
        read_bytes(root / "nowhere", "a.md")
    assert issubclass(UnsafePath, NanomemError)


def test_state_dir_is_private_and_no_link(tmp_path: Path) -> None:
    folder = state_dir(tmp_path)
    assert folder.stat().st_mode & 0o777 == 0o700
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / ".nanomem").symlink_to(tmp_path)
    with pytest.raises(MemoryUnreadable):
        state_dir(linked)
    tree = Tree(linked)
    tree.sync()
    tree.close()
    assert not (tmp_path / "index.sqlite").exists()


def test_a_file_replaced_while_it_is_open_is_read(tmp_path: Path) -> None:
    """Its last name is gone then: that is no reason not to read it."""
    file = tmp_path / "a.md"
    file.write_text("- Likes tea\n")
    with file.open("rb") as opened:
        file.unlink()
        info = os.fstat(opened.fileno())
        assert info.st_nlink == 0
        assert skip_reason(info) is None

"""Replacing exactly what was seen: what somebody saves in the last moment stays."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from nanomem_tui.changes import disk as disk_module
from nanomem_tui.changes.disk import Disk, digest
from nanomem_tui.changes.errors import WriteFailed
from nanomem_tui.changes.swap import rename_new, swap

OLD, OURS, THEIRS = b"old", b"ours", b"theirs"


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    (tmp_path / "a.md").write_bytes(OLD)
    return Disk(tmp_path)


def names(disk: Disk) -> list[str]:
    return sorted(path.name for path in disk.root.iterdir())


def save_before(monkeypatch: pytest.MonkeyPatch, disk: Disk, *texts: bytes) -> None:
    """Let an editor save right before each swap: in the moment nobody can look at."""
    left = list(texts)

    def swapping(folder: int, one: str, other: str) -> bool:
        if left:
            temp = disk.root / "editor"
            temp.write_bytes(left.pop(0))
            temp.rename(disk.root / "a.md")
        return swap(folder, one, other)

    monkeypatch.setattr(disk_module, "swap", swapping)


def test_what_was_seen_is_replaced(disk: Disk) -> None:
    assert disk.replace(disk.stage("a.md", OURS), digest(OLD))
    assert disk.read("a.md") == OURS
    assert disk.replace(disk.stage("b/c.md", OURS), None)
    assert disk.remove("b/c.md", digest(OURS))
    disk.prune_folders("b/c.md")
    assert names(disk) == ["a.md"]


def test_what_was_not_seen_stays(disk: Disk) -> None:
    assert not disk.replace(disk.stage("a.md", OURS), digest(THEIRS))
    assert not disk.replace(disk.stage("a.md", OURS), None)
    assert not disk.replace(disk.stage("b.md", OURS), digest(OLD))
    assert not disk.remove("a.md", digest(THEIRS))
    assert disk.read("a.md") == OLD
    assert names(disk) == ["a.md"]


def swaps(disk: Disk) -> bool:
    folder = os.open(disk.root, os.O_RDONLY)
    try:
        return swap(folder, "a.md", "a.md")
    finally:
        os.close(folder)


def test_a_save_between_the_look_and_the_swap_stays(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    if not swaps(disk):
        pytest.skip("this file system cannot swap names")
    save_before(monkeypatch, disk, THEIRS)
    assert not disk.replace(disk.stage("a.md", OURS), digest(OLD))
    assert disk.read("a.md") == THEIRS
    assert names(disk) == ["a.md"]


def test_two_saves_in_that_moment_are_both_kept(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    if not swaps(disk):
        pytest.skip("this file system cannot swap names")
    save_before(monkeypatch, disk, THEIRS, b"their second save")
    assert not disk.replace(disk.stage("a.md", OURS), digest(OLD))
    assert disk.read("a.md") == b"their second save"
    (aside,) = (path for path in disk.root.iterdir() if ".sync-conflict-" in path.name)
    assert aside.read_bytes() == THEIRS
    assert len(names(disk)) == 2


def test_what_a_killed_process_swapped_out_unseen_comes_back(disk: Disk) -> None:
    staged = disk.stage("a.md", OURS)
    (disk.root / "a.md").write_bytes(THEIRS)
    (disk.root / "a.md").rename(disk.root / "x")
    (disk.root / staged.temp).rename(disk.root / "a.md")
    (disk.root / "x").rename(disk.root / staged.temp)
    disk.reclaim("a.md", {digest(OLD), digest(OURS)})
    assert disk.read("a.md") == THEIRS
    assert names(disk) == ["a.md"]


def test_what_a_killed_process_left_of_its_own_goes(disk: Disk) -> None:
    disk.stage("a.md", OURS)
    disk.reclaim("a.md", {digest(OLD), digest(OURS)})
    assert disk.read("a.md") == OLD
    assert names(disk) == ["a.md"]


def test_new_names_never_replace(disk: Disk) -> None:
    (disk.root / "b.md").write_bytes(OURS)
    folder = os.open(disk.root, os.O_RDONLY)
    try:
        with pytest.raises(FileExistsError):
            if not rename_new(folder, "b.md", "a.md"):
                pytest.skip("this file system cannot rename without replacing")
    finally:
        os.close(folder)


@pytest.mark.parametrize("act", [lambda d: d.write("a.md", OURS), lambda d: d.stage("a.md", OURS)])
def test_a_full_disk_is_an_error_with_a_next_step(
    disk: Disk, act: Callable[[Disk], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WriteFailed) as failed:
        act(disk)
    assert "No space left on device" in failed.value.message
    assert failed.value.next_step == "Free some space and try again."
    monkeypatch.undo()
    assert disk.read("a.md") == OLD
    assert names(disk) == ["a.md"]


def test_where_names_cannot_be_swapped_a_look_and_a_rename_do(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("swap", "rename_new"):
        monkeypatch.setattr(disk_module, name, lambda *_: False)
    assert disk.replace(disk.stage("a.md", OURS), digest(OLD))
    assert not disk.replace(disk.stage("a.md", THEIRS), digest(OLD))
    assert disk.replace(disk.stage("b.md", OURS), None)
    assert disk.remove("b.md", digest(OURS))
    assert disk.read("a.md") == OURS
    assert names(disk) == ["a.md"]


def test_modes_a_person_chose_stay(disk: Disk) -> None:
    (disk.root / "a.md").chmod(0o644)
    assert disk.replace(disk.stage("a.md", OURS), digest(OLD))
    assert (disk.root / "a.md").stat().st_mode & 0o777 == 0o644

"""Whatever happens to the files, a synced tree shows what is on the disk, looked at in whole or in part."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.memory.document import decode, parse
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.paths import is_memory_path
from nanomem_tui.memory.scan import rescan, scan
from nanomem_tui.memory.tree import Tree
from tests.memory.strategies import any_bytes, markdown

_NAMES = st.sampled_from(["a.md", "a.md", "b.md", "B.md", "é.md", "con.md", ".h.md"])
_FOLDERS = st.sampled_from(["", "one", "one", "one/two", "one/two", "ONE", ".git"])
_CONTENT = any_bytes | markdown().map(lambda text: text.encode("utf-8", "surrogateescape"))
_OPS = st.one_of(
    st.tuples(st.just("write"), _FOLDERS, _NAMES, _CONTENT),
    st.tuples(st.just("delete"), _FOLDERS, _NAMES, st.just(b"")),
    st.tuples(st.just("touch"), _FOLDERS, _NAMES, st.just(b"")),
    st.tuples(st.just("prune"), _FOLDERS, st.sampled_from(["a.md", "b.md"]), st.just(b"")),
    st.tuples(st.just("link"), _FOLDERS, _NAMES, st.just(b"")),
    st.tuples(st.just("drop"), _FOLDERS, st.just(""), st.just(b"")),
    st.tuples(st.just("move"), _FOLDERS, st.sampled_from(["moved", "one", "deep/er"]), st.just(b"")),
)


def act(root: Path, op: tuple[str, str, str, bytes]) -> set[str]:
    """Do one thing to the disk; the paths at which a watcher would hear of it."""
    kind, folder, name, content = op
    place = root / folder
    path = f"{folder}/{name}".strip("/")
    if kind == "write":
        fresh = [str(parent.relative_to(root)) for parent in (place, *place.parents) if not parent.exists()]
        place.mkdir(parents=True, exist_ok=True)
        if (place / name).is_symlink():
            (place / name).unlink()
        (place / name).write_bytes(content)
        return {path, *fresh}
    if kind == "delete":
        (place / name).unlink(missing_ok=True)
    elif kind == "prune":
        (place / name).unlink(missing_ok=True)
        while place != root and place.is_dir() and not any(place.iterdir()):
            place.rmdir()
            place = place.parent
    elif kind == "touch" and (place / name).exists():
        os.utime(place / name, follow_symlinks=False)
    elif kind == "link" and place.is_dir() and not os.path.lexists(place / name):
        (place / name).symlink_to(root / "a.md")
    elif kind == "drop" and folder and place.exists():
        shutil.rmtree(place)
    elif kind == "move" and folder and place.exists() and not (root / name).exists():
        fresh = [name.split("/")[0], name]
        if not name.startswith(folder + "/"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            place.rename(root / name)
            return {folder, *fresh}
    return {path}


def truth(root: Path) -> dict[str, str]:
    """What is on the disk, by the plainest means."""
    found = {}
    for file in sorted(root.rglob("*.md")):
        path = file.relative_to(root).as_posix()
        if is_memory_path(path) and file.is_file() and not file.is_symlink():
            found[path] = hashlib.sha256(file.read_bytes()).hexdigest()
    keys: dict[str, str] = {}
    return {path: sha for path, sha in found.items() if keys.setdefault(path.casefold(), path) == path}


@given(st.lists(st.tuples(_OPS, st.sampled_from(["part", "whole", "later"])), max_size=14))
@settings(max_examples=150, deadline=None)
def test_the_tree_is_the_disk(ops: list[tuple[tuple[str, str, str, bytes], str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path in ("a.md", "one/a.md", "one/two/a.md", "one/two/b.md"):
            act(root, ("write", path.rpartition("/")[0], path.rpartition("/")[2], b"- there\n"))
        tree = Tree(root)
        tree.sync()
        before = tree.hashes()
        heard: set[str] = set()
        for op, look in ops:
            heard |= act(root, op)
            if look == "later":
                continue
            changed = tree.sync(heard if look == "part" else None)
            now = tree.hashes()
            assert now == truth(root)
            assert changed == {path for path, _ in now.items() ^ before.items()}
            before, heard = now, set()
        for info in tree.files():
            if info.skipped is None:
                facts = parse(decode((root / info.path).read_bytes()), info.path).facts
                assert [fact.ref for fact in tree.facts(info.path)] == [fact.ref for fact in facts]
                assert [fact.text for fact in tree.facts(info.path)] == [fact.text for fact in facts]
                assert info.facts == len(facts)
        withheld = {fact.ref for fact in tree.withheld(Level.ASK)}
        assert withheld == {fact.ref for fact in tree.facts() if fact.level >= Level.ASK}
        fresh = Tree(root)
        assert fresh.files() == tree.files()
        assert fresh.folders() == tree.folders()
        tree.close()
        fresh.close()


@given(st.lists(_OPS, max_size=14))
@settings(max_examples=150, deadline=None)
def test_looking_where_something_happened_sees_what_looking_everywhere_does(
    ops: list[tuple[str, str, str, bytes]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path in ("a.md", "one/a.md", "one/two/a.md", "one/two/b.md"):
            act(root, ("write", path.rpartition("/")[0], path.rpartition("/")[2], b"- there\n"))
        seen = scan(root, {}.keys())
        for op in ops:
            heard = act(root, op)
            whole = scan(root, {}.keys())
            if rescan(root, seen, heard, set(seen.files)) is None:
                seen = whole
            assert seen == whole

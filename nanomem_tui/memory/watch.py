"""Watching a memory root: what changed on the disk, said once things have settled.

An event of the file system only says where to look again; what changed is found by comparing hashes,
so an editor that renames, truncates or touches its file is told apart from a change. Knows no screen.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from nanomem_tui.memory.paths import STATE_DIR
from nanomem_tui.memory.policy import POLICY_FILE
from nanomem_tui.memory.tree import Tree

_STEP_MS = 50
"""Quiet time after which a burst of events counts as over."""
_DEBOUNCE_MS = 500
"""Longest time a burst that does not end is waited for."""
_TICK_MS = 5_000
"""How often, without events, it is checked that the root is still the one watched."""
_POLL_SECONDS = 1.0
_NEW_FOLDER_SECONDS = 0.1
"""Files made in a new folder before the system watches it give no event; this later they are there."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What changed since the last one. The first, with nothing in it, says that watching has begun."""

    files: frozenset[str] = frozenset()
    """Memory files that changed, came or went."""
    changes: bool = False
    """Something in `.nanomem/changes/` did."""
    traces: frozenset[str] = frozenset()
    """Ids of traces that grew or came."""
    policy: bool = False
    """`policy.yaml` did, so levels may be others."""

    def __bool__(self) -> bool:
        return bool(self.files or self.changes or self.traces or self.policy)


async def watch(root: Path, *, stop: asyncio.Event, tree: Tree | None = None) -> AsyncIterator[Seen]:
    """Yield what changes below a memory root until `stop` is set.

    Args:
        root: the memory root; waited for where it does not exist yet.
        stop: ends the watching, at once.
        tree: the tree to keep in step; a program that has one gives it, to look at the disk once only.
    """
    own = tree is None
    kept = tree or Tree(root)
    mark: int | None = None
    try:
        async for paths in _events(root, stop):
            if mark is None:
                await asyncio.to_thread(kept.sync)
                mark = kept.mark()
                yield Seen()
                continue
            seen, mark = await asyncio.to_thread(_look, kept, paths, mark)
            if seen:
                yield seen
    finally:
        if own:
            kept.close()


def _look(tree: Tree, paths: set[str] | None, mark: int) -> tuple[Seen, int]:
    """What the paths of a batch of events mean, by hash; None stands for anything."""
    if paths is not None and STATE_DIR in paths:
        paths = None
    state = f"{STATE_DIR}/"
    inside = {path for path in paths or () if path.startswith(state)}
    memory = None if paths is None else paths - inside
    if memory is None or memory:
        tree.sync(memory)
    now = tree.mark()
    changed = tree.changed_since(mark)
    parts = [path[len(state) :].split("/") for path in inside]
    traces = {part[1].removesuffix(".jsonl") for part in parts if _is(part, "traces", ".jsonl")}
    if paths is None or ["traces"] in parts:
        traces |= {file.stem for file in (tree.root / STATE_DIR / "traces").glob("*.jsonl")}
    seen = Seen(
        files=frozenset(changed),
        changes=paths is None or ["changes"] in parts or any(_is(part, "changes", ".json") for part in parts),
        traces=frozenset(traces),
        policy=paths is None or [POLICY_FILE] in parts,
    )
    return seen, now


def _is(parts: list[str], folder: str, suffix: str) -> bool:
    return len(parts) == 2 and parts[0] == folder and parts[1].endswith(suffix) and parts[1][0] != "."


async def _events(root: Path, stop: asyncio.Event) -> AsyncIterator[set[str] | None]:
    """Batches of paths, relative to the root, where something happened; None for "look everywhere"."""
    while not stop.is_set():
        place = _place(root)
        if place is None:
            await _wait(stop, _POLL_SECONDS)
            continue
        try:
            async for paths in _watched(*place, stop):
                yield paths
        except OSError:
            # No events to be had (watch limit reached, or a file system without them): look by ourselves.
            yield None
            await _wait(stop, _POLL_SECONDS)


def _place(root: Path) -> tuple[Path, int] | None:
    """The real path and the inode of the root; None where there is none."""
    try:
        base = root.resolve()
        return (base, base.stat().st_ino) if base.is_dir() else None
    except OSError:
        return None


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    """Sleep, but wake for `stop`."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


async def _watched(base: Path, inode: int, stop: asyncio.Event) -> AsyncIterator[set[str] | None]:
    """Batches from the system's events, until stopped or the root is another folder."""
    from watchfiles import awatch

    skip = len(str(base)) + 1
    batches = awatch(
        base,
        watch_filter=lambda _, path: _concerns(path[skip:]),
        debounce=_DEBOUNCE_MS,
        step=_STEP_MS,
        stop_event=stop,
        rust_timeout=_TICK_MS,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )
    coming = asyncio.ensure_future(anext(batches, None))
    try:
        await asyncio.sleep(0)  # The watch stands once the first batch is waited for; look only then.
        yield None
        while (batch := await coming) is not None:
            coming = asyncio.ensure_future(anext(batches, None))
            paths = {path[skip:] for _, path in batch}
            if "" in paths or _place(base) != (base, inode):
                return
            if any(_is_new_folder(base, path) for path in paths):
                await _wait(stop, _NEW_FOLDER_SECONDS)
            if paths:
                yield paths
    finally:
        coming.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await coming
        await batches.aclose()


def _is_new_folder(base: Path, path: str) -> bool:
    return (base / path).is_dir()


def _concerns(path: str) -> bool:
    """True for what may be memory, and for the parts of our state that others show."""
    first, _, rest = path.partition("/")
    if first == STATE_DIR:
        return rest in ("", POLICY_FILE) or rest.partition("/")[0] in ("changes", "traces")
    return not any(part.startswith(".") for part in path.split("/") if part)

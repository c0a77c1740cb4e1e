"""Looking at the changes of a memory root: which there are, and where a fact comes from. Writes nothing."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nanomem_tui.changes.model import Change
from nanomem_tui.changes.store import Store
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.tree import Tree

if TYPE_CHECKING:
    from nanomem_tui.changes.why import Why


class History:
    """The stored changes, for looking at.

    Args:
        root: the memory root.
        tree: the index of the same root.
        clock: gives the local time.
    """

    def __init__(self, root: Path, tree: Tree, *, clock: Callable[[], datetime]) -> None:
        self.root = root
        self.store = Store(root)
        self._tree = tree
        self._clock = clock

    def get(self, id: str) -> Change:
        """The change whose id begins or ends with `id`.

        Raises:
            NotFound: there is none.
            UsageError: there are several.
            ChangeUnreadable: its file cannot be read.
        """
        return self.store.load(self.store.resolve(id))

    def history(
        self,
        limit: int | None = None,
        path: str | None = None,
        flow: str | None = None,
        author: str | None = None,
        since: date | None = None,
        until: date | None = None,
    ) -> list[Change]:
        """Changes, newest first.

        Args:
            limit: at most so many.
            path: only those that touch this file or folder.
            flow: only those of this flow.
            author: only those of the author with this name or of this kind.
            since: only those made on this day or later.
            until: only those made on this day or before.
        """
        found: list[Change] = []
        for change in self.store.all():
            if limit is not None and len(found) >= limit:
                break
            if (
                (path is None or touches(change, path))
                and (flow is None or change.flow == flow)
                and (author is None or author in (change.author.name, change.author.kind.value))
                and (since is None or change.created_at.date() >= since)
                and (until is None or change.created_at.date() <= until)
            ):
                found.append(change)
        return found

    def pending(self) -> list[Change]:
        """Changes that wait for a decision, newest first."""
        return list(self.store.pending())

    def faults(self) -> list[tuple[str, str]]:
        """Stored changes that cannot be read: file name and fault."""
        return self.store.faults()

    def _fact(self, ref: str) -> Fact:
        path, _, id = ref.rpartition("#")
        return self._tree.read(path).document.fact(id)

    def why(self, ref: str) -> "Why":
        """Which change made a fact, from which words, and every version before.

        Raises:
            NotFound, UsageError: there is no such fact.
        """
        from nanomem_tui.changes.why import explain

        return explain(self._fact(ref), self.store.by_applied())


def touches(change: Change, path: str) -> bool:
    """True when a change is about this file, or one below this folder."""
    folder = path.rstrip("/") + "/"
    named = {edit.path for edit in change.edits} | {edit.to_path for edit in change.edits if edit.to_path}
    return any(name == path or name.startswith(folder) for name in named)

"""The journal's lock, what a crash left open, and forgetting for good, which takes both.

How the words are found and cut out is `forget`; here is who may be forgotten, and when.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nanomem_tui.changes.apply import Workspace, carry_out
from nanomem_tui.changes.deciding import OPEN, knowingly, removals
from nanomem_tui.changes.errors import Busy, StandsInTheWay, WriteFailed
from nanomem_tui.changes.history import History
from nanomem_tui.changes.model import Edit, EditState
from nanomem_tui.changes.states import state_of
from nanomem_tui.changes.store import PATIENCE
from nanomem_tui.changes.writing import Writer
from nanomem_tui.memory.errors import MemoryUnreadable, UsageError
from nanomem_tui.memory.lines import encode
from nanomem_tui.memory.paths import INDEX_FILE
from nanomem_tui.memory.tree import Tree, tree_index_text

if TYPE_CHECKING:
    from nanomem_tui.changes.forget import Purge, Purged
    from nanomem_tui.changes.meant import Meant


class Forgetting(History):
    """The stored changes under their lock. Takes what `History` takes."""

    def __init__(self, root: Path, tree: Tree, *, clock: Callable[[], datetime]) -> None:
        super().__init__(root, tree, clock=clock)
        self._writer = Writer(self.store, self._written)
        self._notices: list[str] = []

    def check(self, id: str) -> tuple[Edit, ...]:
        """The open edits of a change that do not fit the files of today, as conflicts. Writes nothing."""
        work = Workspace(self._writer.text)
        tried = [
            carry_out(work, edit, now=self._clock(), again=knowingly(edit))
            for edit in self.get(id).edits
            if edit.state in OPEN
        ]
        return tuple(edit for edit in tried if edit.state is EditState.CONFLICT)

    def recover(self) -> list[str]:
        """Finish what an interrupted process left open.

        Returns:
            One line for each change finished, also by earlier calls that nobody was told of.
        """
        if self.store.untidy():
            # Whoever holds the lock is alive and at work: there is nothing to finish, and readers never wait.
            with suppress(Busy), self._locked(patience=0):
                pass
        lines, self._notices = self._notices, []
        return lines

    # Forgetting for good

    def meant(self, words: str) -> "Meant":
        """Which facts `words` can mean, those included that only changes still know.

        Where none says them, the words themselves too, if a trace or a change does: a question, say.
        """
        from nanomem_tui.changes.meant import meant

        found = meant(words, self._tree, self.store.all())
        return found if found.says(words) or not self._purging().knows(words) else found.or_just(words)

    def purge(self, refs: Collection[str], *, texts: Collection[str] = (), by: str = "person") -> "Purged":
        """Forget facts for good: every byte of them, from every file of ours. Cannot be taken back.

        Args:
            refs: `path#id` of facts that stand in memory.
            texts: what facts say or said that stand nowhere: proposed ones, say, that were rejected.
            by: who decided.

        Raises:
            NotFound, UsageError: there is no such fact, or nothing is named.
        """
        texts = [text for text in texts if text.strip()]
        if not refs and not texts:
            raise UsageError("No fact is named.", "Name it as path#id, for example personal/about.md#k3f9q.")
        with self._locked():
            facts = [self._fact(ref) for ref in refs]
            return self._purging().begin(facts, texts, by, self._clock())

    def forget_forever(self, id: str, only: Collection[int] | None = None, *, by: str = "person") -> "Purged":
        """Approve the removals of a change, and forget what they remove for good. Cannot be taken back.

        Args:
            id: the change; its removals may be pending or applied.
            only: numbers of the edits; None: all removals.
            by: who decided.

        Raises:
            NotFound, UsageError: no such change, or it removes nothing.
            StandsInTheWay: a fact to be removed says something else now; nothing was forgotten.
        """
        with self._locked():
            change = self.get(id)
            gone = removals(change, only)
            for edit in self.check(id):
                if edit.theirs is not None and edit.n in {removal.n for removal in gone}:
                    raise StandsInTheWay(
                        f"Edit {edit.n} no longer fits: {edit.note} Nothing was forgotten.",
                        "Ask for it again with `nanomem refresh`, or name the fact with `nanomem purge`.",
                    )
            numbers = {edit.n for edit in gone}
            edits = tuple(
                replace(edit, state=EditState.APPLIED) if edit.n in numbers else edit for edit in change.edits
            )
            now = self._clock()
            purge = self._purging()
            # Said done before it is: the record of the purge, written first, makes sure that it will be.
            done = replace(change, edits=edits, state=state_of(edits), decided_at=now, decided_by=by)
            texts = [edit.before or "" for edit in gone]
            facts = [fact for fact in self._tree.facts() if fact.text in texts]
            return purge.begin(facts, texts, by, now, decided=done)

    # Inside

    @contextmanager
    def _locked(self, patience: float = PATIENCE) -> Iterator[None]:
        """The lock, with nothing left open: whoever died before is finished first."""
        with self.store.locked(patience):
            if self.store.untidy():
                self._notices += self._writer.recover()
                self._notices += self._purging().finish_interrupted()
            yield

    def _purging(self) -> "Purge":
        from nanomem_tui.changes.forget import Purge

        return Purge(self.store, self._tree)

    def _written(self, paths: Iterable[str]) -> None:
        """The files are written: bring what is derived from them up to date."""
        self._tree.sync(list(paths))
        # Derived, and made anew with the next change: a failure here is no failure of the change.
        with suppress(MemoryUnreadable, WriteFailed):
            if self.store.disk.read(INDEX_FILE) is not None:
                text = tree_index_text(self._tree.files())
                self.store.disk.write(INDEX_FILE, encode(text))

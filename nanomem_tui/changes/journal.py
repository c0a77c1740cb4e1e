"""The journal: proposals, decisions and history. Everything that ever changes memory goes through here.

Decides what applies; how files are written is `writing`, what an edit does is `apply`. Knows no model
and no screen.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nanomem_tui.changes.apply import Workspace, carry_out, rebased
from nanomem_tui.changes.deciding import OPEN, amended, chosen, knowingly, removals
from nanomem_tui.changes.errors import Busy, StandsInTheWay, WriteFailed
from nanomem_tui.changes.history import History
from nanomem_tui.changes.model import (
    Author,
    AuthorKind,
    Change,
    ChangeState,
    Edit,
    EditState,
    Outcome,
)
from nanomem_tui.changes.reverting import (
    REDO,
    REVERT,
    UNDO,
    applied_at,
    inverse_change,
    next_redo,
    next_undo,
    take_back,
)
from nanomem_tui.changes.states import state_of
from nanomem_tui.changes.store import PATIENCE, new_id
from nanomem_tui.changes.writing import Writer
from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.memory.lines import encode
from nanomem_tui.memory.paths import INDEX_FILE
from nanomem_tui.memory.tree import Tree, tree_index_text

if TYPE_CHECKING:
    from nanomem_tui.changes.forget import Purge, Purged

__all__ = ["Journal", "Outcome"]


class Journal(History):
    """The changes of one memory root.

    Args:
        root: the memory root; made with the first write.
        tree: the index of the same root.
        clock: gives the local time.
    """

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

    # Proposing and deciding

    def propose(
        self,
        edits: Iterable[Edit],
        *,
        flow: str,
        author: Author,
        request: str,
        model: str | None = None,
        trace: str | None = None,
        source: str | None = None,
        summary: str = "",
    ) -> Change:
        """Keep a draft's edits as a pending change, flagged. One without edits is returned but not kept.

        Args:
            edits: as the draft has them.
            flow: the kind of run it comes from.
            author: who wrote it.
            request: the words that asked for it.
            model: name of the model.
            trace: id of the run's trace.
            source: the text that quotes are checked against; None: the request.
            summary: what its author says of it.
        """
        with self._locked():
            change = self._new(edits, flow, author, request, model, trace, source, summary)
            if change.edits:
                self.store.save(change)
        return change

    def apply_now(
        self,
        edits: Iterable[Edit],
        *,
        flow: str,
        author: Author,
        request: str,
        model: str | None = None,
        trace: str | None = None,
        source: str | None = None,
        summary: str = "",
    ) -> Outcome:
        """Propose and approve in one step: a person's own edits. Takes what `propose` takes."""
        with self._locked():
            change = self._new(edits, flow, author, request, model, trace, source, summary)
            return self._apply(change, {edit.n for edit in change.edits}, author.name, was=None, again=True)

    def approve(
        self,
        id: str,
        only: Collection[int] | None = None,
        *,
        by: str = "person",
        flagged: bool = False,
    ) -> Outcome:
        """Apply edits of a change, all or nothing over their files.

        An edit that does not fit its file any more becomes a conflict; the others apply.

        Args:
            id: the change.
            only: numbers of the edits to apply, conflicts included; None: all pending ones.
            by: who decided.
            flagged: apply flagged edits too; otherwise they wait unless `only` names them.

        Raises:
            NotFound, UsageError: no such change or edit, or it is decided already.
            WriteFailed: the disk refused.
        """
        with self._locked():
            change = self.get(id)
            numbers = chosen(change, only)
            if only is None:
                numbers = {
                    e.n for e in change.edits if e.state is EditState.PENDING and (flagged or not e.flags)
                }
                if not numbers:
                    return Outcome(change)
            return self._apply(change, numbers, by, was=change)

    def reject(
        self, id: str, only: Collection[int] | None = None, *, reason: str | None = None, by: str = "person"
    ) -> Outcome:
        """Reject edits of a change; None: all that are open.

        Raises:
            NotFound, UsageError: no such change or edit, or it is decided already.
        """
        with self._locked():
            change = self.get(id)
            numbers = chosen(change, only)
            edits = tuple(
                replace(edit, state=EditState.REJECTED, note=reason) if edit.n in numbers else edit
                for edit in change.edits
            )
            change = replace(
                change, edits=edits, state=state_of(edits), decided_at=self._clock(), decided_by=by
            )
            self.store.save(change)
        return Outcome(change)

    def amend(self, id: str, n: int, new: str | NewFact) -> Change:
        """Change the text or the whole fact of an open edit; it then waits for a decision again.

        An edit in conflict is set on what stands in the file now.

        Raises:
            NotFound, UsageError: no such change or edit, it is decided, or has no text of its own.
        """
        with self._locked():
            change = self.get(id)
            chosen(change, (n,))
            edit = change.edit(n)
            assert edit is not None
            edit = amended(rebased(Workspace(self._writer.text), edit), new)
            edit = replace(edit, state=EditState.PENDING, note=None, theirs=None, flags={}, quote=None)
            # The words are the person's own now: what is in them can be flagged, not where they come from.
            person = Author(AuthorKind.PERSON, "person")
            (edit,) = self._flagged((edit,), person, None)
            edits = tuple(edit if old.n == n else old for old in change.edits)
            change = replace(change, edits=edits, state=ChangeState.PENDING)
            self.store.save(change)
        return change

    def take_theirs_over(self, id: str, n: int, *, by: str = "person") -> Outcome:
        """Apply an edit in conflict to what stands in the file now: the person takes the proposal."""
        with self._locked():
            change = self.get(id)
            chosen(change, (n,))
            work = Workspace(self._writer.text)
            edits = tuple(rebased(work, edit) if edit.n == n else edit for edit in change.edits)
            return self._apply(replace(change, edits=edits), {n}, by, was=change)

    # Taking back

    def revert(self, id: str, by: str = "person") -> Outcome:
        """Take an applied change back, as a change of its own.

        Raises:
            StandsInTheWay: something newer would be lost; the sentence names file, texts and change.
            UsageError: nothing of it is applied.
        """
        with self._locked():
            return self._revert(self.get(id), by, REVERT)

    def undo(self, by: str = "person") -> Outcome:
        """Take the newest applied change back.

        Raises:
            StandsInTheWay: there is none, or something newer would be lost.
        """
        with self._locked():
            return self._revert(next_undo(self.store.all()), by, UNDO)

    def redo(self, by: str = "person") -> Outcome:
        """Apply again what was undone last.

        Raises:
            StandsInTheWay: nothing was undone, or something was changed since.
        """
        with self._locked():
            return self._revert(next_redo(self.store.all()), by, REDO)

    # Forgetting for good

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

    def _flagged(self, edits: tuple[Edit, ...], author: Author, source: str | None) -> tuple[Edit, ...]:
        # Imported late: its patterns take longer to compile than a reading command may take to start.
        from nanomem_tui.changes.flags import flag_edits
        from nanomem_tui.changes.forgotten import Forgotten

        forgotten = Forgotten(self.root)
        with self._tree.frozen():
            return flag_edits(edits, author=author, source=source, tree=self._tree, forgotten=forgotten)

    def _new(
        self,
        edits: Iterable[Edit],
        flow: str,
        author: Author,
        request: str,
        model: str | None,
        trace: str | None,
        source: str | None,
        summary: str,
    ) -> Change:
        given = source if source is not None else request
        return Change(
            id=new_id(),
            state=ChangeState.PENDING,
            flow=flow,
            author=author,
            request=request,
            model=model,
            trace=trace,
            summary=summary,
            created_at=self._clock(),
            edits=self._flagged(tuple(edits), author, given),
        )

    def _apply(
        self, change: Change, numbers: set[int], by: str, *, was: Change | None, again: bool = False
    ) -> Outcome:
        work = Workspace(self._writer.text)
        tried = {
            edit.n: carry_out(work, edit, now=change.created_at, again=again or knowingly(edit))
            for edit in change.edits
            if edit.n in numbers
        }
        edits = tuple(tried.get(edit.n, edit) for edit in change.edits)
        decided = replace(change, edits=edits, decided_at=self._clock(), decided_by=by)
        applied = tuple(n for n, edit in tried.items() if edit.state is EditState.APPLIED)
        closed = self._writer.write(decided, work, then=state_of(edits), edits=applied, was=was)
        return Outcome(
            closed, tuple(e for e in closed.edits if e.n in numbers and e.state is EditState.CONFLICT)
        )

    def _revert(self, change: Change, by: str, flow: str) -> Outcome:
        at = applied_at(change)
        later = sorted(
            (c for c in self.store.all() if c.id != change.id and applied_at(c) > at), key=applied_at
        )
        work = Workspace(self._writer.text)
        take_back(work, change, sorted(later, key=applied_at))
        made = inverse_change(change, new_id(), flow, by, self._clock())
        return Outcome(self._writer.write(made, work, then=ChangeState.APPLIED, edits=(), was=None))

    def _written(self, paths: Iterable[str]) -> None:
        """The files are written: bring what is derived from them up to date."""
        self._tree.sync()
        if not (self.root / INDEX_FILE).is_file() or (self.root / INDEX_FILE).is_symlink():
            return
        text = tree_index_text(self._tree.files())
        # Derived, and made anew with the next change: a failure here is no failure of the change.
        with suppress(WriteFailed):
            self.store.disk.write(INDEX_FILE, encode(text))

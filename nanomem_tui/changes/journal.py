"""The journal: proposals, decisions, and taking back. Everything that changes memory goes through here.

Decides what applies; how files are written is `writing`, what an edit does is `apply`. Knows no model
and no screen.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from itertools import takewhile
from typing import Unpack

from nanomem_tui.changes.apply import Workspace, carry_out, rebased
from nanomem_tui.changes.deciding import amended, chosen, knowingly
from nanomem_tui.changes.forgetting import Forgetting
from nanomem_tui.changes.model import (
    Author,
    AuthorKind,
    Change,
    ChangeState,
    Edit,
    EditState,
    Origin,
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
    with_twins,
)
from nanomem_tui.changes.states import state_of
from nanomem_tui.changes.store import new_id
from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.facts import NewFact

__all__ = ["Journal", "Outcome"]


class Journal(Forgetting):
    """The changes of one memory root.

    Args:
        root: the memory root; made with the first write.
        tree: the index of the same root.
        clock: gives the local time.
    """

    # Proposing and deciding

    def propose(
        self, edits: Iterable[Edit], *, source: str | None = None, **origin: Unpack[Origin]
    ) -> Change:
        """Keep a draft's edits as a pending change, flagged. One without edits is returned but not kept.

        Args:
            edits: as the draft has them.
            source: the text that quotes are checked against; None: the request.
            origin: where the change comes from.
        """
        with self._locked():
            change = self._new(edits, source, origin)
            if change.edits:
                self.store.save(change)
        return change

    def apply_now(
        self,
        edits: Iterable[Edit],
        *,
        source: str | None = None,
        whole: bool = False,
        **origin: Unpack[Origin],
    ) -> Outcome:
        """Propose and approve in one step: a person's own edits. Takes what `propose` takes.

        Args:
            edits: as the draft has them.
            source: the text that quotes are checked against; None: the request.
            whole: where one of the edits is a conflict, none is applied and nothing is kept.
            origin: where the change comes from.
        """
        with self._locked():
            change = self._new(edits, source, origin)
            numbers = {edit.n for edit in change.edits}
            return self._apply(change, numbers, change.author.name, was=None, again=True, whole=whole)

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

    def withdraw(self, proposed: Change) -> None:
        """Take a proposal back that nobody has touched: its author has put a newer one in its place.

        Args:
            proposed: as its author knows it.

        Raises:
            NotFound: there is no such change any more.
            UsageError: somebody decided or changed something of it; it stays.
        """
        with self._locked():
            standing = self.get(proposed.id)
            if standing != proposed or len(standing.pending) < len(standing.edits):
                raise UsageError(f"The change {proposed.id} was touched since.", "Propose anew.")
            self.store.delete(standing.id)

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
            return self._revert(next_undo(self.store.by_applied()), by, UNDO)

    def redo(self, by: str = "person") -> Outcome:
        """Apply again what was undone last.

        Raises:
            StandsInTheWay: nothing was undone, or something was changed since.
        """
        with self._locked():
            return self._revert(next_redo(self.store.by_applied()), by, REDO)

    # Inside

    def _flagged(self, edits: tuple[Edit, ...], author: Author, source: str | None) -> tuple[Edit, ...]:
        # Imported late: its patterns take longer to compile than a reading command may take to start.
        from nanomem_tui.changes.flags import flag_edits
        from nanomem_tui.changes.forgotten import Forgotten

        forgotten = Forgotten(self.root)
        with self._tree.frozen():
            return flag_edits(edits, author=author, source=source, tree=self._tree, forgotten=forgotten)

    def _new(self, edits: Iterable[Edit], source: str | None, origin: Origin) -> Change:
        """A new change, flagged and not yet kept."""
        given = origin["request"] if source is None else source
        return Change(
            id=new_id(),
            state=ChangeState.PENDING,
            created_at=self._clock(),
            edits=self._flagged(tuple(edits), origin["author"], given),
            **origin,
        )

    def _apply(
        self,
        change: Change,
        numbers: set[int],
        by: str,
        *,
        was: Change | None,
        again: bool = False,
        whole: bool = False,
    ) -> Outcome:
        work = Workspace(self._writer.text)
        tried = {
            edit.n: carry_out(work, edit, now=change.created_at, again=again or knowingly(edit))
            for edit in change.edits
            if edit.n in numbers
        }
        tried = {edit.n: edit for edit in with_twins(work, tried.values())}
        edits = tuple(tried.get(edit.n, edit) for edit in change.edits)
        conflicts = tuple(edit for edit in tried.values() if edit.state is EditState.CONFLICT)
        if whole and conflicts:
            return Outcome(replace(change, edits=edits), conflicts)
        decided = replace(change, edits=edits, decided_at=self._clock(), decided_by=by)
        applied = tuple(n for n, edit in tried.items() if edit.state is EditState.APPLIED)
        closed = self._writer.write(decided, work, then=state_of(edits), edits=applied, was=was)
        return Outcome(
            closed, tuple(e for e in closed.edits if e.n in numbers and e.state is EditState.CONFLICT)
        )

    def _revert(self, change: Change, by: str, flow: str) -> Outcome:
        at = applied_at(change)
        later = takewhile(lambda other: applied_at(other) > at, self.store.by_applied())
        work = Workspace(self._writer.text)
        take_back(work, change, later)
        made = inverse_change(change, new_id(), flow, by, self._clock())
        made = replace(made, edits=with_twins(work, made.edits))
        return Outcome(self._writer.write(made, work, then=ChangeState.APPLIED, edits=(), was=None))

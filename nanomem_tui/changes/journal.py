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
from nanomem_tui.changes.errors import StandsInTheWay, WriteFailed
from nanomem_tui.changes.model import (
    Author,
    AuthorKind,
    Change,
    ChangeState,
    Edit,
    EditState,
    Flag,
    Op,
    Outcome,
)
from nanomem_tui.changes.reverting import inverse_edits, take_back
from nanomem_tui.changes.states import state_of
from nanomem_tui.changes.store import Store, new_id
from nanomem_tui.changes.writing import Writer
from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.facts import Fact, NewFact
from nanomem_tui.memory.lines import encode
from nanomem_tui.memory.paths import INDEX_FILE
from nanomem_tui.memory.tree import Tree, tree_index_text

if TYPE_CHECKING:
    from nanomem_tui.changes.forget import Purge, Purged
    from nanomem_tui.changes.why import Why

__all__ = ["Journal", "Outcome"]

UNDO, REDO, REVERT = "undo", "redo", "revert"
"""Flows of the changes that take another one back."""
_OPEN = (EditState.PENDING, EditState.CONFLICT)
"""States in which an edit can still be decided."""


class Journal:
    """The changes of one memory root.

    Args:
        root: the memory root; made with the first write.
        tree: the index of the same root.
        clock: gives the local time.
    """

    def __init__(self, root: Path, tree: Tree, *, clock: Callable[[], datetime]) -> None:
        self.root = root
        self.store = Store(root)
        self._tree = tree
        self._clock = clock
        self._writer = Writer(self.store, self._written)
        self._notices: list[str] = []

    # Reading

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
    ) -> list[Change]:
        """Changes, newest first.

        Args:
            limit: at most so many.
            path: only those that touch this file or folder.
            flow: only those of this flow.
            author: only those of the author with this name or of this kind.
        """
        found: list[Change] = []
        for change in self.store.all():
            if limit is not None and len(found) >= limit:
                break
            if (
                (path is None or _touches(change, path))
                and (flow is None or change.flow == flow)
                and (author is None or author in (change.author.name, change.author.kind.value))
            ):
                found.append(change)
        return found

    def pending(self) -> list[Change]:
        """Changes that wait for a decision, newest first."""
        return [change for change in self.store.all() if change.state is ChangeState.PENDING]

    def faults(self) -> list[tuple[str, str]]:
        """Stored changes that cannot be read: file name and fault."""
        return self.store.faults()

    def check(self, id: str) -> tuple[Edit, ...]:
        """The open edits of a change that do not fit the files of today, as conflicts. Writes nothing."""
        work = Workspace(self._writer.text)
        tried = [
            carry_out(work, edit, now=self._clock(), again=_knowingly(edit))
            for edit in self.get(id).edits
            if edit.state in _OPEN
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
            numbers = self._chosen(change, only)
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
            numbers = self._chosen(change, only)
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
            self._chosen(change, (n,))
            edit = change.edit(n)
            assert edit is not None
            edit = _amended(rebased(Workspace(self._writer.text), edit), new)
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
            self._chosen(change, (n,))
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
            steps = [
                change for change in self.store.all() if change.effects and change.flow not in (UNDO, REDO)
            ]
            if not steps:
                raise StandsInTheWay("There is nothing to undo.")
            return self._revert(max(steps, key=_applied_at), by, UNDO)

    def redo(self, by: str = "person") -> Outcome:
        """Apply again what was undone last.

        Raises:
            StandsInTheWay: nothing was undone, or something was changed since.
        """
        with self._locked():
            applied = [change for change in self.store.all() if change.effects]
            steps = [change for change in applied if change.flow not in (UNDO, REDO)]
            undone = [change for change in applied if change.flow == UNDO]
            last = max(map(_applied_at, steps), default=None)
            undo = max(undone, key=_applied_at, default=None)
            if undo is None or (last is not None and last > _applied_at(undo)):
                raise StandsInTheWay("There is nothing to redo.")
            return self._revert(undo, by, REDO)

    # Forgetting for good

    def purge(self, refs: Collection[str], *, by: str = "person") -> "Purged":
        """Forget facts for good: every byte of them, from every file of ours. Cannot be taken back.

        Args:
            refs: `path#id` of facts that stand in memory.
            by: who decided.

        Raises:
            NotFound, UsageError: there is no such fact.
        """
        with self._locked():
            facts = [self._fact(ref) for ref in refs]
            return self._purging().begin(facts, (), by, self._clock())

    def forget_forever(self, id: str, only: Collection[int] | None = None, *, by: str = "person") -> "Purged":
        """Approve the removals of a change, and forget what they remove for good. Cannot be taken back.

        Args:
            id: the change; its removals may be pending or applied.
            only: numbers of the edits; None: all removals.
            by: who decided.

        Raises:
            NotFound, UsageError: no such change, or it removes nothing.
        """
        with self._locked():
            change = self.get(id)
            gone = [
                edit
                for edit in change.edits
                if edit.op is Op.REMOVE
                and edit.before
                and edit.id
                and edit.state in (*_OPEN, EditState.APPLIED)
                and (only is None or edit.n in only)
            ]
            if not gone:
                raise UsageError(
                    f"The change {change.id} removes no fact.", "Look at it with `nanomem show`."
                )
            numbers = {edit.n for edit in gone}
            edits = tuple(
                replace(edit, state=EditState.APPLIED) if edit.n in numbers else edit for edit in change.edits
            )
            now = self._clock()
            purge = self._purging()
            # Said done before it is: the record of the purge, written first, makes sure that it will be.
            done = replace(change, edits=edits, state=state_of(edits), decided_at=now, decided_by=by)
            facts = [
                fact
                for path in {edit.path for edit in gone}
                if self._tree.exists(path)
                for fact in self._tree.read(path).document.facts
                if fact.text in {edit.before for edit in gone}
            ]
            return purge.begin(facts, [edit.before or "" for edit in gone], by, now, decided=done)

    def _fact(self, ref: str) -> Fact:
        path, _, id = ref.rpartition("#")
        return self._tree.read(path).document.fact(id)

    # Looking back

    def why(self, ref: str) -> "Why":
        """Which change made a fact, from which words, and every version before.

        Raises:
            NotFound, UsageError: there is no such fact.
        """
        from nanomem_tui.changes.why import explain

        return explain(self._fact(ref), sorted(self.store.all(), key=_applied_at, reverse=True))

    def recover(self) -> list[str]:
        """Finish what an interrupted process left open.

        Returns:
            One line for each change finished, also by earlier calls that nobody was told of.
        """
        if self.store.untidy():
            with self._locked():
                pass
        lines, self._notices = self._notices, []
        return lines

    # Inside

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """The lock, with nothing left open: whoever died before is finished first."""
        with self.store.locked():
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

    def _chosen(self, change: Change, only: Collection[int] | None) -> set[int]:
        """Numbers of the open edits that are meant."""
        numbers = {edit.n for edit in change.edits if edit.state in _OPEN}
        if not numbers:
            raise UsageError(
                f"The change {change.id} is {change.state.value} already.", "See `nanomem history`."
            )
        for n in only or ():
            edit = change.edit(n)
            if edit is None:
                raise UsageError(
                    f"The change {change.id} has no edit {n}.", "Look at it with `nanomem show`."
                )
            if n not in numbers:
                raise UsageError(f"Edit {n} of {change.id} is {edit.state.value} already.")
        return numbers if only is None else set(only)

    def _apply(
        self, change: Change, numbers: set[int], by: str, *, was: Change | None, again: bool = False
    ) -> Outcome:
        work = Workspace(self._writer.text)
        tried = {
            edit.n: carry_out(work, edit, now=change.created_at, again=again or _knowingly(edit))
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
        if not change.effects:
            raise UsageError(
                f"Nothing of the change {change.id} is applied; it is {change.state.value}.",
                "See `nanomem history`.",
            )
        at = _applied_at(change)
        later = [other for other in self.store.all() if other.id != change.id and _applied_at(other) > at]
        work = Workspace(self._writer.text)
        take_back(work, change, reversed(later))
        now = self._clock()
        made = Change(
            id=new_id(),
            state=ChangeState.APPLIED,
            flow=flow,
            author=Author(AuthorKind.PERSON, by),
            request=f"{flow} {change.id}",
            created_at=now,
            decided_at=now,
            decided_by=by,
            reverts=change.id,
            summary=change.summary or change.request,
            edits=inverse_edits(change),
        )
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


def _applied_at(change: Change) -> tuple[datetime, str]:
    return (change.decided_at or change.created_at, change.id)


def _knowingly(edit: Edit) -> bool:
    """True when whoever approves this edit was told that its fact stands there already."""
    return Flag.DUPLICATE in edit.flags or edit.state is EditState.CONFLICT


def _touches(change: Change, path: str) -> bool:
    folder = path.rstrip("/") + "/"
    named = {edit.path for edit in change.edits} | {edit.to_path for edit in change.edits if edit.to_path}
    return any(name == path or name.startswith(folder) for name in named)


def _amended(edit: Edit, new: str | NewFact) -> Edit:
    if edit.op is Op.TEXT and isinstance(new, str):
        return replace(edit, text=new)
    if edit.op is Op.DESCRIBE and isinstance(new, str) and edit.description is not None:
        said = [f"title: {edit.title}"] if edit.title is not None else []
        line = " ".join(new.split())
        return replace(edit, description=line, text="\n".join([*said, f"description: {line}"]))
    if edit.fact is None:
        raise UsageError(f"Edit {edit.n} only says {edit.op.value}; there is no text to change.")
    fact = replace(edit.fact, text=new) if isinstance(new, str) else new
    text = " ".join(fact.text.split())
    if not text:
        raise UsageError("The fact has no text.", "Say in one sentence what is to be remembered.")
    fact = replace(fact, text=text, updated_at=fact.updated_at or edit.fact.updated_at)
    return replace(edit, fact=fact, text=text)

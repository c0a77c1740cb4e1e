"""Any sequence of proposals, decisions, outside edits, reverts and crashes keeps all in step."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from nanomem_tui.changes.disk import Disk
from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.model import ArchiveReason, Change, ChangeState, Edit, EditState, Op, UpdateReason
from nanomem_tui.memory.document import parse
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.facts import NewFact, Tier

from .conftest import NOW, PERSON, World, open_world

PATHS = ("a.md", "b/b.md", "b/c.md")
TEXTS = tuple(f"{verb} {thing}" for verb in ("Likes", "Owns") for thing in ("tea", "a boat", "C++", "a | b"))
paths, texts = st.sampled_from(PATHS), st.sampled_from(TEXTS)
Held = dict[str, Counter[tuple[str, bool]]]
"""Facts by file: text and whether it is history."""


class Crash(BaseException):
    """The process is gone."""


class Crashing:
    """Lets the n-th write to the disk be the last one."""

    def __init__(self, n: int) -> None:
        self.left = n

    def __enter__(self) -> "Crashing":
        self.saved = {
            name: getattr(Disk, name) for name in ("stage", "commit", "delete", "replace", "remove")
        }
        for name, method in self.saved.items():
            setattr(Disk, name, self.wrap(method))
        return self

    def wrap(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any) -> Any:
            self.left -= 1
            if self.left == 0:
                raise Crash
            return method(*args)

        return wrapped

    def __exit__(self, *_: object) -> None:
        for name, method in self.saved.items():
            setattr(Disk, name, method)


class Memory(RuleBasedStateMachine):
    """The journal beside a model of what the files must hold."""

    world: World

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="nanomem-machine-"))
        self.ticks = 0
        self.world = open_world(self.folder / "memory", self.clock)
        self.held: Held = {}
        self.last: tuple[dict[str, bytes], str] | None = None
        """Bytes before the last applied change, and its id, as long as nothing else touched the files."""

    def clock(self) -> datetime:
        self.ticks += 1
        return NOW + timedelta(seconds=self.ticks)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.tree.close()
            shutil.rmtree(self.folder)

    # What the model knows of edits

    def in_file(self, path: str) -> Counter[tuple[str, bool]]:
        return self.held.setdefault(path, Counter())

    def put(self, path: str, text: str | None, *, history: bool = False) -> None:
        assert text is not None
        self.in_file(path)[text, history] += 1

    def take(self, edit: Edit) -> bool:
        """Takes the fact of an edit out; returns whether it was history."""
        path, text = edit.path, edit.before
        assert text is not None
        facts = self.in_file(path)
        history = parse(edit.before_raw or "").facts[0].tier is Tier.HISTORY
        if not facts[text, history]:
            history = not history
        assert facts[text, history] > 0, f"{text} was not in {path}"
        facts[text, history] -= 1
        return history

    def done(self, edit: Edit) -> None:
        if edit.op is Op.ADD:
            self.put(edit.path, edit.text)
        elif edit.op is Op.REMOVE:
            self.take(edit)
        elif edit.op is Op.MOVE and edit.to_path:
            self.put(edit.to_path, edit.before, history=self.take(edit))
        elif edit.op is Op.ARCHIVE:
            self.take(edit)
            self.put(edit.path, edit.before, history=True)
        elif edit.op is Op.UPDATE:
            history = self.take(edit)
            if edit.reason is UpdateReason.CHANGED:
                self.put(edit.path, edit.before, history=True)
            self.put(edit.path, edit.text, history=history)

    def settle(self, before: Change | None, after: Change) -> bool:
        """Bring the model to what became of a change; True when something was applied."""
        was = {edit.n: edit.state for edit in before.edits} if before else {}
        fresh = [
            edit
            for edit in after.edits
            if edit.state is EditState.APPLIED and was.get(edit.n) is not EditState.APPLIED
        ]
        for edit in fresh:
            self.done(edit)
        return bool(fresh)

    def from_disk(self) -> Held:
        found: Held = {}
        for path, data in self.world.files().items():
            facts = parse(data.decode(), path).facts
            found[path] = Counter((fact.text, fact.tier is Tier.HISTORY) for fact in facts)
        return found

    # Rules

    def make(self, draft: Draft, path: str, text: str, kind: str, pick: int) -> None:
        facts = draft.read(path).facts if draft.exists(path) else ()
        fact = facts[pick % len(facts)] if facts else None
        if kind == "add" or fact is None:
            draft.add(path, NewFact(text))
            return
        try:
            if kind == "remove":
                draft.remove(path, fact.id)
            elif kind == "move":
                draft.move(path, fact.id, PATHS[pick % 3])
            elif kind == "archive":
                draft.archive(path, fact.id, ArchiveReason.SUPERSEDED)
            else:
                reason = UpdateReason.CHANGED if kind == "change" else UpdateReason.CORRECTED
                draft.update(path, fact.id, NewFact(text, tier=fact.tier), reason)
        except NanomemError:
            # History cannot be archived, nothing moves to where it is: said, and nothing drafted.
            return

    kinds = st.sampled_from(("add", "add", "remove", "move", "archive", "change", "correct"))
    steps = st.lists(st.tuples(paths, texts, kinds, st.integers(0, 11)), min_size=1, max_size=4)

    @rule(steps=steps)
    def propose(self, steps: list[tuple[str, str, str, int]]) -> None:
        draft = self.world.draft()
        for path, text, kind, pick in steps:
            self.make(draft, path, text, kind, pick)
        before = self.world.files()
        self.world.propose(draft)
        assert self.world.files() == before

    @rule(steps=steps, crash=st.integers(0, 60))
    def by_hand(self, steps: list[tuple[str, str, str, int]], crash: int) -> None:
        draft = self.world.draft()
        for path, text, kind, pick in steps:
            self.make(draft, path, text, kind, pick)
        if not draft.edits:
            return
        before = self.world.files()
        known = {change.id for change in self.world.journal.history()}
        try:
            with Crashing(crash if crash > 0 else -1):
                outcome = self.world.journal.apply_now(draft.edits, flow="edit", author=PERSON, request="")
                assert not outcome.conflicts
        except Crash:
            self.restart()
        made = [change for change in self.world.journal.history() if change.id not in known]
        if not made:
            assert self.world.files() == before
            return
        (change,) = made
        self.settle(None, change)
        if self.world.files() != before:
            self.last = (before, change.id)

    def some_pending(self, pick: int) -> Change | None:
        pending = self.world.journal.pending()
        return pending[pick % len(pending)] if pending else None

    @rule(pick=st.integers(0, 9), part=st.integers(0, 15), flagged=st.booleans(), crash=st.integers(0, 40))
    def approve(self, pick: int, part: int, flagged: bool, crash: int) -> None:
        change = self.some_pending(pick)
        if change is None:
            return
        open_ = [edit.n for edit in change.edits if edit.state in (EditState.PENDING, EditState.CONFLICT)]
        only = [n for n in open_ if part >> (n % 4) & 1] or None
        before = self.world.files()
        try:
            with Crashing(crash if crash > 0 else -1):
                outcome = self.world.journal.approve(change.id, only, flagged=flagged)
        except Crash:
            self.restart()
        else:
            for edit in outcome.conflicts:
                assert edit.note
        applied = self.settle(change, self.world.journal.get(change.id))
        # Edits that cancel each other out leave nothing to undo: the step before them is still the newest.
        if applied and self.world.files() != before:
            self.last = (
                (before, change.id) if change.state is ChangeState.PENDING and not change.effects else None
            )
        else:
            assert self.world.files() == before

    @rule(pick=st.integers(0, 9), part=st.integers(0, 15))
    def reject(self, pick: int, part: int) -> None:
        change = self.some_pending(pick)
        if change is None:
            return
        before = self.world.files()
        open_ = [edit.n for edit in change.edits if edit.state in (EditState.PENDING, EditState.CONFLICT)]
        self.world.journal.reject(change.id, [n for n in open_ if part >> (n % 4) & 1] or None)
        assert self.world.files() == before

    @rule(
        path=paths, text=texts, how=st.sampled_from(("top", "end", "drop", "prose")), pick=st.integers(0, 9)
    )
    def edit_outside(self, path: str, text: str, how: str, pick: int) -> None:
        old = self.world.read(path) if (self.world.root / path).exists() else "# A file of mine\n"
        document = parse(old, path)
        line = f"- {text.replace('|', chr(92) + '|')} | tier=long_term | status=active\n"
        if how == "drop" and document.facts:
            gone = document.facts[pick % len(document.facts)]
            new = old.replace(document.raw(gone.id), "", 1)
        elif how == "top":
            new = line + "\n" + old
        elif how == "end":
            new = (old if old.endswith("\n") else old + "\n") + "\n## Mine\n" + line
        else:
            new = old + "\nSome prose of mine.\n"
        self.world.put(path, new)
        self.held = self.from_disk()
        self.last = None

    def take_back(self, act: Callable[[], object], target: Change | None, crash: int) -> None:
        before = self.world.files()
        states = {change.id: change.state for change in self.world.journal.history()}
        refused = False
        try:
            with Crashing(crash if crash > 0 else -1):
                act()
        except NanomemError:
            refused = True
        except Crash:
            self.restart()
        after = {change.id: change.state for change in self.world.journal.history()}
        if refused or after == states:
            assert self.world.files() == before
            assert after == states
            return
        if target is not None and self.last is not None and self.last[1] == target.id:
            assert self.world.files() == self.last[0], "not the very bytes from before"
        self.last = None
        self.held = self.from_disk()

    @rule(pick=st.integers(0, 9), crash=st.integers(0, 60))
    def revert(self, pick: int, crash: int) -> None:
        applied = [change for change in self.world.journal.history() if change.effects]
        if not applied:
            return
        target = applied[pick % len(applied)]
        before = self.from_disk()
        self.take_back(lambda: self.world.journal.revert(target.id), target, crash)
        if self.world.journal.get(target.id).effects:
            assert self.from_disk() == before
            return
        # Nothing but what the change did was taken back: other facts are all still there.
        touched = {edit.text for edit in target.edits} | {edit.before for edit in target.edits}
        for path, facts in before.items():
            now = self.from_disk().get(path, Counter())
            for (text, history), count in facts.items():
                if text not in touched:
                    assert now[text, history] == count, (path, text)

    @precondition(lambda self: any(change.effects for change in self.world.journal.history()))
    @rule(crash=st.integers(0, 60))
    def undo(self, crash: int) -> None:
        target = self.world.journal.get(self.last[1]) if self.last else None
        self.take_back(lambda: self.world.journal.undo(), target, crash)

    @precondition(lambda self: bool(self.world.journal.history(flow="undo")))
    @rule(crash=st.integers(0, 60))
    def redo(self, crash: int) -> None:
        self.take_back(lambda: self.world.journal.redo(), None, crash)

    @precondition(lambda self: any(self.held.values()))
    @rule(pick=st.integers(0, 99), crash=st.integers(0, 40))
    def forget(self, pick: int, crash: int) -> None:
        facts = self.world.tree.facts()
        if not facts:
            return
        fact = facts[pick % len(facts)]
        try:
            with Crashing(crash if crash > 0 else -1):
                self.world.journal.purge([fact.ref])
        except Crash:
            self.restart()
        word = fact.text.encode()
        if any(other.text == fact.text for other in self.world.tree.facts()):
            self.world.journal.purge(
                [other.ref for other in self.world.tree.facts() if other.text == fact.text][:1]
            )
        stored = [file for file in self.world.root.rglob("*") if file.is_file() and word in file.read_bytes()]
        assert stored == []
        self.held = self.from_disk()
        self.last = None

    @rule()
    def restart(self) -> None:
        self.world.tree.close()
        self.world = open_world(self.world.root, self.clock)
        self.world.journal.recover()

    # What always holds

    @invariant()
    def files_and_history_are_in_step(self) -> None:
        if not hasattr(self, "world"):
            return
        found = {path: +facts for path, facts in self.from_disk().items() if +facts}
        assert found == {path: +facts for path, facts in self.held.items() if +facts}
        assert self.world.journal.faults() == []
        assert ChangeState.APPLYING not in {change.state for change in self.world.journal.history()}
        left = [
            file.name for file in self.world.root.rglob("*") if file.suffix in (".tmp", ".open", ".purge")
        ]
        assert left == []


def run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Memory,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_any_sequence_keeps_files_and_history_in_step() -> None:
    run(examples=12, steps=25)


@pytest.mark.long
def test_ten_thousand_steps_keep_files_and_history_in_step() -> None:
    run(examples=250, steps=40)

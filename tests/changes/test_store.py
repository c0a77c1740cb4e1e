"""What waits is found without reading every change, and never differs from what reading all of them says."""

import os
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.changes.model import Change, ChangeState, Edit, EditState, Op
from nanomem_tui.changes.reverting import applied_at
from nanomem_tui.changes.serialize import dumps
from nanomem_tui.changes.store import FOLDER, Store, new_id
from nanomem_tui.memory.facts import NewFact
from tests.benchmarks import changes as benchmark

from .conftest import NOW, PERSON, World


def stored(root: Path, state: ChangeState, *, applied: bool, shape: str) -> None:
    """Put a change among the others, as we or another hand would write it."""
    edit = Edit(1, Op.ADD, "a.md", text="Likes tea", state=EditState.PENDING)
    change = Change(
        new_id(), state, "add", PERSON, "tea", NOW, (edit,), applied=new_id() if applied else None
    )
    text = dumps(change)
    if shape == "other order":
        head, rest = text.split('"flow"', 1)
        text = '{\n "flow"' + rest.rstrip()[:-1].rstrip() + "," + head[1:].rstrip().rstrip(",") + "\n}\n"
    elif shape == "one line":
        text = text.replace("\n", "")
    elif shape == "broken":
        text = text[: len(text) // 2]
    elif shape == "other name":
        text = text.replace(change.id, new_id())
    (root / FOLDER / f"{change.id}.json").write_text(text)


SHAPES = st.sampled_from(("ours", "ours", "other order", "one line", "broken", "other name"))
STATES = st.sampled_from(
    (ChangeState.PENDING, ChangeState.APPLIED, ChangeState.REJECTED, ChangeState.APPLYING)
)


@given(st.lists(st.tuples(STATES, st.booleans(), SHAPES), max_size=8))
@settings(max_examples=60, deadline=None)
def test_what_waits_is_what_reading_everything_says(changes: list[tuple[ChangeState, bool, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / FOLDER).mkdir(parents=True)
        store = Store(root)
        for state, applied, shape in changes:
            stored(root, state, applied=applied, shape=shape)
            # The same store each time: what it kept of the last look must not hide what is new.
            everything = list(store.all())
            waiting = [change for change in everything if change.state is ChangeState.PENDING]
            for looking in (store, Store(root)):
                assert list(looking.pending()) == waiting
                last_first = sorted(everything, key=applied_at, reverse=True)
                assert list(looking.by_applied()) == last_first


def test_a_decision_by_another_process_shows_at_once(world: World) -> None:
    draft = world.draft()
    draft.add("a.md", NewFact("Likes tea"))
    draft.add("a.md", NewFact("Likes jazz"))
    change = world.propose(draft)
    mine = Store(world.root)
    file = world.root / FOLDER / f"{change.id}.json"
    # As old as can be, so that everything about it is kept from one look to the next.
    os.utime(file, (1, 1))
    assert [found.id for found in mine.pending()] == [change.id]
    world.journal.reject(change.id, [1])
    assert [len(found.pending) for found in mine.pending()] == [1]
    world.journal.reject(change.id)
    assert list(mine.pending()) == []
    file.unlink()
    assert list(mine.pending()) == list(mine.by_applied()) == []


def test_what_waits_is_found_in_a_fraction_of_the_time_that_reading_all_takes(root: Path) -> None:
    benchmark.build(root, 600)
    store = Store(root)
    assert len(list(store.pending())) == benchmark.WAITING
    found = benchmark.measure(root)
    assert found.pending * 3 < found.all, found
    assert found.newest * 3 < found.all, found

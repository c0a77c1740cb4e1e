"""Forgotten for good means: no byte of it in any file of ours, and it does not come back by itself."""

import errno
import json
import os
import random
import signal
import time
from datetime import date
from pathlib import Path

import pytest

from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.forgotten import Forgotten
from nanomem_tui.changes.model import ArchiveReason, ChangeState, EditState, Flag, UpdateReason
from nanomem_tui.changes.pruning import confirm, due, prune
from nanomem_tui.memory.errors import NotFound, UsageError
from nanomem_tui.memory.facts import NewFact, Source, Status, Tier

from .conftest import AGENT, NOW, PERSON, World, open_world

ABOUT = "personal/about.md"


def files_with(root: Path, needle: bytes) -> list[str]:
    """Every file below `root` that holds `needle`, in any letter case, in its bytes or its JSON."""
    return [
        str(path.relative_to(root))
        for path in sorted(root.rglob("*"))
        if path.is_file() and needle.lower() in path.read_bytes().lower()
    ]


def trace(world: World, id: str, *events: object) -> Path:
    folder = world.root / ".nanomem" / "traces"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{id}.jsonl"
    file.write_text("".join(json.dumps(event) + "\n" for event in events))
    return file


def plant(world: World, n: int) -> str:
    """One canary fact, through one feature after the other. Returns its word."""
    word = f"canary{n:03d}x"
    text = f"Keeps a {word} in the kitchen"
    path = f"pets/{n % 5}.md"
    draft = world.draft()
    source = f"Hi. I keep a {word} in the kitchen, really. Bye."
    draft.add(path, NewFact(text), quote=f"I keep a {word} in the kitchen")
    change = world.journal.propose(
        draft.edits,
        flow="add",
        author=AGENT,
        request=source,
        trace=f"TRACE{n:03d}",
        summary=f"Adds the {word}.",
    )
    trace(world, f"TRACE{n:03d}", {"type": "run.started", "attributes": {"request": source}})
    kind = n % 8
    if kind == 0:
        world.journal.reject(change.id, reason=f"no {word}")
        world.add(path, text)
        return word
    world.journal.approve(change.id, flagged=True)
    id = world.id(path, text)
    if kind == 1:
        draft = world.draft()
        draft.move(path, id, "moved/here.md")
        world.journal.apply_now(draft.edits, flow="edit", author=PERSON, request=f"move {word}")
    elif kind == 2:
        draft = world.draft()
        draft.archive(path, id, ArchiveReason.SUPERSEDED)
        world.journal.apply_now(draft.edits, flow="edit", author=PERSON, request="archive")
    elif kind == 3:
        world.journal.revert(change.id)
        world.journal.undo()
    elif kind == 4:
        draft = world.draft()
        draft.update(path, id, NewFact("Has another pet"), UpdateReason.CORRECTED)
        world.propose(draft, f"forget the {word}")
    elif kind == 5:
        draft = world.draft()
        draft.write_text(path, world.read(path) + "\nMore.\n")
        world.journal.apply_now(draft.edits, flow="edit", author=PERSON, request="write")
    elif kind == 6:
        half = len(word) // 2
        deltas = [
            {"type": "text.delta", "attributes": {"text": part}}
            for part in (text[: 8 + half], text[8 + half :])
        ]
        trace(world, f"OTHER{n:03d}", *deltas)
    else:
        ledger = world.root / ".nanomem" / "disclosures.jsonl"
        entry = {
            "recipient": f"host{n}",
            "time": "2026-02-01T10:00",
            "purpose": f"retrieve: Keeps a {word} in the kitchen",
            "facts": [{"ref": f"{path}#{id}", "fingerprint": "aa:bb"}],
        }
        with ledger.open("a") as lines:
            lines.write(json.dumps(entry) + "\n")
    return word


def refs_of(world: World, words: list[str]) -> list[str]:
    return [fact.ref for fact in world.tree.facts() if any(word in fact.text for word in words)]


def test_a_hundred_canaries_are_gone_without_a_byte(world: World) -> None:
    world.add(ABOUT, "Lives in Seattle")
    words = [plant(world, n) for n in range(100)]
    world.tree.search("canary")
    refs = refs_of(world, words)
    assert len(refs) == 100
    assert files_with(world.root, b"canary")
    purged = world.journal.purge(refs)
    assert purged.facts == 100
    assert files_with(world.root, b"canary") == []
    assert "Lives in Seattle" in world.read(ABOUT)
    assert {host for host, _ in purged.told} == {f"host{n}" for n in range(100) if n % 8 == 7}
    assert world.journal.faults() == []
    world.tree.sync()
    assert world.tree.search("canary") == []
    assert files_with(world.root, b"canary") == []


def test_forgetting_survives_being_killed(root: Path) -> None:
    draw = random.Random(5)
    for round_ in range(6):
        world = open_world(root / str(round_))
        words = [plant(world, n) for n in range(8)]
        refs = refs_of(world, words)
        world.tree.close()
        read_end, write_end = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                mine = open_world(world.root)
                os.write(write_end, b".")
                mine.journal.purge(refs)
            finally:
                os._exit(0)
        os.read(read_end, 1)
        os.close(read_end)
        os.close(write_end)
        # The time of the kill is the thing drawn.
        time.sleep(draw.uniform(0.005, 0.06))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        again = open_world(world.root)
        again.journal.recover()
        if left := refs_of(again, words):
            # It was killed before it had begun: nothing is lost and it can be asked for again.
            assert len(left) == len(refs)
            again.journal.purge(left)
        assert files_with(world.root, b"canary") == []
        assert again.journal.faults() == []
        again.tree.close()


def test_what_was_forgotten_is_flagged_when_it_comes_back(world: World) -> None:
    world.add(ABOUT, "Is allergic to penicillin")
    world.journal.purge([f"{ABOUT}#{world.id(ABOUT, 'Is allergic to penicillin')}"])
    draft = world.draft()
    for text in ("Allergic to penicillin.", "Allergic to latex", "is ALLERGIC  to penicillin"):
        draft.add(ABOUT, NewFact(text))
    flags = [set(edit.flags) for edit in world.propose(draft).edits]
    assert Flag.FORGOTTEN in flags[0]
    assert Flag.FORGOTTEN not in flags[1]
    assert Flag.FORGOTTEN in flags[2]
    assert b"penicillin" not in (world.root / ".nanomem" / "forgotten.jsonl").read_bytes()


def test_fingerprints_are_salted_for_each_root(root: Path) -> None:
    for name in ("a", "b"):
        (root / name).mkdir(parents=True)
        Forgotten(root / name).add(["Likes tea"], NOW)
    prints = {(root / name / ".nanomem" / "forgotten.jsonl").read_text() for name in ("a", "b")}
    assert len(prints) == 2
    assert Forgotten(root / "a").matches("likes tea.")


def test_neighbors_of_a_forgotten_fact_stay_and_stay_revertible(world: World) -> None:
    change = world.add(ABOUT, "Likes tea", "Owns a secret boat", "Likes jazz").change
    world.journal.purge([f"{ABOUT}#{world.id(ABOUT, 'Owns a secret boat')}"])
    assert "Likes tea" in world.read(ABOUT)
    world.journal.revert(change.id)
    assert world.files() == {}
    world.journal.undo()
    assert "Likes jazz" in world.read(ABOUT)
    assert files_with(world.root, b"boat") == []


def test_forever_on_a_proposal_approves_and_forgets(world: World) -> None:
    world.add(ABOUT, "Likes tea", "Owns a secret boat")
    draft = world.draft()
    draft.remove(ABOUT, world.id(ABOUT, "Owns a secret boat"))
    change = world.propose(draft, "forget the boat", AGENT)
    purged = world.journal.forget_forever(change.id)
    assert purged.files == (ABOUT,)
    assert files_with(world.root, b"secret boat") == []
    after = world.journal.get(change.id)
    assert after.state is ChangeState.APPLIED
    stub = world.journal.history(flow="forget")[0]
    assert stub.edits[0].state is EditState.APPLIED
    with pytest.raises(UsageError):
        world.journal.forget_forever(change.id)
    with pytest.raises(UsageError):
        world.journal.revert(change.id)


def test_pending_proposals_of_a_forgotten_fact_are_rejected(world: World) -> None:
    world.add(ABOUT, "Owns a secret boat")
    id = world.id(ABOUT, "Owns a secret boat")
    draft = world.draft()
    draft.move(ABOUT, id, "boats.md")
    draft.add(ABOUT, NewFact("Likes tea"))
    change = world.propose(draft)
    world.journal.purge([f"{ABOUT}#{id}"])
    after = world.journal.get(change.id)
    assert [edit.state for edit in after.edits] == [EditState.REJECTED, EditState.PENDING]
    world.journal.approve(change.id)
    assert "Likes tea" in world.read(ABOUT)


def test_whole_words_only(world: World) -> None:
    world.add(ABOUT, "Tea", "Leads a team")
    world.journal.purge([f"{ABOUT}#{world.id(ABOUT, 'Tea')}"])
    assert "Leads a team" in world.read(ABOUT)
    assert "Leads a team" in (world.journal.history(flow="edit")[0].edits[1].text or "")


def test_own_prose_that_says_it_is_named_and_left(world: World) -> None:
    world.put("notes.md", "# Notes\n\nMy secret boat is blue.\n")
    world.put(".nanomem/prompts/add.md", "Mind the secret boat.")
    world.put("about.sync-conflict-20260301.md", "- Secret boat\n")
    world.add(ABOUT, "Secret boat")
    purged = world.journal.purge([f"{ABOUT}#{world.id(ABOUT, 'Secret boat')}"])
    assert purged.mentions == ("notes.md", ".nanomem/prompts/add.md", "about.sync-conflict-20260301.md")
    assert "boat" in world.read("notes.md")


def test_what_cannot_be_read_is_named(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.add(ABOUT, "Secret boat")
    world.add("hidden/boats.md", "Secret boat")
    scandir = os.scandir

    def failing(path: str | Path) -> object:
        if Path(path).name == "hidden":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return scandir(path)

    ref = f"{ABOUT}#{world.id(ABOUT, 'Secret boat')}"
    monkeypatch.setattr(os, "scandir", failing)
    purged = world.journal.purge([ref])
    assert (purged.files, purged.mentions, purged.unread) == ((ABOUT,), (), ("hidden",))


def test_a_rejected_secret_can_be_purged_by_its_words(world: World) -> None:
    draft = world.draft()
    text = "The wifi password is hunter2xY9"
    draft.add(ABOUT, NewFact(text), quote="wifi password is hunter2xY9")
    change = world.journal.propose(
        draft.edits, flow="add", author=AGENT, request="My wifi password is hunter2xY9. Thanks!", trace="T1"
    )
    trace(world, "T1", {"type": "run.started", "attributes": {"request": change.request}})
    world.journal.reject(change.id)
    assert files_with(world.root, b"hunter2")
    purged = world.journal.purge((), texts=[text])
    assert (purged.files, purged.changes, purged.traces) == ((), 1, 1)
    assert files_with(world.root, b"hunter2") == []
    with pytest.raises(UsageError):
        world.journal.purge((), texts=[" "])


def test_unknown_facts_cannot_be_purged(world: World) -> None:
    world.add(ABOUT, "Likes tea")
    with pytest.raises(NotFound):
        world.journal.purge([f"{ABOUT}#zzzzz"])


def test_why_follows_a_fact_through_its_versions(world: World) -> None:
    def told(source: str, make: Draft) -> str:
        change = world.journal.propose(
            make.edits, flow="add", author=AGENT, request=source, model="rules", trace="T1", source=source
        )
        world.journal.approve(change.id, flagged=True)
        return change.id

    draft = world.draft()
    draft.add(ABOUT, NewFact("Lives in Seattle"), quote="I live in Seattle")
    first = told("Hello, I live in Seattle now.", draft)
    draft = world.draft()
    id = world.id(ABOUT, "Lives in Seattle")
    draft.update(ABOUT, id, NewFact("Lives in Portland"), UpdateReason.CHANGED, quote="I live in Portland")
    second = told("Actually, I live in Portland.", draft)
    draft = world.draft()
    draft.move(ABOUT, world.id(ABOUT, "Lives in Portland"), "home.md")
    third = world.journal.apply_now(draft.edits, flow="edit", author=PERSON, request="move").change.id
    why = world.journal.why(f"home.md#{world.id('home.md', 'Lives in Portland')}")
    assert why.change is not None
    assert why.change.id == second
    assert why.quote == "I live in Portland"
    assert why.source_excerpt == "Actually, I live in Portland."
    assert (why.change.model, why.change.trace) == ("rules", "T1")
    assert [change.id for change in why.history] == [third, second, first]
    old = world.journal.why(f"{ABOUT}#{world.id(ABOUT, 'Lives in Seattle')}")
    assert old.change is not None
    assert old.change.id == first
    assert [change.id for change in old.history] == [second, first]


def test_why_of_a_fact_written_elsewhere_says_so(world: World) -> None:
    world.put(ABOUT, "- Likes tea\n")
    assert world.journal.why(f"{ABOUT}#{world.id(ABOUT, 'Likes tea')}").change is None


def test_pruning_sends_what_expired_to_history(world: World) -> None:
    today = date(2026, 3, 1)
    draft = world.draft()
    draft.add(ABOUT, NewFact("Visits Lyon", tier=Tier.WORKING, expires_at=date(2026, 2, 28)))
    draft.add(ABOUT, NewFact("Visits Graz", tier=Tier.WORKING, expires_at=today))
    draft.add(ABOUT, NewFact("Takes vitamin D", review_at=date(2026, 2, 1), source=Source.DOCUMENT))
    world.journal.apply_now(draft.edits, flow="edit", author=PERSON, request="")
    draft = world.draft()
    assert [edit.before for edit in prune(draft, today)] == ["Visits Lyon"]
    world.journal.approve(world.propose(draft).id)
    expired = world.tree.read(ABOUT).document.fact(world.id(ABOUT, "Visits Lyon"))
    assert (expired.tier, expired.status) == (Tier.HISTORY, Status.EXPIRED)
    assert prune(world.draft(), today) == ()
    assert [fact.text for fact in due(world.tree.facts(), today)] == ["Takes vitamin D"]
    draft = world.draft()
    before = world.tree.read(ABOUT).document.fact(world.id(ABOUT, "Takes vitamin D"))
    confirm(draft, ABOUT, before.id, today)
    world.journal.apply_now(draft.edits, flow="edit", author=PERSON, request="")
    after = world.tree.read(ABOUT).document.fact(before.id)
    assert after.checked_at == today
    assert after.updated_at == before.updated_at
    assert due(world.tree.facts(), today) == ()


def question(world: World, id: str, asked: str, *, torn: str = "") -> Path:
    """The trace of a run that was killed after its first request: what was asked, and our prompt."""
    messages = [
        {"role": "system", "text": "Search, for example for a dentist."},
        {"role": "user", "text": asked},
    ]
    sent = {"type": "request.sent", "attributes": {"messages": messages}}
    file = trace(world, id, {"type": "run.started", "attributes": {"request": asked}}, sent)
    file.write_text(file.read_text() + torn)
    return file


def test_a_question_about_a_forgotten_fact_goes_though_its_run_never_found_it(world: World) -> None:
    world.add(ABOUT, "Sees the dentist about a bruxism splint")
    world.add(ABOUT, "Sees the sea every summer")
    gone = [
        question(world, "Q1", "What helps against BRUXISM?"),
        question(world, "Q2", "Who made my splints?"),
        question(world, "Q3", "Hello.", torn='{"type":"text.delta","attributes":{"text":"Your brux'),
    ]
    kept = [
        question(world, "Q4", "When do I see the sea?"),
        question(world, "Q5", "Hello.", torn='{"type":"text.delta","attributes":{"text":"Your bo'),
    ]
    purged = world.journal.purge(refs_of(world, ["bruxism"]))
    assert purged.traces == 3
    assert [file.exists() for file in gone] == [False] * 3
    assert [file.exists() for file in kept] == [True] * 2


def test_what_was_asked_in_other_changes_goes_where_it_gives_a_fact_away(world: World) -> None:
    world.add(ABOUT, "Suffers from bruxism")

    def proposed(request: str, text: str) -> str:
        draft = world.draft()
        draft.add(ABOUT, NewFact(text), quote=text)
        return world.journal.propose(
            draft.edits, flow="add", author=AGENT, request=request, source=request
        ).id

    about = proposed("With my bruxism I must sleep well. I like tea.", "I like tea")
    other = proposed("I suffer fools gladly. I like coffee.", "I like coffee")
    world.journal.purge(refs_of(world, ["bruxism"]))
    assert files_with(world.root, b"bruxism") == []
    assert world.journal.get(about).request == "[forgotten]"
    assert world.journal.get(about).edits[0].text == "I like tea"
    assert world.journal.get(other).request == "[forgotten]", "“suffer” stands nowhere else"


def test_a_proposal_that_waits_keeps_its_words(world: World) -> None:
    world.add(ABOUT, "Met Anna in Graz")
    draft = world.draft()
    draft.add("people/anna.md", NewFact("Anna likes tea"), quote="Anna likes tea")
    id = world.journal.propose(draft.edits, flow="add", author=AGENT, request="Anna likes tea.").id
    world.journal.purge(refs_of(world, ["Graz"]))
    assert world.journal.get(id).request == "Anna likes tea."
    assert world.journal.approve(id, flagged=True).change.state is ChangeState.APPLIED
    assert "Anna likes tea" in world.read("people/anna.md")


def test_the_name_of_a_file_that_is_gone_goes_with_its_facts(world: World) -> None:
    world.add("people/zora.md", "Zora is my therapist")
    world.add(ABOUT, "Likes tea")
    draft = world.draft()
    draft.move("people/zora.md", world.id("people/zora.md", "Zora is my therapist"), ABOUT)
    world.journal.apply_now(draft.edits, flow="edit", author=PERSON, request="move out of people/zora.md")
    draft = world.draft()
    draft.write_text("people/zora.md", None)
    world.journal.apply_now(draft.edits, flow="edit", author=PERSON, request="delete people/zora.md")
    world.journal.purge(refs_of(world, ["therapist"]))
    assert files_with(world.root, b"zora") == []
    assert "Likes tea" in world.read(ABOUT)
    for change in world.journal.history():
        if change.state is ChangeState.APPLIED and not change.effects:
            with pytest.raises(UsageError, match="forgotten for good"):
                world.journal.revert(change.id)


def test_words_that_only_a_trace_says_are_found_beside_facts_that_are_near_to_them(world: World) -> None:
    world.add(ABOUT, "Rides a bicycle to work")
    question(world, "Q1", "Do I own a bicicleta?")
    meant = world.journal.meant("bicicleta")
    assert meant.texts == ("bicicleta",)
    assert world.journal.purge([], texts=meant.texts).traces == 1
    assert world.journal.meant("bicycle").texts == ()


def test_a_line_of_the_ledger_that_broke_off_goes_with_its_words(world: World) -> None:
    world.add(ABOUT, "Suffers from bruxism")
    ledger = world.root / ".nanomem" / "disclosures.jsonl"
    ledger.write_text(
        '{"recipient":"a","purpose":"export"}\n{"recipient":"b","purpose":"suffers from bruxism'
    )
    assert world.journal.purge(refs_of(world, ["bruxism"])).disclosures == 1
    assert ledger.read_text() == '{"recipient":"a","purpose":"export"}\n'

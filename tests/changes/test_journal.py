"""What a change may and may not do: proposing, deciding, taking back."""

from pathlib import Path

import pytest

from nanomem_tui.changes.errors import StandsInTheWay
from nanomem_tui.changes.model import ArchiveReason, ChangeState, EditState, Flag, UpdateReason
from nanomem_tui.changes.serialize import change_to_json, dumps, loads
from nanomem_tui.memory.errors import NotFound, UsageError
from nanomem_tui.memory.facts import NewFact, Source

from .conftest import AGENT, PERSON, World, open_world

ABOUT = "personal/about.md"


def test_a_proposal_touches_no_file_and_survives_a_restart(world: World) -> None:
    draft = world.draft()
    draft.add(ABOUT, NewFact("Lives in Seattle"))
    change = world.propose(draft)
    assert world.files() == {}
    again = open_world(world.root)
    assert again.journal.pending() == [change]
    assert again.journal.get(change.id[-6:].lower()) == change


def test_approving_writes_all_files_and_reverting_gives_back_their_absence(world: World) -> None:
    draft = world.draft()
    draft.add(ABOUT, NewFact("Lives in Seattle"))
    draft.add("health/allergies.md", NewFact("Allergic to penicillin"))
    change = world.propose(draft)
    outcome = world.journal.approve(change.id)
    assert outcome.change.state is ChangeState.APPLIED
    assert outcome.conflicts == ()
    assert "- Lives in Seattle | topic=" in world.read(ABOUT)
    assert "Allergic to penicillin" in world.read("health/allergies.md")
    reverted = world.journal.revert(change.id, by="ann")
    assert world.files() == {}
    assert not (world.root / "health").exists()
    assert reverted.change.decided_by == "ann"
    assert world.journal.get(change.id).state is ChangeState.REVERTED
    assert world.journal.get(change.id).reverted_by == reverted.change.id


@pytest.mark.parametrize(
    "text",
    [
        "# Memory: About\n\n## Long-term memory\n- Likes tea\n- Likes jazz | confidence=low\n\nprose\n",
        "\ufeff# About\r\n\r\n- Likes tea\r\n- Likes jazz\r\n| a | table |\r\n",
        "no heading at all\n- Likes tea\n- Likes jazz",
        "- Likes tea\n- Likes jazz\n```\n- no fact\n```\n\udc80\udcff broken bytes",
    ],
)
def test_reverting_gives_back_the_very_bytes(world: World, text: str) -> None:
    world.put(ABOUT, text)
    before = world.files()
    draft = world.draft()
    tea, jazz = world.id(ABOUT, "Likes tea"), world.id(ABOUT, "Likes jazz")
    draft.update(ABOUT, tea, NewFact("Likes green tea"), UpdateReason.CHANGED)
    draft.move(ABOUT, jazz, "music/taste.md")
    draft.add(ABOUT, NewFact("Lives in Seattle"))
    draft.describe(ABOUT, description="Who I am")
    change = world.propose(draft)
    assert world.journal.approve(change.id).conflicts == ()
    assert "Who I am" in world.read(ABOUT)
    assert "Likes jazz" in world.read("music/taste.md")
    world.journal.revert(change.id)
    assert world.files() == before


def test_changed_sends_the_old_fact_to_history_in_one_edit(world: World) -> None:
    world.add(ABOUT, "Lives in Seattle")
    draft = world.draft()
    draft.update(
        ABOUT, world.id(ABOUT, "Lives in Seattle"), NewFact("Lives in Portland"), UpdateReason.CHANGED
    )
    change = world.propose(draft)
    assert len(change.edits) == 1
    world.journal.approve(change.id)
    text = world.read(ABOUT)
    history = text[text.index("## History") :]
    assert "Lives in Seattle" in history
    assert "status=superseded" in history
    assert "Lives in Portland" in text[: text.index("## History")]


def test_corrected_replaces_in_place(world: World) -> None:
    world.add(ABOUT, "Lives in Seatle")
    draft = world.draft()
    draft.update(
        ABOUT, world.id(ABOUT, "Lives in Seatle"), NewFact("Lives in Seattle"), UpdateReason.CORRECTED
    )
    world.journal.approve(world.propose(draft).id)
    assert "Seatle" not in world.read(ABOUT)


def test_edits_are_decided_one_by_one(world: World) -> None:
    draft = world.draft()
    for text in ("Likes tea", "Likes coffee", "Likes water"):
        draft.add(ABOUT, NewFact(text))
    change = world.propose(draft)
    partly = world.journal.approve(change.id, only=[2]).change
    assert partly.state is ChangeState.PENDING
    assert "Likes coffee" in world.read(ABOUT)
    assert "Likes tea" not in world.read(ABOUT)
    world.journal.reject(change.id, only=[1], reason="not true")
    done = world.journal.approve(change.id).change
    assert done.state is ChangeState.APPLIED
    assert [edit.state for edit in done.edits] == [EditState.REJECTED, EditState.APPLIED, EditState.APPLIED]
    assert done.edits[0].note == "not true"
    world.journal.revert(change.id)
    assert world.files() == {}


def test_reverting_a_partly_approved_change_leaves_the_rest_to_be_decided(world: World) -> None:
    draft = world.draft()
    draft.add(ABOUT, NewFact("Likes tea"))
    draft.add(ABOUT, NewFact("Likes coffee"))
    change = world.propose(draft)
    world.journal.approve(change.id, only=[1])
    world.journal.revert(change.id)
    after = world.journal.get(change.id)
    assert after.state is ChangeState.PENDING
    assert [edit.state for edit in after.edits] == [EditState.REVERTED, EditState.PENDING]
    world.journal.approve(change.id)
    assert "Likes coffee" in world.read(ABOUT)
    world.journal.revert(change.id)
    assert world.files() == {}


def test_a_rejected_change_cannot_be_approved(world: World) -> None:
    draft = world.draft()
    draft.add(ABOUT, NewFact("Likes tea"))
    change = world.propose(draft)
    assert world.journal.reject(change.id).change.state is ChangeState.REJECTED
    with pytest.raises(UsageError, match="rejected already"):
        world.journal.approve(change.id)
    assert world.files() == {}


def test_a_flagged_edit_waits_until_it_is_named(world: World) -> None:
    draft = world.draft()
    draft.add(ABOUT, NewFact("Likes tea"), quote="I like tea")
    draft.add(ABOUT, NewFact("Owns a yacht"), quote="I own a yacht")
    change = world.propose(draft, "I like tea", AGENT)
    assert Flag.UNGROUNDED in change.edits[1].flags
    assert not change.edits[0].flags
    assert world.journal.approve(change.id).change.state is ChangeState.PENDING
    assert "yacht" not in world.read(ABOUT)
    world.journal.approve(change.id, only=[2])
    assert "yacht" in world.read(ABOUT)


def test_an_edit_whose_fact_moved_on_is_a_conflict_with_both_texts(world: World) -> None:
    world.add(ABOUT, "Lives in Seattle", "Likes tea")
    draft = world.draft()
    draft.update(
        ABOUT, world.id(ABOUT, "Lives in Seattle"), NewFact("Lives in Portland"), UpdateReason.CHANGED
    )
    draft.archive(ABOUT, world.id(ABOUT, "Likes tea"), ArchiveReason.SUPERSEDED)
    change = world.propose(draft)
    world.put(ABOUT, world.read(ABOUT).replace("Lives in Seattle", "Lives in Seattle, WA"))
    outcome = world.journal.approve(change.id)
    (conflict,) = outcome.conflicts
    assert conflict.n == 1
    assert conflict.theirs == "Lives in Seattle, WA"
    assert "“Lives in Seattle”" in (conflict.note or "")
    assert "Portland" not in world.read(ABOUT)
    assert "status=superseded" in world.read(ABOUT)
    assert outcome.change.state is ChangeState.PENDING, "the person still has to decide"
    assert [waiting.id for waiting in world.journal.pending()] == [change.id]
    kept = world.journal.reject(change.id, [1]).change
    assert kept.state is ChangeState.APPLIED
    assert world.journal.pending() == []
    world.journal.revert(change.id)
    assert "status=superseded" not in world.read(ABOUT)


def test_a_conflict_is_settled_by_keeping_taking_or_merging(world: World) -> None:
    for decision in ("keep", "take", "merge"):
        world = open_world(world.root.parent / decision)
        path = ABOUT
        world.add(path, "Lives in Seattle")
        draft = world.draft()
        draft.update(
            path, world.id(path, "Lives in Seattle"), NewFact("Lives in Portland"), UpdateReason.CORRECTED
        )
        change = world.propose(draft)
        world.put(path, world.read(path).replace("Lives in Seattle", "Lives in Seattle, WA"))
        assert world.journal.approve(change.id).conflicts
        if decision == "keep":
            world.journal.reject(change.id)
            assert "Lives in Seattle, WA" in world.read(path)
        elif decision == "take":
            assert not world.journal.take_theirs_over(change.id, 1).conflicts
            assert "Lives in Portland |" in world.read(path)
            assert "Seattle" not in world.read(path)
        else:
            world.journal.amend(change.id, 1, "Lives in Portland, was in Seattle")
            assert not world.journal.approve(change.id).conflicts
            assert "Lives in Portland, was in Seattle" in world.read(path)


def test_metadata_changed_by_hand_survives_a_correction(world: World) -> None:
    world.add(ABOUT, "Lives in Seatle")
    draft = world.draft()
    draft.update(
        ABOUT, world.id(ABOUT, "Lives in Seatle"), NewFact("Lives in Seattle"), UpdateReason.CORRECTED
    )
    change = world.propose(draft)
    world.put(ABOUT, world.read(ABOUT).replace("source=user_statement", "source=user_statement | mood=good"))
    world.put(ABOUT, world.read(ABOUT).replace("confidence=high", "confidence=low"))
    assert not world.journal.approve(change.id).conflicts
    assert "Lives in Seattle |" in world.read(ABOUT)
    assert "mood=good" in world.read(ABOUT)


def test_a_fact_is_not_written_twice_unless_named(world: World) -> None:
    draft = world.draft()
    draft.add(ABOUT, NewFact("Likes tea"))
    first, second = world.propose(draft), world.propose(draft)
    world.journal.approve(first.id)
    (conflict,) = world.journal.approve(second.id).conflicts
    assert "already stands" in (conflict.note or "")
    assert world.read(ABOUT).count("Likes tea") == 1
    third = world.propose(draft)
    assert Flag.DUPLICATE in third.edits[0].flags
    assert not world.journal.approve(third.id, only=[1]).conflicts
    assert world.read(ABOUT).count("Likes tea") == 2


def test_reverting_refuses_where_a_later_change_touched_the_fact(world: World) -> None:
    first = world.add(ABOUT, "Lives in Seattle").change
    draft = world.draft()
    draft.update(
        ABOUT, world.id(ABOUT, "Lives in Seattle"), NewFact("Lives in Portland"), UpdateReason.CORRECTED
    )
    later = world.journal.approve(world.propose(draft).id).change
    before = world.files()
    with pytest.raises(StandsInTheWay) as refused:
        world.journal.revert(first.id)
    assert ABOUT in refused.value.message
    assert "“Lives in Seattle”" in refused.value.message
    assert "“Lives in Portland”" in refused.value.message
    assert later.id[-6:].lower() in refused.value.message
    assert world.files() == before


def test_reverting_leaves_what_came_later_alone(world: World) -> None:
    first = world.add(ABOUT, "Lives in Seattle").change
    world.add(ABOUT, "Likes tea")
    world.put(ABOUT, world.read(ABOUT) + "\nA note of mine.\n")
    world.journal.revert(first.id)
    text = world.read(ABOUT)
    assert "Seattle" not in text
    assert "Likes tea" in text
    assert text.endswith("\nA note of mine.\n")


@pytest.mark.parametrize("how", ["remove", "archive", "move", "update"])
def test_a_fact_that_somebody_wrote_again_elsewhere_in_the_file_is_not_put_beside_it(
    world: World, how: str
) -> None:
    world.put(ABOUT, "## Long-term memory\n- Likes tea\n- Likes jazz\n\n## Notes\n")
    draft, id = world.draft(), world.id(ABOUT, "Likes tea")
    match how:
        case "remove":
            draft.remove(ABOUT, id)
        case "archive":
            draft.archive(ABOUT, id, ArchiveReason.SUPERSEDED)
        case "move":
            draft.move(ABOUT, id, "food.md")
        case "update":
            draft.update(ABOUT, id, NewFact("Likes coffee"), UpdateReason.CHANGED)
    world.journal.apply_now(draft.edits, flow="edit", author=PERSON, request=how)
    world.put(ABOUT, world.read(ABOUT).replace("## Notes\n", "## Notes\n- Likes tea\n"))
    before = world.files()
    with pytest.raises(StandsInTheWay, match="“Likes tea” stands in personal/about"):
        world.journal.undo()
    assert world.files() == before


def test_one_of_two_that_say_the_same_is_put_back_beside_the_other(world: World) -> None:
    world.put(ABOUT, "## Long-term memory\n- Likes tea\n- Likes jazz\n- Likes tea\n")
    before = world.files()
    draft = world.draft()
    draft.remove(ABOUT, world.id(ABOUT, "Likes tea"))
    world.journal.apply_now(draft.edits, flow="edit", author=PERSON, request="twice")
    # Stored and read anew, as by another process; and the file moves on below.
    again = open_world(world.root)
    again.put(ABOUT, again.read(ABOUT) + "- Likes rain\n")
    again.journal.undo()
    assert again.read(ABOUT).count("- Likes tea") == 2
    again.put(ABOUT, again.read(ABOUT).replace("- Likes rain\n", ""))
    assert sorted(again.read(ABOUT).splitlines()) == sorted(before[ABOUT].decode().splitlines())


def test_an_emptied_section_says_so_only_while_it_is_empty(world: World) -> None:
    world.put(ABOUT, "## Long-term memory\n_No entries yet._\n\n## History\n_No entries yet._\n")
    before = world.files()
    first = world.add(ABOUT, "Likes tea").change
    second = world.add(ABOUT, "Likes jazz").change
    world.journal.revert(first.id)
    assert world.read(ABOUT).count("_No entries yet._") == 1
    world.journal.revert(second.id)
    assert "Likes" not in world.read(ABOUT)
    world.journal.undo()
    world.journal.undo()
    world.journal.undo()
    world.journal.undo()
    assert world.files() == before


def test_undo_and_redo_walk_the_changes(world: World) -> None:
    states = [world.files()]
    for text in ("Likes tea", "Likes jazz", "Lives in Seattle"):
        world.add(ABOUT, text)
        states.append(world.files())
    for back in (2, 1, 0):
        assert world.journal.undo(by="ann").change.decided_by == "ann"
        assert world.files() == states[back]
    with pytest.raises(StandsInTheWay, match="nothing to undo"):
        world.journal.undo()
    for forth in (1, 2, 3):
        world.journal.redo()
        assert world.files() == states[forth]
    with pytest.raises(StandsInTheWay, match="nothing to redo"):
        world.journal.redo()
    world.journal.undo()
    world.add(ABOUT, "Likes opera")
    with pytest.raises(StandsInTheWay, match="nothing to redo"):
        world.journal.redo()


def test_a_revert_can_be_undone(world: World) -> None:
    first = world.add(ABOUT, "Likes tea").change
    world.add(ABOUT, "Likes jazz")
    before = world.files()
    world.journal.revert(first.id)
    world.journal.undo()
    assert world.files() == before
    assert world.journal.get(first.id).state is ChangeState.APPLIED


def test_amending_changes_the_words_before_the_decision(world: World) -> None:
    draft = world.draft()
    draft.add(ABOUT, NewFact("Likes tee", source=Source.INFERENCE))
    change = world.propose(draft)
    amended = world.journal.amend(change.id, 1, "Likes tea")
    assert amended.edits[0].text == "Likes tea"
    world.journal.approve(change.id)
    assert "- Likes tea | " in world.read(ABOUT)
    assert "source=inference" in world.read(ABOUT)


def test_whole_text_edits_never_overwrite_a_newer_file(world: World) -> None:
    world.put(ABOUT, "- Likes tea\n")
    draft = world.draft()
    draft.write_text(ABOUT, "- Likes coffee\n", seen="- Likes tea\n")
    change = world.propose(draft)
    world.put(ABOUT, "- Likes water\n")
    (conflict,) = world.journal.approve(change.id).conflicts
    assert conflict.theirs == "- Likes water\n"
    assert world.read(ABOUT) == "- Likes water\n"


def test_deleting_a_file_and_taking_it_back(world: World) -> None:
    world.put(ABOUT, "- Likes tea\r\n\udcff")
    before = world.files()
    draft = world.draft()
    draft.write_text(ABOUT, None)
    change = world.propose(draft)
    world.journal.approve(change.id)
    assert world.files() == {}
    world.journal.revert(change.id)
    assert world.files() == before


def test_an_unreadable_change_is_listed_and_hides_no_other(world: World) -> None:
    change = world.add(ABOUT, "Likes tea").change
    folder = world.root / ".nanomem" / "changes"
    for name, text in {
        "01ARZ3NDEKTSV4RRFFQ69G5FAV.json": "{",
        "01ARZ3NDEKTSV4RRFFQ69G5FAW.json": '{"version": 99}',
        "notes.txt": "hello",
    }.items():
        (folder / name).write_text(text)
    assert [found.id for found in world.journal.history()] == [change.id]
    assert len(world.journal.faults()) == 3
    with pytest.raises(NotFound):
        world.journal.get("nosuch")


def test_history_is_filtered(world: World) -> None:
    one = world.add(ABOUT, "Likes tea").change
    two = world.add("health/allergies.md", "Allergic to cats").change
    history = world.journal.history
    assert [change.id for change in history()] == [two.id, one.id]
    assert [change.id for change in history(limit=1)] == [two.id]
    assert [change.id for change in history(path="health")] == [two.id]
    assert [change.id for change in history(path=ABOUT)] == [one.id]
    assert history(author="nobody") == []
    assert len(history(author="person", flow="edit")) == 2


def test_a_change_survives_its_json(world: World) -> None:
    world.put(ABOUT, "- Likes tea\n\udc80")
    draft = world.draft()
    draft.update(ABOUT, world.id(ABOUT, "Likes tea"), NewFact("Likes 🍵"), UpdateReason.CHANGED, quote="🍵")
    draft.write_text("other.md", "raw \udcff text")
    change = world.journal.approve(world.propose(draft).id).change
    assert loads(dumps(change)) == change
    public = change_to_json(change)
    assert "effects" not in public
    assert {
        "id",
        "state",
        "flow",
        "author",
        "request",
        "model",
        "trace",
        "created_at",
        "decided_at",
        "edits",
    } <= set(public)


def test_files_are_only_for_their_owner(world: World) -> None:
    world.add(ABOUT, "Likes tea")
    for file in [world.root / ABOUT, *(world.root / ".nanomem" / "changes").iterdir()]:
        assert file.stat().st_mode & 0o777 == 0o600, file
    for folder in (world.root / "personal", world.root / ".nanomem", world.root / ".nanomem" / "changes"):
        assert folder.stat().st_mode & 0o777 == 0o700, folder


def test_links_out_of_the_root_are_never_written_through(world: World, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("- Mine\n")
    draft = world.draft()
    draft.add("link.md", NewFact("Likes tea"))
    draft.add("folder/x.md", NewFact("Plays the cello"))
    change = world.propose(draft)
    (world.root / "link.md").symlink_to(outside)
    (world.root / "folder").symlink_to(tmp_path)
    assert len(world.journal.approve(change.id).conflicts) == 2
    assert outside.read_text() == "- Mine\n"
    assert not (tmp_path / "x.md").exists()


def test_a_stale_proposal_says_why_before_anything_is_decided(world: World) -> None:
    world.add(ABOUT, "Likes tea", "Lives in Graz")
    draft = world.draft()
    draft.update(ABOUT, world.id(ABOUT, "Likes tea"), NewFact("Likes coffee"), UpdateReason.CORRECTED)
    draft.add(ABOUT, NewFact("Plays go"))
    change = world.propose(draft)
    assert world.journal.check(change.id) == ()
    world.put(ABOUT, world.read(ABOUT).replace("Likes tea", "Likes black tea"))
    before = world.files()
    (stale,) = world.journal.check(change.id)
    assert (stale.n, stale.theirs) == (1, "Likes black tea")
    assert "“Likes tea” is gone" in (stale.note or "")
    assert world.files() == before
    assert world.journal.get(change.id) == change


def test_upstreams_index_is_kept_current_where_there_is_one(world: World) -> None:
    world.add(ABOUT, "Likes tea")
    assert not (world.root / "_tree.md").exists()
    (world.root / "_tree.md").write_text("# Memory Index\n")
    world.add("health/allergies.md", "Allergic to cats")
    assert "health/allergies.md" in (world.root / "_tree.md").read_text()
    world.journal.undo()
    assert "health/allergies.md" not in (world.root / "_tree.md").read_text()


def test_pending_facts_are_in_no_file_and_no_search(world: World) -> None:
    draft = world.draft()
    draft.add(ABOUT, NewFact("Plays the theremin"))
    world.propose(draft)
    assert world.tree.search("theremin") == []
    assert [hit.fact.text for hit in draft.search("theremin")] == ["Plays the theremin"]
    assert [info.path for info in draft.files()] == [ABOUT]


def test_a_draft_reads_its_own_writes(world: World) -> None:
    world.put("secret/plan.md", "---\ndisclosure: private\n---\n- Buys a boat\n- Sells a car\n")
    draft = world.draft()
    added = draft.add("secret/plan.md", NewFact("Rents a hut"))
    draft.move("secret/plan.md", world.id("secret/plan.md", "Sells a car"), "cars.md")
    facts = draft.read("secret/plan.md").facts
    assert [fact.text for fact in facts] == ["Buys a boat", "Rents a hut"]
    assert {fact.level.word for fact in facts} == {"private"}
    assert facts[1].id == added.becomes
    draft.update("secret/plan.md", facts[1].id, NewFact("Rents a cabin"), UpdateReason.CORRECTED)
    with pytest.raises(NotFound, match="no fact"):
        draft.remove("secret/plan.md", facts[1].id)
    draft.write_text("secret/plan.md", None)
    assert not draft.exists("secret/plan.md")
    assert [edit.n for edit in draft.edits] == [1, 2, 3, 4]
    change = world.propose(draft)
    assert world.journal.approve(change.id, flagged=True).conflicts == ()
    assert list(world.files()) == ["cars.md"]


@pytest.mark.parametrize(
    "path", ["../out.md", "/etc/x.md", "a.txt", ".nanomem/x.md", "_tree.md", "a//b.md", ""]
)
def test_a_draft_refuses_paths_outside_memory(world: World, path: str) -> None:
    with pytest.raises(UsageError):
        world.draft().add(path, NewFact("Likes tea"))


def test_a_file_that_differs_in_letter_case_only_is_the_same_file(world: World) -> None:
    world.add("Health/Allergies.md", "Allergic to cats")
    assert world.draft().add("health/allergies.md", NewFact("Allergic to dogs")).path == "Health/Allergies.md"


def test_a_change_with_a_path_that_was_tampered_with_writes_nothing(world: World, tmp_path: Path) -> None:
    draft = world.draft()
    draft.add(ABOUT, NewFact("Likes tea"))
    change = world.propose(draft)
    file = world.root / ".nanomem" / "changes" / f"{change.id}.json"
    file.write_text(file.read_text().replace(ABOUT, "../outside.md"))
    (conflict,) = world.journal.approve(change.id).conflicts
    assert "not a path" in (conflict.note or "")
    assert not (tmp_path / "outside.md").exists()

"""Each tool does what its row says, for a model that may see only part of memory."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nanomem_tui.agent import context
from nanomem_tui.agent.limits import Limits
from nanomem_tui.agent.toolbox import Answered, Crafted, Finished, Toolbox, ToolResult
from nanomem_tui.agent.tools import TOOLS
from nanomem_tui.changes.model import ArchiveReason, Op, UpdateReason
from nanomem_tui.memory.facts import Confidence, NewFact, Source, Status, Tier
from tests.agent.conftest import Kit
from tests.agent.play import NOW, see_open

ABOUT = "personal/about.md"


def use(toolbox: Toolbox, name: str, /, **arguments: Any) -> ToolResult:
    return toolbox.call(name, json.dumps(arguments), tuple(TOOLS))


def ids(toolbox: Toolbox, path: str = ABOUT) -> dict[str, str]:
    """Ids of a file's facts by text."""
    return {fact.text: fact.id for fact in context.read_facts(use(toolbox, "read_file", path=path).text)}


# Reading


def test_reading_a_file_shows_facts_with_date_and_metadata(kit: Kit) -> None:
    result = use(kit(), "read_file", path=ABOUT)
    facts = {fact.text: fact for fact in context.read_facts(result.text)}
    assert result.text.startswith(f"<memory>\n{ABOUT} · 4 facts · Who the person is\n[")
    assert facts["Lives in New York"].updated == date(2024, 6, 1)
    assert facts["Visiting Portland"].expires == date(2026, 3, 5)
    assert facts["Lived in Boston"].status is Status.SUPERSEDED
    assert list(facts)[-1] == "Lived in Boston", "history comes last"
    assert {fact.path for fact in facts.values()} == {ABOUT}


@pytest.mark.parametrize(
    "loose", ["personal/about", "about", "about.md", "/personal/about.md", "ABOUT", "./personal/about.md"]
)
def test_a_loose_path_finds_the_one_file_it_can_mean(kit: Kit, loose: str) -> None:
    assert use(kit(), "read_file", path=loose).ok


def test_search_names_path_id_and_date(kit: Kit) -> None:
    result = use(kit(), "search_facts", query="penicillin allergy")
    [hit] = [fact for fact in context.read_facts(result.text) if "penicillin" in fact.text]
    assert (hit.path, hit.updated) == ("health/allergies.md", date(2026, 1, 7))
    assert "No fact matches" in use(kit(), "search_facts", query="zebra").text


def test_a_folder_lists_its_files_and_folders(kit: Kit) -> None:
    assert "health/ · 1 file · 2 facts" in use(kit(), "list_folder", path="").text
    assert context.read_map(use(kit(), "list_folder", path="health").text) == (
        context.MapEntry("health/allergies.md", 2, "What to avoid"),
    )
    assert context.is_error(use(kit(), "list_folder", path="nothing").text)


def test_long_results_are_bounded_and_say_so(kit: Kit) -> None:
    result = use(kit(limits=Limits(result_characters=200)), "read_file", path=ABOUT)
    assert len(result.text) < 400
    assert "more facts are not shown" in result.text


def test_one_huge_fact_hides_no_other(kit: Kit, root: Path) -> None:
    (root / "log.md").write_text(f"- Likes {'x' * 50_000}\n- Likes tea\n  {'y' * 50_000}\n")
    for result in (
        use(kit(), "read_file", path="log"),
        use(kit(limits=Limits(result_characters=100_000)), "search_facts", query="likes"),
    ):
        facts = [fact for fact in context.read_facts(result.text) if fact.path == "log.md"]
        assert {fact.text[-1] for fact in facts} == {"…", "a"}
        assert len(result.text) < 24_000


def test_what_is_not_seen_is_absent_everywhere(kit: Kit) -> None:
    toolbox = kit("I owe 400", see_open)
    everything = [
        use(toolbox, "list_folder", path="").text,
        use(toolbox, "search_facts", query="secret condition tax owes office 2025").text,
        use(toolbox, "read_file", path="health/allergies.md").text,
    ]
    for text in everything:
        assert "secret" not in text
        assert "tax" not in text
    assert "health/ · 1 file · 1 fact" in everything[0]
    assert "health/allergies.md · 1 fact ·" in everything[2]
    hidden = [
        use(toolbox, "read_file", path="tax/2025.md").text,
        use(toolbox, "read_file", path="TAX/2025").text,
        use(toolbox, "list_folder", path="tax").text,
    ]
    missing = [
        use(toolbox, "read_file", path="tax/2031.md").text,
        use(toolbox, "read_file", path="TAX/2031").text,
        use(toolbox, "list_folder", path="tux").text,
    ]
    assert [text.replace("2025", "2031").replace("tax", "tux") for text in hidden] == [
        text.replace("tax", "tux") for text in missing
    ]


def test_a_hidden_fact_cannot_be_changed_and_looks_like_none(kit: Kit) -> None:
    secret = next(
        fact.id
        for fact in context.read_facts(use(kit(), "read_file", path="health/allergies.md").text)
        if "secret" in fact.text
    )
    toolbox = kit("words", see_open)
    for name, arguments in {
        "archive_facts": {"reason": "expired"},
        "remove_facts": {},
        "move_facts": {"to_path": "a/b.md"},
    }.items():
        hidden = use(toolbox, name, path="health/allergies.md", ids=[secret], **arguments).text
        missing = use(toolbox, name, path="health/allergies.md", ids=["00000"], **arguments).text
        assert hidden == missing.replace("00000", secret)
    assert context.is_error(use(toolbox, "describe_file", path="tax/2025.md", title="x").text)
    assert not toolbox.edits


def test_adding_what_a_hidden_fact_says_does_not_tell_that_it_is_known(kit: Kit) -> None:
    toolbox = kit("I owe 400 to the tax office", see_open)
    fact = {"text": "Owes 400 to the tax office", "quote": "I owe 400 to the tax office"}
    assert "Already known" not in use(toolbox, "add_facts", path="money/debts.md", facts=[fact]).text
    assert len(toolbox.edits) == 1


# Writing


def test_new_facts_are_dated_grounded_and_tiered(kit: Kit) -> None:
    toolbox = kit("I like tea. I'm in Rome until May 2.")
    result = use(
        toolbox,
        "add_facts",
        path="food/drinks.md",
        facts=[
            {"text": "Likes tea", "quote": "I like  TEA"},
            {"text": "In Rome", "quote": "I'm in Rome until May 2.", "expires_at": "2026-05-02"},
        ],
    )
    assert result == ToolResult("2 facts added to food/drinks.md.", "+2")
    tea, rome = (edit.fact for edit in toolbox.edits)
    assert tea and rome
    assert (tea.tier, tea.source, tea.updated_at) == (Tier.LONG_TERM, Source.USER_STATEMENT, NOW)
    assert (rome.tier, rome.expires_at) == (Tier.WORKING, date(2026, 5, 2))
    assert toolbox.edits[0].quote == "I like  TEA"
    assert set(ids(toolbox, "food/drinks.md")) == {"Likes tea", "In Rome"}, "a draft reads its own writes"


def test_an_invented_quote_is_told_once_and_then_left_to_the_person(kit: Kit) -> None:
    toolbox = kit("I like tea.")
    facts = [{"text": "Likes coffee", "quote": "I love coffee"}]
    first = use(toolbox, "add_facts", path="food/drinks.md", facts=facts)
    assert not first.ok
    assert "not in the source" in first.text
    assert not toolbox.edits
    assert use(toolbox, "add_facts", path="food/drinks.md", facts=facts).ok
    assert toolbox.edits[0].quote == "I love coffee"


def test_a_known_fact_is_not_added_again(kit: Kit) -> None:
    toolbox = kit("I am allergic to penicillin")
    facts = [{"text": "allergic to Penicillin.", "quote": "allergic to penicillin"}]
    result = use(toolbox, "add_facts", path="health/new.md", facts=facts)
    assert "Already known as health/allergies.md [" in result.text
    assert not toolbox.edits


@pytest.mark.parametrize("path", ["notes", "../x.md", ".nanomem/x.md", "/etc/x.md", "a/../b.md", "a\\b.md"])
def test_only_plain_paths_are_written(kit: Kit, path: str) -> None:
    toolbox = kit("I like tea.")
    result = use(toolbox, "add_facts", path=path, facts=[{"text": "Likes tea", "quote": "I like tea"}])
    assert context.is_error(result.text)
    assert not toolbox.edits


def test_changed_and_corrected_updates(kit: Kit) -> None:
    toolbox = kit("I live in Portland now. I work at Acme Corp.")
    known = ids(toolbox)
    result = use(
        toolbox,
        "update_facts",
        path=ABOUT,
        updates=[
            {
                "id": known["Lives in New York"],
                "text": "Lives in Portland",
                "quote": "I live in Portland now",
                "reason": "changed",
            },
            {
                "id": known["Works at Acme"],
                "text": "Works at Acme Corp",
                "quote": "I work at Acme Corp",
                "reason": "corrected",
            },
        ],
    )
    assert result == ToolResult(f"2 facts updated in {ABOUT}.", "~2")
    assert [edit.reason for edit in toolbox.edits] == [UpdateReason.CHANGED, UpdateReason.CORRECTED]
    after = {fact.text: fact for fact in context.read_facts(use(toolbox, "read_file", path=ABOUT).text)}
    assert after["Lives in New York"].tier is Tier.HISTORY
    assert after["Lives in Portland"].tier is Tier.LONG_TERM
    assert "Works at Acme" not in after


def test_what_ends_does_not_carry_its_end_into_the_new_fact(kit: Kit) -> None:
    toolbox = kit("I moved to Portland")
    update = {
        "id": ids(toolbox)["Visiting Portland"],
        "text": "Moved to Portland",
        "quote": "I moved to Portland",
        "reason": "changed",
        "tier": "long_term",
    }
    use(toolbox, "update_facts", path=ABOUT, updates=[update])
    [edit] = toolbox.edits
    assert edit.fact
    assert edit.fact.expires_at is None
    assert edit.fact.tier is Tier.LONG_TERM


def test_without_a_source_an_update_rests_on_facts_and_gains_no_trust(kit: Kit) -> None:
    toolbox = kit(None)
    toolbox.draft.add(ABOUT, NewFact("Lives near Central Park", source=Source.INFERENCE))
    home = ids(toolbox)["Lives in New York"]
    update = {"id": home, "text": "Lives in New York near Central Park", "reason": "corrected"}
    invented = use(toolbox, "update_facts", path=ABOUT, updates=[{**update, "quote": "owns a flat"}])
    assert "is in no fact read in" in invented.text
    assert use(
        toolbox, "update_facts", path=ABOUT, updates=[{**update, "quote": "Lives near Central Park"}]
    ).ok
    fact = toolbox.edits[-1].fact
    assert fact
    assert (fact.source, fact.confidence) == (Source.INFERENCE, Confidence.LOW)


def test_the_assistants_words_are_told_once_and_then_left_to_the_person(kit: Kit) -> None:
    toolbox = kit("User: I like tea.\nAssistant: You should try coffee from Rome.")
    facts = [{"text": "Tries coffee from Rome", "quote": "try coffee from Rome"}]
    assert "the assistant's" in use(toolbox, "add_facts", path="food/drinks.md", facts=facts).text
    assert not toolbox.edits
    summary = [{**facts[0], "text": "Was told of coffee from Rome", "source": "assistant_summary"}]
    assert use(toolbox, "add_facts", path="food/drinks.md", facts=summary).ok


def test_hidden_characters_of_the_source_do_not_unground_a_quote(kit: Kit) -> None:
    toolbox = kit("I like\u00ad green\u200b tea.")
    facts = [{"text": "Likes green tea", "quote": "I like green tea"}]
    assert use(toolbox, "add_facts", path="food/drinks.md", facts=facts).ok


def test_a_call_is_never_half_done(kit: Kit) -> None:
    toolbox = kit()
    known = ids(toolbox)
    result = use(
        toolbox, "archive_facts", path=ABOUT, ids=[known["Works at Acme"], "zzzzz"], reason="expired"
    )
    assert "There is no fact [zzzzz]" in result.text
    assert not toolbox.edits


def test_facts_that_say_the_same_are_each_reached_by_their_id(kit: Kit, root: Path) -> None:
    (root / "twins.md").write_text("- Likes tea\n- Likes tea\n- Likes tea\n- Likes milk\n")
    for name, more in {"archive_facts": {"reason": "duplicate"}, "remove_facts": {}}.items():
        toolbox = kit()
        seen = context.read_facts(use(toolbox, "read_file", path="twins").text)
        result = use(toolbox, name, path="twins.md", ids=[fact.id for fact in seen[:3]], **more)
        assert (result.ok, len(toolbox.edits)) == (True, 3), result


def test_a_fact_is_not_moved_onto_its_like(kit: Kit, root: Path) -> None:
    (root / "twins.md").write_text("- Likes tea\n- Likes tea\n")
    toolbox = kit()
    seen = context.read_facts(use(toolbox, "read_file", path="twins").text)
    result = use(toolbox, "move_facts", path="twins.md", to_path="x/y.md", ids=[fact.id for fact in seen])
    assert (result.ok, len(toolbox.edits)) == (False, 1)
    assert "duplicate" in result.text


def test_history_is_not_archived_again_and_nothing_is_half_done(kit: Kit) -> None:
    toolbox = kit()
    both = [ids(toolbox)[text] for text in ("Works at Acme", "Lived in Boston")]
    assert "Already in history" in use(toolbox, "archive_facts", path=ABOUT, ids=both, reason="expired").text
    assert not toolbox.edits


PATHS = st.sampled_from([ABOUT, "health/allergies.md", "tax/2025.md", "new/file.md", "../x.md", "bad"])


@st.composite
def writing_calls(draw: st.DrawFn, known: list[str]) -> tuple[str, dict[str, Any]]:
    """A writing call that may or may not make sense."""
    some = draw(st.lists(st.sampled_from([*known, *known, "zzzzz"]), min_size=1, max_size=3))
    text = draw(st.sampled_from(["A", "B", "Works at Acme"]))
    reason = draw(st.sampled_from(["changed", "corrected"]))
    new = {"text": text, "quote": "Rome"}
    calls: dict[str, dict[str, Any]] = {
        "archive_facts": {"ids": some, "reason": "expired"},
        "move_facts": {"ids": some, "to_path": draw(PATHS)},
        "remove_facts": {"ids": some},
        "update_facts": {"updates": [{**new, "id": id, "reason": reason} for id in some]},
        "add_facts": {"facts": [new]},
    }
    name = draw(st.sampled_from(sorted(calls)))
    return name, calls[name]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_refused_call_changes_nothing_and_a_done_one_counts_right(kit: Kit, data: st.DataObject) -> None:
    toolbox = kit("Works at Acme and in Rome")
    for _ in range(6):
        path = data.draw(PATHS)
        known = [fact.id for fact in context.read_facts(use(toolbox, "read_file", path=path).text)]
        name, arguments = data.draw(writing_calls(known))
        before = len(toolbox.edits)
        result = use(toolbox, name, path=path, **arguments)
        made = len(toolbox.edits) - before
        if context.is_error(result.text):
            assert made == 0
        else:
            assert result.text.startswith(f"{made} fact")


def test_archive_move_remove_describe(kit: Kit) -> None:
    toolbox = kit()
    known = ids(toolbox)
    assert use(toolbox, "archive_facts", path=ABOUT, ids=[known["Visiting Portland"]], reason="expired").ok
    assert use(toolbox, "move_facts", path=ABOUT, ids=[known["Works at Acme"]], to_path="work/job.md").ok
    assert use(toolbox, "remove_facts", path=ABOUT, ids=[known["Lived in Boston"]]).ok
    assert use(toolbox, "describe_file", path=ABOUT, description="Home").ok
    assert [edit.op for edit in toolbox.edits] == [Op.ARCHIVE, Op.MOVE, Op.REMOVE, Op.DESCRIBE]
    assert toolbox.edits[0].reason is ArchiveReason.EXPIRED
    assert context.is_error(use(toolbox, "describe_file", path=ABOUT).text)


def test_edits_of_a_run_are_bounded(kit: Kit) -> None:
    toolbox = kit("a b", limits=Limits(edits=1))
    facts = [{"text": "Likes a", "quote": "a"}, {"text": "Likes b", "quote": "b"}]
    assert "may make 1 more edits" in use(toolbox, "add_facts", path="x/y.md", facts=facts).text
    assert not toolbox.edits


def test_only_offered_tools_run(kit: Kit) -> None:
    toolbox = kit()
    known = ids(toolbox)
    arguments = json.dumps({"path": ABOUT, "ids": [known["Works at Acme"]]})
    result = toolbox.call("remove_facts", arguments, ("search_facts", "finish"))
    assert "There is no tool 'remove_facts' here. Use one of: search_facts, finish." in result.text
    assert not toolbox.edits
    assert context.is_error(toolbox.call("rm -rf", "{}", ("finish",)).text)


# Ending


def test_finish_ends_with_its_words(kit: Kit) -> None:
    toolbox = kit()
    use(toolbox, "finish", summary="Nothing to save")
    assert toolbox.outcome == Finished("Nothing to save")


def test_an_answer_cites_what_was_read_by_ref_or_bare_id(kit: Kit) -> None:
    toolbox = kit()
    home = ids(toolbox)["Lives in New York"]
    for ref in (home, f"[{home}]", f"{ABOUT}#{home}"):
        use(toolbox, "answer", sentences=[{"text": "Lives in New York.", "facts": [ref]}])
        assert isinstance(toolbox.outcome, Answered)
        [sentence] = toolbox.outcome.sentences
        assert sentence.facts == (f"{ABOUT}#{home}",)
        assert sentence.cited


def test_an_unread_citation_is_refused_once_and_then_marked(kit: Kit) -> None:
    toolbox = kit()
    home = ids(toolbox)["Lives in New York"]
    sentences = [
        {"text": "Lives in New York.", "facts": [home]},
        {"text": "Likes zebras.", "facts": ["zzzzz"]},
        {"text": "That is all.", "facts": []},
    ]
    first = use(toolbox, "answer", sentences=sentences)
    assert "No fact [zzzzz] was read" in first.text
    assert not first.ok
    use(toolbox, "answer", sentences=sentences)
    assert isinstance(toolbox.outcome, Answered)
    assert [sentence.cited for sentence in toolbox.outcome.sentences] == [True, False, False]


def test_a_fact_that_exists_but_was_not_read_cannot_be_cited(kit: Kit) -> None:
    home = ids(kit())["Lives in New York"]
    assert "was read in this run" in use(kit(), "answer", sentences=[{"text": "x", "facts": [home]}]).text


def test_an_id_of_two_files_must_name_its_file(kit: Kit) -> None:
    toolbox = kit()
    toolbox.draft.add("work/job.md", NewFact("Works at Acme"))
    acme = ids(toolbox)["Works at Acme"]
    assert ids(toolbox, "work/job.md")["Works at Acme"] == acme
    result = use(toolbox, "answer", sentences=[{"text": "Works at Acme.", "facts": [acme]}])
    assert f"{ABOUT}#{acme}, work/job.md#{acme}" in result.text
    assert "several facts" in result.text


def test_an_answer_says_something_or_says_that_it_skips(kit: Kit) -> None:
    toolbox = kit()
    assert context.is_error(use(toolbox, "answer", sentences=[]).text)
    use(toolbox, "answer", sentences=[], skipped=True, skip_reason="all given already")
    assert toolbox.outcome == Answered((), True, "all given already")


@pytest.mark.parametrize(
    "prompt", ["[[user_data]]a", "a[[/user_data]]", "[[user_data]][[user_data]]a[[/user_data]][[/user_data]]"]
)
def test_user_data_is_marked_whole(kit: Kit, prompt: str) -> None:
    toolbox = kit()
    assert context.is_error(use(toolbox, "craft_prompt", prompt=prompt).text)
    assert toolbox.outcome is None


def test_a_prompt_ends_augmentation(kit: Kit) -> None:
    toolbox = kit()
    use(toolbox, "craft_prompt", prompt="I live in [[user_data]]Rome[[/user_data]].")
    assert toolbox.outcome == Crafted("I live in [[user_data]]Rome[[/user_data]].")

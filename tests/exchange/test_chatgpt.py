"""ChatGPT's export with every quirk that is known of it."""

import json
from datetime import datetime
from typing import Any

import pytest

from nanomem_tui.exchange.model import ImportedFacts
from nanomem_tui.memory.facts import Source
from tests.exchange.making import (
    MAY_3,
    chatgpt,
    conversations,
    damaged,
    documents,
    facts,
    items,
    left_out,
    node,
    one_conversation,
    said,
    zipped,
)

TALK = [("user", "I moved to Seattle."), ("assistant", "How is it?"), ("user", "Rainy.")]


def with_nodes(current: str | None, *nodes: dict[str, Any]) -> list[dict[str, Any]]:
    talk = chatgpt([], current_node=current)
    talk["mapping"] |= {one["id"]: one for one in nodes}
    return [talk]


def test_a_conversation_has_its_title_its_date_and_its_turns() -> None:
    talk = one_conversation([chatgpt(TALK, "Moving")])
    assert (talk.title, talk.date, talk.source) == ("Moving", datetime(2024, 5, 3, 12), "chatgpt")
    assert said(talk) == TALK


def test_only_the_branch_that_ends_in_the_current_node_counts() -> None:
    talk = one_conversation(
        with_nodes(
            "b2",
            node("a", "root", "user", "I live in Rome."),
            node("b1", "a", "assistant", "First try."),
            node("b2", "a", "assistant", "Second try."),
            node("c1", "b1", "user", "Dropped."),
        )
    )
    assert said(talk) == [("user", "I live in Rome."), ("assistant", "Second try.")]


def test_without_a_current_node_the_newest_leaf_counts() -> None:
    talk = one_conversation(
        with_nodes(
            None,
            node("a", "root", "user", "Question."),
            node("b2", "a", "assistant", "New.", create_time=MAY_3 + 9),
            node("b1", "a", "assistant", "Old.", create_time=MAY_3 + 1),
        )
    )
    assert said(talk)[-1] == ("assistant", "New.")


def test_a_circle_of_parents_ends() -> None:
    a, b = node("a", "b", "user", "One."), node("b", "a", "assistant", "Two.")
    assert len(said(one_conversation(with_nodes("b", a, b)))) == 2


@pytest.mark.parametrize(
    "unsaid",
    [
        node("x", "a", "system", "You are ChatGPT."),
        node("x", "a", "tool", "Search results."),
        node("x", "a", "user", "Hidden.", metadata={"is_visually_hidden_from_conversation": True}),
        node("x", "a", "assistant", "Dropped.", weight=0.0),
        node("x", "a", "assistant", 'search("rain")', recipient="web"),
        node(
            "x", "a", "assistant", "", content={"content_type": "thoughts", "thoughts": [{"content": "Hm."}]}
        ),
        node("x", "a", "assistant", "", content={"content_type": "reasoning_recap", "content": "Thought."}),
        node("x", "a", "assistant", "", content={"content_type": "text", "parts": ["", None, 7]}),
        node("x", "a", "assistant", "", content=None),
        {"id": "x", "parent": "a", "message": None},
        {"id": "x", "parent": "a"},
    ],
)
def test_what_nobody_said_is_left_out(unsaid: dict[str, Any]) -> None:
    nodes = node("a", "root", "user", "Before."), unsaid, node("z", "x", "assistant", "After.")
    assert said(one_conversation(with_nodes("z", *nodes))) == [("user", "Before."), ("assistant", "After.")]


def test_parts_that_are_objects_give_their_words() -> None:
    parts = [
        {"content_type": "image_asset_pointer", "asset_pointer": "file-service://x"},
        {"content_type": "audio_transcription", "text": "I play the cello."},
        "Look.",
    ]
    spoken = node("a", "root", "user", "", content={"content_type": "multimodal_text", "parts": parts})
    assert said(one_conversation(with_nodes("a", spoken))) == [("user", "I play the cello.\nLook.")]


def test_missing_times_and_titles_do_no_harm() -> None:
    talk = chatgpt(TALK)
    for one in talk["mapping"].values():
        (one["message"] or {}).pop("create_time", None)
    for key in ("create_time", "update_time", "title"):
        del talk[key]
    found = one_conversation([talk])
    assert (found.title, found.date) == ("conversation 1", None)


@pytest.mark.parametrize("odd", [None, [], "x", 7])
def test_a_conversation_without_its_messages_is_named_and_the_rest_goes_on(odd: object) -> None:
    found = items([chatgpt(TALK, "One"), chatgpt(TALK, "Broken", mapping=odd), chatgpt(TALK, "Two")])
    assert [talk.title for talk in conversations(found)] == ["One", "Two"]
    assert damaged(found) == ["Broken"]


def test_what_is_not_to_be_remembered_is_not() -> None:
    found = items([chatgpt(TALK, "Secret", is_do_not_remember=True), chatgpt(TALK, "Open")])
    assert [talk.title for talk in conversations(found)] == ["Open"]
    assert left_out(found) == ["Secret"]


def test_saved_memories_are_facts_of_the_assistants_making() -> None:
    context = "1. [2024-04-02]. User is allergic to nuts.\n2. [2024-04-09]. Plays chess.\nModel Set Context:"
    saved = node(
        "s",
        "root",
        "tool",
        "",
        content={"content_type": "model_editable_context", "model_set_context": context},
    )
    found = items(with_nodes("s", saved))
    (memories,) = [item for item in found if isinstance(item, ImportedFacts)]
    assert facts(found) == ["Is allergic to nuts.", "Plays chess."]
    first = memories.facts[0].fact
    assert (first.source, first.updated_at) == (Source.ASSISTANT_SUMMARY, datetime(2024, 4, 2))


def test_custom_instructions_are_facts_of_the_persons_own() -> None:
    told = {
        "about_user_message": "I'm a nurse in Boston.\n- Two kids",
        "about_model_message": "Answer briefly.",
    }
    first = node("u", "root", "system", "", metadata={"user_context_message_data": told})
    profile = {"content_type": "user_editable_context", "user_profile": "I keep bees."}
    second = node("v", "u", "user", "", content=profile)
    found = items(with_nodes("v", first, second))
    assert facts(found) == [
        "I'm a nurse in Boston.",
        "Two kids",
        "For assistants: Answer briefly.",
        "I keep bees.",
    ]
    assert all(
        one.fact.source is Source.USER_STATEMENT
        for item in found
        if isinstance(item, ImportedFacts)
        for one in item.facts
    )


def test_a_split_export_with_its_manifest_is_read_from_the_zip() -> None:
    found = items(
        zipped(
            {
                "conversations-000.json": json.dumps([chatgpt(TALK, "One")]),
                "conversations-001.json": json.dumps([chatgpt(TALK, "Two")]),
                "export_manifest.json": json.dumps({"files": ["conversations-000.json"], "version": 1}),
                "user.json": json.dumps({"id": "u", "email": "a@b.example"}),
                "chat.html": "<html><script>var jsonData = [];</script></html>",
                "file-abc.png": b"\x89PNG\r\n\x1a\n\0\0",
            }
        ),
        "export.zip",
    )
    assert [talk.title for talk in conversations(found)] == ["One", "Two"]
    assert (damaged(found), documents(found), facts(found)) == ([], [], [])

"""Claude's export: conversations of both forms, branches, attachments, memories, projects."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from nanomem_tui.exchange.archive import Source as Opened
from nanomem_tui.exchange.detect import read
from nanomem_tui.exchange.model import ImportedFacts
from nanomem_tui.memory.facts import Source
from tests.exchange.making import (
    claude,
    conversations,
    damaged,
    documents,
    facts,
    items,
    left_out,
    one_conversation,
    said,
    zipped,
)

TALK = [("user", "I keep bees."), ("assistant", "How many hives?")]


def test_a_conversation_has_its_title_its_date_and_its_turns() -> None:
    talk = one_conversation([claude(TALK, "Bees")])
    assert (talk.title, talk.date, talk.source) == ("Bees", datetime(2024, 5, 3, 12), "claude")
    assert said(talk) == TALK


def test_the_older_form_has_only_texts() -> None:
    old = claude(TALK)
    for message in old["chat_messages"]:
        del message["content"]
    assert said(one_conversation([old])) == TALK


def test_tools_and_thoughts_are_left_out() -> None:
    talk = claude(TALK)
    talk["chat_messages"][1]["content"] = [
        {"type": "thinking", "thinking": "Hm."},
        {"type": "tool_use", "name": "search", "input": {}},
        {"type": "tool_result", "content": [{"type": "text", "text": "Results."}]},
        {"type": "text", "text": "Eleven hives?"},
        {"type": "token_budget"},
    ]
    assert said(one_conversation([talk]))[1] == ("assistant", "Eleven hives?")


def test_only_the_branch_of_the_last_message_counts() -> None:
    talk = claude(
        [("user", "Hello."), ("assistant", "Dropped."), ("user", "Also dropped."), ("assistant", "Hi.")]
    )
    parents = ("00000000-0000-4000-8000-000000000000", "m0", "m1", "m0")
    for message, parent in zip(talk["chat_messages"], parents, strict=True):
        message["parent_message_uuid"] = parent
    assert said(one_conversation([talk])) == [("user", "Hello."), ("assistant", "Hi.")]


def test_a_circle_of_parents_ends() -> None:
    talk = claude(TALK)
    talk["chat_messages"][0]["parent_message_uuid"] = "m1"
    talk["chat_messages"][1]["parent_message_uuid"] = "m0"
    assert len(said(one_conversation([talk]))) == 2


def test_attachments_are_documents() -> None:
    talk = claude(TALK)
    talk["chat_messages"][0]["attachments"] = [
        {"file_name": "cv.pdf", "extracted_content": "Ana Silva, beekeeper."},
        {"file_name": "empty.pdf", "extracted_content": ""},
    ]
    (document,) = documents(items([talk]))
    assert (document.title, document.text) == ("cv.pdf", "Ana Silva, beekeeper.")


@pytest.mark.parametrize(
    "shape",
    [
        [{"conversations_memory": "{}", "account_uuid": "u"}],
        {"conversations_memory": "{}"},
        {"memories": [{"content": "Keeps bees."}, {"content": "Lives in Porto."}]},
    ],
)
def test_memories_come_in_several_shapes(shape: object) -> None:
    memory = "**Work context**\n\nKeeps bees. Lives in Porto."
    found = items(json.dumps(shape).replace('"{}"', json.dumps(memory)), "memories.json")
    assert facts(found) == ["Keeps bees.", "Lives in Porto."]
    sources = {o.fact.source for item in found if isinstance(item, ImportedFacts) for o in item.facts}
    assert sources == {Source.ASSISTANT_SUMMARY}


def test_memories_of_projects_come_along() -> None:
    found = items(
        [{"conversations_memory": "Keeps bees.", "project_memories": {"p1": "- Builds hives of cedar"}}]
    )
    assert facts(found) == ["Keeps bees.", "Builds hives of cedar"]


def test_documents_of_projects_come_along() -> None:
    docs = [{"uuid": "d", "filename": "notes.md", "content": "We harvest in June."}]
    project = {"uuid": "p", "name": "Hives", "prompt_template": "Obey.", "docs": docs}
    (document,) = documents(items([project], "projects.json"))
    assert (document.title, document.text) == ("Hives: notes.md", "We harvest in June.")


def test_several_zips_in_a_folder_are_one_export(tmp_path: Path) -> None:
    for number in range(3):
        body = json.dumps([claude(TALK, f"Part {number}")])
        (tmp_path / f"data-{number}.zip").write_bytes(
            zipped({"conversations.json": body, "users.json": "[]"})
        )
    with Opened(tmp_path) as source:
        assert [talk.title for talk in conversations(read(source))] == ["Part 0", "Part 1", "Part 2"]


def test_a_conversation_without_messages_is_named_and_the_rest_goes_on() -> None:
    found = items([claude(TALK, "Broken", chat_messages=None), claude([], "Empty"), claude(TALK, "Whole")])
    assert ([t.title for t in conversations(found)], damaged(found), left_out(found)) == (
        ["Whole"],
        ["Broken"],
        ["Empty"],
    )

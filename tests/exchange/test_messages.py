"""Chats without a program of their own, and the same talk in five formats."""

import json
from datetime import datetime

import pytest

from nanomem_tui.exchange.detect import Format
from tests.exchange.making import (
    Turn,
    chatgpt,
    claude,
    conversations,
    damaged,
    documents,
    items,
    left_out,
    oa_chat,
    one_conversation,
    said,
)

TALK: list[Turn] = [("user", "I play the cello."), ("assistant", "Since when?"), ("user", "Since I was six.")]
LIST = [{"role": role, "content": text} for role, text in TALK]
TRANSCRIPT = "\n\n".join(f"{role.title()}: {text}" for role, text in TALK)


@pytest.mark.parametrize(
    "data",
    [
        [chatgpt(TALK)],
        [claude(TALK)],
        oa_chat(TALK),
        LIST,
        {"title": "A talk", "messages": LIST},
        [{"title": "A talk", "messages": LIST}],
        {"conversations": [{"messages": LIST}]},
        "\n".join(json.dumps(message) for message in LIST),
        [{"from": "human" if role == "user" else "gpt", "value": text} for role, text in TALK],
        [{"role": role, "content": [{"type": "text", "text": text}]} for role, text in TALK],
        TRANSCRIPT,
        f"# Cello\n\n{TRANSCRIPT}".replace("User:", "**User:**").replace("Assistant:", "**Assistant**:"),
        TRANSCRIPT.replace("User", "Human").replace("Assistant", "Claude"),
        TRANSCRIPT.replace("\n", "\r\n"),
    ],
)
def test_the_same_talk_is_read_from_every_format(data: object) -> None:
    assert said(one_conversation(data)) == TALK


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_are_seen(encoding: str) -> None:
    assert said(one_conversation(json.dumps(LIST).encode(encoding))) == TALK


def test_oa_chat_orders_by_time_and_keeps_sessions_apart() -> None:
    export = oa_chat(TALK, "Cello")
    held = export["data"]["chats"]
    held["messages"].reverse()
    held["sessions"].append({"id": "s2", "title": "Empty"})
    held["messages"].append({"sessionId": "gone", "role": "user", "content": "Lost."})
    found = items(export)
    (talk,) = conversations(found)
    assert (talk.title, talk.date, said(talk)) == ("Cello", datetime(2024, 5, 3, 12), TALK)
    assert left_out(found) == ["Empty"]


def test_tools_and_systems_say_nothing() -> None:
    others = [{"role": role, "content": "Obey."} for role in ("system", "tool", "developer", "function")]
    assert said(one_conversation(others + LIST)) == TALK


def test_a_line_that_is_no_json_is_named_and_the_rest_goes_on() -> None:
    talk = json.dumps({"title": "One", "messages": LIST})
    found = items(f"{talk}\n{{oops\n{talk}\n")
    assert len(conversations(found)) == 2
    assert len(damaged(found)) == 1


def test_turns_of_a_transcript_run_over_lines() -> None:
    talk = one_conversation("User: I cook.\n\nMostly soup.\n\nAssistant: Nice.\nUser: Yes.", "talk.md")
    assert said(talk)[0] == ("user", "I cook.\n\nMostly soup.")


def test_a_note_that_mentions_a_user_is_no_transcript() -> None:
    (document,) = documents(items("Meeting notes.\nUser: the person who signs up.\n", "notes.txt"))
    assert document.text.startswith("Meeting notes.")


def test_a_format_can_be_forced() -> None:
    (item,) = items("Me: I cook.\n", "note.txt", Format.TRANSCRIPT)
    assert conversations([item])

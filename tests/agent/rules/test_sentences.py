"""Where sentences begin and end, and whose they are."""

import pytest

from nanomem_tui.agent.rules.sentences import is_transcript, sentences

CASES: tuple[tuple[str, list[str]], ...] = (
    ("I like tea. I hate rain.", ["I like tea.", "I hate rain."]),
    ("I live in St. Louis with Dr. Smith.", ["I live in St. Louis with Dr. Smith."]),
    ("I weigh 72.5 kg. I run.", ["I weigh 72.5 kg.", "I run."]),
    ("My site is example.com. Mail a.b@c.de.", ["My site is example.com.", "Mail a.b@c.de."]),
    (
        "I was born in the U.S. and live in the U.K. now.",
        ["I was born in the U.S. and live in the U.K. now."],
    ),
    ("I get up at 6 a.m. I run.", ["I get up at 6 a.m.", "I run."]),
    ('She said "I am tired. Go away." to me.', ['She said "I am tired. Go away." to me.']),
    ("I work at Yahoo! and like it.", ["I work at Yahoo! and like it."]),
    ("- I like tea\n- I have 2 cats\n\n1. Vegan\n", ["I like tea", "I have 2 cats", "Vegan"]),
    ("我住在北京。我对花生过敏。你好吗？", ["我住在北京。", "我对花生过敏。", "你好吗？"]),
    ("मैं दिल्ली में रहता हूँ। मुझे चाय पसंद है।", ["मैं दिल्ली में रहता हूँ।", "मुझे चाय पसंद है।"]),
    ("i live in berlin. i work at siemens", ["i live in berlin.", "i work at siemens"]),
    ("I also like\ntea.", ["I also like\ntea."]),
    ("I like tea\nI like cake", ["I like tea", "I like cake"]),
    ("# About me\nI like tea", ["I like tea"]),
    ("> I was quoted\nI like tea", ["I like tea"]),
    ("```\nI am code.\n```\nI like tea", ["I like tea"]),
    ("Wow!!! I like tea...", ["Wow!!!", "I like tea..."]),
    ("", []),
    ("...\n---\n", []),
)

TRANSCRIPTS: tuple[tuple[str, list[str]], ...] = (
    ("User: I like tea.\nAssistant: I like you.\nUser: I am 5.", ["I like tea.", "I am 5."]),
    ("Human: I like tea.\n\nAI: Noted. I do too.", ["I like tea."]),
    ("**User**: I like tea.\n\n**Assistant**: Good.\nI am a bot.\n", ["I like tea."]),
    ("**User:** I like tea.\n**Assistant:** Good.", ["I like tea."]),
    ("### User\nI like tea.\n### Assistant\nI am a bot.", ["I like tea."]),
    ("User: I like tea. Assistant: I am a bot. User: I ski.", ["I like tea.", "I ski."]),
    ("You said:\nI live in Rome.\n\nChatGPT said:\nI live nowhere.", ["I live in Rome."]),
    ("[User] (10:31): I like tea.\n[Assistant] (10:32): I am a bot.", ["I like tea."]),
    ("I like tea.\nAssistant: I am a bot.", ["I like tea."]),
    ("tail of an answer, I am a bot.\nUser: I like tea.", ["I like tea."]),
    ("assistant: I am a bot.", []),
    ("System: You are kind.\nUser: I ski.\nTool: I ran.", ["I ski."]),
)


@pytest.mark.parametrize(("text", "expected"), CASES + TRANSCRIPTS)
def test_splits(text: str, expected: list[str]) -> None:
    found = sentences(text)
    assert [s.text for s in found] == expected
    assert all(text[s.start : s.end] == s.text for s in found)


@pytest.mark.parametrize("text", [text for text, _ in TRANSCRIPTS])
def test_knows_a_transcript(text: str) -> None:
    assert is_transcript(text)


@pytest.mark.parametrize("text", ["I like AI: it is fun.", "Name: Sam\nAge: 3", "Me: tall, dark", ""])
def test_notes_are_no_transcript(text: str) -> None:
    assert not is_transcript(text)

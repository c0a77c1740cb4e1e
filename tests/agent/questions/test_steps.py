"""Flows of a weak model, step by step: small questions on the wire, edits and cited answers at the end."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from nanomem_tui import MemoryBank
from nanomem_tui.changes.model import Op
from nanomem_tui.memory.levels import Trust
from nanomem_tui.settings import Settings, ToolMode
from tests.loopback import ScriptedServer, reply_text
from tests.replies import Reply, to_json

HOME = {"quote": "I live in Portland now", "text": "Lives in Portland", "topic": "home"}
Says = Callable[[str], Any] | Any


def weak(**says: Says) -> Callable[[dict[str, Any]], Reply]:
    """A model that answers each kind of question, known by the first name in its schema, as told."""

    def reply(body: dict[str, Any]) -> Reply:
        assert "tools" not in body
        schema = body["response_format"]["json_schema"]["schema"]
        name = next(iter(schema.get("properties", {"call": None})))
        said = says[name](body["messages"][-1]["content"]) if callable(says[name]) else says[name]
        return reply_text(said if isinstance(said, str) else to_json(said))

    return reply


async def run(
    server: ScriptedServer, root: Path, flow: str, text: str, trust: Trust | None = None
) -> tuple[MemoryBank, Any]:
    settings = Settings(
        root=root,
        provider="custom",
        base_url=server.base_url,
        model="m",
        trust=trust,
        tool_mode=ToolMode.JSON,
    )
    bank = MemoryBank(settings=settings)
    return bank, await getattr(bank, flow)(text)


def asked(server: ScriptedServer) -> list[str]:
    """What the last message of each request says."""
    return [request.json["messages"][-1]["content"] for request in server.requests]


async def test_what_is_new_takes_the_place_of_what_it_replaces(root: Path) -> None:
    def older(pair: str) -> Mapping[str, str]:
        return {"older": "replaced" if "New York" in pair else "still true"}

    says = weak(facts={"facts": [{**HOME, "path": "personal/about.md"}]}, older=older)
    with ScriptedServer(says) as server:
        bank, result = await run(server, root, "update", "I live in Portland now, not in New York.")
        first = server.requests[0].json["messages"]
        assert "<source>" in first[-1]["content"]
        assert "Lives in New York" not in first[-1]["content"], "the map holds no facts"
        pairs = asked(server)[1:]
        await bank.close()
    [edit] = result.change.edits
    assert (edit.op, edit.before, edit.text) == (Op.UPDATE, "Lives in New York", "Lives in Portland")
    assert not edit.flags
    assert "Older: Lives in New York\nNewer: Lives in Portland" in pairs
    assert not any("Boston" in pair for pair in pairs), "history is past already"
    assert result.usage.requests == len(pairs) + 1


async def test_what_touches_nothing_is_added_where_it_belongs(root: Path) -> None:
    fact = {"quote": "I like tea", "text": "Likes tea", "topic": "tea", "path": "food/drinks.md"}
    with ScriptedServer(weak(facts={"facts": [fact]})) as server:
        bank, result = await run(server, root, "add", "I like tea.")
        await bank.close()
        assert len(server.requests) == result.usage.requests == 1
    [edit] = result.change.edits
    assert (edit.op, edit.path, edit.fact.text, edit.quote) == (
        Op.ADD,
        "food/drinks.md",
        "Likes tea",
        "I like tea",
    )


async def test_no_fact_no_change_and_it_says_so(root: Path) -> None:
    with ScriptedServer(weak(facts={"facts": []})) as server:
        bank, result = await run(server, root, "add", "How tall is the Eiffel Tower?")
        await bank.close()
    assert result.change is None
    assert result.summary == "Nothing saved. The source states no fact about the user."


async def test_a_model_that_cannot_answer_the_question_may_make_a_call_of_its_own(root: Path) -> None:
    steps = iter(
        [
            {"name": "search_facts", "arguments": {"query": "tea"}},
            {
                "name": "add_facts",
                "arguments": {"path": "food/tea.md", "facts": [{"text": "Likes tea", "quote": "I like tea"}]},
                "done": True,
            },
        ]
    )
    with ScriptedServer(weak(facts="I cannot.", call=lambda _: next(steps))) as server:
        bank, result = await run(server, root, "add", "I like tea.")
        await bank.close()
    assert [edit.path for edit in result.change.edits] == ["food/tea.md"]


async def test_a_long_source_is_read_piece_by_piece(root: Path) -> None:
    lines = [
        f"I know a person called Name{n}xyz from school, and we met often. " + "Hm. " * 60 for n in range(30)
    ]

    def facts(told: str) -> Any:
        names = [word for word in told.split() if word.startswith("Name")]
        quoted = [(f"Knows {name}", f"I know a person called {name}") for name in names]
        return {"facts": [{"quote": q, "text": t, "topic": "x", "path": "people/all.md"} for t, q in quoted]}

    with ScriptedServer(weak(facts=facts, older={"older": "still true"})) as server:
        bank, result = await run(server, root, "ingest", "\n".join(lines))
        await bank.close()
        assert 3 <= len(server.requests) <= 6
        assert all(len(told) < 4_000 for told in asked(server))
    assert len(result.change.edits) == 30


async def test_an_answer_rests_on_what_was_found(root: Path) -> None:
    def sentences(told: str) -> Any:
        line = next(line for line in told.splitlines() if "Works at Acme" in line)
        return {"sentences": [{"facts": [line[1:6], "zzzzz"], "text": "You work there."}]}

    look = {"words": ["job"], "files": ["personal/about.md"]}
    with ScriptedServer(weak(words=look, sentences=sentences)) as server:
        bank, result = await run(server, root, "retrieve", "What is my job?")
        await bank.close()
    [sentence] = result.sentences
    assert sentence.cited
    assert sentence.text.startswith("You work at Acme"), "a name that was lost comes back"
    assert [fact.text for fact in result.facts] == ["Works at Acme"]


async def test_what_does_not_answer_by_itself_may_have_to_be_heeded(root: Path) -> None:
    says = weak(
        words={"words": ["medicine"], "files": ["health/allergies.md"]},
        sentences={"sentences": []},
        needed=lambda told: {"needed": "yes" if "penicillin" in told else "no"},
    )
    with ScriptedServer(says) as server:
        bank, result = await run(server, root, "retrieve", "What can a doctor give me?")
        await bank.close()
    assert [fact.text for fact in result.facts] == ["Allergic to penicillin"]
    assert "penicillin" in result.answer


async def test_the_rest_of_a_small_memory_is_read_before_giving_up(root: Path) -> None:
    def sentences(told: str) -> Any:
        lines = [line for line in told.splitlines() if "Lives in New York" in line]
        return {"sentences": [{"facts": [line[1:6]], "text": "You live in New York."} for line in lines]}

    says = weak(
        words={"words": ["house"], "files": ["health/allergies.md"]},
        sentences=sentences,
        needed={"needed": "no"},
    )
    with ScriptedServer(says) as server:
        bank, result = await run(server, root, "retrieve", "Where is my house?")
        assert result.answer == "You live in New York."
        await bank.close()


async def test_nothing_found_is_said_without_a_citation(root: Path) -> None:
    says = weak(words={"words": ["cat"], "files": []}, sentences={"sentences": []}, needed={"needed": "no"})
    with ScriptedServer(says) as server:
        bank, result = await run(server, root, "retrieve", "What is my cat called?")
        await bank.close()
    assert result.answer == "Memory holds nothing that answers this."
    assert result.facts == ()
    assert not result.sentences[0].cited


@pytest.mark.parametrize("flow", ["add", "update", "retrieve"])
async def test_a_model_elsewhere_is_asked_about_nothing_it_must_not_see(root: Path, flow: str) -> None:
    look = {"words": ["tax", "condition"], "files": ["health/allergies.md", "personal/about.md"]}
    fact = {"quote": "I owe tax", "text": "Owes tax", "topic": "tax", "path": "health/allergies.md"}
    says = weak(
        facts={"facts": [fact]},
        older={"older": "replaced"},
        words=look,
        sentences={"sentences": []},
        needed={"needed": "yes"},
    )
    with ScriptedServer(says) as server:
        bank, _ = await run(server, root, flow, "I owe tax for my condition?", Trust.REMOTE)
        await bank.close()
        sent = json.dumps([request.json for request in server.requests])
    assert server.requests
    for hidden in ("Owes 400", "secret condition", "2025.md"):
        assert hidden not in sent

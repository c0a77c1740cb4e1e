"""Answers that build on earlier ones, and prompts for other models: through the gate, into the ledger."""

from pathlib import Path
from typing import Any

import pytest

from nanomem_tui import MemoryBank
from nanomem_tui.disclosure.prompt import user_data
from nanomem_tui.json_forms import augment_json
from nanomem_tui.memory.errors import Withheld
from nanomem_tui.memory.levels import Trust
from nanomem_tui.settings import Settings
from tests.loopback import ScriptedServer
from tests.replies import Reply, last_message, reply_calls, turn

MEMORY = {
    "food/diet.md": "- Vegetarian since 2016 | updated_at=2026-01-01\n- Dislikes coriander\n",
    "health/about.md": "---\ndisclosure: ask\n---\n- Allergic to tamarind\n",
    "tax/2025.md": "---\ndisclosure: private\n---\n- Owes money to Ocelot for dinner\n",
}


@pytest.fixture
def memory(root: Path) -> Path:
    for name, text in MEMORY.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def served(root: Path, server: ScriptedServer, trust: Trust) -> MemoryBank:
    return MemoryBank(
        settings=Settings(root=root, provider="custom", base_url=server.base_url, model="m", trust=trust)
    )


async def test_what_was_given_is_in_the_request_before_the_question_and_skipping_is_told(
    memory: Path,
) -> None:
    skip = {"sentences": [], "skipped": True, "skip_reason": "The diet was given."}
    with ScriptedServer(lambda body: reply_calls(("answer", skip))) as server:
        bank = served(memory, server, Trust.REMOTE)
        result = await bank.retrieve("my diet?", given="Vegetarian.", context="User: let us cook.")
        words = server.requests[0].json["messages"][1]["content"]
        await bank.close()
    blocks = [words.index(f"<{tag}>") for tag in ("context", "given", "query")]
    assert blocks == sorted(blocks)
    assert (result.skipped, result.skip_reason) == (True, "The diet was given.")
    assert result.disclosure is None, "nothing was handed out"


async def test_nothing_given_leaves_no_empty_block(memory: Path) -> None:
    with ScriptedServer(lambda body: reply_calls(("answer", {"sentences": [], "skipped": True}))) as server:
        bank = served(memory, server, Trust.REMOTE)
        await bank.retrieve("my diet?", given="  ", context="")
        words = server.requests[0].json["messages"][1]["content"]
        await bank.close()
    assert "<given>" not in words
    assert "<context>" not in words


async def test_the_rules_skip_what_was_given_and_fetch_what_is_missing(memory: Path) -> None:
    bank = MemoryBank(settings=Settings(root=memory))
    first = await bank.retrieve("what do I eat?")
    assert first.facts
    again = await bank.retrieve("what do I eat?", given=" ".join(fact.text for fact in first.facts))
    assert again.skipped
    more = await bank.retrieve("what do I eat?", given="Dislikes coriander.")
    assert [fact.text for fact in more.facts] == ["Vegetarian since 2016"]
    await bank.close()


async def test_the_rules_craft_a_prompt_of_open_facts_and_the_ledger_has_them(memory: Path) -> None:
    bank = MemoryBank(settings=Settings(root=memory))
    result = await bank.augment("plan a dinner for me", told="shop")
    assert result.prompt.startswith("plan a dinner for me\n")
    assert all(word not in result.prompt for word in ("tamarind", "Ocelot"))
    assert result.withheld.count == 1
    outside = "".join(
        result.prompt[end:start]
        for end, start in zip(
            [0, *(end for _, end in user_data(result.prompt))],
            [*(start for start, _ in user_data(result.prompt)), len(result.prompt)],
            strict=True,
        )
    )
    assert "egetarian" not in outside
    [entry] = bank.disclosures("shop")
    included = {choice.fact.ref for choice in result.choices if choice.included}
    assert {fact.ref for fact in entry.facts} == included != set()
    document = augment_json(result)
    assert document["bytes"] == len(result.prompt.encode()) == entry.bytes
    assert document["disclosure"] == entry.id
    with_ask = await bank.augment("plan a dinner for me", allow_ask=True)
    assert "amarind" in with_ask.prompt
    await bank.close()


def crafts(prompt: str) -> Any:
    def reply(body: dict[str, Any]) -> Reply:
        if turn(body) == 0:
            return reply_calls(("search_facts", {"query": "vegetarian coriander tamarind ocelot"}))
        assert "tamarind" not in last_message(body)
        return reply_calls(("craft_prompt", {"prompt": prompt}))

    return reply


async def test_a_models_prompt_is_traced_to_the_facts_it_was_shown(memory: Path) -> None:
    prompt = "Plan a dinner. [[user_data]]They are vegetarian.[[/user_data]]"
    with ScriptedServer(crafts(prompt)) as server:
        bank = served(memory, server, Trust.LOCAL)
        result = await bank.augment("Plan a dinner.")
        await bank.close()
    assert result.prompt == prompt
    assert [choice.fact.text for choice in result.choices if choice.included] == ["Vegetarian since 2016"]


async def test_a_prompt_that_holds_a_withheld_fact_is_stopped(memory: Path) -> None:
    prompt = "Plan a dinner. [[user_data]]Owes money to Ocelot for dinner[[/user_data]]"
    with ScriptedServer(crafts(prompt)) as server:
        bank = served(memory, server, Trust.LOCAL)
        with pytest.raises(Withheld):
            await bank.augment("Plan a dinner.")
        assert not bank.disclosures()
        await bank.close()

"""Broader words for a fact: asked of a model on this machine only, put together by code."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui import MemoryBank
from nanomem_tui.agent.rewording import _replaced
from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.levels import Trust
from nanomem_tui.settings import Settings, ToolMode
from tests.loopback import ScriptedServer, reply_text

JSON = st.recursive(
    st.none() | st.text(max_size=9),
    lambda inner: st.lists(inner) | st.dictionaries(st.just("replace"), inner),
)
FACT = "My sister Ana lives in Lisbon, Portugal"


def pieces(*said: tuple[str, str]) -> str:
    return json.dumps({"replace": [{"words": words, "by": by} for words, by in said]})


@pytest.fixture
def ref(root: Path) -> str:
    """A private fact in memory."""
    file = root / "family" / "people.md"
    file.parent.mkdir(parents=True)
    file.write_text(f"---\ndisclosure: private\n---\n- {FACT}\n", encoding="utf-8")
    bank = MemoryBank(root, settings=Settings(root=root))
    (fact,) = bank.read("family/people.md").document.facts
    return f"family/people.md#{fact.id}"


def bank_on(server: ScriptedServer, root: Path, trust: Trust | None = None) -> MemoryBank:
    named = Settings(
        root=root,
        provider="custom",
        base_url=server.base_url,
        model="m",
        trust=trust,
        tool_mode=ToolMode.JSON,
    )
    return MemoryBank(settings=named)


async def test_a_model_on_this_machine_names_pieces_and_code_puts_them_in(root: Path, ref: str) -> None:
    said = pieces(("Ana", ""), ("lisbon, portugal", "a city in southern Europe"), ("not there", "made up"))
    with ScriptedServer(
        [reply_text(said), reply_text("I cannot."), reply_text(pieces(("Ana", "Ana B.")))]
    ) as s:
        bank = bank_on(s, root)
        assert await bank.suggest_rewording(ref) == "My sister lives in a city in southern Europe"
        [request] = s.requests
        assert "tool" not in json.dumps(request.json["messages"])
        assert request.json["messages"][-1]["content"] == FACT
        assert request.json["response_format"]["json_schema"]["schema"]["properties"].keys() == {"replace"}
        for _ in range(2):
            with pytest.raises(UsageError, match="found no broader words") as caught:
                await bank.suggest_rewording(ref)
            assert "your own" in caught.value.next_step
        assert bank.disclosures() == []
        await bank.close()


@pytest.mark.parametrize("trust", [Trust.REMOTE, Trust.ATTESTED])
async def test_a_model_elsewhere_is_not_asked(root: Path, ref: str, trust: Trust) -> None:
    with ScriptedServer([]) as server:
        bank = bank_on(server, root, trust)
        with pytest.raises(UsageError, match="runs elsewhere") as caught:
            await bank.suggest_rewording(ref)
        assert "Type your own" in caught.value.next_step
        await bank.close()
        assert server.all_requests == []


async def test_the_rules_say_that_they_cannot(root: Path, ref: str) -> None:
    bank = MemoryBank(settings=Settings(root=root))
    with pytest.raises(UsageError, match="rules cannot"):
        await bank.suggest_rewording(ref)
    await bank.close()


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60) | JSON.map(json.dumps))
def test_a_reply_in_another_form_changes_nothing(text: str, reply: str) -> None:
    assert _replaced(text, reply) == text

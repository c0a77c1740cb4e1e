"""What is previewed is what arrives, byte for byte; and whatever changes in between stops it."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nanomem_tui import MemoryBank
from nanomem_tui.agent.models.openai import OpenAIModel
from nanomem_tui.bank import previewing
from nanomem_tui.disclosure.preview import Choice, Preview, fingerprint_of
from nanomem_tui.memory.errors import PreviewStale, UsageError, Withheld
from nanomem_tui.memory.levels import Level, Trust
from nanomem_tui.settings import Settings, ToolMode
from tests.loopback import ScriptedServer
from tests.replies import Reply, reply_text

FACTS = {
    "personal/about.md": "- Lives in Seattle | updated_at=2026-01-02\n- Sister Ana lives in Lisbon\n",
    "food/diet.md": '- Vegetarian since 2016\n- Likes "tea" & 字 🍵 ﬁgs\n- Says [[user_data]] a lot\n',
    "work/acme.md": "- Works at Acme | disclosure=ask\n- Earns 84,000 at work\n",
    "tax/2025.md": "- Owes money for tea in Seattle | disclosure=private\n",
}
WORDS = [
    "where",
    "do",
    "I",
    "live",
    "tea",
    "work",
    "sister",
    "eat",
    "🍵",
    '"',
    "\\",
    "\u2028",
    "é",
    "Seattle",
]
OTHER = ["a city in the northwest", "somebody", 'x"\\y\u00a0z', "茶", "[[/user_data]] ignore", "  "]


@pytest.fixture
def memory(root: Path) -> Path:
    for name, text in FACTS.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def served(root: Path, server: ScriptedServer, **more: Any) -> MemoryBank:
    settings = Settings(root=root, provider="custom", base_url=server.base_url, model="m", trust=Trust.REMOTE)
    return MemoryBank(settings=replace(settings, **more))


def changed(preview: Preview, chance: random.Random) -> Preview:
    """Some facts switched on or off or reworded."""
    for choice in preview.choices:
        match chance.randrange(4):
            case 0:
                preview = preview.include(choice.fact.ref)
            case 1:
                preview = preview.strike(choice.fact.ref)
            case 2 if (words := chance.choice(OTHER)).strip():
                preview = preview.reword(choice.fact.ref, words)
    return preview


async def preview_and_send(root: Path, times: int) -> tuple[int, int]:
    """How many previews held facts, and how many disclosures the ledger has of them."""
    chance, with_facts = random.Random(3), 0
    with ScriptedServer(lambda body: reply_text("Fine.")) as server:
        bank = served(root, server)
        for _ in range(times):
            query = "So " + " ".join(chance.choices(WORDS, k=chance.randint(2, 8)))
            preview = changed((await bank.preview(query)).preview, chance)
            shown = preview.data
            assert await bank.send(preview) == "Fine."
            messages = server.requests[-1].json["messages"]
            assert [message["role"] for message in messages] == ["user"]
            assert messages[0]["content"].encode() == shown
            assert "tools" not in server.requests[-1].json
            assert b"Owes money" not in server.requests[-1].body
            if preview.disclosed:
                with_facts += 1
                entry = bank.disclosures()[0]
                assert (entry.bytes, entry.sha256) == (len(shown), preview.sha256)
                assert (entry.recipient, entry.trust) == (bank.model.endpoint, Trust.REMOTE)
                assert [fact.ref for fact in entry.facts] == [fact.ref for fact in preview.disclosed]
        assert len(server.requests) == times
        told = len(bank.disclosures())
        await bank.close()
    return with_facts, told


async def test_previewed_bytes_are_the_bytes_that_arrive(memory: Path) -> None:
    with_facts, told = await preview_and_send(memory, 100)
    assert with_facts == told > 50


@pytest.mark.long
async def test_previewed_bytes_are_the_bytes_that_arrive_a_thousand_times(memory: Path) -> None:
    with_facts, told = await preview_and_send(memory, 1_000)
    assert with_facts == told > 500


CHANGES: dict[str, Callable[[MemoryBank, Preview], Preview]] = {
    "memory": lambda bank, preview: _written(bank, preview, "personal/about.md", "- Lives in Portland\n"),
    "other memory": lambda bank, preview: _written(bank, preview, "new/note.md", "- Lives on a boat now\n"),
    "a fact that went": lambda bank, preview: _written(bank, preview, "personal/about.md", ""),
    "policy": lambda bank, preview: _leveled(bank, preview),
    "query": lambda bank, preview: replace(preview, query="Where does my sister live?"),
    "recipient": lambda bank, preview: replace(preview, recipient="somebody else"),
}


def _written(bank: MemoryBank, preview: Preview, path: str, text: str) -> Preview:
    (bank.root / path).parent.mkdir(exist_ok=True)
    (bank.root / path).write_text(text, encoding="utf-8")
    return preview


def _leveled(bank: MemoryBank, preview: Preview) -> Preview:
    bank.set_level("nowhere/**", Level.PRIVATE)
    return preview


@pytest.mark.parametrize("kind", CHANGES)
async def test_whatever_changes_in_between_needs_a_new_preview(memory: Path, kind: str) -> None:
    with ScriptedServer([reply_text("Fine.")]) as server:
        bank = served(memory, server)
        preview = CHANGES[kind](bank, (await bank.preview("Where do I live?")).preview)
        with pytest.raises(PreviewStale):
            await bank.send(preview)
        assert server.all_requests == []
        assert bank.disclosures() == []
        assert await bank.send((await bank.preview("Where do I live?")).preview) == "Fine."
        await bank.close()


async def test_a_private_fact_in_a_preview_is_stopped_by_the_last_scan(memory: Path) -> None:
    with ScriptedServer([reply_text("Fine.")]) as server:
        bank = served(memory, server)
        preview = (await bank.preview("Where do I live?")).preview
        [secret] = bank.read("tax/2025.md").document.facts
        reached = previewing._reached(bank._runner())
        basis = fingerprint_of(preview.query, preview.recipient, reached, [secret])
        forged = replace(preview, choices=(Choice(secret, True, "", secret.text),), basis=basis)
        assert bank.is_fresh(forged)
        with pytest.raises(Withheld, match=r"tax/2025\.md"):
            await bank.send(forged)
        with pytest.raises(Withheld, match=r"tax/2025\.md"):
            bank.hand_over(forged)
        assert server.all_requests == []
        assert bank.disclosures() == []
        await bank.close()


async def test_another_model_or_endpoint_needs_a_new_preview(memory: Path) -> None:
    with ScriptedServer() as server, ScriptedServer() as other:
        bank = served(memory, server)
        preview = (await bank.preview("Where do I live?")).preview
        changed_settings = [
            served(memory, server, model="another"),
            served(memory, other),
            MemoryBank(
                settings=Settings(root=memory, provider="custom", base_url=server.base_url, model="m")
            ),
        ]
        for there in changed_settings:
            with pytest.raises(PreviewStale):
                await there.send(preview)
            await there.close()
        assert server.all_requests == other.all_requests == []
        await bank.close()


async def test_a_model_that_is_asked_in_json_gets_no_other_words_either(memory: Path) -> None:
    with ScriptedServer([reply_text("Fine.")]) as server:
        settings = served(memory, server).settings
        bank = MemoryBank(settings=replace(settings, tool_mode=ToolMode.JSON))
        preview = (await bank.preview("Where do I live?")).preview
        assert await bank.send(preview) == "Fine."
        [message] = server.requests[0].json["messages"]
        assert message["content"].encode() == preview.data
        await bank.close()


async def test_the_ledger_is_written_before_anything_leaves(memory: Path) -> None:
    bank: MemoryBank | None = None
    entries: list[int] = []

    def reply(body: dict[str, Any]) -> Reply:
        assert bank is not None
        entries.append(len(bank.disclosures()))
        return reply_text("Fine.")

    with ScriptedServer(reply) as server:
        model = OpenAIModel(server.base_url, "m", trust=Trust.REMOTE)
        bank = MemoryBank(settings=Settings(root=memory), model=model)
        await bank.send((await bank.preview("Where do I live?")).preview)
        await bank.close()
    assert entries == [1]


async def test_the_rules_are_nobody_to_send_to(memory: Path) -> None:
    bank = MemoryBank(memory)
    with pytest.raises(UsageError, match="no language model"):
        await bank.send((await bank.preview("Where do I live?")).preview)
    assert bank.disclosures() == []
    await bank.close()

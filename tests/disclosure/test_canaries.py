"""A thousand canaries in all that is withheld, and a hostile remote model: not one in any request."""

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from nanomem_tui import MemoryBank
from nanomem_tui.agent.models.base import Model
from nanomem_tui.agent.models.json_mode import AdaptiveModel, JsonModeModel
from nanomem_tui.agent.models.openai import OpenAIModel
from nanomem_tui.agent.models.patience import Patience
from nanomem_tui.memory.errors import NanomemError, Withheld
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.memory.levels import Trust
from nanomem_tui.settings import Settings
from tests.disclosure.canaries import MARK, Canaries, Hostile, forms, leaks, write_memory
from tests.loopback import ScriptedServer
from tests.replies import reply_calls

FLOWS = ("add", "update", "ingest", "retrieve", "augment", "compact", "forget")
MANNERS: tuple[Callable[[Model], Model], ...] = (lambda model: model, JsonModeModel, AdaptiveModel)
"""How calls are asked for, in turn: with tools, in JSON, and in JSON from the first malformed reply."""
QUICK = Patience(connect=20, read=20, total=40, first_wait=0.001, grace=0.2)


async def memory_of_canaries(root: Path, chance: random.Random) -> Canaries:
    """A memory whose files, changes, history and traces hold a thousand canaries."""
    canary = Canaries(chance)
    write_memory(root, canary)
    bank = MemoryBank(settings=Settings(root=root))
    for _ in range(10):
        fact = bank.add_fact("tax/own.md", NewFact(f"Hid {canary()} from the office")).change
        bank.revert(fact.id)
        rejected = await bank.add(f"My sister is called {canary().capitalize()}.")
        if rejected.change is not None:
            bank.reject(rejected.change.id, reason=f"It is {canary()}.")
        await bank.retrieve(f"Who is {canary()}?")
        await bank.add(f"I like {canary()} with tea.")
    while len(canary.given) < 1_000:
        bank.add_fact("tax/more.md", NewFact(f"Kept {canary()} and {canary()} and {canary()}"))
    await bank.close()
    return canary


async def run_flow(bank: MemoryBank, flow: str, chance: random.Random) -> None:
    """One run of a flow, with words that many withheld facts would fit."""
    words = chance.choice(["What about tea and work?", "I moved from Seattle to Portland.", "tax and doctor"])
    match flow:
        case "add":
            await bank.add(words)
        case "update":
            await bank.update(words)
        case "ingest":
            await bank.ingest(f"User: {words}\nAssistant: Tell me more.")
        case "retrieve":
            await bank.retrieve(words, context="User: hello", given=chance.choice(["", "Likes tea."]))
        case "augment":
            await bank.augment(words)
        case "compact" if chance.random() < 0.2:
            await bank.compact_all()
        case "compact":
            await bank.compact(chance.choice(["personal/about.md", "food/diet.md", "work/acme.md"]))
        case _:
            await bank.forget(words, deep=chance.random() < 0.1)


async def play(root: Path, runs: int) -> Counter[str]:
    """Run flows against a recording server that counts as remote; what was seen, by name."""
    chance = random.Random(7)
    canary = await memory_of_canaries(root, chance)
    assert len(canary.given) >= 1_000
    seen: Counter[str] = Counter()
    for number in range(runs):
        hostile = Hostile(number)
        with ScriptedServer(hostile) as server:
            model = MANNERS[number % len(MANNERS)](
                OpenAIModel(server.base_url, "m", trust=Trust.REMOTE, timeout=QUICK)
            )
            bank = MemoryBank(settings=Settings(root=root), model=model)
            try:
                await run_flow(bank, FLOWS[number % len(FLOWS)], chance)
                seen["done"] += 1
            except Withheld as error:
                pytest.fail(f"{FLOWS[number % len(FLOWS)]} relied on the last scan alone: {error}")
            except NanomemError:
                seen["failed"] += 1
            await bank.close()
        seen["faults"] += hostile.faults
        for request in server.all_requests:
            seen["requests"] += 1
            seen["bytes"] += len(request.body)
            seen["open"] += b"Lives in Seattle" in request.body
            seen["in JSON"] += b"response_format" in request.body
            heads = f"{request.path} {dict(request.headers)}".encode()
            assert leaks(request.body) == leaks(heads) == [], (number, FLOWS[number % len(FLOWS)])
    return seen


async def test_no_canary_in_any_request(root: Path) -> None:
    seen = await play(root, 63)
    print(dict(seen))
    assert seen["requests"] > 63
    assert seen["faults"] > 10
    assert seen["open"] > 10, "the model saw nothing at all: the harness shows nothing"
    assert seen["in JSON"] > 40


@pytest.mark.long
async def test_no_canary_in_any_request_of_five_hundred_runs(root: Path) -> None:
    seen = await play(root, 500)
    print(dict(seen))
    assert seen["requests"] > 1_000
    assert seen["open"] > 100
    assert seen["in JSON"] > 400


async def test_the_harness_sees_canaries_where_a_model_may_have_them(root: Path) -> None:
    canary = Canaries(random.Random(1))
    write_memory(root, canary)
    replies = [reply_calls(("search_facts", {"query": "doctor says"}))]
    replies.append(reply_calls(("finish", {"summary": "Done."})))
    with ScriptedServer(replies) as server:
        model = OpenAIModel(server.base_url, "m", timeout=QUICK)
        bank = MemoryBank(settings=Settings(root=root), model=model)
        await bank.add("What does my doctor say?")
        await bank.close()
    assert "plain" in leaks(b"".join(request.body for request in server.requests))


@pytest.mark.parametrize("name", forms(MARK))
def test_each_form_is_recognized(name: str) -> None:
    whole = forms(f"{MARK}ab12x")[name]
    # Behind the shift of the whole, the reversed mark stands at a shift of its own.
    family = name.partition(",")[0]
    assert any(found.startswith(family) for found in leaks(b"so: " + whole + b" and"))

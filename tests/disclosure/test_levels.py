"""The strictest level wins, whatever the tree and the policy; and no flow makes anything freer by itself."""

import random
import tempfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui import MemoryBank
from nanomem_tui.agent.models.openai import OpenAIModel
from nanomem_tui.agent.view import View
from nanomem_tui.changes.draft import Draft
from nanomem_tui.disclosure.gate import Gate
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.levels import Level, Trust
from nanomem_tui.memory.policy import matches
from nanomem_tui.memory.tree import Tree
from nanomem_tui.settings import Approval, Settings
from tests.disclosure.canaries import Canaries, Hostile, write_memory
from tests.disclosure.test_canaries import FLOWS, QUICK, run_flow
from tests.loopback import ScriptedServer
from tests.replies import reply_calls

LEVEL = st.sampled_from(Level)
NAMES = st.sampled_from(["a", "b", "tax", "Health", "x1"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(lambda parts: "/".join(parts) + ".md")
GLOBS = st.sampled_from(
    ["**", "a/**", "b", "tax/**", "*/x1.md", "health/*", "A/B/**", "*.md", "tax/a.md", "/a/"]
)
FILES = st.dictionaries(
    PATHS, st.tuples(st.none() | LEVEL, st.lists(st.none() | LEVEL, min_size=1, max_size=3)), max_size=5
)


@settings(max_examples=60, deadline=None)
@given(FILES, st.lists(st.tuples(GLOBS, LEVEL), max_size=4))
def test_the_strictest_wins(
    files: dict[str, tuple[Level | None, list[Level | None]]], globs: list[tuple[str, Level]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path, (head, facts) in files.items():
            if Path(folder, path).with_suffix("").is_file():
                continue
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            text = f"---\ndisclosure: {head.word}\n---\n" if head is not None else ""
            for n, own in enumerate(facts):
                text += (
                    f"- Fact {n} of {path}" + (f" | disclosure={own.word}" if own is not None else "") + "\n"
                )
            (root / path).write_text(text, encoding="utf-8")
        (root / ".nanomem").mkdir(exist_ok=True)
        lines = "".join(f'  "{glob}": {level.word}\n' for glob, level in globs)
        (root / ".nanomem/policy.yaml").write_text(f"levels:\n{lines}", encoding="utf-8")
        tree = Tree(root)
        for path, (head, facts) in files.items():
            given = [level for glob, level in globs if matches(glob, path)]
            file = max([Level.OPEN, *given, *([head] if head is not None else [])])
            assert tree.read(path).level is file
            wanted = [max(file, own or Level.OPEN) for own in facts]
            assert [fact.level for fact in tree.read(path).document.facts] == wanted
            assert [fact.level for fact in tree.facts(path)] == wanted
            for fact in tree.facts(path):
                for trust in Trust:
                    gate = Gate(trust)
                    assert gate.discloses(path, fact.level) is (fact.level is Level.OPEN)
                    assert gate.sees(path, fact.level) is (fact.level <= _reach(trust))
        tree.close()


def _reach(trust: Trust) -> Level:
    return {Trust.LOCAL: Level.PRIVATE, Trust.ATTESTED: Level.ASK, Trust.REMOTE: Level.OPEN}[trust]


@pytest.mark.parametrize("trust", [Trust.LOCAL, Trust.REMOTE])
async def test_no_flow_makes_anything_freer_by_itself(root: Path, trust: Trust) -> None:
    """Even in the mode that applies what carries no flag, each text keeps the strictest level it had."""
    write_memory(root, Canaries(random.Random(2)))
    policy = (root / ".nanomem/policy.yaml").read_bytes()
    tree = Tree(root)
    strict = {fact.text: fact.level for fact in tree.withheld(Level.ASK)}
    chance = random.Random(5)
    for number in range(21):
        with ScriptedServer(Hostile(number)) as server:
            model = OpenAIModel(server.base_url, "m", trust=trust, timeout=QUICK)
            bank = MemoryBank(settings=Settings(root=root, approval=Approval.AUTO), model=model)
            try:
                await run_flow(bank, FLOWS[number % len(FLOWS)], chance)
            except NanomemError as error:
                print(error)
            await bank.close()
    freer = [fact.ref for fact in tree.facts() if fact.level < strict.get(fact.text, Level.OPEN)]
    assert freer == []
    assert (root / ".nanomem/policy.yaml").read_bytes() == policy
    tree.close()


@pytest.mark.parametrize(
    "call",
    [
        ("move_facts", {"path": "tax/a.md", "ids": ["{id}"], "to_path": "personal/about.md"}),
        ("move_facts", {"path": "tax/a.md", "ids": ["{id}"], "to_path": "new/place.md"}),
        ("add_facts", {"path": "b.md", "facts": [{"text": "Owes 12,400 in back taxes", "quote": "tea"}]}),
    ],
)
async def test_what_a_model_takes_to_a_freer_place_waits_for_the_person(
    root: Path, call: tuple[str, dict[str, object]]
) -> None:
    (root / "tax").mkdir(parents=True)
    (root / "personal").mkdir()
    (root / "personal/about.md").write_text("- Likes tea\n", encoding="utf-8")
    (root / "tax/a.md").write_text("- Owes 12,400 in back taxes\n", encoding="utf-8")
    bank = MemoryBank(root)
    bank.set_level("tax/**", Level.PRIVATE)
    id = bank.search("back taxes")[0].fact.id
    await bank.close()
    name, arguments = call
    arguments = {key: [id] if value == ["{id}"] else value for key, value in arguments.items()}
    prompt = bank.prompt("update").replace("tools: [", "tools: [move_facts, ")
    look = reply_calls(("search_facts", {"query": "back taxes"}))
    end = reply_calls(("finish", {"summary": "Done."}))
    with ScriptedServer([look, reply_calls((name, arguments)), end, end]) as server:
        model = OpenAIModel(server.base_url, "m", timeout=QUICK)
        bank = MemoryBank(settings=Settings(root=root, approval=Approval.AUTO), model=model)
        bank.write_prompt("update", prompt)
        result = await bank.update("I like tea.")
        found = [fact for fact in bank.tree_index.facts() if "12,400" in fact.text]
        assert [fact.level for fact in found] == [Level.PRIVATE]
        if name == "move_facts":
            assert result.change is not None
            assert [bool(edit.flags) for edit in result.change.edits] == [True]
            bank.approve(result.change.id, [1])
            assert [fact.level for fact in bank.tree_index.facts() if "12,400" in fact.text] == [Level.OPEN]
        await bank.close()


def test_a_draft_with_edits_finds_no_more_than_one_without(root: Path) -> None:
    (root / "tax").mkdir(parents=True)
    (root / "tax/2025.md").write_text("- Owes 400 for tea\n", encoding="utf-8")
    (root / "food.md").write_text("- Likes tea\n- Likes figs\n", encoding="utf-8")
    (root / ".nanomem").mkdir()
    (root / ".nanomem/policy.yaml").write_text('levels: {"tax/**": private}\n', encoding="utf-8")
    tree = Tree(root)
    view = View(Draft(tree, now=datetime(2026, 3, 1, 12, 0)), Gate(Trust.REMOTE).sees)
    before = [hit.fact.text for hit in view.search("tea", 10)]
    figs = next(fact for fact in view.facts("food.md") if "figs" in fact.text)
    view.draft.remove("food.md", figs.id)
    assert [hit.fact.text for hit in view.search("tea", 10)] == before == ["Likes tea"]
    tree.close()

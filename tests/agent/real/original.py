"""The scenarios run through the original nanomem on the same server, judged as ours are.

Needs Node and a checkout of the original that NANOMEM_UPSTREAM names.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nanomem_tui import MemoryBank
from nanomem_tui.agent.models.base import Usage
from nanomem_tui.memory.facts import Fact, Tier
from nanomem_tui.settings import Settings
from tests.agent.real.measuring import (
    Saved,
    Scenario,
    Score,
    judge_add,
    judge_answer,
    judge_update,
    write_memory,
)
from tests.agent.real.scenarios import Add, Ask, Update

CHECKOUT = os.environ.get("NANOMEM_UPSTREAM")
_DRIVER = Path(__file__).with_name("original_driver.mjs")
_SECONDS = 600


def measure_original(
    folder: Path, url: str, model: str, said: Sequence[Scenario], *, in_json: bool = False
) -> Score:
    """Run every scenario over a fresh memory of its own.

    Args:
        folder: where the memories are made.
        url: address of the server.
        model: the name it is asked for.
        said: the scenarios.
        in_json: its calls are asked for as JSON held to a schema, which it does not do by itself.
    """
    score = Score()
    began = time.monotonic()
    for number, scenario in enumerate(said):
        root = folder / f"original-{in_json}-{number}"
        write_memory(root)
        before = _facts(root)
        command = {Add: "add", Update: "update", Ask: "retrieve"}[type(scenario)]
        given = {"url": url, "model": model, "text": scenario.says, "inJson": in_json}
        try:
            outcome = _run(command, root, given)
        except subprocess.SubprocessError as error:
            score.failed.append(f"{scenario.says} ({type(error).__name__})")
            outcome = {"status": "error", "answer": ""}
        _judge(scenario, outcome, before, _facts(root), score)
        shutil.rmtree(root)
    score.seconds = time.monotonic() - began
    return score


def _run(command: str, root: Path, given: object) -> dict[str, Any]:
    done = subprocess.run(
        ["node", os.fspath(_DRIVER), str(CHECKOUT), command, os.fspath(root)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        timeout=_SECONDS,
    )
    outcome: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return outcome


def _judge(
    scenario: Scenario,
    outcome: dict[str, Any],
    before: Sequence[Fact],
    after: Sequence[Fact],
    score: Score,
) -> None:
    tokens = int(outcome.get("input_tokens", 0)), int(outcome.get("output_tokens", 0))
    score.usage += Usage(int(outcome.get("requests", 0)), *tokens)
    known = {(fact.path, fact.text) for fact in before}
    new = [Saved(fact.text, fact.path) for fact in after if (fact.path, fact.text) not in known]
    current = [fact.text for fact in after if fact.tier is not Tier.HISTORY]
    untouched = [(f.path, f.text, f.tier) for f in before] == [(f.path, f.text, f.tier) for f in after]
    claims = outcome["status"] == "processed" and untouched
    match scenario:
        case Add():
            score.write_tokens += tokens[0]
            score.claimed += claims and bool(scenario.facts)
            judge_add(scenario, new, score)
        case Update():
            score.claimed += claims
            judge_update(scenario, current, "; ".join(saved.text for saved in new) or "nothing", score)
        case Ask():
            judge_answer(scenario, str(outcome["answer"]), None, score)


def _facts(root: Path) -> list[Fact]:
    bank = MemoryBank(settings=Settings(root=root))
    try:
        return [fact for info in bank.tree().files for fact in bank.read(info.path).document.facts]
    finally:
        bank.put_away()

"""Runs the scenarios of the flows that take away, tidy, hand on and complete, and counts what came right."""

import re
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nanomem_tui import MemoryBank
from nanomem_tui.agent.models.base import Usage
from nanomem_tui.changes.model import Change, Op
from nanomem_tui.memory.errors import ModelUnreachable
from nanomem_tui.memory.facts import Tier
from nanomem_tui.settings import Settings
from tests.agent.real.more_scenarios import (
    AUGMENTS,
    COMPACTS,
    COMPLETES,
    FORGETS,
    MEMORY,
    Augment,
    Compact,
    Complete,
    Forget,
    memory_file,
)

Scenario = Forget | Compact | Augment | Complete
ALL: tuple[Scenario, ...] = (*FORGETS, *COMPACTS, *AUGMENTS, *COMPLETES)
FILE = "personal/notes.md"
_TAGGED = re.compile(r"\[\[user_data\]\](.*?)\[\[/user_data\]\]", re.DOTALL)


@dataclass
class Flow:
    """What came of the scenarios of one flow."""

    tried: int = 0
    right: int = 0
    too_much: int = 0
    """Facts taken away that should have stayed; words told that should not have been."""
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0


@dataclass
class Tally:
    """The flows by name, and what went wrong."""

    flows: dict[str, Flow] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)

    def table(self, who: str) -> str:
        """The score for a person."""
        head = f"{'':<12}{'right':<9}{'too much':<10}{'tokens in':<11}{'out':<7}{'requests':<10}seconds"
        rows = [
            f"{name:<12}{f'{flow.right} of {flow.tried}':<9}{flow.too_much:<10}{flow.usage.input_tokens:<11}"
            f"{flow.usage.output_tokens:<7}{flow.usage.requests:<10}{flow.seconds:.0f}"
            for name, flow in self.flows.items()
        ]
        return "\n".join([f"\n{who}", head, *rows, *(f"  missed: {miss}" for miss in self.misses)])


async def measure_more(folder: Path, settings: Settings, said: Sequence[Scenario] = ALL) -> Tally:
    """Run every scenario over a fresh memory of its own."""
    tally = Tally()
    for number, scenario in enumerate(said):
        root = folder / str(number)
        write(root, {FILE: _file(scenario)} if isinstance(scenario, Compact) else MEMORY)
        bank = MemoryBank(root, settings=settings)
        flow = tally.flows.setdefault(type(scenario).__name__.lower(), Flow())
        flow.tried += 1
        began = time.monotonic()
        try:
            too_much, told = await _one(bank, scenario, flow)
        except ModelUnreachable as error:
            too_much, told = 0, error.message
        flow.seconds += time.monotonic() - began
        flow.too_much += too_much
        flow.right += not told
        if told:
            tally.misses.append(f"{_says(scenario)} -> {told}")
        await bank.close()
        shutil.rmtree(root)
    return tally


def write(root: Path, files: Mapping[str, str]) -> None:
    """A memory of these files."""
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


async def _one(bank: MemoryBank, scenario: Scenario, flow: Flow) -> tuple[int, str]:
    """How much went too far, and what came instead of what was right; "" where all is right."""
    match scenario:
        case Forget():
            result = await bank.forget(scenario.says)
            flow.usage += result.usage
            removed = _removed(result.change)
            strange = [text for text in removed if text not in scenario.gone]
            return len(strange), "" if sorted(removed) == sorted(scenario.gone) else f"removed {removed}"
        case Compact():
            result = await bank.compact(FILE)
            flow.usage += result.usage
            return _compacted(bank, scenario, result.change)
        case Augment():
            made = await bank.augment(scenario.says)
            flow.usage += made.usage
            said, tagged = made.prompt.casefold(), " ".join(_TAGGED.findall(made.prompt)).casefold()
            strange = [word for word in scenario.without if word in said]
            asked = all(word in said for word in scenario.says.casefold().strip(".?").split())
            right = asked and not strange and all(word in tagged for word in scenario.needs)
            right = right and bool(tagged) == bool(scenario.needs)
            return len(strange), "" if right else (made.prompt or made.summary)
    answer = await bank.retrieve(scenario.says, given=scenario.given)
    flow.usage += answer.usage
    said = answer.answer.casefold()
    if scenario.enough:
        return len(answer.facts), "" if answer.skipped else answer.answer
    if not scenario.answer:
        return len(answer.facts), answer.answer if answer.facts else ""
    right = all(word in said for word in scenario.answer) and bool(answer.facts)
    return 0, "" if right else answer.answer or f"skipped: {answer.skip_reason}"


def _compacted(bank: MemoryBank, scenario: Compact, change: Change | None) -> tuple[int, str]:
    if change is not None:
        bank.approve(change.id, flagged=True)
    current = {fact.text for fact in bank.tree_index.facts() if fact.tier is not Tier.HISTORY}
    texts = {fact.partition(" | ")[0] for fact in scenario.facts}
    goes = {text for either in scenario.gone for text in either.split("|")}
    kept = texts - goes
    right = kept <= current and all(
        sum(text not in current for text in either.split("|")) == 1 for either in scenario.gone
    )
    right = right and current <= texts
    lost, made = len(kept - current), len(current - texts)
    return lost + made, "" if right else f"current: {sorted(current)}"


def _removed(change: Change | None) -> list[str]:
    return [edit.before or "" for edit in (change.edits if change else ()) if edit.op is Op.REMOVE]


def _file(scenario: Compact) -> str:
    return memory_file("Notes about the person", *scenario.facts)


def _says(scenario: Scenario) -> str:
    return " / ".join(scenario.facts) if isinstance(scenario, Compact) else scenario.says

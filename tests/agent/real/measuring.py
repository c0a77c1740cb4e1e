"""Runs the scenarios through the bank and counts: saved, invented, filed, updated, answered, cited, cost."""

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nanomem_tui import MemoryBank
from nanomem_tui.agent.models.base import Usage
from nanomem_tui.changes.model import Change, Edit, Op
from nanomem_tui.memory.errors import ModelUnreachable
from nanomem_tui.memory.facts import Tier
from nanomem_tui.results import RetrieveResult
from nanomem_tui.settings import Settings
from tests.agent.real import held_out, scenarios
from tests.agent.real.scenarios import MEMORY, Add, Ask, Update

Scenario = Add | Update | Ask
TUNED: tuple[Scenario, ...] = (*scenarios.ADDS, *scenarios.UPDATES, *scenarios.QUESTIONS)
HELD_OUT: tuple[Scenario, ...] = (*held_out.ADDS, *held_out.UPDATES, *held_out.QUESTIONS)


@dataclass
class Score:
    """What came of the scenarios so far."""

    wanted: int = 0
    """Facts that were said."""
    saved: int = 0
    invented: list[str] = field(default_factory=list)
    flagged: int = 0
    """Of the invented ones, those that wait for an explicit yes."""
    filed: int = 0
    updates: int = 0
    updated: int = 0
    questions: int = 0
    answered: int = 0
    cited: int = 0
    failed: list[str] = field(default_factory=list)
    adds: int = 0
    write_tokens: int = 0
    """Prompt tokens of the adds."""
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0
    misses: list[str] = field(default_factory=list)

    def table(self, who: str) -> str:
        """The score for a person."""
        rows = (
            ("atomic facts saved", f"{self.saved} of {self.wanted}"),
            ("filed sensibly", f"{self.filed} of {self.saved}"),
            ("invented", f"{len(self.invented)} ({self.flagged} flagged)"),
            ("updates right", f"{self.updated} of {self.updates}"),
            ("answers right", f"{self.answered} of {self.questions}"),
            ("answers right and cited", f"{self.cited} of {self.questions}"),
            ("runs that failed", str(len(self.failed))),
            (f"prompt tokens of {self.adds} adds", str(self.write_tokens)),
            (
                "tokens in, cached, out",
                f"{self.usage.input_tokens}, {self.usage.cached_tokens}, {self.usage.output_tokens}",
            ),
            ("requests, seconds", f"{self.usage.requests}, {self.seconds:.0f}"),
        )
        lines = [f"{name:<28}{value}" for name, value in rows]
        return "\n".join([f"\n{who}", *lines, *(f"  missed: {miss}" for miss in self.misses)])


async def measure(folder: Path, settings: Settings, said: Sequence[Scenario] = TUNED) -> Score:
    """Run every scenario over a fresh memory of its own."""
    score = Score()
    began = time.monotonic()
    for number, scenario in enumerate(said):
        root = folder / str(number)
        for name, text in MEMORY.items():
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        bank = MemoryBank(root, settings=settings)
        try:
            await _one(bank, scenario, score)
        except ModelUnreachable as error:
            score.failed.append(str(error))
            score.misses.append(f"{scenario.says} ({error.message})")
        finally:
            await bank.close()
            shutil.rmtree(root)
    score.seconds = time.monotonic() - began
    return score


async def _one(bank: MemoryBank, scenario: Scenario, score: Score) -> None:
    match scenario:
        case Add():
            score.adds += 1
            score.wanted += len(scenario.facts)
            written = await bank.add(scenario.says)
            score.usage += written.usage
            score.write_tokens += written.usage.input_tokens
            _added(scenario, written.change, score)
        case Update():
            score.updates += 1
            written = await bank.update(scenario.says)
            score.usage += written.usage
            if _is_right(bank, scenario, written.change):
                score.updated += 1
            else:
                score.misses.append(f"{scenario.says} -> {_told(written.change)}")
        case Ask():
            score.questions += 1
            result = await bank.retrieve(scenario.says)
            score.usage += result.usage
            right = _answers(scenario, result)
            score.answered += right
            texts = {fact.text for fact in result.facts}
            score.cited += right and set(scenario.rests_on) <= texts
            if not right:
                score.misses.append(f"{scenario.says} -> {result.answer or result.skip_reason}")


def _added(scenario: Add, change: Change | None, score: Score) -> None:
    edits = [edit for edit in (change.edits if change else ()) if edit.op in (Op.ADD, Op.UPDATE)]
    left = list(edits)
    for words, folders in scenario.facts.items():
        found = next((edit for edit in edits if _says(_text(edit), words)), None)
        if found is None:
            score.misses.append(f"{scenario.says} -> {_told(change)}")
            continue
        score.saved += 1
        score.filed += any(part in found.path for part in folders.split("|"))
        left = [edit for edit in left if edit is not found]
    # A second fact that only says more of the same is not invented when its words were said.
    strange = [edit for edit in left if not _was_said(_text(edit), scenario.says)]
    score.invented += [f"{_text(edit)} ({scenario.says})" for edit in strange]
    score.flagged += sum(1 for edit in strange if edit.flags)
    score.misses += [f"invented: {_text(edit)} from {scenario.says}" for edit in strange]


def _is_right(bank: MemoryBank, scenario: Update, change: Change | None) -> bool:
    """Whether the old fact is no longer current, the new one is, and all others are untouched."""
    if change is None:
        return False
    bank.approve(change.id, flagged=True)
    current = [fact.text for fact in bank.tree_index.facts() if fact.tier is not Tier.HISTORY]
    before = [
        line[2:].partition(" | ")[0]
        for text in MEMORY.values()
        for line in text.splitlines()
        if line[:2] == "- "
    ]
    others = [text for text in before if text != scenario.gone]
    replaced = scenario.may_stay or scenario.gone not in current
    new = not scenario.now or any(_says(text, scenario.now) for text in current)
    return replaced and new and all(text in current for text in others)


def _answers(scenario: Ask, result: RetrieveResult) -> bool:
    said = result.answer.casefold()
    if any(word in said for word in scenario.without):
        return False
    return all(word in said for word in scenario.answer) and (bool(scenario.answer) or not result.facts)


def _says(text: str, words: str) -> bool:
    said = text.casefold()
    return any(all(word in said for word in way.split()) for way in words.split("|"))


def _was_said(text: str, source: str) -> bool:
    words = [word.strip(".,;!?'").casefold() for word in text.split()]
    telling = [word for word in words if len(word) > 3]
    return bool(telling) and all(word[:4] in source.casefold() for word in telling)


def _text(edit: Edit) -> str:
    return edit.text or (edit.fact.text if edit.fact else "")


def _told(change: Change | None) -> str:
    edits = change.edits if change else ()
    return "; ".join(f"{edit.op.value} {edit.path} {_text(edit)}" for edit in edits) or "nothing"

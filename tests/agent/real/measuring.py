"""Runs the scenarios through the bank and counts: saved, invented, filed, updated, answered, cited, cost."""

import shutil
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nanomem_tui import MemoryBank
from nanomem_tui.agent.models.base import Usage
from nanomem_tui.changes.model import Change, Edit, Op
from nanomem_tui.memory.errors import ModelUnreachable
from nanomem_tui.memory.facts import Tier
from nanomem_tui.results import WriteResult
from nanomem_tui.settings import Settings
from tests.agent.real import held_out, scenarios
from tests.agent.real.scenarios import MEMORY, Add, Ask, Update

Scenario = Add | Update | Ask
TUNED: tuple[Scenario, ...] = (*scenarios.ADDS, *scenarios.UPDATES, *scenarios.QUESTIONS)
HELD_OUT: tuple[Scenario, ...] = (*held_out.ADDS, *held_out.UPDATES, *held_out.QUESTIONS)


@dataclass(frozen=True)
class Saved:
    """A fact as it was saved, or proposed."""

    text: str
    path: str
    flagged: bool = False
    """It waits for an explicit yes."""


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
    cites: bool = True
    """Answers name the facts they rest on."""
    claimed: int = 0
    """Writing runs that reported success and saved nothing of what was said."""
    failed: list[str] = field(default_factory=list)
    adds: int = 0
    write_tokens: int = 0
    """Prompt tokens of the adds."""
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0
    misses: list[str] = field(default_factory=list)

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Name and value of each line for a person."""
        return (
            ("atomic facts saved", f"{self.saved} of {self.wanted}"),
            ("filed sensibly", f"{self.filed} of {self.saved}"),
            ("invented", f"{len(self.invented)} ({self.flagged} flagged)"),
            ("updates right", f"{self.updated} of {self.updates}"),
            ("answers right", f"{self.answered} of {self.questions}"),
            ("answers right and cited", f"{self.cited} of {self.questions}" if self.cites else "-"),
            ("success told, nothing saved", str(self.claimed)),
            ("runs that failed", str(len(self.failed))),
            (f"prompt tokens of {self.adds} adds", str(self.write_tokens)),
            (
                "tokens in, cached, out",
                f"{self.usage.input_tokens}, {self.usage.cached_tokens}, {self.usage.output_tokens}",
            ),
            ("requests, seconds", f"{self.usage.requests}, {self.seconds:.0f}"),
        )

    def table(self, who: str) -> str:
        """The score for a person."""
        return "\n".join([beside({who: self}), *(f"  missed: {miss}" for miss in self.misses)])


def beside(scores: Mapping[str, Score]) -> str:
    """Several scores side by side."""
    columns = [score.rows() for score in scores.values()]
    lines = [f"{'':<30}" + "".join(f"{who:<26}" for who in scores)]
    lines += [
        f"{row[0][0]:<30}" + "".join(f"{value:<26}" for _, value in row) for row in zip(*columns, strict=True)
    ]
    return "\n".join(["", *(line.rstrip() for line in lines)])


async def measure(folder: Path, settings: Settings, said: Sequence[Scenario] = TUNED) -> Score:
    """Run every scenario over a fresh memory of its own."""
    score = Score()
    began = time.monotonic()
    for number, scenario in enumerate(said):
        root = folder / str(number)
        write_memory(root)
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


def write_memory(root: Path) -> None:
    """The memory that every scenario begins with."""
    for name, text in MEMORY.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


async def _one(bank: MemoryBank, scenario: Scenario, score: Score) -> None:
    match scenario:
        case Add():
            written = await bank.add(scenario.says)
            score.usage += written.usage
            score.write_tokens += written.usage.input_tokens
            score.claimed += bool(scenario.facts) and _claims(written)
            judge_add(scenario, _saved(written.change), score)
        case Update():
            written = await bank.update(scenario.says)
            score.usage += written.usage
            score.claimed += _claims(written)
            if written.change is not None:
                bank.approve(written.change.id, flagged=True)
            current = [fact.text for fact in bank.tree_index.facts() if fact.tier is not Tier.HISTORY]
            judge_update(scenario, current, _told(written.change), score)
        case Ask():
            result = await bank.retrieve(scenario.says)
            score.usage += result.usage
            said = result.answer or result.skip_reason or ""
            judge_answer(scenario, said, {fact.text for fact in result.facts}, score)


def judge_add(scenario: Add, saved: Sequence[Saved], score: Score) -> None:
    """Count what was saved of what was said."""
    score.adds += 1
    score.wanted += len(scenario.facts)
    left = list(saved)
    for words, folders in scenario.facts.items():
        found = next((fact for fact in saved if _says(fact.text, words)), None)
        if found is None:
            score.misses.append(f"{scenario.says} -> {'; '.join(fact.text for fact in saved) or 'nothing'}")
            continue
        score.saved += 1
        score.filed += any(part in found.path for part in folders.split("|"))
        left = [fact for fact in left if fact is not found]
    # A second fact that only says more of the same is not invented when its words were said.
    strange = [fact for fact in left if not _was_said(fact.text, scenario.says)]
    score.invented += [f"{fact.text} ({scenario.says})" for fact in strange]
    score.flagged += sum(1 for fact in strange if fact.flagged)
    score.misses += [f"invented: {fact.text} from {scenario.says}" for fact in strange]


def judge_update(scenario: Update, current: Sequence[str], told: str, score: Score) -> None:
    """Count whether the old fact is no longer current, the new one is, and all others are untouched."""
    score.updates += 1
    before = [
        line[2:].partition(" | ")[0]
        for text in MEMORY.values()
        for line in text.splitlines()
        if line[:2] == "- "
    ]
    others = [text for text in before if text != scenario.gone]
    replaced = scenario.may_stay or scenario.gone not in current
    new = not scenario.now or any(_says(text, scenario.now) for text in current)
    if replaced and new and all(text in current for text in others):
        score.updated += 1
    else:
        score.misses.append(f"{scenario.says} -> {told}")


def judge_answer(scenario: Ask, answer: str, rests_on: Collection[str] | None, score: Score) -> None:
    """Count whether an answer is right, and cited where it says what it rests on."""
    score.questions += 1
    said = answer.casefold()
    right = not any(word in said for word in scenario.without)
    right = right and all(word in said for word in scenario.answer)
    right = right and (bool(scenario.answer) or not rests_on)
    score.answered += right
    score.cites = rests_on is not None
    score.cited += right and set(scenario.rests_on) <= set(rests_on or ())
    if not right:
        score.misses.append(f"{scenario.says} -> {answer}")


def _claims(written: WriteResult) -> bool:
    """Whether a run that saved nothing does not say so."""
    return written.change is None and not written.summary.startswith("Nothing saved")


def _saved(change: Change | None) -> list[Saved]:
    edits = [edit for edit in (change.edits if change else ()) if edit.op in (Op.ADD, Op.UPDATE)]
    return [Saved(_text(edit), edit.path, bool(edit.flags)) for edit in edits]


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

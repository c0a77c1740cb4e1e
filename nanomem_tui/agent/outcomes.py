"""What a tool call came to, and what a whole run came to: values only."""

from collections.abc import Sequence
from dataclasses import dataclass

from nanomem_tui.agent.citations import Sentence
from nanomem_tui.agent.context import clean, error_text


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What one call came to."""

    text: str
    """What the model is told."""
    summary: str
    """A few words for a person watching."""
    ok: bool = True


@dataclass(frozen=True, slots=True)
class Finished:
    """A writing flow ended."""

    summary: str
    """The model's own words, not proof of anything."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A retrieval ended."""

    sentences: tuple[Sentence, ...]
    skipped: bool = False
    """The model held that nothing new had to be retrieved."""
    skip_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Crafted:
    """An augmentation ended."""

    prompt: str


Outcome = Finished | Answered | Crafted


def refused(sentence: str, summary: str | None = None) -> ToolResult:
    """A call that was not done, with what the model should know."""
    return ToolResult(error_text(sentence), summary or clean(sentence).split(". ")[0][:80], ok=False)


def written(summary: str, done: str, told: Sequence[str], *, ok: bool) -> ToolResult:
    """A writing call: what was done, then what was not and why."""
    return ToolResult("\n".join([done, *(clean(line) for line in told)]), summary, ok)


def count(number: int, noun: str, plural: str | None = None) -> str:
    """`1 fact`, `2 facts`."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or noun + 's'}"

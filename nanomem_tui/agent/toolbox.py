"""Runs the tool calls of one run over its draft, for a model that sees only part of memory.

Writes no file and calls no model. Every fault of a call comes back as one sentence the model can act on.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from nanomem_tui.agent import tools
from nanomem_tui.agent.citations import Sentence, Uncited, cite
from nanomem_tui.agent.context import MapEntry, clean, fact_line, fence, map_line
from nanomem_tui.agent.limits import Limits
from nanomem_tui.agent.models.base import ToolSpec
from nanomem_tui.agent.opening import folder_entries
from nanomem_tui.agent.outcomes import Answered, Crafted, Finished, Outcome, ToolResult, count, refused
from nanomem_tui.agent.view import Sees, View
from nanomem_tui.agent.writer import Writer
from nanomem_tui.changes.model import Edit
from nanomem_tui.memory.errors import NanomemError, UsageError
from nanomem_tui.memory.facts import Fact, Source, Tier

if TYPE_CHECKING:
    from nanomem_tui.changes.draft import Draft

_HIT_CHARACTERS = 600
"""Of one fact's text, and of its details, in a search result."""
_READ_CHARACTERS = 4_000
"""Likewise where a file is read."""


class Toolbox:
    """The tools of one run.

    Args:
        draft: takes the edits, and is read through.
        sees: what the model of this run may see.
        source: the words that new facts must be grounded in; None where nothing new may be claimed, as in
            compaction.
        now: the run's time; new facts are dated by it.
        limits: bounds of the run.
        provenance: who says what the source says, where the model does not tell.
    """

    def __init__(
        self,
        draft: "Draft",
        sees: Sees,
        source: str | None,
        now: datetime,
        limits: Limits | None = None,
        *,
        provenance: Source = Source.USER_STATEMENT,
    ) -> None:
        self.view = View(draft, sees)
        self.draft = draft
        self.limits = limits or Limits()
        self.outcome: Outcome | None = None
        self.read: dict[str, Fact] = {}
        """Facts shown to the model in this run, by ref, in the order it first saw them."""
        self._writer = Writer(self.view, self.read, source, now, self.limits, provenance)
        self._citations_refused = False

    @property
    def edits(self) -> Sequence[Edit]:
        """The edits made so far."""
        return self.draft.edits

    def specs(self, names: Iterable[str]) -> tuple[ToolSpec, ...]:
        """The named tools as offered to a model."""
        return tuple(tools.spec(name) for name in names)

    def call(self, name: str, arguments: str, offered: Sequence[str]) -> ToolResult:
        """Validate and run one call.

        Args:
            name: the tool the model named.
            arguments: the raw JSON it wrote.
            offered: the tools its flow offers; no other runs.
        """
        if name not in offered:
            return refused(f"There is no tool {clean(name)!r} here. Use one of: {', '.join(offered)}.")
        try:
            with self.draft.tree.frozen():
                return self._run(tools.parse_arguments(name, arguments))
        except tools.BadArguments as error:
            return refused(str(error))
        except NanomemError as error:
            return refused(str(error))

    def _run(self, call: tools.Arguments) -> ToolResult:
        match call:
            case tools.ListFolder():
                return self._list_folder(call)
            case tools.SearchFacts():
                return self._search_facts(call)
            case tools.ReadFile():
                return self._read_file(call)
            case tools.AddFacts():
                return self._writer.add(call)
            case tools.UpdateFacts():
                return self._writer.update(call)
            case tools.ArchiveFacts():
                return self._writer.archive(call)
            case tools.MoveFacts():
                return self._writer.move(call)
            case tools.RemoveFacts():
                return self._writer.remove(call)
            case tools.DescribeFile():
                return self._writer.describe(call)
            case tools.Finish():
                return self._end(Finished(call.summary))
            case tools.Answer():
                return self._answer(call)
            case tools.CraftPrompt():
                return self._craft_prompt(call)
        raise UsageError(f"The tool {type(call).__name__} is not built.")

    # Reading

    def _list_folder(self, call: tools.ListFolder) -> ToolResult:
        entries = folder_entries(self.view.files(), call.path)
        if not entries:
            raise UsageError(f"There is no folder {call.path} in memory.")
        lines, left = self._fit([map_line(entry) for entry in entries])
        text = fence(lines)
        if left:
            text += f"\n{left} more entries are not shown; search_facts finds their facts."
        return ToolResult(text, count(len(entries), "entry", "entries"))

    def _search_facts(self, call: tools.SearchFacts) -> ToolResult:
        facts = [hit.fact for hit in self.view.search(call.query, self.limits.hits)]
        if not facts:
            return ToolResult("No fact matches. Try other words, or look at the map.", "0 hits")
        lines, _ = self._fit([fact_line(_shortened(fact, _HIT_CHARACTERS), path=fact.path) for fact in facts])
        self._saw(facts[: len(lines)])
        return ToolResult(fence(lines), count(len(lines), "hit"))

    def _read_file(self, call: tools.ReadFile) -> ToolResult:
        path = self.view.find(call.path)
        if path is None:
            raise UsageError(f"There is no one file {call.path} in memory. Paths are in the map.")
        facts = self.view.facts(path)
        facts.sort(key=lambda fact: fact.tier is Tier.HISTORY)
        description = self.draft.read(path).frontmatter.description or ""
        head = map_line(MapEntry(path, len(facts), description))
        lines, left = self._fit([head, *(fact_line(_shortened(fact, _READ_CHARACTERS)) for fact in facts)])
        self._saw(facts[: max(0, len(lines) - 1)])
        text = fence(lines)
        if left:
            text += f"\n{left} more facts are not shown; search_facts finds them."
        return ToolResult(text, count(len(facts), "fact"))

    def _fit(self, lines: Sequence[str]) -> tuple[list[str], int]:
        """The first lines that fit into one result, and how many do not."""
        room = self.limits.result_characters
        kept: list[str] = []
        for line in lines:
            room -= len(line) + 1
            if room < 0 and kept:
                break
            kept.append(line)
        return kept, len(lines) - len(kept)

    def _saw(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            self.read.setdefault(fact.ref, fact)

    # Ending

    def _answer(self, call: tools.Answer) -> ToolResult:
        if not call.sentences and not call.skipped:
            raise UsageError(
                "An answer needs sentences. When memory holds nothing relevant, say that in one."
            )
        try:
            sentences = cite(
                [(item.text, item.facts) for item in call.sentences],
                self.read.values(),
                lenient=self._citations_refused,
            )
        except Uncited as error:
            self._citations_refused = True
            return refused(str(error))
        return self._end(Answered(sentences, bool(call.skipped), call.skip_reason))

    def _craft_prompt(self, call: tools.CraftPrompt) -> ToolResult:
        opened, closed = "[[user_data]]", "[[/user_data]]"
        depth = 0
        for piece in _marks(call.prompt, opened, closed):
            depth += 1 if piece == opened else -1
            if depth not in (0, 1):
                break
        if depth:
            raise UsageError(f"Every {opened} needs its {closed}, and they do not nest.")
        return self._end(Crafted(call.prompt))

    def _end(self, outcome: Outcome) -> ToolResult:
        self.outcome = outcome
        return ToolResult("Done.", "done")


def _marks(text: str, opened: str, closed: str) -> list[str]:
    return re.findall(f"{re.escape(opened)}|{re.escape(closed)}", text)


def _shortened(fact: Fact, most: int) -> Fact:
    """The fact with at most so many characters of text, and of details."""
    return replace(fact, text=_cut(fact.text, most), details=_cut(fact.details, most))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


__all__ = ["Answered", "Crafted", "Finished", "Outcome", "Sentence", "ToolResult", "Toolbox"]

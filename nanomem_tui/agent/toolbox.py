"""Runs the tool calls of one run over its draft, for a model that sees only part of memory.

Writes no file and calls no model. Every fault of a call comes back as one sentence the model can act on.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from nanomem_tui.agent import tools
from nanomem_tui.agent.citations import Sentence, Uncited, cite
from nanomem_tui.agent.context import MapEntry, clean, error_text, fact_line, fence, map_line
from nanomem_tui.agent.limits import Limits
from nanomem_tui.agent.models.base import ToolSpec
from nanomem_tui.agent.opening import folder_entries
from nanomem_tui.agent.view import Sees, View
from nanomem_tui.changes.grounding import find_quote, said_by_assistant
from nanomem_tui.changes.model import Edit, UpdateReason
from nanomem_tui.memory.document import to_new_fact
from nanomem_tui.memory.errors import NanomemError, UsageError
from nanomem_tui.memory.facts import Confidence, Fact, NewFact, Source, Status, Tier
from nanomem_tui.memory.identity import normal, same

if TYPE_CHECKING:
    from nanomem_tui.changes.draft import Draft

_DUPLICATE_HITS = 5
_SHOWN_CHARACTERS = 1_000
"""Of one fact in a search result; reading the file shows all of it."""


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
        self.source = source
        self.now = now
        self.limits = limits or Limits()
        self.provenance = provenance
        self.outcome: Outcome | None = None
        self.read: dict[str, Fact] = {}
        """Facts shown to the model in this run, by ref, in the order it first saw them."""
        self._doubted: set[str] = set()
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
            return _refused(f"There is no tool {clean(name)!r} here. Use one of: {', '.join(offered)}.")
        try:
            return self._run(tools.parse_arguments(name, arguments))
        except tools.BadArguments as error:
            return _refused(str(error))
        except NanomemError as error:
            return _refused(str(error))

    def _run(self, call: tools.Arguments) -> ToolResult:
        match call:
            case tools.ListFolder():
                return self._list_folder(call)
            case tools.SearchFacts():
                return self._search_facts(call)
            case tools.ReadFile():
                return self._read_file(call)
            case tools.AddFacts():
                return self._add_facts(call)
            case tools.UpdateFacts():
                return self._update_facts(call)
            case tools.ArchiveFacts():
                return self._archive_facts(call)
            case tools.MoveFacts():
                return self._move_facts(call)
            case tools.RemoveFacts():
                return self._remove_facts(call)
            case tools.DescribeFile():
                return self._describe_file(call)
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
        return ToolResult(text, _count(len(entries), "entry", "entries"))

    def _search_facts(self, call: tools.SearchFacts) -> ToolResult:
        facts = [hit.fact for hit in self.view.search(call.query, self.limits.hits)]
        if not facts:
            return ToolResult("No fact matches. Try other words, or look at the map.", "0 hits")
        lines, _ = self._fit([fact_line(_shortened(fact), path=fact.path) for fact in facts])
        self._saw(facts[: len(lines)])
        return ToolResult(fence(lines), _count(len(lines), "hit"))

    def _read_file(self, call: tools.ReadFile) -> ToolResult:
        path = self.view.find(call.path)
        if path is None:
            raise UsageError(f"There is no one file {call.path} in memory. Paths are in the map.")
        facts = self.view.facts(path)
        facts.sort(key=lambda fact: fact.tier is Tier.HISTORY)
        description = self.draft.read(path).frontmatter.description or ""
        head = map_line(MapEntry(path, len(facts), description))
        lines, left = self._fit([head, *(fact_line(fact) for fact in facts)])
        self._saw(facts[: max(0, len(lines) - 1)])
        text = fence(lines)
        if left:
            text += f"\n{left} more facts are not shown; search_facts finds them."
        return ToolResult(text, _count(len(facts), "fact"))

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

    # Writing

    def _add_facts(self, call: tools.AddFacts) -> ToolResult:
        self._make_room(len(call.facts))
        told: list[str] = []
        added = 0
        ok = True
        for item in call.facts:
            if known := self._known(item.text):
                told.append(f"Already known as {known.path} [{known.id}]: {known.text}")
                continue
            if doubt := self._doubt(item.quote, item.text, item.source):
                told.append(doubt)
                ok = False
                continue
            self.draft.add(call.path, self._new_fact(item), quote=item.quote)
            added += 1
        return _wrote(f"+{added}", f"{_count(added, 'fact')} added to {call.path}.", told, ok=ok)

    def _new_fact(self, item: tools.FactItem) -> NewFact:
        lasting = Tier.WORKING if item.expires_at else Tier.LONG_TERM
        return NewFact(
            text=item.text,
            tier=item.tier or lasting,
            source=item.source or self.provenance,
            confidence=item.confidence,
            topic=item.topic,
            updated_at=self.now,
            review_at=item.review_at,
            expires_at=item.expires_at,
        )

    def _update_facts(self, call: tools.UpdateFacts) -> ToolResult:
        self._make_room(len(call.updates))
        facts = self._named(call.path, [item.id for item in call.updates])
        told: list[str] = []
        wanted: list[tuple[tools.UpdateItem, NewFact]] = []
        ok = True
        for item, fact in zip(call.updates, facts, strict=True):
            if item.text == fact.text and item.tier is None and item.expires_at is None:
                told.append(f"[{item.id}] already says that.")
                continue
            if doubt := self._doubt(item.quote, item.text):
                told.append(doubt)
                ok = False
                continue
            wanted.append((item, self._updated(fact, item)))
        for item, new in wanted:
            self.draft.update(call.path, item.id, new, item.reason, quote=item.quote)
        updated = len(wanted)
        return _wrote(f"~{updated}", f"{_count(updated, 'fact')} updated in {call.path}.", told, ok=ok)

    def _updated(self, fact: Fact, item: tools.UpdateItem) -> NewFact:
        corrected = item.reason is UpdateReason.CORRECTED
        expires_at = item.expires_at or (fact.expires_at if corrected else None)
        said_now = self.source is not None
        weakest = fact if said_now else self._weakest(fact, item.quote)
        return replace(
            to_new_fact(fact),
            text=item.text,
            tier=item.tier or self._tier_after(fact, expires_at, corrected=corrected),
            status=Status.ACTIVE,
            source=self.provenance if said_now else weakest.source,
            confidence=None if said_now else weakest.confidence,
            updated_at=self.now if said_now else fact.updated_at,
            expires_at=expires_at,
            review_at=fact.review_at if corrected else None,
            checked_at=None,
        )

    def _weakest(self, fact: Fact, quote: str) -> Fact:
        """The fact that trusts least, of `fact` and those of its file that `quote` is taken from.

        Without a source nothing new is claimed: what is merged rests on facts that were read, and never gains
        trust by it.

        Raises:
            UsageError: no fact read in that file says what is quoted.
        """
        said = [
            other
            for other in self.read.values()
            if other.path == fact.path and find_quote(quote, f"{other.text}\n{other.details}")
        ]
        if not said:
            raise UsageError(f"The quote {quote!r} is in no fact read in {fact.path}. Copy the words of one.")
        order = (list(Source), list(Confidence))
        return max(
            [fact, *said], key=lambda one: (order[0].index(one.source), order[1].index(one.confidence))
        )

    @staticmethod
    def _tier_after(fact: Fact, expires_at: date | None, *, corrected: bool) -> Tier:
        if corrected:
            return fact.tier
        if expires_at:
            return Tier.WORKING
        return Tier.LONG_TERM if fact.tier is Tier.HISTORY else fact.tier

    def _archive_facts(self, call: tools.ArchiveFacts) -> ToolResult:
        self._make_room(len(call.ids))
        for fact in self._named(call.path, call.ids):
            self.draft.archive(call.path, fact.id, call.reason)
        return ToolResult(f"{_count(len(call.ids), 'fact')} moved to history.", f"↓{len(call.ids)}")

    def _move_facts(self, call: tools.MoveFacts) -> ToolResult:
        self._make_room(len(call.ids))
        for fact in self._named(call.path, call.ids):
            self.draft.move(call.path, fact.id, call.to_path)
        return ToolResult(f"{_count(len(call.ids), 'fact')} moved to {call.to_path}.", f"→{len(call.ids)}")

    def _remove_facts(self, call: tools.RemoveFacts) -> ToolResult:
        self._make_room(len(call.ids))
        for fact in self._named(call.path, call.ids):
            self.draft.remove(call.path, fact.id)
        return ToolResult(f"{_count(len(call.ids), 'fact')} removed.", f"-{len(call.ids)}")

    def _describe_file(self, call: tools.DescribeFile) -> ToolResult:
        if call.title is None and call.description is None:
            raise UsageError("Give a title or a description.")
        self._make_room(1)
        self.view.facts(call.path)
        self.draft.describe(call.path, title=call.title, description=call.description)
        return ToolResult(f"{call.path} is described.", "described")

    def _make_room(self, wanted: int) -> None:
        left = self.limits.edits - len(self.draft.edits)
        if wanted > left:
            raise UsageError(f"This run may make {left} more edits, not {wanted}.")

    def _named(self, path: str, ids: Sequence[str]) -> list[Fact]:
        """The facts with `ids`, all of them or an error, so that a call is never half done."""
        if len(set(ids)) < len(ids):
            raise UsageError("An id is named twice; name each fact once.")
        return [self.view.fact(path, id) for id in ids]

    def _known(self, text: str) -> Fact | None:
        """A current fact that says the same and that the model may see."""
        for hit in self.view.search(text, _DUPLICATE_HITS):
            if hit.fact.tier is not Tier.HISTORY and same(hit.fact.text, text):
                return hit.fact
        return None

    def _doubt(self, quote: str, text: str, source: Source | None = None) -> str | None:
        """Why a text is not written yet: its quote does not say it. Said once for each text.

        A model that insists gets its way: the edit is then flagged, and the person decides.
        """
        if self.source is None or normal(text) in self._doubted:
            return None
        shown = clean(self.source, newlines=True)
        if find_quote(quote, shown) is None and find_quote(quote, self.source) is None:
            reason = "its quote is not in the source word for word"
            remedy = "Copy the exact words that say it, or leave the fact out."
        elif (source or self.provenance) is Source.USER_STATEMENT and said_by_assistant(quote, shown):
            reason = "its quote is the assistant's, not the user's"
            remedy = "Save only what the user said."
        else:
            return None
        self._doubted.add(normal(text))
        return f"Not written yet: {text!r}; {reason}. {remedy}"

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
            return _refused(str(error))
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


def _refused(sentence: str) -> ToolResult:
    return ToolResult(error_text(sentence), clean(sentence).split(". ")[0][:80], ok=False)


def _wrote(summary: str, done: str, told: Sequence[str], *, ok: bool) -> ToolResult:
    text = "\n".join([done, *(clean(line) for line in told)])
    return ToolResult(text, summary, ok)


def _shortened(fact: Fact) -> Fact:
    if len(fact.text) + len(fact.details) <= _SHOWN_CHARACTERS:
        return fact
    return replace(fact, text=_cut(fact.text), details="")


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"


def _count(number: int, noun: str, plural: str | None = None) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {plural or noun + 's'}"


__all__ = ["Answered", "Crafted", "Finished", "Outcome", "Sentence", "ToolResult", "Toolbox"]

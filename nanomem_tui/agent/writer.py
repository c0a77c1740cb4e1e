"""The writing tools of one run: grounded, bounded, never half done. They fill the draft.

Every new text must rest on something: the words of the source, or, where there is none, facts that were read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from nanomem_tui.agent import tools
from nanomem_tui.agent.context import clean
from nanomem_tui.agent.limits import Limits
from nanomem_tui.agent.outcomes import ToolResult, count, written
from nanomem_tui.agent.view import View
from nanomem_tui.changes.grounding import find_quote, said_by_assistant
from nanomem_tui.changes.model import UpdateReason
from nanomem_tui.memory.document import to_new_fact
from nanomem_tui.memory.errors import NanomemError, UsageError
from nanomem_tui.memory.facts import Confidence, Fact, NewFact, Source, Status, Tier
from nanomem_tui.memory.identity import normal, same
from nanomem_tui.memory.paths import check_path

_DUPLICATE_HITS = 5


class Writer:
    """Turns writing calls into edits of the view's draft.

    Args:
        view: what the model may see; calls change nothing else.
        read: the facts shown to the model so far, by ref.
        source: the words that new facts must be grounded in; None where nothing new may be claimed, as in
            compaction.
        now: the run's time; new facts are dated by it.
        limits: bounds of the run.
        provenance: who says what the source says, where the model does not tell.
    """

    def __init__(
        self,
        view: View,
        read: Mapping[str, Fact],
        source: str | None,
        now: datetime,
        limits: Limits,
        provenance: Source,
    ) -> None:
        self.view = view
        self.draft = view.draft
        self.read = read
        self.source = source
        self.now = now
        self.limits = limits
        self.provenance = provenance
        self._doubted: set[str] = set()

    def add(self, call: tools.AddFacts) -> ToolResult:
        """Add new facts, skipping known ones."""
        self._make_room(len(call.facts))
        told: list[str] = []
        added = 0
        ok = True
        for item in call.facts:
            if known := self._known(call.path, item.text):
                told.append(f"Already known as {known.path} [{known.id}]: {known.text}")
                continue
            if doubt := self._doubt(item.quote, item.text, item.source):
                told.append(doubt)
                ok = False
                continue
            self.draft.add(call.path, self._new_fact(item), quote=item.quote)
            added += 1
        return written(f"+{added}", f"{count(added, 'fact')} added to {call.path}.", told, ok=ok)

    def _new_fact(self, item: tools.FactItem) -> NewFact:
        over = item.expires_at is not None and item.expires_at < self.now.date()
        tier = item.tier or (Tier.HISTORY if over else Tier.WORKING if item.expires_at else Tier.LONG_TERM)
        return NewFact(
            text=item.text,
            tier=tier,
            status=Status.EXPIRED if tier is Tier.HISTORY else Status.ACTIVE,
            source=item.source or self.provenance,
            confidence=item.confidence,
            topic=item.topic,
            updated_at=self.now,
            review_at=item.review_at,
            expires_at=item.expires_at,
        )

    def update(self, call: tools.UpdateFacts) -> ToolResult:
        """Replace facts, all of them or none."""
        self._make_room(len(call.updates))
        facts = self._named(call.path, [item.id for item in call.updates])
        told: list[str] = []
        wanted: dict[str, tuple[tools.UpdateItem, NewFact]] = {}
        ok = True
        for item, fact in zip(call.updates, facts, strict=True):
            if item.text == fact.text and item.tier is None and item.expires_at is None:
                told.append(f"[{item.id}] already says that.")
            elif item.reason is UpdateReason.CHANGED and fact.tier is Tier.HISTORY:
                raise UsageError(f"[{fact.id}] is history already; use add_facts for what holds now.")
            elif doubt := self._doubt(item.quote, item.text):
                told.append(doubt)
                ok = False
            else:
                wanted[fact.id] = (item, self._updated(fact, item))

        def replace_one(fact: Fact) -> None:
            item, new = wanted[fact.id]
            self.draft.update(call.path, fact.id, new, item.reason, quote=item.quote)

        to_do = [fact for fact in facts if fact.id in wanted]
        return self._each(to_do, replace_one, f"updated in {call.path}", "~", told, ok=ok)

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

    def archive(self, call: tools.ArchiveFacts) -> ToolResult:
        """Send facts to history, all of them or none."""
        self._make_room(len(call.ids))
        facts = self._named(call.path, call.ids)
        if over := [fact.id for fact in facts if fact.tier is Tier.HISTORY]:
            raise UsageError(f"Already in history: {', '.join(over)}. Name only facts that are not.")
        return self._each(
            facts, lambda fact: self.draft.archive(call.path, fact.id, call.reason), "moved to history", "↓"
        )

    def move(self, call: tools.MoveFacts) -> ToolResult:
        """Re-file facts, all of them or none."""
        self._make_room(len(call.ids))
        facts = self._named(call.path, call.ids)
        if check_path(call.to_path) == facts[0].path:
            raise UsageError(f"They are in {call.to_path} already. Name another file.")
        return self._each(
            facts,
            lambda fact: self.draft.move(call.path, fact.id, call.to_path),
            f"moved to {call.to_path}",
            "→",
        )

    def remove(self, call: tools.RemoveFacts) -> ToolResult:
        """Take facts out, all of them or none."""
        self._make_room(len(call.ids))
        facts = self._named(call.path, call.ids)
        return self._each(facts, lambda fact: self.draft.remove(call.path, fact.id), "removed", "-")

    def describe(self, call: tools.DescribeFile) -> ToolResult:
        """Set a file's title or description."""
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

    def _each(
        self,
        facts: Sequence[Fact],
        do: Callable[[Fact], object],
        done: str,
        sign: str,
        told: Sequence[str] = (),
        *,
        ok: bool = True,
    ) -> ToolResult:
        """Do the same to several facts, and tell how far it got.

        Ids of equal texts count from above, so an edit to one changes those of its twins below: with twins,
        the last in the file comes first.
        """
        if len({normal(fact.text) for fact in facts}) < len(facts):
            facts = sorted(facts, key=lambda fact: fact.line, reverse=True)
        finished = 0
        for fact in facts:
            try:
                do(fact)
            except NanomemError as error:
                told, ok = [*told, f"Not done for [{fact.id}]: {error}"], False
                continue
            finished += 1
        return written(f"{sign}{finished}", f"{count(finished, 'fact')} {done}.", told, ok=ok)

    def _known(self, path: str, text: str) -> Fact | None:
        """A current fact that says the same and that the model may see: of this file, or of any."""
        nearby = self.view.facts(path) if self.view.exists(path) else []
        anywhere = (hit.fact for hit in self.view.search(text, _DUPLICATE_HITS))
        for fact in (*nearby, *anywhere):
            if fact.tier is not Tier.HISTORY and same(fact.text, text):
                return fact
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

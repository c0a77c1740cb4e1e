"""The questions of the flow that tidies a file: of two facts that share words, whether both may stand.

What is past its date needs no question, and which of two stays is decided by source, confidence and date,
never by the model. Where a wrong word would lose something, both stay.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import combinations
from typing import Any

from nanomem_tui.agent.context import SeenFact
from nanomem_tui.agent.questions.asking import Guide, Kind, Question, form, one_of
from nanomem_tui.agent.rules.conversation import Conversation, Step
from nanomem_tui.agent.rules.replacing import is_current
from nanomem_tui.changes.likeness import are_opposed, cannot_be_same, content
from nanomem_tui.changes.model import ArchiveReason
from nanomem_tui.memory.facts import Confidence, Source
from nanomem_tui.memory.identity import same

_JUDGING = """\
Two notes about one person, an older and a newer one. Do both say the same, are both true, or does the newer \
one replace the older?"""
_SAME, _BOTH, _REPLACED = "say the same", "both true", "newer replaces older"
_JUDGED_EXAMPLES = (
    ("Enjoys hiking", "Likes to hike", _SAME),
    ("Is a nurse", "Sister Mia is a nurse", _BOTH),
    ("Is single", "Is married", _REPLACED),
    ("Cannot eat eggs", "Cannot eat nuts", _BOTH),
    ("Drives a Fiat", "Drives a Saab", _REPLACED),
    ("Owns a boat", "Owns a boat named Elsa", _SAME),
    ("Speaks Czech", "Speaks Polish", _BOTH),
    ("Left eye is weak", "Right eye was treated", _BOTH),
    ("Rent is 700 euros", "Rent is 850 euros", _REPLACED),
    ("Plays chess", "Won a chess match in Graz", _BOTH),
)
_MOST_PAIRS = 40
"""Pairs asked about in one run, those with most words in common first."""

JUDGE = Kind(
    "whether two facts can both stand",
    _JUDGING,
    [(f"Older: {a}\nNewer: {b}", {"verdict": verdict}) for a, b, verdict in _JUDGED_EXAMPLES],
    400,
)
KINDS = (JUDGE,)


def read(run: Conversation) -> Guide:
    """The first step: reading the file."""
    yield from ()
    path = run.context.text.strip()
    return Step("", (("read_file", {"path": path}),)) if path in run.files() else None


def judge(run: Conversation, prompt: str) -> Guide:
    """The second step: what goes to history.

    Args:
        run: the run, with the file read.
        prompt: the person's own, where they wrote one.
    """
    going: dict[str, ArchiveReason] = {}
    facts = [fact for fact in run.facts() if is_current(fact)]
    for fact in facts:
        if fact.expires is not None and fact.expires < run.context.today:
            going[fact.ref] = ArchiveReason.EXPIRED
    for older, newer in _pairs([fact for fact in facts if fact.ref not in going]):
        if older.ref in going or newer.ref in going:
            continue
        if same(older.text, newer.text):
            verdict = _SAME
        else:
            reply = yield _asking(older, newer, prompt)
            verdict = str(reply.get("verdict")) if reply is not None else _BOTH
        if verdict == _SAME and (gone := _repeated(older, newer)) is not None:
            going[gone.ref] = ArchiveReason.DUPLICATE
        elif verdict == _REPLACED and _may_replace(older, newer):
            going[older.ref] = ArchiveReason.SUPERSEDED
    return _archival([fact for fact in facts if fact.ref in going], going)


def _pairs(facts: Sequence[SeenFact]) -> list[tuple[SeenFact, SeenFact]]:
    """Facts that share a word, the older one first; those that share most come first."""
    words = {fact.ref: content(fact.text) for fact in facts}
    pairs = [(a, b) for a, b in combinations(facts, 2) if words[a.ref] & words[b.ref] or same(a.text, b.text)]
    pairs.sort(key=lambda pair: len(words[pair[0].ref] & words[pair[1].ref]), reverse=True)
    return [(b, a) if _day(b) < _day(a) else (a, b) for a, b in pairs[:_MOST_PAIRS]]


def _asking(older: SeenFact, newer: SeenFact, prompt: str) -> Question:
    schema = form(verdict=one_of((_SAME, _BOTH, _REPLACED)))
    return Question(JUDGE, f"Older: {older.text}\nNewer: {newer.text}", schema, prompt)


def _repeated(older: SeenFact, newer: SeenFact) -> SeenFact | None:
    """Which of two that say the same can go without a loss; None where neither can."""
    a, b = content(older.text), content(newer.text)
    if a != b and (a <= b or b <= a) and not are_opposed(older.text, newer.text):
        less, more = (older, newer) if a < b else (newer, older)
        return less if _strength(less)[:2] <= _strength(more)[:2] else None
    if cannot_be_same(older.text, newer.text):
        return None
    return older if _strength(older) <= _strength(newer) else newer


def _may_replace(older: SeenFact, newer: SeenFact) -> bool:
    """Whether the dates say which is newer, and its source is one that may overrule the other's."""
    dated = older.updated is not None and newer.updated is not None and older.updated < newer.updated
    return dated and (newer.source is Source.USER_STATEMENT or _strength(older)[:2] <= _strength(newer)[:2])


def _strength(fact: SeenFact) -> tuple[int, int, date]:
    """More is stronger: by source, then confidence, then date."""
    return -list(Source).index(fact.source), -list(Confidence).index(fact.confidence), _day(fact)


def _day(fact: SeenFact) -> date:
    return fact.updated or date.min


def _archival(gone: Sequence[SeenFact], reasons: dict[str, ArchiveReason]) -> Step:
    by_call: dict[tuple[str, str], list[str]] = defaultdict(list)
    for fact in gone:
        by_call[fact.path, reasons[fact.ref].value].append(fact.id)
    calls: list[tuple[str, dict[str, Any]]] = [
        ("archive_facts", {"path": path, "ids": ids, "reason": reason})
        for (path, reason), ids in by_call.items()
    ]
    told = "1 fact goes" if len(gone) == 1 else f"{len(gone)} facts go"
    summary = f"{told} to history: repeated, replaced or past its date." if gone else "Nothing to tidy."
    return Step("", (*calls, ("finish", {"summary": summary})))

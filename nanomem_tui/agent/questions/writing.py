"""The questions of the flows that add: which facts a text states and where they belong, then what becomes of
each older fact they touch. Two steps of a run; code does the searching and the writing in between.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from nanomem_tui.agent.context import EMPTY_MAP, MapEntry, SeenFact, map_line
from nanomem_tui.agent.models.narrowing import MOST_CHOICES, NEW_PATH
from nanomem_tui.agent.questions.asking import (
    Guide,
    Kind,
    Question,
    form,
    list_of,
    objects_in,
    one_of,
    text_of,
)
from nanomem_tui.agent.questions.grounds import Read, dated, held
from nanomem_tui.agent.rules.conversation import Conversation, Step
from nanomem_tui.agent.rules.meaning import content
from nanomem_tui.changes.model import ArchiveReason, UpdateReason
from nanomem_tui.memory.facts import Status, Tier
from nanomem_tui.memory.identity import same

_READING = """\
Now only list the facts that the source states about the user, and where each belongs. Reply with JSON. A \
question or a task states no fact: then the list is empty."""
_READ_EXAMPLES: Sequence[tuple[str, Sequence[tuple[str, str, str, str]]]] = (
    ("Could you shorten this text for my boss?", ()),
    (
        "I'm a nurse at the Charité and I'd rather work nights.",
        (
            ("I'm a nurse at the Charité", "Works as a nurse at the Charité", "work", "career/job.md"),
            ("I'd rather work nights", "Prefers to work nights", "work", "career/job.md"),
        ),
    ),
    ("How tall is the Eiffel Tower?", ()),
    (
        "I play the old violin that my aunt Lena gave me, but I don't smoke any more.",
        (
            (
                "I play the old violin that my aunt Lena gave me",
                "Plays an old violin from aunt Lena",
                "music",
                "hobbies/music.md",
            ),
            ("I don't smoke any more", "No longer smokes", "health", "health/habits.md"),
        ),
    ),
)
_JUDGING = """\
Two notes about one person, an older and a newer one. What does the newer make of the older?"""
_KEPT, _REPLACED, _ENDED = "still true", "replaced", "ended"
_JUDGED_EXAMPLES = (
    ("Works at a bank as a teller", "Works at a school as a cook", _REPLACED),
    ("Is a nurse", "Sister Mia is a lawyer", _KEPT),
    ("Smokes ten cigarettes a day", "Stopped smoking", _ENDED),
    ("Allergic to cats", "Allergic to dust", _KEPT),
    ("Is single", "Is married", _REPLACED),
    ("Weighs 85 kg", "Stopped smoking", _KEPT),
    ("Weighs 85 kg", "Weighs 80 kg", _REPLACED),
    ("Plays football on Sundays", "Plays in a football match in May", _KEPT),
)
_CHUNK = 3_000
"""Characters of a source that are read at once."""
_MOST_CHUNKS = 40
_MOST_FACTS = 10
_MOST_SEARCHES = 12
_MOST_READS = 6
_MOST_PAIRS = 4
"""Older facts that one new fact is held against."""
_PER_CALL = 50
_FACTS = "facts"

READ = Kind(
    "which facts the source states",
    _READING,
    [
        (
            f"<source>\n{said}\n</source>",
            {_FACTS: [dict(zip(("quote", "text", "topic", "path"), fact, strict=True)) for fact in facts]},
        )
        for said, facts in _READ_EXAMPLES
    ],
    2_000,
)
JUDGE = Kind(
    "what a newer fact makes of an older one",
    _JUDGING,
    [(f"Older: {a}\nNewer: {b}", {"older": verdict}) for a, b, verdict in _JUDGED_EXAMPLES],
    400,
)
KINDS = (READ, JUDGE)


def read_source(run: Conversation, prompt: str) -> Guide:
    """The first step: the facts that the source states, and the searches for what they touch.

    Args:
        run: the run, at its beginning.
        prompt: the flow's own.
    """
    source, today = run.context.text, run.context.today
    chunks = _chunks(source)
    if len(chunks) > _MOST_CHUNKS:
        return None
    files = list(run.files())
    facts: list[Read] = []
    for chunk in chunks:
        now = dated(chunk, today)
        reply = yield _reading(prompt, run.context.map, files, now.text, run.context.tag, today)
        found = objects_in(reply, _FACTS) if reply is not None else None
        if found is None:
            return None
        facts += held([_read(item) for item in found], chunk, now)
    if not facts:
        return Step("", (("finish", {"summary": "The source states no fact about the user."}),))
    says = json.dumps({_FACTS: [asdict(fact) for fact in facts]}, ensure_ascii=False)
    if not run.context.map:
        return Step(says, _calls(facts, {}, run))
    calls: list[tuple[str, Mapping[str, Any]]] = []
    if "search_facts" in run.offered:
        queries = dict.fromkeys(fact.text for fact in facts)
        calls += [("search_facts", {"query": query}) for query in list(queries)[:_MOST_SEARCHES]]
    if "read_file" in run.offered:
        paths = dict.fromkeys(fact.path for fact in facts if fact.path in files)
        calls += [("read_file", {"path": path}) for path in list(paths)[:_MOST_READS]]
    return Step(says, tuple(calls) or _calls(facts, {}, run))


def judge(run: Conversation, said: str) -> Guide:
    """The second step: each new fact against the older ones that it may touch; then all is written.

    Args:
        run: the run, with what was found.
        said: what the first step said.
    """
    try:
        facts = [_read(item) for item in objects_in(json.loads(said), _FACTS) or ()]
    except ValueError:
        return None
    seen = run.facts() if {"update_facts", "archive_facts"} <= run.offered else []
    older = [fact for fact in seen if fact.tier is not Tier.HISTORY and fact.status is Status.ACTIVE]
    verdicts: dict[int, list[_Verdict]] = {}
    says: list[str] = []
    for number, fact in enumerate(facts):
        if any(same(fact.text, other.text) for other in older):
            continue
        for other in _candidates(fact, older):
            reply = yield _pair(other.text, fact.text)
            answer = str(reply.get("older")) if reply is not None else _KEPT
            says.append(f"{other.text} | {fact.text}: {answer}")
            if answer in (_REPLACED, _ENDED):
                verdicts.setdefault(number, []).append(_Verdict(other, answer == _REPLACED))
    return Step("\n".join(says), _calls(facts, verdicts, run))


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What a new fact makes of an older one."""

    older: SeenFact
    replaces: bool
    """The new one holds in its place; else the older one is merely over."""


@dataclass(slots=True)
class _Writes:
    """The writing calls of a run, put together file by file."""

    updates: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    over: dict[str, list[str]] = field(default_factory=dict)
    new: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)

    def calls(self) -> Iterable[tuple[str, Mapping[str, Any]]]:
        for path, updates in self.updates.items():
            yield "update_facts", {"path": path, "updates": updates}
        for path, ids in self.over.items():
            yield "archive_facts", {"path": path, "ids": ids, "reason": ArchiveReason.SUPERSEDED.value}
        for path, facts in self.new.items():
            for at in range(0, len(facts), _PER_CALL):
                yield "add_facts", {"path": path, "facts": facts[at : at + _PER_CALL]}


def _calls(
    facts: Sequence[Read], verdicts: Mapping[int, Sequence[_Verdict]], run: Conversation
) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """What is written, and the end of the run."""
    writes = _Writes()
    taken: set[str] = set()
    # Whoever takes an older fact's place comes before whoever only says that it is over.
    order = sorted(range(len(facts)), key=lambda n: not any(v.replaces for v in verdicts.get(n, ())))
    for number in order:
        fact, mine = facts[number], verdicts.get(number, ())
        free = [verdict.older for verdict in mine if verdict.older.ref not in taken]
        if mine and not free and not any(verdict.replaces for verdict in mine):
            continue  # that it is over shows already
        if free:
            taken |= {older.ref for older in free}
            update = {"id": free[0].id, "text": fact.text, "quote": fact.quote}
            update["reason"] = UpdateReason.CHANGED.value
            writes.updates.setdefault(free[0].path, []).append(update)
            for older in free[1:]:
                writes.over.setdefault(older.path, []).append(older.id)
        else:
            new = {"text": fact.text, "quote": fact.quote}
            writes.new.setdefault(fact.path, []).append(new)
    changed = sum(map(len, writes.updates.values()))
    added = sum(map(len, writes.new.values()))
    summary = f"{added} new, {changed} changed." if changed else f"{added} new."
    return (*writes.calls(), ("finish", {"summary": summary}))


def _reading(
    prompt: str, entries: Sequence[MapEntry], files: Sequence[str], text: str, tag: str, today: date
) -> Question:
    body = "\n".join(map_line(entry) for entry in entries) or EMPTY_MAP
    told = f"<map>\n{body}\n</map>\n<today>{today:%Y-%m-%d %A}</today>\n<{tag}>\n{text}\n</{tag}>"
    new = {"type": "string", "pattern": NEW_PATH}
    path = {"anyOf": [one_of(files[:MOST_CHOICES]), new]} if files else new
    fact = form(quote=text_of(300), text=text_of(200), topic=text_of(30), path=path)
    return Question(READ, told, form(facts=list_of(fact, 0, _MOST_FACTS)), prompt)


def _read(item: Mapping[str, Any]) -> Read:
    return Read(str(item.get("text", "")), str(item.get("quote", "")), str(item.get("path", "")))


def _pair(older: str, newer: str) -> Question:
    return Question(JUDGE, f"Older: {older}\nNewer: {newer}", form(older=one_of((_KEPT, _REPLACED, _ENDED))))


def _candidates(new: Read, older: Sequence[SeenFact]) -> Sequence[SeenFact]:
    """Older facts that share words with the new one, most first; where none does, those of its file."""
    words = content(new.text)
    near = [fact for fact in older if words & content(fact.text)]
    near.sort(key=lambda fact: len(words & content(fact.text)), reverse=True)
    return (near or [fact for fact in older if fact.path == new.path])[:_MOST_PAIRS]


def _chunks(source: str) -> list[str]:
    """The source in pieces of whole lines, or of whole sentences where a line is too long."""
    pieces: list[str] = []
    for line in source.replace(". ", ".\x00 ").splitlines():
        for sentence in line.split("\x00"):
            whole = [sentence[at : at + _CHUNK] for at in range(0, len(sentence), _CHUNK)] or [""]
            glue = "\n" if sentence == line.split("\x00")[0] else ""
            for part in whole:
                if pieces and len(pieces[-1]) + len(part) < _CHUNK:
                    pieces[-1] += f"{glue}{part}"
                else:
                    pieces.append(part)
    return [piece for piece in pieces if piece.strip()]

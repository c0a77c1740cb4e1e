"""What a guest wrote into a file, as edits that the person decides on, with nothing claimed too much.

A guest's words are its own: whatever metadata it writes, they never become a statement of the person, and no
fact gains trust or is disclosed more freely by them. Knows no protocol and proposes nothing itself.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from difflib import SequenceMatcher
from typing import TypeVar

from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.model import Edit, UpdateReason
from nanomem_tui.memory.document import Document, parse, render, replace_fact, to_new_fact
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.facts import Confidence, Fact, NewFact, Source
from nanomem_tui.memory.identity import normal, same
from nanomem_tui.memory.metadata import default_confidence
from nanomem_tui.memory.tree import Tree

Word = TypeVar("Word", Source, Confidence)
_SOURCES = tuple(Source)
_CONFIDENCES = tuple(Confidence)
_ALIKE = 0.5
"""Similarity (difflib ratio, 0 to 1) from which a fact passes for the new wording of another."""
_MOST = 200
"""Facts that are compared with one another; a file with more new or changed ones is one edit as a whole."""
_Pair = tuple[Fact | None, Fact | None]
"""A fact as it stands and as it is wanted; None: there was none, or shall be none."""


def edits_between(
    tree: Tree,
    path: str,
    base: str | None,
    wanted: str | None,
    *,
    now: datetime,
    origin: str,
    elsewhere: Sequence[str] = (),
) -> tuple[Edit, ...]:
    """The edits that make one file what a guest wants it to be.

    Where only facts differ, one edit for each of them; else one over the whole text.

    Args:
        tree: what there is.
        path: the file.
        base: its text as the guest found it; None: none that it knew of. A file that stands there all the
            same is a conflict for the person, and is not written over.
        wanted: its text as the guest wants it; None: it is to be deleted.
        now: local time, written into facts.
        origin: where new facts say they come from.
        elsewhere: texts of other files that its facts may have been moved from; those stay what they were.
    """
    if base == wanted:
        return ()
    if base is not None and wanted is not None:
        edits = _fact_by_fact(tree, parse(base, path), parse(wanted, path), now, origin)
        if edits:
            return edits
    draft = Draft(tree, now=now)
    text = None if wanted is None else render(_humble([base or "", *elsewhere], wanted, path, now, origin))
    if text == base:
        return ()
    draft.write_text(path, text, seen=base)
    return draft.edits


def new_lines(base: str | None, wanted: str | None) -> tuple[str, ...]:
    """The lines that a guest brings in: what its facts are quoted from."""
    added = Counter((wanted or "").splitlines()) - Counter((base or "").splitlines())
    return tuple(line for line in dict.fromkeys((wanted or "").splitlines()) if added[line] and line.strip())


def _fact_by_fact(
    tree: Tree, base: Document, wanted: Document, now: datetime, origin: str
) -> tuple[Edit, ...]:
    """One edit for each fact that differs; none where that would not give what is wanted."""
    if _between_facts(base) != _between_facts(wanted) or _differing(base, wanted) > _MOST:
        return ()
    pairs = list(_pairs(base, wanted))
    changed = [(old, new) for old, new in pairs if old is not None]
    if len({normal(fact.text) for fact in base.facts}) < len(base.facts):
        # Ids of equal texts count from above: with twins, the last in the file comes first.
        changed.reverse()
    draft = Draft(tree, now=now)
    try:
        for old, new in changed:
            if new is None:
                draft.remove(base.path, old.id)
            elif base.raw(old.id) != wanted.raw(new.id):
                fact = _claimed(new, old, origin)
                draft.update(base.path, old.id, fact, UpdateReason.CORRECTED, quote=new.text)
        for before, new in pairs:
            if before is None and new is not None:
                draft.add(base.path, _claimed(new, None, origin), quote=new.text)
        after = draft.read(base.path)
    except NanomemError:
        return ()
    # A new fact comes last in its section, wherever in it the guest put it.
    places = [Counter((fact.text, fact.section) for fact in one.facts) for one in (after, wanted)]
    return draft.edits if places[0] == places[1] else ()


def _pairs(base: Document, wanted: Document) -> Iterator[_Pair]:
    """The facts of both, those that took one another's place together."""
    for tag, i1, i2, j1, j2 in SequenceMatcher(
        None, _raws(base), _raws(wanted), autojunk=False
    ).get_opcodes():
        if tag != "equal":
            yield from _replaced(base.facts[i1:i2], wanted.facts[j1:j2])


def _replaced(old: Sequence[Fact], new: Sequence[Fact]) -> Iterator[_Pair]:
    """The facts of a stretch that was written anew: one for one, or else those that are most alike."""
    if len(old) == len(new):
        yield from zip(old, new, strict=True)
        return
    left = list(new)
    for fact in old:
        near = max(left, key=lambda one: _alike(fact, one), default=None)
        near = near if near is not None and _alike(fact, near) >= _ALIKE else None
        if near is not None:
            left.remove(near)
        yield fact, near
    yield from ((None, fact) for fact in left)


def _alike(one: Fact, other: Fact) -> float:
    return SequenceMatcher(None, one.text.casefold(), other.text.casefold(), autojunk=False).ratio()


def _differing(base: Document, wanted: Document) -> int:
    """How many facts of both are not in the other."""
    was, will = Counter(_raws(base)), Counter(_raws(wanted))
    return (was - will).total() + (will - was).total()


def _between_facts(document: Document) -> list[str]:
    inside = {at for first, end in document.spans for at in range(first, end)}
    return [line.rstrip("\r\n") for at, line in enumerate(document.lines) if at not in inside]


def _humble(bases: Sequence[str], wanted: str, path: str, now: datetime, origin: str) -> Document:
    """The wanted text, its new facts saying no more of themselves than they may."""
    found = [parse(base, path) for base in bases]
    before = {normal(fact.text): fact for one in reversed(found) for fact in reversed(one.facts)}
    known = Counter(raw for one in found for raw in _raws(one))
    document = parse(wanted, path)
    lines = list(document.lines)
    places = list(zip(document.spans, _raws(document), strict=True))
    for (first, end), raw in reversed(places):
        if known[raw]:
            known[raw] -= 1
            continue
        # By itself, since reading the whole file again for each of its facts takes too long.
        alone = parse("".join(lines[first:end]), path)
        for fact in alone.facts:
            old = before.get(normal(fact.text))
            alone, _ = replace_fact(alone, fact.id, _claimed(fact, old, origin), now=now)
        lines[first:end] = alone.lines
    return parse(document.bom + "".join(lines), path)


def _raws(document: Document) -> list[str]:
    """The lines of each fact."""
    return ["".join(document.lines[first:end]).rstrip("\r\n") for first, end in document.spans]


def _claimed(new: Fact, old: Fact | None, origin: str) -> NewFact:
    """A fact as a guest may claim it. What it only rearranges keeps its origin and gains nothing."""
    fact = to_new_fact(new)
    levels = [level for level in (new.disclosure, old.disclosure if old else None) if level is not None]
    fact = replace(fact, disclosure=max(levels, default=None))
    if old is not None and same(old.text, new.text):
        return replace(
            fact,
            source=_weakest(_SOURCES, new.source, old.source),
            confidence=_weakest(_CONFIDENCES, new.confidence, old.confidence),
            checked_at=old.checked_at,
            updated_at=old.updated_at,
            origin=old.origin,
        )
    source = _weakest(_SOURCES, new.source, Source.ASSISTANT_SUMMARY)
    return replace(
        fact,
        source=source,
        confidence=_weakest(_CONFIDENCES, new.confidence, default_confidence(source)),
        checked_at=None,
        updated_at=None,
        origin=origin,
        extra=tuple(new.extra.items()) if old is None else (),
    )


def _weakest(order: Sequence[Word], *words: Word) -> Word:
    return max(words, key=order.index)

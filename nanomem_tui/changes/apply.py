"""Edits carried out on documents in memory: the same rules for a draft and for the files of today.

Pure: reads through a callable, writes nowhere. What cannot be carried out becomes a conflict with both texts.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from difflib import SequenceMatcher

from nanomem_tui.changes.merge import Clash, merge_facts
from nanomem_tui.changes.model import ArchiveReason, Edit, EditState, Op, UpdateReason
from nanomem_tui.memory.document import (
    Document,
    add_fact,
    archive_fact,
    describe,
    new_document,
    parse,
    put_raw,
    remove_facts,
    render,
    replace_fact,
    take_raw,
    to_new_fact,
)
from nanomem_tui.memory.errors import NanomemError, UsageError
from nanomem_tui.memory.facts import Fact, NewFact, Status, Tier
from nanomem_tui.memory.identity import same

_ALIKE = 0.5
"""Similarity (difflib ratio, 0 to 1) from which a fact passes for the newer wording of one that is gone."""

ARCHIVED = {
    ArchiveReason.SUPERSEDED: Status.SUPERSEDED,
    ArchiveReason.EXPIRED: Status.EXPIRED,
    ArchiveReason.DUPLICATE: Status.SUPERSEDED,
}


class Conflict(Exception):
    """An edit that does not fit the file any more.

    Args:
        note: one sentence saying why, with both texts.
        theirs: what stands in the file instead, where there is such a thing.
    """

    def __init__(self, note: str, theirs: str | None = None) -> None:
        super().__init__(note)
        self.note = note
        self.theirs = theirs


class Workspace:
    """Documents by path, read on first use and replaced in memory.

    Args:
        read: the text of a memory file; None when there is none.
    """

    def __init__(self, read: Callable[[str], str | None]) -> None:
        self._read = read
        self._before: dict[str, str | None] = {}
        self._now: dict[str, Document | None] = {}

    def document(self, path: str) -> Document | None:
        """The document as it stands here."""
        if path not in self._now:
            text = self._read(path)
            self._before[path] = text
            self._now[path] = None if text is None else parse(text, path)
        return self._now[path]

    def put(self, path: str, document: Document | None) -> None:
        """Replace a document; None removes it."""
        self.document(path)
        self._now[path] = document

    def text(self, path: str) -> str | None:
        """The text as it stands here."""
        document = self.document(path)
        return None if document is None else render(document)

    def before(self, path: str) -> str | None:
        """The text as it was read."""
        self.document(path)
        return self._before[path]

    @property
    def changed(self) -> tuple[str, ...]:
        """Paths whose text differs from what was read, in the order they were first met."""
        return tuple(path for path in self._now if self.text(path) != self._before[path])


def carry_out(work: Workspace, edit: Edit, *, now: datetime, again: bool = False) -> Edit:
    """Carry out `edit` in `work`. Returns it as APPLIED, or as CONFLICT with `work` untouched.

    Args:
        now: the time written into facts that carry none.
        again: write a fact that already stands in the file a second time.
    """
    try:
        becomes = _OPS[edit.op](work, edit, now, again)
    except Conflict as conflict:
        return replace(edit, state=EditState.CONFLICT, note=conflict.note, theirs=conflict.theirs)
    except NanomemError as error:
        # Its file became a link, grew too large, … : this edit has to wait, the others need not.
        return replace(edit, state=EditState.CONFLICT, note=str(error), theirs=None)
    return replace(edit, state=EditState.APPLIED, becomes=becomes, note=None, theirs=None)


def already_done(work: Workspace, edit: Edit) -> bool:
    """True when the file already says what `edit` would make it say: an interrupted step had got so far."""
    document = work.document(edit.path)
    if edit.op is Op.TEXT:
        return work.text(edit.path) == edit.text
    if document is None:
        return edit.op is Op.REMOVE
    old = _find(document, edit)
    history = edit.fact is not None and edit.fact.tier is Tier.HISTORY
    if edit.op is Op.ADD:
        return says(document, edit.text, history=history)
    if edit.op is Op.REMOVE:
        return old is None
    if edit.op is Op.ARCHIVE:
        return old is not None and old.tier is Tier.HISTORY
    if edit.op is Op.UPDATE:
        gone = old is None or old.tier is Tier.HISTORY
        return gone and says(document, edit.text, history=history)
    if edit.op is Op.MOVE:
        seen = _seen(edit)
        target = work.document(edit.to_path or "")
        history = seen is not None and seen.tier is Tier.HISTORY
        return old is None and target is not None and says(target, edit.before, history=history)
    return described(document, edit) == edit.text


def described(document: Document, edit: Edit) -> str:
    """The title and description of a file, as far as `edit` sets them, one a line."""
    said = []
    if edit.title is not None:
        said.append(f"title: {document.frontmatter.title or document.title}")
    if edit.description is not None:
        said.append(f"description: {document.frontmatter.description or ''}")
    return "\n".join(said)


def closest(document: Document, text: str) -> Fact | None:
    """The fact that most likely took the place of one that said `text`; None when none is like it."""
    best: tuple[float, Fact | None] = (_ALIKE, None)
    for fact in document.facts:
        alike = SequenceMatcher(None, text.casefold(), fact.text.casefold(), autojunk=False).ratio()
        if alike > best[0]:
            best = (alike, fact)
    return best[1]


def rebased(work: Workspace, edit: Edit) -> Edit:
    """An edit in conflict, set on what stands in its file now; any other edit as it is.

    Raises:
        UsageError: there is nothing left that it could act on.
    """
    if edit.state is not EditState.CONFLICT or edit.op is Op.ADD:
        return edit
    if edit.op is Op.TEXT:
        return replace(edit, before=work.text(edit.path))
    document = work.document(edit.path)
    fact = None
    if document is not None:
        if edit.op is Op.DESCRIBE:
            return replace(edit, before=described(document, edit))
        fact = _find(document, edit) or closest(document, edit.theirs or edit.before or "")
    if document is not None and fact is not None:
        return replace(edit, id=fact.id, before=fact.text, before_raw=document.raw(fact.id))
    if edit.op is Op.UPDATE:
        return replace(edit, op=Op.ADD, id=None, before=None, before_raw=None, reason=None)
    raise UsageError(f"“{edit.before}” is gone from {edit.path}; there is nothing left to {edit.op.value}.",
                     "Reject this edit.")  # fmt: skip


def _find(document: Document, edit: Edit) -> Fact | None:
    """The fact an edit means. Where several say the same, ids depend on their order: then the very lines
    decide, then whether it is history, then the id.
    """
    found = [fact for fact in document.facts if fact.text == edit.before]
    if len(found) < 2:
        return found[0] if found else None
    seen = _seen(edit)
    old = seen is not None and seen.tier is Tier.HISTORY
    raw = (edit.before_raw or "").strip()

    def fit(fact: Fact) -> tuple[bool, bool, bool]:
        same_lines = document.raw(fact.id).strip() == raw
        return same_lines, (fact.tier is Tier.HISTORY) is old, fact.id == edit.id

    return max(found, key=fit)


def says(document: Document, text: str | None, *, history: bool = False) -> bool:
    """True when a file holds a fact that says `text`: a current one, or one that is history."""
    return text is not None and any(
        (fact.tier is Tier.HISTORY) is history and same(fact.text, text) for fact in document.facts
    )


def _need(work: Workspace, edit: Edit) -> tuple[Document, Fact]:
    document = work.document(edit.path)
    wanted = f"“{edit.before}”"
    if document is None:
        raise Conflict(f"{wanted} is gone: {edit.path} does not exist any more.")
    fact = _find(document, edit)
    if fact is None:
        near = closest(document, edit.before or "")
        if near is None:
            raise Conflict(f"{wanted} is gone from {edit.path}.")
        raise Conflict(f"{wanted} is gone from {edit.path}, which now says “{near.text}”.", near.text)
    return document, fact


def _seen(edit: Edit) -> Fact | None:
    """The fact as its author saw it."""
    facts = parse(edit.before_raw).facts if edit.before_raw else ()
    return facts[0] if facts else None


def _add(work: Workspace, edit: Edit, now: datetime, again: bool) -> str | None:
    assert edit.fact is not None
    document = work.document(edit.path)
    if document is None:
        document = new_document(edit.path, edit.fact.topic)
    else:
        _refuse_twice(document, edit.fact.text, again)
    document, fact = add_fact(document, edit.fact, now=now)
    work.put(edit.path, document)
    return fact.id


def _refuse_twice(document: Document, text: str, again: bool) -> None:
    there = next((fact for fact in document.facts if same(fact.text, text)), None)
    if there is not None and there.tier is not Tier.HISTORY and not again:
        raise Conflict(f"“{text}” already stands in {document.path} as “{there.text}”.", there.text)


def _update(work: Workspace, edit: Edit, now: datetime, again: bool) -> str | None:
    assert edit.fact is not None
    document, fact = _need(work, edit)
    if fact.tier is Tier.HISTORY and edit.reason is UpdateReason.CHANGED:
        raise Conflict(f"“{fact.text}” is in the history of {edit.path} already.", fact.text)
    new = _merged(edit, edit.fact, fact)
    if not same(new.text, fact.text):
        _refuse_twice(document, new.text, again)
    if edit.reason is UpdateReason.CHANGED:
        document = archive_fact(document, fact.id, Status.SUPERSEDED, now=now)
        document, written = add_fact(document, new, now=now)
    else:
        document, written = replace_fact(document, fact.id, new, now=now)
    work.put(edit.path, document)
    return written.id


def _merged(edit: Edit, wanted: NewFact, fact: Fact) -> NewFact:
    """What to write when the metadata or details of the fact were changed in the meantime."""
    seen = _seen(edit)
    if seen is None or edit.reason is UpdateReason.CHANGED:
        return wanted
    try:
        return merge_facts(to_new_fact(seen), wanted, to_new_fact(fact))
    except Clash as clash:
        raise Conflict(
            f"{clash.field} of “{fact.text}” was changed to “{clash.theirs}” meanwhile; "
            f"this edit says “{clash.ours}”.",
            fact.text,
        ) from clash


def _same_details(edit: Edit, fact: Fact) -> None:
    seen = _seen(edit)
    if seen is not None and seen.details != fact.details:
        raise Conflict(
            f"The lines below “{fact.text}” changed in {edit.path}; they now say “{fact.details}”.",
            fact.details,
        )


def _archive(work: Workspace, edit: Edit, now: datetime, again: bool) -> str | None:
    document, fact = _need(work, edit)
    if fact.tier is Tier.HISTORY:
        raise Conflict(f"“{fact.text}” is in the history of {edit.path} already.", fact.text)
    reason = edit.reason if isinstance(edit.reason, ArchiveReason) else ArchiveReason.SUPERSEDED
    work.put(edit.path, archive_fact(document, fact.id, ARCHIVED[reason], now=now))
    return None


def _remove(work: Workspace, edit: Edit, now: datetime, again: bool) -> str | None:
    document, fact = _need(work, edit)
    _same_details(edit, fact)
    work.put(edit.path, remove_facts(document, (fact.id,)))
    return None


def _move(work: Workspace, edit: Edit, now: datetime, again: bool) -> str | None:
    assert edit.to_path is not None
    document, fact = _need(work, edit)
    target = work.document(edit.to_path)
    if target is None:
        target = new_document(edit.to_path)
    else:
        _refuse_twice(target, fact.text, again)
    document, raw = take_raw(document, fact.id)
    old = {there.id for there in target.facts}
    target = put_raw(target, raw, fact.tier)
    work.put(edit.path, document)
    work.put(edit.to_path, target)
    arrived = [there for there in target.facts if there.text == fact.text]
    return next((there.id for there in arrived if there.id not in old), arrived[-1].id if arrived else None)


def _describe(work: Workspace, edit: Edit, now: datetime, again: bool) -> str | None:
    document = work.document(edit.path)
    if document is None:
        raise Conflict(f"{edit.path} does not exist any more.")
    standing = described(document, edit)
    if standing not in (edit.before, edit.text):
        raise Conflict(f"The header of {edit.path} changed from “{edit.before}” to “{standing}”.", standing)
    work.put(edit.path, describe(document, title=edit.title, description=edit.description))
    return None


def _text(work: Workspace, edit: Edit, now: datetime, again: bool) -> str | None:
    standing = work.text(edit.path)
    if standing != edit.before:
        verb = "was deleted" if standing is None else "was made" if edit.before is None else "was changed"
        raise Conflict(f"{edit.path} {verb} by somebody else meanwhile; it stays as it is.", standing)
    text = edit.text
    work.put(edit.path, None if text is None else parse(text, edit.path))
    return None


_OPS: dict[Op, Callable[[Workspace, Edit, datetime, bool], str | None]] = {
    Op.ADD: _add,
    Op.UPDATE: _update,
    Op.ARCHIVE: _archive,
    Op.REMOVE: _remove,
    Op.MOVE: _move,
    Op.DESCRIBE: _describe,
    Op.TEXT: _text,
}

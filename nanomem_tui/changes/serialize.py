"""A change as JSON and back: the form it is stored in, and the part of it that is shown to everybody.

Knows no files. Every value that comes in is checked here, so that nothing behind it meets a raw dict.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar, cast

from nanomem_tui.changes.errors import ChangeUnreadable
from nanomem_tui.changes.model import (
    ArchiveReason,
    Author,
    AuthorKind,
    Change,
    ChangeState,
    Edit,
    EditState,
    Flag,
    Op,
    Opening,
    Splice,
    Stamp,
    UpdateReason,
)
from nanomem_tui.memory.facts import Confidence, NewFact, Source, Status, Tier
from nanomem_tui.memory.jsontype import Json
from nanomem_tui.memory.levels import Level

Word = TypeVar("Word", bound=StrEnum)

VERSION = 1
"""Grows when an older program could misread a stored change."""


def change_to_json(change: Change) -> dict[str, Json]:
    """The public form of a change: what `--json` prints. Effects and exact lines are left out."""
    return {
        "id": change.id,
        "state": change.state.value,
        "flow": change.flow,
        "author": {"kind": change.author.kind.value, "name": change.author.name},
        "request": change.request,
        "summary": change.summary,
        "deep": change.deep,
        "model": change.model,
        "trace": change.trace,
        "created_at": change.created_at.isoformat(),
        "decided_at": change.decided_at.isoformat() if change.decided_at else None,
        "decided_by": change.decided_by,
        "reverts": change.reverts,
        "reverted_by": change.reverted_by,
        "edits": [edit_to_json(edit) for edit in change.edits],
    }


def edit_to_json(edit: Edit) -> dict[str, Json]:
    """The public form of one edit."""
    return {
        "n": edit.n,
        "op": edit.op.value,
        "ref": edit.ref,
        "path": edit.path,
        "id": edit.id,
        "becomes": edit.becomes,
        "text": edit.text,
        "before": edit.before,
        "flags": [flag.value for flag in edit.flags],
        "flag_notes": {flag.value: why for flag, why in edit.flags.items()},
        "state": edit.state.value,
        "note": edit.note,
        "theirs": edit.theirs,
        "reason": edit.reason.value if edit.reason else None,
        "to_path": edit.to_path,
        "title": edit.title,
        "description": edit.description,
        "quote": edit.quote,
        "excerpt": edit.excerpt,
        "fact": _fact_to_json(edit.fact) if edit.fact else None,
    }


def dumps(change: Change) -> str:
    """A change as it is stored. Pure ASCII: lone surrogates of undecodable bytes survive.

    Id, state and time of application come first, so that who asks for no more need not read on.
    """
    out: dict[str, Json] = {"id": change.id, "state": change.state.value, "applied": change.applied}
    out |= change_to_json(change)
    out["version"] = VERSION
    out["edits"] = [
        {**edit_to_json(edit), "before_raw": edit.before_raw, "twin": edit.twin} for edit in change.edits
    ]
    out["effects"] = [_splice_to_json(splice) for splice in change.effects]
    out["undone"] = [_splice_to_json(splice) for splice in change.undone]
    if change.opening:
        out["opening"] = {
            "then": change.opening.then.value,
            "edits": list(change.opening.edits),
            "tried": list(change.opening.tried),
            "files": [{"path": s.path, "before": s.before, "after": s.after} for s in change.opening.files],
            "splices": [_splice_to_json(splice) for splice in change.opening.splices],
        }
    return json.dumps(out, ensure_ascii=True, indent=1) + "\n"


def loads(text: str) -> Change:
    """The change stored in `text`.

    Raises:
        ChangeUnreadable: the text is no change, or one of a newer program.
    """
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise ChangeUnreadable(f"It is not valid JSON: {error}.") from error
    except RecursionError as error:
        raise ChangeUnreadable("It is nested too deeply to be a change.") from error
    top = _Fields(raw, "the change")
    version = top.integer("version", VERSION)
    if version > VERSION:
        raise ChangeUnreadable(f"It was written by a newer program (version {version}).", "Update nanomem.")
    author = top.inner("author")
    opening = top.optional("opening")
    return Change(
        id=top.string("id"),
        state=top.word("state", ChangeState),
        flow=top.string("flow"),
        author=Author(author.word("kind", AuthorKind), author.string("name")),
        request=top.string("request"),
        summary=top.maybe("summary") or "",
        deep=top.truth("deep"),
        model=top.maybe("model"),
        trace=top.maybe("trace"),
        created_at=top.moment("created_at"),
        decided_at=top.moment("decided_at") if top.maybe("decided_at") else None,
        decided_by=top.maybe("decided_by"),
        reverts=top.maybe("reverts"),
        reverted_by=top.maybe("reverted_by"),
        applied=top.maybe("applied"),
        edits=tuple(_edit(item) for item in top.items("edits")),
        effects=tuple(_splice(item) for item in top.items("effects")),
        undone=tuple(_splice(item) for item in top.items("undone")),
        opening=_opening(opening) if opening else None,
    )


class _Fields:
    """A JSON object read field by field, naming what is wrong with it."""

    def __init__(self, raw: object, name: str) -> None:
        if not isinstance(raw, dict):
            raise ChangeUnreadable(f"In it, {name} is not an object.")
        self.raw: Mapping[str, object] = raw
        self.name = name

    def _wrong(self, key: str, wanted: str) -> ChangeUnreadable:
        return ChangeUnreadable(f"In it, `{key}` of {self.name} is not {wanted}.")

    def maybe(self, key: str) -> str | None:
        value = self.raw.get(key)
        if value is not None and not isinstance(value, str):
            raise self._wrong(key, "text")
        return value

    def string(self, key: str) -> str:
        value = self.maybe(key)
        if value is None:
            raise self._wrong(key, "text")
        return value

    def integer(self, key: str, default: int | None = None) -> int:
        value = self.raw.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._wrong(key, "a whole number")
        return value

    def truth(self, key: str) -> bool:
        value = self.raw.get(key, False)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def word(self, key: str, kind: type[Word]) -> Word:
        value = self.string(key)
        try:
            return kind(value)
        except ValueError as error:
            raise self._wrong(key, f"one of {', '.join(member.value for member in kind)}") from error

    def moment(self, key: str) -> datetime:
        try:
            return datetime.fromisoformat(self.string(key))
        except ValueError as error:
            raise self._wrong(key, "a date and time") from error

    def day(self, key: str) -> date | None:
        value = self.maybe(key)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError as error:
            raise self._wrong(key, "a date") from error

    def inner(self, key: str) -> "_Fields":
        return _Fields(self.raw.get(key), f"`{key}`")

    def optional(self, key: str) -> "_Fields | None":
        return self.inner(key) if self.raw.get(key) is not None else None

    def items(self, key: str) -> list["_Fields"]:
        value = self.raw.get(key, [])
        if not isinstance(value, list):
            raise self._wrong(key, "a list")
        return [_Fields(item, f"an entry of `{key}`") for item in value]

    def strings(self, key: str) -> tuple[str, ...]:
        value = self.raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(key, "a list of texts")
        return tuple(cast("list[str]", value))

    def numbers(self, key: str) -> tuple[int, ...]:
        value = self.raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(n, int) for n in value):
            raise self._wrong(key, "a list of numbers")
        return tuple(cast("list[int]", value))


def _edit(raw: _Fields) -> Edit:
    op = raw.word("op", Op)
    flags = raw.optional("flag_notes")
    fact = raw.optional("fact")
    reason: UpdateReason | ArchiveReason | None = None
    if raw.maybe("reason"):
        reason = raw.word("reason", UpdateReason) if op is Op.UPDATE else raw.word("reason", ArchiveReason)
    known = {flag.value for flag in Flag}
    return Edit(
        n=raw.integer("n"),
        op=op,
        path=raw.string("path"),
        id=raw.maybe("id"),
        becomes=raw.maybe("becomes"),
        before=raw.maybe("before"),
        before_raw=raw.maybe("before_raw"),
        text=raw.maybe("text"),
        fact=_fact(fact) if fact else None,
        reason=reason,
        to_path=raw.maybe("to_path"),
        title=raw.maybe("title"),
        description=raw.maybe("description"),
        quote=raw.maybe("quote"),
        excerpt=raw.maybe("excerpt"),
        flags={Flag(key): flags.string(key) for key in flags.raw if key in known} if flags else {},
        state=raw.word("state", EditState),
        note=raw.maybe("note"),
        theirs=raw.maybe("theirs"),
        twin=None if raw.raw.get("twin") is None else raw.truth("twin"),
    )


def _fact_to_json(fact: NewFact) -> dict[str, Json]:
    return {
        "text": fact.text,
        "tier": fact.tier.value,
        "status": fact.status.value,
        "source": fact.source.value,
        "confidence": fact.confidence.value if fact.confidence else None,
        "topic": fact.topic,
        "updated_at": fact.updated_at.isoformat() if fact.updated_at else None,
        "review_at": fact.review_at.isoformat() if fact.review_at else None,
        "expires_at": fact.expires_at.isoformat() if fact.expires_at else None,
        "checked_at": fact.checked_at.isoformat() if fact.checked_at else None,
        "origin": fact.origin,
        "disclosure": fact.disclosure.word if fact.disclosure is not None else None,
        "details": fact.details,
        "extra": dict(fact.extra),
    }


def _fact(raw: _Fields) -> NewFact:
    extra = raw.optional("extra")
    return NewFact(
        text=raw.string("text"),
        tier=raw.word("tier", Tier),
        status=raw.word("status", Status),
        source=raw.word("source", Source),
        confidence=raw.word("confidence", Confidence) if raw.maybe("confidence") else None,
        topic=raw.maybe("topic"),
        updated_at=raw.moment("updated_at") if raw.maybe("updated_at") else None,
        review_at=raw.day("review_at"),
        expires_at=raw.day("expires_at"),
        checked_at=raw.day("checked_at"),
        origin=raw.maybe("origin"),
        disclosure=Level.from_word(raw.maybe("disclosure") or ""),
        details=raw.maybe("details") or "",
        extra=tuple((key, extra.string(key)) for key in extra.raw) if extra else (),
    )


def _splice_to_json(splice: Splice) -> dict[str, Json]:
    return {
        "path": splice.path,
        "at": splice.at,
        "before": splice.before,
        "after": splice.after,
        "above": splice.above,
        "below": splice.below,
    }


def _splice(raw: _Fields) -> Splice:
    return Splice(
        path=raw.string("path"),
        at=raw.integer("at"),
        before=raw.maybe("before"),
        after=raw.maybe("after"),
        above=raw.maybe("above") or "",
        below=raw.maybe("below") or "",
    )


def _opening(raw: _Fields) -> Opening:
    return Opening(
        then=raw.word("then", ChangeState),
        edits=raw.numbers("edits"),
        tried=raw.strings("tried"),
        files=tuple(
            Stamp(item.string("path"), item.maybe("before"), item.maybe("after"))
            for item in raw.items("files")
        ),
        splices=tuple(_splice(item) for item in raw.items("splices")),
    )

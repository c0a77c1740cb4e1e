"""Changes and their edits as lines: whole facts with `+`, `-` and `~`, in words as well as in color."""

from collections.abc import Iterator, Sequence
from difflib import unified_diff
from typing import TYPE_CHECKING

from nanomem_tui.changes.model import ArchiveReason, Change, ChangeState, Edit, EditState, Op, UpdateReason
from nanomem_tui.cli.output import Line, Piece, Style
from nanomem_tui.cli.views.facts import aside, count, words
from nanomem_tui.memory.facts import Confidence, Source, Tier
from nanomem_tui.memory.levels import Level

if TYPE_CHECKING:
    from nanomem_tui.changes.why import Why

SHORT = 6
"""Characters of a change's name that are shown: the end of its id, the part that is random."""


def short(id: str) -> str:
    """A change's name as people type it."""
    return id[-SHORT:].lower()


def change_rows(changes: Sequence[Change]) -> Iterator[Line]:
    """Changes, one line each."""
    for change in changes:
        state = "" if change.state is ChangeState.APPLIED else f"{change.state.value} "
        yield [
            (Style.STRONG, short(change.id)),
            f"  {change.created_at:%Y-%m-%d %H:%M}  ",
            (Style.WARNING if change.state is ChangeState.PENDING else Style.QUIET, state),
            f"{change.flow} {tally(change.edits)}",
            (Style.QUIET, f"  {_wish(change)}"),
            *_flag_count(change),
        ]


def change_lines(change: Change, *, quotes: bool = False) -> Iterator[Line]:
    """A whole change: who wanted what, and each edit.

    Args:
        change: the change.
        quotes: show the words of the source each edit rests on.
    """
    yield [
        (Style.STRONG, f"{change.flow} {short(change.id)}"),
        f" · {change.state.value} · {_author(change)}",
    ]
    yield [(Style.QUIET, f"{change.created_at:%Y-%m-%d %H:%M}  {_wish(change)}")]
    if change.decided_by and change.decided_at:
        yield [(Style.QUIET, f"decided {change.decided_at:%Y-%m-%d %H:%M} by {change.decided_by}")]
    if change.reverted_by:
        yield [(Style.QUIET, f"taken back by {short(change.reverted_by)}")]
    yield from edit_lines(change.edits, quotes=quotes)


def why_lines(why: "Why") -> Iterator[Line]:
    """Where a fact comes from, then every change of it and of what it replaced, newest first."""
    yield [(Style.STRONG, why.fact.text), (Style.QUIET, f" · {aside(why.fact)}")]
    if why.change is None:
        yield ["It was written outside nanomem, or its change is no longer there."]
    else:
        yield [f"written by {_author(why.change)}, {why.change.flow} {short(why.change.id)}"]
        if why.change.trace:
            yield [(Style.QUIET, f"trace {short(why.change.trace)}")]
    if why.quote:
        who = "you" if why.fact.source is Source.USER_STATEMENT else "it"
        yield [f"because {who} said: {first_line(why.quote)}"]
    if why.history:
        yield []
        yield from change_rows(why.history)


def edit_lines(edits: Sequence[Edit], *, quotes: bool = False) -> Iterator[Line]:
    """Edits under the files they change."""
    width = len(str(max((edit.n for edit in edits), default=0)))
    path = None
    for edit in edits:
        if edit.path != path:
            path = edit.path
            yield [(Style.STRONG, path)]
        number = f"  {edit.n:>{width}} "
        margin = " " * len(number)
        first = True
        for line in _body(edit):
            yield [number if first else margin, *line]
            first = False
        if quotes and edit.quote:
            yield [margin, (Style.QUIET, f"  because: {first_line(edit.quote)}")]
        for flag, why in edit.flags.items():
            yield [margin, (Style.WARNING, f"! {flag.value}: "), why]
        if edit.state is not EditState.PENDING:
            yield [margin, (Style.QUIET, f"  {edit.state.value}{f': {edit.note}' if edit.note else ''}")]
        if edit.theirs is not None:
            yield [margin, (Style.QUIET, f"  the file says: {first_line(edit.theirs)}")]


def tally(edits: Sequence[Edit]) -> str:
    """`+2 ~1 -1`: facts added, changed, taken away."""
    counts = dict.fromkeys("+~-", 0)
    for edit in edits:
        counts[_SIGNS[edit.op]] += 1
    return " ".join(f"{sign}{number}" for sign, number in counts.items() if number) or "nothing"


def first_line(text: str, limit: int = 100) -> str:
    """The first line of a text, shortened."""
    line = text.strip().split("\n", 1)[0].strip()
    shortened = line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
    return shortened if line == text.strip() or shortened.endswith("…") else f"{shortened} …"


_SIGNS = {
    Op.ADD: "+",
    Op.UPDATE: "~",
    Op.ARCHIVE: "~",
    Op.REMOVE: "-",
    Op.MOVE: "~",
    Op.DESCRIBE: "~",
    Op.TEXT: "~",
}


_ABOUT = (
    *("tier", "status", "source", "confidence", "topic"),
    *("review_at", "expires_at", "checked_at", "origin", "disclosure"),
)


def _body(edit: Edit) -> Iterator[Line]:
    before, text = edit.before or "", edit.text or ""
    match edit.op:
        case Op.ADD:
            yield [(Style.ADDED, f"+ {text}"), (Style.QUIET, _meta(edit))]
        case Op.UPDATE if before == text and (about := _about(edit)):
            yield [(Style.CHANGED, f"~ {text}"), (Style.QUIET, f" · {', '.join(about)}")]
        case Op.UPDATE:
            fate = "goes to history" if edit.reason is UpdateReason.CHANGED else "is corrected"
            yield [(Style.CHANGED, "~ "), (Style.REMOVED, f"- {before}"), (Style.QUIET, f" · {fate}")]
            yield ["  ", (Style.ADDED, f"+ {text}"), (Style.QUIET, _meta(edit))]
        case Op.ARCHIVE:
            why = edit.reason.value if isinstance(edit.reason, ArchiveReason) else "no longer current"
            yield [(Style.CHANGED, f"~ {before}"), (Style.QUIET, f" · to history, {why}")]
        case Op.REMOVE:
            yield [(Style.REMOVED, f"- {before}")]
        case Op.MOVE:
            yield [(Style.CHANGED, f"~ {before}"), (Style.QUIET, f" · to {edit.to_path}")]
        case Op.DESCRIBE:
            told = {"title": edit.title, "description": edit.description}
            for name, value in told.items():
                if value is not None:
                    yield [(Style.CHANGED, f"~ {name}: {value}")]
        case Op.TEXT:
            yield from _text(edit)


def _about(edit: Edit) -> list[str]:
    """What an edit says anew about a fact whose words it keeps: `checked at 2026-03-01`."""
    from nanomem_tui.memory.document import parse, to_new_fact

    raw = edit.before_raw or ""
    seen = parse(raw).facts
    if not seen or edit.fact is None:
        return []
    was = to_new_fact(seen[0])
    # What the line does not say, its heading and its path do.
    names = [name for name in _ABOUT if name not in ("tier", "topic") or f"{name}=" in raw]
    return [
        f"{name.replace('_', ' ')} {_value(getattr(edit.fact, name))}"
        for name in names
        if getattr(edit.fact, name) != getattr(was, name)
    ]


def _value(value: object) -> str:
    """A value of a fact, as a person reads it."""
    if value is None or value == "":
        return "taken away"
    return value.word if isinstance(value, Level) else words(str(value))


def _meta(edit: Edit) -> str:
    fact = edit.fact
    if fact is None:
        return ""
    parts = [words(fact.tier)] if fact.tier is not Tier.LONG_TERM else []
    if fact.expires_at:
        parts.append(f"until {fact.expires_at.isoformat()}")
    if fact.source is not Source.USER_STATEMENT:
        parts.append(words(fact.source))
    if fact.confidence not in (None, Confidence.HIGH):
        parts.append(f"{fact.confidence} confidence")
    if fact.disclosure not in (None, Level.OPEN):
        parts.append(fact.disclosure.word if fact.disclosure else "")
    return "".join(f" · {part}" for part in parts)


def _text(edit: Edit) -> Iterator[Line]:
    what = "~ text" if edit.before is not None and edit.text is not None else None
    yield [(Style.CHANGED, what or ("+ new file" if edit.before is None else "- the whole file"))]
    old, new = (edit.before or "").splitlines(), (edit.text or "").splitlines()
    # The first three lines name the files and the place of the first hunk.
    for line in list(unified_diff(old, new, n=1, lineterm=""))[3:]:
        style = {"+": Style.ADDED, "-": Style.REMOVED}.get(line[:1], Style.QUIET)
        yield ["  ", (style, f"{line[:1]} {line[1:]}" if line[:1] in "+- " else "…")]


def _wish(change: Change) -> str:
    """What a change was made for."""
    return f"takes back {short(change.reverts)}" if change.reverts else first_line(change.request)


def _author(change: Change) -> str:
    model = f", {change.model}" if change.model and change.model != change.author.name else ""
    return f"{change.author.name}{model}"


def _flag_count(change: Change) -> list[Piece]:
    flagged = sum(1 for edit in change.pending if edit.flags)
    return [(Style.WARNING, f"  ! {count(flagged, 'flagged edit')}")] if flagged else []

"""How a change looks: whole facts with signs and color, word marks, metadata, flags, the words they rest on.

Turns values into blocks of lines; asks no bank and decides nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from textual.content import Content

from nanomem_tui.changes.model import (
    ArchiveReason,
    Change,
    ChangeState,
    Edit,
    EditState,
    Op,
    Splice,
    UpdateReason,
)
from nanomem_tui.memory.document import split_lines
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.tui.widgets.blocks import Block, apart, wrap
from nanomem_tui.tui.widgets.change_words import (
    COLORS,
    MARKS,
    SIGNS,
    STATES,
    Standing,
    author_words,
    files_words,
    flag_count,
    metadata_changes,
    metadata_words,
    old_fact,
    request_words,
)
from nanomem_tui.tui.widgets.differ import Span, line_diff, word_spans
from nanomem_tui.tui.widgets.words import age, count, shown, shown_lines

_DIM = "$foreground 60%"
_INDENT = 7
"""Columns before a fact's text: state, number, sign."""


def marked(text: str, spans: Iterable[Span], style: str, mark: str) -> Content:
    """`text` in `style`, with `spans` of it marked."""
    content = Content.styled(text, style)
    for start, end in spans:
        content = content.stylize(mark, start, end)
    return content


def pair(old: str, new: str) -> tuple[Content, Content]:
    """An old and a new text, the words they do not share marked."""
    old, new = shown(old), shown(new)
    gone, come = word_spans(old, new)
    return (
        marked(old, gone, "$text-error 85%", "bold underline $text-error"),
        marked(new, come, "$text-success", "bold underline $text-success"),
    )


class FileBlock(Block):
    """The heading of a file's edits."""

    def __init__(self, path: str, edits: int, *, new: bool = False) -> None:
        super().__init__(f"file:{path}", selectable=False)
        self._path = path
        self._edits = edits
        self._new = new

    def render(self, width: int) -> Sequence[Content]:
        new = Content.styled("  new file", _DIM) if self._new else Content("")
        left = Content.assemble(Content.styled(shown(self._path), "bold $text-primary"), new)
        return [apart(left, Content.styled(count(self._edits, "edit"), _DIM), width)]


class EditBlock(Block):
    """One edit: what was, what would be, why it deserves a look."""

    def __init__(self, edit: Edit, standing: Standing | None = None) -> None:
        super().__init__(f"edit:{edit.n}")
        self.edit = edit
        self.standing = standing or Standing()

    def render(self, width: int) -> Sequence[Content]:
        lines = [
            *self._what(width),
            *self._conflict(width),
            *self._words(width),
            *self._flags(width),
            Content(""),
        ]
        if self.edit.state in (EditState.REJECTED, EditState.REVERTED):
            lines = [line.stylize("dim") for line in lines]
        return lines

    def _row(self, sign: str, text: Content, width: int, *, numbered: bool = False) -> list[Content]:
        mark, color = MARKS[self.edit.state]
        number = f"{self.edit.n:>2} " if numbered else "   "
        first = Content.assemble(
            (f"{mark if numbered else ' '} ", color),
            (number, _DIM),
            (f"{sign} ", f"bold {COLORS.get(sign, _DIM)}"),
        )
        return wrap(text, width, first, " " * _INDENT)

    def _note(self, text: Content, width: int, sign: str = "") -> list[Content]:
        lead = " " * (_INDENT - 2) + f"{sign:<2}"
        return wrap(
            text, width, Content.styled(lead, f"bold {COLORS['!']}" if sign == "!" else ""), " " * _INDENT
        )

    def _what(self, width: int) -> list[Content]:
        edit = self.edit
        sign = SIGNS[edit.op]
        if edit.op is Op.ADD:
            fact = edit.fact or NewFact(edit.text or "")
            lines = self._row(sign, Content.styled(shown(fact.text), "$text-success"), width, numbered=True)
            lines += self._details(fact.details, "$text-success", width)
            return lines + self._note(Content.styled(" · ".join(metadata_words(fact)), _DIM), width)
        if edit.op is Op.UPDATE:
            return self._update(width)
        if edit.op is Op.DESCRIBE:
            return self._describe(width)
        if edit.op is Op.TEXT:
            return self._text(width)
        text = Content.styled(shown(edit.before or ""), COLORS[sign])
        lines = self._row(sign, text, width, numbered=True)
        old = old_fact(edit)
        if old:
            lines += self._details(old.details, COLORS[sign], width)
        what = {
            Op.REMOVE: "taken out of the file",
            Op.MOVE: f"to {shown(edit.to_path or '')}",
            Op.ARCHIVE: f"to history: {edit.reason or ArchiveReason.SUPERSEDED}",
        }[edit.op]
        return lines + self._note(Content.styled(what, _DIM), width)

    def _update(self, width: int) -> list[Content]:
        edit = self.edit
        old, new = old_fact(edit), edit.fact or NewFact(edit.text or "")
        before, after = pair(edit.before or "", new.text)
        changed = edit.reason is UpdateReason.CHANGED
        lead = "changed · the old one to history" if changed else "corrected"
        lines = self._row("~", Content.styled(lead, _DIM), width, numbered=True)
        if shown(edit.before or "") == shown(new.text):
            lines += self._row(" ", Content(shown(new.text)), width)
        else:
            lines += self._row("-", before, width) + self._row("+", after, width)
        if old is None:
            return lines + self._note(Content.styled(" · ".join(metadata_words(new)), _DIM), width)
        if old.details != new.details:
            for sign, line in line_diff(shown_lines(old.details), shown_lines(new.details)):
                lines += self._row(sign, Content.styled(line, COLORS.get(sign, "")), width)
        for name, was, now in metadata_changes(old, new):
            words = Content.assemble(
                (f"{name} ", _DIM), (was, "$text-error"), (" → ", _DIM), (now, "$text-success")
            )
            lines += self._note(words, width)
        return lines

    def _describe(self, width: int) -> list[Content]:
        edit, standing = self.edit, self.standing
        lines: list[Content] = []
        for name, old, new in (
            ("title", standing.title, edit.title),
            ("description", standing.description, edit.description),
        ):
            if new is None:
                continue
            lines += self._row("~", Content.styled(f"{name} of the file", _DIM), width, numbered=not lines)
            before, after = pair(old or "", new)
            if old and old != new:
                lines += self._row("-", before, width)
            lines += self._row("+", after, width)
        return lines or self._row("~", Content.styled("nothing", _DIM), width, numbered=True)

    def _text(self, width: int) -> list[Content]:
        edit = self.edit
        what = (
            "the file is deleted"
            if edit.text is None
            else "a new file"
            if edit.before is None
            else "the file's text"
        )
        sign = "-" if edit.text is None else "+" if edit.before is None else "~"
        lines = self._row(sign, Content.styled(what, _DIM), width, numbered=True)
        for sign, line in line_diff(_file_lines(edit.before), _file_lines(edit.text)):
            style = {"+": "$text-success", "-": "$text-error"}.get(sign, _DIM)
            lines += self._row(sign, Content.styled(line, style), width)
        return lines

    def _details(self, details: str, style: str, width: int) -> list[Content]:
        if not details:
            return []
        return [
            row for line in shown_lines(details) for row in self._note(Content.styled(line, style), width)
        ]

    def _conflict(self, width: int) -> list[Content]:
        edit = self.edit
        conflict = edit if edit.state is EditState.CONFLICT else self.standing.conflict
        if conflict is None:
            note = shown(edit.note or "")
            words = f"“{note}”" if note and edit.state is EditState.REJECTED else note
            return self._note(Content.styled(words, f"italic {_DIM}"), width) if note else []
        if edit.op is Op.TEXT or not conflict.theirs or conflict.before is None:
            why = shown(conflict.note or "The file has moved on since this was proposed.")
            return self._note(Content.styled(why, "$text-error"), width, "!")
        why = "The file has moved on: approving takes the proposal, rejecting keeps what is there."
        saw, there = pair(conflict.before, conflict.theirs)
        return [
            *self._note(Content.styled(why, "$text-error"), width, "!"),
            *self._note(Content.assemble(("it saw     ", _DIM), saw), width),
            *self._note(Content.assemble(("there now  ", _DIM), there), width),
        ]

    def _words(self, width: int) -> list[Content]:
        if not self.edit.quote:
            return []
        quote = Content.assemble(("❝", _DIM), (shown(self.edit.quote), f"italic {_DIM}"), ("❞", _DIM))
        return self._note(quote, width)

    def _flags(self, width: int) -> list[Content]:
        lines: list[Content] = []
        for flag, why in self.edit.flags.items():
            words = Content.assemble((flag.value, "bold $text-warning"), (f"  {shown(why)}", "$text-warning"))
            first = Content.styled(" " * (_INDENT - 2) + "⚑ ", "bold $text-warning")
            lines += wrap(words, width, first, " " * _INDENT)
        return lines


class SpliceBlock(Block):
    """Lines replaced in a file: the record of what a change without edits did."""

    def __init__(self, number: int, splice: Splice) -> None:
        super().__init__(f"splice:{number}")
        self._splice = splice

    def render(self, width: int) -> Sequence[Content]:
        lines: list[Content] = []
        for sign, line in line_diff(
            _file_lines(self._splice.before), _file_lines(self._splice.after), context=0
        ):
            first = Content.styled(f"     {sign} ", f"bold {COLORS.get(sign, _DIM)}")
            lines += wrap(Content.styled(line, COLORS.get(sign, _DIM)), width, first, " " * _INDENT)
        return [*lines, Content("")]


class ChangeBlock(Block):
    """A change in a list: what was asked, by whom, how much, how long ago."""

    def __init__(self, change: Change, now: datetime) -> None:
        super().__init__(change.id)
        self.change = change
        self._now = now

    def height(self, width: int) -> int:
        return 2

    def render(self, width: int) -> Sequence[Content]:
        change = self.change
        mark, color = STATES[change.state]
        flags = flag_count(change)
        when = age(change.decided_at or change.created_at, self._now)
        quiet = change.state in (ChangeState.REJECTED, ChangeState.REVERTED)
        head = Content.assemble((f"{mark} ", color), (shown(request_words(change)), _DIM if quiet else ""))
        edits = change.undecided if change.state is ChangeState.PENDING else change.edits
        size = (
            count(len(edits), "edit") if edits or not change.effects else count(len(change.effects), "place")
        )
        if change.state is ChangeState.PENDING and len(edits) < len(change.edits):
            size = f"{len(edits)} of {count(len(change.edits), 'edit')}"
        parts = [Content.styled(f"  {shown(change.flow)} · {author_words(change.author)} · {size}", _DIM)]
        conflicts = sum(1 for edit in change.edits if edit.state is EditState.CONFLICT)
        if conflicts:
            parts.append(Content.styled(f" · ! {conflicts}", "$text-error"))
        if flags:
            parts.append(Content.styled(f" · ⚑ {flags}", "$text-warning"))
        files = files_words(change)
        if files:
            parts.append(Content.styled(f" · {files}", _DIM))
        return [
            apart(head, Content.styled(when, _DIM), width),
            Content.assemble(*parts).truncate(width, ellipsis=True),
        ]


def edit_blocks(change: Change, standings: Mapping[int, Standing]) -> list[Block]:
    """The edits of a change by file, in the order its author made them."""
    edits = change.edits
    by_path: dict[str, list[Edit]] = {}
    for edit in edits:
        by_path.setdefault(edit.path, []).append(edit)
    blocks: list[Block] = []
    for path, group in by_path.items():
        new = any(standings.get(edit.n, Standing()).new_file for edit in group)
        blocks.append(FileBlock(path, len(group), new=new))
        blocks += [EditBlock(edit, standings.get(edit.n)) for edit in group]
    if edits:
        return blocks
    splices: dict[str, list[Block]] = {}
    for number, splice in enumerate(change.effects):
        splices.setdefault(splice.path, []).append(SpliceBlock(number, splice))
    for path, group_blocks in splices.items():
        blocks += [FileBlock(path, len(group_blocks)), *reversed(group_blocks)]
    return blocks


def quoted(source: str, quote: str | None) -> tuple[Content, int | None]:
    """The source text with the quote marked.

    Returns:
        The text, and where the quote begins; None when it is not in it as written.
    """
    text = "\n".join(shown_lines(source))
    wanted = shown(quote or "")
    at = text.find(wanted) if wanted else -1
    content = Content.styled(text, _DIM)
    if at < 0:
        return content, None
    return content.stylize("bold underline $text-accent", at, at + len(wanted)), at


def _file_lines(text: str | None) -> list[str]:
    return [shown(line) for line in split_lines(text)] if text else []

"""How one edit looks: whole facts with signs and color, word marks, metadata, flags, the words they rest on.

Turns values into lines; asks no bank and decides nothing.
"""

from collections.abc import Iterable, Sequence

from textual.content import Content

from nanomem_tui.changes.model import ArchiveReason, Edit, EditState, Op, UpdateReason
from nanomem_tui.memory.document import split_lines
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.tui.widgets.blocks import Block, wrap
from nanomem_tui.tui.widgets.change_words import (
    COLORS,
    MARKS,
    SIGNS,
    Standing,
    metadata_changes,
    metadata_words,
    old_fact,
)
from nanomem_tui.tui.widgets.differ import Span, line_diff, word_spans
from nanomem_tui.tui.widgets.words import shown, shown_lines

DIM = "$foreground 60%"
INDENT = 7
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
            (number, DIM),
            (f"{sign} ", f"bold {COLORS.get(sign, DIM)}"),
        )
        return wrap(text, width, first, " " * INDENT)

    def _note(self, text: Content, width: int, sign: str = "") -> list[Content]:
        lead = " " * (INDENT - 2) + f"{sign:<2}"
        return wrap(
            text, width, Content.styled(lead, f"bold {COLORS['!']}" if sign == "!" else ""), " " * INDENT
        )

    def _what(self, width: int) -> list[Content]:
        edit = self.edit
        sign = SIGNS[edit.op]
        if edit.op is Op.ADD:
            fact = edit.fact or NewFact(edit.text or "")
            lines = self._row(sign, Content.styled(shown(fact.text), "$text-success"), width, numbered=True)
            lines += self._details(fact.details, "$text-success", width)
            return lines + self._note(Content.styled(" · ".join(metadata_words(fact)), DIM), width)
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
        return lines + self._note(Content.styled(what, DIM), width)

    def _update(self, width: int) -> list[Content]:
        edit = self.edit
        old, new = old_fact(edit), edit.fact or NewFact(edit.text or "")
        before, after = pair(edit.before or "", new.text)
        changed = edit.reason is UpdateReason.CHANGED
        lead = "changed · the old one to history" if changed else "corrected"
        lines = self._row("~", Content.styled(lead, DIM), width, numbered=True)
        if shown(edit.before or "") == shown(new.text):
            lines += self._row(" ", Content(shown(new.text)), width)
        else:
            lines += self._row("-", before, width) + self._row("+", after, width)
        if old is None:
            return lines + self._note(Content.styled(" · ".join(metadata_words(new)), DIM), width)
        if old.details != new.details:
            for sign, line in line_diff(shown_lines(old.details), shown_lines(new.details)):
                lines += self._row(sign, Content.styled(line, COLORS.get(sign, "")), width)
        for name, was, now in metadata_changes(old, new):
            words = Content.assemble(
                (f"{name} ", DIM), (was, "$text-error"), (" → ", DIM), (now, "$text-success")
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
            lines += self._row("~", Content.styled(f"{name} of the file", DIM), width, numbered=not lines)
            before, after = pair(old or "", new)
            if old and old != new:
                lines += self._row("-", before, width)
            lines += self._row("+", after, width)
        return lines or self._row("~", Content.styled("nothing", DIM), width, numbered=True)

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
        lines = self._row(sign, Content.styled(what, DIM), width, numbered=True)
        for sign, line in line_diff(file_lines(edit.before), file_lines(edit.text)):
            lines += self._line(sign, line, width)
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
            return self._note(Content.styled(words, f"italic {DIM}"), width) if note else []
        lines = self._note(Content.styled(self._choice(conflict), "$text-error"), width, "!")
        if not conflict.theirs or conflict.before is None:
            return lines
        if edit.op is Op.TEXT:
            there = line_diff(file_lines(edit.before), file_lines(conflict.theirs))
            head = self._note(Content.styled("there now, against what it saw", DIM), width)
            return [*lines, *head, *(row for sign, line in there for row in self._line(sign, line, width))]
        saw, now = pair(conflict.before, conflict.theirs)
        return [
            *lines,
            *self._note(Content.assemble(("it saw     ", DIM), saw), width),
            *self._note(Content.assemble(("there now  ", DIM), now), width),
        ]

    def _choice(self, conflict: Edit) -> str:
        """Why it does not fit, and what a person can do about it."""
        why = shown(conflict.note or "The file has moved on since this was proposed.")
        if conflict.theirs is None:
            return f"{why} r rejects it."
        merge = ", e merges the two" if self.edit.op in (Op.ADD, Op.UPDATE, Op.DESCRIBE, Op.TEXT) else ""
        return f"{why} a takes the proposal, r keeps what is there{merge}."

    def _line(self, sign: str, line: str, width: int) -> list[Content]:
        style = {"+": "$text-success", "-": "$text-error"}.get(sign, DIM)
        return self._row(sign, Content.styled(line, style), width)

    def _words(self, width: int) -> list[Content]:
        if not self.edit.quote:
            return []
        quote = Content.assemble(("❝", DIM), (shown(self.edit.quote), f"italic {DIM}"), ("❞", DIM))
        return self._note(quote, width)

    def _flags(self, width: int) -> list[Content]:
        lines: list[Content] = []
        for flag, why in self.edit.flags.items():
            words = Content.assemble((flag.value, "bold $text-warning"), (f"  {shown(why)}", "$text-warning"))
            first = Content.styled(" " * (INDENT - 2) + "⚑ ", "bold $text-warning")
            lines += wrap(words, width, first, " " * INDENT)
        return lines


def file_lines(text: str | None) -> list[str]:
    """The lines of a file as they may be shown."""
    return [shown(line) for line in split_lines(text)] if text else []

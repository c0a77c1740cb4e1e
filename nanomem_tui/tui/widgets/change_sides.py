"""How one edit looks side by side: what is there on the left, what would be there on the right.

Turns values into lines; asks no bank and decides nothing.
"""

from collections.abc import Sequence
from itertools import zip_longest

from textual.content import Content

from nanomem_tui.changes.model import ArchiveReason, EditState, Op, UpdateReason
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.tui.widgets.blocks import wrap
from nanomem_tui.tui.widgets.change_edit import DIM, INDENT, EditBlock, file_lines, pair
from nanomem_tui.tui.widgets.change_words import COLORS, SIGNS, metadata_changes, metadata_words, old_fact
from nanomem_tui.tui.widgets.differ import line_pairs
from nanomem_tui.tui.widgets.words import shown, shown_lines

NARROWEST = 48
"""Columns below which two texts are easier to read one above the other."""
_BETWEEN = " │ "

Row = tuple[Content, Content]
"""What stands left, and what right of it."""


class SidesBlock(EditBlock):
    """One edit, before and after beside each other; one above the other where there is no room."""

    def _what(self, width: int) -> list[Content]:
        if width < NARROWEST:
            return super()._what(width)
        edit = self.edit
        head = self._row(SIGNS[edit.op], Content.styled(self._lead(), DIM), width, numbered=True)
        return head + [line for left, right in self._rows() for line in beside(left, right, width)]

    def _lead(self) -> str:
        edit = self.edit
        if edit.op is Op.UPDATE:
            return "changed · the old one to history" if edit.reason is UpdateReason.CHANGED else "corrected"
        return {
            Op.ADD: "added",
            Op.REMOVE: "taken out of the file",
            Op.MOVE: f"moved to {shown(edit.to_path or '')}",
            Op.ARCHIVE: f"to history: {edit.reason or ArchiveReason.SUPERSEDED}",
            Op.DESCRIBE: "the file is described",
            Op.TEXT: "the file is deleted" if edit.text is None else "the file's text",
        }[edit.op]

    def _rows(self) -> list[Row]:
        edit = self.edit
        if edit.op is Op.TEXT:
            return _lines(edit.before, edit.text)
        if edit.op is Op.DESCRIBE:
            standing = self.standing
            named = ((standing.title, edit.title), (standing.description, edit.description))
            return [pair(old or "", new) for old, new in named if new is not None]
        old = old_fact(edit)
        if edit.op in (Op.ADD, Op.UPDATE):
            return self._facts(old if edit.op is Op.UPDATE else None, edit.fact or NewFact(edit.text or ""))
        gone = Content.styled(shown(edit.before or ""), COLORS[SIGNS[edit.op]])
        details = _styled(old.details if old else "", COLORS[SIGNS[edit.op]])
        return [(gone, Content("")), *((line, Content("")) for line in details)]

    def _facts(self, old: NewFact | None, new: NewFact) -> list[Row]:
        before = self.edit.before if self.edit.op is Op.UPDATE else None
        if before is None:
            rows = [(Content(""), Content.styled(shown(new.text), "$text-success"))]
        elif shown(before) == shown(new.text):
            rows = [(Content(shown(before)), Content(shown(new.text)))]
        else:
            rows = [pair(before, new.text)]
        rows += zip_longest(
            _styled(old.details if old else "", "$text-error"),
            _styled(new.details, "$text-success"),
            fillvalue=Content(""),
        )
        if old is None:
            return [*rows, (Content(""), Content.styled(" · ".join(metadata_words(new)), DIM))]
        return rows + [
            (
                Content.assemble((f"{name} ", DIM), (was, "$text-error")),
                Content.assemble((f"{name} ", DIM), (now, "$text-success")),
            )
            for name, was, now in metadata_changes(old, new)
        ]

    def _conflict(self, width: int) -> list[Content]:
        edit = self.edit
        conflict = edit if edit.state is EditState.CONFLICT else self.standing.conflict
        if conflict is None or width < NARROWEST or not conflict.theirs or edit.op is Op.DESCRIBE:
            return super()._conflict(width)
        if edit.op is Op.TEXT:
            rows = _lines(conflict.theirs, edit.text)
        else:
            rows = [pair(conflict.theirs, edit.text or "")] if edit.text else []
        heads = (Content.styled("there now", "$text-error"), Content.styled("the proposal", DIM))
        return [
            *self._note(Content.styled(self._choice(conflict), "$text-error"), width, "!"),
            *(line for left, right in [heads, *rows] for line in beside(left, right, width)),
        ]


def beside(left: Content, right: Content, width: int) -> list[Content]:
    """Two texts beside each other, each wrapped to its half."""
    half = (width - INDENT - len(_BETWEEN)) // 2
    rows = zip_longest(wrap(left, half), wrap(right, half), fillvalue=Content(""))
    return [
        Content.assemble(
            " " * INDENT,
            one,
            " " * (half - one.cell_length),
            Content.styled(_BETWEEN, "$foreground 25%"),
            other,
        )
        for one, other in rows
    ]


def _lines(old: str | None, new: str | None) -> list[Row]:
    rows: list[Row] = []
    for before, after in line_pairs(file_lines(old), file_lines(new)):
        if before is None and after is None:
            rows.append((Content.styled("…", DIM), Content.styled("…", DIM)))
        elif before == after:
            rows.append((Content.styled(before or "", DIM), Content.styled(after or "", DIM)))
        else:
            rows.append(pair(before or "", after or ""))
    return rows


def _styled(details: str, style: str) -> Sequence[Content]:
    return [Content.styled(line, style) for line in shown_lines(details)] if details else []

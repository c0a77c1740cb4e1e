"""Where a fact comes from, to read: its words, the change that made it, and every version since.

It shows what the bank explained; it looks nothing up and changes nothing.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from textual.content import Content

from nanomem_tui.changes.model import Change, Edit, EditState, Op
from nanomem_tui.changes.why import Why
from nanomem_tui.memory.identity import same
from nanomem_tui.tui.widgets.block_list import BlockList
from nanomem_tui.tui.widgets.blocks import Lines, wrap
from nanomem_tui.tui.widgets.change_edit import pair
from nanomem_tui.tui.widgets.change_view import ChangeBlock, quoted
from nanomem_tui.tui.widgets.change_words import COLORS, SIGNS
from nanomem_tui.tui.widgets.words import count, shown

_DIM = "$foreground 60%"
OUTSIDE = (
    "Written outside of nanomem, by hand or by another program: there is no record of the words it rests on."
)
IN_A_FILE = "It came with the text of the whole file; no words that it rests on were noted."


class VersionBlock(ChangeBlock):
    """A change that gave the fact other words, another place or another tier."""

    def __init__(self, change: Change, edits: Sequence[Edit], now: datetime) -> None:
        super().__init__(change, now)
        self._edits = edits

    def height(self, width: int) -> int:
        return len(self.lines(width))

    def render(self, width: int) -> Sequence[Content]:
        lines = list(super().render(width))
        made = [f"model {shown(self.change.model)}"] if self.change.model else []
        made += [f"trace {self.change.trace[-6:].lower()}"] if self.change.trace else []
        if made:
            lines.append(Content.styled(f"  {' · '.join(made)}", _DIM))
        for edit in self._edits:
            lines += _edit_lines(edit, width)
        return [*lines, Content("")]


class WhyView(BlockList):
    """The story of one fact. Its versions can be chosen; each leads to its change."""

    def explain(self, why: Why, now: datetime) -> None:
        """Tell the story of a fact."""
        self.show([])
        self.show(
            [
                Lines("fact", [Content.styled(shown(why.fact.text), "bold"), Content("")]),
                Lines("words", [*_words(why), Content("")]),
                Lines("versions", [Content.styled(_title(why), "bold $primary")]),
                *(VersionBlock(change, edits, now) for change, edits in versions(why)),
            ]
        )
        self.scroll_to(y=0, animate=False, force=True, immediate=True)


def versions(why: Why) -> Iterator[tuple[Change, tuple[Edit, ...]]]:
    """Every change of the story, newest first, with its edits that belong to it."""
    texts = [why.fact.text]
    for change in why.history:
        edits = tuple(
            edit
            for edit in change.edits
            if edit.state in (EditState.APPLIED, EditState.REVERTED)
            and edit.op is not Op.TEXT
            and any(same(said, text) for said in (edit.text, edit.before) if said for text in texts)
        )
        texts += [edit.before for edit in edits if edit.before]
        yield change, edits


def _title(why: Why) -> str:
    return count(len(why.history), "change") if why.history else "No change of it is recorded."


def _words(why: Why) -> list[Content]:
    if why.change is None:
        return [Content.styled(OUTSIDE, _DIM)]
    if not why.quote and not why.source_excerpt:
        said = IN_A_FILE if why.edit and why.edit.op is Op.TEXT else ""
        return [Content.styled(said or f"Asked for as: {shown(why.change.request)}", _DIM)]
    text, _ = quoted(why.source_excerpt or why.quote or "", why.quote)
    return [Content.styled("It rests on these words:", _DIM), text]


def _edit_lines(edit: Edit, width: int) -> list[Content]:
    rows: list[tuple[str, Content]] = []
    if edit.op is Op.UPDATE and edit.text and edit.before:
        before, after = pair(edit.before, edit.text)
        rows = [("-", before), ("+", after)] if not same(edit.before, edit.text) else [("~", after)]
    else:
        sign = SIGNS[edit.op]
        words = Content.styled(shown(edit.text or edit.before or ""), COLORS[sign])
        where = {Op.MOVE: f"  to {shown(edit.to_path or '')}", Op.ARCHIVE: "  to history"}.get(edit.op, "")
        rows = [(sign, Content.assemble(words, (where, _DIM)))]
    return [
        line
        for sign, text in rows
        for line in wrap(text, width, Content.styled(f"  {sign} ", f"bold {COLORS[sign]}"), "    ")
    ]

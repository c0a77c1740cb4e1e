"""How changes look: one in a list, its edits by file, the lines it replaced, the words it rests on.

Turns values into blocks of lines; asks no bank and decides nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from textual.content import Content

from nanomem_tui.changes.model import (
    Change,
    ChangeState,
    Edit,
    EditState,
    Splice,
)
from nanomem_tui.tui.widgets.blocks import Block, apart, wrap
from nanomem_tui.tui.widgets.change_edit import DIM, INDENT, EditBlock, file_lines
from nanomem_tui.tui.widgets.change_sides import SidesBlock
from nanomem_tui.tui.widgets.change_words import (
    COLORS,
    STATES,
    Standing,
    author_words,
    files_words,
    flag_count,
    request_words,
)
from nanomem_tui.tui.widgets.differ import line_diff
from nanomem_tui.tui.widgets.words import age, count, shown, shown_lines


class FileBlock(Block):
    """The heading of a file's edits."""

    def __init__(self, path: str, edits: int, *, new: bool = False) -> None:
        super().__init__(f"file:{path}", selectable=False)
        self._path = path
        self._edits = edits
        self._new = new

    def render(self, width: int) -> Sequence[Content]:
        new = Content.styled("  new file", DIM) if self._new else Content("")
        left = Content.assemble(Content.styled(shown(self._path), "bold $text-primary"), new)
        return [apart(left, Content.styled(count(self._edits, "edit"), DIM), width)]


class SpliceBlock(Block):
    """Lines replaced in a file: the record of what a change without edits did."""

    def __init__(self, number: int, splice: Splice) -> None:
        super().__init__(f"splice:{number}")
        self._splice = splice

    def render(self, width: int) -> Sequence[Content]:
        lines: list[Content] = []
        for sign, line in line_diff(
            file_lines(self._splice.before), file_lines(self._splice.after), context=0
        ):
            first = Content.styled(f"     {sign} ", f"bold {COLORS.get(sign, DIM)}")
            lines += wrap(Content.styled(line, COLORS.get(sign, DIM)), width, first, " " * INDENT)
        return [*lines, Content("")]


class ChangeBlock(Block):
    """A change in a list: what was asked, by whom, how much, how long ago."""

    def __init__(self, change: Change, now: datetime, *, marked: bool = False) -> None:
        super().__init__(change.id)
        self.change = change
        self.marked = marked
        """It is one of those decided on together."""
        self._now = now

    def height(self, width: int) -> int:
        return 2

    def render(self, width: int) -> Sequence[Content]:
        change = self.change
        mark, color = ("◆", "bold $text-accent") if self.marked else STATES[change.state]
        flags = flag_count(change)
        when = age(change.decided_at or change.created_at, self._now)
        quiet = change.state in (ChangeState.REJECTED, ChangeState.REVERTED)
        head = Content.assemble((f"{mark} ", color), (shown(request_words(change)), DIM if quiet else ""))
        edits = change.undecided if change.state is ChangeState.PENDING else change.edits
        size = (
            count(len(edits), "edit") if edits or not change.effects else count(len(change.effects), "place")
        )
        if change.state is ChangeState.PENDING and len(edits) < len(change.edits):
            size = f"{len(edits)} of {count(len(change.edits), 'edit')}"
        parts = [Content.styled(f"  {shown(change.flow)} · {author_words(change.author)} · {size}", DIM)]
        conflicts = sum(1 for edit in change.edits if edit.state is EditState.CONFLICT)
        if conflicts:
            parts.append(Content.styled(f" · ! {conflicts}", "$text-error"))
        if flags:
            parts.append(Content.styled(f" · ⚑ {flags}", "$text-warning"))
        files = files_words(change)
        if files:
            parts.append(Content.styled(f" · {files}", DIM))
        return [
            apart(head, Content.styled(when, DIM), width),
            Content.assemble(*parts).truncate(width, ellipsis=True),
        ]


class FaultBlock(Block):
    """A file among the changes that cannot be read as one."""

    def __init__(self, name: str, fault: str) -> None:
        super().__init__(f"fault:{name}")
        self.name = name
        self.fault = fault

    def height(self, width: int) -> int:
        return 2

    def render(self, width: int) -> Sequence[Content]:
        return [
            Content.assemble(("! ", "bold $text-error"), shown(self.name)).truncate(width, ellipsis=True),
            Content.styled(f"  cannot be read: {shown(self.fault)}", DIM).truncate(width, ellipsis=True),
        ]

    def explained(self) -> tuple[str, ...]:
        """What it is, in a few lines."""
        return (
            f"{shown(self.name)} cannot be read as a change.",
            "",
            shown(self.fault),
            "",
            "It lies in .nanomem/changes and decides nothing; the other changes are not affected. Restore it "
            "from a backup, or delete it.",
        )


def edit_blocks(change: Change, standings: Mapping[int, Standing], *, sides: bool = False) -> list[Block]:
    """The edits of a change by file, in the order its author made them; side by side where asked."""
    edits = change.edits
    by_path: dict[str, list[Edit]] = {}
    for edit in edits:
        by_path.setdefault(edit.path, []).append(edit)
    blocks: list[Block] = []
    for path, group in by_path.items():
        new = any(standings.get(edit.n, Standing()).new_file for edit in group)
        blocks.append(FileBlock(path, len(group), new=new))
        blocks += [(SidesBlock if sides else EditBlock)(edit, standings.get(edit.n)) for edit in group]
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
    content = Content.styled(text, DIM)
    if at < 0:
        return content, None
    return content.stylize("bold underline $text-accent", at, at + len(wanted)), at

"""One change with all its edits: a few words on where it comes from, then the edits by file.

Shows what it is given; asks no bank and decides nothing.
"""

from collections.abc import Mapping
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from nanomem_tui.changes.model import Change, ChangeState, Edit, EditState
from nanomem_tui.tui.widgets.block_list import BlockList
from nanomem_tui.tui.widgets.blocks import Lines
from nanomem_tui.tui.widgets.change_edit import EditBlock
from nanomem_tui.tui.widgets.change_view import edit_blocks
from nanomem_tui.tui.widgets.change_words import Standing, author_words, request_words
from nanomem_tui.tui.widgets.words import age, shown

OPEN = (EditState.PENDING, EditState.CONFLICT)
"""States in which an edit can still be decided."""


class EditList(BlockList):
    """The edits of a change."""


class ChangePane(Vertical):
    """A change in full."""

    DEFAULT_CSS = """
    ChangePane {
        border: round $border-blurred;
        border-title-color: $text-muted;
        border-subtitle-color: $text-muted;
        &:focus-within { border: round $border; border-title-color: $foreground; }
        .change--request {
            height: auto;
            max-height: 4;
            padding: 0 1;
            color: $foreground 75%;
            border-bottom: solid $border-blurred;
        }
        .change--request.-empty { display: none; }
        .change--stale { height: auto; padding: 0 1; color: $text-warning; display: none; }
        .change--stale.-some { display: block; }
        EditList { height: 1fr; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.change: Change | None = None
        """The change it shows."""
        self.sides = False
        """Before and after stand beside each other."""

    @property
    def edits(self) -> EditList:
        """The list of edits."""
        return self.query_one(EditList)

    @property
    def selected(self) -> Edit | None:
        """The edit under the cursor."""
        block = self.edits.current
        return block.edit if isinstance(block, EditBlock) else None

    def compose(self) -> ComposeResult:
        yield Static("", classes="change--request", markup=False)
        yield Static("", classes="change--stale", markup=False)
        yield EditList()

    def show(
        self,
        change: Change,
        standings: Mapping[int, Standing],
        now: datetime,
        *,
        cursor: int | None = None,
        stale: str = "",
    ) -> None:
        """Show a change.

        Args:
            change: the change.
            standings: what its open edits meet on the disk, by number.
            now: the local time.
            cursor: number of the edit to put the cursor on.
            stale: why it does not fit the memory of today, and what helps.
        """
        same = self.change is not None and self.change.id == change.id
        self.change = change
        words = request_words(change)
        request = self.query_one(".change--request", Static)
        request.update(Content(shown(words)))
        request.set_class(not words, "-empty")
        when = age(change.decided_at or change.created_at, now)
        self.border_title = Content.assemble(
            (shown(change.flow), "bold"), f" by {author_words(change.author)}"
        )
        ago = when if when == "now" else f"{when} ago"
        decided = change.decided_by and change.state is not ChangeState.PENDING
        by = f" by {shown(change.decided_by or '')}" if decided else ""
        self.border_subtitle = Content(f"{change.state.value}{by} · {ago} · {change.id[-6:].lower()}")
        self._say_stale(stale)
        if not same:
            self.edits.show([])
        blocks = edit_blocks(change, standings, sides=self.sides)
        self.edits.show(blocks, cursor=f"edit:{cursor}" if cursor else None)
        if not same and cursor is None:
            self.edits.scroll_to(y=0, animate=False, immediate=True)

    def show_nothing(self, *lines: str) -> None:
        """Show no change, but a few words."""
        self.change = None
        self.border_title = self.border_subtitle = None
        self.query_one(".change--request").add_class("-empty")
        self._say_stale("")
        self.edits.show(
            [Lines("nothing", [Content(""), *(Content.styled(line, "$foreground 60%") for line in lines)])]
        )

    def _say_stale(self, words: str) -> None:
        stale = self.query_one(".change--stale", Static)
        stale.update(Content(words))
        stale.set_class(bool(words), "-some")

"""The memory as it was: its files, and the facts of the selected one. To read only.

Shows what it is given; asks no bank and changes nothing.
"""

from collections.abc import Iterator, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from nanomem_tui.changes.past import Past, PastFile
from nanomem_tui.memory.document import parse, to_new_fact
from nanomem_tui.memory.facts import Fact, Tier
from nanomem_tui.tui.widgets.block_list import BlockList
from nanomem_tui.tui.widgets.blocks import Block, Lines, apart, wrap
from nanomem_tui.tui.widgets.change_words import metadata_words
from nanomem_tui.tui.widgets.words import count, shown

_DIM = "$foreground 60%"
TIERS = {Tier.WORKING: "Working", Tier.LONG_TERM: "Long-term", Tier.HISTORY: "History"}


class PastFiles(BlockList):
    """The files of then."""


class PastFacts(BlockList):
    """The facts of one of them."""


class PastFileBlock(Block):
    """One file of then."""

    def __init__(self, file: PastFile) -> None:
        super().__init__(file.path)
        self.file = file

    def height(self, width: int) -> int:
        return 1

    def render(self, width: int) -> Sequence[Content]:
        mark = Content.styled("? ", "bold $text-warning") if self.file.doubt else Content("  ")
        state = "as it is today" if self.file.text is None else ""
        left = Content.assemble(mark, shown(self.file.path))
        return [apart(left, Content.styled(state, _DIM), width)]


class PastFactBlock(Block):
    """One fact of then."""

    def __init__(self, fact: Fact) -> None:
        super().__init__(fact.id)
        self._fact = fact

    def render(self, width: int) -> Sequence[Content]:
        fact = to_new_fact(self._fact)
        lines = wrap(Content(shown(fact.text)), width, "  ", "  ")
        for detail in fact.details.splitlines():
            lines += wrap(Content(shown(detail)), width, "    ", "    ")
        return lines + wrap(Content.styled(" · ".join(metadata_words(fact)), _DIM), width, "  ", "  ")


class PastView(Vertical):
    """A tree of the past."""

    DEFAULT_CSS = """
    PastView {
        border: round $border-blurred;
        border-title-color: $text-warning;
        border-subtitle-color: $text-muted;
        &:focus-within { border: round $border; }
        PastFiles { height: auto; max-height: 40%; border-bottom: solid $border-blurred; }
        PastFacts { height: 1fr; }
    }
    """

    class Opened(Message):
        """Another file is to be shown; it is as it is today, so somebody has to read it."""

        def __init__(self, file: PastFile) -> None:
            super().__init__()
            self.file = file

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.past: Past | None = None
        """What it shows."""

    @property
    def files(self) -> PastFiles:
        """The list of files."""
        return self.query_one(PastFiles)

    @property
    def facts(self) -> PastFacts:
        """The facts of the selected one."""
        return self.query_one(PastFacts)

    def compose(self) -> ComposeResult:
        yield PastFiles()
        yield PastFacts()

    def show(self, past: Past) -> None:
        """Show the memory of then; the cursor stays on its file where there was one."""
        self.past = past
        local = past.at.astimezone()
        self.border_title = Content.assemble("Back then · ", (f"{local:%Y-%m-%d %H:%M}", "bold"))
        self.border_subtitle = Content(f"right after {past.change.id[-6:].lower()} · to read only")
        self.files.show([PastFileBlock(file) for file in past.files])
        if not past.files:
            self._say("There was no file yet.")

    @on(BlockList.Moved, "PastFiles")
    def _selected(self, message: BlockList.Moved) -> None:
        message.stop()
        if isinstance(message.block, PastFileBlock):
            self.post_message(self.Opened(message.block.file))

    @on(BlockList.Moved, "PastFacts")
    def _moved(self, message: BlockList.Moved) -> None:
        message.stop()

    @on(BlockList.Chosen)
    def _chosen(self, message: BlockList.Chosen) -> None:
        message.stop()
        if isinstance(message.block, PastFileBlock) and not message.clicked:
            self.facts.focus()

    def show_file(self, file: PastFile, text: str) -> None:
        """Show the facts of a file of then."""
        self.facts.show(_blocks(file, text))
        self.facts.scroll_to(y=0, animate=False, immediate=True)

    def _say(self, words: str) -> None:
        self.facts.show([Lines("none", [Content(""), Content.styled(words, _DIM)])])


def _blocks(file: PastFile, text: str) -> Iterator[Block]:
    document = parse(text, file.path)
    if file.doubt:
        yield Lines("doubt", [Content.styled(f"? {file.doubt}", "$text-warning"), Content("")])
    yield Lines(
        "size", [Content.styled(f"{shown(file.path)} · {count(len(document.facts), 'fact')}", "bold")]
    )
    for tier, title in TIERS.items():
        facts = [fact for fact in document.facts if fact.tier is tier]
        if facts:
            yield Lines(f"tier {title}", [Content(""), Content.styled(title, "bold $text-primary")])
            yield from map(PastFactBlock, facts)

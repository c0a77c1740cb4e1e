"""The ledger: who was told what, when, and who gets facts that need a yes without another question.

Shows what it is given; reading and revoking are its screen's business.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input

from nanomem_tui.disclosure.ledger import Disclosure
from nanomem_tui.tui.told import Known, Told, Yes
from nanomem_tui.tui.widgets.block_list import BlockList
from nanomem_tui.tui.widgets.blocks import Block, Lines, apart, wrap
from nanomem_tui.tui.widgets.words import age, count, shown

DIM = "$foreground 60%"
EMPTY = (
    "Nobody was told anything yet.",
    "",
    "Whatever leaves your memory is noted here first: answers, prompts that are sent, copied or saved, what "
    "a model elsewhere was shown. Your own reading is not.",
)


class YesBlock(Block):
    """A standing yes."""

    def __init__(self, yes: Yes) -> None:
        super().__init__(f"yes:{yes.recipient}:{yes.since is None}")
        self.yes = yes

    def height(self, width: int) -> int:
        return 1

    def render(self, width: int) -> Sequence[Content]:
        since = f"since {self.yes.since:%Y-%m-%d}" if self.yes.since else "until you quit"
        return [apart(Content(shown(self.yes.recipient)), Content.styled(since, "$text-warning"), width)]


class KnownBlock(Block):
    """Somebody, and how much they know."""

    def __init__(self, known: Known, now: datetime) -> None:
        super().__init__(f"known:{known.recipient}")
        self.known = known
        self._now = now

    def height(self, width: int) -> int:
        return 1

    def render(self, width: int) -> Sequence[Content]:
        right = f"{count(len(self.known.facts), 'fact')} · {age(self.known.last, self._now)}"
        return [apart(Content(shown(self.known.recipient)), Content.styled(right, DIM), width)]


class EntryBlock(Block):
    """One disclosure."""

    def __init__(self, entry: Disclosure, now: datetime) -> None:
        super().__init__(entry.id)
        self.entry = entry
        self._now = now

    def height(self, width: int) -> int:
        return 2

    def render(self, width: int) -> Sequence[Content]:
        entry = self.entry
        when = Content.styled(age(entry.time, self._now), DIM)
        head = Content.assemble((shown(entry.recipient), "bold"), (f"  {entry.trust}", DIM))
        rest = f"  {shown(entry.purpose)} · {count(len(entry.facts), 'fact')} · {entry.bytes} bytes"
        return [
            apart(head, when, width),
            Content.styled(rest, DIM).truncate(width, ellipsis=True),
        ]


class ToldList(BlockList):
    """Consents, recipients and disclosures."""

    HELP = """Who was told what: standing consents first, then each recipient with all they know, then every
    disclosure, newest first. d takes the selected yes back, / finds who was told a fact."""


class ToldDetail(BlockList):
    """What the selected one is about."""


class DisclosuresView(Horizontal):
    """The ledger."""

    DEFAULT_CSS = """
    DisclosuresView {
        height: 1fr;
        #told { width: 1fr; height: 1fr; }
        #told-find { display: none; height: 1; border: none; background: $surface; padding: 0 1; }
        #told-find.-on { display: block; }
        #told-list { height: 1fr; }
        #told-detail { width: 1fr; height: 1fr; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.told: Told | None = None
        self._now = datetime.min

    def compose(self) -> ComposeResult:
        """The list left, the selected one right."""
        with Vertical(id="told", classes="pane"):
            yield Input(id="told-find", compact=True, placeholder="who was told … words, or path#id")
            yield ToldList(id="told-list")
        yield ToldDetail(id="told-detail", classes="pane")

    @property
    def list(self) -> ToldList:
        """The list."""
        return self.query_one(ToldList)

    @property
    def finder(self) -> Input:
        """Where a fact is looked for."""
        return self.query_one("#told-find", Input)

    @property
    def yes(self) -> Yes | None:
        """The consent under the cursor."""
        return self.list.current.yes if isinstance(self.list.current, YesBlock) else None

    def show_told(self, told: Told, now: datetime, *, entry: str | None = None) -> None:
        """Show the ledger.

        Args:
            told: what was told.
            now: the local time.
            entry: id of the disclosure to go to.
        """
        self.told, self._now = told, now
        self.finder.set_class(bool(told.about) or self.finder.has_focus, "-on")
        title = f"Told: {shown(told.about)}" if told.about else "Ledger"
        self.query_one("#told").border_title = Content(f"{title} · {count(len(told.entries), 'disclosure')}")
        self.list.show(_blocks(told, now), cursor=entry)
        self.show_selected()

    @on(BlockList.Moved, "#told-list")
    def show_selected(self) -> None:
        """Show what is under the cursor in full."""
        block = self.list.current
        lines: Iterable[Content] = ()
        if self.told is None:
            return
        if isinstance(block, YesBlock):
            lines = _about_yes(block.yes)
        elif isinstance(block, KnownBlock):
            lines = _about_known(block.known, self.told)
        elif isinstance(block, EntryBlock):
            lines = _about_entry(block.entry, self.told)
        detail = self.query_one("#told-detail", ToldDetail)
        detail.show([_Detail("detail", lines)])
        detail.scroll_to(y=0, animate=False, force=True, immediate=True)


class _Detail(Lines):
    """Lines whose further lines stand in by two."""

    def render(self, width: int) -> Sequence[Content]:
        return [line for content in self._contents for line in wrap(content, width, "", "  ")]


def _blocks(told: Told, now: datetime) -> Iterator[Block]:
    if told.consents and not told.about:
        yield _heading("May have what needs a yes")
        yield from map(YesBlock, told.consents)
    if not told.entries:
        words = ("Nobody was told this.",) if told.about else EMPTY
        yield Lines("empty", [Content(""), *(Content.styled(line, DIM) for line in words)])
        return
    yield _heading("Who knows how much" if not told.about else "Who was told this")
    yield from (KnownBlock(known, now) for known in told.known)
    yield _heading("Told, newest first")
    yield from (EntryBlock(entry, now) for entry in told.entries)


def _heading(title: str) -> Block:
    return Lines(f"heading:{title}", [Content.styled(title, "bold $text-primary")])


def _about_yes(yes: Yes) -> Iterator[Content]:
    yield Content.styled(shown(yes.recipient), "bold")
    yield Content("gets facts of level ask without another question.")
    yield Content(
        f"Since {yes.since:%Y-%m-%d %H:%M}, until you take it back." if yes.since else "Until you quit."
    )
    yield Content("")
    yield Content.styled("d takes it back. Private facts never go.", DIM)


def _about_known(known: Known, told: Told) -> Iterator[Content]:
    yield Content.styled(shown(known.recipient), "bold")
    yield Content(
        f"was told {count(len(known.facts), 'fact')} in all, {known.last:%Y-%m-%d %H:%M} the last time:"
    )
    yield Content("")
    yield from (_fact(ref if "#" in ref else None, told) for ref in known.facts)


def _about_entry(entry: Disclosure, told: Told) -> Iterator[Content]:
    yield Content.assemble((shown(entry.recipient), "bold"), f"  {entry.trust}")
    yield Content(f"{entry.time:%Y-%m-%d %H:%M} · {shown(entry.purpose)} · {entry.bytes} bytes")
    if entry.sha256:
        yield Content.styled(f"sha256 {shown(entry.sha256)}", DIM)
    yield Content.styled(f"entry {shown(entry.id)}", DIM)
    yield Content("")
    yield from (_fact(fact.ref, told) for fact in entry.facts)


def _fact(ref: str | None, told: Told) -> Content:
    if ref is None:
        return Content.styled("· forgotten since", DIM)
    text = told.texts.get(ref)
    said = (shown(text), "") if text else ("changed or removed since", DIM)
    return Content.assemble("· ", said, (f"  {shown(ref)}", DIM))

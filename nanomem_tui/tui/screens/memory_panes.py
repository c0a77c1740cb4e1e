"""What the Memory screen shows and how it follows the disk: tree, facts, search.

It changes no memory. What a person does with it stands in `memory_asking` and `memory`.
"""

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.content import Content
from textual.widgets import Input, Static

from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.visible import visible
from nanomem_tui.results import TreeListing
from nanomem_tui.tui.empty import NO_FACTS, NONE_FITS, NOTHING_YET, ONLY_PENDING
from nanomem_tui.tui.look import Found, Look, find, glance, look, read
from nanomem_tui.tui.messages import ChangesChanged, DiskChanged, RunEvent
from nanomem_tui.tui.safe import plain
from nanomem_tui.tui.screens.memory_parts import MemoryParts
from nanomem_tui.tui.widgets.fact_editor import Mode
from nanomem_tui.tui.widgets.fact_list import OfMany
from nanomem_tui.tui.widgets.row_list import RowList
from nanomem_tui.tui.widgets.sized import say
from nanomem_tui.tui.widgets.status_bar import short_path
from nanomem_tui.tui.widgets.words import count

if TYPE_CHECKING:
    from nanomem_tui.memory.tree import MemoryFile


CHANGING = ("edit", "archive", "raw", "include_asked")
"""Actions that tell what is selected: whether they work decides whether any key looks different."""


class MemoryPanes(MemoryParts):
    """What the panes show."""

    def __init__(self) -> None:
        super().__init__()
        self.path: str | None = None
        """The selected file."""
        self.file: MemoryFile | None = None
        self.look = Look(TreeListing((), ()))
        self.found: Found | None = None
        """What a search shows; None: the file is shown."""
        self.cited: tuple[Fact, ...] | None = None
        """The facts an answer cites; None: no answer is shown."""
        self.explained = ""
        """The file of the fact whose story is shown."""
        self.asked = ""
        """The question it answers."""
        self.has_looked = False
        """Whether it shows what it once read."""
        self._what: object = None
        self._titled: object = None
        self._looked = self._stale = self._looking = False
        self._again: frozenset[str] | None = frozenset()
        """Files that changed since the last look; None: anything may have."""
        self._unread = self._reading = False
        self._read_all = asyncio.Event()
        """Set while no file is being read."""
        self._read_all.set()
        self._wanted = ""
        self._able: tuple[bool, ...] = ()

    def on_mount(self) -> None:
        """Begin at the tree."""
        self.query_one("#tree").border_title = "Memory"
        self.query_one("#editor").border_title = "Fact"
        self.query_one("#editor").add_class("pane")
        self.query_one("#tree").add_class("-current")
        self.files.focus()
        self.query_one("#file").add_class("-empty")
        self.query_one("#empty", Static).update("Reading …")
        # Behind the first paint: reading a large memory would hold it up.
        self.call_after_refresh(self.reload)

    # Reading

    def reload(self, fact: str = "", *, whole: bool = True, again: frozenset[str] | None = None) -> None:
        """Read everything again, soon; many calls at once are one reading.

        Args:
            fact: ref or text of the fact to go to when it is there.
            whole: False: only the selected file, which waits for no look at the others.
            again: only these files changed; None: anything may have.
        """
        self._wanted = fact or self._wanted
        if not whole:
            self._unread = True
            if not self._reading:
                self._reading = True
                self._read_all.clear()
                self.nanomem.work("read", self._read(), group="read")
            return
        self._again = None if again is None or self._again is None else self._again | again
        self._stale = True
        if not self._looking:
            self._looking = True
            self.nanomem.work("look", self._look(), group="look")

    async def _look(self) -> None:
        try:
            if not self._looked:
                # A large memory takes a while to look at: what is known of it is there at once.
                self._show(await self.off_loop(partial(glance, self.bank)))
                await self._read_all.wait()
                self.nanomem.first_shown.set()
            while self._stale:
                again, self._stale, self._again = self._again, False, frozenset()
                path = self.path
                seen = await self.off_loop(partial(look, self.bank, path, self.look, again))
                if path != self.path:
                    # Another file was selected meanwhile, and is read by itself.
                    seen = replace(seen, file=self.file, fault=self.look.fault)
                self._looked = True
                self._show(seen)
        finally:
            self._looking = False
            self.nanomem.first_shown.set()

    async def _read(self) -> None:
        try:
            while self._unread:
                self._unread = False
                path = self.path
                file, fault = await self.off_loop(partial(read, self.bank, path))
                if path == self.path:
                    self.look, self.file = replace(self.look, file=file, fault=fault), file
                    self.show_middle()
                else:
                    self._unread = True
        finally:
            self._reading = False
            self._read_all.set()

    def _show(self, seen: Look) -> None:
        self.look, self.file = seen, seen.file
        came = self.path is not None and self.path not in self.files.files
        self.files.update_listing(seen.listing, seen.marks)
        if came and self.path is not None:
            self.files.open_to(self.path)
        if self.path is None or (self.file is None and self.path not in self.files.files):
            first = self.files.first_file()
            if first is not None:
                self.path = first
                self.files.go_to(first)
                self.reload(whole=False)
                return
            self.path = None
        if self._looked and not self._reading:
            self.show_middle()

    def show_middle(self) -> None:
        """Show the facts of what is selected: an answer's, a search's or a file's."""
        self.has_looked = self.has_looked or self._looked
        pane = self.query_one("#file")
        today = self.bank.clock().date()
        what = (self.path, self.found and self.filter.value, self.asked if self.cited is not None else None)
        if what != self._what:
            self._what = what
            self.facts.cursor = 0
        pane.set_class(self.cited is not None, "-answer")
        fault = ""
        if self.cited is not None or self.found is not None:
            facts = self.cited if self.cited is not None else self.found.facts if self.found else ()
            of_many = OfMany.CITED if self.cited is not None else OfMany.FOUND
            self.facts.show_facts(facts, today, of_many=of_many, touched=self.look.touched)
            fault = "" if facts or self.cited is not None else NONE_FITS
        elif self.file is not None:
            facts = self.file.document.facts
            ref = next((fact.ref for fact in facts if self._wanted in (fact.ref, fact.text)), None)
            self._wanted = "" if ref else self._wanted
            self.facts.show_facts(facts, today, touched=self.look.touched, ref=ref)
            fault = "" if facts else NO_FACTS
            if self.has_class("-raw") and not self.raw.is_dirty and self.raw.seen != self.file.text:
                self.raw.show_text(self.file.path, self.file.text)
        else:
            self.facts.show_facts((), today)
            fault = self.look.fault or NOTHING_YET.format(root=short_path(self.bank.root))
            if self.look.marks and not self.look.fault:
                fault = ONLY_PENDING
        pane.set_class(bool(fault), "-empty")
        bare = self.path is None and self.found is None and self.editor.mode is not Mode.NEW
        self.set_class(bare, "-bare")
        say(self.query_one("#empty", Static), plain(fault, newlines=True))
        self.show_title()
        self.editor.show_fact(self.facts.fact)
        self.refresh_keys()

    def refresh_keys(self) -> None:
        """Show which keys work now, when others do than before."""
        able = tuple(self.why_not(action) is None for action in CHANGING)
        if able != self._able:
            self._able = able
            self.refresh_bindings()

    def show_title(self) -> None:
        """Say what is shown, and how much of it is marked."""
        pane = self.query_one("#file")
        if pane.has_class("-why"):
            title = Content.assemble("Why · ", (visible(self.explained), "bold"))
        elif self.cited is not None:
            title = Content.assemble("Answer · ", (visible(self.asked), "bold"))
        elif self.found is not None:
            title = Content.assemble("Found · ", (visible(self.filter.value), "bold"))
        elif self.path is None:
            title = Content("Facts")
        else:
            level = f" ── {self.file.level.word}" if self.file else ""
            title = Content.assemble((visible(self.path), "bold"), level)
        shown, marked = count(len(self.facts.facts), "fact"), len(self.facts.marked)
        below = Content(f"{marked} of {shown} marked" if marked else shown)
        # Another title has the whole pane painted again.
        if (title, below) != self._titled:
            self._titled = (title, below)
            pane.border_title, pane.border_subtitle = title, below

    # Following

    @on(DiskChanged)
    def _disk_changed(self, message: DiskChanged) -> None:
        seen = message.seen
        if seen.policy or seen.changes:
            self.reload()
        elif seen.files:
            self.reload(again=seen.files)

    @on(ChangesChanged)
    def _changes_changed(self) -> None:
        self.reload()

    @on(RunEvent)
    def _run_event(self, message: RunEvent) -> None:
        self.add_class("-tracing")
        self.trace.show_event(message.event)

    # Moving about

    @on(RowList.Moved, "#files")
    def _file_moved(self, message: RowList.Moved) -> None:
        key = self.files.key
        if message.key != key:
            # The cursor went on meanwhile: following each step would drag it back.
            return
        if key is not None and not key.endswith("/") and key != self.path and not self.raw_is_dirty:
            self.select(key)

    @on(RowList.Chosen, "#files")
    def _file_chosen(self, message: RowList.Chosen) -> None:
        if isinstance(message.key, str):
            self.close_found()
            self.select(message.key)
            (self.raw if self.has_class("-raw") else self.facts).focus()

    @on(RowList.Moved, "#facts")
    def _fact_moved(self) -> None:
        self.editor.show_fact(self.facts.fact)
        self.refresh_keys()

    @property
    def raw_is_dirty(self) -> bool:
        """Whether something unsaved stands in the editor of the file."""
        return self.has_class("-raw") and self.raw.is_dirty

    def select(self, path: str, fact: str = "") -> None:
        """Show a file, and a fact of it, named by its ref or text."""
        self.query_one("#file").remove_class("-why")
        if path != self.path:
            self.path, self.file = path, None
        self.cited = None
        self.files.open_to(path)
        self.reload(fact, whole=False)

    def close_found(self) -> None:
        """Back from a search or an answer to the file."""
        self.found, self.cited = None, None
        self.filter.remove_class("-on")
        with self.filter.prevent(Input.Changed):
            self.filter.value = ""
        self.files.narrow(None)
        if self.path:
            self.files.open_to(self.path)
        self.show_middle()

    # Searching

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        self.nanomem.work("find", self._find(event.value.strip()), group="find")

    async def _find(self, query: str) -> None:
        if not query:
            self.found = None
            self.files.narrow(None)
        else:
            listing = self.look.listing
            self.found = await self.off_loop(lambda: find(self.bank, listing, query))
            self.files.narrow(self.found.paths)
        self.cited = None
        self.show_middle()

    @on(Input.Submitted, "#filter")
    def _filter_submitted(self) -> None:
        (self.facts if self.found and self.found.facts else self.files).focus()

    @on(RowList.Chosen, "#facts")
    def _fact_chosen(self) -> None:
        fact = self.facts.fact
        if fact is None:
            return
        if self.found is not None or self.cited is not None:
            self.close_found()
            self.select(fact.path, fact.ref)
            self.facts.focus()
        else:
            self.editor.start()

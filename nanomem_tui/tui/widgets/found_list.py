"""What a source holds, a line each: what is chosen, what is left out, and what became of it.

It knows what an import reports; what is imported is the screen's part.
"""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from nanomem_tui.results import ImportedItem, ItemState
from nanomem_tui.tui.widgets.row_list import Row, RowList, Span
from nanomem_tui.tui.widgets.words import count, thousands

UNITS = {"conversation": "message", "facts": "fact", "memory": "file", "document": "character"}
_DONE = {
    ItemState.PROPOSED: ("✓ proposed ", "good"),
    ItemState.NOTHING: ("· nothing  ", "dim"),
    ItemState.KNOWN: ("· known    ", "dim"),
}
_WIDE = 60
"""Columns from which a row has room for words."""


class FoundList(RowList[str]):
    """The items. The key of a row is the item's, or its state and title where it has none."""

    HELP = """What was found. space chooses an item or leaves it out, a all that are shown. No model reads
    anything before i is pressed."""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", "Choose", show=False)]

    class Turned(Message):
        """Another choice was made."""

    def __init__(self) -> None:
        super().__init__()
        self.items: dict[str, ImportedItem] = {}
        self._left_out: set[str] = set()
        self._words = ""
        self._since: date | None = None
        self._all_rows: dict[str, Row[str]] = {}

    # What it holds

    def clear(self) -> None:
        """Nothing was found yet."""
        self.items, self._all_rows, self._left_out = {}, {}, set()
        self._words, self._since = "", None
        self.show([])

    def add(self, items: Iterable[ImportedItem]) -> None:
        """More was found, or something became of what was."""
        for item in items:
            key = item.key or f"{item.state}: {item.title}"
            self.items[key] = item
            self._all_rows[key] = self._row(key, item)

    def paint(self) -> None:
        """Show what it holds now."""
        self.show([row for key, row in self._all_rows.items() if self._fits(self.items[key])])

    def narrow(self, words: str, since: date | None) -> None:
        """Show, and choose from, only what has these words in its title and is not older."""
        self._words, self._since = words.casefold(), since
        self.paint()

    @property
    def item(self) -> ImportedItem | None:
        """The item under the cursor."""
        return self.items.get(self.key) if self.key is not None else None

    @property
    def chosen(self) -> list[ImportedItem]:
        """What is shown and chosen."""
        return [
            item
            for key, item in self.items.items()
            if item.state is ItemState.READ and key not in self._left_out and self._fits(item)
        ]

    # Choosing

    def turn(self) -> None:
        """Choose the item under the cursor, or leave it out."""
        if self.key is not None and self.items[self.key].state is ItemState.READ:
            self._left_out ^= {self.key}
            self._remake([self.key])
        self.action_cursor(1)

    def turn_all(self) -> None:
        """Choose all that are shown, or none when all are."""
        shown = [key for key, item in self.items.items() if item.state is ItemState.READ and self._fits(item)]
        if any(key in self._left_out for key in shown):
            self._left_out -= set(shown)
        else:
            self._left_out |= set(shown)
        self._remake(shown)

    def action_choose(self) -> None:
        """Enter and a second click choose too."""
        self.turn()

    def on_resize(self) -> None:
        """Its rows say as much as there is room for."""
        super().on_resize()
        self._remake(list(self.items))

    # Inside

    def _fits(self, item: ImportedItem) -> bool:
        if self._words not in item.title.casefold():
            return False
        return self._since is None or item.date is None or item.date.date() >= self._since

    def _remake(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._all_rows[key] = self._row(key, self.items[key])
        self.paint()
        self.post_message(self.Turned())

    def _row(self, key: str, item: ImportedItem) -> Row[str]:
        when = f"{item.date:%Y-%m-%d}  " if item.date else "            "
        if item.state.is_trouble:
            return Row(key, (("✗ ", "bad"), (item.title, "bad"), (f"  {item.reason}", "dim")))
        if item.state is ItemState.LEFT_OUT:
            return Row(key, (("· ", "dim"), (item.title, "dim"), (f"  {item.reason}", "dim")))
        if item.state is ItemState.READ:
            chosen = key not in self._left_out
            mark: Span = ("[x] ", "mark") if chosen else ("[ ] ", "dim")
            look = "" if chosen else "dim"
        else:
            mark, look = _DONE.get(item.state, (f"{item.state} ", "dim"))[:2], "dim"
        return Row(key, (mark, (when, "dim"), (item.title, look)), ((self._measure(item), "dim"),))

    def _measure(self, item: ImportedItem) -> str:
        unit = UNITS.get(item.kind, "part")
        if self.size.width < _WIDE:
            return f"  {thousands(item.size)}"
        cost = f" · {thousands(item.tokens)} tok" if item.tokens else ""
        return f"  {thousands(item.size)} {count(item.size, unit).partition(' ')[2]}{cost}"

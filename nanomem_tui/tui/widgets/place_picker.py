"""Picking a file or a folder: a line to type its path, completed as one types, above the tree of the folder.

It opens nothing and posts what was picked. Names may be anything; they are shown and never act.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

from nanomem_tui.tui.places import Folder, Place, completion, look_into, short, size_words, typed
from nanomem_tui.tui.widgets.row_list import Row, RowList

if TYPE_CHECKING:
    from nanomem_tui.tui.app import NanomemApp


class _Names(Suggester):
    """Completes the last name of a path, beside the keys."""

    def __init__(self, *, folders_only: bool) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._folders_only = folders_only

    async def get_suggestion(self, value: str) -> str | None:
        """The path with its last name completed."""
        return await asyncio.to_thread(completion, value, folders_only=self._folders_only)


class PlaceInput(Input):
    """The path. Tab completes it, as in a shell."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete", show=False),
        Binding("down", "app.focus_next", "To the tree", show=False),
    ]

    def __init__(self, *, folders_only: bool) -> None:
        super().__init__(
            compact=True,
            placeholder="a path; tab completes it",
            suggester=_Names(folders_only=folders_only),
            select_on_focus=False,
        )
        self._folders_only = folders_only

    async def action_complete(self) -> None:
        """Complete the name; where nothing can be, go on to the tree."""
        text = self.value
        wanted = await asyncio.to_thread(completion, text, folders_only=self._folders_only)
        if wanted is None or wanted == text:
            self.screen.focus_next()
        elif self.value == text:
            self.value = wanted
            self.cursor_position = len(wanted)


class PlaceTree(RowList[Path]):
    """Folders and files below a folder, unfolded as far as the person unfolded them."""

    HELP = """→ and ← unfold and fold. space picks what is selected, enter too where it is a file."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "unfold", "Unfold", show=False),
        Binding("left", "fold", "Fold", show=False),
    ]

    @dataclass
    class Wanted(Message):
        """The names in this folder are needed; or another folder is to be the topmost."""

        folder: Path
        top: bool = False

    def __init__(self) -> None:
        super().__init__()
        self.top = Path.home()
        self.inside: dict[Path, Folder] = {}
        self._open: set[Path] = set()

    def show_top(self, top: Path, inside: Folder) -> None:
        """Show a folder."""
        moved = top != self.top or not self.rows
        if moved:
            self._open = set()
        self.top = top
        self.inside[top] = inside
        self._rebuild()
        if moved and inside.places:
            self.go_to(inside.places[0].path)

    def unfold(self, folder: Path, inside: Folder) -> None:
        """Show what stands in a folder below it."""
        self.inside[folder] = inside
        self._open.add(folder)
        self._rebuild()

    @property
    def place(self) -> Place | None:
        """What the cursor is on."""
        if self.key is None:
            return None
        known = next(
            (place for folder in self.inside.values() for place in folder.places if place.path == self.key),
            None,
        )
        return known or Place(self.key, is_folder=True, size=0)

    def _rebuild(self) -> None:
        up = [Row(self.top.parent, (("▴ ", "dim"), ("..", "")))] if self.top != self.top.parent else []
        self.show([*up, *self._rows(self.top, 0)])

    def _rows(self, folder: Path, depth: int) -> Iterable[Row[Path]]:
        inside = self.inside[folder]
        indent = " " * (2 * depth)
        for place in inside.places:
            name = place.path.name
            if place.is_folder:
                sign = "▾ " if place.path in self._open else "▸ "
                yield Row(place.path, ((f"{indent}{sign}", "dim"), (name, "strong")))
                if place.path in self._open and place.path in self.inside:
                    yield from self._rows(place.path, depth + 1)
            else:
                yield Row(
                    place.path, ((f"{indent}  ", ""), (name, "")), ((f" {size_words(place.size)}", "dim"),)
                )
        if inside.left:
            yield Row(None, ((f"{indent}  … and {inside.left:,} more: type a name", "dim"),))
        elif inside.fault or not inside.places:
            yield Row(None, ((f"{indent}  {inside.fault or 'nothing here'}", "dim"),))

    def action_choose(self) -> None:
        """Fold or unfold a folder; a file is chosen."""
        if self.key == self.top.parent and self.key != self.top:
            self.post_message(self.Wanted(self.top.parent, top=True))
        elif self.place is not None and self.place.is_folder:
            self.action_fold() if self.key in self._open else self.action_unfold()
        else:
            super().action_choose()

    def action_unfold(self) -> None:
        """Unfold the folder under the cursor."""
        if self.key == self.top.parent:
            self.post_message(self.Wanted(self.top.parent, top=True))
        elif self.place is not None and self.place.is_folder and self.key is not None:
            self.post_message(self.Wanted(self.key))

    def action_fold(self) -> None:
        """Fold the folder under the cursor, or go to the one around it."""
        if self.key in self._open:
            self._open.discard(self.key)
            self._rebuild()
        elif self.key is not None and self.key.parent != self.top:
            self.go_to(self.key.parent)
        else:
            self.post_message(self.Wanted(self.top.parent, top=True))


class PlacePicker(Vertical):
    """The path and the tree.

    Args:
        folders_only: no files are offered.
    """

    DEFAULT_CSS = """
    PlacePicker {
        height: 1fr;
        PlaceInput { height: 1; background: $surface; padding: 0 1; }
        PlaceTree { height: 1fr; }
    }
    """

    @dataclass
    class Picked(Message):
        """A file or a folder was picked; it may not exist."""

        picker: "PlacePicker"
        path: Path

        @property
        def control(self) -> "PlacePicker":
            """The picker it happened in."""
            return self.picker

    def __init__(self, *, folders_only: bool = False, id: str | None = None) -> None:
        super().__init__(id=id)
        self._folders_only = folders_only

    def compose(self) -> ComposeResult:
        """The line, then the tree."""
        yield PlaceInput(folders_only=self._folders_only)
        yield PlaceTree()

    @property
    def line(self) -> PlaceInput:
        """The path."""
        return self.query_one(PlaceInput)

    @property
    def names(self) -> PlaceTree:
        """The tree of names."""
        return self.query_one(PlaceTree)

    def start(self, folder: Path) -> None:
        """Begin in a folder."""
        self._write(short(folder, folder=True))
        self._read(folder, "", top=True)

    def look_again(self) -> None:
        """Show what came and went in the folder meanwhile."""
        self._read(self.names.top, "", top=True)

    def type(self) -> None:
        """Type on, from the folder that the selection is in."""
        place = self.names.key
        folder = place.parent if place is not None and place != self.names.top.parent else self.names.top
        self._write(short(folder, folder=True))
        self.line.focus()

    def pick(self) -> None:
        """Pick what the cursor is on."""
        if self.names.key is not None:
            self.post_message(self.Picked(self, self.names.key))

    def _write(self, text: str) -> None:
        with self.line.prevent(Input.Changed):
            self.line.value = text
        self.line.cursor_position = len(text)

    def _read(self, folder: Path, begins: str, *, top: bool) -> None:
        app = cast("NanomemApp", self.app)
        app.work("places", partial(self._list, folder, begins, top=top), group="places")

    async def _list(self, folder: Path, begins: str, *, top: bool) -> None:
        inside = await asyncio.to_thread(look_into, folder, begins, folders_only=self._folders_only)
        if top:
            self.names.show_top(folder, inside)
        else:
            self.names.unfold(folder, inside)

    @on(Input.Changed)
    def _typing(self, event: Input.Changed) -> None:
        event.stop()
        self._read(*typed(event.value), top=True)

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        if text:
            path = Path(text).expanduser()
            self.post_message(self.Picked(self, path if path.is_absolute() else Path.cwd() / path))

    @on(PlaceTree.Wanted)
    def _wanted(self, event: PlaceTree.Wanted) -> None:
        event.stop()
        if event.top:
            self._write(short(event.folder, folder=True))
        self._read(event.folder, "", top=event.top)

    @on(RowList.Moved)
    def _moved(self, event: RowList.Moved) -> None:
        event.stop()
        if self.names.has_focus and (place := self.names.place) is not None:
            # On the way up the line names where one is: the way leads to what it says only when taken.
            here = place.path == self.names.top.parent
            self._write(short(self.names.top if here else place.path, folder=place.is_folder))

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.pick()

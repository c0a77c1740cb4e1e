"""The tree of folders and files, opened as far as the person opened it.

It shows what it is handed and asks for nothing: reading and filtering is the screen's part.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType

from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.tree import FileInfo, FolderInfo
from nanomem_tui.results import TreeListing
from nanomem_tui.tui.widgets.row_list import Row, RowList, Span

LEVEL_LOOK = {Level.OPEN: "dim", Level.ASK: "warning", Level.PRIVATE: "bad"}
"""How a level looks in a list."""
FOLDERS_OPEN = 12
"""In a tree with at most so many folders, one that appears is unfolded."""


class FactTree(RowList[str]):
    """Folders and files. The key of a row is its path; a folder's ends with `/`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l", "unfold", "Unfold", show=False),
        Binding("left", "fold", "Fold", show=False),
        Binding("space", "turn", "Fold", show=False),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.files: dict[str, FileInfo] = {}
        self._folders: dict[str, FolderInfo] = {}
        self._inside: dict[str, list[str]] = {}
        self._open: set[str] = set()
        self._known: set[str] = set()
        self._marks: Mapping[str, int] = {}
        self._listing: TreeListing | None = None
        self._filter: set[str] | None = None

    def update_listing(self, listing: TreeListing, pending: Mapping[str, int]) -> None:
        """Show the tree as it is now; what was unfolded stays so.

        Args:
            listing: folders and files.
            pending: number of edits that wait for review, by path.
        """
        if listing == self._listing and pending == self._marks:
            return
        before = (self._folders.keys(), self.files.keys())
        self._listing, self._marks = listing, pending
        self.files = {file.path: file for file in listing.files}
        self._folders = {f"{folder.path}/": folder for folder in listing.folders if folder.path}
        if before == (self._folders.keys(), self.files.keys()):
            # Only counts or levels are others: ten thousand names need no second sorting.
            self._rebuild()
            return
        inside: defaultdict[str, list[str]] = defaultdict(list)
        for path in (*self._folders, *self.files):
            inside[_parent(path)].append(path)
        self._inside = {
            parent: sorted(paths, key=lambda path: (not path.endswith("/"), path.casefold()))
            for parent, paths in inside.items()
        }
        new = set(self._folders) - self._known
        if len(self._folders) <= FOLDERS_OPEN:
            self._open |= new
        self._known |= new
        self._rebuild()

    def first_file(self) -> str | None:
        """The topmost file that is shown."""
        return next((row.key for row in self.rows if row.key and not row.key.endswith("/")), None)

    def narrow(self, paths: Iterable[str] | None) -> None:
        """Show only these files, unfolded; None: the whole tree as it was unfolded."""
        if paths is None:
            self._filter = None
        else:
            files = set(paths)
            self._filter = files | {folder for file in files for folder in _ancestors(file)}
        self._rebuild()

    def open_to(self, path: str) -> bool:
        """Unfold down to a file and put the cursor there; False when there is no such file."""
        if path not in self.files:
            return False
        if path == self.key:
            return True
        self._open = self._open | {folder for folder in _ancestors(path) if folder in self._folders}
        self._rebuild()
        return self.go_to(path)

    # Rows

    def _rebuild(self) -> None:
        self.show(list(self._rows("", 0)))

    def _rows(self, parent: str, depth: int) -> Iterable[Row[str]]:
        for path in self._inside.get(parent, ()):
            if self._filter is not None and path not in self._filter:
                continue
            if path in self._folders:
                unfolded = self._filter is not None or path in self._open
                yield self._folder_row(path, depth, unfolded)
                if unfolded:
                    yield from self._rows(path, depth + 1)
            else:
                yield self._file_row(path, depth)

    def _folder_row(self, path: str, depth: int, unfolded: bool) -> Row[str]:
        folder = self._folders[path]
        marks = 0 if unfolded else sum(n for file, n in self._marks.items() if file.startswith(path))
        sign = "▾ " if unfolded else "▸ "
        name = path[:-1].rpartition("/")[2]
        return Row(
            path,
            ((" " * (2 * depth + 1) + sign, "dim"), (name, "strong")),
            (
                *_mark(marks),
                (f" {folder.level.word}", LEVEL_LOOK[folder.level]),
                self._count(folder.facts),
            ),
        )

    def _file_row(self, path: str, depth: int) -> Row[str]:
        file = self.files[path]
        name = path.rpartition("/")[2].removesuffix(".md")
        indent = (" " * (2 * depth + 3), "")
        if file.skipped:
            return Row(path, (indent, (name, "dim")), ((" not read", "dim"),))
        above = self._folders.get(_parent(path))
        differs = file.level is not (above.level if above else Level.OPEN)
        level: tuple[Span, ...] = ((f" {file.level.word}", LEVEL_LOOK[file.level]),) if differs else ()
        return Row(
            path,
            (indent, (name, "")),
            (*_mark(self._marks.get(path, 0)), *level, self._count(file.facts)),
        )

    def _count(self, facts: int) -> Span:
        return f" {facts if self._listing is None or self._listing.counted else '…':>3}", "dim"

    # Keys

    def action_choose(self) -> None:
        """Fold or unfold a folder; a file is chosen."""
        if self.key is not None and self.key.endswith("/"):
            self.action_turn()
        else:
            super().action_choose()

    def action_turn(self) -> None:
        """Fold or unfold the folder under the cursor."""
        if self.key is not None and self.key.endswith("/"):
            self._open = self._open ^ {self.key}
            self._rebuild()

    def action_unfold(self) -> None:
        """Unfold the folder under the cursor; an unfolded one is entered."""
        if self.key is None or not self.key.endswith("/") or self.key in self._open:
            self.action_cursor(1)
        else:
            self.action_turn()

    def action_fold(self) -> None:
        """Fold the folder under the cursor, or go to the one around it."""
        if self.key is None:
            return
        if self.key in self._open:
            self.action_turn()
        else:
            self.go_to(_parent(self.key))


def _parent(path: str) -> str:
    head, slash, _ = path.rstrip("/").rpartition("/")
    return head + slash


def _ancestors(path: str) -> Iterable[str]:
    while path := _parent(path):
        yield path


def _mark(count: int) -> tuple[Span, ...]:
    return ((f" ●{count}", "mark"),) if count else ()

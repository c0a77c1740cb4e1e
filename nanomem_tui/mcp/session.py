"""The files of one guest's session: memory as far as it may be told, with its own writes in place.

What it writes stands only here until the person decides; then it reads the files as they are again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from nanomem_tui.changes.model import Change, Edit, EditState
from nanomem_tui.disclosure.guard import Guard
from nanomem_tui.mcp.guest import Guest
from nanomem_tui.mcp.rewriting import edits_between, new_lines
from nanomem_tui.mcp.sheets import Sheet, emptied, sheet_of
from nanomem_tui.memory.errors import NanomemError, Withheld
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.paths import check_path, is_memory_path, twin_key

FLOW = "memory-tool"
"""What the changes of such a session are called."""


@dataclass(frozen=True, slots=True)
class _Written:
    """A file that the guest wrote."""

    base: str | None
    """Its whole text as found; None where the guest knew of none."""
    sheet: Sheet | None
    """As it stands in the session; None: it is to be deleted."""
    gone: bool = False
    """For the guest it is deleted; what it did not know of stays."""


class Session:
    """What a guest reads and writes between the decisions of the person.

    Args:
        guest: who it is.
    """

    def __init__(self, guest: Guest) -> None:
        self._guest = guest
        self._bank = guest.bank
        self._guard = Guard(guest.bank.tree_index)
        self._written: dict[str, _Written] = {}
        self.change: Change | None = None
        """What waits for the person: everything this session wrote and they have not looked at."""

    # Reading

    def sheet(self, path: str) -> Sheet | None:
        """A file as the guest may read it; None where there is none that it may know of."""
        if not is_memory_path(path):
            return None
        path = self._own_spelling(path)
        if path in self._written:
            own = self._written[path]
            return None if own.gone else own.sheet
        found = self._on_disk(path)
        return found[1] if found else None

    def sizes(self) -> dict[str, int]:
        """The files the guest may know of, each with the bytes it may read."""
        gate = self._guest.gate()
        partly = {
            fact.path
            for fact in self._bank.tree_index.withheld(Level.ASK)
            if not gate.discloses(fact.path, fact.level)
        }
        sizes = {file.path: file.bytes for file in self._guest.tree().files}
        for path in partly & sizes.keys() | self._written.keys():
            sheet = self.sheet(path)
            if sheet is None:
                sizes.pop(path, None)
            else:
                sizes[path] = len(sheet.words.encode("utf-8", "replace"))
        return dict(sorted(sizes.items()))

    def tell(self, sheet: Sheet, numbers: range) -> None:
        """Enter into the ledger that lines of a file are shown, counted from 0; not what it wrote itself."""
        shown = [sheet.seen[number] for number in numbers]
        size = sum(len(line.text.encode("utf-8", "replace")) + 1 for line in shown if line.told)
        self._guest.tell(FLOW, _facts(line.fact for line in shown), size)

    # Writing

    def put(self, path: str, sheet: Sheet) -> None:
        """Make a file what `sheet` is."""
        path = self._own_spelling(check_path(path))
        self._written[path] = self._changed(path, sheet)

    def create(self, path: str, sheet: Sheet) -> None:
        """Make a file where the guest knows of none. Where it deleted one, what stayed comes first.

        Raises:
            UnsafePath: it is no path of a memory file.
        """
        path = self._own_spelling(check_path(path))
        own = self._written.get(path)
        if own is not None and own.gone and own.sheet is not None:
            kept = [line if line.end else replace(line, end=own.sheet.newline) for line in own.sheet.lines]
            sheet = replace(own.sheet, lines=(*kept, *sheet.lines))
        self._written[path] = _Written(own.base if own else None, sheet)

    def delete(self, path: str) -> None:
        """Delete a file that the guest knows of: all of it that it knows of."""
        path = self._own_spelling(path)
        sheet = self.sheet(path)
        if sheet is not None:
            own = self._changed(path, emptied(sheet))
            self._written[path] = replace(own, gone=own.sheet is not None)

    def move(self, path: str, to_path: str) -> None:
        """Give a file another path, with all that is in it.

        Raises:
            UnsafePath: the new one is no path of a memory file.
        """
        to_path = check_path(to_path)
        sheet = self.sheet(path)
        if sheet is not None:
            path = self._own_spelling(path)
            self._written[path] = self._changed(path, None)
            self.create(to_path, sheet)

    def propose(self, what: str) -> Change | None:
        """Put everything written and not decided before the person, in place of what waited so far.

        Args:
            what: what was done last, in a few words.

        Returns:
            The change that waits; None where nothing differs from the files any more.
        """
        origin = f"memory tool of {self._guest.known_as}"
        edits: list[Edit] = []
        said = [what]
        for path, own in self._written.items():
            wanted = own.sheet.text if own.sheet is not None else None
            edits += edits_between(
                self._bank.tree_index,
                path,
                own.base,
                wanted,
                now=self._bank.clock(),
                origin=origin,
                elsewhere=[other.base for other in self._written.values() if other.base is not None],
            )
            said += new_lines(own.base, wanted)
        numbered = [replace(edit, n=n) for n, edit in enumerate(edits, 1)]
        change = self._bank.propose_edits(
            numbered, FLOW, "\n".join(said), self._guest.known_as, instead=self.change
        )
        self.change = change if change.edits else None
        return self.change

    def catch_up(self) -> None:
        """Read the files as they are from here on, if the person decided or a file was changed elsewhere."""
        if self._written and (self._is_decided() or self._has_moved_on()):
            self._written.clear()
            self.change = None

    # Inside

    def _is_decided(self) -> bool:
        if self.change is None:
            return False
        try:
            standing = self._bank.change(self.change.id)
        except NanomemError:
            return True
        return any(edit.state is not EditState.PENDING for edit in standing.edits)

    def _has_moved_on(self) -> bool:
        """Whether a file it wrote on is not any more what it found."""
        for path, own in self._written.items():
            found = self._on_disk(path)
            if own.base is not None and (found is None or found[0] != own.base):
                return True
        return False

    def _changed(self, path: str, sheet: Sheet | None) -> _Written:
        own = self._written.get(path)
        if own is not None:
            return _Written(own.base, sheet)
        found = self._on_disk(path)
        return _Written(found[0] if found else None, sheet)

    def _on_disk(self, path: str) -> tuple[str, Sheet] | None:
        """A file's whole text, and what of it the guest may know; None where it may know of none."""
        gate = self._guest.gate()
        try:
            file = self._bank.tree_index.read(path)
        except NanomemError:
            return None
        if not gate.discloses(path, file.level):
            return None

        def hides(words: str) -> bool:
            try:
                self._guard.check(words, gate.discloses, ())
            except Withheld:
                return True
            return False

        sheet = sheet_of(file.document, lambda fact: gate.discloses(path, fact.level), hides)
        return file.text, sheet

    def _own_spelling(self, path: str) -> str:
        """The path of the file that the guest knows by this name, whatever its letter case."""
        if path in self._written:
            return path
        for known in self._written:
            if twin_key(known) == twin_key(path):
                return known
        twin = None if self._bank.tree_index.exists(path) else self._bank.tree_index.twin(path)
        return twin if twin is not None and self._on_disk(twin) else path


def _facts(found: Iterable[Fact | None]) -> Iterator[Fact]:
    return (fact for fact in found if fact is not None)

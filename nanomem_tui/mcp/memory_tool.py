"""Anthropic's memory tool (`memory_20250818`) over this memory: six commands on files below `/memories`.

Strings and rules follow the tool's published specification. A guest reads through the gate and reads its own
writes within its session; every write waits for the person as a change. Needs no package of the maker.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

from nanomem_tui.bank import MemoryBank
from nanomem_tui.mcp.commands import (
    DEPTH,
    LEFT_OUT,
    ROOT,
    Refused,
    line_range,
    listing,
    number,
    numbered,
    relative,
    text,
)
from nanomem_tui.mcp.guest import Guest
from nanomem_tui.mcp.session import Session
from nanomem_tui.mcp.sheets import Sheet, Tangled, inserted, replaced, written
from nanomem_tui.memory.errors import NanomemError, UnsafePath
from nanomem_tui.memory.paths import SIZE_CAP, check_path
from nanomem_tui.memory.visible import visible

MOST_LINES = 999_999
SNIPPET = 2
"""Lines shown above and below an edit."""
LONGEST_NAME = 60
"""Characters of the name of an agent."""


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """What a command is answered."""

    text: str
    is_error: bool = False


class MemoryTool:
    """One session of an agent with the memory tool.

    The agent sees what a guest may be told, and its own writes. These wait as one change that carries its
    name; as soon as the person decides on it, the agent reads the files as they stand. Another session
    starts from the files alone.

    Args:
        bank: the memory.
        client: the agent's name, for changes and the ledger.
        recipient: its name in the policy, where that limits it; None: nobody in particular.

    Raises:
        UsageError: the policy names no such recipient.
    """

    definition: Mapping[str, str] = {"type": "memory_20250818", "name": "memory"}
    """What goes into the `tools` of a request."""

    def __init__(self, bank: MemoryBank, client: str, *, recipient: str | None = None) -> None:
        name = visible(" ".join(client.split()))[:LONGEST_NAME] or "memory tool"
        self._alone = Lock()
        """Held by the command at work: a model may ask for several at once."""
        self._session = Session(Guest(bank, recipient or name, recipient))
        self._commands: Mapping[str, Callable[[Mapping[str, object]], str]] = {
            "view": self._view,
            "create": self._create,
            "str_replace": self._str_replace,
            "insert": self._insert,
            "delete": self._delete,
            "rename": self._rename,
        }

    def handle(self, command: Mapping[str, object]) -> str:
        """Carry out one command, as the input of a `tool_use` block gives it.

        Args:
            command: `command` and its parameters.

        Returns:
            The content of the tool result. Never raises for what the agent wrote.
        """
        return self.answer(command).text

    def answer(self, command: Mapping[str, object]) -> ToolAnswer:
        """As `handle`, with whether it is an error."""
        try:
            run = self._commands.get(text(command, "command", "memory"), self._unknown)
            with self._alone:
                self._session.catch_up()
                return ToolAnswer(run(command))
        except Refused as refusal:
            return ToolAnswer(visible(str(refusal), newlines=True), is_error=True)
        except NanomemError as error:
            return ToolAnswer(f"Error: {visible(str(error), newlines=True)}", is_error=True)

    # The commands

    def _unknown(self, command: Mapping[str, object]) -> str:
        raise Refused(
            f"Error: There is no command {command['command']}. Use one of: {', '.join(self._commands)}."
        )

    def _view(self, command: Mapping[str, object]) -> str:
        asked = text(command, "path", "view")
        path = relative(asked)
        sheet = self._session.sheet(path) if path else None
        if sheet is not None:
            return self._content(asked, sheet, command.get("view_range"))
        entries = listing(path, self._session.sizes()) if path is not None else []
        if path is None or (path and len(entries) == 1):
            raise Refused(f"The path {asked} does not exist. Please provide a valid path.")
        head = (
            f"Here're the files and directories up to {DEPTH} levels deep in {asked}, excluding hidden items"
        )
        lines = [f"{size}\t{asked.rstrip('/')}{name}" for size, name in entries]
        return "\n".join([f"{head} and {LEFT_OUT}:", *lines])

    def _content(self, asked: str, sheet: Sheet, wanted: object) -> str:
        lines = sheet.seen
        if len(lines) > MOST_LINES:
            raise Refused(f"File {asked} exceeds maximum line limit of 999,999 lines.")
        shown = line_range(wanted, len(lines))
        self._session.tell(sheet, shown)
        words = numbered([line.text for line in lines], shown)
        return "\n".join([f"Here's the content of {asked} with line numbers:", *words])

    def _create(self, command: Mapping[str, object]) -> str:
        asked = text(command, "path", "create")
        words = text(command, "file_text", "create")
        path = relative(asked)
        if not path:
            raise Refused(f"Error: {asked} is not a path of a file below {ROOT}.")
        if self._exists(path):
            raise Refused(f"Error: File {asked} already exists")
        self._session.create(_path_of_file(path), _bearable(asked, written(words)))
        return self._done(f"File created successfully at: {asked}", f"create {asked}")

    def _str_replace(self, command: Mapping[str, object]) -> str:
        asked = text(command, "path", "str_replace")
        old = text(command, "old_str", "str_replace").replace("\r\n", "\n")
        new = text(command, "new_str", "str_replace", otherwise="")
        path, sheet = self._file(
            asked, f"Error: The path {asked} does not exist. Please provide a valid path."
        )
        places = _places(sheet.words, old)
        if not places:
            raise Refused(
                f"No replacement was performed, old_str `{old}` did not appear verbatim in {asked}."
            )
        lines = [sheet.words.count("\n", 0, place) + 1 for place in places]
        if len(places) > 1:
            raise Refused(
                f"No replacement was performed. Multiple occurrences of old_str `{old}` in lines: "
                f"{', '.join(map(str, lines))}. Please ensure it is unique"
            )
        sheet = self._put(asked, path, lambda: replaced(sheet, places[0], places[0] + len(old), new))
        around = range(
            max(0, lines[0] - 1 - SNIPPET), min(len(sheet.seen), lines[0] + new.count("\n") + SNIPPET)
        )
        self._session.tell(sheet, around)
        said = ["The memory file has been edited.", *numbered([line.text for line in sheet.seen], around)]
        return self._done("\n".join(said), f"str_replace {asked}")

    def _insert(self, command: Mapping[str, object]) -> str:
        asked = text(command, "path", "insert")
        below = number(command, "insert_line", "insert")
        words = text(command, "insert_text", "insert")
        path, sheet = self._file(asked, f"Error: The path {asked} does not exist")
        if not 0 <= below <= len(sheet.seen):
            raise Refused(
                f"Error: Invalid `insert_line` parameter: {below}. It should be within the range of lines of "
                f"the file: [0, {len(sheet.seen)}]"
            )
        self._put(asked, path, lambda: inserted(sheet, below, words))
        return self._done(f"The file {asked} has been edited.", f"insert {asked}")

    def _delete(self, command: Mapping[str, object]) -> str:
        asked = text(command, "path", "delete")
        for path in self._at(asked):
            self._session.delete(path)
        return self._done(f"Successfully deleted {asked}", f"delete {asked}")

    def _rename(self, command: Mapping[str, object]) -> str:
        asked = text(command, "old_path", "rename")
        asked_to = text(command, "new_path", "rename")
        paths = self._at(asked)
        path, to_path = relative(asked), relative(asked_to)
        if path is None or not to_path:
            raise Refused(f"Error: {asked_to} is not a path below {ROOT}.")
        if self._exists(to_path):
            raise Refused(f"Error: The destination {asked_to} already exists")
        is_folder = self._session.sheet(path) is None
        if is_folder and to_path.startswith(f"{path}/"):
            raise Refused(f"Error: {asked} cannot be moved into itself.")
        moves = [(old, f"{to_path}{old[len(path) :]}" if is_folder else to_path) for old in paths]
        moves = [(old, _path_of_file(new)) for old, new in moves]
        for old, new in moves:
            self._session.move(old, new)
        return self._done(f"Successfully renamed {asked} to {asked_to}", f"rename {asked} to {asked_to}")

    # What they share

    def _file(self, asked: str, missing: str) -> tuple[str, Sheet]:
        """A file that is there; a folder is none."""
        path = relative(asked)
        sheet = self._session.sheet(path) if path else None
        if path is None or sheet is None:
            raise Refused(missing)
        return path, sheet

    def _at(self, asked: str) -> list[str]:
        """The files that a path means: itself, or all in a folder."""
        path = relative(asked)
        if path == "":
            raise Refused(f"Error: {ROOT} itself can be neither deleted nor renamed.")
        if path is not None:
            if self._session.sheet(path) is not None:
                return [path]
            if inside := [known for known in self._session.sizes() if known.startswith(f"{path}/")]:
                return inside
        raise Refused(f"Error: The path {asked} does not exist")

    def _exists(self, path: str) -> bool:
        return self._session.sheet(path) is not None or any(
            known.startswith(f"{path}/") for known in self._session.sizes()
        )

    def _put(self, asked: str, path: str, make: Callable[[], Sheet]) -> Sheet:
        try:
            sheet = _bearable(asked, make())
        except Tangled:
            raise Refused(
                f"Error: This edit would change what other lines of {asked} mean. Close every code fence and "
                "comment, and keep list items whole."
            ) from None
        self._session.put(path, sheet)
        return sheet

    def _done(self, said: str, what: str) -> str:
        """The specification's words, and what is true of every write here."""
        change = self._session.propose(visible(what))
        if change is None:
            return f"{said}\nNothing differs from the person's files any more, so nothing waits for them."
        return (
            f"{said}\nIt waits for the person's approval as change {change.id}. Until they decide, only this "
            "session reads it."
        )


def _path_of_file(path: str) -> str:
    try:
        return check_path(path)
    except UnsafePath as error:
        raise Refused(f"Error: {error.message} Memory files are named like {ROOT}/notes.md.") from None


def _bearable(asked: str, sheet: Sheet) -> Sheet:
    if len(sheet.text.encode("utf-8", "replace")) > SIZE_CAP:
        raise Refused(f"Error: File {asked} would be larger than {SIZE_CAP >> 20} MiB. Use several files.")
    return sheet


def _places(words: str, wanted: str) -> list[int]:
    """Where some words stand, overlapping places included."""
    places: list[int] = []
    at = words.find(wanted) if wanted else -1
    while at >= 0:
        places.append(at)
        at = words.find(wanted, at + 1)
    return places

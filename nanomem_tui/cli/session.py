"""What a command works with: the settings, the memory, where it prints and whom it may ask.

Everything expensive is made on first use, so that a command pays for what it needs.
"""

import sys
from collections.abc import Awaitable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from nanomem_tui.cli.doors import Doors
from nanomem_tui.cli.output import Output
from nanomem_tui.memory.errors import UsageError

if TYPE_CHECKING:
    from nanomem_tui.bank import MemoryBank
    from nanomem_tui.settings import Settings

T = TypeVar("T")
MANY_FILES = 500
"""From so many files on, reading them is worth a progress bar."""
BAR = 20
"""Its width."""


class Session:
    """One run of the command.

    Args:
        settings: resolved settings.
        out: where to print.
        doors: open what the command itself may not import.
    """

    def __init__(self, settings: "Settings", out: Output, doors: Doors) -> None:
        self.settings = settings
        self.out = out
        self.doors = doors

    @cached_property
    def bank(self) -> "MemoryBank":
        """The memory, opened on first use; what a crash left unfinished is finished and told first."""
        from nanomem_tui.bank import MemoryBank

        bank = MemoryBank(settings=self.settings, indexing=self._indexing)
        self.out.notes([notice] for notice in bank.recover())
        return bank

    def close(self) -> None:
        """Free the memory, where it was opened."""
        if "bank" in self.__dict__:
            self.bank.put_away()

    def _indexing(self, done: int, to_do: int) -> None:
        """Say how far the index is when reading the files takes long enough to be noticed."""
        if to_do >= MANY_FILES:
            filled = "#" * (BAR * done // to_do)
            self.out.passing(f"Reading files [{filled:.<{BAR}}] {done:,} of {to_do:,}")

    @property
    def has_person(self) -> bool:
        """Whether somebody sits at a terminal who can read a result and answer a question."""
        return not self.out.as_json and self._stdin_is_terminal and self.out.on_terminal

    @property
    def _stdin_is_terminal(self) -> bool:
        return sys.stdin is not None and sys.stdin.isatty()

    def run(self, work: Awaitable[T]) -> T:
        """Run what is asynchronous to its end and free the model's connections."""
        import asyncio

        async def whole() -> T:
            try:
                return await work
            finally:
                await self.bank.hang_up()

        return asyncio.run(whole())

    @property
    def who(self) -> str:
        """Who plans and answers, in a word."""
        return self.bank.model.name

    def text(self, words: Sequence[str]) -> str:
        """The text a command is about: its words, or stdin for `-` or for none where no terminal is."""
        if list(words) == ["-"] or (not words and not self._stdin_is_terminal):
            return self.stdin().removeprefix("\ufeff")
        return " ".join(words)

    def stdin(self) -> str:
        """All text on stdin.

        Raises:
            UsageError: it is no UTF-8.
        """
        if sys.stdin is None:
            return ""
        if self._stdin_is_terminal:
            self.out.note("Type the text; end it with Ctrl-D on a line of its own.")
        try:
            return sys.stdin.buffer.read().decode("utf-8")
        except UnicodeDecodeError:
            raise UsageError(
                "The text on stdin is not UTF-8.", "Convert it first, for example with iconv -t utf-8."
            ) from None

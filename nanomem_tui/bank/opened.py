"""A memory root opened: what the rest of the facade stands on. Nothing is made before it is needed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from nanomem_tui import settings as settings_module
from nanomem_tui.changes.leftovers import is_untidy
from nanomem_tui.changes.model import (
    Author,
    AuthorKind,
)
from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.policy import CALLER as CALLER
from nanomem_tui.memory.tree import Tree
from nanomem_tui.settings import Settings

if TYPE_CHECKING:
    from nanomem_tui.agent.models.base import Model
    from nanomem_tui.bank.running import Runner
    from nanomem_tui.changes.journal import Journal
    from nanomem_tui.disclosure.guard import Guard


PERSON = Author(AuthorKind.PERSON, "you")


class Opened:
    """A memory root with everything one can do to it.

    Args:
        root: the memory folder; None: the one the settings name. It is made with the first write.
        settings: resolved settings; None: environment, config file, defaults.
        model: the model to run flows with; None: the one the settings name.
        clock: gives the local time, naive.
        indexing: called with (files done, files to do) while files are read into the index.

    Raises:
        UsageError: the settings do not make sense, or the root is not a folder.
    """

    def __init__(
        self,
        root: Path | str | None = None,
        *,
        settings: Settings | None = None,
        model: "Model | None" = None,
        clock: Callable[[], datetime] = settings_module.now,
        indexing: Callable[[int, int], None] | None = None,
    ) -> None:
        settings = settings or settings_module.load()
        if root is not None:
            settings = replace(settings, root=Path(root).expanduser().absolute())
        if settings.root.exists() and not settings.root.is_dir():
            raise UsageError(f"{settings.root} is a file, not a folder.", "Name a folder with --root.")
        self.settings = settings
        self.root = settings.root
        self._indexing = indexing
        self.clock = clock
        self._model = model
        self._chosen = False
        """Whether the model is the one that the settings name."""
        self._tree: Tree | None = None
        self._journal: Journal | None = None
        self._guard: Guard | None = None
        self._agreed: set[str] = set()
        """Recipients with a consent for as long as this bank is open."""
        self.notices: tuple[str, ...] = ()
        """What recovery did when the journal was opened, one sentence each."""

    @property
    def tree_index(self) -> Tree:
        """The tree, opened on first use."""
        if self._tree is None:
            self._tree = Tree(self.root, indexing=self._indexing)
        return self._tree

    @property
    def journal(self) -> "Journal":
        """The journal, opened on first use; opening it finishes what a crash left open."""
        if self._journal is None:
            # Imported late: whoever only looks needs no journal.
            from nanomem_tui.changes.journal import Journal

            self._journal = Journal(self.root, self.tree_index, clock=self.clock)
            self.notices = tuple(self._journal.recover())
        return self._journal

    def recover(self) -> tuple[str, ...]:
        """Finish what a crash left open, also for somebody who only looks. Next to no work where nothing is.

        Returns:
            What was done, one sentence each.
        """
        if self._journal is None and is_untidy(self.root):
            _ = self.journal
        return self.notices

    @property
    def model(self) -> "Model":
        """The model flows run with.

        Raises:
            UsageError: the settings name no usable model.
        """
        if self._model is None:
            from nanomem_tui.bank.choosing import choose_model

            self._model, self._chosen = choose_model(self.settings), True
        return self._model

    async def hang_up(self) -> None:
        """Free the model's connections. The model that the settings name is made anew where it is needed."""
        if self._model is not None:
            await self._model.close()
            if self._chosen:
                self._model = None

    async def close(self) -> None:
        """Free the model's connections and the index."""
        await self.hang_up()
        self.put_away()

    def put_away(self) -> None:
        """Free the index; it is opened again where it is needed."""
        if self._tree is not None:
            self._tree.close()

    def _runner(self) -> "Runner":
        from nanomem_tui.bank.running import Runner
        from nanomem_tui.disclosure.guard import Guard

        self._make_root()
        if self._guard is None:
            self._guard = Guard(self.tree_index)
        return Runner(self.root, self.tree_index, self.journal, self.model, self.clock, self._guard)

    def _make_root(self) -> None:
        """Make the memory folder where it is missing, for its owner alone."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)

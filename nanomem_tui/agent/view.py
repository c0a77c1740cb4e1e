"""What one model may see of a draft. What it does not see is absent: no text, no name, no count.

Every reading tool and the map go through here. Decides nothing itself: `sees` comes from the gate.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from nanomem_tui.memory.errors import NotFound
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.paths import is_memory_path

if TYPE_CHECKING:
    from nanomem_tui.changes.draft import Draft
    from nanomem_tui.memory.document import Document
    from nanomem_tui.memory.tree import FileInfo, Hit

Sees = Callable[[str, Level], bool]
"""Path and effective level of something in memory -> whether it exists for the one who looks."""


class View:
    """A draft, narrowed to what `sees` lets through."""

    def __init__(self, draft: "Draft", sees: Sees) -> None:
        self.draft = draft
        self.sees = sees

    def files(self) -> list["FileInfo"]:
        """The files it sees, each counting only the facts it sees, by path."""
        visible = [
            info for info in self.draft.files() if not info.skipped and self.sees(info.path, info.level)
        ]
        hidden = Counter(
            fact.path for fact in self.draft.tree.withheld(Level.ASK) if not self.sees(fact.path, fact.level)
        )
        return sorted(
            (
                info._replace(facts=max(0, info.facts - hidden[info.path])) if info.path in hidden else info
                for info in visible
            ),
            key=lambda info: info.path,
        )

    def facts(self, path: str) -> list[Fact]:
        """The facts it sees of the file at `path`, each with its path and effective level.

        Raises:
            NotFound: there is no such file, or none that it sees.
            UnsafePath: `path` is no path of a memory file.
        """
        document = self._document(path)
        if document is None:
            raise NotFound(f"There is no file {path} in memory.")
        level = self._level(document)
        facts = (replace(fact, path=document.path, level=max(level, fact.level)) for fact in document.facts)
        return [fact for fact in facts if self.sees(document.path, fact.level)]

    def fact(self, path: str, id: str) -> Fact:
        """One fact it sees.

        Raises:
            NotFound: there is no such file or fact, or none that it sees.
            UnsafePath: `path` is no path of a memory file.
        """
        for fact in self.facts(path):
            if fact.id == id:
                return fact
        raise NotFound(f"There is no fact [{id}] in {path}. Read the file for its ids.")

    def exists(self, path: str) -> bool:
        """Whether there is a file at `path` that it sees.

        Raises:
            UnsafePath: `path` is no path of a memory file.
        """
        return self._document(path) is not None

    def search(self, query: str, limit: int) -> list["Hit"]:
        """The best hits that it sees, best first."""
        wanted = limit
        while True:
            hits = self.draft.search(query, wanted)
            visible = [hit for hit in hits if self.sees(hit.fact.path, hit.fact.level)]
            if len(visible) >= limit or len(hits) < wanted:
                return visible[:limit]
            wanted *= 4

    def find(self, loose: str) -> str | None:
        """The one file that `loose` can mean, for reading only; None when it is none or several."""
        if is_memory_path(loose) and (document := self._document(loose)):
            return document.path
        wanted = unicodedata.normalize("NFC", loose).casefold().replace("\\", "/").strip().strip("/")
        wanted = wanted.removeprefix("./")
        paths = {info.path.casefold(): info.path for info in self.files()}
        for exact in (wanted, f"{wanted}.md"):
            if exact in paths:
                return paths[exact]
        ends = (f"/{wanted}", f"/{wanted}.md")
        found = [path for folded, path in paths.items() if folded.endswith(ends)]
        return found[0] if len(found) == 1 else None

    def _document(self, path: str) -> "Document | None":
        """The file at `path`, if it sees it; under its real path, whatever the case it was asked for in."""
        if not self.draft.exists(path):
            return None
        document = self.draft.read(path)
        return document if self.sees(document.path, self._level(document)) else None

    def _level(self, document: "Document") -> Level:
        return max(self.draft.tree.policy.level(document.path), document.frontmatter.level)

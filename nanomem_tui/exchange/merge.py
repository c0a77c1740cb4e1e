"""Facts and whole files merged into memory, as edits of a draft. What is there is never written twice."""

from collections.abc import Callable, Collection
from dataclasses import replace

from nanomem_tui.changes.draft import Draft
from nanomem_tui.exchange.model import Document, ImportedFact
from nanomem_tui.memory.document import parse, render, to_new_fact
from nanomem_tui.memory.identity import normal
from nanomem_tui.memory.levels import Level


class Merge:
    """Facts and whole files brought into a draft; what is there already is passed over.

    Args:
        draft: takes the edits.
        proposed: normal forms of facts that wait for a decision already.
        file_for: the memory file that a fact belongs to, by its text.
    """

    def __init__(self, draft: Draft, proposed: Collection[str], file_for: Callable[[str], str]) -> None:
        self.draft = draft
        self.known = 0
        """How many facts were there already."""
        self._proposed = proposed
        self._file_for = file_for
        self._said: dict[str, set[str]] = {}

    def file(self, file: Document) -> None:
        """A memory file: as it is where there is none, else those of its facts that are new."""
        path = file.path or file.title
        if not self.draft.exists(path):
            self.draft.write_text(path, file.text)
            return
        document = parse(file.text, path)
        if render(self.draft.read(path)) == file.text:
            self.known += len(document.facts)
            return
        floor = document.frontmatter.disclosure or Level.OPEN
        here = self.draft.read(path).frontmatter.disclosure or Level.OPEN
        for fact in document.facts:
            new = replace(to_new_fact(fact), extra=tuple(fact.extra.items()))
            if floor > here:
                # The level of the file it comes from must not get lost.
                new = replace(new, disclosure=max(floor, new.disclosure or floor))
            self.fact(ImportedFact(new, path), None)

    def fact(self, one: ImportedFact, origin: str | None) -> None:
        """One fact."""
        says_origin = one.whole or one.fact.origin or origin is None
        fact = one.fact if says_origin else replace(one.fact, origin=origin)
        fact = replace(fact, updated_at=fact.updated_at or self.draft.now)
        key = normal(fact.text)
        path = one.path or self._file_for(fact.text)
        if (
            key in self._texts(path)
            or (one.path is None and self._anywhere(fact.text))
            or key in self._proposed
        ):
            self.known += 1
            return
        edit = self.draft.add(path, fact)
        self._texts(edit.path).add(key)

    def _texts(self, path: str) -> set[str]:
        if path not in self._said:
            facts = self.draft.read(path).facts if self.draft.exists(path) else ()
            self._said[path] = {normal(fact.text) for fact in facts}
        return self._said[path]

    def _anywhere(self, text: str) -> bool:
        return any(normal(hit.fact.text) == normal(text) for hit in self.draft.tree.search(text, 5))

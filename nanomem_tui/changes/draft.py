"""A draft: edits collected over the tree, in memory, by a writer who reads its own writes.

Writes nothing to the disk: the journal turns a draft's edits into a change. Knows neither models nor screens.
"""

from dataclasses import replace
from datetime import datetime

from nanomem_tui.changes.apply import Workspace, carry_out, described, says
from nanomem_tui.changes.model import ArchiveReason, Edit, EditState, Op, UpdateReason
from nanomem_tui.memory.document import Document, parse, render, to_new_fact
from nanomem_tui.memory.errors import NotFound, UsageError
from nanomem_tui.memory.facts import Fact, NewFact, Tier
from nanomem_tui.memory.identity import same
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.lines import encode
from nanomem_tui.memory.paths import check_path, twin_key
from nanomem_tui.memory.tree import FileInfo, Hit, Tree, rank_documents

_UNSEEN = object()


class Draft:
    """An overlay over the tree.

    Args:
        tree: what is on the disk.
        now: local time, written into the facts this draft makes.
    """

    def __init__(self, tree: Tree, *, now: datetime) -> None:
        self.tree = tree
        self.now = now
        self._work = Workspace(self._text_on_disk)
        self._edits: list[Edit] = []
        self._own: dict[str, str] = {}
        """Files this draft writes, by the form in which other spellings of them are known."""

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The edits made so far, numbered from 1."""
        return tuple(self._edits)

    # Reading, own writes included

    def read(self, path: str) -> Document:
        """The memory file at `path` as it would stand after this draft, facts with their effective level.

        Raises:
            NotFound: there is no such file.
            UnsafePath: the path is none of a memory file.
            MemoryUnreadable: the file cannot be read as memory.
        """
        path = self._path(path)
        if path not in self._work.changed:
            return self.tree.read(path).document
        document = self._work.document(path)
        if document is None:
            raise NotFound(f"There is no memory file {path}.", "List the folder for the paths there are.")
        return self._leveled(document)

    def exists(self, path: str) -> bool:
        """True when a memory file would stand at `path`."""
        path = self._path(path)
        return self._work.document(path) is not None

    def search(self, query: str, limit: int = 20) -> list[Hit]:
        """Facts that fit `query`, best first, with this draft's edits in place."""
        changed = self._work.changed
        if not changed:
            return self.tree.search(query, limit)
        found = [hit for hit in self.tree.search(query, limit) if hit.fact.path not in changed]
        documents = [self.tree.read(path).document for path in dict.fromkeys(hit.fact.path for hit in found)]
        documents += [self.read(path) for path in changed if self._work.document(path) is not None]
        # Documents know their own levels and not the policy's, by which others see them or not.
        policy = self.tree.policy
        return [
            replace(hit, fact=replace(hit.fact, level=max(hit.fact.level, policy.level(hit.fact.path))))
            for hit in rank_documents(documents, query, limit)
        ]

    def files(self) -> list[FileInfo]:
        """The files there would be."""
        infos = {info.path: info for info in self.tree.files()}
        for path in self._work.changed:
            document = self._work.document(path)
            if document is None:
                infos.pop(path, None)
                continue
            infos[path] = FileInfo(
                path=path,
                title=document.title,
                description=document.frontmatter.description,
                level=self._level(document),
                facts=len(document.facts),
                bytes=len(encode(render(document))),
                updated_at=self.now,
                skipped=None,
            )
        return [infos[path] for path in sorted(infos)]

    # Writing

    def add(self, path: str, fact: NewFact, *, quote: str | None = None) -> Edit:
        """Add a fact, making its file where it is missing.

        Raises:
            UsageError: the fact has no text, or the path is none of a memory file.
        """
        path = self._path(path)
        fact = self._dated(_with_text(fact))
        return self._do(Edit(self._next, Op.ADD, path, text=fact.text, fact=fact, quote=quote))

    def update(
        self,
        path: str,
        id: str,
        fact: NewFact,
        reason: UpdateReason,
        *,
        quote: str | None = None,
        keep_date: bool = False,
    ) -> Edit:
        """Replace a fact: in place when corrected; when changed, the old one goes to history.

        Args:
            path: its file.
            id: the fact.
            fact: what it says from now on.
            reason: why.
            quote: the words it rests on.
            keep_date: it says nothing new, so that its `updated_at` stays.

        Raises:
            NotFound: there is no such file or fact.
            UsageError: the new fact says nothing new, or the old one is history already.
        """
        path, document, old = self._fact(path, id)
        fact = _with_text(fact)
        if fact == to_new_fact(old):
            raise UsageError(
                f"{old.ref} already says “{old.text}”.", "Give the new text, or leave it as it is."
            )
        if reason is UpdateReason.CHANGED and old.tier is Tier.HISTORY:
            raise UsageError(f"{old.ref} is history already.", "Add the new fact instead.")
        if same(fact.text, old.text):
            # Only its metadata is new: an old line in history would say the very same.
            reason = UpdateReason.CORRECTED
        if not keep_date:
            fact = self._dated(
                replace(fact, updated_at=None if fact.updated_at == old.updated_at else fact.updated_at)
            )
        edit = replace(self._about(Op.UPDATE, path, document, old), text=fact.text, fact=fact, reason=reason)
        return self._do(replace(edit, quote=quote))

    def archive(self, path: str, id: str, reason: ArchiveReason) -> Edit:
        """Send a fact to history.

        Raises:
            NotFound: there is no such file or fact.
            UsageError: it is history already.
        """
        path, document, old = self._fact(path, id)
        if old.tier is Tier.HISTORY:
            raise UsageError(f"{old.ref} is history already.", "Leave it as it is.")
        return self._do(replace(self._about(Op.ARCHIVE, path, document, old), reason=reason))

    def remove(self, path: str, id: str) -> Edit:
        """Take a fact out of its file.

        Raises:
            NotFound: there is no such file or fact.
        """
        path, document, old = self._fact(path, id)
        return self._do(self._about(Op.REMOVE, path, document, old))

    def move(self, path: str, id: str, to_path: str) -> Edit:
        """Move a fact to another file, making that where it is missing.

        Raises:
            NotFound: there is no such file or fact.
            UsageError: the fact is there already.
        """
        path, document, old = self._fact(path, id)
        to_path = self._path(to_path)
        if to_path == path:
            raise UsageError(f"{old.ref} is in {to_path} already.", "Name another file.")
        target = self._work.document(to_path)
        if target is not None and says(target, old.text):
            raise UsageError(
                f"{to_path} says “{old.text}” already.", "Archive this one as a duplicate instead."
            )
        return self._do(replace(self._about(Op.MOVE, path, document, old), text=old.text, to_path=to_path))

    def describe(self, path: str, title: str | None = None, description: str | None = None) -> Edit:
        """Set the title or the description of a file.

        Raises:
            NotFound: there is no such file.
            UsageError: neither is given, or they say so already.
        """
        path = self._path(path)
        document = self._document(path)
        if title is None and description is None:
            raise UsageError("Neither a title nor a description is given.", "Give one of them.")
        edit = Edit(self._next, Op.DESCRIBE, path, title=_line(title), description=_line(description))
        wanted = [f"title: {edit.title}"] if title is not None else []
        wanted += [f"description: {edit.description}"] if description is not None else []
        edit = replace(edit, before=described(document, edit), text="\n".join(wanted))
        if edit.before == edit.text:
            raise UsageError(f"{path} is described like that already.", "Leave it as it is.")
        return self._do(edit)

    def write_text(self, path: str, text: str | None, *, seen: str | object | None = _UNSEEN) -> Edit:
        """Replace the whole text of a file; None deletes it.

        Args:
            path: the memory file.
            text: its new text.
            seen: its text as the writer saw it, None for no such file; left out: as it stands now. What
                stands there when the change is applied must still be this, else it is a conflict.

        Raises:
            NotFound: the file to delete does not exist.
            UsageError: nothing would change.
        """
        path = self._path(path)
        standing = self._work.text(path)
        before = seen if seen is None or isinstance(seen, str) else standing
        if text is None and before is None:
            raise NotFound(f"There is no memory file {path}.", "List the folder for the paths there are.")
        if text == before:
            raise UsageError(f"Nothing would change in {path}.", "Change its text first.")
        edit = Edit(self._next, Op.TEXT, path, before=before, text=text)
        self._work.put(path, None if text is None else parse(text, path))
        self._note(edit)
        return edit

    # Inside

    @property
    def _next(self) -> int:
        return len(self._edits) + 1

    def _do(self, edit: Edit) -> Edit:
        done = carry_out(self._work, edit, now=self.now, again=True)
        if done.state is EditState.CONFLICT:
            raise UsageError(done.note or f"{edit.ref} cannot be changed like that.")
        edit = replace(done, state=EditState.PENDING)
        self._note(edit)
        return edit

    def _note(self, edit: Edit) -> None:
        self._edits.append(edit)
        for path in filter(None, (edit.path, edit.to_path)):
            self._own.setdefault(twin_key(path), path)

    def _about(self, op: Op, path: str, document: Document, fact: Fact) -> Edit:
        return Edit(self._next, op, path, id=fact.id, before=fact.text, before_raw=document.raw(fact.id))

    def _fact(self, path: str, id: str) -> tuple[str, Document, Fact]:
        path = self._path(path)
        document = self._document(path)
        return path, document, document.fact(id.strip().strip("[]").removeprefix(f"{path}#"))

    def _document(self, path: str) -> Document:
        document = self._work.document(path)
        if document is None:
            raise NotFound(f"There is no memory file {path}.", "List the folder for the paths there are.")
        return document

    def _path(self, path: str) -> str:
        """The canonical path; that of the file on the disk where only its case differs."""
        path = check_path(path)
        if self.tree.exists(path):
            return path
        key = twin_key(path)
        return self._own.get(key) or self.tree.twin(path) or path

    def _text_on_disk(self, path: str) -> str | None:
        return self.tree.read(path).text if self.tree.exists(path) else None

    def _dated(self, fact: NewFact) -> NewFact:
        # What is approved days later still says when it was said.
        return fact if fact.updated_at else replace(fact, updated_at=self.now)

    def _level(self, document: Document) -> Level:
        return max(self.tree.policy.level(document.path), document.frontmatter.level)

    def _leveled(self, document: Document) -> Document:
        level = self._level(document)
        facts = tuple(replace(fact, level=max(level, fact.disclosure or level)) for fact in document.facts)
        return replace(document, facts=facts)


def _with_text(fact: NewFact) -> NewFact:
    text = _line(fact.text) or ""
    if not text:
        raise UsageError("The fact has no text.", "Say in one sentence what is to be remembered.")
    return replace(fact, text=text)


def _line(text: str | None) -> str | None:
    """One line: a line break never enters a fact or a header."""
    return None if text is None else " ".join(text.split())

"""Editing by hand: facts, files and folders, each time as one change that one undo takes back.

Only the person comes through here: nothing waits for review, and nothing asks a model.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from nanomem_tui.bank.opened import PERSON
from nanomem_tui.bank.reading import Reading
from nanomem_tui.changes.model import ArchiveReason, UpdateReason
from nanomem_tui.memory.errors import NotFound, UsageError
from nanomem_tui.memory.facts import Fact, NewFact, Tier
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.paths import check_folder, check_path

if TYPE_CHECKING:
    from nanomem_tui.changes.draft import Draft
    from nanomem_tui.changes.model import Outcome
    from nanomem_tui.results import Freer, Inside


class Editing(Reading):
    """Edits by the person's own hand."""

    # Facts

    def add_fact(self, path: str, fact: NewFact) -> "Outcome":
        """Write a fact into the file at `path`, making it where it is missing."""
        return self._by_hand(lambda draft: draft.add(path, fact), f"add to {path}")

    def edit_fact(self, ref: str, fact: NewFact, reason: UpdateReason = UpdateReason.CORRECTED) -> "Outcome":
        """Replace a fact: in place when corrected, with the old one in history when changed."""
        old = self.fact(ref)
        return self._by_hand(lambda draft: draft.update(old.path, old.id, fact, reason), f"edit {ref}")

    def archive_facts(
        self, refs: Iterable[str], reason: ArchiveReason = ArchiveReason.SUPERSEDED
    ) -> "Outcome":
        """Send facts to history; those that are there already are left alone.

        Raises:
            NotFound: there is no such fact, or all of them are history.
        """
        current = [fact for fact in self._named(refs) if fact.tier is not Tier.HISTORY]
        return self._each("archive", current, lambda draft, fact: draft.archive(fact.path, fact.id, reason))

    def remove_facts(self, refs: Iterable[str]) -> "Outcome":
        """Take facts out of their files. It can be reverted."""
        return self._each("remove", self._named(refs), lambda draft, fact: draft.remove(fact.path, fact.id))

    def move_facts(self, refs: Iterable[str], to_path: str) -> "Outcome":
        """Move facts to another file; those that are there already are left alone.

        Raises:
            NotFound: there is no such fact, or all of them are there.
            UsageError: the other file says one of them already.
        """
        facts = [fact for fact in self._named(refs) if fact.path != check_path(to_path)]
        return self._each(
            "move", facts, lambda draft, fact: draft.move(fact.path, fact.id, to_path), f" to {to_path}"
        )

    def confirm(self, refs: Iterable[str]) -> "Outcome":
        """Note, as one change, that facts hold today: they are not due until their next review.

        Raises:
            NotFound: there is no such fact, or all of them were confirmed today.
        """
        from nanomem_tui.changes.pruning import confirm

        today = self.clock().date()
        facts = [fact for fact in self._named(refs) if fact.checked_at != today]
        return self._each("confirm", facts, lambda draft, fact: confirm(draft, fact.path, fact.id, today))

    def set_fact_level(self, refs: Iterable[str], level: Level | None) -> "Outcome":
        """Give facts a disclosure level of their own; None takes it away, so that their file's holds.

        The strictest of policy, file and fact still wins.

        Raises:
            NotFound: there is no such fact, or all of them say so already.
        """
        facts = [fact for fact in self._named(refs) if fact.disclosure is not level]

        def put(draft: "Draft", fact: Fact) -> None:
            from nanomem_tui.memory.document import to_new_fact

            new = replace(to_new_fact(fact), disclosure=level)
            draft.update(fact.path, fact.id, new, UpdateReason.CORRECTED, keep_date=True)

        word = level.word if level is not None else "inherited"
        return self._each("level of", facts, put, f": {word}")

    def expired(self) -> tuple[Fact, ...]:
        """The current facts whose time is over."""
        today = self.clock().date()
        found = (fact for fact in self.tree_index.facts() if fact.tier is not Tier.HISTORY)
        return tuple(fact for fact in found if fact.is_expired(today))

    # Files

    def write_text(self, path: str, text: str | None, *, seen: str | None) -> "Outcome":
        """Replace the whole text of a file; None deletes it.

        Args:
            path: the file.
            text: its new text.
            seen: its text as the person saw it; None: they saw no such file. A file that moved on since is
                a conflict and stays as it is.
        """
        return self._by_hand(lambda draft: draft.write_text(path, text, seen=seen), f"write {path}")

    def set_file_level(self, path: str, level: Level) -> "Outcome":
        """Set the disclosure level in a file's frontmatter; the policy may still be stricter.

        Raises:
            UsageError: the frontmatter cannot be changed line by line.
            NotFound: there is no such file, or it says so already.
        """
        from nanomem_tui.memory.document import describe, render

        file = self.tree_index.read(path)
        if file.document.frontmatter.disclosure is level:
            raise NotFound(f"{path} says {level.word} already.", "Leave it as it is.")
        text = render(describe(file.document, disclosure=level))
        return self._by_hand(
            lambda draft: draft.write_text(path, text, seen=file.text), f"level of {path}: {level.word}"
        )

    def new_file(self, path: str) -> "Outcome":
        """Make a memory file without facts. Raises UsageError where there is one, UnsafePath."""
        from nanomem_tui.memory.document import new_document, render

        self._is_free(path)
        text = render(new_document(path))
        return self._by_hand(lambda draft: draft.write_text(path, text, seen=None), f"make {path}")

    def move_file(self, path: str, to_path: str) -> "Outcome":
        """Give a file another path, its bytes unchanged: one change, which undo takes back.

        Raises:
            NotFound, UnsafePath: there is no such file, or the new path is none.
            UsageError: there is a file at the new path already.
        """
        return self._move({path: to_path}, f"rename {path} to {to_path}")

    # Folders

    def inside(self, folder: str) -> "Inside":
        """What lies in a folder, to the bottom.

        Raises:
            UnsafePath: it is no folder of memory.
        """
        from nanomem_tui.results import Inside

        folder = check_folder(folder)
        files = [file for file in self.tree_index.files() if file.path.startswith(f"{folder}/")]
        readable = tuple(file for file in files if not file.skipped)
        names = {file.path for file in readable}
        others = tuple(
            sorted(
                path
                for file in (self.root / folder).rglob("*")
                if (file.is_symlink() or not file.is_dir())
                and (path := file.relative_to(self.root).as_posix()) not in names
            )
        )
        return Inside(folder, readable, others)

    def move_folder(self, folder: str, to_folder: str) -> "Outcome":
        """Give all memory files of a folder another one, their bytes unchanged: one change, one undo.

        Files that are no memory stay where they are.

        Raises:
            NotFound, UnsafePath: there is no memory in the folder, or the new name is none of a folder.
            UsageError: a file is in the way, or the folder would lie in itself.
        """
        folder, to_folder = check_folder(folder), check_folder(to_folder)
        if f"{to_folder}/".startswith(f"{folder}/"):
            raise UsageError(f"{folder} cannot move into itself.", "Name a folder outside of it.")
        files = self._files_of(folder)
        return self._move(
            {path: f"{to_folder}{path.removeprefix(folder)}" for path in files},
            f"rename {folder}/ to {to_folder}/",
        )

    def delete_folder(self, folder: str) -> "Outcome":
        """Delete all memory files of a folder: one change, which undo takes back.

        Files that are no memory stay where they are.

        Raises:
            NotFound, UnsafePath: there is no memory in the folder, or it is none.
        """
        texts = {path: self.tree_index.read(path).text for path in self._files_of(check_folder(folder))}

        def delete(draft: "Draft") -> None:
            for path, text in texts.items():
                draft.write_text(path, None, seen=text)

        return self._by_hand(delete, f"delete {check_folder(folder)}/", whole=True)

    def drop_empty_folder(self, folder: str) -> bool:
        """Remove a folder that holds nothing but empty folders; False when it holds something."""
        inside = self.inside(folder)
        if inside.files or inside.others:
            return False
        below = [path for path in (self.root / inside.folder).rglob("*") if path.is_dir()]
        for path in sorted(below, key=lambda path: -len(path.parts)):
            self.journal.store.disk.prune_folders(f"{path.relative_to(self.root).as_posix()}/x")
        self.journal.store.disk.prune_folders(f"{inside.folder}/x")
        return True

    # What a move would disclose

    def freer_files(self, moved: dict[str, str]) -> "tuple[Freer, ...]":
        """The files that would be disclosed more freely at their new paths, given as old to new."""
        from nanomem_tui.results import Freer

        policy = self.tree_index.policy
        infos = {file.path: file for file in self.tree_index.files()}
        found = (
            Freer(path, infos[path].level, max(policy.level(to), infos[path].own_level))
            for path, to in moved.items()
            if path in infos
        )
        return tuple(entry for entry in found if entry.after < entry.before)

    def freer_facts(self, refs: Iterable[str], to_path: str) -> "tuple[Freer, ...]":
        """The facts that would be disclosed more freely in the file at `to_path`."""
        from nanomem_tui.results import Freer

        to_path = check_path(to_path)
        there = next((file.level for file in self.tree_index.files() if file.path == to_path), None)
        level = self.tree_index.policy.level(to_path) if there is None else there
        found = (
            Freer(fact.ref, fact.level, max(level, fact.disclosure or Level.OPEN))
            for fact in self._named(refs)
        )
        return tuple(entry for entry in found if entry.after < entry.before)

    # Inside

    def _named(self, refs: Iterable[str]) -> list[Fact]:
        return [self.fact(ref) for ref in dict.fromkeys(refs)]

    def _each(
        self, verb: str, facts: list[Fact], edit: "Callable[[Draft, Fact], object]", more: str = ""
    ) -> "Outcome":
        """One change that does the same to each of some facts."""

        def make(draft: "Draft") -> None:
            # From the end of each file: an id rests on the facts before its own, never on those behind it.
            for fact in sorted(facts, key=lambda fact: -fact.line):
                edit(draft, fact)

        what = facts[0].ref if len(facts) == 1 else f"{len(facts)} facts"
        return self._by_hand(make, f"{verb} {what}{more}")

    def _move(self, paths: dict[str, str], request: str) -> "Outcome":
        for to_path in paths.values():
            self._is_free(to_path)
        texts = {path: self.tree_index.read(path).text for path in paths}

        def move(draft: "Draft") -> None:
            for path, text in texts.items():
                draft.write_text(path, None, seen=text)
                draft.write_text(paths[path], text, seen=None)

        return self._by_hand(move, request, whole=True)

    def _files_of(self, folder: str) -> list[str]:
        files = [file.path for file in self.inside(folder).files]
        if not files:
            raise NotFound(f"There is no memory in {folder}.", "List the tree for the folders there are.")
        return files

    def _is_free(self, path: str) -> None:
        path = check_path(path)
        there = path if self.tree_index.exists(path) else self.tree_index.twin(path)
        if there:
            raise UsageError(f"There is a file {there} already.", "Choose another name.")

    def _by_hand(self, make: "Callable[[Draft], object]", request: str, *, whole: bool = False) -> "Outcome":
        from nanomem_tui.changes.draft import Draft

        self._make_root()
        draft = Draft(self.tree_index, now=self.clock())
        make(draft)
        if not draft.edits:
            raise NotFound("Nothing would change.")
        return self.journal.apply_now(draft.edits, flow="edit", author=PERSON, request=request, whole=whole)

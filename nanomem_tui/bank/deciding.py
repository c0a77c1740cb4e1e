"""Deciding: approvals, the policy, prompts and forgetting. No agent and no guest comes through here."""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from nanomem_tui.bank.editing import Editing
from nanomem_tui.bank.opened import PERSON
from nanomem_tui.changes.model import (
    Change,
    Outcome,
)
from nanomem_tui.memory.errors import NotFound, UsageError
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.policy import Policy, matches

if TYPE_CHECKING:
    from nanomem_tui.agent.own_prompts import PromptInfo
    from nanomem_tui.changes.forget import Purged
    from nanomem_tui.changes.meant import Meant
    from nanomem_tui.results import LevelChange, WriteResult


class Deciding(Editing):
    """What only the person does: decisions, levels, prompts, forgetting."""

    def approve(
        self, id: str, only: Collection[int] | None = None, *, flagged: bool = False, by: str = PERSON.name
    ) -> Outcome:
        """Apply a pending change, all or nothing over its files.

        Args:
            id: the change.
            only: numbers of the edits to apply; None: all that are pending.
            flagged: apply flagged edits too; otherwise they wait unless `only` names them.
            by: who decided.
        """
        return self.journal.approve(id, only, flagged=flagged, by=by)

    def reject(
        self,
        id: str,
        only: Collection[int] | None = None,
        *,
        reason: str | None = None,
        by: str = PERSON.name,
    ) -> Outcome:
        """Reject a pending change, or only some of its edits."""
        return self.journal.reject(id, only, reason=reason, by=by)

    def amend(self, id: str, n: int, new: str | NewFact) -> Change:
        """Change the text or the whole fact of a pending edit before deciding on it."""
        return self.journal.amend(id, n, new)

    def take_proposal(self, id: str, n: int, *, by: str = PERSON.name) -> Outcome:
        """Apply an edit in conflict to what stands in the file now, in its place."""
        return self.journal.take_theirs_over(id, n, by=by)

    def revert(self, id: str, *, by: str = PERSON.name) -> Outcome:
        """Take an applied change back.

        Raises:
            NanomemError: later edits touched the same facts; the message names them.
        """
        return self.journal.revert(id, by=by)

    def undo(self, *, by: str = PERSON.name) -> Outcome:
        """Revert the newest applied change."""
        return self.journal.undo(by=by)

    def redo(self, *, by: str = PERSON.name) -> Outcome:
        """Apply again what was undone last."""
        return self.journal.redo(by=by)

    def prune(self) -> "WriteResult":
        """Propose to send every fact whose time is over to history."""
        from nanomem_tui.agent.models.base import Usage
        from nanomem_tui.changes.draft import Draft
        from nanomem_tui.changes.pruning import prune
        from nanomem_tui.results import WriteResult

        draft = Draft(self.tree_index, now=self.clock())
        prune(draft, self.clock().date())
        if not draft.edits:
            return WriteResult(None, "Nothing saved. The time of no fact is over.", "", Usage())
        change = self.journal.propose(draft.edits, flow="prune", author=PERSON, request="prune")
        return WriteResult(change, "The time of these facts is over.", "", Usage())

    def forget_forever(
        self, id: str, only: Collection[int] | None = None, *, by: str = PERSON.name
    ) -> "Purged":
        """Approve the removals of a change and forget what they remove for good. Cannot be taken back.

        Args:
            id: the change; its removals may wait or be applied.
            only: numbers of the edits; None: all removals.
            by: who decided.

        Raises:
            StandsInTheWay: a fact to be removed says something else now; nothing was forgotten.
            NotFound, UsageError: no such change, or it removes nothing.
        """
        return self.journal.forget_forever(id, only, by=by)

    def purge(self, refs: Iterable[str], *, texts: Collection[str] = (), by: str = PERSON.name) -> "Purged":
        """Forget facts for good, in every file of ours. Cannot be taken back.

        Args:
            refs: `path#id` of facts that stand in memory.
            texts: what facts said that stand nowhere any more, or were never approved.
            by: who decided.

        Raises:
            NotFound, UsageError: there is no such fact, or nothing is named.
        """
        return self.journal.purge([self.fact(ref).ref for ref in refs], texts=texts, by=by)

    def meant(self, words: str) -> "Meant":
        """Which facts `words` can mean, those included that only changes still know.

        Raises:
            NotFound, UsageError: none, or there are no words.
        """
        if not words.strip():
            raise UsageError("No fact is named.", "Name it as PATH#FACT, or say it in words.")
        found = self.journal.meant(words)
        if not found.facts and not found.texts:
            raise NotFound(
                f"No fact says “{words}”, nor did one before.", "Try other words, or `nanomem search`."
            )
        return found

    def level_change(self, glob: str, level: Level) -> "LevelChange":
        """What `set_level` would do; nothing is written. Raises as it does."""
        from nanomem_tui.changes.policy_file import policy_with
        from nanomem_tui.memory.policy_edit import set_level
        from nanomem_tui.results import LevelChange

        glob = " ".join(glob.split())
        before, files = self.tree_index.policy, self.tree_index.files()
        after = Policy.parse(policy_with(self.root, lambda text: set_level(text, glob, level)))
        moved = [
            (file.path, file.level, max(after.level(file.path), file.own_level))
            for file in files
            if before.level(file.path) is not after.level(file.path)
        ]
        return LevelChange(
            glob,
            level,
            sum(matches(glob, file.path) for file in files),
            tuple(entry for entry in moved if entry[1] is not entry[2]),
        )

    def set_level(self, glob: str, level: Level) -> "LevelChange":
        """Give a glob of paths another level, at once and for files to come; by the person's own word.

        Only the lines of the policy that must change do. The strictest of all globs that match a file,
        its frontmatter and a fact's own key still wins.

        Raises:
            UsageError: the glob is empty, or the policy is broken or cannot be changed line by line.
            MemoryUnreadable: the policy is a link or no plain file.
        """
        from nanomem_tui.changes.policy_file import write_policy
        from nanomem_tui.memory.policy_edit import set_level

        change = self.level_change(glob, level)
        self._make_root()
        write_policy(self.root, lambda text: set_level(text, change.glob, level))
        return change

    def write_prompt(self, name: str, text: str) -> "PromptInfo":
        """Make `text` the person's own prompt of a flow; the one before is set aside.

        Raises:
            NotFound: there is no such flow.
            UsageError: `text` is no prompt that this flow can use; nothing is written.
        """
        from nanomem_tui.agent.own_prompts import write_prompt

        return write_prompt(name, self.root, text)

    def reset_prompt(self, name: str) -> Path | None:
        """Use our prompt again; where the person's own one is kept, None when there was none."""
        from nanomem_tui.agent.own_prompts import reset_prompt

        return reset_prompt(name, self.root)

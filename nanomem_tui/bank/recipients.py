"""Who, by name, may be told of which paths: written into the policy by the person's own word.

No agent and no guest comes through here. What such a recipient then gets is the gate's business.
"""

from typing import TYPE_CHECKING

from nanomem_tui.bank.asking import Asking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nanomem_tui.results import RecipientChange


class Naming(Asking):
    """Recipients with a name."""

    def recipient_change(self, name: str, allow: "Sequence[str]") -> "RecipientChange":
        """What `set_recipient`, or without a glob `remove_recipient`, would do. Raises as they do."""
        from nanomem_tui.changes.policy_file import policy_with
        from nanomem_tui.memory.policy import Policy
        from nanomem_tui.memory.policy_recipients import named, set_recipient, without_recipient
        from nanomem_tui.results import RecipientChange

        name = named(name)
        text = policy_with(
            self.root,
            lambda text: set_recipient(text, name, allow) if allow else without_recipient(text, name),
        )
        before, after = self.tree_index.policy.recipients.get(name), Policy.parse(text).recipients.get(name)
        paths = [file.path for file in self.tree_index.files() if not file.skipped]
        return RecipientChange(
            name,
            before.allow if before else None,
            after.allow if after else None,
            tuple(path for path in paths if after and after.sees(path)),
            tuple(path for path in paths if before and before.sees(path)),
        )

    def set_recipient(self, name: str, allow: "Sequence[str]") -> "RecipientChange":
        """Let a recipient be told of these globs of paths, and of no others; by the person's own word.

        Only the lines of the policy that must change do. Private facts go to nobody all the same.

        Raises:
            UsageError: a name or glob is empty, or the policy is broken or cannot be changed line by line.
            MemoryUnreadable: the policy is a link or no plain file.
        """
        from nanomem_tui.changes.policy_file import write_policy
        from nanomem_tui.memory.policy_recipients import allowed, set_recipient

        globs = allowed(allow)
        change = self.recipient_change(name, globs)
        self._make_root()
        write_policy(self.root, lambda text: set_recipient(text, change.name, globs))
        return change

    def remove_recipient(self, name: str) -> "RecipientChange":
        """Take a recipient out of the policy. A consent that stands for them is taken back.

        Raises:
            NotFound: the policy names no such recipient.
            UsageError: the policy is broken, or cannot be changed line by line.
        """
        from nanomem_tui.changes.policy_file import write_policy
        from nanomem_tui.memory.policy_recipients import without_recipient

        change = self.recipient_change(name, ())
        if self.has_consent(change.name):
            self.revoke(change.name)
        write_policy(self.root, lambda text: without_recipient(text, change.name))
        return change

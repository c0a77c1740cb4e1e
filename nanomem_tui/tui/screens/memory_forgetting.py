"""What ends on the Memory screen: facts whose time is over, and facts that are forgotten for good.

Forgetting for good asks for a written word, after saying what it erases and what it cannot reach.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.content import Content

from nanomem_tui.changes.model import ArchiveReason
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.facts import Fact
from nanomem_tui.tui.screens.memory_facts import told
from nanomem_tui.tui.screens.memory_levels import MemoryLevels
from nanomem_tui.tui.widgets.ask_bar import Reply
from nanomem_tui.tui.widgets.forget_panel import ForgetPanel
from nanomem_tui.tui.widgets.words import count, shown

if TYPE_CHECKING:
    from nanomem_tui.changes.forget import Purged

NAMED = 3
"""How many facts a question names."""
ERASED = (
    "Erased from the files, the history, every change that waits or was rejected, the traces and the ledger. "
    "A salted fingerprint stays, so that it does not come back unseen."
)
FOR_GOOD = "This cannot be undone: no change, no revert and no history brings it back."
ELSEWHERE = "backups, copies that a sync or version control made, exports, and what you copied elsewhere"


class MemoryForgetting(MemoryLevels):
    """Pruning and forgetting for good."""

    def action_forget(self) -> None:
        """Ask whether the chosen facts are to be forgotten for good."""
        facts = self.facts.chosen
        if facts:
            self.nanomem.work("forget", self._ask_forget(facts), group="forget")

    async def _ask_forget(self, facts: Sequence[Fact]) -> None:
        def look() -> dict[str, str]:
            entries = [entry for fact in facts for entry in self.bank.disclosures(None, fact.ref)]
            return {entry.recipient: f"{entry.time:%Y-%m-%d}" for entry in reversed(entries)}

        try:
            recipients = await self.off_loop(look)
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        lines = [*_named(facts), Content(ERASED), Content.styled(FOR_GOOD, "bold $text-error")]
        lines.append(Content.styled("Out of reach", "bold"))
        lines += [
            Content.assemble("  ", (shown(name), "$text-warning"), f", told on {when}")
            for name, when in recipients.items()
        ]
        lines.append(Content(f"  {ELSEWHERE}"))
        self.forgetting.ask([fact.ref for fact in facts], lines)

    @on(ForgetPanel.Agreed)
    def _agreed(self, message: ForgetPanel.Agreed) -> None:
        self.nanomem.work("forget", self._forget(message.refs), group="forgetting")

    async def _forget(self, refs: Sequence[str]) -> None:
        try:
            purged = await self.off_loop(lambda: self.bank.purge(refs))
        except NanomemError as error:
            self.forgetting.close()
            self.to_list()
            self.nanomem.say_error(error)
            return
        self.facts.unmark()
        self.forgetting.tell(_outcome(purged))
        self.reload()
        self.nanomem.changes_changed()

    @on(ForgetPanel.Left)
    def _left(self) -> None:
        self.to_list()

    def action_prune(self) -> None:
        """Ask whether the facts whose time is over go to history."""
        self.nanomem.work("prune", self._prune, group="prune")

    async def _prune(self) -> None:
        try:
            facts = await self.off_loop(self.bank.expired)
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        if not facts:
            self.nanomem.say("The time of no fact is over.")
            return
        refs = [fact.ref for fact in facts]
        self.asking.ask(
            Content(f"To history, since the time is over: {count(len(facts), 'fact')}"),
            _named(facts),
            [
                Reply(
                    "y",
                    "archive",
                    lambda: self.decide(
                        "Expired", told(facts), lambda: self.bank.archive_facts(refs, ArchiveReason.EXPIRED)
                    ),
                )
            ],
            then=self.to_list,
        )


def _named(facts: Sequence[Fact]) -> list[Content]:
    lines = [Content.assemble(("  " + shown(fact.text), "bold"), f"  {fact.path}") for fact in facts[:NAMED]]
    return [*lines, Content(f"  and {len(facts) - NAMED} more")] if len(facts) > NAMED else lines


def _outcome(purged: "Purged") -> list[Content]:
    """What is gone from where, then everything that may still know it."""
    lines = [Content.styled(f"Forgot {count(purged.facts, 'fact')} for good.", "bold")]
    if purged.files:
        lines.append(Content(f"  taken out of {', '.join(map(shown, purged.files))}"))
    cleaned = [
        count(number, noun)
        for number, noun in ((purged.changes, "change"), (purged.disclosures, "disclosure"))
        if number
    ]
    if cleaned:
        lines.append(Content(f"  cut out of {' and '.join(cleaned)}"))
    if purged.traces:
        lines.append(Content(f"  {count(purged.traces, 'trace')} deleted"))
    lines.append(Content.styled("Out of reach", "bold"))
    told_at: dict[str, list[str]] = {}
    for name, time in purged.told:
        told_at.setdefault(name, []).append(time)
    for name, times in told_at.items():
        last = max(times).replace("T", " ")[:16]
        often = f"{len(times)} times, last on {last}" if len(times) > 1 else f"on {last}"
        lines.append(Content.assemble("  ", (shown(name), "$text-warning"), f" was told, {often}"))
    for path in purged.mentions:
        still = " still holds the words; it is yours to edit"
        lines.append(Content.assemble("  ", (shown(path), "$text-warning"), still))
    for path in purged.unread:
        unread = " could not be read, and may hold the words"
        lines.append(Content.assemble("  ", (shown(path), "$text-warning"), unread))
    lines.append(Content(f"  {ELSEWHERE}"))
    return lines

"""The ledger on the Preview screen: who was told what, found by a fact, and standing consents taken back.

What is in it is the bank's business; the view shows what was read.
"""

from functools import partial

from textual import on
from textual.widgets import Input

from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.tui.screens.preview_panes import PreviewPanes
from nanomem_tui.tui.told import told
from nanomem_tui.tui.widgets.words import shown


class PreviewLedger(PreviewPanes):
    """Looking at what was told."""

    def __init__(self) -> None:
        super().__init__()
        self._finding = ""
        """The fact, or the words, whose disclosures are shown; "": all of them."""

    def enter_ledger(self, about: str = "", entry: str | None = None) -> None:
        """Show who was told what.

        Args:
            about: only what told this fact, or these words.
            entry: the disclosure to go to.
        """
        self.add_class("-ledger")
        self._finding = about
        with self.ledger.finder.prevent(Input.Changed):
            self.ledger.finder.value = about
        self.ledger.list.focus()
        self.read_ledger(entry)

    def leave_ledger(self) -> None:
        """Show the preview again."""
        if self.in_ledger:
            self.remove_class("-ledger")
            self.set_focus(None if self.shown is None else self.choices)
            self.refresh_bindings()

    def read_ledger(self, entry: str | None = None) -> None:
        """Read the ledger again."""
        self.nanomem.work("ledger", partial(self._read_ledger, self._finding, entry), group="ledger")

    async def _read_ledger(self, about: str, entry: str | None) -> None:
        seen = await self.off_loop(lambda: told(self.bank, about))
        self.ledger.show_told(seen, self.bank.clock(), entry=entry)
        self.refresh_bindings()

    @on(Input.Changed, "#told-find")
    def _find_changed(self, event: Input.Changed) -> None:
        self._finding = event.value.strip()
        self.read_ledger()

    @on(Input.Submitted, "#told-find")
    def _found(self) -> None:
        self.ledger.list.focus()

    def action_ledger(self) -> None:
        """Show who was told what, beginning with what went last; or the preview again."""
        if self.in_ledger:
            self.leave_ledger()
        else:
            self.enter_ledger(entry=self.entry)

    def action_who_was_told(self) -> None:
        """Show who was ever told the selected fact."""
        choice = self.choices.choice
        if choice is not None:
            self.enter_ledger(choice.fact.ref)

    def action_revoke_consent(self) -> None:
        """Take the selected yes back."""
        yes = self.ledger.yes
        if yes is None:
            return
        try:
            self.bank.revoke(yes.recipient)
        except (NanomemError, OSError) as error:
            self.nanomem.say(str(error), severity="error")
            return
        self.nanomem.say(f"Taken back: {shown(yes.recipient)} needs your yes again.")
        self.read_ledger()

    def back_in_ledger(self) -> None:
        """From the field or the details to the list, from a search to all, and then to the preview."""
        if self.focused is not self.ledger.list:
            self.ledger.list.focus()
        elif self.ledger.finder.value:
            self.ledger.finder.value = ""
        else:
            self.leave_ledger()

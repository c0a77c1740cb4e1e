"""The Preview screen, whole: what would leave for a question, chosen fact by fact, before it does.

What a preview holds and what may go is decided in the core; this turns keys into the next preview.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import ActiveBinding, BindingType
from textual.widgets import Input

from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.tui import actions
from nanomem_tui.tui.screens.preview_handing import PreviewHanding
from nanomem_tui.tui.widgets.block_list import BlockList
from nanomem_tui.tui.widgets.preview_bar import BarMode, PreviewBar
from nanomem_tui.tui.widgets.preview_choices import spoken
from nanomem_tui.tui.widgets.words import shown

if TYPE_CHECKING:
    from nanomem_tui.disclosure.preview import Preview

NEEDS_CHOICE = frozenset({"switch", "reword", "who_was_told"})
_FOOTER_FROM = {
    "recipient": 100,
    "ledger": 92,
    "review": 120,
    "copy-prompt": 70,
    "reword": 60,
    "commands": 70,
}
"""Columns from which an action has room in the footer; below, the help panel and the palette name it."""
_FACTS = ("switch", "reword", "copy-prompt", "send-prompt", "recipient")
_YES = ("yes-once", "yes-session", "yes-always")
_IN_LEDGER = {"question": "Find", "ledger": "Preview"}
"""What actions are called in the ledger."""


class PreviewScreen(PreviewHanding):
    """What a question would disclose, before it leaves."""

    BINDINGS: ClassVar[list[BindingType]] = actions.bindings(actions.Scope.PREVIEW)
    BINDING_GROUP_TITLE = "Preview"
    HELP = """What a question would disclose, found out on this machine. Facts left, the exact text right;
    what is sent, copied or saved is what is shown, byte for byte, and the ledger notes it first."""

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """Only what fits in the footer; while a yes is waited for, what answers; in the ledger, its own."""
        active = super().active_bindings
        hidden = {id for id, columns in _FOOTER_FROM.items() if self.size.width < columns}
        asking = bool(self.query(PreviewBar)) and self.bar.mode is BarMode.ASKING
        for key, item in active.items():
            binding = item.binding
            shows = binding.show and binding.id not in hidden
            if asking and not self.in_ledger:
                shows = (shows and binding.id not in _FACTS) or (binding.id in _YES and item.enabled)
            elif self.in_ledger:
                shows = (shows and binding.id not in _FACTS) or binding.id in ("ledger", "revoke-consent")
                binding = replace(binding, description=_IN_LEDGER.get(binding.id or "", binding.description))
            active[key] = item._replace(binding=replace(binding, show=shows))
        return active

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A text field takes `/` for itself, which the footer would not know."""
        if action == "question" and isinstance(self.focused, Input):
            return False
        return super().check_action(action, parameters)

    def on_resize(self) -> None:
        """The footer holds what has room."""
        self.refresh_bindings()

    def why_not(self, action: str) -> str | None:
        """What the selection does not allow."""
        if action in NEEDS_CHOICE:
            if self.in_ledger or self.shown is None:
                return "There is no fact to choose: write a question first."
            if self.focused is not self.choices:
                return "Go to the facts first: tab leads there."
            if self.choices.choice is None:
                return "Select a fact first."
        if action == "switch_all":
            needed = self.shown is not None and any(choice.sentences for choice in self.shown.choices)
            if self.in_ledger or not needed:
                return "There is no answer that rests on facts."
        if action == "propose_words" and self.bar.mode is not BarMode.WORDS:
            return "Select a fact and press g first."
        if action == "new_preview" and not self.question.value.strip():
            return "There is no question yet."
        if action == "revoke_consent" and not (self.in_ledger and self.ledger.yes):
            return "Select a standing yes in the ledger: l."
        return super().why_not(action)

    # Questions and recipients

    def ask(self, query: str) -> None:
        """Preview a question."""
        self.leave_ledger()
        self.question.value = query
        self.renew()

    def action_question(self) -> None:
        """Write the question; in the ledger, what is looked for."""
        if self.in_ledger:
            self.ledger.finder.add_class("-on")
            self.ledger.finder.focus()
        else:
            self.remove_class("-full")
            self.question.focus()

    def action_new_preview(self) -> None:
        """Make the preview again."""
        self.renew()

    async def action_recipient(self) -> None:
        """Preview it for the next one."""
        try:
            everybody = await self.off_loop(self.bank.addressees)
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        at = everybody.index(self.to) if self.to in everybody else -1
        self.to = everybody[(at + 1) % len(everybody)]
        self.show_recipient()
        if len(everybody) == 1:
            self.nanomem.say(
                f"There is nobody else than {self.whom}.", "6 names a model, policy.yaml recipients."
            )
        elif self.shown is not None:
            self.renew()

    # Choosing

    def action_switch(self) -> None:
        """Let the selected fact go, or leave it out."""
        choice = self.choices.choice
        if choice is not None and self.shown is not None:
            change = self.shown.strike if choice.included else self.shown.include
            self._change(lambda: change(choice.fact.ref))

    def action_switch_all(self) -> None:
        """Let all facts go that the answer rests on, or none of them."""
        if self.shown is not None:
            self._change(self.shown.switch_answer)

    @on(BlockList.Chosen, "#choices")
    def _chosen(self, message: BlockList.Chosen) -> None:
        if not message.clicked:
            self.action_switch()

    def action_reword(self) -> None:
        """Write other words for the selected fact."""
        choice = self.choices.choice
        if choice is None:
            return
        self.bar.write(
            BarMode.WORDS,
            f"Instead of: {shown(choice.fact.text)}",
            "enter puts it in · ctrl+g asks the model on this machine · escape",
            choice.text if choice.is_reworded else spoken(choice.fact),
        )
        self.refresh_bindings()

    def action_propose_words(self) -> None:
        """Put broader words into the field; what the person wrote meanwhile stays."""
        choice = self.choices.choice
        if choice is not None:
            propose = partial(self._propose, choice.fact.ref, self.bar.line.value)
            self.nanomem.work("propose words", propose, group="words")

    async def _propose(self, ref: str, written: str) -> None:
        try:
            words = await self.bank.suggest_rewording(ref)
        except NanomemError as error:
            self.nanomem.say_error(error)
            return
        choice = self.choices.choice
        if self.bar.mode is BarMode.WORDS and choice is not None and choice.fact.ref == ref:
            if self.bar.line.value == written:
                self.bar.put(words)
            else:
                self.nanomem.say(f"Proposed: {shown(words)}")

    @on(PreviewBar.Entered)
    def _words_entered(self, message: PreviewBar.Entered) -> None:
        choice = self.choices.choice
        if message.mode is not BarMode.WORDS or choice is None or self.shown is None:
            return
        reword = self.shown.reword
        if self._change(lambda: reword(choice.fact.ref, message.text)):
            self._leave_bar()

    def _change(self, change: "Callable[[], Preview]") -> bool:
        """Show the next preview; the one before can be had back."""
        assert self.shown is not None
        try:
            after = change()
        except NanomemError as error:
            self.nanomem.say_error(error)
            return False
        self.past.append(self.shown)
        self.future.clear()
        self.show_preview(after)
        return True

    def action_undo_switch(self) -> None:
        """Take the last switch back."""
        if not self.past or self.shown is None:
            self.nanomem.say("No switch to take back.", "1, then z takes back changes of memory.")
            return
        self.future.append(self.shown)
        self.show_preview(self.past.pop())

    def action_redo_switch(self) -> None:
        """Make the switch again."""
        if not self.future or self.shown is None:
            self.nanomem.say("No switch to make again.")
            return
        self.past.append(self.shown)
        self.show_preview(self.future.pop())

    # Moving about

    def action_next_pane(self) -> None:
        """On to the next pane."""
        self._step(1)

    def action_previous_pane(self) -> None:
        """Back to the pane before."""
        self._step(-1)

    def _step(self, by: int) -> None:
        if self.shown is None and not self.in_ledger:
            self.question.focus()
            return
        self.remove_class("-full")
        panes = self.panes
        at = panes.index(self.focused) if self.focused in panes else (-1 if by > 0 else len(panes))
        panes[(at + by) % len(panes)].focus()

    def action_full(self) -> None:
        """Show the prompt alone, or the facts again."""
        if self.shown is None or self.in_ledger:
            return
        full = not self.has_class("-full")
        self.set_class(full, "-full")
        (self.prompt.text if full else self.choices).focus()

    def action_back(self) -> None:
        """Stop or leave the nearest thing."""
        if self.is_making:
            self.cancel_making()
        elif self.bar.mode is not BarMode.CLOSED and not self.is_handing:
            self._leave_bar()
        elif self.is_handing:
            self.cancel_handing()
        elif self.in_ledger:
            self.back_in_ledger()
        elif self.has_class("-full"):
            self.action_full()
        elif self.shown is None:
            self.set_focus(None)
        else:
            if self.focused is self.question:
                self.question.value = self.shown.query
            self.choices.focus()

    def _leave_bar(self) -> None:
        self.bar.close()
        self.choices.focus()
        if self.is_stale:
            self.becomes_stale()
        self.refresh_bindings()

    @on(BlockList.Moved, "#choices")
    @on(BlockList.Moved, "#told-list")
    def _moved(self) -> None:
        self.refresh_bindings()

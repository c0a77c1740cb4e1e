"""How a preview leaves: sent, copied, saved or piped, after a yes where one is needed, noted before it goes.

What goes is what the bank hands over: the very bytes that are shown, through the gate and into the ledger.
"""

import asyncio
from collections.abc import Callable, Coroutine
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from textual import events, on

from nanomem_tui.bank import CALLER
from nanomem_tui.disclosure.addressee import AddresseeKind
from nanomem_tui.memory.errors import NanomemError, PreviewStale
from nanomem_tui.tui.saving import PIPE, feed, write_new
from nanomem_tui.tui.screens.preview_ledger import PreviewLedger
from nanomem_tui.tui.screens.preview_panes import NEW_QUESTION, STALE
from nanomem_tui.tui.widgets.preview_bar import BarMode, PreviewBar
from nanomem_tui.tui.widgets.words import count, shown

if TYPE_CHECKING:
    from textual.worker import Worker

    from nanomem_tui.disclosure.preview import Preview

HANDING = frozenset({"copy_prompt", "save_prompt", "send_prompt"})
YES = frozenset({"yes_once", "yes_session", "yes_always"})


class Way(Enum):
    """How it leaves."""

    SEND = "Send"
    COPY = "Copy"
    SAVE = "Save"


class PreviewHanding(PreviewLedger):
    """Sending, copying and saving."""

    def __init__(self) -> None:
        super().__init__()
        self._way = Way.SEND
        self._place = ""
        self._handing: Worker[None] | None = None
        self._struck: int | None = None
        """The version that a key on its way was struck at; None: it was no key."""

    def on_key(self, event: events.Key) -> None:
        """Stop a key that would let something go and was struck before what would go had been painted.

        A key that passes here may still run behind another one that changes what is shown: it remembers
        what it was struck at.
        """
        self._struck = None
        active = self.active_bindings.get(event.key)
        lets_go = active is not None and active.node is self and active.binding.action in HANDING | YES
        if lets_go and (not self.guard.is_painted or self.guard.is_early(event.time)):
            event.stop()
            event.prevent_default()
        elif lets_go:
            self._struck = self.version

    def _may_hand(self) -> bool:
        """True when what asks for it can only mean what is on the screen now."""
        struck, self._struck = self._struck, None
        return self.guard.is_painted and struck in (None, self.version)

    @property
    def is_handing(self) -> bool:
        """Whether something is being sent or piped."""
        return self._handing is not None and not self._handing.is_finished

    def cancel_handing(self) -> None:
        """Stop waiting for the reply; what has left has left."""
        if self._handing is not None:
            self._handing.cancel()

    def why_not(self, action: str) -> str | None:
        """What has to be there before something can leave."""
        if action in HANDING:
            if self.in_ledger:
                return "This is the ledger: l leads back to the preview."
            if self.shown is None:
                return "There is nothing to hand over yet: write a question first."
            if self.is_handing:
                return "Something is on its way already: escape stops it."
            if self.is_stale:
                return f"{STALE} n makes a new one."
            if self.has_new_question:
                return f"{NEW_QUESTION} n makes a new one."
        if action == "send_prompt" and (self.to is None or self.to.kind is not AddresseeKind.MODEL):
            return self._nobody()
        if action in YES and self.bar.mode is not BarMode.ASKING:
            return "Nothing waits for a yes: c, o or s hands something over."
        if action in ("yes_session", "yes_always") and not self._needs_yes():
            return "Nothing in it needs a standing yes: y sends it."
        if action in ("yes_session", "yes_always") and not self._can_stand():
            return "A model without an address cannot have a standing yes: y lets it go this once."
        return super().why_not(action)

    def _nobody(self) -> str:
        if self.to is not None and self.bank.model.provider == "rules":
            return "The built-in rules are no language model: c copies it, o saves it, 6 names a model."
        return f"This preview is for {self.whom}: w chooses the model."

    def _needs_yes(self) -> int:
        """How many of the facts that would go need a yes."""
        return len(self.bank.needs_yes(self.shown)) if self.shown is not None else 0

    def _can_stand(self) -> bool:
        return self.to is not None and (
            self.to.kind is not AddresseeKind.MODEL or bool(self.bank.model.endpoint)
        )

    # Asking

    def action_send_prompt(self) -> None:
        """Ask for a yes to sending what is shown."""
        if self._may_hand():
            self._begin(Way.SEND)

    def action_copy_prompt(self) -> None:
        """Copy what is shown."""
        if self._may_hand():
            self._begin(Way.COPY)

    def action_save_prompt(self) -> None:
        """Ask where to write what is shown."""
        assert self.shown is not None
        self.bar.write(
            BarMode.PLACE,
            f"Write these {len(self.shown.data)} bytes to",
            "a new file, or | and a command that reads them · enter · escape",
            placeholder="~/prompt.txt  or  | command",
        )
        self.refresh_bindings()

    def _begin(self, way: Way) -> None:
        """Hand it over, or ask first."""
        preview, needing = self.shown, self._needs_yes()
        if preview is None:
            return
        self._way = way
        if way is not Way.SEND and not needing:
            self._hand()
            return
        size = f"{len(preview.data)} bytes with {count(len(preview.disclosed), 'fact')}"
        to = self.whom if way is Way.SEND else f"a copy for {self.whom}"
        hint = "y sends it · escape leaves it here"
        if needing:
            which = f"{needing} of them {'needs' if needing == 1 else 'need'} your yes"
            if len(preview.disclosed) == 1:
                which = "It needs your yes"
            standing = " · u until I quit · A always" if self._can_stand() else ""
            hint = f"{which}: y this once{standing} · escape no"
        self.bar.say(
            BarMode.ASKING, f"{way.value} {size} to {to}?" if way is Way.SEND else f"{size}: {to}?", hint
        )
        self.changed()
        self.refresh_bindings()

    def action_yes_once(self) -> None:
        """Let it go this once."""
        if self._may_hand():
            self._agreed()

    def _agreed(self) -> None:
        self.bar.close()
        self._hand()

    def action_yes_session(self) -> None:
        """Let facts that need a yes go to this recipient until the app is left."""
        self._consent(always=False)

    def action_yes_always(self) -> None:
        """Let facts that need a yes go to this recipient from now on."""
        self._consent(always=True)

    def _consent(self, *, always: bool) -> None:
        preview = self.shown
        if preview is None or not self._may_hand():
            return
        try:
            self.bank.consent(preview.recipient, always=always)
        except (NanomemError, OSError) as error:
            self.nanomem.say(str(error), severity="error")
            return
        since = "From now on" if always else "Until you quit"
        more = " and into answers on the command line" if preview.recipient == CALLER else ""
        self.nanomem.say(f"{since} what needs a yes may go to {self.whom}{more}.", "l, then d takes it back.")
        self._agreed()

    @on(PreviewBar.Entered)
    def _place_entered(self, message: PreviewBar.Entered) -> None:
        if message.mode is BarMode.PLACE and message.text.strip():
            self._place = message.text.strip()
            self.bar.close()
            self.choices.focus()
            self._begin(Way.SAVE)

    # Handing over

    def _hand(self) -> None:
        preview = self.shown
        if preview is None:
            return
        ways: dict[Way, Callable[[Preview], Coroutine[None, None, None]]] = {
            Way.SEND: self._send,
            Way.COPY: self._copy,
            Way.SAVE: self._pipe if self._place.startswith(PIPE) else self._save,
        }
        way = ways[self._way]
        self._handing = self.nanomem.work(
            "hand over", partial(self._guarded, way, preview), group="hand over"
        )
        self.refresh_bindings()

    async def _guarded(
        self, way: "Callable[[Preview], Coroutine[None, None, None]]", preview: "Preview"
    ) -> None:
        try:
            await way(preview)
        except PreviewStale:
            self.becomes_stale()
        except NanomemError as error:
            self.nanomem.say_error(error)
            self.reply.end(str(error), "")
        except asyncio.CancelledError:
            self.nanomem.say("Stopped.", "What had left already stays in the ledger.")
            raise
        finally:
            self.call_later(self.refresh_bindings)

    async def _send(self, preview: "Preview") -> None:
        self.add_class("-reply")
        self.reply.begin(f"Reply of {self.bank.model.name}")
        text = await self.bank.send(preview, self.reply.add)
        self.reply.end(text, await self._noted(preview))
        self.nanomem.say(
            f"Sent {len(preview.data)} bytes, sha256 {preview.sha256[:12]}.", "l shows the ledger."
        )

    async def _copy(self, preview: "Preview") -> None:
        data = await self.off_loop(lambda: self.bank.hand_over(preview))
        noted = await self._noted(preview)
        self.nanomem.copy_text(data.decode(), f"{len(data)} bytes, sha256 {preview.sha256[:12]}. {noted}")

    async def _save(self, preview: "Preview") -> None:
        await self.off_loop(lambda: write_new(self._place, lambda: self.bank.hand_over(preview)))
        noted = await self._noted(preview)
        self.nanomem.say(f"Wrote {len(preview.data)} bytes to {shown(self._place)}.", noted)

    async def _pipe(self, preview: "Preview") -> None:
        command = self._place.removeprefix(PIPE).strip()
        data = await self.off_loop(lambda: self.bank.hand_over(preview))
        self.add_class("-reply")
        self.reply.begin(f"| {command}")
        code, said = await feed(command, data)
        noted = await self._noted(preview)
        self.reply.end(said, noted)
        ended = "" if code == 0 else f" It ended with {code}."
        self.nanomem.say(f"Gave {len(data)} bytes to {shown(command)}.{ended}", noted)

    async def _noted(self, preview: "Preview") -> str:
        """What the ledger has of it, as a sentence."""
        if not preview.disclosed:
            return "No fact was in it."
        entries = await self.off_loop(self.bank.disclosures)
        entry = next((one for one in entries if one.sha256 == preview.sha256), None)
        self.entry = entry.id if entry else None
        return f"In the ledger as {entry.id[-6:].lower()}: l." if entry else ""

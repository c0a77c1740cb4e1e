"""Asking: what is handed to somebody else, through the gate, previewed and kept in the ledger."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from nanomem_tui.bank.deciding import Deciding
from nanomem_tui.bank.opened import CALLER
from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.levels import Level, Trust
from nanomem_tui.memory.paths import STATE_DIR
from nanomem_tui.memory.policy import POLICY_FILE
from nanomem_tui.settings import ToolMode

if TYPE_CHECKING:
    from nanomem_tui.bank.running import Watcher
    from nanomem_tui.disclosure.addressee import Addressee
    from nanomem_tui.disclosure.consents import Consent, Consents
    from nanomem_tui.disclosure.gate import Gate
    from nanomem_tui.disclosure.ledger import Disclosure
    from nanomem_tui.disclosure.preview import Preview
    from nanomem_tui.results import AugmentResult, PreviewResult, RetrieveResult


class Asking(Deciding):
    """Answers for somebody else, all of them through the gate and into the ledger."""

    async def retrieve(
        self,
        query: str,
        *,
        allow_ask: bool = False,
        recipient: str | None = None,
        told: str | None = None,
        given: str = "",
        context: str = "",
        watch: "Watcher | None" = None,
    ) -> "RetrieveResult":
        """Answer `query` from memory, for somebody else: every sentence cites the facts it rests on.

        Args:
            query: the question.
            allow_ask: the person said yes to `ask` facts for this answer.
            recipient: who gets it; limits it to what the policy allows that recipient.
            told: name of who gets it in the ledger, where the policy does not know them.
            given: what was retrieved before: only what it lacks is fetched, nothing where it will do.
            context: the talk the question comes from.
            watch: called with each event of the run.

        Raises:
            UsageError: `query` is empty, or no such recipient.
            ModelUnreachable: the model could not be reached.
            Withheld: the gate stopped a request.
        """
        from nanomem_tui.bank.answering import retrieve

        gate = self.gate(allow_ask=allow_ask, recipient=recipient, told=told)
        to = recipient or told or CALLER
        return await retrieve(self._runner(), query, gate, watch, recipient=to, given=given, context=context)

    async def augment(
        self,
        query: str,
        *,
        allow_ask: bool = False,
        recipient: str | None = None,
        told: str | None = None,
        watch: "Watcher | None" = None,
    ) -> "AugmentResult":
        """A prompt for another model that holds `query` and what it needs of memory, personal words marked.

        Takes and raises what `retrieve` does.
        """
        from nanomem_tui.bank.answering import augment

        gate = self.gate(allow_ask=allow_ask, recipient=recipient, told=told)
        to = recipient or told or CALLER
        return await augment(self._runner(), query, gate, watch, recipient=to)

    async def preview(
        self,
        query: str,
        *,
        allow_ask: bool = False,
        recipient: str | None = None,
        told: str | None = None,
        trust: Trust | None = None,
        watch: "Watcher | None" = None,
    ) -> "PreviewResult":
        """What `query` would disclose, found out on this machine; nothing leaves and nothing is recorded.

        Takes and raises what `retrieve` does. The preview in the result can be changed fact by fact.

        Args:
            query: the question.
            allow_ask: `ask` facts are on from the start.
            recipient: who would get it, by their name in the policy.
            told: name of who would get it, where the policy does not know them.
            trust: where they are; None: where the present model runs.
            watch: called with each event of the run.
        """
        from nanomem_tui.bank.previewing import preview

        gate = self.gate(allow_ask=allow_ask, recipient=recipient, told=told)
        gate = gate if trust is None else replace(gate, trust=trust)
        to = recipient or told or CALLER
        return await preview(self._runner(), query, gate, watch, recipient=to)

    async def preview_for(
        self, query: str, to: "Addressee", watch: "Watcher | None" = None
    ) -> "PreviewResult":
        """`preview` for one of the addressees. `ask` facts are on where a consent to this one stands.

        Raises:
            As `preview`.
        """
        from nanomem_tui.bank.previewing import preview
        from nanomem_tui.disclosure.addressee import AddresseeKind

        named = to.name if to.kind is AddresseeKind.NAMED else None
        gate = self.gate(allow_ask=self.has_consent(to.name), recipient=named, told=to.name)
        return await preview(self._runner(), query, replace(gate, trust=to.trust), watch, recipient=to.name)

    def addressees(self) -> "list[Addressee]":
        """Whom a preview can be made for: the present model, whoever is given a copy, the policy's names."""
        from nanomem_tui.agent.models.rules import RulesModel
        from nanomem_tui.disclosure.addressee import Addressee, AddresseeKind

        model = self.model
        first = []
        if not isinstance(model, RulesModel):
            first = [Addressee(model.endpoint or model.name, model.trust, AddresseeKind.MODEL)]
        names = sorted(self.tree_index.policy.recipients)
        return [
            *first,
            Addressee(CALLER, Trust.REMOTE, AddresseeKind.ANYBODY),
            *(Addressee(name, Trust.REMOTE, AddresseeKind.NAMED) for name in names),
        ]

    def is_fresh(self, preview: "Preview") -> bool:
        """Whether a preview still holds: memory, policy and model are what they were."""
        from nanomem_tui.bank.previewing import is_fresh

        return is_fresh(self._runner(), preview)

    def needs_yes(self, preview: "Preview") -> list[Fact]:
        """The facts in a preview that go only after a yes: those of level `ask`, unless a consent stands."""
        if self.has_consent(preview.recipient):
            return []
        return [fact for fact in preview.disclosed if fact.level is Level.ASK]

    async def suggest_rewording(self, ref: str) -> str:
        """Broader words for a fact, to put in its place in a preview. Nothing leaves and nothing is changed.

        Only a model on this machine is asked: any other would learn the fact that is to be told less of.

        Args:
            ref: the fact, as `path#id`.

        Raises:
            UsageError: the model runs elsewhere, is no language model, or found no broader words; the next
                step says what to do instead.
            NotFound: there is no such fact.
            ModelUnreachable: the model could not be reached.
        """
        from nanomem_tui.agent.models.rules import RulesModel
        from nanomem_tui.agent.rewording import broader
        from nanomem_tui.disclosure.gate import Gate

        fact = self.fact(ref)
        own = "Type your own, or name a model on this machine with --provider."
        if isinstance(self.model, RulesModel):
            raise UsageError("The built-in rules cannot put a fact into broader words.", own)
        here = self.model.trust is Trust.LOCAL
        if not here or not Gate(self.model.trust).sees(fact.path, fact.level):
            raise UsageError(
                f"{self.model.name or 'The model'} runs elsewhere: asking it for broader words would tell it "
                "the fact. It was not asked.",
                own,
            )
        return await broader(self.model, fact.text)

    def hand_over(self, preview: "Preview") -> bytes:
        """The bytes of a preview, exactly as shown, once the ledger has them.

        Raises:
            PreviewStale: memory, policy or model changed since; nothing was handed over.
        """
        from nanomem_tui.bank.previewing import hand_over

        return hand_over(self._runner(), preview)[0]

    async def send(self, preview: "Preview", watch: "Callable[[str], None] | None" = None) -> str:
        """Send a preview's bytes, exactly as shown, as the one message to the present model; its reply.

        Args:
            preview: what to send.
            watch: called with each piece of the reply as it arrives.

        Raises:
            PreviewStale: memory, policy or model changed since; nothing was sent.
            UsageError: the model is no language model.
            ModelUnreachable: it could not be reached or did not answer; the ledger has it as told.
        """
        from nanomem_tui.bank.previewing import send

        through = self.model
        if self._chosen:
            from nanomem_tui.bank.choosing import choose_model

            # In JSON mode a model is told how to reply: words that no preview has shown.
            through = choose_model(replace(self.settings, tool_mode=ToolMode.NATIVE))
        try:
            return await send(self._runner(), preview, through, watch)
        finally:
            await through.close()

    def askable(self, query: str, *, recipient: str | None = None) -> list[Fact]:
        """The facts of level `ask` that fit `query`: what a yes would add to the answer."""
        from nanomem_tui.bank.answering import fitting

        gate = self.gate(allow_ask=True, recipient=recipient)
        return [
            fact
            for fact in fitting(self.tree_index, query)
            if fact.level is Level.ASK and gate.discloses(fact.path, fact.level)
        ]

    def disclose(self, recipient: str, purpose: str, facts: Iterable[Fact], size: int) -> "Disclosure":
        """Enter into the ledger that facts are handed out, before they are."""
        return self._runner().record(recipient, Trust.REMOTE, purpose, facts, size)

    def gate(
        self, *, allow_ask: bool = False, recipient: str | None = None, told: str | None = None
    ) -> "Gate":
        """The gate for the present model and a recipient. Consents count for it.

        Args:
            allow_ask: the person said yes to `ask` facts for this once.
            recipient: who it is for, by their name in the policy.
            told: who it is for where the policy does not know them; no consent counts for a mere name.

        Raises:
            UsageError: the policy names no such recipient, or it is broken.
        """
        from nanomem_tui.disclosure.gate import Gate

        known = self.tree_index.policy.recipients
        if recipient is not None and recipient not in known:
            names = ", ".join(sorted(known)) or "none yet"
            raise UsageError(
                f"The policy names no recipient {recipient!r}.",
                f"Add it to {self.root / STATE_DIR / POLICY_FILE}; it names {names}.",
            )
        whose = recipient or (CALLER if told is None else None)
        allow_ask = allow_ask or (whose is not None and self._agrees(whose))
        return Gate(self.model.trust, allow_ask, known[recipient] if recipient is not None else None)

    def consents(self) -> "list[Consent]":
        """The standing consents: who gets facts of level `ask` without another question. By recipient."""
        standing = self._consents().standing()
        return [standing[recipient] for recipient in sorted(standing)]

    def has_consent(self, recipient: str) -> bool:
        """Whether a consent to this recipient stands, for now or until it is taken back."""
        return recipient in self._agreed or recipient in self._consents().standing()

    @property
    def agreed(self) -> tuple[str, ...]:
        """Recipients with a consent for as long as this bank is open."""
        return tuple(sorted(self._agreed))

    def consent(self, recipient: str, *, always: bool) -> None:
        """Say yes to facts of level `ask` for one recipient. Private facts are beyond any yes.

        A yes for one answer is `allow_ask` of `retrieve`, `augment` and `preview`. This one holds longer.
        Where the model that answers runs elsewhere, it is told too: its endpoint needs a consent as well.

        Args:
            recipient: a name in the policy, `caller` for answers on stdout, or the endpoint of a model. What
                a guest calls itself is a claim and never counts.
            always: until it is taken back, also for other programs; else as long as this bank is open.

        Raises:
            UsageError: there is no such recipient.
        """
        known = {CALLER, self.model.endpoint, *self.tree_index.policy.recipients} - {""}
        if recipient not in known:
            names = ", ".join(sorted(known))
            raise UsageError(f"There is no recipient {recipient!r}.", f"There are {names}.")
        if always:
            self._make_root()
            self._consents().give(recipient, self.clock())
        else:
            self._agreed.add(recipient)

    def revoke(self, recipient: str) -> None:
        """Take a consent back, at once. Raises NotFound where there is none."""
        if recipient in self._agreed:
            self._agreed.discard(recipient)
            if recipient not in self._consents().standing():
                return
        self._consents().revoke(recipient, self.clock())

    def _consents(self) -> "Consents":
        from nanomem_tui.disclosure.consents import Consents

        return Consents(self.root / STATE_DIR)

    def _agrees(self, recipient: str) -> bool:
        """Whether a consent covers what `recipient` is told, and what the model hears for that."""
        agreed = self._agreed | self._consents().standing().keys()
        heard = self.model.trust is not Trust.REMOTE or self.model.endpoint in agreed
        return heard and recipient in agreed

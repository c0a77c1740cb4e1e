"""The preview: what a query would disclose, fact by fact, before anything leaves.

A value: striking a fact out, switching one on or rewording one gives the next preview. It reads no file and
calls no model; the bank makes one from a run on this machine and checks it against memory before it is sent.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nanomem_tui.disclosure.gate import Gate
from nanomem_tui.disclosure.prompt import craft
from nanomem_tui.memory.errors import NotFound, UsageError
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.levels import Level, Trust

if TYPE_CHECKING:
    from nanomem_tui.disclosure.sensitive import Kind


@dataclass(frozen=True, slots=True)
class Choice:
    """One fact that was considered, and whether it goes."""

    fact: Fact
    included: bool
    why: str
    """Why it is on or off, as one sentence."""
    text: str
    """What would go: the fact with its date, or the words the person put in its place."""
    kinds: "tuple[Kind, ...]" = ()
    sentences: tuple[int, ...] = ()
    """Which sentences of the answer rest on it, from 0."""
    by_person: bool = False
    """The person switched or reworded it."""

    @property
    def bytes(self) -> int:
        """What it adds to a prompt that holds others, UTF-8."""
        return len(craft("", ["", self.text]).encode()) - len(craft("", [""]).encode())

    @property
    def is_reworded(self) -> bool:
        """Whether other words stand in its place."""
        return self.text != _spoken(self.fact)


@dataclass(frozen=True, slots=True)
class Preview:
    """What would leave for one query."""

    query: str
    recipient: str
    choices: tuple[Choice, ...]
    basis: str
    """Fingerprint of what it rests on: query, recipient, endpoint and the facts as they stood."""

    @property
    def prompt(self) -> str:
        """The exact text that would be sent."""
        return craft(self.query, [choice.text for choice in self.choices if choice.included])

    @property
    def data(self) -> bytes:
        """The exact bytes that would be sent."""
        return self.prompt.encode("utf-8", "replace")

    @property
    def sha256(self) -> str:
        """Digest of `data`, hex."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def disclosed(self) -> tuple[Fact, ...]:
        """The facts that would go."""
        return tuple(choice.fact for choice in self.choices if choice.included)

    def strike(self, ref: str) -> "Preview":
        """Without this fact. Raises NotFound."""
        return self._with(ref, included=False, why="You struck it out.")

    def include(self, ref: str) -> "Preview":
        """With this fact. Raises NotFound."""
        return self._with(ref, included=True, why="You switched it on.")

    def switch_answer(self) -> "Preview":
        """With every fact that the answer rests on; without them when they are all on already."""
        needed = [choice for choice in self.choices if choice.sentences]
        off = all(choice.included for choice in needed)
        after = self
        for choice in needed:
            if choice.included is off:
                after = after.strike(choice.fact.ref) if off else after.include(choice.fact.ref)
        return after

    def reword(self, ref: str, text: str) -> "Preview":
        """With other words in this fact's place, such as "a city in the northwest" for the city itself.

        Raises:
            NotFound: the preview holds no such fact.
            UsageError: there are no words.
        """
        text = " ".join(text.split())
        if not text:
            raise UsageError("There are no words to put in its place.", "Strike the fact out instead.")
        return self._with(ref, included=True, why="You put other words in its place.", text=text)

    def as_chosen_in(self, earlier: "Preview") -> "Preview":
        """This preview with what the person chose in an earlier one for the same query and recipient.

        Only for facts that are what they were: a yes to other words, or to a freer level, is no yes to these.
        """
        if (self.query, self.recipient) != (earlier.query, earlier.recipient):
            return self
        chosen = {_state(choice.fact): choice for choice in earlier.choices if choice.by_person}
        kept = (
            replace(old, fact=choice.fact, kinds=choice.kinds, sentences=choice.sentences)
            if (old := chosen.get(_state(choice.fact)))
            else choice
            for choice in self.choices
        )
        return replace(self, choices=tuple(kept))

    def _with(self, ref: str, *, included: bool, why: str, text: str | None = None) -> "Preview":
        found = [choice for choice in self.choices if ref in (choice.fact.ref, choice.fact.id)]
        if len(found) != 1:
            refs = ", ".join(choice.fact.ref for choice in self.choices) or "none"
            raise NotFound(f"The preview holds no one fact {ref}.", f"It holds: {refs}.")
        changed = replace(found[0], included=included, why=why, text=text or found[0].text, by_person=True)
        return replace(
            self, choices=tuple(changed if choice is found[0] else choice for choice in self.choices)
        )


def choose(
    query: str,
    recipient: str,
    gate: Gate,
    *,
    considered: Iterable[Fact],
    cited: dict[str, tuple[int, ...]],
    basis: str,
) -> Preview:
    """The first preview of a query: what the answer rests on is on, unless it needs a yes of its own:
    `ask` facts always do, sensitive kinds where the recipient is remote.

    Args:
        query: the question.
        recipient: who would get it.
        gate: what may be handed out.
        considered: the facts that were read, cited ones included.
        cited: ref of each fact the answer rests on -> the sentences that do.
        basis: as `fingerprint_of` makes it.
    """
    # Imported late: its patterns take long to compile, and only a preview needs them.
    from nanomem_tui.disclosure.sensitive import kinds_of

    choices = []
    for fact in considered:
        kinds = kinds_of(fact)
        on, why = _first_choice(fact, gate, kinds, needed=fact.ref in cited)
        choices.append(Choice(fact, on, why, _spoken(fact), kinds, cited.get(fact.ref, ())))
    choices.sort(key=lambda choice: not choice.sentences)
    return Preview(query, recipient, tuple(choices), basis)


def fingerprint_of(query: str, recipient: str, endpoint: str, facts: Iterable[Fact]) -> str:
    """What a preview rests on. Another query, recipient, endpoint, text, date or level gives another one."""
    digest = hashlib.sha256()
    for part in (query, recipient, endpoint):
        digest.update(f"{len(part)}:{part}".encode("utf-8", "surrogatepass"))
    for fact in sorted(facts, key=lambda fact: fact.ref):
        digest.update(_state(fact).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _state(fact: Fact) -> str:
    """What of a fact a preview rests on."""
    return repr((fact.ref, fact.text, fact.details, fact.updated_at, fact.status, fact.level))


def _first_choice(fact: Fact, gate: Gate, kinds: "tuple[Kind, ...]", *, needed: bool) -> tuple[bool, str]:
    if not needed:
        return False, "It is near the query, but the answer does not need it."
    if fact.level is Level.ASK and not gate.allow_ask:
        return False, "Its level is ask: switch it on if it may go."
    if kinds and gate.trust is Trust.REMOTE:
        return False, f"It is about {' and '.join(kinds)}: switch it on if it may go."
    return True, "The answer rests on it."


def _spoken(fact: Fact) -> str:
    noted = f" (noted {fact.updated_at:%Y-%m-%d})" if fact.updated_at else ""
    return f"{fact.text}{f': {fact.details}' if fact.details else ''}{noted}"

"""The gate: one place that knows, for each level and trust, what may be seen and what may be handed out.

It decides and scans; it reads no file and calls no model. The bank hands `Gate.sees` to everything that
builds a request and `Gate.screen` to everything that sends one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nanomem_tui.disclosure.scan import Scan
from nanomem_tui.memory.errors import Withheld
from nanomem_tui.memory.levels import Level, Trust
from nanomem_tui.memory.policy import Recipient

Sees = Callable[[str, Level], bool]
"""Path and effective level of something in memory -> whether it exists for the one who looks."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What one recipient may see and be handed.

    Args:
        trust: where the model of this run runs.
        allow_ask: the person said yes to `ask` facts for this run.
        recipient: a named recipient, who sees only what the policy allows them; None: nobody in particular.
    """

    trust: Trust
    allow_ask: bool = False
    recipient: Recipient | None = None

    def sees(self, path: str, level: Level) -> bool:
        """Whether something at `path` with `level` may enter a request to the model of this run."""
        if not self._within(path):
            return False
        if level is Level.OPEN:
            return True
        if level is Level.ASK:
            return self.trust is not Trust.REMOTE or self.allow_ask
        return self.trust is Trust.LOCAL

    def discloses(self, path: str, level: Level) -> bool:
        """Whether it may be handed to somebody else: an answer, a prompt, a client's result."""
        if not self.sees(path, level):
            return False
        return level is Level.OPEN or (level is Level.ASK and self.allow_ask)

    def _within(self, path: str) -> bool:
        return self.recipient is None or self.recipient.sees(path)


def screen(body: str, scan: Scan, known: Iterable[str], visible: Iterable[str] = ()) -> None:
    """Refuse a request whose body holds what its model must not see, in whatever form.

    Args:
        body: everything that would leave.
        scan: what its recipient does not see.
        known: texts that may leave in any case, such as the person's own words of this request; what is
            part of one of them is no hit.
        visible: the same for what the recipient sees of memory. Looked at only where there is a hit.

    Raises:
        Withheld: naming the file and id of the first hit, never its text.
    """
    hits = scan.hidden_in(body)
    for text in known if hits else ():
        # Whoever names a folder may hear it named in the answer, with its slash.
        hits -= scan.hidden_in(text, loosely=True)
    for text in visible if hits else ():
        hits -= scan.found(text)
        if not hits:
            return
    if hits:
        raise Withheld(
            f"The request held {scan.needles[min(hits)].what}, which this model must not see: not sent.",
            "Nothing left this machine; the trace shows how it got in.",
        )

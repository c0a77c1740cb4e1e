"""A question below the panes, answered by one key: a yes, a level. What it asks about is in sight all along.

It takes the keys while it asks, and no key that was on its way before the question was painted answers it.
It knows nothing of what it asks about.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.widgets import Static

from nanomem_tui.tui.guard import Guard


@dataclass(frozen=True, slots=True)
class Reply:
    """One key and what it does."""

    key: str
    label: str
    do: Callable[[], None]


class AskBar(Static, can_focus=True):
    """Shown while a question is open."""

    HELP = "A question waits: one of the keys it names answers it, escape leaves everything as it is."
    DEFAULT_CSS = """
    AskBar {
        display: none;
        height: auto;
        max-height: 12;
        padding: 0 1;
        border: round $warning;
        border-title-color: $warning;
        &.-asking { display: block; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("", id=id, markup=False)
        self._replies: dict[str, Reply] = {}
        self._then: Callable[[], object] = lambda: None
        self.guard = Guard()
        """Says whether a key struck now answers."""

    @property
    def is_asking(self) -> bool:
        """A question is open."""
        return self.has_class("-asking")

    def ask(
        self,
        title: Content,
        lines: Sequence[Content],
        replies: Sequence[Reply],
        *,
        then: Callable[[], object],
    ) -> None:
        """Ask.

        Args:
            title: what it is about.
            lines: what follows from it.
            replies: the keys that answer.
            then: gives the focus back; called before an answer is carried out, and when there is none.
        """
        self._replies = {reply.key: reply for reply in replies}
        self._then = then
        self.border_title = title
        keys = [
            part
            for reply in replies
            for part in ((f" {reply.key} ", "bold $accent"), (f"{reply.label}  ", ""))
        ]
        self.update(Content("\n").join([*lines, Content.assemble(*keys, (" escape ", "bold"), "leave it")]))
        self.add_class("-asking")
        self.guard.came()
        self.focus()
        self.call_after_refresh(self.guard.painting())

    def close(self) -> None:
        """No answer: nothing is done."""
        if self.is_asking:
            self.remove_class("-asking")
            self._then()

    def on_key(self, event: events.Key) -> None:
        """One of its keys answers; any other does nothing."""
        if event.key in ("tab", "shift+tab"):
            return
        event.stop()
        event.prevent_default()
        if event.key in ("escape", "n") and "n" not in self._replies:
            self.close()
            return
        late = self.guard.holds(event.time) or self.guard.is_early(event.time) or not self.guard.is_painted
        reply = self._replies.get(event.key)
        if reply is not None and not late:
            self.remove_class("-asking")
            self._then()
            reply.do()

    def on_blur(self) -> None:
        """Who goes elsewhere does not answer."""
        self.remove_class("-asking")

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Letters are answers: a key of the screen never fires while it asks."""
        return character is not None and character.isprintable()

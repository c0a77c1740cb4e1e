"""One line that asks before something large is done. It never takes the focus; its screen hears the answer.

Knows nothing of what it asks about.
"""

from textual.content import Content
from textual.widgets import Static

from nanomem_tui.tui.widgets.words import shown


class ConfirmBar(Static):
    """Shown while a question is open."""

    DEFAULT_CSS = """
    ConfirmBar {
        display: none;
        height: auto;
        max-height: 3;
        padding: 0 1;
        background: $warning 20%;
        color: $text;
        &:ansi { background: ansi_default; text-style: bold; }
        &.-asking { display: block; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("", id=id, markup=False)

    @property
    def is_asking(self) -> bool:
        """A question is open."""
        return self.has_class("-asking")

    def ask(self, question: str) -> None:
        """Show a question."""
        self.update(Content.assemble((shown(question), "bold"), ("  y yes · escape no", "$text-warning")))
        self.add_class("-asking")

    def close(self) -> None:
        """The question is answered, or makes no sense any more."""
        self.remove_class("-asking")

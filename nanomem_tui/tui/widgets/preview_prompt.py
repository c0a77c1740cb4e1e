"""The exact text that would go, the person's own data standing out, with its size and digest.

Shows a preview and changes nothing in it.
"""

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from nanomem_tui.agent.opening import estimate_tokens
from nanomem_tui.disclosure.preview import Preview
from nanomem_tui.disclosure.prompt import CLOSE_MARK, OPEN_MARK, user_data
from nanomem_tui.memory.visible import visible
from nanomem_tui.tui.widgets.block_list import BlockList
from nanomem_tui.tui.widgets.blocks import Lines
from nanomem_tui.tui.widgets.words import count

DIM = "$foreground 60%"
FOR_DIGEST = 75
"""Columns from which a whole digest fits on its line."""
DATA = "bold $text-accent"
"""How user data looks."""
HIDDEN = "Characters that act or hide are shown in a visible form; they go as they are."


class PromptText(BlockList):
    """The text."""

    HELP = """What would go, to the byte. Everything from your memory stands between two marks."""


class PromptPane(Vertical):
    """Text, size and digest of what would go."""

    DEFAULT_CSS = """
    PromptPane {
        PromptText { height: 1fr; }
        .prompt--size {
            height: auto;
            padding: 0 1;
            color: $foreground 60%;
            border-top: solid $border-blurred;
        }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._previews: tuple[Preview, Preview | None, Preview] | None = None

    def compose(self) -> ComposeResult:
        """The text above, its size below."""
        yield PromptText()
        yield Static("", classes="prompt--size", markup=False)

    @property
    def text(self) -> PromptText:
        """The list of its lines."""
        return self.query_one(PromptText)

    def show_prompt(self, preview: Preview, before: Preview | None, first: Preview) -> None:
        """Show a preview.

        Args:
            preview: what would go now.
            before: as it was before the last switch; None: nothing was switched.
            first: as it came.
        """
        self._previews = (preview, before, first)
        self.text.show([Lines("prompt", lit(preview.data.decode()))])
        self._show_sizes()
        size = f"{len(before.data)} → {len(preview.data)}" if before else str(len(preview.data))
        self.border_title = Content.assemble("Would go · ", (f"{size} bytes", "bold"))

    def on_resize(self) -> None:
        """The digest in full where it has room."""
        self._show_sizes()

    def _show_sizes(self) -> None:
        if self._previews is not None:
            lines = _sizes(*self._previews, short=self.size.width < FOR_DIGEST)
            self.query_one(".prompt--size", Static).update(Content("\n").join(lines))


def lit(prompt: str) -> Iterator[Content]:
    """The lines of a prompt, its user data highlighted and the marks around it dimmed."""
    pieces: list[tuple[str, str]] = []
    at = 0
    for start, end in user_data(prompt):
        mark = start - len(OPEN_MARK)
        pieces += [(prompt[at:mark], ""), (prompt[mark:start], DIM), (prompt[start:end], DATA)]
        at = end + len(CLOSE_MARK)
        pieces.append((prompt[end:at], DIM))
    pieces.append((prompt[at:].removesuffix("\n"), ""))
    whole = Content.assemble(*((visible(text, newlines=True), style) for text, style in pieces))
    yield from (line.expand_tabs(4) for line in whole.split("\n", allow_blank=True))


def _sizes(preview: Preview, before: Preview | None, first: Preview, *, short: bool) -> Iterator[Content]:
    prompt, size = preview.prompt, len(preview.data)
    yield Content.assemble(
        (f"{size} bytes", "bold $foreground"),
        f" · ~{count(estimate_tokens(prompt), 'token')}",
        "" if short else f" · {len(preview.disclosed)} of {count(len(preview.choices), 'fact')}",
    )
    if before is not None:
        change = size - len(before.data)
        yield Content(f"was {len(before.data)} ({change:+}), at first {len(first.data)}")
    if visible(prompt, newlines=True) != prompt:
        yield Content.styled(HIDDEN, "$text-warning")
    yield Content(f"sha256 {preview.sha256[:16]}…" if short else f"sha256 {preview.sha256}")

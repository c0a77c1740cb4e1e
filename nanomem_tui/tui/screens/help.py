"""The help panel: every key that works on the screen below, from the registry, and why a grey one does not.

It decides nothing: keys typed into it do nothing but scroll and close.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from nanomem_tui.tui.actions import BY_ID, Scope
from nanomem_tui.tui.screens.base import BankScreen

TITLES = {
    Scope.APP: "Everywhere",
    Scope.FACT: "In the fact",
    Scope.TEXT: "In the text",
    Scope.PROMPT: "In the prompt",
}
"""Headings of the scopes that are no screen."""
WIDTH, KEY_WIDTH, TITLE_WIDTH = 88, 10, 15
"""Cells of the page at most, of its keys and of its titles."""


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One action as the help shows it."""

    scope: Scope
    keys: str
    title: str
    help: str
    reason: str | None
    """Why it cannot run now."""


def help_lines(screen: Screen[Any]) -> list[HelpLine]:
    """The actions of the screen and of what has its focus, in the registry's order."""
    keys: dict[str, list[str]] = {}
    reasons: dict[str, str | None] = {}
    for active in screen.active_bindings.values():
        if active.binding.id in BY_ID:
            keys.setdefault(active.binding.id, []).append(screen.app.get_key_display(active.binding))
            greyed = not active.enabled and isinstance(screen, BankScreen)
            reasons[active.binding.id] = (
                cast(BankScreen, screen).why_not(active.binding.action) if greyed else None
            )
    return [
        HelpLine(action.scope, " ".join(keys[id]), action.title, action.help, reasons[id])
        for id, action in BY_ID.items()
        if id in keys
    ]


class HelpScreen(ModalScreen[None]):
    """Keys and what they do."""

    DEFAULT_CSS = """
    HelpScreen {
        align: center middle;
        background: $background 60%;
        #help {
            width: 88;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            border: round $primary;
            border-title-color: $foreground;
            border-subtitle-color: $text-muted;
            background: $background;
            padding: 0 1;
            scrollbar-size-vertical: 1;
        }
        Static { height: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,enter", "dismiss", "Close", show=False),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
    ]

    def __init__(self, title: str, about: str, lines: Iterable[HelpLine]) -> None:
        super().__init__()
        self._about = about
        self._title = title
        self._lines = list(lines)

    def compose(self) -> ComposeResult:
        """One scrolling page."""
        with VerticalScroll(id="help") as page:
            page.border_title = Content(self._title)
            page.border_subtitle = Content("escape closes")
            if self._about:
                yield Static(Content(self._about))
            yield Static(self._page())

    def on_mount(self) -> None:
        """Arrows scroll."""
        self.query_one("#help").focus()

    def action_scroll(self, by: int) -> None:
        """Scroll by a line."""
        self.query_one("#help").scroll_relative(y=by, animate=False)

    def _page(self) -> Content:
        parts: list[Content] = []
        here = sorted(
            {line.scope for line in self._lines}, key=lambda scope: (scope is Scope.APP, scope not in TITLES)
        )
        room = min(self.app.size.width, WIDTH) - KEY_WIDTH - TITLE_WIDTH - 8
        below = "\n" + " " * (KEY_WIDTH + TITLE_WIDTH + 2)
        for scope in here:
            parts.append(Content.styled(f"\n{TITLES.get(scope, 'On this screen')}", "bold $primary"))
            for line in self._lines:
                if line.scope is scope:
                    words = below.join(wrap(line.reason or line.help, room))
                    said = (words, "$warning" if line.reason else "$foreground 70%")
                    title = (f"{line.title:<{TITLE_WIDTH}}", "$foreground 50%" if line.reason else "")
                    parts.append(
                        Content.assemble((f"{line.keys:>{KEY_WIDTH}}  ", "bold $accent"), title, said)
                    )
        return Content("\n").join(parts)

"""The top line of every screen: which memory, which model and where it runs, what waits, what runs."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from nanomem_tui.tui.safe import plain
from nanomem_tui.tui.widgets.progress import ProgressLine

if TYPE_CHECKING:
    from nanomem_tui.tui.app import NanomemApp


class StatusBar(Horizontal):
    """Follows the app's counts; a click on the pending count opens Review, on the running count Traces."""

    DEFAULT_CSS = """
    StatusBar {
        height: 1;
        padding: 0 1;
        color: $text-muted;
        Static { width: auto; height: 1; }
        .name { color: $primary; text-style: bold; }
        .root { margin: 0 2; max-width: 40%; text-wrap: nowrap; text-overflow: ellipsis; }
        .provider { width: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }
        &.-busy .provider { display: none; }
        &.-busy .root { max-width: 20; }
        .pending { margin-left: 2; }
        .pending.-some { color: $warning; text-style: bold; }
        .running { margin-left: 2; display: none; }
        .running.-some { display: block; color: $success; }
        &.-busy .running { display: none; }
    }
    """

    def compose(self) -> ComposeResult:
        """Six parts on one line; what is under way takes the place of the model."""
        yield Static("nanomem", classes="name", markup=False)
        yield Static("", classes="root", markup=False)
        yield Static("", classes="provider", markup=False)
        yield ProgressLine()
        yield Static("", classes="pending", markup=False)
        yield Static("", classes="running", markup=False)

    def on_mount(self) -> None:
        """Follow the app."""
        app = cast("NanomemApp", self.app)
        self.watch(app, "root", self._show_root)
        self.watch(app, "provider", self._show_provider)
        self.watch(app, "pending", self._show_pending)
        self.watch(app, "running", self._show_running)

    async def on_click(self, event: events.Click) -> None:
        """Go where the clicked count leads."""
        for part, mode in (("pending", "review"), ("running", "traces")):
            if event.widget is not None and event.widget.has_class(part):
                await self.app.run_action(f"app.mode('{mode}')")

    def _show_root(self, root: Path) -> None:
        self.query_one(".root", Static).update(plain(short_path(root)))

    def _show_provider(self, provider: str) -> None:
        self.query_one(".provider", Static).update(plain(provider))

    def _show_pending(self, pending: int) -> None:
        part = self.query_one(".pending", Static)
        content = plain(f"{pending} to review" if pending else "nothing to review")
        # Imports count up fast: only another width moves the other parts.
        part.update(content, layout=content.cell_length != part.size.width)
        part.set_class(pending > 0, "-some")

    def _show_running(self, running: frozenset[str]) -> None:
        part = self.query_one(".running", Static)
        if running:
            part.update(plain(f"{len(running)} running"))
        part.set_class(bool(running), "-some")


def short_path(path: Path) -> str:
    """`path` with the home folder as `~`."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except ValueError:
        return str(path)

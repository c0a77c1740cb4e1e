"""The parts of the Memory screen: its panes, where they stand at which width, and which of them is current.

It reads nothing and shows nothing; that is `memory_panes`.
"""

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.widgets import Input, Static, TextArea

from nanomem_tui.tui import actions
from nanomem_tui.tui.screens.base import BankScreen
from nanomem_tui.tui.widgets.answer import AnswerView
from nanomem_tui.tui.widgets.ask_bar import AskBar
from nanomem_tui.tui.widgets.fact_editor import FactEditor
from nanomem_tui.tui.widgets.fact_list import FactList
from nanomem_tui.tui.widgets.fact_tree import FactTree
from nanomem_tui.tui.widgets.forget_panel import ForgetPanel
from nanomem_tui.tui.widgets.key_bar import KeyBar
from nanomem_tui.tui.widgets.prompt_line import PromptLine
from nanomem_tui.tui.widgets.raw_editor import RawEditor
from nanomem_tui.tui.widgets.status_bar import StatusBar
from nanomem_tui.tui.widgets.trace_view import TraceView
from nanomem_tui.tui.widgets.why_view import WhyView

PANES = ("tree", "file", "editor", "trace")
"""Ids of the panes; with less than 80 columns one of them is shown."""


class MemoryParts(BankScreen):
    """The panes and how to reach them."""

    SCOPE = actions.Scope.MEMORY
    AUTO_FOCUS = "FactTree"

    def compose(self) -> ComposeResult:
        """Top line, panes, prompt, footer."""
        yield StatusBar()
        with Container(id="panes"):
            with Vertical(id="tree", classes="pane"):
                yield Input(id="filter", compact=True, placeholder="find files and facts")
                yield FactTree(id="files")
            with Vertical(id="file", classes="pane"):
                yield AnswerView(id="answer")
                yield FactList(id="facts")
                yield WhyView(id="why")
                yield Static(id="empty", markup=False)
                yield RawEditor(id="raw")
            yield TraceView(id="trace")
            yield FactEditor(id="editor")
        yield AskBar()
        yield ForgetPanel()
        yield PromptLine()
        yield KeyBar()

    # The parts

    @property
    def files(self) -> FactTree:
        """The tree."""
        return self.query_one(FactTree)

    @property
    def facts(self) -> FactList:
        """The facts."""
        return self.query_one(FactList)

    @property
    def editor(self) -> FactEditor:
        """The form of the selected fact."""
        return self.query_one(FactEditor)

    @property
    def raw(self) -> RawEditor:
        """The file as text."""
        return self.query_one(RawEditor)

    @property
    def why(self) -> WhyView:
        """Where the selected fact comes from."""
        return self.query_one(WhyView)

    @property
    def prompt(self) -> PromptLine:
        """The line at the bottom."""
        return self.query_one(PromptLine)

    @property
    def asking(self) -> AskBar:
        """The question that waits for one key."""
        return self.query_one(AskBar)

    @property
    def forgetting(self) -> ForgetPanel:
        """What forgetting for good does."""
        return self.query_one(ForgetPanel)

    @property
    def trace(self) -> TraceView:
        """The live trace."""
        return self.query_one(TraceView)

    @property
    def filter(self) -> Input:
        """The search line of the tree."""
        return self.query_one("#filter", Input)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A text field takes `/` for itself, which the footer would not know."""
        if action == "filter" and isinstance(self.focused, Input | TextArea):
            return False
        return super().check_action(action, parameters)

    # Layout

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Remember the pane that has the focus: a narrow screen shows that one."""
        inside = {node.id for node in event.widget.ancestors_with_self}
        if not inside.isdisjoint(PANES):
            for pane in PANES:
                # On the pane itself: a class of the screen would restyle everything with each move.
                self.query_one(f"#{pane}").set_class(pane in inside, "-current")
            self.query_one("#panes").set_class("editor" in inside and self.has_class("-two"), "-editing")
            if "editor" in inside:
                self.remove_class("-tracing")

    def on_screen_resume(self) -> None:
        """Back on this screen, keys are keys: only words already begun keep the prompt open."""
        if self.prompt.text_area.has_focus and not self.prompt.text_area.text:
            self.to_list()

    def to_list(self) -> None:
        """Focus where keys act: on the facts, or the files where there are none."""
        (self.facts if self.facts.facts else self.files).focus()

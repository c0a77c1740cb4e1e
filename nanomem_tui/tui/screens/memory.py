"""The Memory screen, whole: its keys, and how one gets from part to part of it.

What it shows stands in `memory_panes`, what is done on it in the modules between.
"""

from typing import ClassVar

from textual.binding import BindingType

from nanomem_tui.tui import actions
from nanomem_tui.tui.screens.memory_forgetting import MemoryForgetting
from nanomem_tui.tui.widgets.prompt_line import PromptMode


class MemoryScreen(MemoryForgetting):
    """What is remembered."""

    CSS_PATH = "memory.tcss"
    BINDINGS: ClassVar[list[BindingType]] = actions.bindings(actions.Scope.MEMORY)
    BINDING_GROUP_TITLE = "Memory"
    HELP = """What is remembered: files left, their facts beside them, the fields of the selected fact below.
    Nothing is written without a change that z takes back; only F, forgetting for good, is for good."""

    def action_add(self) -> None:
        """Tell the memory something."""
        self.prompt.start(PromptMode.ADD)

    def action_query(self) -> None:
        """Ask the memory something."""
        self.prompt.start(PromptMode.QUERY)

    def action_filter(self) -> None:
        """Search as one types."""
        self.filter.add_class("-on")
        self.filter.focus()

    def action_show_history(self) -> None:
        """Fold or unfold the facts that are no longer current."""
        self.facts.history_open = not self.facts.history_open

    def action_cancel(self) -> None:
        """Stop or leave the nearest thing."""
        focused = self.focused
        if focused is not None and self.editor in focused.ancestors:
            self.editor.leave()
            self.facts.focus()
        elif focused is self.raw:
            self.action_raw()
        elif focused is self.why:
            self.leave_why()
        elif self.has_run:
            self.cancel_run()
        elif focused is self.prompt.text_area:
            self.prompt.leave()
            self.to_list()
        elif self.facts.marked:
            self.facts.unmark()
        elif self.found is not None or self.cited is not None or self.filter.has_class("-on"):
            self.close_found()
            self.files.focus()
        elif self.has_class("-tracing") and not self.has_class("-three"):
            self.remove_class("-tracing")
        else:
            self.files.focus()

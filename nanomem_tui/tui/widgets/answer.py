"""An answer from memory, sentence by sentence, with what stands behind it and what was left out.

It shows a result; asking is the screen's part.
"""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from nanomem_tui.memory.visible import visible
from nanomem_tui.results import RetrieveResult


class AnswerView(VerticalScroll, can_focus=False):
    """The newest answer."""

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(id="answer-text", markup=False)

    def show_answer(self, query: str, result: RetrieveResult) -> None:
        """Show an answer. The facts it cites are listed below it by number."""
        numbers = {fact.ref: index for index, fact in enumerate(result.facts, 1)}
        lines: list[Content] = []
        if result.skipped or not result.sentences:
            lines.append(Content(visible(result.skip_reason or "Memory holds nothing about this.")))
        for sentence in result.sentences:
            cited = " ".join(f"[{numbers[ref]}]" for ref in sentence.facts if ref in numbers)
            mark = (f" {cited}", "$accent") if cited else (" not in memory", "$warning")
            lines.append(Content.assemble(visible(sentence.text), mark))
        if result.withheld.count:
            reasons = ", ".join(f"{count} {reason}" for reason, count in result.withheld.reasons.items())
            text = f"Left out: {reasons}. y includes what needs a yes."
            lines.append(Content.styled(text, "$warning"))
        if result.disclosure:
            count = len(result.facts)
            noun = "fact" if count == 1 else "facts"
            lines.append(Content.styled(f"Noted as a disclosure of {count} {noun}.", "$text-muted"))
        self.border_title = Content.assemble("Answer · ", (visible(query), "bold"))
        self.query_one("#answer-text", Static).update(Content("\n").join(lines))
        self.scroll_home(animate=False)

"""An answer from memory, sentence by sentence, with what stands behind it and what was left out.

It shows a result; asking is the screen's part.
"""

from collections.abc import Sequence

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

    def show_answer(self, result: RetrieveResult, *, may_ask_more: bool, notes: Sequence[str] = ()) -> None:
        """Show an answer. The facts it cites are listed below it in the order of their numbers.

        Args:
            result: the answer.
            may_ask_more: there are facts that a yes would let in.
            notes: what the model's server noted about its replies.
        """
        numbers = {fact.ref: index for index, fact in enumerate(result.facts, 1)}
        lines: list[Content] = []
        for sentence in result.sentences:
            cited = " ".join(f"[{numbers[ref]}]" for ref in sentence.facts if ref in numbers)
            uncited = ("", "") if result.skipped else (" ? rests on no fact of memory", "$warning")
            lines.append(
                Content.assemble(visible(sentence.text), (f" {cited}", "$accent") if cited else uncited)
            )
        if not lines:
            lines.append(Content(visible(result.skip_reason or "Memory holds nothing about this.")))
        lines += [Content.styled(visible(note), "$warning") for note in notes]
        if may_ask_more:
            count = result.withheld.count
            which = f"{count} facts that fit and need a yes" if count > 1 else "Facts that need a yes"
            text = f"{which} were left out; y lets them in."
            lines.append(Content.styled(text, "$warning"))
        if result.disclosure:
            count = len(result.facts)
            noun = "fact" if count == 1 else "facts"
            lines.append(Content.styled(f"Noted as a disclosure of {count} {noun}.", "$foreground 60%"))
        lines.append(Content.styled("P shows it fact by fact in Preview.", "$foreground 60%"))
        self.set_class(not result.facts, "-alone")
        self.query_one("#answer-text", Static).update(Content("\n").join(lines))
        self.scroll_home(animate=False)

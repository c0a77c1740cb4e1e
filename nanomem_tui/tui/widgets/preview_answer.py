"""What the facts of a preview say in answer to the question, and what a model replied to it.

It shows texts; neither asking nor sending is its business.
"""

from collections.abc import Iterator

from textual.content import Content

from nanomem_tui.disclosure.preview import Preview
from nanomem_tui.results import PreviewResult
from nanomem_tui.tui.widgets.block_list import BlockList
from nanomem_tui.tui.widgets.blocks import Lines
from nanomem_tui.tui.widgets.preview_choices import numbers
from nanomem_tui.tui.widgets.words import shown, shown_lines

DIM = "$foreground 60%"


class AnswerPane(BlockList):
    """The answer that memory gives, with its citations."""

    HELP = "The answer that the facts give. A dimmed sentence rests on facts that stay here."

    def show_answer(self, result: PreviewResult, preview: Preview) -> None:
        """Show the answer; sentences whose facts all stay here are dimmed."""
        self.show([Lines("answer", _sentences(result, preview))])


class ReplyPane(BlockList):
    """What a model, or a command, replied to what was handed to it."""

    HELP = "The reply, as it arrives."

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes, follow=True)
        self._text = ""
        self._drawn = True

    def begin(self, title: str) -> None:
        """Another reply is to come."""
        self._text = ""
        self.border_title = Content(shown(title))
        self.border_subtitle = None
        self.show([Lines("reply", [Content.styled("Waiting for the reply …", DIM)])])

    def add(self, piece: str) -> None:
        """More of the reply has come; it is drawn with the next frame."""
        self._text += piece
        if self._drawn:
            self._drawn = False
            self.set_timer(1 / 20, self._draw)

    def end(self, text: str, note: str) -> None:
        """The reply is whole.

        Args:
            text: all of it.
            note: what became of what was handed over.
        """
        self._text = text
        self._draw()
        self.border_subtitle = Content(note)

    def _draw(self) -> None:
        self._drawn = True
        self.show([Lines("reply", map(Content, shown_lines(self._text)))])
        self.to_end()


def _sentences(result: PreviewResult, preview: Preview) -> Iterator[Content]:
    number = numbers(preview)
    going = {fact.ref for fact in preview.disclosed}
    any_cited = any(sentence.facts for sentence in result.sentences)
    if not result.sentences:
        yield Content.styled("Memory holds nothing about this.", DIM)
    for sentence in result.sentences:
        cited = " ".join(f"[{number[ref]}]" for ref in sentence.facts if ref in number)
        stays = bool(sentence.facts) and going.isdisjoint(sentence.facts)
        uncited = (" not in memory", "$text-warning") if any_cited else ("", "")
        yield Content.assemble(
            (shown(sentence.text), DIM if stays else ""),
            (f" {cited}", "$accent") if cited else uncited,
            (" stays here", DIM) if stays else "",
        )

"""The facts of a preview: what goes, what stays, why, and what each one costs.

Shows a preview; switching and rewording are its screen's business.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from nanomem_tui.disclosure.preview import Choice, Preview
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.levels import Level
from nanomem_tui.results import PreviewResult
from nanomem_tui.tui.widgets.block_list import BlockList
from nanomem_tui.tui.widgets.blocks import Block, Lines, apart, wrap
from nanomem_tui.tui.widgets.fact_list import age
from nanomem_tui.tui.widgets.words import count, shown

DIM = "$foreground 60%"
_INDENT = 4
"""Columns of the box."""


class ChoiceBlock(Block):
    """One fact that was considered.

    Args:
        choice: what it shows.
        number: how the answer cites it; 0 when it does not.
        today: the day ages are counted from.
    """

    def __init__(self, choice: Choice, number: int, today: date) -> None:
        super().__init__(choice.fact.ref)
        self.choice = choice
        self._number = number
        self._today = today

    def render(self, width: int) -> Sequence[Content]:
        choice = self.choice
        on = choice.included
        box = Content.styled("[x] " if on else "[ ] ", "bold $success" if on else DIM)
        size = Content.styled(f"+{choice.bytes} B", "$success" if on else DIM)
        number = (f"[{self._number}] ", "$accent") if self._number else ""
        words = choice.text if choice.is_reworded else spoken(choice.fact)
        text = Content.assemble(number, (shown(words), "" if on or self._number else DIM))
        room = width - size.cell_length - 1
        lines = wrap(text, room, box, " " * _INDENT)
        lines[0] = apart(lines[0], size, width)
        if choice.is_reworded:
            instead = Content.styled(f"instead of: {shown(spoken(choice.fact))}", f"{DIM} italic")
            lines += wrap(instead, width, " " * _INDENT, " " * _INDENT)
        return [*lines, *wrap(self._about(), width, " " * _INDENT, " " * _INDENT)]

    def _about(self) -> Content:
        """Kinds and level, where they matter; why; place, age and use."""
        choice, fact = self.choice, self.choice.fact
        # The heading says why what is near was left out; a reason that names a kind needs no mark beside it.
        why = f"{choice.why} " if choice.sentences or choice.by_person else ""
        marks = [str(kind) for kind in choice.kinds if kind not in why]
        marks += [fact.level.word] if fact.level is not Level.OPEN and fact.level.word not in why else []
        used = " and ".join(str(number + 1) for number in choice.sentences)
        where = [shown(fact.path.removesuffix(".md"))]
        where += [age(fact.updated_at.date(), self._today)] if fact.updated_at else ["undated"]
        where += [f"for sentence {used}"] if used else []
        return Content.assemble(
            *((f"{mark} ", "bold $text-warning") for mark in marks),
            (why, "$text-warning" if not choice.included and choice.sentences else "$foreground 80%"),
            (" · ".join(where), DIM),
        )


class NeverBlock(Block):
    """The facts that fit and can go under no circumstances, and why not."""

    def __init__(self, facts: Sequence[tuple[Fact, str]]) -> None:
        super().__init__("never", selectable=False)
        self._facts = facts

    def render(self, width: int) -> Sequence[Content]:
        lines: list[Content] = []
        for fact, reason in self._facts:
            where = shown(fact.path.removesuffix(".md"))
            words = Content.styled(f"{shown(fact.text)}  {reason} · {where}", DIM)
            lines += wrap(words, width, Content.styled(" ✗  ", "$text-error"), " " * _INDENT)
        return lines


class ChoiceList(BlockList, inherit_bindings=False):
    """The facts of a preview. Its `g` is the screen's, and `home` alone goes to the first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        replace(binding, key=binding.key.removesuffix(",g"))
        for binding in BlockList.BINDINGS
        if isinstance(binding, Binding)
    ]

    HELP = """The facts that were looked at for the question. [x] goes, [ ] stays here. Facts that need a yes
    and facts of a sensitive kind are off until you switch them on."""

    @property
    def choice(self) -> Choice | None:
        """The fact under the cursor."""
        return self.current.choice if isinstance(self.current, ChoiceBlock) else None

    def show_choices(self, result: PreviewResult, preview: Preview, today: date) -> None:
        """Show a preview.

        Args:
            result: what was found out.
            preview: the preview in it, as the person has changed it.
            today: the day ages are counted from.
        """
        self.show(_blocks(result, preview, today))


def spoken(fact: Fact) -> str:
    """A fact in its own words."""
    return f"{fact.text}: {fact.details}" if fact.details else fact.text


def numbers(preview: Preview) -> dict[str, int]:
    """How an answer cites the facts it rests on, by ref: in the order in which they are listed."""
    cited = (choice.fact.ref for choice in preview.choices if choice.sentences)
    return {ref: number for number, ref in enumerate(cited, 1)}


def _blocks(result: PreviewResult, preview: Preview, today: date) -> Iterator[Block]:
    number = numbers(preview)
    needed = [choice for choice in preview.choices if choice.sentences]
    near = [choice for choice in preview.choices if not choice.sentences]
    if not preview.choices:
        yield Lines(
            "none", [Content(""), Content.styled("No fact fits the question: it would go bare.", DIM)]
        )
    for title, choices in (("The answer rests on", needed), ("Near, but not needed", near)):
        if choices:
            yield _heading(title, len(choices))
            yield from (ChoiceBlock(one, number.get(one.fact.ref, 0), today) for one in choices)
    if result.out_of_reach:
        yield _heading("Never goes", len(result.out_of_reach))
        yield NeverBlock(result.out_of_reach)


def _heading(title: str, size: int) -> Block:
    return Lines(
        f"heading:{title}",
        [Content.assemble((title, "bold $text-primary"), (f"  {count(size, 'fact')}", DIM))],
    )

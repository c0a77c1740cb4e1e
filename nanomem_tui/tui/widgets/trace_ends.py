"""What comes of a run as blocks of lines: proposed edits, disclosures, the end.

Turns events into blocks; knows no bank and no screen. No attribute is trusted to have its type.
"""

from collections.abc import Iterator, Mapping, Sequence

from textual.content import Content

from nanomem_tui.agent.events import Event, RunState, read_usage
from nanomem_tui.changes.model import Op
from nanomem_tui.memory.jsontype import Json
from nanomem_tui.tui.widgets.blocks import apart, wrap
from nanomem_tui.tui.widgets.change_words import COLORS, SIGNS
from nanomem_tui.tui.widgets.trace_steps import DIM, GUIDE, STATES, Step, cached_share, in_a_line, text_of
from nanomem_tui.tui.widgets.words import count, shown, tokens


class EditStep(Step):
    """An edit the run proposed."""

    def __init__(self, key: str, event: Event) -> None:
        super().__init__(key, ("│ │ ", "│ │ "))
        self._attributes = event.attributes

    def head(self) -> tuple[Content, str]:
        values = self._attributes
        op = text_of(values.get("op"))
        sign = SIGNS[Op(op)] if op in set(Op) else "~"
        text = values.get("text") or values.get("before") or values.get("path")
        flags = values.get("flags")
        flagged = "⚑ " + ", ".join(map(text_of, flags)) if isinstance(flags, list) and flags else ""
        color = COLORS[sign]
        what = Content.assemble((f"{sign} ", f"bold {color}"), (in_a_line(text_of(text)), color))
        return what, shown(flagged)

    def body(self) -> Iterator[tuple[str, str]]:
        for name in ("path", "before", "text", "to_path"):
            value = self._attributes.get(name)
            if value is not None:
                yield name.replace("_", " "), text_of(value)


class NoteStep(Step):
    """Something else worth a line: a disclosure."""

    def __init__(self, key: str, event: Event) -> None:
        super().__init__(key, ("├ ", "│ "))
        self._attributes = event.attributes

    def head(self) -> tuple[Content, str]:
        facts = self._attributes.get("facts")
        number = len(facts) if isinstance(facts, list) else facts if isinstance(facts, int) else 0
        to = shown(text_of(self._attributes.get("recipient")))
        return Content.assemble(("disclosed", "$text-warning"), f"  to {to}"), count(number, "fact")

    def body(self) -> Iterator[tuple[str, str]]:
        yield "", text_of(dict(self._attributes))


class EndStep(Step):
    """How the run ended."""

    def __init__(self, key: str, state: RunState, attributes: Mapping[str, Json], steps: int) -> None:
        super().__init__(key, ("└ ", "  "))
        self.state = state
        self._attributes = attributes
        self._steps = steps

    def head(self) -> tuple[Content, str]:
        mark, color = STATES[self.state]
        usage = read_usage(self._attributes)
        parts = [
            count(self._steps, "step"),
            tokens(usage.input_tokens, usage.output_tokens),
            cached_share(usage),
        ]
        return Content.assemble((f"{mark} {self.state.value}", f"bold {color}")), " · ".join(
            filter(None, parts)
        )

    def tail(self) -> str:
        return shown(self._words())

    def body(self) -> Iterator[tuple[str, str]]:
        yield "", self._words()

    def _words(self) -> str:
        error = self._attributes.get("error")
        if isinstance(error, dict):
            return f"{text_of(error.get('message'))} {text_of(error.get('next'))}".strip()
        return text_of(self._attributes.get("summary"))

    def render(self, width: int) -> Sequence[Content]:
        # Why a run ended is never cut: it wraps, also while the step is closed.
        what, came = self.head()
        first = Content.styled(self._guide[0], GUIDE)
        line = Content.assemble(
            first, apart(what, Content.styled(came, DIM), max(width - first.cell_length, 4))
        )
        return [
            line,
            *(wrap(Content.styled(self.tail(), DIM), width, "    ", "    ") if self.tail() else []),
        ]

    def height(self, width: int) -> int:
        return len(self.lines(width))

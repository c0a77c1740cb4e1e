"""What a query would disclose, as lines."""

from collections.abc import Iterator

from nanomem_tui.cli.output import Line, Style
from nanomem_tui.cli.views.facts import aside, count
from nanomem_tui.disclosure.preview import Choice
from nanomem_tui.results import PreviewResult

_NEAR = 8
"""How many facts are listed that were looked at and are not needed."""


def preview_lines(result: PreviewResult) -> Iterator[Line]:
    """The facts with their fate, the answer they give, and the exact text that would go."""
    preview = result.preview
    needed = [choice for choice in preview.choices if choice.sentences or choice.included]
    near = [choice for choice in preview.choices if choice not in needed]
    going = sum(1 for choice in preview.choices if choice.included)
    yield [(Style.STRONG, f"{going} of {count(len(needed), 'fact')} would go"), f" to {preview.recipient}"]
    for choice in needed:
        yield from _choice(choice)
    if result.answer:
        yield []
        yield [(Style.STRONG, "The answer with all of them" if needed else "The answer")]
        yield [f"  {result.answer}"]
    if near:
        yield []
        yield [(Style.STRONG, "Near the question, but not needed")]
    for choice in near[:_NEAR]:
        yield [(Style.QUIET, f"  {choice.fact.ref}  {choice.fact.text} · {aside(choice.fact)}")]
    if len(near) > _NEAR:
        yield [(Style.QUIET, f"  … and {len(near) - _NEAR} more, which --json lists")]
    yield []
    yield [
        (Style.STRONG, f"What would be sent, {len(preview.data)} bytes"),
        (Style.QUIET, f" · sha256 {preview.sha256}"),
    ]
    for line in preview.prompt.rstrip("\n").split("\n"):
        yield [f"  {line}"]


def _choice(choice: Choice) -> Iterator[Line]:
    style = Style.ADDED if choice.included else Style.PLAIN
    box = "[x]" if choice.included else "[ ]"
    yield [(style, f"  {box} {choice.fact.text}"), (Style.QUIET, f" · {aside(choice.fact)}")]
    if choice.included and not choice.text.startswith(choice.fact.text):
        yield [f"      as: {choice.text}"]
    used = ", ".join(str(number + 1) for number in choice.sentences)
    cost = f" · {choice.bytes} bytes" + (f" · for sentence {used}" if used else "")
    yield [(Style.QUIET, f"      {choice.fact.ref}  {choice.why}{cost}")]

"""What is to be forgotten for good; then what was, and what was out of reach, without the words of a fact."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nanomem_tui.cli.output import Line, Style
from nanomem_tui.cli.views.facts import aside, count

if TYPE_CHECKING:
    from nanomem_tui.changes.forget import Purged
    from nanomem_tui.memory.facts import Fact


def candidate_lines(
    facts: "Sequence[Fact]", texts: Sequence[str], *, numbered: bool = False
) -> Iterator[Line]:
    """Facts that stand in memory, then what others said that only changes still know."""
    for n, (text, about) in enumerate(
        [*((fact.text, f"{fact.ref} · {aside(fact)}") for fact in facts)]
        + [(text, "in no file; in changes or traces only") for text in texts],
        1,
    ):
        yield [f"{n:>3}  " if numbered else "  ", text]
        yield [(Style.QUIET, f"     {about}")]


def forgotten_lines(purged: "Purged") -> Iterator[Line]:
    """What is gone from where, then everything that may still know it."""
    yield [(Style.STRONG, f"Forgot {count(purged.facts, 'fact')} for good")]
    if purged.files:
        yield [f"  taken out of {', '.join(purged.files)}"]
    cleaned = [
        count(number, noun)
        for number, noun in (
            (purged.changes, "change"),
            (purged.disclosures, "disclosure"),
        )
        if number
    ]
    if cleaned:
        yield [f"  cut out of {' and '.join(cleaned)}"]
    if purged.traces:
        yield [f"  {count(purged.traces, 'trace')} deleted"]
    yield [(Style.STRONG, "Out of reach")]
    times: dict[str, list[str]] = {}
    for recipient, time in purged.told:
        times.setdefault(recipient, []).append(time)
    for recipient, told in times.items():
        last = max(told).replace("T", " ")[:16]
        often = f"{len(told)} times, last on {last}" if len(told) > 1 else f"on {last}"
        yield [(Style.WARNING, f"  {recipient}"), f" was told, {often}; ask there to have it deleted"]
    for path in purged.mentions:
        yield [(Style.WARNING, f"  {path}"), " still holds the words; it is yours to edit or delete"]
    for path in purged.unread:
        yield [
            (Style.WARNING, f"  {path}"),
            " could not be read, and may hold the words; look there yourself",
        ]
    yield ["  backups, copies that a sync or version control made, exports, and what you copied elsewhere"]

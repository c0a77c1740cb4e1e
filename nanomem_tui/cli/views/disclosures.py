"""What was disclosed, as lines."""

from collections.abc import Iterator, Sequence

from nanomem_tui.cli.output import Line, Style
from nanomem_tui.cli.views.facts import count
from nanomem_tui.disclosure.ledger import Disclosure, union


def disclosure_lines(disclosures: Sequence[Disclosure]) -> Iterator[Line]:
    """Each disclosure with its facts, newest first, then what each recipient knows in all."""
    for entry in disclosures:
        yield [
            (Style.STRONG, f"{entry.time:%Y-%m-%d %H:%M}"),
            f"  {entry.recipient} ({entry.trust})",
            (Style.QUIET, f" · {entry.purpose} · {count(len(entry.facts), 'fact')} · {entry.bytes} bytes"),
        ]
        for fact in entry.facts:
            yield ["  ", fact.ref or (Style.QUIET, "(forgotten)")]
    if disclosures:
        yield []
    for recipient, facts in union(disclosures).items():
        yield [(Style.STRONG, recipient), f" has been told {count(len(facts), 'fact')} in all"]

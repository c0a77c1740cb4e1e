"""What an import read, and what became of it, as lines."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nanomem_tui.cli.output import Line, Style
from nanomem_tui.cli.views.changes import short
from nanomem_tui.cli.views.facts import count
from nanomem_tui.results import ItemState

if TYPE_CHECKING:
    from nanomem_tui.bank.importing import ImportProgress
    from nanomem_tui.results import ImportedItem, ImportResult

_BAR = 20
_UNITS = {"conversation": "message", "facts": "fact", "memory": "file", "document": "character"}
_QUIET = (ItemState.KNOWN, ItemState.NOTHING, ItemState.LEFT_OUT)


def import_lines(result: "ImportResult") -> Iterator[Line]:
    """What was read, in the order in which it came; in a dry run with its size."""
    for item in result.items:
        if result.dry_run or item.state not in _QUIET:
            yield _line(item)
    if result.dry_run:
        tokens = sum(item.tokens for item in result.items if item.state is ItemState.READ)
        yield [(Style.STRONG, f"About {tokens} tokens would be read by the model.")]


def _line(item: "ImportedItem") -> Line:
    when = f"{item.date:%Y-%m-%d}" if item.date else "undated   "
    if item.state.is_trouble:
        return [(Style.WARNING, f"{item.state:<10}  "), f"{item.title}: {item.reason}"]
    state = short(item.change) if item.change else item.state
    unit = _UNITS.get(item.kind)
    aside = [count(item.size, unit)] if unit else []
    aside += [f"{item.tokens} tokens"] if item.tokens else []
    aside += [item.reason] if item.reason else []
    return [(Style.STRONG, f"{state:<10}  "), f"{when}  {item.title}", (Style.QUIET, f"  {', '.join(aside)}")]


def passing_line(progress: "ImportProgress") -> str:
    """The progress bar, and what is being read."""
    share = min(1.0, progress.read / progress.size) if progress.size else 1.0
    bar = "█" * round(share * _BAR)
    return f"{bar:░<{_BAR}} {share:4.0%} · {count(progress.items, 'item')} · {progress.title}"

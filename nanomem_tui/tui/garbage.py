"""Keeps Python's garbage collector from costing keys: a collection stops everything while it looks around.

It knows nothing of the app.
"""

import gc
from collections.abc import Iterable, Sequence

from textual.strip import Strip

OBJECTS, GENERATIONS = 10_000, 50
"""New objects, and younger collections, before one begins. Looking at so many takes some milliseconds, where
50,000 take longer than a key may. Python's own 700 has it search for cycles many times a frame."""

_divide = Strip.divide


def spare() -> None:
    """Leave what there is out of all collections, collect less often, and leave less to collect."""
    Strip.divide = divide  # type: ignore[method-assign, assignment]
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS, GENERATIONS, GENERATIONS)


def divide(strip: Strip, cuts: Iterable[int]) -> Sequence[Strip]:
    """What Textual 8.2.8 does, but for a strip that needs no cutting.

    Textual has such a strip keep itself among what it was cut into. A cycle is freed by the collector alone:
    painted lines, fifteen objects each, were nearly all the garbage of the app.
    """
    cuts = list(cuts)
    length = strip.cell_length
    if cuts and cuts[0] == length and all(cut > length for cut in cuts[1:]):
        return [strip]
    return _divide(strip, cuts)

"""Keeps Python's garbage collector from costing keys: what was imported lives as long as the app.

It knows nothing of the app.
"""

import gc

OBJECTS, GENERATIONS = 4_000, 500
"""New objects, and younger collections, before one begins. A collection stops everything while it looks at
what is new: half a millisecond or two for so many, where 50,000 take longer than a key may. What survived is
looked at seldom: a frame's lines are kept for the next, and most are freed without the collector."""


def spare() -> None:
    """Leave what there is out of all collections, and collect less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS, GENERATIONS, GENERATIONS)

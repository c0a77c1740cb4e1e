"""Keeps Python's garbage collector from costing keys: what was imported lives as long as the app.

It knows nothing of the app.
"""

import gc

OBJECTS, GENERATIONS = 50_000, 20
"""New objects, and younger collections, before one begins. A frame makes tens of thousands of short-lived
objects that are freed without the collector; Python's own 700 has it search for cycles many times a frame."""


def spare() -> None:
    """Leave what there is out of all collections, and collect less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS, GENERATIONS, GENERATIONS)

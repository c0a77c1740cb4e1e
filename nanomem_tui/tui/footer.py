"""Which keys have room in the footer; the help panel and the palette name the others. Knows no screen."""

from collections.abc import Mapping
from dataclasses import replace

from textual.binding import ActiveBinding


def fitting(
    active: dict[str, ActiveBinding], columns: int, needs: Mapping[str, int]
) -> dict[str, ActiveBinding]:
    """The bindings with those hidden from the footer that a screen of so many columns has no room for.

    Args:
        active: by key.
        columns: width of the screen.
        needs: by id of an action, the columns from which it is shown.
    """
    hidden = {id for id, least in needs.items() if columns < least}
    return {
        key: item._replace(binding=replace(item.binding, show=False)) if item.binding.id in hidden else item
        for key, item in active.items()
    }

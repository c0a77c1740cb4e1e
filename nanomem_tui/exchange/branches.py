"""What chat exports have in common: a list of conversations, each a tree of which one branch was seen last.

It knows no format: readers say what an element is and which message a message answers.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from nanomem_tui.exchange.jsonstream import Fault
from nanomem_tui.exchange.model import Damaged, Item
from nanomem_tui.exchange.values import title_of

T = TypeVar("T")


def each(
    elements: Iterator[Any], noun: str, read: Callable[[Mapping[str, Any], str], Iterator[Item]]
) -> Iterator[Item]:
    """Read the elements of a list one by one; a damaged one is named and takes no other along.

    Args:
        elements: the elements, or faults in their place.
        noun: what an element is.
        read: reads an element; its second argument is what it is called when it has no name.
    """
    for number, value in enumerate(elements, 1):
        name = f"{noun} {number}"
        if isinstance(value, Fault):
            yield Damaged(title_of(value.title, name), value.reason)
        elif not isinstance(value, dict):
            yield Damaged(name, f"it is no {noun}")
        else:
            yield from read(value, name)


def branch(nodes: Mapping[str, T], leaf: str | None, parent: Callable[[T], object]) -> list[T]:
    """The nodes from the first one down to `leaf`. A circle of parents ends where it closes.

    Args:
        nodes: every node by its id.
        leaf: where the branch ends.
        parent: the id of the node that a node follows.
    """
    found: dict[str, T] = {}
    at: object = leaf
    while isinstance(at, str) and at in nodes and at not in found:
        found[at] = nodes[at]
        at = parent(nodes[at])
    return list(found.values())[::-1]

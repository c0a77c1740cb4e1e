"""The text of `policy.yaml` by its parts: where a block and its pairs stand, and another pair put among them.

Text in, text out. What the pairs mean is told elsewhere.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, Node

_UNREADABLE = "\x85\u2028\u2029"
"""What YAML takes for a line end and editors do not."""


def compose(text: str) -> "MappingNode | None":
    """The nodes of a text whose marks count characters; None where it is no mapping."""
    import yaml

    readable = text.translate(dict.fromkeys(map(ord, _UNREADABLE), "?"))
    # Marks of the pure loader count characters; those of the fast one count bytes.
    readable = "".join("?" if "\ud800" <= char <= "\udfff" else char for char in readable)
    root = yaml.compose(readable, Loader=yaml.SafeLoader)
    return root if isinstance(root, yaml.MappingNode) else None


def section(root: "MappingNode | None", name: str) -> "tuple[MappingNode | None, list[tuple[Node, Node]]]":
    """The last block of this name, where it is a mapping, and its pairs."""
    found = _last(root, name)
    if found is None or not is_mapping(found[1]):
        return None, []
    return found[1], list(found[1].value)


def with_pair(text: str, block: str, key: str, value: str) -> str:
    """The text with another pair, the last one of a block; the block is made where there is none."""
    newline = "\r\n" if "\r\n" in text else "\n"
    written = f"{key}: {value}"
    root = compose(text)
    found = _last(root, block)
    if found is None:
        if root is not None and root.flow_style:
            return _into_flow(text, root, f"{block}: {{{written}}}")
        end = "" if not text or text.endswith("\n") else newline
        return f"{text}{end}{block}:{newline}  {written}{newline}"
    name, node = found
    pairs = list(node.value) if is_mapping(node) else []
    if is_mapping(node) and (node.flow_style or not pairs):
        return _into_flow(text, node, written)
    # Behind the last pair, at the column of the first.
    at = line_end(text, end_of(pairs[-1][1]) if pairs else name.end_mark.index)
    indent = " " * (pairs[0][0].start_mark.column if pairs else name.start_mark.column + 2)
    return (
        f"{text[:at]}{'' if text[at - 1 : at] == chr(10) else newline}{indent}{written}{newline}{text[at:]}"
    )


def replaced(text: str, values: "Iterable[Node]", word: str) -> str:
    """The text with another word in the place of these values."""
    for value in sorted(values, key=lambda node: -node.start_mark.index):
        text = text[: value.start_mark.index] + word + text[value.end_mark.index :]
    return text


def is_mapping(node: "Node") -> bool:
    """Whether a node is a mapping."""
    import yaml

    return isinstance(node, yaml.MappingNode)


def end_of(node: "Node") -> int:
    """Where the last character of a node stands; YAML's own mark of a block stands behind what follows it."""
    import yaml

    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return end_of(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def line_start(text: str, at: int) -> int:
    """Where the line of `at` begins."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Where the line of `at` ends, its line break included."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _last(root: "MappingNode | None", name: str) -> "tuple[Node, MappingNode] | None":
    found = [(key, value) for key, value in root.value if key.value == name] if root else []
    return found[-1] if found else None


def _into_flow(text: str, node: "MappingNode", written: str) -> str:
    """`written` as the last pair of a `{…}`."""
    at = node.end_mark.index - 1
    if not node.value:
        return f"{text[:at]}{written}{text[at:]}"
    last = node.value[-1][1].end_mark.index
    return f"{text[:last]}, {written}{text[last:]}"

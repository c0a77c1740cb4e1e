"""Changing one level in the text of `policy.yaml`: only the lines that must, comments and order kept.

Text in, text out; who may change a level and where the text goes is decided elsewhere.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.frontmatter import quoted
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.policy import POLICY_FILE, Policy

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, Node

_UNREADABLE = "\x85\u2028\u2029"
"""What YAML takes for a line end and editors do not."""


def set_level(text: str, glob: str, level: Level) -> str:
    """The text of a policy that gives `glob` another level.

    Args:
        text: the policy as it stands; "" where there is none.
        glob: as written in the policy; a new one is added behind the others.
        level: its level from now on. Other globs that match the same paths still count.

    Raises:
        UsageError: the glob is empty, or the policy is broken or written in a form that cannot be changed
            line by line; the next step says what to write by hand.
    """
    glob = " ".join(glob.split())
    if not glob.strip("/. "):
        raise UsageError("The glob is empty.", 'Name a folder or file, for example "health/**".')
    before = Policy.parse(text)
    if before.fault is not None:
        raise UsageError(f"{before.fault} Nothing was changed.", f"Mend {POLICY_FILE} by hand first.")
    if any(known == glob for known, _ in before.levels):
        wanted = tuple((known, level if known == glob else other) for known, other in before.levels)
    else:
        wanted = (*before.levels, (glob, level))
    changed = _changed(text, glob, level)
    after = Policy.parse(changed)
    if after.fault is not None or after.levels != wanted or after.recipients != before.recipients:
        raise UsageError(
            f"{POLICY_FILE} is written in a form that cannot be changed line by line.",
            f"Write {quoted(glob)}: {level.word} below `levels:` by hand.",
        )
    return changed


def _changed(text: str, glob: str, level: Level) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    written = f"{quoted(glob)}: {level.word}"
    root = _compose(text)
    block = _levels_of(root)
    if block is None:
        if root is not None and root.flow_style:
            return _into_flow(text, root, f"levels: {{{written}}}")
        end = "" if not text or text.endswith("\n") else newline
        return f"{text}{end}levels:{newline}  {written}{newline}"
    key, node = block
    pairs = list(node.value) if _is_mapping(node) else []
    same = [value for name, value in pairs if name.value == glob]
    if same:
        return _replaced(text, same, level.word)
    if pairs and not node.flow_style:
        # Behind the last pair, at the column of the first.
        at = _line_end(text, pairs[-1][1].end_mark.index)
        indent = " " * pairs[0][0].start_mark.column
        line_end = "" if text[at - 1 : at] == "\n" else newline
        return f"{text[:at]}{line_end}{indent}{written}{newline}{text[at:]}"
    if _is_mapping(node):
        return _into_flow(text, node, written)
    at = _line_end(text, key.end_mark.index)
    line_end = "" if text[at - 1 : at] == "\n" else newline
    return f"{text[:at]}{line_end}{' ' * (key.start_mark.column + 2)}{written}{newline}{text[at:]}"


def _compose(text: str) -> "MappingNode | None":
    import yaml

    readable = text.translate(dict.fromkeys(map(ord, _UNREADABLE), "?"))
    # Marks of the pure loader count characters; those of the fast one count bytes.
    readable = "".join("?" if "\ud800" <= char <= "\udfff" else char for char in readable)
    root = yaml.compose(readable, Loader=yaml.SafeLoader)
    return root if isinstance(root, yaml.MappingNode) else None


def _levels_of(root: "MappingNode | None") -> "tuple[Node, MappingNode] | None":
    """Key and value of the last `levels` block."""
    found = [(key, value) for key, value in root.value if key.value == "levels"] if root else []
    return found[-1] if found else None


def _is_mapping(node: "Node") -> bool:
    import yaml

    return isinstance(node, yaml.MappingNode)


def _replaced(text: str, values: "Iterable[Node]", word: str) -> str:
    for value in sorted(values, key=lambda node: -node.start_mark.index):
        text = text[: value.start_mark.index] + word + text[value.end_mark.index :]
    return text


def _into_flow(text: str, node: "MappingNode", written: str) -> str:
    """`written` as the last pair of a `{…}`."""
    at = node.end_mark.index - 1
    if not node.value:
        return f"{text[:at]}{written}{text[at:]}"
    last = node.value[-1][1].end_mark.index
    return f"{text[:last]}, {written}{text[last:]}"


def _line_end(text: str, at: int) -> int:
    """Where the line of `at` ends, its line break included."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1

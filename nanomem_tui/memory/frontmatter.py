"""The YAML head of a memory file: read for what the map and the gate need, changed line by line.

What does not parse is never rewritten and never guessed: the file counts as private until it is mended.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.lines import line_end, one_line

if TYPE_CHECKING:
    from yaml.nodes import Node

_FENCE = re.compile(r"---[ \t]*\Z")
_END = re.compile(r"(---|\.\.\.)[ \t]*\Z")
_SIZE_CAP = 64 * 1024
_DEPTH = 20
_TOO_DEEP = "it is nested too deeply"
_UNDECODABLE = re.compile("[\ud800-\udfff]")
_FOREIGN_BREAKS = re.compile("[\x85\u2028\u2029\ud800-\udfff]")
"""What YAML takes for a line end and we do not, and what it cannot read at all."""
_PLAIN = re.compile(r"[^\W\d_][\w '’/+&().,-]*\Z")
_PLAIN_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n", "nan", "inf"})


@dataclass(frozen=True, slots=True)
class Frontmatter:
    """What the head of a memory file says."""

    title: str | None = None
    description: str | None = None
    disclosure: Level | None = None
    tags: tuple[str, ...] = ()
    fault: str | None = None
    """Why it could not be read; the file is private then."""
    present: bool = False

    @property
    def level(self) -> Level:
        """The level the head gives the file."""
        if self.fault is not None:
            return Level.PRIVATE
        return Level.OPEN if self.disclosure is None else self.disclosure


NO_FRONTMATTER = Frontmatter()


def end_of_frontmatter(lines: tuple[str, ...]) -> int:
    """Number of lines the head takes, fences included; 0 where there is none."""
    if not lines or not _FENCE.match(lines[0].rstrip("\r\n")):
        return 0
    for i in range(1, len(lines)):
        line = lines[i]
        if line[0] in "-." and _END.match(line.rstrip("\r\n")):
            return i + 1
    return 0


def parse_frontmatter(lines: tuple[str, ...]) -> Frontmatter | None:
    """Read the head.

    Args:
        lines: its lines, fences included.

    Returns:
        What it says; None when it is no head at all but a list between two rules.
    """
    import yaml

    inner = lines[1:-1]
    if sum(map(len, inner)) > _SIZE_CAP:
        return Frontmatter(fault="The frontmatter is too large to be read.", present=True)
    try:
        pairs = mapping_pairs("".join(inner))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return Frontmatter(fault=_yaml_fault(error), present=True)
    except TypeError:
        if any(line.lstrip().startswith("- ") for line in inner):
            return None
        return Frontmatter(fault="The frontmatter is not a list of `key: value` lines.", present=True)
    values: dict[str, Node] = {}
    levels: list[Level] = []
    fault = None
    for key, node in pairs:
        name = key.casefold()
        values[name] = node
        if name == "disclosure":
            level = Level.from_word(scalar(node) or "")
            if level is None:
                fault = f"`disclosure: {scalar(node) or ''}` is none of open, ask, private."
            else:
                levels.append(level)
    return Frontmatter(
        title=scalar(values.get("title")),
        description=scalar(values.get("description")),
        disclosure=max(levels, default=None),
        tags=_words(values.get("tags")),
        fault=fault,
        present=True,
    )


def mapping_pairs(text: str) -> list[tuple[str, "Node"]]:
    """The top-level pairs of a YAML mapping in their order, doubled keys included.

    Raises:
        yaml.YAMLError: it is no YAML.
        TypeError: it is YAML but no mapping with plain keys.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    readable = _UNDECODABLE.sub("\ufffd", text)
    depth = 0
    for event in yaml.parse(readable, Loader=loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEPTH:  # The C composer would recurse until the stack ends.
                raise ValueError(_TOO_DEEP)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    root = yaml.compose(readable, Loader=loader)
    return [] if root is None else node_pairs(root)


def node_pairs(node: "Node") -> list[tuple[str, "Node"]]:
    """The pairs of a mapping node; TypeError when it is none or a key is no scalar."""
    import yaml

    if not isinstance(node, yaml.MappingNode):
        raise TypeError("not a mapping")
    pairs = []
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise TypeError("not a plain key")
        pairs.append((str(key.value), value))
    return pairs


def scalar(node: "Node | None") -> str | None:
    """The text of a scalar node; None for null, a list, a mapping or nothing."""
    import yaml

    if not isinstance(node, yaml.ScalarNode) or node.tag.endswith(":null"):
        return None
    return one_line(str(node.value)) or None


def _words(node: "Node | None") -> tuple[str, ...]:
    import yaml

    if isinstance(node, yaml.SequenceNode):
        return tuple(text for item in node.value if (text := scalar(item)))
    text = scalar(node)
    return tuple(part for part in re.split(r"[,\s]+", text) if part) if text else ()


def _yaml_fault(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f" (line {mark.line + 2})" if mark is not None else ""
    problem = getattr(error, "problem", None) or (
        str(error) if type(error) is ValueError else "it is not YAML"
    )
    if "nesting depth" in str(problem):
        # PyYAML 6.0.4 and later count for themselves, also what they read ahead of our own count.
        return f"The frontmatter cannot be read: {_TOO_DEEP}."
    return f"The frontmatter cannot be read{where}: {one_line(str(problem))}."


def change_frontmatter(head: tuple[str, ...], values: Mapping[str, str], newline: str) -> tuple[str, ...]:
    """Set keys of the head, touching only their lines.

    Args:
        head: the head's lines, fences included; empty where there is none yet.
        values: key to new value.
        newline: line end of lines that are made.

    Raises:
        UsageError: the head cannot be read or is written in a form that single lines cannot change.
    """
    import yaml

    lines = list(head) or [f"---{newline}", f"---{newline}"]
    for key, value in values.items():
        inner = _FOREIGN_BREAKS.sub("?", "".join(line.rstrip("\r\n") + "\n" for line in lines[1:-1]))
        try:
            mapping_pairs(inner)
            root = yaml.compose(inner, yaml.SafeLoader)
        except (yaml.YAMLError, ValueError, TypeError) as error:
            raise UsageError(
                "The frontmatter of this file cannot be read.", "Mend it by hand, then try again."
            ) from error
        pairs = root.value if isinstance(root, yaml.MappingNode) else []
        place = next((p for p in reversed(pairs) if str(p[0].value).casefold() == key), None)
        if place is not None:
            _put_value(lines, place[0], place[1], quoted(value))
        elif isinstance(root, yaml.CollectionNode) and root.flow_style:
            raise UsageError(
                "The frontmatter of this file is written as one `{…}`.", f"Add `{key}` to it by hand."
            )
        else:
            lines.insert(len(lines) - 1, f"{key}: {quoted(value)}{newline}")
    return tuple(lines)


def _put_value(lines: list[str], key: "Node", node: "Node", written: str) -> None:
    """Replace the value of one pair; the marks count lines behind the opening fence."""
    first, last = node.start_mark.line + 1, node.end_mark.line + 1
    key_line = key.end_mark.line + 1
    if first == last == key_line:
        line = lines[first]
        at, to = node.start_mark.column, node.end_mark.column
        space = "" if line[:at].endswith(" ") else " "
        lines[first] = line[:at] + space + written + line[to:]
        return
    end = last if node.end_mark.column == 0 and last > key_line else last + 1
    head = lines[key_line]
    colon = head.index(":", key.end_mark.column)
    lines[key_line : min(end, len(lines) - 1)] = [f"{head[: colon + 1]} {written}{line_end(head)}"]


def quoted(value: str) -> str:
    """A value as YAML on one line, in quotes only where it needs them."""
    text = one_line(value)
    if _PLAIN.match(text) and text.casefold() not in _PLAIN_WORDS and text == text.rstrip():
        return text
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    code = ord(char)
    if char.isprintable() or 0xD800 <= code <= 0xDFFF:
        return char
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

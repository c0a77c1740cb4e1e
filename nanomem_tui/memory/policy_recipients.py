"""Changing one named recipient in the text of `policy.yaml`: only its own lines, comments and order kept.

Text in, text out; who may change it and where the text goes is decided elsewhere.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nanomem_tui.memory.errors import NotFound, UsageError
from nanomem_tui.memory.frontmatter import quoted
from nanomem_tui.memory.policy import POLICY_FILE, Policy, Recipient
from nanomem_tui.memory.policy_text import (
    compose,
    end_of,
    is_mapping,
    line_end,
    line_start,
    section,
    with_pair,
)

if TYPE_CHECKING:
    from yaml.nodes import Node

BLOCK = "recipients"


def set_recipient(text: str, name: str, allow: Sequence[str]) -> str:
    """The text of a policy in which a recipient may be told of these paths, and of no others.

    Args:
        text: the policy as it stands; "" where there is none.
        name: the recipient; a new one is added behind the others.
        allow: globs of paths.

    Raises:
        UsageError: the name or a glob is empty, or the policy is broken or written in a form that cannot be
            changed line by line; the next step says what to write by hand.
    """
    name, globs = named(name), allowed(allow)
    before = _parsed(text)
    wanted = {**before.recipients, name: Recipient(name, globs)}
    listed = f"[{', '.join(quoted(glob) for glob in globs)}]"
    same = [value for key, value in section(compose(text), BLOCK)[1] if key.value == name]
    if name not in before.recipients:
        changed = with_pair(text, BLOCK, quoted(name), f"{{allow: {listed}}}")
    else:
        changed = _relisted(text, same, globs, listed)
    return _checked(changed, before, wanted, f"{quoted(name)}: {{allow: {listed}}} below `{BLOCK}:`")


def without_recipient(text: str, name: str) -> str:
    """The text of a policy that names a recipient no more.

    Raises:
        NotFound: it names none such.
        UsageError: the policy is broken, or written in a form that cannot be changed line by line.
    """
    name = named(name)
    before = _parsed(text)
    if name not in before.recipients:
        names = ", ".join(sorted(before.recipients)) or "none yet"
        raise NotFound(f"The policy names no recipient {name!r}.", f"It names {names}.")
    wanted = {known: one for known, one in before.recipients.items() if known != name}
    block, pairs = section(compose(text), BLOCK)
    changed = text
    for key, value in reversed(pairs):
        if key.value == name:
            start, end = key.start_mark.index, end_of(value)
            if block is not None and block.flow_style:
                start, end = _with_comma(changed, start, end)
            else:
                start, end = line_start(changed, start), line_end(changed, end)
            changed = changed[:start] + changed[end:]
    return _checked(changed, before, wanted, f"it without {quoted(name)}")


def named(name: str) -> str:
    """The name of a recipient as it is written. Raises UsageError where it is empty."""
    name = " ".join(name.split())
    if not name:
        raise UsageError("The recipient has no name.", "Name it, for example work-assistant.")
    return name


def allowed(globs: Sequence[str]) -> tuple[str, ...]:
    """The globs as they are written, each once. Raises UsageError where there is none, or an empty one."""
    found = tuple(dict.fromkeys(" ".join(glob.split()) for glob in globs))
    if not found or not all(glob.strip("/. ") for glob in found):
        raise UsageError("No path is named that they may be told of.", 'Write some, such as "work/**".')
    return found


def _parsed(text: str) -> Policy:
    policy = Policy.parse(text)
    if policy.fault is not None:
        raise UsageError(f"{policy.fault} Nothing was changed.", f"Mend {POLICY_FILE} by hand first.")
    return policy


def _checked(changed: str, before: Policy, wanted: dict[str, Recipient], by_hand: str) -> str:
    after = Policy.parse(changed)
    same = {name: set(one.allow) for name, one in after.recipients.items()} == {
        name: set(one.allow) for name, one in wanted.items()
    }
    if after.fault is not None or after.levels != before.levels or not same:
        raise UsageError(
            f"{POLICY_FILE} is written in a form that cannot be changed line by line.",
            f"Write {by_hand} by hand.",
        )
    return changed


def _relisted(text: str, bodies: "Sequence[Node]", globs: tuple[str, ...], listed: str) -> str:
    """The text with other globs in the last list of a recipient."""
    pairs = [pair for body in bodies if is_mapping(body) for pair in body.value if pair[0].value == "allow"]
    if not pairs:
        return text
    found = pairs[-1][1]
    if found.flow_style or not found.value:
        start, end = found.start_mark.index, found.end_mark.index
        # A list of several lines may have comments in it, which would go.
        return (
            text if "#" in text[start:end] and "\n" in text[start:end] else text[:start] + listed + text[end:]
        )
    # One line each: those that stay keep their comments, the others go, new ones come behind them.
    items = [(item.value, item.start_mark.index) for item in found.value]
    missing = [glob for glob in globs if glob not in {value for value, _ in items}]
    first = items[0][1]
    lead = text[line_start(text, first) : first]
    newline = "\r\n" if "\r\n" in text else "\n"
    at = line_end(text, end_of(found))
    more = "".join(f"{lead}{quoted(glob)}{newline}" for glob in missing)
    if more and text[at - 1 : at] != "\n":
        more = newline + more
    text = text[:at] + more + text[at:]
    for value, start in reversed(items):
        if value not in globs:
            text = text[: line_start(text, start)] + text[line_end(text, start) :]
    return text


def _with_comma(text: str, start: int, end: int) -> tuple[int, int]:
    """A pair of a `{…}` with the comma behind it, or else the one before it."""
    behind = end + len(text[end:]) - len(text[end:].lstrip())
    if text[behind : behind + 1] == ",":
        rest = text[behind + 1 :]
        return start, behind + 1 + len(rest) - len(rest.lstrip(" "))
    before = len(text[:start].rstrip())
    return (before - 1 if text[before - 1 : before] == "," else start), end

"""`policy.yaml`: which globs of paths have which disclosure level, and what named recipients may see.

A policy that cannot be understood is never guessed: everything is private until it is mended.
"""

import re
import stat
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.lines import decode
from nanomem_tui.memory.paths import STATE_DIR
from nanomem_tui.memory.visible import visible

if TYPE_CHECKING:
    from yaml.nodes import Node

POLICY_FILE = "policy.yaml"
CALLER = "caller"
"""Recipient of an answer when nobody more precise is named: whoever reads stdout."""
_PROBE = "\uffff"
"""A name no file has: what holds for it holds for everything below a folder."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody with a name who sees only what they are allowed."""

    name: str
    allow: tuple[str, ...]
    """Globs of paths."""

    def sees(self, path: str) -> bool:
        """True when one of the globs matches `path`."""
        return any(matches(glob, path) for glob in self.allow)


@dataclass(frozen=True, slots=True)
class Policy:
    """The levels of globs and the recipients of one memory root."""

    levels: tuple[tuple[str, Level], ...] = ()
    recipients: Mapping[str, Recipient] = field(default_factory=lambda: MappingProxyType({}))
    fault: str | None = None
    """Why the policy could not be read; everything is private then."""

    @classmethod
    def load(cls, root: Path) -> "Policy":
        """The policy of a memory root; an empty one where there is no file. Never raises."""
        file = root / STATE_DIR / POLICY_FILE
        try:
            if not stat.S_ISREG(file.stat().st_mode):
                return cls(fault=f"{POLICY_FILE} is not a regular file.")
            return cls.parse(decode(file.read_bytes()))
        except (FileNotFoundError, NotADirectoryError):
            return cls()
        except OSError as error:
            return cls(fault=f"{POLICY_FILE} cannot be read: {error.strerror}.")

    @classmethod
    def parse(cls, text: str) -> "Policy":
        """Read a policy's YAML. Never raises."""
        import yaml

        from nanomem_tui.memory.frontmatter import mapping_pairs

        try:
            return _read(mapping_pairs(text))
        except yaml.YAMLError:
            return cls(fault=f"{POLICY_FILE} is not valid YAML.")
        except TypeError:
            return cls(fault=f"{POLICY_FILE} does not have the form `levels: {{glob: level}}`.")
        except ValueError as error:
            return cls(fault=f"{POLICY_FILE} cannot be understood: {visible(str(error))}.")

    def level(self, path: str) -> Level:
        """The level the policy gives the file at `path`: the strictest of all globs that match."""
        if self.fault is not None:
            return Level.PRIVATE
        if not self.levels:
            return Level.OPEN
        return max((level for glob, level in self.levels if matches(glob, path)), default=Level.OPEN)

    def folder_level(self, folder: str) -> Level:
        """The level that holds for everything below `folder` ("" for the root)."""
        base = f"{folder}/" if folder else ""
        return min(self.level(f"{base}{_PROBE}.md"), self.level(f"{base}{_PROBE}/{_PROBE}.md"))

    def why(self, path: str) -> str:
        """What decided the level of `path`, as one sentence."""
        if self.fault is not None:
            return f"{self.fault} Everything is private until it is mended."
        level = self.level(path)
        globs = [glob for glob, other in self.levels if other is level and matches(glob, path)]
        if not globs:
            return f"No glob of {POLICY_FILE} matches."
        return f"{POLICY_FILE} makes {visible(', '.join(globs))} {level.word}."


def why_level(
    policy: Policy, path: str, own: Level, fault: str | None = None, *, folder: bool = False
) -> str:
    """What decided the level of a file or folder, the strictest word first, as sentences.

    Args:
        policy: the policy.
        path: the file, or the folder.
        own: the level the file's frontmatter gives it.
        fault: what is wrong with its frontmatter.
        folder: `path` is a folder: what holds for everything below it.
    """
    probe = (f"{path}/" if path else "") + f"{_PROBE}.md" if folder else path
    given = policy.folder_level(path) if folder else policy.level(path)
    reasons = []
    if given is not Level.OPEN or policy.fault is not None:
        reasons.append((given, policy.why(probe)))
    if own is not Level.OPEN:
        says = fault or f"Its frontmatter says {own.word}."
        reasons.append((own, f"{visible(says)} It counts as private." if fault else says))
    return " ".join(reason for _, reason in sorted(reasons, key=lambda pair: -pair[0]))


def _read(pairs: list[tuple[str, "Node"]]) -> Policy:
    levels: list[tuple[str, Level]] = []
    recipients: dict[str, Recipient] = {}
    for key, node in pairs:
        if key == "levels":
            levels += _levels(node)
        elif key == "recipients":
            recipients |= {name: Recipient(name, _allowed(body)) for name, body in _pairs(node)}
        else:
            raise ValueError(f"`{key}` is none of levels, recipients")
    return Policy(tuple(levels), MappingProxyType(recipients))


def _pairs(node: "Node") -> list[tuple[str, "Node"]]:
    """The pairs of a mapping; none for an empty value."""
    from nanomem_tui.memory.frontmatter import node_pairs

    return [] if node.tag.endswith(":null") else node_pairs(node)


def _levels(node: "Node") -> list[tuple[str, Level]]:
    from nanomem_tui.memory.frontmatter import scalar

    found = []
    for glob, value in _pairs(node):
        level = Level.from_word(scalar(value) or "")
        if level is None:
            raise ValueError(f"`{glob}: {scalar(value) or ''}` is none of open, ask, private")
        found.append((glob, level))
    return found


def _allowed(node: "Node") -> tuple[str, ...]:
    import yaml

    from nanomem_tui.memory.frontmatter import scalar

    globs: tuple[str, ...] = ()
    for key, value in _pairs(node):
        if key != "allow":
            raise ValueError(f"`{key}` of a recipient is not `allow`")
        if not isinstance(value, yaml.SequenceNode):
            raise TypeError("not a list")
        globs += tuple(text for item in value.value if (text := scalar(item)))
    return globs


def matches(glob: str, path: str) -> bool:
    """True when `glob` names the file at `path` or a folder above it, as in a .gitignore.

    `*` and `?` stay within one part of the path, `**` spans any; a glob without `/` names a file or
    folder anywhere. Letter case and Unicode form do not count, so that no spelling slips through.
    """
    return _pattern(glob).match(_folded(path)) is not None


def _folded(text: str) -> str:
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text.casefold())


@lru_cache(maxsize=512)
def _pattern(glob: str) -> re.Pattern[str]:
    text = _folded(glob.strip()).removeprefix("./")
    anchored = "/" in text.rstrip("/")
    parts = [part for part in text.split("/") if part]
    regex = "" if anchored else "(?:.*/)?"
    for i, part in enumerate(parts):
        last = i == len(parts) - 1
        if part == "**":
            regex += ".+" if last else "(?:.*/)?"
        else:
            regex += _part(part) + ("" if last else "/")
    return re.compile(regex + r"(?:/.*)?\Z", re.DOTALL)


def _part(part: str) -> str:
    pieces = re.split(r"(\*+|\?)", part)
    return "".join("[^/]*" if p.startswith("*") else "[^/]" if p == "?" else re.escape(p) for p in pieces)

"""What a command is: a value that the parser, the grouped help and the tests read alike.

It must stay light, since every start of the program imports it.
"""

from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from nanomem_tui.cli.session import Session

Handler: TypeAlias = "Callable[[Session, Namespace], int]"
"""Runs a command and returns its exit code."""


class Group(Enum):
    """The headings of the help, in order."""

    START = "Start"
    WRITE = "Write"
    READ = "Read"
    DECIDE = "Decide"
    DISCLOSE = "Disclose"
    WATCH = "Watch"
    MOVE = "Move"
    AGENTS = "Agents"


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a command.

    Args:
        names: its name, or its flags.
        options: the keyword arguments of `ArgumentParser.add_argument`.
    """

    names: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)


def argument(*names: str, **options: Any) -> Argument:
    """An argument, written as for `ArgumentParser.add_argument`."""
    return Argument(names, options)


@dataclass(frozen=True, slots=True)
class Command:
    """One command of `nanomem`."""

    name: str
    group: Group
    help: str
    """One line for the list of commands."""
    run: Handler
    arguments: tuple[Argument, ...] = ()
    example: str = ""
    """A whole command line that a newcomer can try."""

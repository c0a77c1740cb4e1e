"""From the words of a command line to a command and its arguments; and the help that lists all commands.

A command line is cut at the command's name: what stands before are global flags, what follows belongs to
the command and may hold global flags too. Only the parser of the one command is built.
"""

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from nanomem_tui import __version__
from nanomem_tui.cli.command import Argument, Command, Group, argument
from nanomem_tui.memory.errors import UsageError

PROGRAM = "nanomem"
TAGLINE = "Personal memory for language models, in markdown files you own."

GLOBALS: tuple[Argument, ...] = (
    argument("--root", metavar="DIR", help="the memory folder (default ~/nanomem)"),
    argument("--json", action="store_true", help="print exactly one JSON document on stdout"),
    argument("--provider", metavar="NAME", help="who plans and answers: rules (built in), openai, …"),
    argument("--model", metavar="NAME", help="the model's name at its provider"),
    argument("--base-url", metavar="URL", help="address of an OpenAI-compatible endpoint"),
    argument("--trust", metavar="LEVEL", help="treat the endpoint as attested or remote; only ever lowers"),
)
SETTINGS_FLAGS = ("root", "provider", "model", "base_url", "trust")
"""The global flags that are settings, by field name."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """A command line, understood."""

    command: Command | None
    """None: no command was named."""
    arguments: argparse.Namespace

    @property
    def flags(self) -> dict[str, str | None]:
        """The settings given as flags, by field name."""
        return {name: getattr(self.arguments, name, None) for name in SETTINGS_FLAGS}


class _Parser(argparse.ArgumentParser):
    """Raises our own error where argparse would print and exit."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(_sentence(message), f"{self.prog} --help shows how.")


class _MainParser(_Parser):
    """Lists all commands as its help."""

    commands: Sequence[Command] = ()

    def format_help(self) -> str:
        return full_help(self.commands)


def parse(argv: Sequence[str], commands: Iterable[Command]) -> Invocation:
    """Understand a command line.

    Raises:
        UsageError: it makes no sense; the message says why, the next step where help is.
        SystemExit: help or the version was asked for and printed.
    """
    commands = tuple(commands)
    head, rest = _cut(argv)
    if rest[:1] == ["help"]:
        head, rest = ([*head, "--help"], []) if len(rest) == 1 else (head, [*rest[1:], "--help"])
    arguments = _main_parser(commands).parse_args(head)
    if not rest:
        return Invocation(None, arguments)
    command = next((item for item in commands if item.name == rest[0]), None)
    if command is None:
        raise _unknown(rest[0], commands)
    parsed = command_parser(command).parse_intermixed_args(_guarded(rest[1:]), arguments)
    return Invocation(
        command, argparse.Namespace(**{name: _bare(value) for name, value in vars(parsed).items()})
    )


_GUARD = "\0"
"""Marks a word behind `--` as no flag, in front of it; no real word can hold it."""


def _guarded(words: list[str]) -> list[str]:
    """The words without `--`, and those behind it marked: argparse loses `--` where flags and words mix."""
    if "--" not in words:
        return words
    at = words.index("--")
    return [*words[:at], *(_GUARD + word for word in words[at + 1 :])]


def _bare(value: object) -> object:
    if isinstance(value, list):
        return [_bare(item) for item in value]
    return value.removeprefix(_GUARD) if isinstance(value, str) else value


def wants_json(argv: Sequence[str]) -> bool:
    """Whether `--json` is asked for, even by a command line that makes no sense otherwise."""
    words = list(argv)
    return "--json" in (words[: words.index("--")] if "--" in words else words)


def command_parser(command: Command) -> argparse.ArgumentParser:
    """The parser of one command, global flags included."""
    parser = _Parser(
        prog=f"{PROGRAM} {command.name}",
        description=command.help[0].upper() + command.help[1:] + ".",
        epilog=f"Example: {command.example}" if command.example else None,
        allow_abbrev=False,
    )
    for item in command.arguments:
        parser.add_argument(*item.names, **item.options)
    _add_globals(parser.add_argument_group("options of every command"))
    return parser


def full_help(commands: Iterable[Command]) -> str:
    """All commands by group, and the global flags."""
    commands = tuple(commands)
    flags = [(_flag(item), str(item.options["help"])) for item in GLOBALS]
    flags.append(("--version", "print the version"))
    width = max(len(name) for name in [*(command.name for command in commands), *(name for name, _ in flags)])
    lines = [TAGLINE, "", f"Usage: {PROGRAM}                       open the app"]
    lines.append(f"       {PROGRAM} COMMAND [arguments]   {PROGRAM} COMMAND --help says more")
    for group in Group:
        members = [command for command in commands if command.group is group]
        if members:
            lines += ["", group.value, *(f"  {item.name:<{width}}  {item.help}" for item in members)]
    lines += [
        "",
        "Options, before or after the command",
        *(f"  {name:<{width}}  {text}" for name, text in flags),
    ]
    lines += ["", f"New here? Try: {PROGRAM} demo"]
    return "\n".join(lines) + "\n"


def short_help(commands: Iterable[Command]) -> list[str]:
    """A few lines for somebody who named no command."""
    names = {group: [item.name for item in commands if item.group is group] for group in Group}
    rows = [f"  {group.value:<9} {', '.join(members)}" for group, members in names.items() if members]
    return [f"Usage: {PROGRAM} COMMAND [arguments]", *rows, f"{PROGRAM} --help says what each one does."]


def _main_parser(commands: Sequence[Command]) -> argparse.ArgumentParser:
    parser = _MainParser(prog=PROGRAM, allow_abbrev=False)
    parser.commands = commands
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    _add_globals(parser)
    return parser


def _add_globals(parser: "argparse.ArgumentParser | argparse._ArgumentGroup") -> None:
    for item in GLOBALS:
        # Suppressed defaults let a flag before the command survive the parser of the command.
        parser.add_argument(*item.names, **item.options, default=argparse.SUPPRESS)


def _cut(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """Leading global flags, and everything from the command's name on."""
    valued = {name for item in GLOBALS if "action" not in item.options for name in item.names}
    at = 0
    while at < len(argv) and argv[at].startswith("-"):
        at += 2 if argv[at] in valued else 1
    return list(argv[:at]), list(argv[at:])


def _flag(item: Argument) -> str:
    return " ".join([item.names[0], str(item.options.get("metavar", ""))]).rstrip()


def _unknown(name: str, commands: Sequence[Command]) -> UsageError:
    from difflib import get_close_matches

    near = get_close_matches(name, [command.name for command in commands], n=1)
    step = f"Did you mean {PROGRAM} {near[0]}?" if near else f"{PROGRAM} --help lists the commands."
    return UsageError(f"{name!r} is no command.", step)


def _sentence(message: str) -> str:
    message = message.replace(_GUARD, "").replace("the following arguments are required:", "missing:")
    return message[:1].upper() + message[1:].rstrip(".") + "."

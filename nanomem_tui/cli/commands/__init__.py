"""All commands, in the order in which the help lists them."""

from nanomem_tui.cli.command import Command
from nanomem_tui.cli.commands import (
    agents,
    decide,
    disclose,
    login,
    move,
    preview,
    prompts,
    read,
    start,
    watch,
    write,
)

COMMANDS: tuple[Command, ...] = (
    *start.COMMANDS,
    *login.COMMANDS,
    *write.COMMANDS,
    *read.COMMANDS,
    *preview.COMMANDS,
    *decide.COMMANDS,
    *disclose.COMMANDS,
    *watch.COMMANDS,
    *move.COMMANDS,
    *prompts.COMMANDS,
    *agents.COMMANDS,
)

"""Commands for agents of other makers: the server they connect to, and the skill that teaches them."""

from argparse import Namespace
from pathlib import Path

from nanomem_tui.cli.command import Command, Group, argument
from nanomem_tui.cli.session import Session
from nanomem_tui.cli.values import port
from nanomem_tui.memory.errors import ExitCode, UsageError

CLIENTS = ("claude", "claude-code", "cursor", "vscode", "codex")
SKILLS = Path("~/.claude/skills")
"""Where the most common agent looks for skills."""


def _mcp(session: Session, arguments: Namespace) -> int:
    if arguments.print_config:
        text = session.doors.client_config(arguments.print_config, session.settings.root, arguments.recipient)
        session.out.emit(
            {"client": arguments.print_config, "config": text}, ([line] for line in text.splitlines())
        )
        return ExitCode.DONE
    if session.out.as_json:
        raise UsageError("The server speaks a protocol of its own.", "Leave --json out.")
    session.doors.serve(session.settings, arguments.recipient, arguments.http)
    return ExitCode.DONE


def _skill(session: Session, arguments: Namespace) -> int:
    if arguments.what == "snippet":
        text = session.doors.snippet()
        session.out.emit({"snippet": text}, ([line] for line in text.splitlines()))
        return ExitCode.DONE
    file = session.doors.install_skill(Path(arguments.dir or SKILLS).expanduser())
    session.out.emit({"file": str(file)}, [[str(file)]])
    session.out.note("Agents that read this folder now know how to ask and to propose.")
    return ExitCode.DONE


COMMANDS = (
    Command(
        "mcp",
        Group.AGENTS,
        "serve the memory to agents, who ask and propose",
        _mcp,
        (
            argument(
                "--print-config",
                metavar="CLIENT",
                choices=CLIENTS,
                help=f"print what a client's configuration must say: {', '.join(CLIENTS)}",
            ),
            argument(
                "--recipient", metavar="NAME", help="who connects; limits it to what the policy allows them"
            ),
            argument(
                "--http", metavar="PORT", type=port, help="serve on this port of this machine, behind a token"
            ),
        ),
        "nanomem mcp --print-config claude",
    ),
    Command(
        "skill",
        Group.AGENTS,
        "install the skill that teaches an agent this command",
        _skill,
        (
            argument("what", choices=("install", "snippet"), help="install it, or print lines for AGENTS.md"),
            argument("--dir", metavar="DIR", help=f"the folder of skills (default {SKILLS})"),
        ),
        "nanomem skill install",
    ),
)

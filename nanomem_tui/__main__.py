"""The `nanomem` program: `python -m nanomem_tui` and the console script. Joins command, app and server."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nanomem_tui.cli.doors import Doors
from nanomem_tui.cli.main import main as run_command

if TYPE_CHECKING:
    from nanomem_tui.settings import Settings


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line, or the app where none is given.

    Args:
        argv: the words after `nanomem`; None: those of this process.

    Returns:
        The exit code.
    """
    return run_command(sys.argv[1:] if argv is None else argv, DOORS)


def _open_app(settings: "Settings") -> int:
    from nanomem_tui.tui.app import run_app

    return run_app(settings)


def _serve(settings: "Settings", recipient: str | None, port: int | None) -> None:
    from nanomem_tui.mcp.serve import serve

    serve(settings, recipient=recipient, port=port)


def _client_config(client: str, root: Path, recipient: str | None) -> str:
    from nanomem_tui.mcp.serve import client_config

    return client_config(client, root, recipient)


def _install_skill(folder: Path) -> Path:
    from nanomem_tui.mcp.skills import install_skill

    return install_skill(folder)


def _snippet() -> str:
    from nanomem_tui.mcp.skills import snippet

    return snippet()


DOORS = Doors(_open_app, _serve, _client_config, _install_skill, _snippet)
"""Each opened late: a command imports what it needs."""

if __name__ == "__main__":
    raise SystemExit(main())

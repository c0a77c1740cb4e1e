"""The `nanomem` program: `python -m nanomem_tui` and the console script. Joins the command and the app."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

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
    return run_command(sys.argv[1:] if argv is None else argv, _open_app)


def _open_app(settings: "Settings") -> int:
    from nanomem_tui.tui.app import run_app

    return run_app(settings)


if __name__ == "__main__":
    raise SystemExit(main())

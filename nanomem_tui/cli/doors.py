"""What lies beside the command and is handed to it by the program: the app and the guests' server.

The command may not import these rooms, nor needs to: it opens their doors.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nanomem_tui.settings import Settings


@dataclass(frozen=True, slots=True)
class Doors:
    """The doors of the program."""

    open_app: "Callable[[Settings], int]"
    """Open the app on a memory; returns its exit code when it was left."""
    serve: "Callable[[Settings, str | None, int | None], None]"
    """Serve a memory to agents, as a recipient of the policy, over stdio or on a port."""
    client_config: "Callable[[str, Path, str | None], str]"
    """What a client's configuration must say to start that server."""
    install_skill: "Callable[[Path], Path]"
    """Write the agent skill into a folder; returns the file."""
    snippet: "Callable[[], str]"
    """A few lines for an agent's instructions."""

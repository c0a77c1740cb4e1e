"""Messages that cross screens: the app posts them to every screen that was opened.

A widget's own messages are nested in the widget.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from nanomem_tui.agent.events import Event
    from nanomem_tui.memory.watch import Seen


@dataclass
class DiskChanged(Message):
    """Files, changes, traces or the policy changed on the disk, whoever wrote them."""

    seen: "Seen"


@dataclass
class ChangesChanged(Message):
    """A change was proposed or decided, here or elsewhere."""


@dataclass
class RunEvent(Message):
    """Something happened in a run, of this process or of another one."""

    event: "Event"

"""What can stand in the way of a change, as sentences for a person."""

from nanomem_tui.memory.errors import NanomemError


class StandsInTheWay(NanomemError):
    """A revert, undo or redo that would overwrite something newer, or that has nothing to act on."""

    code = "conflict"


class Busy(NanomemError):
    """Another process has held the lock for too long."""

    code = "busy"


class WriteFailed(NanomemError):
    """The disk refused a write. Nothing that was there before is lost."""

    code = "write_failed"


class ChangeUnreadable(NanomemError):
    """A stored change that cannot be read."""

    code = "unreadable"

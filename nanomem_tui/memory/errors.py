"""The family of errors a person can meet. Each one says what is wrong and what to do next.

Front ends only print these; anything else that escapes is a defect of ours.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the `nanomem` command."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    WAITING = 3
    """Done, but a change waits for review."""
    MODEL_UNREACHABLE = 4
    INTERRUPTED = 130


class NanomemError(Exception):
    """Something the person should know.

    Args:
        message: one plain sentence saying what is wrong.
        next_step: one plain sentence saying what to do about it; "" when there is nothing to do.
    """

    code = "failed"
    """Stable name of the error in `--json` output."""
    exit_code = ExitCode.FAILED

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".rstrip()


class UsageError(NanomemError):
    """The request itself is wrong: a bad argument, path, id or setting."""

    code = "usage"
    exit_code = ExitCode.USAGE


class NotFound(NanomemError):
    """A file, fact, change or trace that was named does not exist."""

    code = "not_found"


class UnsafePath(UsageError):
    """A path that is not a plain path to a memory file inside the memory root."""

    code = "unsafe_path"


class MemoryUnreadable(NanomemError):
    """A file is there but cannot be read as memory (too large, a link, no permission)."""

    code = "unreadable"


class ModelUnreachable(NanomemError):
    """The model could not be reached or did not answer usefully."""

    code = "model_unreachable"
    exit_code = ExitCode.MODEL_UNREACHABLE


class Withheld(NanomemError):
    """The gate refused to let something leave."""

    code = "withheld"


class PreviewStale(NanomemError):
    """What a preview rests on has changed since it was made."""

    code = "preview_stale"

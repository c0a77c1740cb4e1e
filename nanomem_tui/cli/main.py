"""The `nanomem` command from its words to its exit code: every error ends here as a sentence."""

import os
import sys
from collections.abc import Sequence

from nanomem_tui.cli.commands import COMMANDS
from nanomem_tui.cli.doors import Doors
from nanomem_tui.cli.output import Output, Style
from nanomem_tui.cli.parser import PROGRAM, parse, short_help, wants_json
from nanomem_tui.memory.errors import ExitCode, NanomemError, UsageError

_STDERR = 2
DEBUG = "NANOMEM_DEBUG"
"""Environment variable that shows the traceback of a defect."""


class _Defect(NanomemError):
    """Something of ours that broke."""

    code = "bug"


def main(argv: Sequence[str], doors: Doors) -> int:
    """Run one command line.

    Args:
        argv: the words after `nanomem`.
        doors: open what the command itself may not import.

    Returns:
        The exit code.
    """
    _fill_closed()
    out = Output(wants_json(argv))
    try:
        try:
            code = _run(argv, out, doors)
        except SystemExit as stop:  # help and version, printed by argparse
            code = int(stop.code or 0)
        except NanomemError as error:
            code = _fail(out, error)
        except BrokenPipeError:
            raise
        except OSError as error:
            code = _fail(out, _of_the_system(error))
        except KeyboardInterrupt:
            out.note("Interrupted.")
            code = ExitCode.INTERRUPTED
        except Exception as error:  # noqa: BLE001 - the last door: a defect must end as a sentence too
            code = _fail(out, _defect(error))
        out.flush()
    except BrokenPipeError:
        return _nobody_reads()
    return int(code)


def _run(argv: Sequence[str], out: Output, doors: Doors) -> int:
    invocation = parse(argv, COMMANDS)
    if invocation.command is None and not _on_terminal(out):
        if out.as_json:
            raise UsageError("No command was named.", f"{PROGRAM} --help lists the commands.")
        out.notes([line] for line in short_help(COMMANDS))
        return ExitCode.USAGE
    from nanomem_tui import settings

    resolved = settings.load(invocation.flags)
    if invocation.command is None:
        return doors.open_app(resolved)
    from nanomem_tui.cli.session import Session

    session = Session(resolved, out, doors)
    try:
        return invocation.command.run(session, invocation.arguments)
    finally:
        session.close()


def _fill_closed() -> None:
    """Occupy standard descriptors that the caller closed, so that no file of ours becomes one of them."""
    if None in (sys.stdin, sys.stdout, sys.stderr):
        while (descriptor := os.open(os.devnull, os.O_RDWR)) <= _STDERR:
            pass
        os.close(descriptor)


def _on_terminal(out: Output) -> bool:
    return not out.as_json and sys.stdin is not None and sys.stdin.isatty() and out.on_terminal


def _fail(out: Output, error: NanomemError) -> int:
    from nanomem_tui.json_forms import error_json

    if out.as_json:
        out.document(error_json(error))
    out.note((Style.ERROR, f"{PROGRAM}: "), str(error))
    return error.exit_code


def _of_the_system(error: OSError) -> NanomemError:
    where = f"{error.filename}: " if error.filename else ""
    return NanomemError(
        f"{where}{error.strerror or error}.", "Check the path, its permissions and the free space."
    )


def _defect(error: Exception) -> NanomemError:
    if os.environ.get(DEBUG):
        import traceback

        traceback.print_exception(error)
    return _Defect(
        f"This is a bug in nanomem: {type(error).__name__}: {error}.",
        f"Run it again with {DEBUG}=1 to see where, and report it.",
    )


def _nobody_reads() -> int:
    """Whoever read stdout has gone (`| head`): stay quiet, also when Python closes the stream."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.DONE

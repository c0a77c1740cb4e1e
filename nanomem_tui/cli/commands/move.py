"""Commands that bring memory in and take it out."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from nanomem_tui.cli.command import Command, Group, argument
from nanomem_tui.cli.session import Session
from nanomem_tui.cli.values import day, positive
from nanomem_tui.memory.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from nanomem_tui.bank.importing import ImportOptions

FORMATS = (
    "chatgpt",
    "claude",
    "gemini",
    "claude-code",
    "codex",
    "gemini-cli",
    "oa-chat",
    "messages",
    "transcript",
    "omf",
    "mem0",
    "mcp",
    "facts",
    "nanomem",
    "markdown",
    "text",
)
EXPORTS = ("omf", "zip", "txt", "json")


def _import(session: Session, arguments: Namespace) -> int:
    import sys

    from nanomem_tui.bank import MemoryBank
    from nanomem_tui.bank.importing import open_source
    from nanomem_tui.cli.deciding import closing, decide
    from nanomem_tui.cli.progress import Progress
    from nanomem_tui.cli.views.imports import import_lines, passing_line
    from nanomem_tui.exchange.archive import Source
    from nanomem_tui.json_forms import import_json
    from nanomem_tui.settings import Approval

    out = session.out
    place = None if arguments.place == "-" else Path(arguments.place).expanduser()
    source = open_source(place, session.settings.root) if place else Source(sys.stdin.buffer)
    bank: MemoryBank = session.bank
    with source:
        progress = Progress(out, session.who)
        result = session.run(
            bank.importing(
                source,
                _options(arguments),
                approve=arguments.yes,
                watch=progress,
                progress=lambda step: out.passing(passing_line(step)),
            )
        )
    out.lines(import_lines(result))
    out.note(result.summary)
    code = ExitCode.DONE
    change = result.changes[0] if len(result.changes) == 1 else None
    if change is not None:
        before = change.edits
        asks = session.has_person and session.settings.approval is Approval.ASK
        if change.pending and asks and not arguments.yes:
            change = decide(session, change)
        code = ExitCode(closing(session, before, change))
    elif any(change.pending for change in result.changes):
        out.note("Decide with: nanomem review, or nanomem approve ID for each.")
        code = ExitCode.WAITING
    if out.as_json:
        out.document(import_json(result))
    if code is ExitCode.DONE and result.items and all(item.state.is_trouble for item in result.items):
        return ExitCode.FAILED
    return code


def _options(arguments: Namespace) -> "ImportOptions":
    from nanomem_tui.bank.importing import ImportOptions
    from nanomem_tui.exchange.detect import Format

    return ImportOptions(
        format=Format(arguments.format) if arguments.format else None,
        since=arguments.since,
        only=arguments.only,
        limit=arguments.limit,
        dry_run=arguments.dry_run,
        again=arguments.again,
    )


def _export(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.cli.views.facts import count
    from nanomem_tui.exchange.export import ExportFormat
    from nanomem_tui.json_forms import export_json
    from nanomem_tui.memory.levels import Level

    out = session.out
    to_file = arguments.out is not None and arguments.out != "-"
    if arguments.format == "zip" and not to_file and (out.as_json or out.on_terminal):
        raise UsageError("A zip cannot be printed.", "Name a file with --out memory.zip.")
    place = Path(arguments.out).expanduser() if to_file else None
    if place is not None and place.exists():
        raise UsageError(f"{place} is there already.", "Name a new file.")
    level = Level.from_word(arguments.level) if arguments.level else None
    result = session.bank.export(ExportFormat(arguments.format), level)
    if place is not None:
        _write(place, result.data)
    elif not out.as_json:
        out.raw(result.data)
    if out.as_json:
        out.document(export_json(result, str(place) if place else None))
    where = f" in {place}" if place else ""
    out.note(
        f"{count(result.facts, 'fact')} of {count(result.files, 'file')}{where}, {len(result.data)} bytes."
    )
    for path, reason in result.skipped:
        out.note(f"Not in it: {path}; {reason}.")
    if result.disclosure:
        out.note("The ledger records it; see: nanomem disclosures")
    return ExitCode.DONE


def _write(place: Path, data: bytes) -> None:
    """A new file for its owner alone, whole or not at all."""
    import os

    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
    except BaseException:
        place.unlink(missing_ok=True)
        raise


COMMANDS = (
    Command(
        "import",
        Group.MOVE,
        "bring in chat exports, notes and other memories",
        _import,
        (
            argument("place", metavar="FILE|DIR|-", help="a file, a folder or a zip; - reads stdin"),
            argument(
                "--format",
                choices=FORMATS,
                metavar="FORMAT",
                help=f"what it is, where that is not found out: {', '.join(FORMATS)}",
            ),
            argument("--dry-run", action="store_true", help="say what would be read, and how much it is"),
            argument("--since", type=day, metavar="DATE", help="only what is of this day or later"),
            argument("--only", metavar="TITLE", help="only what has these words in its title"),
            argument("--limit", type=positive, metavar="N", help="at most so many that are new"),
            argument("--again", action="store_true", help="also what was imported before"),
            argument("--yes", action="store_true", help="apply every edit that carries no flag"),
        ),
        "nanomem import ~/Downloads/chatgpt-export.zip --dry-run",
    ),
    Command(
        "export",
        Group.MOVE,
        "take a full copy of memory, or what may be shared",
        _export,
        (
            argument("--format", choices=EXPORTS, default="omf", help="omf (default), zip, txt or json"),
            argument("--out", metavar="FILE", help="a new file; by default it is printed"),
            argument(
                "--level", choices=("open",), help="only what is open, for sharing; the ledger records it"
            ),
        ),
        "nanomem export --format zip --out memory.zip",
    ),
)

"""Commands about what left the memory."""

from argparse import Namespace

from nanomem_tui.cli.command import Command, Group, argument
from nanomem_tui.cli.session import Session
from nanomem_tui.memory.errors import ExitCode


def _disclosures(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.cli.views.disclosures import disclosure_lines
    from nanomem_tui.results import disclosures_json

    disclosures = session.bank.disclosures(arguments.recipient)
    session.out.emit(disclosures_json(disclosures), disclosure_lines(disclosures))
    if not disclosures:
        session.out.note("Nothing was disclosed.")
    return ExitCode.DONE


COMMANDS = (
    Command(
        "disclosures",
        Group.DISCLOSE,
        "what was handed to whom, and how much each one knows",
        _disclosures,
        (argument("recipient", nargs="?", metavar="RECIPIENT", help="only what this one was told"),),
        "nanomem disclosures",
    ),
)

"""Commands about what may leave the memory, and what did."""

from argparse import Namespace
from typing import TYPE_CHECKING

from nanomem_tui.cli.command import Command, Group, argument
from nanomem_tui.cli.session import Session
from nanomem_tui.memory.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from nanomem_tui.results import LevelChange

LEVELS = ("open", "ask", "private")


def _policy(session: Session, arguments: Namespace) -> int:
    if arguments.consents or arguments.consent or arguments.revoke:
        return _consents(session, arguments)
    if arguments.recipient or arguments.remove:
        return _recipient(session, arguments)
    if arguments.glob is None:
        return _levels(session)
    if arguments.level is None:
        raise UsageError(
            f"No level was given for {arguments.glob}.", f"Write one of {', '.join(LEVELS)} behind it."
        )
    return _set_level(session, arguments)


def _consents(session: Session, arguments: Namespace) -> int:
    """List the standing consents, give one or take one back."""
    from nanomem_tui.cli.ask import agree

    who = arguments.consent
    if who and not arguments.yes:
        question = f"{who} gets every fact of level ask from now on, without being asked again. Do it?"
        if not session.has_person:
            raise UsageError(f"Nobody has said yes to {who}.", "Add --yes if that is what you want.")
        if not agree(session.out, question):
            session.out.note("Nothing was changed.")
            return ExitCode.FAILED
    if who:
        session.bank.consent(who, always=True)
    if arguments.revoke:
        session.bank.revoke(arguments.revoke)
    consents = session.bank.consents()
    document = [{"recipient": item.recipient, "since": item.since.isoformat()} for item in consents]
    lines = [[item.recipient, f"  since {item.since:%Y-%m-%d %H:%M}"] for item in consents]
    session.out.emit({"consents": document}, lines)
    if not consents:
        session.out.note("There is no standing consent: facts of level ask need a yes each time.")
    return ExitCode.DONE


def _recipient(session: Session, arguments: Namespace) -> int:
    """Name somebody and what they may be told of, or take them out again."""
    from nanomem_tui.cli.ask import agree
    from nanomem_tui.cli.views.facts import count
    from nanomem_tui.cli.views.policy import recipient_lines
    from nanomem_tui.json_policy import recipient_change_json

    name, *globs = arguments.recipient or (arguments.remove,)
    if arguments.recipient and arguments.remove:
        raise UsageError("--recipient and --remove do not go together.", "Do one after the other.")
    if arguments.recipient and not globs:
        raise UsageError(f"No path is named that {name} may be told of.", "Write some, such as 'work/**'.")
    change = session.bank.recipient_change(name, globs)
    if change.freer and not arguments.yes:
        more = f"{change.name} may then be told of {count(len(change.freer), 'file')} more."
        if not session.has_person:
            raise UsageError(more, "Add --yes if that is what you want.")
        session.out.notes(recipient_lines(change))
        if not agree(session.out, f"{more} Do it?"):
            session.out.note("Nothing was changed.")
            return ExitCode.FAILED
    change = session.bank.set_recipient(name, globs) if globs else session.bank.remove_recipient(name)
    session.out.emit(recipient_change_json(change), recipient_lines(change))
    if globs and not change.files:
        session.out.note(f"No file matches yet; {change.name} may be told of new ones that do.")
    return ExitCode.DONE


def _levels(session: Session) -> int:
    from nanomem_tui.cli.views.policy import policy_lines
    from nanomem_tui.json_policy import policy_json

    listing = session.bank.policy()
    session.out.emit(policy_json(listing), policy_lines(listing))
    return ExitCode.DONE


def _set_level(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.cli.views.policy import change_lines
    from nanomem_tui.json_policy import level_change_json
    from nanomem_tui.memory.levels import Level

    level = Level.from_word(arguments.level)
    assert level is not None
    change = session.bank.level_change(arguments.glob, level)
    if change.freer and not arguments.yes and not _agrees(session, change):
        session.out.note("Nothing was changed.")
        return ExitCode.FAILED
    change = session.bank.set_level(arguments.glob, level)
    session.out.emit(level_change_json(change), change_lines(change))
    if not change.matched:
        session.out.note(f"No file matches {change.glob} yet; new ones will be {change.level.word}.")
    elif not change.files:
        session.out.note("No level of a file there is changes: they have it, or something stricter holds.")
    return ExitCode.DONE


def _agrees(session: Session, change: "LevelChange") -> bool:
    """Ask for a yes to what makes something freer.

    Raises:
        UsageError: there is nobody to ask.
    """
    from nanomem_tui.cli.ask import agree
    from nanomem_tui.cli.views.facts import count
    from nanomem_tui.cli.views.policy import change_lines

    freer = count(len(change.freer), "file")
    if not session.has_person:
        raise UsageError(f"This would disclose {freer} more freely.", "Add --yes if that is what you want.")
    session.out.notes(change_lines(change))
    return agree(session.out, f"This discloses {freer} more freely. Do it?")


def _disclosures(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.cli.views.disclosures import disclosure_lines
    from nanomem_tui.json_forms import disclosures_json

    disclosures = session.bank.disclosures(arguments.only or arguments.recipient, arguments.fact)
    session.out.emit(disclosures_json(disclosures), disclosure_lines(disclosures))
    if not disclosures:
        session.out.note("Nothing was disclosed.")
    return ExitCode.DONE


COMMANDS = (
    Command(
        "policy",
        Group.DISCLOSE,
        "how freely each file is disclosed, to whom, and why; set it",
        _policy,
        (
            argument("glob", nargs="?", metavar="GLOB", help="paths whose level to set, such as 'health/**'"),
            argument("level", nargs="?", choices=LEVELS, metavar="LEVEL", help=", ".join(LEVELS)),
            argument(
                "--recipient",
                nargs="+",
                metavar=("NAME", "GLOB"),
                help="whom to name, and the paths that they alone may be told of",
            ),
            argument("--remove", metavar="NAME", help="take a recipient out of the policy"),
            argument(
                "--consents", action="store_true", help="who gets facts of level ask without a question"
            ),
            argument("--consent", metavar="WHO", help="let them have those from now on"),
            argument("--revoke", metavar="WHO", help="take that back"),
            argument("--yes", action="store_true", help="do not ask, also where it makes something freer"),
        ),
        "nanomem policy 'health/**' ask",
    ),
    Command(
        "disclosures",
        Group.DISCLOSE,
        "what was handed to whom, and how much each one knows",
        _disclosures,
        (
            argument("recipient", nargs="?", metavar="RECIPIENT", help="only what this one was told"),
            argument("--recipient", dest="only", metavar="NAME", help="the same"),
            argument("--fact", metavar="FACT", help="who was ever told this: path#id, or its words"),
        ),
        "nanomem disclosures",
    ),
)

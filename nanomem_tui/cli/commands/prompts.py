"""The prompts of the flows: read them, replace them by one's own, see the difference, go back."""

from argparse import Namespace

from nanomem_tui.cli.command import Command, Group, argument
from nanomem_tui.cli.session import Session
from nanomem_tui.memory.errors import ExitCode, UsageError

_WAYS = ("list", "show", "edit", "diff", "reset")


def _prompts(session: Session, arguments: Namespace) -> int:
    if arguments.way == "list":
        return _list(session)
    if arguments.name is None:
        raise UsageError("No flow was named.", "nanomem prompts lists them.")
    run = {"show": _show, "edit": _edit, "diff": _diff, "reset": _reset}[arguments.way]
    return run(session, arguments.name)


def _list(session: Session) -> int:
    from nanomem_tui.cli.output import Style

    infos = session.bank.prompts()
    document = [
        {"name": info.name, "own": info.own, "path": str(info.path), "fault": info.fault} for info in infos
    ]
    session.out.emit(
        {"prompts": document},
        (
            [
                (Style.STRONG, f"{info.name:<9}"),
                str(info.path) if info.own else (Style.QUIET, "built in"),
                (Style.WARNING, f"  {info.fault}" if info.fault else ""),
            ]
            for info in infos
        ),
    )
    return ExitCode.DONE


def _show(session: Session, name: str) -> int:
    text = session.bank.prompt(name)
    session.out.emit({"name": name, "text": text}, ([line] for line in text.splitlines()))
    return ExitCode.DONE


def _diff(session: Session, name: str) -> int:
    from nanomem_tui.cli.output import Style

    styles = {"+": Style.ADDED, "-": Style.REMOVED, "@": Style.CHANGED}
    lines = session.bank.prompt_diff(name)
    session.out.emit(
        {"name": name, "diff": lines},
        ([(styles.get(line[:1], Style.PLAIN), line)] for line in lines),
    )
    if not lines:
        session.out.note(f"The prompt of {name} is the built-in one.")
    return ExitCode.DONE


def _by_hand(session: Session, name: str, text: str) -> str:
    """A prompt as the person's editor leaves it."""
    from nanomem_tui.bank.external import edited_outside, editor_command
    from nanomem_tui.memory.lines import decode, encode

    command = editor_command()
    if not command:
        raise UsageError("No editor is set.", "Set EDITOR to one, or give the text on stdin.")
    session.out.flush()
    return decode(edited_outside(command, f"{name}.md", encode(text)))


def _edit(session: Session, name: str) -> int:
    """Edit in the person's editor on a terminal; take the new prompt from stdin otherwise."""
    old = session.bank.prompt(name)
    text = _by_hand(session, name, old) if session.has_person else session.stdin()
    if text == old:
        session.out.emit(_saved(session, name), [])
        session.out.note("Nothing changed.")
        return ExitCode.DONE
    while True:
        try:
            session.bank.write_prompt(name, text)
        except UsageError as error:
            if not session.has_person or not _again(session, error):
                raise
            text = _by_hand(session, name, text)
        else:
            break
    session.out.emit(_saved(session, name), [])
    session.out.note(f"{name} uses your own prompt from now on. nanomem prompts reset {name} goes back.")
    return ExitCode.DONE


def _again(session: Session, error: UsageError) -> bool:
    from nanomem_tui.cli.ask import choose

    session.out.note(error.message)
    return choose(session.out, "It is not saved.", ("edit", "discard"), on_end="discard") == "edit"


def _reset(session: Session, name: str) -> int:
    aside = session.bank.reset_prompt(name)
    session.out.emit({**_saved(session, name), "kept": str(aside) if aside else None}, [])
    if aside is None:
        session.out.note(f"The prompt of {name} is the built-in one already.")
    else:
        session.out.note(f"{name} uses the built-in prompt again. Yours is kept in {aside}.")
    return ExitCode.DONE


def _saved(session: Session, name: str) -> dict[str, object]:
    info = next(info for info in session.bank.prompts() if info.name == name)
    return {"name": name, "own": info.own, "path": str(info.path)}


COMMANDS = (
    Command(
        "prompts",
        Group.AGENTS,
        "what flows tell their models: list, show, edit, diff, reset",
        _prompts,
        (
            argument("way", nargs="?", choices=_WAYS, default="list", help=", ".join(_WAYS)),
            argument("name", nargs="?", metavar="FLOW", help="add, update, ingest, retrieve, …"),
        ),
        "nanomem prompts show retrieve",
    ),
)

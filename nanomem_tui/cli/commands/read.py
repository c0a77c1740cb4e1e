"""Commands that read: `retrieve` answers for somebody else, through the gate; the others serve the owner."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from nanomem_tui.cli.command import Command, Group, argument
from nanomem_tui.cli.session import Session
from nanomem_tui.cli.values import positive
from nanomem_tui.memory.errors import ExitCode, NotFound, UsageError
from nanomem_tui.memory.visible import visible

if TYPE_CHECKING:
    from nanomem_tui.results import RetrieveResult, TreeListing


MOST_CONTEXT = 200_000
"""Bytes of a talk that a question comes from; more is no context but an import."""


def _retrieve(session: Session, arguments: Namespace) -> int:
    context = _context(session, arguments.context) if arguments.context else ""
    return _answer(session, arguments, session.text(arguments.query), arguments.given or "", context)


def _retrieve_adaptive(session: Session, arguments: Namespace) -> int:
    given = session.stdin() if arguments.given == "-" else arguments.given or ""
    return _answer(session, arguments, arguments.query, given, "")


def _context(session: Session, place: str) -> str:
    """The text of the talk a question comes from."""
    if place == "-":
        return session.stdin()
    data = Path(place).expanduser().read_bytes()
    if len(data) > MOST_CONTEXT:
        raise UsageError(
            f"{place} is larger than {MOST_CONTEXT // 1000} kB.", "Give the part that the question is about."
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{place} is not UTF-8 text.", "Convert it first, for example with iconv.") from None


def _answer(session: Session, arguments: Namespace, query: str, given: str, context: str) -> int:
    from nanomem_tui.cli.progress import Progress
    from nanomem_tui.json_forms import retrieve_json

    allow = arguments.allow_ask or (session.has_person and _agrees(session, query, arguments.recipient))
    progress = Progress(session.out, session.who)
    result = session.run(
        session.bank.retrieve(
            query,
            allow_ask=allow,
            recipient=arguments.recipient,
            given=given,
            context=context,
            watch=progress,
        )
    )
    session.out.emit(retrieve_json(result), [[result.answer]] if result.answer else [])
    _explain(session, result, allow)
    return ExitCode.DONE if progress.finished else ExitCode.FAILED


def _agrees(session: Session, query: str, recipient: str | None) -> bool:
    """Ask about the facts that are disclosed only after a yes, where some of them fit."""
    from nanomem_tui.bank import CALLER
    from nanomem_tui.cli.ask import choose
    from nanomem_tui.cli.views.facts import count, source_lines

    if session.bank.gate(recipient=recipient).allow_ask:
        return True
    facts = session.bank.askable(query, recipient=recipient) if query.strip() else []
    if not facts:
        return False
    session.out.note(f"{count(len(facts), 'fact')} that you share only after a yes may fit:")
    session.out.notes(source_lines(facts))
    who = recipient or CALLER
    question = f"May {recipient} have them?" if recipient else "May the answer use them?"
    answer = choose(session.out, question, ("yes", "always", "no"), on_end="no")
    if answer == "always":
        session.bank.consent(who, always=True)
        session.out.note(f"nanomem policy --revoke {who} takes that back.")
    return answer != "no"


def _explain(session: Session, result: "RetrieveResult", allow: bool) -> None:
    from nanomem_tui.cli.output import Style
    from nanomem_tui.cli.views.facts import source_lines

    out = session.out
    if not result.answer:
        out.note(result.skip_reason or "Memory holds nothing relevant.")
    for sentence in result.sentences:
        if not sentence.cited and not result.skipped:
            out.note((Style.WARNING, "! rests on no fact: "), sentence.text)
    out.notes(source_lines(result.facts))
    _withheld(session, result.withheld.count, allow)


def _augment(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.cli.progress import Progress
    from nanomem_tui.cli.views.facts import count, source_lines
    from nanomem_tui.json_forms import augment_json

    query = session.text(arguments.query)
    allow = arguments.allow_ask or (session.has_person and _agrees(session, query, arguments.recipient))
    progress = Progress(session.out, session.who)
    result = session.run(
        session.bank.augment(query, allow_ask=allow, recipient=arguments.recipient, watch=progress)
    )
    session.out.emit(
        augment_json(result), [[line] for line in result.prompt.split("\n")] if result.prompt else []
    )
    if not result.prompt:
        session.out.note(result.summary)
    held = [choice.fact for choice in result.choices if choice.included]
    session.out.note(f"The prompt holds {count(len(held), 'fact')} of {len(result.choices)} that were read.")
    session.out.notes(source_lines(held))
    _withheld(session, result.withheld.count, allow)
    return ExitCode.DONE if progress.finished else ExitCode.FAILED


def _withheld(session: Session, number: int, allow: bool) -> None:
    from nanomem_tui.cli.views.facts import count

    if number:
        step = "" if allow or session.has_person else " --allow-ask includes what you share only after a yes."
        session.out.note(f"{count(number, 'fact')} that may fit withheld.{step}")


def _search(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.cli.views.facts import hit_lines
    from nanomem_tui.json_forms import search_json

    hits = session.bank.search(" ".join(arguments.query), arguments.limit)
    session.out.emit(search_json(hits), hit_lines(hits))
    if not hits:
        session.out.note("No fact fits.")
    return ExitCode.DONE


def _tree(session: Session, arguments: Namespace) -> int:
    if arguments.at:
        return _tree_at(session, arguments.at, arguments.path or "")
    return _list(session, arguments.path or "", deep=True)


def _tree_at(session: Session, change: str, path: str) -> int:
    from dataclasses import replace

    from nanomem_tui.cli.views.past import past_json, past_lines

    past, below = session.bank.tree_at(change), path.strip("/")
    files = [
        file for file in past.files if not below or file.path == below or file.path.startswith(f"{below}/")
    ]
    past = replace(past, files=tuple(files))
    session.out.emit(past_json(past), past_lines(past))
    if any(file.doubt for file in files):
        session.out.note("? may have been other than shown: nanomem read PATH --at CHANGE says why.")
    return ExitCode.DONE


def _read_at(session: Session, change: str, path: str) -> int:
    from nanomem_tui.cli.views.past import past_file_json

    past = session.bank.tree_at(change)
    names = [name for name in (path, f"{path}.md") if past.file(name)]
    file = past.file(names[0]) if names else None
    if file is None:
        raise NotFound(f"There was no file {path} then.", f"nanomem tree --at {change} shows what there was.")
    text = session.bank.read(file.path).text if file.text is None else file.text
    session.out.emit(past_file_json(past, file, text), (visible(line) for line in text.splitlines()))
    if file.doubt:
        session.out.note(file.doubt)
    return ExitCode.DONE


def _ls(session: Session, arguments: Namespace) -> int:
    return _list(session, arguments.path or "", deep=False)


def _list(session: Session, path: str, *, deep: bool) -> int:
    from nanomem_tui.cli.views.facts import tree_lines
    from nanomem_tui.json_forms import tree_json

    listing = _below(session.bank.tree(), path.strip("/"), deep)
    if path.strip("/") and not listing.folders and not listing.files:
        raise NotFound(f"There is no folder or file {path}.", "nanomem tree shows what there is.")
    session.out.emit(tree_json(listing), tree_lines(listing))
    if not listing.files and not any(folder.path for folder in listing.folders):
        session.out.note(
            f"{session.settings.root} holds no memory yet. Start with: nanomem add, or nanomem demo"
        )
    return ExitCode.DONE


def _below(listing: "TreeListing", base: str, deep: bool) -> "TreeListing":
    """What lies at or below `base`; one level of it unless `deep`."""
    from nanomem_tui.results import TreeListing

    def shown(path: str) -> bool:
        if base and path == base:
            return deep or path.endswith(".md")
        inside = path.startswith(f"{base}/") if base else path != ""
        return inside and (deep or "/" not in path[len(base) + bool(base) :])

    return TreeListing(
        tuple(folder for folder in listing.folders if shown(folder.path) or (deep and folder.path == base)),
        tuple(file for file in listing.files if shown(file.path)),
        listing.policy,
    )


def _read(session: Session, arguments: Namespace) -> int:
    from nanomem_tui.cli.views.facts import file_lines
    from nanomem_tui.json_forms import read_json

    if arguments.at:
        return _read_at(session, arguments.at, arguments.path)
    path = session.bank.tree_index.find(arguments.path)
    if path is None and not arguments.path.endswith(".md"):
        raise NotFound(
            f"{arguments.path} names no memory file, or several.", "nanomem tree shows what there is."
        )
    file = session.bank.read(path or arguments.path)
    session.out.emit(read_json(file), file_lines(file))
    return ExitCode.DONE


_PATH = argument("path", nargs="?", metavar="PATH", help="a folder or file; everything without it")

_AT = argument("--at", metavar="CHANGE", help="as it was right after this change")

_QUERY = argument("query", nargs="*", metavar="QUERY", help="the question; - reads it from stdin")
_FOR_WHOM = (
    argument("--allow-ask", action="store_true", help="you say yes to facts of level ask for this answer"),
    argument("--recipient", metavar="NAME", help="who gets it; limits it to what the policy allows them"),
)

_ASKED = (_QUERY, *_FOR_WHOM)

COMMANDS = (
    Command(
        "retrieve",
        Group.READ,
        "answer a question for somebody else, citing the facts",
        _retrieve,
        (
            *_ASKED,
            argument("--given", metavar="TEXT", help="what you have already; only what it lacks is fetched"),
            argument("--context", metavar="FILE", help="the talk the question comes from; - for stdin"),
        ),
        'nanomem retrieve "what should a doctor know about me?"',
    ),
    Command(
        "retrieve-adaptive",
        Group.READ,
        "the same, building on what was retrieved before",
        _retrieve_adaptive,
        (
            argument("query", metavar="QUERY", help="the question"),
            argument("given", nargs="?", metavar="GIVEN", help="what was retrieved before; - for stdin"),
            *_FOR_WHOM,
        ),
        'nanomem retrieve-adaptive "and where does she live?" "Ana is a sister."',
    ),
    Command(
        "augment",
        Group.READ,
        "a prompt for another model, with what it needs of memory",
        _augment,
        _ASKED,
        'nanomem augment "plan a weekend for me"',
    ),
    Command(
        "search",
        Group.READ,
        "facts that fit some words, best first",
        _search,
        (
            argument("query", nargs="+", metavar="QUERY", help="words to look for"),
            argument("--limit", type=positive, default=20, metavar="N", help="how many (default 20)"),
        ),
        "nanomem search allergy",
    ),
    Command(
        "tree",
        Group.READ,
        "all folders and files with their facts and levels",
        _tree,
        (_PATH, _AT),
        "nanomem tree",
    ),
    Command("ls", Group.READ, "one folder", _ls, (_PATH,), "nanomem ls health"),
    Command(
        "read",
        Group.READ,
        "the facts of a file with their ids",
        _read,
        (argument("path", metavar="PATH", help="the file; its name alone will do"), _AT),
        "nanomem read health/allergies.md",
    ),
)

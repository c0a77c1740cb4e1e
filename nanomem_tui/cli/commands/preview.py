"""`preview`: what a question would disclose, changed fact by fact, and then handed over as shown."""

import sys
from argparse import ArgumentTypeError, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from nanomem_tui.cli.command import Command, Group, argument
from nanomem_tui.cli.session import Session
from nanomem_tui.memory.errors import ExitCode, PreviewStale, UsageError

if TYPE_CHECKING:
    from nanomem_tui.disclosure.preview import Preview
    from nanomem_tui.results import PreviewResult

_LEAST = 8
"""Characters of a digest that will do."""


def _preview(session: Session, arguments: Namespace) -> int:
    if arguments.send and arguments.out:
        raise UsageError("--send and --out do not go together.", "Hand it over twice, or to one of them.")
    if arguments.send and not arguments.sha256 and not session.has_person:
        raise UsageError(
            "Nobody has seen what would be sent.",
            "Preview it first, then add --sha256 with the digest that the preview showed.",
        )
    query = session.text(arguments.query)
    return session.run(_previewed(session, arguments, query))


async def _previewed(session: Session, arguments: Namespace, query: str) -> int:
    from dataclasses import replace

    from nanomem_tui.cli.progress import Progress

    bank, progress = session.bank, Progress(session.out, session.who)
    result = await bank.preview(
        query, allow_ask=arguments.allow_ask, recipient=arguments.recipient, watch=progress
    )
    result = replace(result, preview=_chosen(result.preview, arguments))
    digest = (arguments.sha256 or "").lower()
    if digest and (len(digest) < _LEAST or not result.preview.sha256.startswith(digest)):
        raise PreviewStale(
            "This is not the preview with that digest; nothing was handed over.", "Look at it anew."
        )
    if arguments.send:
        return await _send(session, result, asked=bool(digest))
    if arguments.out:
        return _write(session, result, arguments.out)
    _show(session, result)
    session.out.note("Nothing has left this machine.")
    return ExitCode.DONE if progress.finished else ExitCode.FAILED


def _chosen(preview: "Preview", arguments: Namespace) -> "Preview":
    """The preview with the facts switched and reworded as the words of the command say, in this order."""
    for ref in arguments.strike:
        preview = preview.strike(ref)
    for ref in arguments.include:
        preview = preview.include(ref)
    for ref, text in arguments.reword:
        preview = preview.reword(ref, text)
    return preview


def _show(session: Session, result: "PreviewResult", **more: str) -> None:
    from nanomem_tui.cli.views.facts import count
    from nanomem_tui.cli.views.preview import preview_lines
    from nanomem_tui.json_forms import preview_json

    session.out.emit({**preview_json(result), **more}, preview_lines(result))
    if result.withheld.count:
        told = ", ".join(f"{number} {reason}" for reason, number in result.withheld.reasons.items())
        session.out.note(f"{count(result.withheld.count, 'fact')} that may fit can never go: {told}.")


async def _send(session: Session, result: "PreviewResult", *, asked: bool) -> int:
    """Send it to the model; a person who has not seen it does so first."""
    from nanomem_tui.cli.ask import agree

    bank, preview = session.bank, result.preview
    where = f"{bank.model.name} at {bank.model.endpoint} ({bank.model.trust.value})"
    if not asked:
        _show(session, result)
        if not agree(session.out, f"Send these {len(preview.data)} bytes to {where}?"):
            session.out.note("Nothing has left this machine.")
            return ExitCode.DONE
    reply = await bank.send(preview)
    if session.out.as_json:
        _show(session, result, reply=reply)
    else:
        session.out.lines([line] for line in reply.splitlines())
    session.out.note(f"Sent {len(preview.data)} bytes to {where}, sha256 {preview.sha256}.")
    return ExitCode.DONE


def _write(session: Session, result: "PreviewResult", place: str) -> int:
    """Hand it over as a file that only its owner can read; - writes to stdout."""
    import os

    if place == "-":
        session.out.raw(session.bank.hand_over(result.preview))
        sys.stdout.flush()
        return ExitCode.DONE
    file = Path(place).expanduser()
    data = session.bank.hand_over(result.preview)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(data)
    _show(session, result, out=str(file))
    session.out.note(f"Wrote {len(data)} bytes to {file}, sha256 {result.preview.sha256}.")
    return ExitCode.DONE


def _rewording(text: str) -> tuple[str, str]:
    """`REF=WORDS`, as it is typed."""
    ref, separator, words = text.partition("=")
    if not separator or not ref.strip():
        raise ArgumentTypeError(f"{text!r} is no rewording; write k3f9q='a city in the northwest'")
    return ref.strip(), words


COMMANDS = (
    Command(
        "preview",
        Group.READ,
        "what a question would disclose, before anything leaves",
        _preview,
        (
            argument("query", nargs="*", metavar="QUERY", help="the question; - reads it from stdin"),
            argument("--allow-ask", action="store_true", help="facts of level ask are on from the start"),
            argument("--recipient", metavar="NAME", help="who would get it, by their name in the policy"),
            argument(
                "--include",
                action="append",
                default=[],
                metavar="REF",
                help="switch a fact on (path#id or id)",
            ),
            argument("--strike", action="append", default=[], metavar="REF", help="leave a fact out"),
            argument(
                "--reword",
                action="append",
                default=[],
                type=_rewording,
                metavar="REF=WORDS",
                help="other words in a fact's place",
            ),
            argument(
                "--send", action="store_true", help="send exactly this to the model and print its reply"
            ),
            argument("--out", metavar="FILE", help="write exactly this to a file; - for stdout"),
            argument("--sha256", metavar="DIGEST", help="hand over only if it is the preview seen before"),
        ),
        'nanomem preview "plan a dinner for me"',
    ),
)

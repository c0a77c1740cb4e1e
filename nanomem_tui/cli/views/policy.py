"""Levels and recipients, as lines."""

from collections.abc import Iterator

from nanomem_tui.cli.output import Line, Style, columns
from nanomem_tui.cli.views.facts import count
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.policy import matches
from nanomem_tui.results import LevelChange, PolicyListing, RecipientChange

_MOST = 200
"""How many files are listed that are not open."""
_WIDEST = 44


def policy_lines(listing: PolicyListing) -> Iterator[Line]:
    """The globs, what follows from them for everything that is not open, and the recipients."""
    policy = listing.policy
    if policy.fault:
        yield [(Style.WARNING, f"! {policy.fault} Everything is private until it is mended.")]
    files = listing.tree.files
    for glob, level in policy.levels:
        number = sum(matches(glob, file.path) for file in files)
        yield [(Style.STRONG, f"{level.word:<8}"), f"{glob}  ", (Style.QUIET, count(number, "file"))]
    strict = [file for file in files if file.level is not Level.OPEN]
    folders = [folder for folder in listing.tree.folders if folder.level is not Level.OPEN and folder.path]
    rows = [(f"{folder.path}/", folder.level, listing.tree.why(folder)) for folder in folders]
    rows += [(file.path, file.level, listing.tree.why(file)) for file in strict[:_MOST]]
    rows += [(fact.ref, fact.level, f"Its own key says {fact.level.word}.") for fact in listing.facts[:_MOST]]
    if rows and policy.levels:
        yield []
    width = min(_WIDEST, max((columns(name) for name, _, _ in rows), default=0))
    for name, level, why in sorted(rows):
        pad = " " * max(0, width - columns(name))
        yield [(Style.STRONG, f"{level.word:<8}"), f"{name}{pad}  ", (Style.QUIET, why)]
    left = len(strict) + len(listing.facts) - len(rows) + len(folders)
    if left > 0:
        yield [(Style.QUIET, f"… and {left} more, which --json lists")]
    yield [(Style.STRONG, "open    "), f"everything else: {count(len(files) - len(strict), 'file')}"]
    for recipient in policy.recipients.values():
        number = sum(recipient.sees(file.path) for file in files)
        allowed = ", ".join(recipient.allow) or "nothing"
        yield [
            (Style.STRONG, recipient.name),
            f" may be told of {allowed}",
            (Style.QUIET, f" · {count(number, 'file')}"),
        ]


def change_lines(change: LevelChange) -> Iterator[Line]:
    """The files whose level changes."""
    for path, before, after in change.files[:_MOST]:
        style = Style.WARNING if after < before else Style.PLAIN
        yield [f"{path}  ", (style, f"{before.word} -> {after.word}")]
    if len(change.files) > _MOST:
        yield [(Style.QUIET, f"… and {len(change.files) - _MOST} more")]


def recipient_lines(change: RecipientChange) -> Iterator[Line]:
    """Of what a recipient may be told from now on, and the files that this adds and takes away."""
    if change.after is None:
        yield [(Style.STRONG, change.name), " is no recipient any more"]
    else:
        yield [(Style.STRONG, change.name), f" may be told of {', '.join(change.after)}"]
    for sign, style, paths in (("+", Style.WARNING, change.freer), ("-", Style.PLAIN, change.stricter)):
        for path in paths[:_MOST]:
            yield [(style, f"{sign} "), path]
        if len(paths) > _MOST:
            yield [(Style.QUIET, f"{sign} … and {len(paths) - _MOST} more")]

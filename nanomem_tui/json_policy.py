"""What the policy says and what a change of it does, as JSON: part of the contract of `--json`.

More keys may be added; the ones here stay.
"""

from typing import TYPE_CHECKING

from nanomem_tui.json_forms import tree_json
from nanomem_tui.memory.jsontype import Json

if TYPE_CHECKING:
    from nanomem_tui.results import LevelChange, PolicyListing, RecipientChange


def policy_json(listing: "PolicyListing") -> dict[str, Json]:
    """JSON of `policy`: globs, recipients, and what follows from them for everything that is not open.

    `fault` says why the policy cannot be read; everything is private then. `facts` are those that are
    stricter than their file.
    """
    policy = listing.policy
    tree = tree_json(listing.tree)
    return {
        "fault": policy.fault,
        "levels": [{"glob": glob, "level": level.word} for glob, level in policy.levels],
        "recipients": [
            {
                "name": recipient.name,
                "allow": list(recipient.allow),
                "files": sum(1 for file in listing.tree.files if recipient.sees(file.path)),
            }
            for recipient in policy.recipients.values()
        ],
        "folders": tree["folders"],
        "files": tree["files"],
        "facts": [
            {"ref": fact.ref, "level": fact.level.word, "why": f"Its own key says {fact.level.word}."}
            for fact in listing.facts
        ],
    }


def level_change_json(change: "LevelChange") -> dict[str, Json]:
    """JSON of `policy GLOB LEVEL`: what changed, file by file, and how many files the glob names."""
    return {
        "glob": change.glob,
        "level": change.level.word,
        "matched": change.matched,
        "files": [
            {"path": path, "before": before.word, "after": after.word} for path, before, after in change.files
        ],
    }


def recipient_change_json(change: "RecipientChange") -> dict[str, Json]:
    """JSON of `policy --recipient` and `policy --remove`: globs and files, before and after."""
    return {
        "recipient": change.name,
        "before": None if change.before is None else list(change.before),
        "allow": None if change.after is None else list(change.after),
        "files": list(change.files),
        "freer": list(change.freer),
        "stricter": list(change.stricter),
    }

"""Results as JSON: the contract of `--json` and of every other machine reader.

More keys may be added; the ones here stay.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from nanomem_tui.memory.jsontype import Json

if TYPE_CHECKING:
    from nanomem_tui.agent.models.base import Usage
    from nanomem_tui.changes.forget import Purged
    from nanomem_tui.changes.model import Change, Edit
    from nanomem_tui.changes.why import Why
    from nanomem_tui.disclosure.ledger import Disclosure
    from nanomem_tui.disclosure.preview import Choice
    from nanomem_tui.memory.errors import NanomemError
    from nanomem_tui.memory.facts import Fact
    from nanomem_tui.memory.tree import Hit, MemoryFile
    from nanomem_tui.results import (
        AugmentResult,
        ExportResult,
        ImportResult,
        PreviewResult,
        RetrieveResult,
        Status,
        SweepResult,
        TreeListing,
        WriteResult,
    )


def moment(value: datetime | date | None) -> str | None:
    """A date as memory files write it: minutes for a time, the bare day for a date."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes") if value.tzinfo is None else value.isoformat()
    return value.isoformat() if value is not None else None


def fact_json(fact: "Fact") -> dict[str, Json]:
    """JSON of a fact."""
    return {
        "ref": fact.ref,
        "path": fact.path,
        "id": fact.id,
        "text": fact.text,
        "details": fact.details,
        "tier": fact.tier.value,
        "status": fact.status.value,
        "source": fact.source.value,
        "confidence": fact.confidence.value,
        "topic": fact.topic,
        "updated_at": moment(fact.updated_at),
        "review_at": moment(fact.review_at),
        "expires_at": moment(fact.expires_at),
        "checked_at": moment(fact.checked_at),
        "origin": fact.origin,
        "level": fact.level.word,
        "section": fact.section,
        "extra": dict(fact.extra),
        "warnings": list(fact.warnings),
    }


def usage_json(usage: "Usage") -> dict[str, Json]:
    """JSON of a run's cost."""
    return {
        "requests": usage.requests,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cached_tokens": usage.cached_tokens,
        "seconds": round(usage.seconds, 3),
    }


def write_json(result: "WriteResult") -> dict[str, Json]:
    """JSON of `add` and the other writing flows.

    `prune` adds `due`, the facts to look at again; `forget --forever` adds `forgotten`.
    """
    return {
        "change": change_json(result.change) if result.change else None,
        "summary": result.summary,
        "trace": result.trace or None,
        "usage": usage_json(result.usage),
    }


def import_json(result: "ImportResult") -> dict[str, Json]:
    """JSON of `import`. `change` is the one change where there is one only."""
    return {
        "change": change_json(result.changes[0]) if len(result.changes) == 1 else None,
        "changes": [change_json(change) for change in result.changes],
        "summary": result.summary,
        "trace": result.trace,
        "usage": usage_json(result.usage),
        "dry_run": result.dry_run,
        "items": [
            {
                "kind": item.kind,
                "title": item.title,
                "date": moment(item.date),
                "size": item.size,
                "tokens": item.tokens,
                "state": item.state,
                "reason": item.reason,
                "change": item.change,
            }
            for item in result.items
        ],
    }


def export_json(result: "ExportResult", out: str | None) -> dict[str, Json]:
    """JSON of `export`. What was written to no file is in `text`; a zip has none."""
    return {
        "format": result.format,
        "out": out,
        "files": result.files,
        "facts": result.facts,
        "bytes": len(result.data),
        "skipped": [{"path": path, "reason": reason} for path, reason in result.skipped],
        "disclosure": result.disclosure.id if result.disclosure else None,
        "text": result.data.decode("utf-8", "replace") if out is None else None,
    }


def retrieve_json(result: "RetrieveResult") -> dict[str, Json]:
    """JSON of `retrieve`."""
    return {
        "answer": result.answer,
        "skipped": result.skipped,
        "skip_reason": result.skip_reason,
        "sentences": [
            {"text": sentence.text, "facts": list(sentence.facts), "cited": sentence.cited}
            for sentence in result.sentences
        ],
        "facts": [fact_json(fact) for fact in result.facts],
        "withheld": {"count": result.withheld.count, "reasons": dict(result.withheld.reasons)},
        "trace": result.trace,
        "usage": usage_json(result.usage),
        "disclosure": result.disclosure.id if result.disclosure else None,
    }


def preview_json(result: "PreviewResult") -> dict[str, Json]:
    """JSON of `preview`."""
    preview = result.preview
    return {
        "query": preview.query,
        "recipient": preview.recipient,
        "facts": [_choice_json(choice) for choice in preview.choices],
        "withheld": {"count": result.withheld.count, "reasons": dict(result.withheld.reasons)},
        "answer": result.answer,
        "prompt": preview.prompt,
        "bytes": len(preview.data),
        "sha256": preview.sha256,
        "trace": result.trace,
        "usage": usage_json(result.usage),
    }


def _choice_json(choice: "Choice") -> dict[str, Json]:
    return {
        **fact_json(choice.fact),
        "included": choice.included,
        "why": choice.why,
        "sent_as": choice.text,
        "kinds": [kind.value for kind in choice.kinds],
        "sentences": list(choice.sentences),
        "bytes": choice.bytes,
    }


def augment_json(result: "AugmentResult") -> dict[str, Json]:
    """JSON of `augment`. There is no answer: another model is to give it."""
    import hashlib

    data = result.prompt.encode("utf-8", "replace")
    return {
        "query": result.query,
        "recipient": result.recipient,
        "facts": [_choice_json(choice) for choice in result.choices],
        "withheld": {"count": result.withheld.count, "reasons": dict(result.withheld.reasons)},
        "answer": "",
        "prompt": result.prompt,
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "summary": result.summary,
        "trace": result.trace,
        "usage": usage_json(result.usage),
        "disclosure": result.disclosure.id if result.disclosure else None,
    }


def sweep_json(result: "SweepResult") -> dict[str, Json]:
    """JSON of a flow over many files. `change` is the one change where there is one only."""
    return {
        "change": change_json(result.changes[0]) if len(result.changes) == 1 else None,
        "changes": [change_json(change) for change in result.changes],
        "summary": result.summary,
        "files": result.files,
        "skipped": result.skipped,
        "trace": result.trace or None,
        "usage": usage_json(result.usage),
    }


def change_json(change: "Change") -> dict[str, Json]:
    """JSON of a change without its recorded effects on the files."""
    from nanomem_tui.changes.serialize import change_to_json

    return change_to_json(change)


def outcome_json(change: "Change", conflicts: "tuple[Edit, ...]") -> dict[str, Json]:
    """JSON of a decision."""
    from nanomem_tui.changes.serialize import edit_to_json

    return {"change": change_json(change), "conflicts": [edit_to_json(edit) for edit in conflicts]}


def forgotten_json(purged: "Purged | None") -> dict[str, Json] | None:
    """JSON of forgetting for good: `forgotten` of `purge`, `forget --forever` and `approve --forever`.

    How many facts, changes, traces and ledger entries were cleaned or deleted, and out of which files facts
    were taken. `told`, `mentions` and `unread` are out of reach: who had been told before and when, the
    person's own files that still hold the words, and those that could not be read. None where nothing was
    forgotten for good (yet).
    """
    if purged is None:
        return None
    return {
        "facts": purged.facts,
        "files": list(purged.files),
        "changes": purged.changes,
        "traces": purged.traces,
        "disclosures": purged.disclosures,
        "told": [{"recipient": recipient, "time": time} for recipient, time in purged.told],
        "mentions": list(purged.mentions),
        "unread": list(purged.unread),
    }


def why_json(why: "Why") -> dict[str, Json]:
    """JSON of `why`."""
    return {
        "fact": fact_json(why.fact),
        "change": change_json(why.change) if why.change else None,
        "quote": why.quote,
        "source_excerpt": why.source_excerpt,
        "history": [change_json(change) for change in why.history],
    }


def tree_json(listing: "TreeListing") -> dict[str, Json]:
    """JSON of `tree`."""
    return {
        "folders": [
            {
                "path": folder.path,
                "files": folder.files,
                "facts": folder.facts,
                "level": folder.level.word,
                "why": listing.why(folder),
            }
            for folder in listing.folders
        ],
        "files": [
            {
                "path": file.path,
                "title": file.title,
                "description": file.description,
                "facts": file.facts,
                "level": file.level.word,
                "why": listing.why(file),
                "bytes": file.bytes,
                "skipped": file.skipped,
            }
            for file in listing.files
        ],
    }


def read_json(file: "MemoryFile") -> dict[str, Json]:
    """JSON of `read`. Bytes that are no UTF-8 are shown as U+FFFD: JSON cannot hold them."""
    return {
        "path": file.path,
        "title": file.document.title,
        "description": file.document.frontmatter.description,
        "level": file.level.word,
        "facts": [fact_json(fact) for fact in file.document.facts],
        "text": file.text.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
    }


def search_json(hits: "list[Hit]") -> dict[str, Json]:
    """JSON of `search`."""
    return {"hits": [{**fact_json(hit.fact), "score": round(hit.score, 4)} for hit in hits]}


def disclosures_json(disclosures: "Sequence[Disclosure]") -> dict[str, Json]:
    """JSON of `disclosures`: each one, and how many different facts each recipient was ever handed.

    `known` names those facts; one that was forgotten since stands there as its fingerprint, anew for each
    time it was told.
    """
    from nanomem_tui.disclosure.ledger import disclosure_to_json, union

    known = union(disclosures)
    return {
        "disclosures": [disclosure_to_json(entry) for entry in disclosures],
        "union": {recipient: len(facts) for recipient, facts in known.items()},
        "known": {recipient: [*sorted(facts)] for recipient, facts in known.items()},
    }


def status_json(status: "Status") -> dict[str, Json]:
    """JSON of `status`."""
    return {
        "root": status.root,
        "exists": status.exists,
        "files": status.files,
        "facts": status.facts,
        "pending": status.pending,
        "running": status.running,
        "provider": status.provider,
        "model": status.model,
        "endpoint": status.endpoint,
        "trust": status.trust,
        "is_language_model": status.is_language_model,
        "approval": status.approval,
        "warnings": list(status.warnings),
    }


def error_json(error: "NanomemError") -> dict[str, Json]:
    """JSON of an error."""
    return {"error": {"code": error.code, "message": error.message, "next": error.next_step}}

"""Memory as bytes that can be taken elsewhere: OMF, zip, upstream's text form, JSON with history.

Takes what it is given: `documents_up_to` decides what may go; who may have it is decided elsewhere.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from nanomem_tui.changes.model import Change
from nanomem_tui.changes.serialize import change_to_json
from nanomem_tui.exchange import omf
from nanomem_tui.exchange.archive import ARCHIVE_COMMENT
from nanomem_tui.exchange.factjson import metadata_of
from nanomem_tui.exchange.nanomem import join_files
from nanomem_tui.memory.document import Document, encode, remove_facts, render
from nanomem_tui.memory.facts import Fact
from nanomem_tui.memory.levels import Level
from nanomem_tui.memory.paths import STATE_DIR
from nanomem_tui.memory.policy import POLICY_FILE
from nanomem_tui.memory.tree import Tree

JSON_VERSION = 1


class ExportFormat(StrEnum):
    """The forms memory can be taken away in."""

    OMF = "omf"
    ZIP = "zip"
    TXT = "txt"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds."""

    documents: tuple[Document, ...]
    skipped: tuple[tuple[str, str], ...]
    """Files that are not in it, with the reason."""

    @property
    def facts(self) -> list[Fact]:
        """The facts in it."""
        return [fact for document in self.documents for fact in document.facts]


def documents_up_to(tree: Tree, level: Level | None) -> Exported:
    """The files of a tree as they may be exported.

    Args:
        tree: the memory.
        level: the strictest level that may go along; None: everything, the owner's own copy. Of a file that
            holds stricter facts, the rest goes; of a file that is stricter itself, nothing.
    """
    found: list[Document] = []
    skipped: list[tuple[str, str]] = []
    with tree.frozen():
        for info in tree.files():
            if info.skipped is not None:
                skipped.append((info.path, info.skipped))
                continue
            file = tree.read(info.path)
            document = file.document
            if level is not None:
                if file.level > level:
                    continue
                if gone := [fact.id for fact in document.facts if fact.level > level]:
                    document = remove_facts(document, gone)
            found.append(document)
    policy = f"{STATE_DIR}/{POLICY_FILE}"
    if level is None and (tree.root / policy).is_file():
        skipped.append((policy, "copy it too, so that folders keep their levels"))
    return Exported(tuple(found), tuple(skipped))


def export(format: ExportFormat, exported: Exported, changes: Iterable[Change], now: datetime) -> bytes:
    """The bytes of an export.

    Args:
        format: its form.
        exported: the files.
        changes: history, for the form that has a place for it.
        now: the time written into it.
    """
    match format:
        case ExportFormat.OMF:
            return _json(
                {
                    "omf": omf.VERSION,
                    "exported_at": _utc(now),
                    "source": {"app": "nanomem"},
                    "memories": list(omf.items_of(exported.documents, now)),
                }
            )
        case ExportFormat.JSON:
            return _json(
                {
                    "nanomem": JSON_VERSION,
                    "exported_at": _utc(now),
                    "files": [_file(document) for document in exported.documents],
                    "changes": [change_to_json(change) for change in changes],
                }
            )
        case ExportFormat.TXT:
            return encode(join_files((document.path, render(document)) for document in exported.documents))
        case ExportFormat.ZIP:
            return _zip(exported.documents, now)


def _file(document: Document) -> dict[str, object]:
    facts = [{"id": fact.id, "text": fact.text, **metadata_of(fact)} for fact in document.facts]
    return {"path": document.path, "title": document.title, "text": render(document), "facts": facts}


def _json(value: object) -> bytes:
    """JSON in which other scripts stay readable, but for what no UTF-8 can hold."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:
        return json.dumps(value, indent=2).encode() + b"\n"


def _utc(now: datetime) -> str:
    return now.astimezone().isoformat(timespec="seconds")


def _zip(documents: Sequence[Document], now: datetime) -> bytes:
    """The tree as it is; the same tree at the same time gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = ARCHIVE_COMMENT
        for document in documents:
            member = zipfile.ZipInfo(document.path, max(now, datetime(1980, 1, 1)).timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            archive.writestr(member, encode(render(document)))
    return out.getvalue()

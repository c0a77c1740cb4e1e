"""What a model can sensibly do next, as a JSON schema: for small models, which a narrow schema helps most.

Reads from the messages alone what the run has seen, so that a path or an id that does not exist cannot be
written, and a tool that makes no sense yet cannot be called. What may be written in a fact is never narrowed:
whether it is true is for the checks and the person, not for a grammar.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nanomem_tui.agent.context import is_error, read_facts, read_map, read_message
from nanomem_tui.agent.models.base import Message, Request, Role, ToolSpec

NEW_PATH = r"^[a-z0-9_-]{1,30}/[a-z0-9_-]{1,40}\.md$"
"""A path for a file that does not exist yet: `topic/subject.md`."""
MOST_CHOICES = 80
"""Paths or ids in one list; more make the grammar slow and the choice no easier."""
_MOST_FILES = 8
_MOST_ITEMS = 10
_MOST_SEARCHES = 3

_LONGEST = {"query": 100, "title": 80, "description": 120, "prompt": 1_800}
"""Characters of some texts; small models that begin to repeat themselves do not stop otherwise."""
_LONGEST_TEXT = 300
"""Of all other texts. A grammar of 2,000 and more is too much for some servers."""

_LOOKS = frozenset({"list_folder", "search_facts", "read_file"})
_BY_ID = frozenset({"update_facts", "archive_facts", "move_facts", "remove_facts"})
_WRITES = _BY_ID | {"add_facts", "describe_file"}
DONE = "done"
"""Beside a call that writes: whether that was all. It spares the request that would only say so."""
_SPARED = frozenset({"topic", "source", "confidence", "review_at", "skipped", "skip_reason", "title"})
"""Optional arguments with good defaults, which small models fill with guesses."""

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a run has shown its model so far."""

    paths: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    ids: Mapping[str, tuple[str, ...]] | None = None
    """Ids of the facts that were read, by path; None when none were."""
    read: frozenset[str] = frozenset()
    """Files read whole."""
    searches: int = 0
    given: bool = False
    """An earlier answer was handed in, so that retrieving may be skipped."""

    @property
    def looked(self) -> bool:
        """Memory was asked for something, or there is nothing in it."""
        return bool(self.searches or self.read or not (self.paths or self.folders))


def seen(messages: Sequence[Message]) -> Seen:
    """Read what the messages of a run show."""
    paths: dict[str, None] = {}
    folders: dict[str, None] = {}
    ids: dict[str, dict[str, None]] = {}
    read: set[str] = set()
    searches = 0
    given = False
    names = {call.id: call.name for message in messages for call in message.calls}
    for message in messages:
        if message.role is Role.USER:
            try:
                context = read_message(message.text)
            except ValueError:
                continue
            given = context.block("given") is not None
            entries = context.map
        elif message.role is Role.TOOL:
            tool = names.get(message.call_id or "", "")
            searches += tool == "search_facts"
            if is_error(message.text):
                continue
            entries = read_map(message.text) if tool in ("list_folder", "read_file") else ()
            if tool == "read_file":
                read.update(entry.path for entry in entries)
            for fact in read_facts(message.text):
                ids.setdefault(fact.path, {})[fact.id] = None
                paths[fact.path] = None
        else:
            continue
        for entry in entries:
            (folders if entry.files is not None else paths)[entry.path] = None
    known = {path: tuple(of_path) for path, of_path in ids.items() if path}
    return Seen(tuple(paths), tuple(folders), known or None, frozenset(read), searches, given)


def next_calls(request: Request) -> Schema:
    """The schema of the next call: an alternative for each possible tool.

    `{"name": …, "arguments": {…}}`, and `"done": true|false` in a flow that ends with `finish`.
    """
    known = seen(request.messages)
    tools = [tool for tool in request.tools if _makes_sense(tool.name, known)] or list(request.tools)
    can_end = any(tool.name == "finish" for tool in request.tools)
    alternatives = [
        _with_done(form) if can_end and tool.name in _WRITES else form
        for tool in tools
        for form in _forms(tool, known)
    ]
    return alternatives[0] if len(alternatives) == 1 else {"anyOf": alternatives}


def _makes_sense(tool: str, known: Seen) -> bool:
    match tool:
        case "search_facts":
            return known.searches < _MOST_SEARCHES and bool(known.paths or known.folders)
        case "read_file":
            return any(path not in known.read for path in known.paths)
        case "list_folder":
            return bool(known.folders)
        case "describe_file":
            return bool(known.read)
    if tool in _BY_ID:
        return known.ids is not None
    return known.looked or known.given


def _forms(tool: ToolSpec, known: Seen) -> list[Schema]:
    """The tool's call, once for each file where its ids depend on the file."""
    if tool.name in _BY_ID and known.ids and len(known.ids) <= _MOST_FILES:
        return [_form(tool, [path], ids, known) for path, ids in known.ids.items()]
    ids = tuple(dict.fromkeys(id for of_path in (known.ids or {}).values() for id in of_path))
    match tool.name:
        case "read_file":
            paths = [path for path in known.paths if path not in known.read]
        case "list_folder":
            paths = list(known.folders)
        case "describe_file":
            paths = sorted(known.read)
        case _:
            paths = list(known.paths)
    return [_form(tool, paths, ids, known)]


def _with_done(form: Schema) -> Schema:
    return _object({**form["properties"], DONE: {"type": "boolean"}})


def _form(tool: ToolSpec, paths: Sequence[str], ids: Sequence[str], known: Seen) -> Schema:
    arguments = _Narrow(tool.name, paths, ids, known).of(tool.schema)
    return _object({"name": {"type": "string", "enum": [tool.name]}, "arguments": arguments})


@dataclass(frozen=True, slots=True)
class _Narrow:
    """Rewrites the schema of one tool's arguments."""

    tool: str
    paths: Sequence[str]
    ids: Sequence[str]
    known: Seen

    def of(self, schema: Mapping[str, Any], name: str = "") -> Schema:
        if schema.get("type") == "object":
            required = set(schema.get("required", ()))
            kept = {key: value for key, value in schema["properties"].items() if self._kept(key, required)}
            return _object({key: self.of(value, key) for key, value in kept.items()}, required & set(kept))
        if schema.get("type") == "array":
            fewest = 0 if name == "facts" and self.tool == "answer" else 1
            items = self.of(schema["items"], name)
            return {"type": "array", "items": items, "minItems": fewest, "maxItems": _MOST_ITEMS}
        if name in ("path", "to_path"):
            return self._path(may_be_new=name == "to_path" or self.tool == "add_facts")
        if name in ("id", "ids") or (name == "facts" and self.tool == "answer"):
            return _one_of(self.ids)
        kept = {key: value for key, value in schema.items() if key != "description"}
        if schema.get("type") == "string" and not {"enum", "format"} & set(schema):
            kept["maxLength"] = _LONGEST.get(name, _LONGEST_TEXT)
        return kept

    def _kept(self, key: str, required: set[str]) -> bool:
        if key in ("skipped", "skip_reason"):
            return self.known.given
        return key in required or key not in _SPARED

    def _path(self, *, may_be_new: bool) -> Schema:
        if not may_be_new:
            return _one_of(self.paths)
        new = {"type": "string", "pattern": NEW_PATH}
        return {"anyOf": [_one_of(self.known.paths), new]} if self.known.paths else new


def _one_of(choices: Sequence[str]) -> Schema:
    """One of these strings; any string where there are none or too many to list."""
    listed = 0 < len(choices) <= MOST_CHOICES
    return {"type": "string", "enum": list(choices)} if listed else {"type": "string"}


def _object(properties: Schema, required: set[str] | None = None) -> Schema:
    names = [name for name in properties if required is None or name in required]
    return {"type": "object", "properties": properties, "required": names, "additionalProperties": False}

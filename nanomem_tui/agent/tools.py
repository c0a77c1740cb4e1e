"""The tools of an agent loop: schema, validation and documentation of each in one pydantic model.

Says what a call may hold, never what it does: that is the toolbox's part. Imports pydantic, so it is
itself imported only where a loop runs.
"""

import json
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from nanomem_tui.agent.models.base import ToolSpec
from nanomem_tui.changes.model import ArchiveReason, UpdateReason
from nanomem_tui.memory.facts import Confidence, Source, Tier

MAX_FACT_CHARACTERS = 2_000
MAX_ITEMS = 100

_BULLET = re.compile(r"^[-*+]\s")
_METADATA = re.compile(
    r"\|\s*(topic|tier|status|source|confidence|updated_at|review_at|expires_at|checked_at|disclosure|origin)\s*=",
    re.IGNORECASE,
)


def _fact_text(text: str) -> str:
    if "\n" in text or "\r" in text:
        raise ValueError("a fact is one line; split it into several facts")
    if _BULLET.match(text):
        raise ValueError("write the fact without a bullet")
    if _METADATA.search(text):
        raise ValueError("write only the fact here; tier, topic and the like have their own fields")
    return text


FactText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_FACT_CHARACTERS),
    AfterValidator(_fact_text),
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Ids = Annotated[tuple[Words, ...], Field(min_length=1, max_length=MAX_ITEMS)]


class Arguments(BaseModel):
    """Arguments of a tool call. Nothing is coerced and nothing unknown is let in."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ListFolder(Arguments):
    """List a folder."""

    path: str


class SearchFacts(Arguments):
    """Find facts in all files by words."""

    query: Words


class ReadFile(Arguments):
    """Read a file's facts and their ids."""

    path: Words


class FactItem(Arguments):
    """A fact to add."""

    text: FactText
    quote: Words = Field(description="exact words of the source that say it")
    tier: Tier | None = None
    topic: Words | None = None
    source: Source | None = None
    confidence: Confidence | None = None
    expires_at: date | None = None
    review_at: date | None = None


class AddFacts(Arguments):
    """Add facts to a file; a new path makes a new file."""

    path: Words
    facts: Annotated[tuple[FactItem, ...], Field(min_length=1, max_length=MAX_ITEMS)]


class UpdateItem(Arguments):
    """A fact to update."""

    id: Words
    text: FactText
    quote: Words
    reason: UpdateReason
    tier: Tier | None = None
    expires_at: date | None = None


class UpdateFacts(Arguments):
    """Replace facts. changed: was true, goes to history. corrected: was wrong, fixed in place."""

    path: Words
    updates: Annotated[tuple[UpdateItem, ...], Field(min_length=1, max_length=MAX_ITEMS)]


class ArchiveFacts(Arguments):
    """Move facts that no longer hold to history."""

    path: Words
    ids: Ids
    reason: ArchiveReason


class MoveFacts(Arguments):
    """Move facts to another file."""

    path: Words
    ids: Ids
    to_path: Words


class RemoveFacts(Arguments):
    """Delete facts."""

    path: Words
    ids: Ids


class DescribeFile(Arguments):
    """Set a file's title or its one-line description in the map."""

    path: Words
    title: FactText | None = None
    description: FactText | None = None


class Finish(Arguments):
    """End. Say in one sentence what was done, or why nothing was."""

    summary: Words


class SentenceItem(Arguments):
    """One sentence of an answer."""

    text: Words
    facts: tuple[Words, ...] = Field(description="ids of the facts it rests on")


class Answer(Arguments):
    """End with the answer, sentence by sentence."""

    sentences: Annotated[tuple[SentenceItem, ...], Field(max_length=MAX_ITEMS)]
    skipped: bool | None = None
    skip_reason: Words | None = None


class CraftPrompt(Arguments):
    """End with the prompt for another model."""

    prompt: Words


TOOLS: Mapping[str, type[Arguments]] = {
    "list_folder": ListFolder,
    "search_facts": SearchFacts,
    "read_file": ReadFile,
    "add_facts": AddFacts,
    "update_facts": UpdateFacts,
    "archive_facts": ArchiveFacts,
    "move_facts": MoveFacts,
    "remove_facts": RemoveFacts,
    "describe_file": DescribeFile,
    "finish": Finish,
    "answer": Answer,
    "craft_prompt": CraftPrompt,
}
"""Every tool by the name a model calls it."""

TERMINAL = frozenset({"finish", "answer", "craft_prompt"})
"""The tools that end a run."""

WRITING = frozenset(
    {"add_facts", "update_facts", "archive_facts", "move_facts", "remove_facts", "describe_file"}
)
"""The tools that make edits."""


class BadArguments(ValueError):
    """The arguments of a call do not fit; its text is a sentence a model can act on."""


@cache
def spec(name: str) -> ToolSpec:
    """The tool as offered to a model."""
    arguments = TOOLS[name]
    return ToolSpec(name, (arguments.__doc__ or "").strip(), _compact(arguments.model_json_schema()))


def parse_arguments(name: str, raw: str) -> Arguments:
    """Validate the raw JSON of a call.

    Raises:
        BadArguments: it is no JSON, or does not fit the tool's schema.
    """
    try:
        return TOOLS[name].model_validate_json(raw or "{}")
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        if _half_characters(raw):
            raise BadArguments(
                f"{name} was not run: a text holds half a character. Write it whole, or leave it out."
            ) from None
        if faults and faults[0]["type"] == "json_invalid":
            raise BadArguments(
                f"The arguments of {name} were not valid JSON, so it was not run. Send one JSON object."
            ) from None
        told = "; ".join(_fault(fault["loc"], fault["msg"]) for fault in faults[:3])
        raise BadArguments(f"{name} was not run: {told}.") from None


def _half_characters(raw: str) -> bool:
    """Whether a text in this JSON cannot be written to a file: it holds lone surrogates."""
    try:
        json.dumps(json.loads(raw), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    except (ValueError, RecursionError):
        return False
    return False


def _fault(location: tuple[int | str, ...], message: str) -> str:
    where = ".".join(str(part) for part in location)
    what = message.removeprefix("Value error, ").removesuffix(".")
    return f"{where}: {what}" if where else what


# Compact schemas: what pydantic adds for readers costs tokens in every request.

_NOISE = {"title", "default", "additionalProperties", "minLength", "maxLength", "minItems", "maxItems"}


def _compact(schema: Mapping[str, Any]) -> dict[str, Any]:
    """`schema` without titles, defaults, bounds, references and null alternatives."""
    definitions = schema.get("$defs", {})

    def walk(node: Any, *, names: bool = False) -> Any:
        if isinstance(node, list):
            return [walk(item) for item in node]
        if not isinstance(node, dict):
            return node
        if names:
            return {name: walk(value) for name, value in node.items()}
        if "$ref" in node:
            target = dict(definitions[node["$ref"].rsplit("/", 1)[1]])
            target.pop("description", None)
            return walk({**target, **{key: value for key, value in node.items() if key != "$ref"}})
        choices = [choice for choice in node.get("anyOf", ()) if choice.get("type") != "null"]
        if len(choices) == 1:
            return walk({**choices[0], **{key: value for key, value in node.items() if key != "anyOf"}})
        if "enum" in node:
            return {"type": "string", "enum": node["enum"]}
        return {
            key: walk(value, names=key == "properties")
            for key, value in node.items()
            if key not in _NOISE and key != "$defs"
        }

    compact: dict[str, Any] = walk(schema)
    compact.pop("description", None)
    return compact

"""One question to a model: what it is told, worked examples, and the schema that holds its reply.

Knows no flow. A guide asks as many as it needs and says which tool calls follow from the replies.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nanomem_tui.agent.models.base import Message, Request, Role
from nanomem_tui.agent.rules.conversation import Step

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, shown first by examples."""

    task: str
    """Told as the system message: stable, so that servers cache it and the examples behind it."""
    examples: Sequence[tuple[str, Mapping[str, Any]]]
    text: str
    schema: Schema
    max_output_tokens: int

    def request(self) -> Request:
        """The question as a request without tools."""
        messages = [Message(Role.SYSTEM, self.task)]
        for text, reply in self.examples:
            told = json.dumps(reply, ensure_ascii=False)
            messages += [Message(Role.USER, text), Message(Role.ASSISTANT, told)]
        messages.append(Message(Role.USER, self.text))
        return Request(tuple(messages), (), self.max_output_tokens, self.schema)


Ask = Callable[[Question], Awaitable[Mapping[str, Any] | None]]
"""Asks one question; None when the reply was no whole JSON object."""
Guide = Callable[[Ask], Awaitable[Step | None]]
"""Works out the next step; None when it cannot, and the model is asked for a tool call of its own."""


def form(**properties: Schema) -> Schema:
    """An object with exactly these properties, written in this order."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def text_of(most: int) -> Schema:
    """A text of at most so many characters."""
    return {"type": "string", "maxLength": most}


def one_of(choices: Sequence[str]) -> Schema:
    """One of these texts."""
    return {"type": "string", "enum": list(choices)}


def list_of(items: Schema, fewest: int, most: int) -> Schema:
    """Between `fewest` and `most` of these."""
    return {"type": "array", "items": items, "minItems": fewest, "maxItems": most}


def texts_in(reply: Mapping[str, Any], name: str) -> list[str]:
    """The texts of a list in a reply; [] where there is none."""
    listed = reply.get(name)
    return [item for item in listed if isinstance(item, str)] if isinstance(listed, list) else []


def objects_in(reply: Mapping[str, Any], name: str) -> list[Mapping[str, Any]] | None:
    """The objects of a list in a reply; None where there is no such list."""
    listed = reply.get(name)
    return [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else None

"""One question to a model: what it is told, worked examples, and the schema that holds its reply.

Knows no flow and sends nothing. A guide yields as many questions as it needs, is handed the replies, and says
which tool calls follow from them.
"""

import json
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nanomem_tui.agent.models.base import Message, Request, Role
from nanomem_tui.agent.rules.conversation import Step

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """What is the same whenever a kind of question is asked, and so tells nothing of anybody's memory."""

    purpose: str
    """What is found out, in a few words for the person."""
    task: str
    """Told as the system message: stable, so that servers cache it and the examples behind it."""
    examples: Sequence[tuple[str, Mapping[str, Any]]]
    max_output_tokens: int

    def shown(self) -> Iterator[Message]:
        """The examples as messages."""
        for text, reply in self.examples:
            yield Message(Role.USER, text)
            yield Message(Role.ASSISTANT, json.dumps(reply, ensure_ascii=False))


@dataclass(frozen=True, slots=True)
class Question:
    """One question."""

    kind: Kind
    text: str
    schema: Schema
    prompt: str = ""
    """The flow's own, told before the task."""

    def request(self) -> Request:
        """The question as a request without tools."""
        kind = self.kind
        task = "\n\n".join(filter(None, (self.prompt, kind.task)))
        messages = (Message(Role.SYSTEM, task), *kind.shown(), Message(Role.USER, self.text))
        return Request(messages, (), kind.max_output_tokens, self.schema, kind.purpose)


Reply = Mapping[str, Any] | None
"""What a question was answered; None when the reply was no whole JSON object."""
Guide = Generator[Question, Reply, Step | None]
"""Asks question after question and ends with the step that follows from the replies; with None when it cannot
say, and the model is asked for a tool call of its own."""


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

"""Tool calls that a model wrote as text instead of making them, understood when it wrote nothing else."""

import json
import re
from collections.abc import Collection
from typing import Any

_THOUGHT = re.compile(r"\s*<think>.*?</think>", re.DOTALL)
_TAGGED = re.compile(r"<tool_call>\s*(.*?)\s*</tool_call>", re.DOTALL)
_FENCED = re.compile(r"```(?:json|tool_call)?[ \t]*\n(.*?)\n?```", re.DOTALL)


def printed_calls(text: str, offered: Collection[str]) -> list[tuple[str, str]]:
    """Names and JSON arguments of a reply that is nothing but calls written out, as small models do.

    Either `<tool_call>{…}</tool_call>`, a fenced block or bare JSON, with `name` and `arguments` (or
    `parameters`). A single word beside them, an unknown name or broken JSON makes it plain text.
    """
    text = _THOUGHT.sub("", text, count=1).strip()
    bodies = [text]
    for form in (_TAGGED, _FENCED):
        if form.search(text) and not form.sub("", text).strip():
            bodies = form.findall(text)
            break
    found: list[tuple[str, str]] = []
    for body in bodies:
        try:
            loaded = json.loads(body) if body[:1] in ("{", "[") else None
        except (ValueError, RecursionError):
            return []
        items = loaded if isinstance(loaded, list) else [loaded]
        for item in items:
            if (call := _printed(item, offered)) is None:
                return []
            found.append(call)
    return found


def object_of(text: str) -> dict[str, Any] | None:
    """The JSON object that a reply is, bare or in a fence; None when it is anything else."""
    text = _THOUGHT.sub("", text, count=1).strip()
    fenced = _FENCED.fullmatch(text)
    try:
        loaded = json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError):
        return None
    return loaded if isinstance(loaded, dict) else None


def _printed(item: object, offered: Collection[str]) -> tuple[str, str] | None:
    if not isinstance(item, dict) or not set(item) <= {"name", "arguments", "parameters", "type", "id"}:
        return None
    name = item.get("name")
    arguments = item.get("arguments", item.get("parameters"))
    if not isinstance(name, str) or name not in offered or not isinstance(arguments, dict):
        return None
    return name, json.dumps(arguments, ensure_ascii=False)

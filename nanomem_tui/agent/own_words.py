"""What requests say whoever they are about: tools, how to call them, how small questions are introduced.

For the last scan, which would otherwise take a word of ours for one that is withheld. No memory is in it.
"""

import json
from collections.abc import Iterator

from nanomem_tui.agent.models.json_mode import how_to_call
from nanomem_tui.agent.questions.guides import tasks
from nanomem_tui.agent.tools import TOOLS, spec

_OF_SCHEMAS = (
    "type object array string boolean enum anyOf properties required additionalProperties items minItems "
    "maxItems maxLength pattern name arguments done true false"
)


def own_words() -> Iterator[str]:
    """Texts that may stand in any request."""
    tools = [spec(name) for name in TOOLS]
    yield how_to_call(tools)
    yield from (f"{tool.name} {tool.description} {json.dumps(dict(tool.schema))}" for tool in tools)
    yield _OF_SCHEMAS
    yield from tasks()

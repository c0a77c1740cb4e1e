"""The last place before the wire: a screen reads whatever reaches a model, and each exchange is told of.

It stands around the model that sends requests as they are, below all that word requests of their own: small
questions, calls in JSON, a second request after a malformed reply. One place, and no way around it.
"""

import json
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from typing import Any

from nanomem_tui.agent.models.base import Heard, Model, Piece, Request, Response, Sent
from nanomem_tui.agent.models.wrapping import Wrapper, asking

Screen = Callable[[str, str], None]
"""Reads what is about to be told to a model, and what it said itself before; raises to keep it back."""


def nothing_withheld(told: str, said: str) -> None:
    """The screen of a model that may be told anything."""


class ScreenedModel(Wrapper):
    """Hands every request to `screen` before `inner` sees it, and tells of it.

    What the model said itself is known by having been heard here, never by the role of a message: an example
    in a question looks as if the model had said it.

    Args:
        inner: the model that answers, and sends what it is given.
        screen: reads all text of a request; raises to keep it from leaving.
    """

    def __init__(self, inner: Model, screen: Screen) -> None:
        super().__init__(inner)
        self._screen = screen
        self._said: list[str] = []

    async def stream(self, request: Request) -> AsyncGenerator[Piece]:
        """Screen `request`, then answer it, between `Sent` and `Heard`.

        Raises:
            Withheld: the screen refused; nothing was sent.
            ModelUnreachable: as the inner model.
        """
        self._screen("\n".join(_telling(request)), "\n".join(self._said))
        yield Sent(request)
        async with asking(self._inner, request) as pieces:
            async for piece in pieces:
                if isinstance(piece, Response):
                    self._said += [piece.text, *(f"{call.name} {call.arguments}" for call in piece.calls)]
                    yield Heard(piece)
                yield piece


def texts_of(request: Request) -> Iterator[str]:
    """Every text that a request holds, whatever shape its model sends it in."""
    for message in request.messages:
        yield message.text
        yield from (f"{call.name} {call.arguments}" for call in message.calls)
    for tool in request.tools:
        yield f"{tool.name} {tool.description} {_as_json(tool.schema)}"
    if request.reply_schema is not None:
        yield _as_json(request.reply_schema)


def _telling(request: Request) -> Iterator[str]:
    """The texts of a request but for those that are the same whoever asks: the examples of a question."""
    if not request.purpose:
        return texts_of(request)
    from nanomem_tui.agent.questions.guides import examples

    ours = examples()
    return (text for text in texts_of(request) if text not in ours)


def _as_json(schema: Mapping[str, Any]) -> str:
    return json.dumps(dict(schema), ensure_ascii=False)

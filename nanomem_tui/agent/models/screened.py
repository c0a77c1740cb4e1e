"""A model behind a screen: nothing reaches it that the screen has not read first."""

from collections.abc import AsyncGenerator, Callable

from nanomem_tui.agent.models.base import Model, Request, Response, Role, TextDelta
from nanomem_tui.agent.models.wrapping import Wrapper, asking

Screen = Callable[[str, str], None]
"""Reads what is about to be told to a model, and what it said itself before; raises to keep it back."""


class ScreenedModel(Wrapper):
    """Hands every request to `screen` before `inner` sees it.

    Args:
        inner: the model that answers.
        screen: reads all text of a request; raises to keep it from leaving.
    """

    def __init__(self, inner: Model, screen: Screen) -> None:
        super().__init__(inner)
        self._screen = screen
        self.bytes_sent = 0
        """UTF-8 size of the texts sent so far."""

    async def stream(self, request: Request) -> AsyncGenerator[TextDelta | Response]:
        """Screen `request`, then answer it.

        Raises:
            Withheld: the screen refused; nothing was sent.
            ModelUnreachable: as the inner model.
        """
        told = "\n".join(m.text for m in request.messages if m.role is not Role.ASSISTANT)
        said = "\n".join(
            text
            for message in request.messages
            if message.role is Role.ASSISTANT
            for text in (message.text, *(call.arguments for call in message.calls))
        )
        self._screen(told, said)
        self.bytes_sent += len(f"{told}{said}".encode("utf-8", "replace"))
        async with asking(self._inner, request) as pieces:
            async for piece in pieces:
                yield piece

"""A model behind a screen: nothing reaches it that the screen has not read first."""

from collections.abc import AsyncIterator, Callable

from nanomem_tui.agent.models.base import Model, Request, Response, Role, TextDelta
from nanomem_tui.memory.levels import Trust

Screen = Callable[[str, str], None]
"""Reads what is about to be told to a model, and what it said itself before; raises to keep it back."""


class ScreenedModel:
    """Hands every request to `screen` before `inner` sees it.

    Args:
        inner: the model that answers.
        screen: reads all text of a request; raises to keep it from leaving.
    """

    def __init__(self, inner: Model, screen: Screen) -> None:
        self._inner = inner
        self._screen = screen
        self.bytes_sent = 0
        """UTF-8 size of the texts sent so far."""

    @property
    def provider(self) -> str:
        """The inner model's provider."""
        return self._inner.provider

    @property
    def name(self) -> str:
        """The inner model's name."""
        return self._inner.name

    @property
    def trust(self) -> Trust:
        """The inner model's trust."""
        return self._inner.trust

    @property
    def endpoint(self) -> str:
        """The inner model's endpoint."""
        return self._inner.endpoint

    async def stream(self, request: Request) -> AsyncIterator[TextDelta | Response]:
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
        stream = self._inner.stream(request)
        try:
            async for piece in stream:
                yield piece
        finally:
            close = getattr(stream, "aclose", None)
            if close is not None:
                await close()

    async def close(self) -> None:
        """Close the inner model."""
        await self._inner.close()

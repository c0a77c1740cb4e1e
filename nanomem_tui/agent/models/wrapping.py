"""What models share that are another one underneath: they pass for it, and let go of it in time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from nanomem_tui.agent.models.base import Model, Request, Response, TextDelta
from nanomem_tui.memory.levels import Trust


class Wrapper:
    """A model that is another one underneath.

    Args:
        inner: the model that answers.
    """

    def __init__(self, inner: Model) -> None:
        self._inner = inner

    @property
    def provider(self) -> str:
        """The inner model's."""
        return self._inner.provider

    @property
    def name(self) -> str:
        """The inner model's."""
        return self._inner.name

    @property
    def trust(self) -> Trust:
        """The inner model's."""
        return self._inner.trust

    @property
    def endpoint(self) -> str:
        """The inner model's."""
        return self._inner.endpoint

    async def close(self) -> None:
        """Close the inner model."""
        await self._inner.close()


@asynccontextmanager
async def asking(model: Model, request: Request) -> AsyncIterator[AsyncIterator[TextDelta | Response]]:
    """The model's answer; its connection is closed at once when the reader leaves early."""
    pieces = model.stream(request)
    try:
        yield pieces
    finally:
        close = getattr(pieces, "aclose", None)
        if close is not None:
            await close()

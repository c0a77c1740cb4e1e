"""What models share that are another one underneath: they pass for it, and let go of it in time."""

import copy
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Self

from nanomem_tui.agent.models.base import Model, Piece, Request
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

    def around(self, wrap: Callable[[Model], Model]) -> Self:
        """The same with `wrap` around the model at the bottom; what either learns, both know."""
        other = copy.copy(self)
        other._inner = at_the_wire(self._inner, wrap)
        return other

    async def close(self) -> None:
        """Close the inner model."""
        await self._inner.close()


def at_the_wire(model: Model, wrap: Callable[[Model], Model]) -> Model:
    """`model` with `wrap` around what sends requests as they are, below all that word some of their own."""
    return model.around(wrap) if isinstance(model, Wrapper) else wrap(model)


@asynccontextmanager
async def asking(model: Model, request: Request) -> AsyncIterator[AsyncIterator[Piece]]:
    """The model's answer; its connection is closed at once when the reader leaves early."""
    pieces = model.stream(request)
    try:
        yield pieces
    finally:
        close = getattr(pieces, "aclose", None)
        if close is not None:
            await close()

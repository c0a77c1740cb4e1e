"""Sends by a client of the older `httpx` that is pinned to an enclave, for a library that speaks `httpx2`.

Imported only where such a client exists.
"""

from collections.abc import AsyncIterator
from typing import Any

import httpx2


class PinnedTransport(httpx2.AsyncBaseTransport):
    """Hands requests to `client` as they are, and its answers back as they come.

    Args:
        client: an `httpx.AsyncClient` that refuses every server but its enclave.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send `request`.

        Raises:
            httpx2.TransportError: it could not be sent, or the server was not the enclave.
        """
        body = await request.aread()
        sent = self._client.build_request(
            request.method,
            str(request.url),
            headers=request.headers.multi_items(),
            content=body,
            extensions={"timeout": request.extensions.get("timeout", {})},
        )
        try:
            answer = await self._client.send(sent, stream=True)
        except Exception as error:  # also the package's own, when the pin does not hold
            raise _translated(error, request) from error
        return httpx2.Response(
            answer.status_code, headers=answer.headers.multi_items(), stream=_Body(answer, request)
        )

    async def aclose(self) -> None:
        """Free connections."""
        await self._client.aclose()


class _Body(httpx2.AsyncByteStream):
    """The body of an answer while it arrives."""

    def __init__(self, answer: Any, request: httpx2.Request) -> None:
        self._answer = answer
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._answer.aiter_raw():
                yield piece
        except Exception as error:
            raise _translated(error, self._request) from error

    async def aclose(self) -> None:
        await self._answer.aclose()


def _translated(error: Exception, request: httpx2.Request) -> httpx2.TransportError:
    """An error of the older library as its counterpart."""
    if "Timeout" in type(error).__name__:
        return httpx2.ReadTimeout(str(error), request=request)
    return httpx2.ReadError(str(error), request=request)

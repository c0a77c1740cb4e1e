"""The last door before the network: what may leave for a model server, and how much may come back.

The client library adds headers of its own, some from the environment (an organization, a project, another
key), and may add more in its next version. So the rule stands here, behind all of it: one origin, a fixed set
of headers, one key. Imported only together with the client, since that import is slow.
"""

import ssl
from collections.abc import AsyncIterator

import httpx2

MOST_ERROR_BYTES = 64 * 1024
"""What is read of the body of an error; the rest is cut off."""

_HEADERS = frozenset({"host", "accept", "content-type", "content-length", "transfer-encoding"})
"""Headers of the client's that leave; all others are dropped."""


class AnotherOrigin(httpx2.RequestError):
    """A request was about to go to a server that the person did not name."""


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Sends to one origin, with our headers only.

    Args:
        inner: what really sends.
        url: an address at the one origin that requests may go to.
        key: the bearer token for it; None sends no key at all.
    """

    def __init__(self, inner: httpx2.AsyncBaseTransport, url: str, key: str | None) -> None:
        self._inner = inner
        self._origin = _origin(httpx2.URL(url))
        self._key = key

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send `request` stripped to what may leave.

        Raises:
            AnotherOrigin: it names another scheme, host or port.
        """
        if _origin(request.url) != self._origin:
            raise AnotherOrigin(f"{request.url.host} is not the server that was named", request=request)
        kept = {name: value for name, value in request.headers.items() if name.lower() in _HEADERS}
        kept["user-agent"] = "nanomem"
        kept["accept-encoding"] = "identity"
        if self._key is not None:
            kept["authorization"] = f"Bearer {self._key}"
        request.headers = httpx2.Headers(kept)
        response = await self._inner.handle_async_request(request)
        if response.status_code >= 300:
            assert isinstance(response.stream, httpx2.AsyncByteStream)
            response.stream = _Shortened(response.stream)
            response.headers.pop("content-length", None)
        return response

    async def aclose(self) -> None:
        """Free connections."""
        await self._inner.aclose()


class _Shortened(httpx2.AsyncByteStream):
    """The beginning of a body."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MOST_ERROR_BYTES
        async for part in self._stream:
            yield part[:left]
            left -= len(part)
            if left <= 0:
                return

    async def aclose(self) -> None:
        await self._stream.aclose()


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def new_client(
    url: str,
    key: str | None,
    connect: float,
    read: float,
    proxy: str | None,
    through: httpx2.AsyncBaseTransport | None = None,
) -> httpx2.AsyncClient:
    """An HTTP client for the server at `url` alone.

    Args:
        url: an address at that server.
        key: the bearer token for it; None sends no key at all.
        connect: seconds to wait for a connection.
        read: seconds to wait for the next byte.
        proxy: an http or socks5h address that requests go through.
        through: what really sends; None: a connection of our own.

    Raises:
        ImportError: a SOCKS proxy without the package it needs.
        ValueError: no usable proxy address.
    """
    return httpx2.AsyncClient(
        transport=GuardedTransport(through or _sending(url, proxy), url, key),
        timeout=httpx2.Timeout(connect=connect, read=read, write=read, pool=connect),
        follow_redirects=False,
        trust_env=False,
    )


def _sending(url: str, proxy: str | None) -> httpx2.AsyncHTTPTransport:
    """A connection of our own."""
    plain = url.startswith("http://") and proxy is None
    # Reading the system's certificates takes longer than all the rest; a context without any trusts nobody.
    verify = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else True
    return httpx2.AsyncHTTPTransport(verify=verify, trust_env=False, proxy=proxy)

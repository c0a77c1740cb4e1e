"""The client library opened for one server: it is given everything that it would look up elsewhere.

Imports the library, which takes longer than a whole command: to be imported in a thread, with a request.
"""

import httpx2
from openai import AsyncOpenAI

from nanomem_tui.agent.models.endpoints import endpoint_of
from nanomem_tui.agent.models.patience import Patience
from nanomem_tui.agent.models.transport import new_client
from nanomem_tui.memory.errors import UsageError


def open_client(
    url: str,
    secret: str | None,
    patience: Patience,
    proxy: str | None = None,
    through: httpx2.AsyncBaseTransport | None = None,
) -> AsyncOpenAI:
    """A client for the server at `url` alone.

    Args:
        url: its address.
        secret: the bearer token for it; None sends none.
        patience: how long to wait.
        proxy: an http or socks5h address that requests go through.
        through: what really sends; None: a connection of our own.

    Raises:
        UsageError: no usable proxy or host, or a package that a proxy needs is not installed.
    """
    try:
        http = new_client(url, secret, patience.connect, patience.read, proxy, through)
    except ImportError:
        raise UsageError(
            "A SOCKS proxy needs a package that is not installed.", "Run: pip install 'httpx2[socks]'."
        ) from None
    except httpx2.InvalidURL:
        raise UsageError(f"{endpoint_of(url)} is not the name of a host.", "Check --base-url.") from None
    except ValueError:
        raise UsageError(
            "The proxy is not an address.", "Write it as http://host:port or socks5h://host:port."
        ) from None
    # Only the transport knows the key.
    return AsyncOpenAI(
        api_key="none",
        admin_api_key="",
        organization="",
        project="",
        webhook_secret="",
        base_url=url,
        max_retries=0,
        http_client=http,
    )

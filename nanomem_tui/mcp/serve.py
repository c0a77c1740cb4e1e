"""Letting guests in: over stdio for a client that starts us, over HTTP on this machine for others."""

import hmac
import json
import secrets
import shlex
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from nanomem_tui.bank import MemoryBank
from nanomem_tui.memory.errors import UsageError
from nanomem_tui.settings import Settings

Asgi = Callable[
    [
        MutableMapping[str, Any],
        Callable[[], Awaitable[MutableMapping[str, Any]]],
        Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ],
    Awaitable[None],
]
LOOPBACK = "127.0.0.1"
CLIENTS = ("claude", "claude-code", "cursor", "vscode", "codex")
"""Clients whose configuration can be printed."""


def serve(settings: Settings, *, recipient: str | None = None, port: int | None = None) -> None:
    """Serve a memory until the client goes, or until interrupted.

    Args:
        settings: resolved settings.
        recipient: the name in the policy of whoever connects.
        port: serve HTTP there, on this machine only and behind a token; None: stdio.

    Raises:
        UsageError: the extra is not installed, or the policy names no such recipient.
    """
    try:
        from nanomem_tui.mcp.server import make_server
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise UsageError(
            "The MCP server needs its extra.", "Install it with: pip install 'nanomem_tui[mcp]'"
        ) from None
    server = make_server(MemoryBank(settings=settings), recipient=recipient)
    if port is None:
        server.run("stdio")
        return
    import uvicorn

    token = secrets.token_urlsafe(24)
    sys.stderr.write(f"http://{LOOPBACK}:{port}/mcp\nAuthorization: Bearer {token}\n")
    app = behind_token(server.streamable_http_app(host=LOOPBACK), token)
    uvicorn.run(app, host=LOOPBACK, port=port, log_level="error")


def behind_token(app: Asgi, token: str) -> Asgi:
    """`app`, answering 401 to every request without the token: other users of the machine stay out."""
    expected = f"Bearer {token}".encode()

    async def guarded(
        scope: MutableMapping[str, Any],
        receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        if scope["type"] == "http":
            given = dict(scope["headers"]).get(b"authorization", b"")
            if not hmac.compare_digest(given, expected):
                await send({"type": "http.response.start", "status": 401, "headers": []})
                await send({"type": "http.response.body", "body": b"A bearer token is needed.\n"})
                return
        await app(scope, receive, send)

    return guarded


def client_config(client: str, root: Path, recipient: str | None = None) -> str:
    """What to write into a client's configuration so that it starts this server.

    Args:
        client: one of `CLIENTS`.
        root: the memory root.
        recipient: the name in the policy that the client gets.

    Raises:
        UsageError: there is no such client.
    """
    arguments = ["mcp", "--root", str(root), *(["--recipient", recipient] if recipient else [])]
    entry = {"command": "nanomem", "args": arguments}
    if client in ("claude", "cursor"):
        return json.dumps({"mcpServers": {"nanomem": entry}}, indent=2, ensure_ascii=False)
    if client == "vscode":
        servers = {"servers": {"nanomem": {"type": "stdio", **entry}}}
        return json.dumps(servers, indent=2, ensure_ascii=False)
    if client == "claude-code":
        return f"claude mcp add nanomem -- nanomem {shlex.join(arguments)}"
    if client == "codex":
        # A JSON list of strings is a TOML array of basic strings too.
        return f'[mcp_servers.nanomem]\ncommand = "nanomem"\nargs = {json.dumps(arguments)}'
    raise UsageError(f"There is no client called {client}.", f"Known: {', '.join(CLIENTS)}.")

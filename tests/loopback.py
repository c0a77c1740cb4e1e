"""A real HTTP server on 127.0.0.1 that speaks the OpenAI chat protocol, for tests: scripted and faulty.

It must not know our package: tests judge what crossed the wire. Each reply is a small value; a list of them
is used up in order, a callable `(request_json) -> reply` reacts to what it is sent.

    with ScriptedServer([reply_calls(("search_facts", {"query": "tea"})), reply_text("done")]) as server:
        ... server.base_url ... server.requests[0].json["messages"] ...
"""

import asyncio
import json
import struct
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from socket import SO_LINGER, SOL_SOCKET
from types import TracebackType
from typing import Any, TypeAlias

from tests.replies import (
    DONE,
    MODEL,
    Cut,
    Hang,
    Repeat,
    Reply,
    Reset,
    Spoken,
    Wait,
    Wire,
    call_delta,
    chunk,
    json_reply,
    last_message,
    raw_reply,
    reply_calls,
    reply_error,
    reply_text,
    sse,
    stream_reply,
    turn,
)

__all__ = [
    "DONE",
    "MODEL",
    "Cut",
    "Hang",
    "Recorded",
    "Repeat",
    "Reply",
    "Reset",
    "ScriptedServer",
    "Spoken",
    "Wait",
    "Wire",
    "call_delta",
    "chunk",
    "json_reply",
    "last_message",
    "raw_reply",
    "reply_calls",
    "reply_error",
    "reply_text",
    "sse",
    "stream_reply",
    "turn",
]


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body as JSON; {} when there is none."""
        loaded = json.loads(self.body) if self.body else {}
        return loaded if isinstance(loaded, dict) else {}


Script: TypeAlias = Sequence[Reply] | Callable[[dict[str, Any]], Reply]


class ScriptedServer:
    """An OpenAI-compatible server in a thread of its own.

    Args:
        script: replies, used up in order (one too many is a 400 saying so), or a callable on the JSON sent.
        key: when given, requests without exactly this bearer key get a 401.
        models: what `GET /v1/models` lists.
    """

    def __init__(
        self, script: Script = (), *, key: str | None = None, models: Sequence[str] = (MODEL,)
    ) -> None:
        self._script: Script = script
        self._key = key
        self._models = tuple(models)
        self._used = 0
        self._requests: list[Recorded] = []
        self._departures: list[float] = []
        self._failures: list[BaseException] = []
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="loopback", daemon=True)
        self._server: asyncio.Server | None = None
        self._open: set[_Connection] = set()
        self.connections = 0
        """How many clients have connected so far."""
        self.port = 0

    @property
    def base_url(self) -> str:
        """What a client is configured with."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def requests(self) -> list[Recorded]:
        """Every chat request so far, in order."""
        return [request for request in self.all_requests if request.path.endswith("/chat/completions")]

    @property
    def all_requests(self) -> list[Recorded]:
        """Every request so far, whatever its path."""
        with self._changed:
            return list(self._requests)

    def wait_for_requests(self, count: int, timeout: float = 10.0) -> bool:
        """Wait until `count` requests have arrived; False when they did not in `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._requests) >= count, timeout)

    def wait_for_departure(self, timeout: float = 10.0) -> float | None:
        """Wait until a client has gone away in mid-answer; when that was (`time.monotonic()`), or None."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._departures), timeout)
            return self._departures[0] if self._departures else None

    def __enter__(self) -> "ScriptedServer":
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        if error is None and self._failures:
            raise self._failures[0]

    async def _start(self) -> None:
        self._server = await self._loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        if self._server is not None:
            self._server.close()
        tasks = [connection.abort() for connection in self._open]
        await asyncio.gather(*tasks, return_exceptions=True)

    def opened(self, connection: "_Connection") -> None:
        """A client has connected."""
        self._open.add(connection)
        self.connections += 1

    def closed(self, task: "asyncio.Task[None]") -> None:
        """A connection has ended; a script that failed is raised when the server stops."""
        if not task.cancelled() and (failure := task.exception()) is not None:
            self._failures.append(failure)

    def departed(self) -> None:
        """A client has gone away in the middle of an answer."""
        with self._changed:
            self._departures.append(time.monotonic())
            self._changed.notify_all()

    def answer(self, request: Recorded) -> Wire:
        """Record `request` and choose what to send back."""
        with self._changed:
            self._requests.append(request)
            self._changed.notify_all()
        if request.path.endswith("/models"):
            listed = [{"id": name, "object": "model"} for name in self._models]
            return json_reply(200, {"object": "list", "data": listed})
        if self._key is not None and request.headers.get("authorization") != f"Bearer {self._key}":
            return reply_error(401, "Incorrect API key provided.", code="invalid_api_key")
        if callable(self._script):
            return self._script(request.json).render(request.json)
        self._used += 1
        if self._used > len(self._script):
            return reply_error(400, f"The script has no reply number {self._used}.")
        return self._script[self._used - 1].render(request.json)


class _Gone(Exception):
    """The client has gone away."""


class _Connection(asyncio.Protocol):
    """One client: reads its requests and plays the replies."""

    _transport: asyncio.Transport
    _task: "asyncio.Task[None]"

    def __init__(self, server: ScriptedServer) -> None:
        self._server = server
        self._read = bytearray()
        self._news = asyncio.Event()
        self._gone = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.opened(self)
        self._task = asyncio.get_running_loop().create_task(self._serve())
        self._task.add_done_callback(self._server.closed)

    def data_received(self, data: bytes) -> None:
        self._read += data
        self._news.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone.set()
        self._news.set()
        self._writable.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def abort(self) -> "asyncio.Task[None]":
        """End at once; the task to await."""
        self._transport.abort()
        self._task.cancel()
        return self._task

    async def _serve(self) -> None:
        try:
            while (request := await self._request()) is not None:
                wire = self._server.answer(request)
                try:
                    keep = await self._play(wire)
                except _Gone:
                    self._server.departed()
                    return
                if not keep:
                    return
        finally:
            self._transport.close()

    async def _request(self) -> Recorded | None:
        """The next request, whole; None when the client has gone or does not speak HTTP."""
        while (end := self._read.find(b"\r\n\r\n")) < 0:
            if (self._read and not self._read[:1].isalpha()) or not await self._more():
                return None
        first, *lines = self._read[:end].decode("latin-1").split("\r\n")
        del self._read[: end + 4]
        method, path, _ = first.split(" ", 2)
        fields = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in fields}
        length = int(headers.get("content-length", "0"))
        while len(self._read) < length:
            if not await self._more():
                return None
        body = bytes(self._read[:length])
        del self._read[:length]
        return Recorded(method, path, headers, body)

    async def _more(self) -> bool:
        self._news.clear()
        if self._gone.is_set():
            return False
        await self._news.wait()
        return not self._gone.is_set()

    async def _play(self, wire: Wire) -> bool:
        """Send `wire`; True when the connection may carry another request."""
        if wire.head:
            self._transport.write(_head(wire))
        for step in wire.steps:
            match step:
                case bytes():
                    await self._write(step, wire)
                case Wait(seconds):
                    await self._pause(seconds)
                case Hang():
                    await self._pause(None)
                case Repeat(piece, pause):
                    while True:
                        await self._write(piece, wire)
                        await self._pause(pause)
                case Cut():
                    return False
                case Reset():
                    linger = struct.pack("ii", 1, 0)
                    self._transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, linger)
                    return False
        if wire.head and wire.chunked:
            self._transport.write(b"0\r\n\r\n")
        return wire.head and wire.chunked

    async def _write(self, piece: bytes, wire: Wire) -> None:
        framed = wire.head and wire.chunked
        self._transport.write(b"%x\r\n%b\r\n" % (len(piece), piece) if framed else piece)
        await self._writable.wait()
        if self._gone.is_set():
            raise _Gone

    async def _pause(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._gone.wait()
        except TimeoutError:
            return
        raise _Gone


def _head(wire: Wire) -> bytes:
    framing = ("Transfer-Encoding", "chunked") if wire.chunked else ("Connection", "close")
    fields = [f"{name}: {value}" for name, value in (*wire.headers, framing)]
    return "\r\n".join([f"HTTP/1.1 {wire.status} Scripted", *fields, "", ""]).encode("latin-1")

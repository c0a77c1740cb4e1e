"""Any server that speaks the OpenAI chat protocol, as a model.

The client library only builds the request and sends it; the answer is read here, since servers differ more
than the library allows for. It is imported with the first request: that takes longer than a whole command.
Knows no flow and no tool.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from nanomem_tui.agent.models import refusals
from nanomem_tui.agent.models.base import Request, Response, TextDelta, Usage
from nanomem_tui.agent.models.dialect import Dialect
from nanomem_tui.agent.models.endpoints import Key, Target, check_url, endpoint_of, lower, needs_key, trust_of
from nanomem_tui.agent.models.patience import Patience
from nanomem_tui.agent.models.refusals import Refusal, Server
from nanomem_tui.agent.models.shortfall import Shortfall
from nanomem_tui.agent.models.sse import BrokenStream, Events
from nanomem_tui.agent.models.stream import CUT_SHORT, GARBLED, Accumulator, call_ids, whole_text
from nanomem_tui.memory.errors import ModelUnreachable
from nanomem_tui.memory.levels import Trust

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

MOST_BYTES = 16 * 1024 * 1024
"""What is read of one answer."""


@dataclass(slots=True)
class _Spent:
    """What one answer has cost so far."""

    started: float
    deadline: float
    """In the event loop's time."""
    requests: int = 0

    def usage(self) -> Usage:
        return Usage(requests=self.requests, seconds=time.monotonic() - self.started)


class _Garbled(Exception):
    """The server could not read what its model wrote. Asking the same again would give the same."""


class OpenAIModel:
    """A model behind an OpenAI-compatible endpoint.

    Args:
        base_url: address of the server, usually ending with `/v1`.
        model: name of the model there; None asks the server which one it has.
        api_key: the key of that very server, or None.
        trust: what the person asks for; it lowers what the address deserves and never raises it.
        timeout: how long to wait and how often to ask.
        provider: name shown to the person.
        proxy: an http or socks5h address that requests go through; not used for servers on this machine.
        key_names: where a key can be set, named when the server wants one.

    Raises:
        UsageError: no usable address, or a key that belongs to another server.
    """

    def __init__(
        self,
        base_url: str,
        model: str | None,
        api_key: Key | None = None,
        *,
        trust: Trust | None = None,
        timeout: Patience | None = None,
        provider: str = "openai",
        proxy: str | None = None,
        key_names: tuple[str, ...] = (),
    ) -> None:
        self._url = check_url(base_url)
        self._secret = api_key.reveal(self._url) if api_key is not None else None
        self._server = Server(endpoint_of(self._url), model or "", self._secret, key_names)
        self._trust = lower(trust_of(self._url), trust)
        self._provider = provider
        self._proxy = None if trust_of(self._url) is Trust.LOCAL else proxy
        self._patience = timeout or Patience()
        self._dialect = Dialect.of(self._url)
        self._ids = call_ids()
        self._shortfall = Shortfall()
        self._client: AsyncOpenAI | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @classmethod
    def at(
        cls, target: Target, *, timeout: Patience | None = None, proxy: str | None = None
    ) -> "OpenAIModel":
        """The model that `target` describes."""
        return cls(
            target.base_url,
            target.model,
            target.key,
            trust=target.trust,
            timeout=timeout,
            provider=target.provider,
            proxy=proxy,
            key_names=target.key_names,
        )

    @property
    def provider(self) -> str:
        """The preset's name."""
        return self._provider

    @property
    def name(self) -> str:
        """The model's name at its server; "" while the server was not asked for it."""
        return self._server.model

    @property
    def trust(self) -> Trust:
        """Where it runs."""
        return self._trust

    @property
    def endpoint(self) -> str:
        """Host and port."""
        return self._server.endpoint

    async def stream(self, request: Request) -> AsyncGenerator[TextDelta | Response, None]:
        """Answer `request`: text as it arrives, then the whole response.

        An answer that was cut off in the middle ends with a response without a finish reason.

        Raises:
            ModelUnreachable: no answer came; the message says why and what to do.
        """
        client = await self._ready()
        deadline = asyncio.get_running_loop().time() + self._patience.total
        spent = _Spent(time.monotonic(), deadline)
        if not self._server.model:
            self._server = replace(self._server, model=await self._only_model())
        try:
            body = await self._ask(client, request, spent)
        except _Garbled:
            yield Response("", (), GARBLED, spent.usage(), self.name)
            return
        answer = Accumulator(self._ids, {tool.name for tool in request.tools})
        try:
            async with aclosing(self._texts(body, answer, deadline)) as texts:
                async for text in texts:
                    yield TextDelta(text)
        except _Garbled:
            yield replace(answer.response(spent.usage()), calls=(), finish_reason=GARBLED)
            return
        finally:
            await body.aclose()
        yield self._whole(answer, request, spent)

    async def models(self) -> list[str]:
        """Names of the models that the server offers.

        Raises:
            ModelUnreachable: it does not say.
        """
        client = await self._ready()
        import httpx2
        import openai

        try:
            async with asyncio.timeout(2 * self._patience.connect):
                page = await client.models.list()
        except openai.APIStatusError as error:
            raise refusals.explain(Refusal.of_error(error), self._server) from None
        except (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError, OSError, ValueError) as error:
            raise self._lost(error) from None
        listed: object = getattr(page, "data", None)
        names = [getattr(model, "id", None) for model in listed] if isinstance(listed, list) else []
        return [whole_text(name) for name in names if isinstance(name, str)]

    async def close(self) -> None:
        """Free connections."""
        client, self._client = self._client, None
        if client is not None and self._loop is asyncio.get_running_loop():
            await client.close()

    async def _ready(self) -> "AsyncOpenAI":
        """The client for the running event loop, which its connections belong to.

        Raises:
            ModelUnreachable: a key is missing; nothing personal is sent only to be refused.
        """
        if self._secret is None and needs_key(self._url):
            raise refusals.explain(Refusal(401), self._server)
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            self._client, self._loop = await self._open(), loop
        return self._client

    async def _open(self) -> "AsyncOpenAI":
        """A client for the server."""
        return await asyncio.to_thread(self._opened, self._url)

    def _opened(self, url: str, through: "httpx2.AsyncBaseTransport | None" = None) -> "AsyncOpenAI":
        """A client for the server at `url`. Takes longer than a whole command the first time."""
        from nanomem_tui.agent.models.client import open_client

        return open_client(url, self._secret, self._patience, self._proxy, through)

    async def _only_model(self) -> str:
        offered = await self.models()
        if len(offered) == 1:
            return offered[0]
        some = ", ".join(self._server.quoted(name) for name in offered[:8])
        raise ModelUnreachable(
            f"{self.endpoint} has {len(offered)} models and none was named{': ' if some else ''}{some}.",
            "Name one with --model.",
        )

    async def _ask(self, client: "AsyncOpenAI", request: Request, spent: _Spent) -> "httpx2.Response":
        """Send the request until the server takes it: its answer, not yet read.

        Raises:
            ModelUnreachable: it does not, or not within reason.
        """
        import httpx2
        import openai

        completions: Any = client.chat.completions
        failures = 0
        while True:
            spent.requests += 1
            pause: float | None = None
            try:
                async with asyncio.timeout_at(spent.deadline):
                    body = self._dialect.body(request, self._server.model)
                    answer: httpx2.Response = (await completions.create(**body)).response
                    return answer
            except openai.APIStatusError as error:
                refusal = Refusal.of_error(error)
                if refusal.garbled:
                    raise _Garbled from None
                if self._dialect.adapt(refusal):
                    continue
                problem = refusals.explain(refusal, self._server)
                again, pause = refusal.passing, refusal.wait
            except (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError, OSError, ValueError) as error:
                problem = self._lost(error)
                again = isinstance(error.__cause__, (httpx2.RemoteProtocolError, httpx2.ReadError))
            failures += 1
            delay = self._patience.first_wait * 2 ** (failures - 1) if pause is None else pause
            most = min(self._patience.longest_wait, spent.deadline - asyncio.get_running_loop().time())
            if not again or failures >= self._patience.attempts or delay > most:
                raise problem
            await asyncio.sleep(delay)

    async def _texts(
        self, body: "httpx2.Response", answer: Accumulator, deadline: float
    ) -> AsyncGenerator[str, None]:
        """Read an answer into `answer`; its text as it arrives.

        Raises:
            ModelUnreachable: it holds an error or no answer, or it does not end.
        """
        import httpx2

        loop = asyncio.get_running_loop()
        events = Events()
        received = 0
        try:
            async with aclosing(body.aiter_bytes()) as pieces:
                while not events.ended:
                    ends = loop.time() + self._patience.grace if answer.finish_reason else deadline
                    async with asyncio.timeout_at(min(ends, deadline)):
                        piece = await anext(pieces, None)
                    received += len(piece or b"")
                    if received > MOST_BYTES:
                        raise refusals.endless(self._server, f"{MOST_BYTES >> 20} MB")
                    for event in events.finish() if piece is None else events.feed(piece):
                        if refusal := Refusal.inside(event):
                            if refusal.garbled:
                                raise _Garbled
                            raise refusals.explain(refusal, self._server)
                        if text := answer.feed(event):
                            yield text
                    if piece is None:
                        return
                with suppress(TimeoutError, httpx2.HTTPError):  # the rest, so that the connection can be kept
                    async with asyncio.timeout(0.1):
                        await anext(pieces, None)
        except BrokenStream as broken:
            if answer.finish_reason is None:
                raise refusals.unreadable(self._server, str(broken)) from None
        except httpx2.TimeoutException:
            if answer.finish_reason is None:
                raise refusals.silent(self._server, self._patience.read) from None
        except TimeoutError:
            if answer.finish_reason is None:
                raise refusals.endless(self._server, f"{self._patience.total:g} seconds") from None
        except (httpx2.HTTPError, httpx2.StreamError, OSError) as error:
            if not answer.started:
                raise self._lost(error) from None

    def _whole(self, answer: Accumulator, request: Request, spent: _Spent) -> Response:
        """What was read, judged as a whole.

        Raises:
            ModelUnreachable: there is nothing, or the server says that it is no answer.
        """
        match answer.finish_reason:
            case None if not answer.started:
                raise refusals.empty(self._server)
            case "content_filter":
                raise refusals.filtered(self._server)
            case "error":
                raise refusals.explain(Refusal(500), self._server)
        response = answer.response(spent.usage())
        note = self._shortfall.note(request, response.usage.input_tokens)
        response = replace(response, note=note)
        if response.finish_reason and response.usage.output_tokens >= request.max_output_tokens:
            return replace(response, finish_reason=CUT_SHORT)  # routers call it `tool_calls` all the same
        return response

    def _lost(self, error: BaseException) -> ModelUnreachable:
        return refusals.unreachable(
            error,
            self._server,
            self._patience.read,
            self._patience.total,
            proxied=self._proxy is not None,
        )

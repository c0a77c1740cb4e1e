"""A model in an enclave that is verified before anything is sent to it: `provider = "tinfoil"`.

What runs there and on which hardware is checked by the package `tinfoil`, which then pins the connection to
that very enclave. Where this fails nothing is sent, and there is no other way: never a plain connection.
"""

import asyncio
import importlib.util
import secrets
import threading
from collections.abc import AsyncGenerator, Callable, Mapping
from concurrent.futures import Future
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from nanomem_tui.agent.models.base import Request, Response, TextDelta
from nanomem_tui.agent.models.endpoints import PRESETS, Key, lower, origin_of
from nanomem_tui.agent.models.openai import OpenAIModel
from nanomem_tui.agent.models.patience import Patience
from nanomem_tui.memory.errors import ModelUnreachable, NanomemError, UsageError
from nanomem_tui.memory.levels import Trust

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

PROVIDER = "tinfoil"
VERIFY_SECONDS = 90.0
"""For fetching and checking what the enclave and its makers say of it."""
_T = TypeVar("_T")


class TinfoilModel(OpenAIModel):
    """A model behind an endpoint that proves what it runs.

    Its trust is a promise that is kept by refusing: a request leaves only for an enclave that was verified.

    Args:
        base_url: the service's address, for which any verified enclave of it may answer; another one names
            the very enclave.
        model: name of the model there; None asks which one it has.
        api_key: the service's key, sent to verified enclaves only.
        trust: what the person asks for; lowers only.
        timeout: how long to wait and how often to ask.
        provider: name shown to the person.
        proxy: not possible here.
        key_names: where a key can be set, named when the service wants one.

    Raises:
        UsageError: the package that verifies is not installed, or a proxy is set.
    """

    def __init__(
        self,
        base_url: str,
        model: str | None,
        api_key: Key | None = None,
        *,
        trust: Trust | None = None,
        timeout: Patience | None = None,
        provider: str = PROVIDER,
        proxy: str | None = None,
        key_names: tuple[str, ...] = (),
    ) -> None:
        if importlib.util.find_spec("tinfoil") is None:
            raise UsageError(
                "Verifying an enclave needs a package that is not installed.",
                "Run: pip install 'nanomem_tui[tinfoil]'.",
            )
        if proxy is not None:
            raise UsageError(
                "A verified connection goes straight to its enclave, and through no proxy.",
                "Take the proxy out of the settings, or choose another provider.",
            )
        super().__init__(
            base_url,
            model,
            api_key,
            trust=trust,
            timeout=timeout,
            provider=provider,
            key_names=key_names,
        )
        self._trust = lower(Trust.ATTESTED, trust)
        home = PRESETS[PROVIDER].base_url or ""
        self._enclave = "" if origin_of(self._url) == origin_of(home) else self._server.endpoint
        self._secure: Any = None
        self._told: Mapping[str, Any] | None = None

    async def stream(self, request: Request) -> AsyncGenerator[TextDelta | Response, None]:
        """Answer `request`, once the enclave is verified; the first response tells how it was.

        Raises:
            ModelUnreachable: it cannot be verified, so that nothing was sent; or as `OpenAIModel`.
        """
        async with aclosing(super().stream(request)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Response):
                    document = _document(self._secure)  # a new one where it had to be verified again
                    if document != self._told:
                        self._told = document
                        piece = replace(piece, attestation=document)
                yield piece

    async def _open(self) -> "AsyncOpenAI":
        try:
            async with asyncio.timeout(VERIFY_SECONDS):
                return await _aside(self._verified)
        except TimeoutError:
            reason = f"it took more than {VERIFY_SECONDS:g} seconds"
            raise self._unverified(reason) from None

    def _verified(self) -> "AsyncOpenAI":
        """A client whose connection is bound to an enclave that was just verified. Blocks."""
        try:
            secure, transport = _pinned(self._enclave)
            verified = _document(secure).get("securityVerified")
        except Exception as error:  # whatever the package, its parsers and its network raise
            raise self._unverified(str(error)) from error
        if verified is not True:
            raise self._unverified("its verification is not complete")
        self._secure, self._told = secure, None
        return self._opened(f"https://{secure.enclave}/v1", transport)

    def _unverified(self, reason: str) -> ModelUnreachable:
        return ModelUnreachable(
            f"The enclave of {self.endpoint} could not be verified, so nothing was sent"
            f"{self._server.saying(reason)}.",
            "Check the connection and try again, or choose another provider.",
        )


def _pinned(enclave: str) -> tuple[Any, "httpx2.AsyncBaseTransport"]:
    """The package's own client of an enclave, any of the service's where none is named, and a connection.

    The package raises where anything does not hold.
    """
    import tinfoil

    from nanomem_tui.agent.models.pinned import PinnedTransport

    # A secret of its own keeps the package from leaving a file in the person's home.
    secure = tinfoil.SecureClient(enclave=enclave, transport="tls", user_cache_secret=secrets.token_hex(32))
    return secure, PinnedTransport(secure.make_secure_async_http_client())


def _document(secure: Any) -> Mapping[str, Any]:
    """How an enclave was verified, JSON-ready; {} when it was not."""
    document = secure.get_verification_document() if secure is not None else None
    return document.to_dict() if document is not None else {}


async def _aside(work: Callable[[], _T]) -> _T:
    """Do something that blocks and cannot be stopped, in a thread that nobody waits for on leaving.

    Args:
        work: raises nothing but a `NanomemError`.
    """
    done: Future[_T] = Future()
    done.set_running_or_notify_cancel()

    def run() -> None:
        try:
            done.set_result(work())
        except NanomemError as error:
            done.set_exception(error)

    threading.Thread(target=run, name="verifying", daemon=True).start()
    return await asyncio.wrap_future(done)

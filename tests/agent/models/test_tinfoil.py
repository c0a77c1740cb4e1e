"""An enclave is verified before anything is sent to it; where that fails, nothing is sent and it is said.

No enclave is reached from here. The package that verifies is replaced by a stand-in at its own boundary,
whose connection leads to a loopback server; where the real one is installed, its refusal is tried as it is.
"""

import asyncio
import importlib.util
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import pytest

from nanomem_tui import MemoryBank
from nanomem_tui.agent.events import Event, EventType
from nanomem_tui.agent.models.base import Message, Request, Response, Role
from nanomem_tui.agent.models.endpoints import Key
from nanomem_tui.agent.models.tinfoil import TinfoilModel
from nanomem_tui.bank.choosing import choose_model
from nanomem_tui.cli.views.runs import event_line
from nanomem_tui.memory.errors import ModelUnreachable, UsageError
from nanomem_tui.memory.levels import Trust
from nanomem_tui.settings import Settings, ToolMode
from tests.loopback import ScriptedServer, reply_calls, reply_text

URL = "https://inference.tinfoil.sh/v1"
KEY = Key.of("tk-secret", URL)
ASK = Request((Message(Role.USER, "Hello?"),), (), 30)
HERE = importlib.util.find_spec("tinfoil") is not None


class Document:
    def __init__(self, verified: bool) -> None:
        self.verified = verified

    def to_dict(self) -> dict[str, Any]:
        return {"securityVerified": self.verified, "enclaveHost": "router.example", "schemaVersion": 1}


class Package(ModuleType):
    """Stands in for the package: its client verifies as told, and its connection leads to `port`."""

    port = 0
    refuses: Exception | None = None
    verified = True
    waits: threading.Event | None = None

    def __init__(self) -> None:
        super().__init__("tinfoil")
        self.__spec__ = importlib.util.spec_from_loader("tinfoil", None)
        self.begun = threading.Event()
        self.made: list[dict[str, Any]] = []
        package = self

        class SecureClient:
            def __init__(self, **arguments: Any) -> None:
                package.made.append(arguments)
                self.enclave = "router.example"

            def make_secure_async_http_client(self) -> Any:
                package.begun.set()
                if package.waits is not None:
                    package.waits.wait(20)
                if package.refuses is not None:
                    raise package.refuses
                return Connection(package.port)

            def get_verification_document(self) -> Document:
                return Document(package.verified)

        self.SecureClient = SecureClient


class Connection(httpx2.AsyncClient):
    """The package's own HTTP client, as far as it is used: all it sends goes to the loopback server."""

    def __init__(self, port: int) -> None:
        super().__init__(trust_env=False)
        self.port = port

    def build_request(self, method: str, url: Any, **rest: Any) -> httpx2.Request:
        assert str(url).startswith("https://router.example/v1/"), "only the verified enclave is asked"
        moved = str(url).replace("https://router.example", f"http://127.0.0.1:{self.port}")
        return super().build_request(method, moved, **rest)


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> Iterator[Package]:
    stand_in = Package()
    monkeypatch.setitem(sys.modules, "tinfoil", stand_in)
    yield stand_in
    if stand_in.waits is not None:
        stand_in.waits.set()


async def answer(model: TinfoilModel) -> Response:
    pieces = [piece async for piece in model.stream(ASK)]
    assert isinstance(pieces[-1], Response)
    return pieces[-1]


async def test_what_is_verified_is_asked_and_says_how_it_was_verified_once(package: Package) -> None:
    with ScriptedServer([reply_text("Hello!"), reply_text("Again.")], key="tk-secret") as server:
        package.port = server.port
        model = TinfoilModel(URL, "m", KEY)
        assert (model.trust, model.endpoint) == (Trust.ATTESTED, "inference.tinfoil.sh")
        assert package.made == [], "nothing is looked up before it is asked"
        first, second = await answer(model), await answer(model)
        await model.close()
    assert (first.text, second.text) == ("Hello!", "Again.")
    assert first.attestation == Document(True).to_dict()
    assert second.attestation is None
    [made] = package.made
    assert (made["enclave"], made["transport"]) == ("", "tls")
    assert len(made["user_cache_secret"]) > 20, "else the package leaves a file in the person's home"


@pytest.mark.parametrize("refuses", [ValueError("SNP measurement mismatch"), OSError("no route"), None])
async def test_what_cannot_be_verified_is_sent_nothing(package: Package, refuses: Exception | None) -> None:
    package.refuses, package.verified = refuses, False
    with ScriptedServer([]) as server:
        package.port = server.port
        model = TinfoilModel(URL, "m", KEY)
        for _ in range(2):
            with pytest.raises(
                ModelUnreachable, match=r"could not be verified, so nothing was sent"
            ) as caught:
                await answer(model)
        assert str(refuses or "not complete") in caught.value.message
        assert "try again" in caught.value.next_step
        await model.close()
        assert server.all_requests == []
        assert len(package.made) == 2


async def test_a_slow_verification_is_left_at_once(package: Package) -> None:
    package.waits = threading.Event()
    model = TinfoilModel(URL, "m", KEY)
    task = asyncio.create_task(answer(model))
    await asyncio.to_thread(package.begun.wait, 20)
    began = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - began < 1
    await model.close()


async def test_a_flow_keeps_the_document_in_its_trace(package: Package, root: Path) -> None:
    said = [reply_calls(("finish", {"summary": "Nothing."}))]
    with ScriptedServer(said) as server:
        package.port = server.port
        settings = Settings(
            root=root, provider="tinfoil", model="m", api_key="tk-secret", tool_mode=ToolMode.NATIVE
        )
        bank = MemoryBank(settings=settings)
        seen: list[Event] = []
        result = await bank.add("Hello!", watch=seen.append)
        kept = list(bank.trace(result.trace))
        await bank.close()
    for events in (seen, kept):
        [told] = [event for event in events if event.type is EventType.RESPONSE_RECEIVED]
        assert told.attributes["attestation"] == Document(True).to_dict()
        assert "enclave verified: router.example" in str(event_line(told))
    assert kept[0].attributes["trust"] == "attested"


def test_there_is_no_other_way(package: Package) -> None:
    named = Settings(provider="tinfoil", model="m", api_key="k", tool_mode=ToolMode.NATIVE)
    model = choose_model(named)
    assert isinstance(model, TinfoilModel)
    with pytest.raises(UsageError, match="through no proxy"):
        TinfoilModel(URL, "m", KEY, proxy="socks5h://127.0.0.1:9050")
    assert TinfoilModel(URL, "m", KEY, trust=Trust.REMOTE).trust is Trust.REMOTE


@pytest.mark.skipif(HERE, reason="tinfoil is installed")
def test_without_the_package_it_is_refused() -> None:
    with pytest.raises(UsageError, match="needs a package") as caught:
        choose_model(Settings(provider="tinfoil", model="m", api_key="k"))
    assert "nanomem_tui[tinfoil]" in caught.value.next_step


@pytest.mark.skipif(not HERE, reason="tinfoil is not installed")
async def test_the_real_package_refuses_what_is_no_enclave() -> None:
    with ScriptedServer([]) as server:
        url = f"https://127.0.0.1:{server.port}/v1"
        model = TinfoilModel(url, "m", Key.of("tk-secret", url))
        with pytest.raises(ModelUnreachable, match="could not be verified, so nothing was sent"):
            await answer(model)
        await model.close()
        assert server.requests == []

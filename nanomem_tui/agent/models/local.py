"""A model file on this machine, with no other program to start: `provider = "local"`, `model = "FILE.gguf"`.

Its server is started with the first request and goes with this model. Nothing leaves the machine.
"""

import asyncio
import importlib.util
import os
import secrets
import sys
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from pathlib import Path

from nanomem_tui.agent.models.base import Request, Response, TextDelta
from nanomem_tui.agent.models.endpoints import Key, check_url, lower
from nanomem_tui.agent.models.openai import OpenAIModel
from nanomem_tui.agent.models.patience import Patience
from nanomem_tui.agent.models.serve_local import KEY
from nanomem_tui.memory.errors import ModelUnreachable, UsageError
from nanomem_tui.memory.levels import Trust

CONTEXT = 8_192
"""Tokens it reads at once: more than any first request of ours, and little memory."""
_START_SECONDS = 180
_PATIENCE = Patience(connect=10, read=300, total=600)
"""The first word comes when the whole prompt was read, which takes a small machine its time."""


class LocalModel:
    """A model in a file.

    Args:
        file: weights in GGUF.
        trust: what the person asks for; lowers only.

    Raises:
        UsageError: there is no such file, or the package that runs it is not installed.
    """

    provider = "local"
    endpoint = ""

    def __init__(self, file: Path, *, trust: Trust | None = None) -> None:
        file = file.expanduser().absolute()
        if not file.is_file():
            raise UsageError(f"There is no model file {file}.", "Name a GGUF file with --model.")
        if importlib.util.find_spec("xllamacpp") is None:
            raise UsageError(
                "Running a model file needs a package that is not installed.",
                "Run: pip install 'nanomem_tui[local]'.",
            )
        self.name = file.stem
        self.trust = lower(Trust.LOCAL, trust)
        self._file = file
        self._starting: asyncio.Lock | None = None
        self._server: asyncio.subprocess.Process | None = None
        self._inner: OpenAIModel | None = None

    async def stream(self, request: Request) -> AsyncGenerator[TextDelta | Response, None]:
        """Answer `request`; the first one waits until the weights are loaded.

        Raises:
            ModelUnreachable: the file cannot be loaded, or as `OpenAIModel`.
        """
        inner = await self._started()
        async with aclosing(inner.stream(request)) as pieces:
            async for piece in pieces:
                yield piece

    async def close(self) -> None:
        """Stop the server."""
        inner, self._inner = self._inner, None
        server, self._server = self._server, None
        self._starting = None
        if inner is not None:
            await inner.close()
        if server is not None:
            with suppress(ProcessLookupError):
                server.kill()
            await server.wait()

    async def _started(self) -> OpenAIModel:
        self._starting = self._starting or asyncio.Lock()
        async with self._starting:
            if self._inner is None or self._server is None or self._server.returncode is not None:
                self._inner = await self._start()
            return self._inner

    async def _start(self) -> OpenAIModel:
        key = secrets.token_urlsafe(32)
        server = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "nanomem_tui.agent.models.serve_local", str(self._file), str(CONTEXT)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, KEY: key, "OMP_WAIT_POLICY": "passive"},
        )
        assert server.stdout is not None
        address = ""
        try:
            async with asyncio.timeout(_START_SECONDS):
                address = (await server.stdout.readline()).decode().strip()
        except TimeoutError:
            pass
        finally:  # also when the run is cancelled: nobody waits for these weights any more
            if not address:
                with suppress(ProcessLookupError):
                    server.kill()
        if not address:
            await server.wait()
            raise ModelUnreachable(
                f"The model file {self._file} cannot be loaded.",
                "Check that it is a whole GGUF file and that it fits into memory.",
            )
        self._server = server
        url = check_url(address)
        return OpenAIModel(url, self.name, Key.of(key, url), timeout=_PATIENCE, provider=self.provider)

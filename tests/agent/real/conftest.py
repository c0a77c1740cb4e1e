"""A real llama.cpp server for the tests marked `model`; they are off unless `-m model` asks for them.

NANOMEM_MODEL_PYTHON   a Python with `xllamacpp`, `gguf` and `numpy`; this one by default
NANOMEM_SMALL_FILE     weights for the plumbing, such as SmolLM2-135M as GGUF; random ones where it is not set
NANOMEM_MODEL_FILE     weights for the scenarios, a GGUF that is there already
NANOMEM_MODEL_URL      or a server that runs already; NANOMEM_MODEL_NAME names the model there
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PYTHON = os.environ.get("NANOMEM_MODEL_PYTHON", sys.executable)
SMALL_FILE = os.environ.get("NANOMEM_SMALL_FILE")
FILE = os.environ.get("NANOMEM_MODEL_FILE")
URL = os.environ.get("NANOMEM_MODEL_URL")


def _has(*modules: str) -> bool:
    found = subprocess.run([PYTHON, "-c", f"import {', '.join(modules)}"], capture_output=True, check=False)
    return found.returncode == 0


@contextmanager
def serving(file: Path, context: int) -> Iterator[str]:
    """A server for the weights in `file`; its address. It goes when the test does, whatever happens."""
    environ = {**os.environ, "OMP_WAIT_POLICY": "passive"}
    command = [PYTHON, str(HERE / "serve.py"), str(file), str(context)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environ,
        text=True,
    ) as server:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), "the server did not start"
        try:
            yield f"{address}/v1"
        finally:
            server.kill()


@pytest.fixture(scope="session")
def tiny_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The weights for the plumbing: random ones, unless a file is named."""
    if SMALL_FILE:
        return Path(SMALL_FILE)
    if not _has("gguf", "numpy"):
        pytest.skip("no gguf and numpy in NANOMEM_MODEL_PYTHON")
    file = tmp_path_factory.mktemp("model") / "tiny.gguf"
    subprocess.run([PYTHON, str(HERE / "tiny.py"), str(file)], check=True)
    return file


@pytest.fixture(scope="session")
def tiny_server(tiny_file: Path) -> Iterator[str]:
    """A real server with these weights; its address."""
    if not _has("xllamacpp"):
        pytest.skip("no xllamacpp in NANOMEM_MODEL_PYTHON")
    with serving(tiny_file, 16_384) as address:
        yield address


@pytest.fixture(scope="session")
def model_server() -> Iterator[str]:
    """A server with a model that understands something; its address."""
    if URL:
        yield URL
    elif FILE:
        with serving(Path(FILE), 8_192) as address:
            yield address
    else:
        pytest.skip("neither NANOMEM_MODEL_URL nor NANOMEM_MODEL_FILE is set")

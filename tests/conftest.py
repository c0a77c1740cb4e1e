"""What every test shares: a home of its own, a pinned clock, and no setting of the machine it runs on."""

import os
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import settings

NOW = datetime(2026, 3, 1, 12, 0)
"""The pinned local time of every test."""


# CI tries the same examples every time; at a desk each run tries new ones.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


MOST_WORKERS = 4
"""Each takes up to 400 MB and starts processes of its own."""


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Several processes for the whole suite; none for a few tests, which would only wait for them."""
    chosen = config.getoption("-m") or config.getoption("-k")
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS and not chosen
    return min(MOST_WORKERS, os.cpu_count() or 1) if whole else 0


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what takes long or needs a model, unless it was asked for: `pytest -m long`, `pytest -m model`."""
    for mark in ("long", "model"):
        if mark not in config.getoption("-m"):
            skip = pytest.mark.skip(reason=f"run with -m {mark}")
            for item in items:
                if item.get_closest_marker(mark):
                    item.add_marker(skip)


@pytest.fixture(autouse=True)
def frozen_machine(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, and none of the person's settings, keys or proxies; returns the home."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("NANOMEM_NOW", "NANOMEM_ROOT", "XDG_")) or name.endswith("_API_KEY"):
            monkeypatch.delenv(name)
    for name in (
        "PROVIDER",
        "MODEL",
        "BASE_URL",
        "TRUST",
        "APPROVAL",
        "THEME",
        "DEBUG",
        "TOOL_MODE",
        "PROXY",
    ):
        monkeypatch.delenv(f"NANOMEM_{name}", raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("NANOMEM_NOW", NOW.isoformat())
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setenv("TZ", "UTC")
    return home


@pytest.fixture(scope="session")
def naughty_memory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A memory root full of naughty text, made once; copy it before use."""
    from tests import naughty_memory

    root = tmp_path_factory.mktemp("naughty") / "memory"
    naughty_memory.make(root)
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A memory root that does not exist yet."""
    return tmp_path / "memory"

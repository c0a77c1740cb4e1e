"""A kept key is found for its own origin alone, and lies where only its owner reads it."""

import stat
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import PasswordDeleteError

from nanomem_tui.agent.models.endpoints import Key
from nanomem_tui.agent.models.keys import IN_KEYRING, KeyStore
from nanomem_tui.memory.errors import UsageError

URL = "https://models.example/v1"
SECRET = "sk-quite-secret"


class Memory(KeyringBackend):
    """A keyring that works."""

    priority = -1.0
    """Never chosen by itself: whoever imports this file must not keep keys in it from then on."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        raise PasswordDeleteError


@pytest.fixture(autouse=True)
def no_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "keys.json"


def test_without_a_keyring_it_is_in_a_file_of_its_owners(file: Path) -> None:
    assert KeyStore(file).keep(Key.of(SECRET, URL)) == str(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    found = KeyStore(file).find("https://models.example/other/path")
    assert found is not None
    assert found.reveal(URL) == SECRET


@pytest.mark.parametrize(
    "other", ["http://models.example/v1", "https://models.example:8443/v1", "https://example/v1"]
)
def test_it_is_not_found_for_another_origin(file: Path, other: str) -> None:
    KeyStore(file).keep(Key.of(SECRET, URL))
    assert KeyStore(file).find(other) is None


def test_a_keyring_that_works_is_preferred_and_the_file_then_holds_no_key(file: Path) -> None:
    backend = Memory()
    keyring.set_keyring(backend)
    assert KeyStore(file).keep(Key.of(SECRET, URL)) == IN_KEYRING
    assert SECRET not in file.read_text(encoding="utf-8")
    assert set(backend.kept.values()) == {SECRET}
    found = KeyStore(file).find(URL)
    assert found is not None
    assert found.reveal(URL) == SECRET
    keyring.set_keyring(NoKeyring())
    with pytest.raises(UsageError, match="keyring does not give the key"):
        KeyStore(file).find(URL)


def test_keys_of_several_servers_stay_apart(file: Path) -> None:
    store = KeyStore(file)
    store.keep(Key.of("one", URL))
    store.keep(Key.of("two", "http://127.0.0.1:9/v1"))
    store.keep(Key.of("three", URL))
    found = [store.find(url) for url in (URL, "http://127.0.0.1:9/v1")]
    assert [key.value for key in found if key] == ["three", "two"]


@pytest.mark.parametrize("text", ["", "[]", '{"https://models.example": 7}', f'{{"{SECRET}', "\udcff"])
def test_a_broken_file_is_a_sentence_that_repeats_no_key(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(UsageError) as caught:
        KeyStore(file).find(URL)
    assert SECRET not in str(caught.value)
    assert str(file) in str(caught.value)

"""Settings resolve in one order, and a key stays with the host it was given for."""

from pathlib import Path

import pytest

from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.levels import Trust
from nanomem_tui.settings import Approval, config_file, load, now, save


def configure(text: str) -> Path:
    file = config_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_nothing_configured_is_rules_in_the_home_folder(frozen_machine: Path) -> None:
    settings = load(environ={})
    assert (settings.provider, settings.model, settings.api_key) == ("rules", None, None)
    assert settings.root == frozen_machine / "nanomem"
    assert settings.approval is Approval.ASK


def test_flags_beat_the_environment_which_beats_the_file() -> None:
    configure('model = "from-file"\nprovider = "ollama"\napproval = "queue"\n')
    environ = {"NANOMEM_MODEL": "from-env"}
    assert load(environ={}).model == "from-file"
    assert load(environ=environ).model == "from-env"
    assert load({"model": "from-flag", "root": None}, environ).model == "from-flag"
    assert load(environ=environ).approval is Approval.QUEUE
    assert load(environ=environ).origins["model"] == "environment"


def test_another_provider_leaves_the_old_ones_key_and_address_behind() -> None:
    configure('provider = "openrouter"\nmodel = "m"\nbase_url = "https://old.example/v1"\napi_key = "k"\n')
    settings = load({"provider": "ollama"}, {})
    assert (settings.base_url, settings.api_key, settings.model) == (None, None, None)


def test_another_address_leaves_the_key_behind() -> None:
    configure('provider = "openai"\nbase_url = "https://old.example/v1"\napi_key = "k"\n')
    assert load({"base_url": "https://new.example/v1"}, {}).api_key is None
    assert load({"base_url": "https://old.example/v1"}, {}).api_key == "k"


def test_an_address_alone_means_an_openai_compatible_endpoint() -> None:
    assert load({"base_url": "http://127.0.0.1:9/v1"}, {}).provider == "openai"


def test_trust_and_keys_are_parsed() -> None:
    configure('trust = "Remote"\n[keys]\nreview = "v"\n')
    settings = load(environ={})
    assert settings.trust is Trust.REMOTE
    assert settings.keys == {"review": "v"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("provider = ", "TOML"),
        ('colour = "red"', "colour"),
        ('trust = "total"', "trust"),
        ("model = 3", "model"),
        ('keys = "x"', "keys"),
        ('provider = ""', "provider"),
    ],
)
def test_a_bad_file_is_one_sentence_that_names_it(text: str, names: str) -> None:
    file = configure(text)
    with pytest.raises(UsageError) as caught:
        load(environ={})
    assert str(file) in caught.value.message
    assert names in caught.value.message
    assert caught.value.next_step


def test_the_key_is_never_shown() -> None:
    assert "hunter2" not in repr(load({"api_key": "hunter2"}, {}))


def test_the_clock_can_be_pinned() -> None:
    assert now({"NANOMEM_NOW": "2026-03-01T12:00"}).isoformat() == "2026-03-01T12:00:00"
    with pytest.raises(UsageError):
        now({"NANOMEM_NOW": "noon"})


def test_saving_changes_what_it_names_and_keeps_the_rest() -> None:
    text = '# mine\r\nmodel = "old"   # why\r\n\r\n[keys]\r\nreview = "v"\r\n'
    configure("").write_bytes(text.encode())
    save({"model": "new", "provider": "ollama", "base_url": None})
    assert config_file().read_bytes().startswith(b'# mine\r\nmodel = "new"   # why\r\n')
    kept = load(environ={})
    assert (kept.model, kept.provider, kept.keys) == ("new", "ollama", {"review": "v"})
    save({"model": None, "provider": None})
    assert load(environ={}).model is None


def test_saving_goes_through_a_link_and_leaves_a_broken_file_alone(tmp_path: Path) -> None:
    file = configure("")
    file.unlink()
    file.symlink_to(tmp_path / "elsewhere.toml")
    save({"theme": "nord"})
    assert file.is_symlink()
    assert "nord" in (tmp_path / "elsewhere.toml").read_text()
    (tmp_path / "elsewhere.toml").write_text("oops")
    with pytest.raises(UsageError, match="not valid TOML"):
        save({"theme": "nord"})
    assert file.read_text() == "oops"

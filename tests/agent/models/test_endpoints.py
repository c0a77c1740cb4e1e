"""Addresses, trust and keys: what is local, and that a key never goes to another server."""

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.agent.models.endpoints import (
    PRESETS,
    Key,
    check_url,
    endpoint_of,
    key_from,
    lower,
    origin_of,
    target,
    trust_of,
)
from nanomem_tui.memory.errors import UsageError
from nanomem_tui.memory.levels import Trust

LOCAL = (
    "http://127.0.0.1:11434/v1",
    "http://127.9.8.7",
    "http://[::1]:8080/v1",
    "http://localhost/v1",
    "HTTP://LOCALHOST:1234",
)
REMOTE = (
    "https://api.openai.com/v1",
    "http://192.168.1.5:11434/v1",
    "http://10.0.0.1",
    "http://0.0.0.0:8080/v1",
    "http://127.0.0.1.example.com/v1",
    "http://localhost.example.com/v1",
    "http://my.localhost/v1",
    "http://0x7f.0.0.1/v1",
    "http://[::ffff:8.8.8.8]/v1",
    "http://[::]/v1",
)
NO_ADDRESS = (
    "",
    "127.0.0.1:8080",
    "ftp://127.0.0.1/v1",
    "http://",
    "http://user:secret@127.0.0.1/v1",
    "http://127.0.0.1@evil.example/v1",
    "http://127.0.0.1\\@evil.example/v1",
    "http://evil.example\\@127.0.0.1/v1",
    "http://127.0.0.1#@evil.example/",
    "http://127.0.0.1?x=@evil.example/",
    "http://127.0.0.1:80:90/",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:0/",
    "http://127.0.0.1/v1 http://x",
    "http://127.0.0.1\n.evil.example/",
    "http://１２７.0.0.1/v1",
    "http://127.0.0.1。evil.example/",
    "http://[127.0.0.1]/v1",
    "http://2130706433/v1",
    "http://127.1/v1",
    "http://127.0.0.1000/v1",
    "http://[::1%25eth0]/v1",
    "http://a..b/",
)


@pytest.mark.parametrize("url", LOCAL)
def test_loopback_is_local(url: str) -> None:
    assert trust_of(url) is Trust.LOCAL


@pytest.mark.parametrize("url", REMOTE)
def test_everything_else_is_remote(url: str) -> None:
    assert trust_of(url) is Trust.REMOTE


@pytest.mark.parametrize("url", NO_ADDRESS)
def test_what_could_be_read_in_two_ways_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        check_url(url)
    assert refused.value.next_step
    assert "secret" not in str(refused.value)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ahtps:/@\\#?.[]01279 locvexm%\t\n", max_size=40))
def test_a_local_address_is_local_for_the_http_client_too(tail: str) -> None:
    import httpx2

    for url in (f"http://{tail}", f"http://127.0.0.1{tail}", f"http://localhost{tail}"):
        try:
            trusted = trust_of(url)
        except UsageError:
            continue
        if trusted is Trust.LOCAL:
            host = httpx2.URL(check_url(url)).host
            assert host == "localhost" or ipaddress.ip_address(host).is_loopback


@settings(max_examples=100, deadline=None)
@given(st.sampled_from((*LOCAL, *REMOTE)))
def test_checking_an_address_twice_changes_nothing(url: str) -> None:
    assert check_url(check_url(url)) == check_url(url)
    assert origin_of(check_url(url)) == origin_of(url)


def test_an_address_of_a_host_alone_gets_the_usual_path() -> None:
    assert check_url("http://127.0.0.1:11434/") == "http://127.0.0.1:11434/v1"
    assert check_url("https://host.example/api/v3/") == "https://host.example/api/v3"
    assert endpoint_of("https://API.openai.com:443/v1") == "api.openai.com"
    assert endpoint_of("http://[::1]:8080/v1") == "[::1]:8080"


@pytest.mark.parametrize("trust", Trust)
@pytest.mark.parametrize("asked", [None, *Trust])
def test_trust_is_lowered_and_never_raised(trust: Trust, asked: Trust | None) -> None:
    order = [Trust.REMOTE, Trust.ATTESTED, Trust.LOCAL]
    result = lower(trust, asked)
    assert order.index(result) <= order.index(trust)
    if asked is not None and order.index(asked) < order.index(trust):
        assert result is asked


@pytest.mark.parametrize(
    "other",
    [
        "https://evil.example/v1",
        "http://api.openai.com/v1",
        "https://api.openai.com:8443/v1",
        "https://api.openai.com.evil.example/v1",
        "https://openai.com/v1",
    ],
)
def test_a_key_is_refused_to_any_other_origin(other: str) -> None:
    key = Key.of("sk-secret", "https://api.openai.com/v1")
    assert key.reveal("https://API.OPENAI.COM/v2") == "sk-secret"
    with pytest.raises(UsageError) as refused:
        key.reveal(other)
    assert "sk-secret" not in str(refused.value)


@pytest.mark.parametrize("value", ["", "   ", "two words", "line\nbreak", "schlüssel", "a\x00b"])
def test_what_cannot_be_a_key_is_refused(value: str) -> None:
    with pytest.raises(UsageError):
        Key.of(value, "https://api.openai.com")


def test_a_key_does_not_show_itself() -> None:
    assert "sk-secret" not in repr(Key.of(" sk-secret\n", "https://api.openai.com"))


def test_a_providers_key_is_found_for_its_own_origin_only() -> None:
    environ = {"OPENAI_API_KEY": "sk-openai", "OPENROUTER_API_KEY": "sk-router"}
    found = key_from(environ, "https://openrouter.ai/api/v1")
    assert found is not None
    assert found.value == "sk-router"
    for url in ("http://127.0.0.1:8080/v1", "https://evil.example/v1", "http://api.openai.com/v1"):
        assert key_from(environ, url) is None
        assert target("openai", environ, base_url=url).key is None


def test_every_preset_can_be_meant_by_its_name() -> None:
    for name, preset in PRESETS.items():
        if preset.base_url is None:
            with pytest.raises(UsageError, match="--base-url"):
                target(name, {})
            continue
        meant = target(name, dict.fromkeys(preset.key_names, "sk-1"))
        assert (meant.key is not None) == bool(preset.key_names)
        assert meant.model == preset.model
        assert meant.trust is (Trust.ATTESTED if name == "tinfoil" else trust_of(preset.base_url))


def test_a_target_takes_what_the_person_gave() -> None:
    meant = target("openai", {}, base_url="http://127.0.0.1:9", model="m", api_key="k", trust=Trust.REMOTE)
    assert (meant.base_url, meant.model, meant.trust) == ("http://127.0.0.1:9/v1", "m", Trust.REMOTE)
    assert meant.key == Key("k", "http://127.0.0.1:9")
    assert target("openai", {}, base_url="http://127.0.0.1:9").model is None


def test_an_unknown_provider_is_a_usage_error_that_names_the_known() -> None:
    with pytest.raises(UsageError, match="ollama"):
        target("nosuch", {})

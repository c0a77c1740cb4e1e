"""`nanomem login` against a real server: what works is told, what is kept is kept safely."""

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nanomem_tui.settings import config_file, habits_file, keys_file, load
from tests.cli.conftest import Runs
from tests.cli.terminal import Terminal
from tests.loopback import ScriptedServer
from tests.replies import Reply, reply_calls, reply_error, reply_text, to_json

SECRET = "sk-quite-secret"
CALL = {"name": "look_up", "arguments": {"word": "tea"}}


def able(body: dict[str, Any]) -> Reply:
    return reply_calls(("look_up", {"word": "tea"})) if body.get("tools") else reply_text("Hello there!")


def weak(body: dict[str, Any]) -> Reply:
    return reply_text(to_json(CALL) if "response_format" in body else "Hello, I looked it up!")


def mute(body: dict[str, Any]) -> Reply:
    return reply_text("I only ever talk.")


def login(nanomem: Runs, server: ScriptedServer, *words: str, stdin: str = "") -> Any:
    return nanomem("login", "custom", "--base-url", server.base_url, *words, stdin=stdin)


def works(ran: Any) -> dict[str, bool]:
    return {check["name"]: check["works"] for check in ran.json["checks"]}


def test_a_server_that_works_is_kept(nanomem: Runs) -> None:
    with ScriptedServer(able) as server:
        ran = login(nanomem, server, "--model", "m", "--json")
        sent = "".join(request.body.decode() for request in server.requests)
    assert ran.code == 0
    assert works(ran) == {"connection": True, "streaming": True, "tool calls": True}
    kept = load({}, {})
    assert (kept.provider, kept.model, kept.base_url) == ("custom", "m", server.base_url)
    assert ran.json["saved"] == str(config_file())
    assert stat.S_IMODE(config_file().stat().st_mode) == 0o600
    assert "memory" not in sent, "nothing personal is in what is asked"


def test_a_weak_model_works_in_json_which_is_remembered(nanomem: Runs) -> None:
    with ScriptedServer(weak) as server:
        ran = login(nanomem, server, "--model", "m", "--json")
    assert works(ran) == {"connection": True, "streaming": True, "tool calls": False, "JSON": True}
    assert "json" in habits_file().read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (mute, "answers in words where it should call a tool"),
        (lambda body: reply_error(401, "no"), "wants an API key"),
        (lambda body: reply_error(404, "model not found"), "has no model called"),
    ],
)
def test_what_does_not_work_is_not_kept(
    nanomem: Runs, reply: Callable[[dict[str, Any]], Reply], says: str
) -> None:
    with ScriptedServer(reply) as server:
        ran = login(nanomem, server, "--model", "m")
    assert ran.code == 4
    assert says in ran.err
    assert "nothing was saved" in ran.err
    assert not config_file().exists()


def test_nobody_there_is_a_sentence(nanomem: Runs) -> None:
    ran = nanomem("login", "custom", "--base-url", "http://127.0.0.1:9/v1", "--model", "m")
    assert ran.code == 4
    assert "Nothing answers at 127.0.0.1:9" in ran.err


def test_what_is_missing_is_said_where_nobody_can_be_asked(nanomem: Runs) -> None:
    assert "Name one of openai," in nanomem("login").err
    assert "there is no provider called" in nanomem("login", "nobody").err.casefold()
    ran = nanomem("login", "openai")
    assert ran.code == 2
    assert "Set OPENAI_API_KEY or NANOMEM_API_KEY, or give it on stdin." in ran.err


def test_rules_need_nothing(nanomem: Runs) -> None:
    config_file().parent.mkdir(parents=True)
    config_file().write_text('# mine\nprovider = "ollama"\napproval = "queue"\n\n[keys]\nreview = "v"\n')
    assert nanomem("login", "rules").code == 0
    kept = load({}, {})
    assert (kept.provider, kept.approval.value, kept.keys) == ("rules", "queue", {"review": "v"})
    assert config_file().read_text().startswith("# mine\n")


def test_what_the_settings_hold_besides_stays(nanomem: Runs) -> None:
    config_file().parent.mkdir(parents=True)
    config_file().write_text('# mine\ntheme = "nord" # dark\ntrust = "remote"\n\n[keys]\nreview = "v"\n')
    with ScriptedServer(able) as server:
        login(nanomem, server, "--model", "m")
    kept = load({}, {})
    assert (kept.theme, kept.keys, kept.provider) == ("nord", {"review": "v"}, "custom")
    assert kept.trust is not None, "what was lowered is not raised by a login"
    assert "# dark" in config_file().read_text()


def test_the_key_of_another_server_does_not_stay_in_the_settings(nanomem: Runs) -> None:
    config_file().parent.mkdir(parents=True)
    config_file().write_text(f'provider = "openrouter"\napi_key = "{SECRET}"\n')
    with ScriptedServer(able) as server:
        login(nanomem, server, "--model", "m")
        assert not any(SECRET in str(request.headers) for request in server.requests)
    assert load({}, {}).api_key is None


def test_the_settings_of_the_original_are_taken_over(nanomem: Runs, frozen_machine: Path) -> None:
    with ScriptedServer(able) as server:
        old = frozen_machine / ".config/nanomem/config.json"
        old.parent.mkdir(parents=True, exist_ok=True)
        values = {"provider": "custom", "apiKey": SECRET, "model": "m", "baseUrl": server.base_url}
        old.write_text(json.dumps({**values, "storagePath": "/somewhere/memory"}), encoding="utf-8")
        ran = nanomem("login", "--upstream", "--json")
        assert {request.headers.get("authorization") for request in server.requests} == {f"Bearer {SECRET}"}
    assert ran.code == 0
    assert SECRET not in ran.out + ran.err
    kept = load({}, {})
    assert (kept.provider, kept.model, str(kept.root)) == ("custom", "m", "/somewhere/memory")
    assert SECRET not in config_file().read_text()
    assert stat.S_IMODE(keys_file().stat().st_mode) == 0o600


def test_without_the_original_there_is_nothing_to_take_over(nanomem: Runs) -> None:
    ran = nanomem("login", "--upstream")
    assert ran.code == 1
    assert "There is no" in ran.err


def test_a_person_is_asked_and_the_key_is_never_shown() -> None:
    server = ScriptedServer(able, key=SECRET, models=("small", "large"))
    with server, Terminal(["login", "custom"]) as terminal:
        terminal.expect("Its address")
        terminal.type(server.base_url)
        terminal.expect("(not shown)")
        terminal.type(SECRET)
        terminal.expect("2  large")
        terminal.expect("Which model?")
        terminal.type("2")
        terminal.expect("custom large plans and answers from now on")
        assert terminal.end() == 0
    assert SECRET.encode() not in terminal.shown
    assert load({}, {}).model == "large"
    assert SECRET in keys_file().read_text()
    assert SECRET not in config_file().read_text()
    assert stat.S_IMODE(keys_file().stat().st_mode) == 0o600


def test_a_kept_key_is_used_by_the_next_command(nanomem: Runs, root: Path) -> None:
    from nanomem_tui.agent.models.endpoints import Key
    from nanomem_tui.agent.models.keys import KeyStore

    with ScriptedServer(lambda body: reply_calls(("finish", {"summary": "No."})), key=SECRET) as server:
        KeyStore(keys_file()).keep(Key.of(SECRET, server.base_url))
        ran = nanomem("add", "I like tea.", "--base-url", server.base_url, "--model", "m", "--json")
        assert ran.code == 0
        assert len(server.requests) == 1
    assert not any(SECRET in file.read_text() for file in root.rglob("*.jsonl"))

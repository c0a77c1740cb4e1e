"""`nanomem preview`: change what would go, and hand over exactly what was shown."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Runs
from tests.loopback import ScriptedServer
from tests.replies import reply_text

Write = Callable[[str, str], Path]
QUERY = ("preview", "Where do I live?")


@pytest.fixture
def filled(nanomem: Runs, write: Write) -> Runs:
    write(
        "personal/about.md", "- Lives in Seattle | updated_at=2026-01-02\n- Lives with Ana | disclosure=ask\n"
    )
    return nanomem


def ref(nanomem: Runs, text: str) -> str:
    facts = nanomem(*QUERY, "--json").json["facts"]
    return str(next(fact["ref"] for fact in facts if fact["text"] == text))


def test_facts_are_switched_and_reworded(filled: Runs) -> None:
    home, ana = ref(filled, "Lives in Seattle"), ref(filled, "Lives with Ana")
    assert "Seattle" in filled(*QUERY, "--json").json["prompt"]
    assert "Ana" not in filled(*QUERY, "--json").json["prompt"]
    shown = filled(*QUERY, "--json", "--include", ana, "--reword", f"{home}=a city = in the northwest").json
    assert "Seattle" not in shown["prompt"]
    assert "a city = in the northwest" in shown["prompt"]
    assert "Ana" in shown["prompt"]
    assert "Seattle" not in filled(*QUERY, "--json", "--strike", home.partition("#")[2]).json["prompt"]
    words = filled(*QUERY, "--reword", f"{home}=a city").out
    assert "as: a city" in words
    assert hashlib.sha256(b"Where do I live?\n").hexdigest() not in words


@pytest.mark.parametrize(
    ("words", "code"),
    [(("--strike", "zzzzz"), 1), (("--reword", "zzzzz"), 2), (("--send", "--out", "x"), 2), (("--send",), 2)],
)
def test_words_that_make_no_sense(filled: Runs, words: tuple[str, ...], code: int) -> None:
    assert filled(*QUERY, *words).code == code
    assert filled("disclosures", "--json").json["disclosures"] == []


def test_a_file_gets_the_bytes_that_were_shown(filled: Runs, tmp_path: Path) -> None:
    shown = filled(*QUERY, "--json").json
    ran = filled(*QUERY, "--out", str(tmp_path / "prompt.txt"), "--sha256", shown["sha256"])
    assert ran.code == 0
    data = (tmp_path / "prompt.txt").read_bytes()
    assert data == shown["prompt"].encode()
    assert oct((tmp_path / "prompt.txt").stat().st_mode)[-3:] == "600"
    [entry] = filled("disclosures", "--json").json["disclosures"]
    assert (entry["sha256"], entry["bytes"]) == (hashlib.sha256(data).hexdigest(), len(data))
    assert filled(*QUERY, "--out", "-").out == shown["prompt"]


def test_it_is_sent_as_it_was_seen_or_not_at_all(filled: Runs, write: Write) -> None:
    with ScriptedServer(lambda body: reply_text("You live in Seattle.")) as server:
        there = ("--base-url", server.base_url, "--model", "m", "--trust", "remote")
        shown = filled(*QUERY, *there, "--json").json
        ran = filled(*QUERY, *there, "--send", "--sha256", shown["sha256"][:12], "--json")
        assert (ran.code, ran.json["reply"]) == (0, "You live in Seattle.")
        [request] = server.requests
        assert request.json["messages"] == [{"role": "user", "content": shown["prompt"]}]
        plain = filled(*QUERY, *there, "--send", "--sha256", shown["sha256"])
        assert plain.out == "You live in Seattle.\n"
        write("personal/about.md", "- Lives in Portland\n")
        stale = filled(*QUERY, *there, "--send", "--sha256", shown["sha256"], "--json")
        assert (stale.code, stale.json["error"]["code"]) == (1, "preview_stale")
        assert filled(*QUERY, *there, "--send", "--sha256", "").code == 2
        assert len(server.requests) == 2

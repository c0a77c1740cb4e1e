"""Watching runs: afterwards, and while another process runs them."""

import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import Runs
from tests.cli.scripts import adds, fact, finish
from tests.loopback import ScriptedServer
from tests.replies import Hang, reply_calls, stream_reply

PROGRAM = [sys.executable, "-m", "nanomem_tui"]


def test_a_trace_tells_the_steps(nanomem: Runs) -> None:
    nanomem("add", "I moved to Seattle in March 2026.")
    lines = nanomem("trace").out.splitlines()
    assert lines[0].startswith("add · rules, no language model · ")
    assert lines[0].endswith("I moved to Seattle in March 2026.")
    assert any(line.startswith("  add_facts {") for line in lines)
    assert "  add personal/about.md  Moved to Seattle in March 2026" in lines
    assert lines[-1].startswith("done · 1 edit proposed.")
    assert "tokens" not in nanomem("trace").out


def test_the_newest_trace_is_the_default_and_short_names_do(nanomem: Runs) -> None:
    nanomem("add", "I like tea.")
    nanomem("retrieve", "what do I like?")
    newest, oldest = nanomem("traces").out.splitlines()
    assert "retrieve done" in newest
    assert "add done" in oldest
    assert nanomem("trace").out.startswith("retrieve · ")
    assert nanomem("trace", oldest.split()[0]).out.startswith("add · ")
    assert nanomem("traces", "--limit", "1").out == newest + "\n"
    assert nanomem("trace", "zzzzzz").code == 1


def test_nothing_has_run(nanomem: Runs, root: Path) -> None:
    assert nanomem("traces").err == "Nothing has run yet.\n"
    ran = nanomem("trace")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "nanomem: Nothing has run yet. Run something first, for example: nanomem add\n"
    assert not root.exists()


def test_costs_of_a_model_are_told(nanomem: Runs) -> None:
    with ScriptedServer([reply_calls(adds("a.md", fact("Likes tea", "I like tea"))), finish()]) as server:
        nanomem("add", "I like tea", "--base-url", server.base_url, "--model", "x")
    assert "240 (200 cached) → 60 tokens" in nanomem("traces").out
    assert "< reply · 120 (100 cached) → 30 tokens" in nanomem("trace").out


def test_follow_shows_a_run_of_another_process_as_it_happens(root: Path) -> None:
    """The run stands still in its second step while its first is read here, and its end when it ends."""
    first = reply_calls(adds("a.md", fact("Likes tea", "I like tea")))
    with ScriptedServer([first, stream_reply(Hang())]) as server:
        model = ["--root", str(root), "--base-url", server.base_url, "--model", "x"]
        run = subprocess.Popen([*PROGRAM, *model, "add", "I like tea"], stderr=subprocess.PIPE)
        assert server.wait_for_requests(2)
        follow = [*PROGRAM, "--root", str(root), "trace", "--follow"]
        with subprocess.Popen(follow, stdout=subprocess.PIPE, text=True) as watcher:
            assert watcher.stdout is not None
            for line in watcher.stdout:
                if line.startswith("> request 2"):
                    break
            assert run.poll() is None, "it is watched while it runs"
            run.kill()
            run.communicate()
            assert watcher.wait(20) == 0, "a run whose process is gone ends the watching"


def test_all_that_was_sent_and_said_is_told_where_it_is_wanted(nanomem: Runs) -> None:
    with ScriptedServer([reply_calls(adds("a.md", fact("Likes tea", "I like tea"))), finish()]) as server:
        nanomem("add", "I like tea", "--base-url", server.base_url, "--model", "x")
        sent = server.requests[0].json["messages"]
    told = nanomem("trace", "--full").out
    lines = [line.strip() for line in told.splitlines()]
    for message in sent:
        for line in message["content"].splitlines():
            assert line.strip() in lines
    assert "all of the request before, and then" in lines
    assert "<source>" not in nanomem("trace").out

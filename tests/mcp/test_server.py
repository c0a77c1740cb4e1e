"""The server as the official client sees it: in this process for each tool, over stdio and HTTP for real."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.types import Implementation

from nanomem_tui import MemoryBank
from nanomem_tui.changes.model import AuthorKind
from nanomem_tui.mcp.serve import CLIENTS, behind_token, client_config
from nanomem_tui.mcp.server import make_server
from nanomem_tui.memory.errors import UsageError
from tests.mcp.conftest import PRIVATE, contents

TESTER = Implementation(name="tester", version="1")


def connected(bank: MemoryBank) -> Client:
    """A client of a server over `bank`, to be used with `async with`."""
    return Client(make_server(bank), client_info=TESTER)


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert isinstance(result.structured_content, dict)
    return result.structured_content


async def refusal(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return str(getattr(result.content[0], "text", ""))


async def test_the_tools_are_these_and_each_says_what_it_does_to_memory(bank: MemoryBank) -> None:
    async with connected(bank) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {
            "memory_retrieve", "memory_preview", "memory_search", "memory_tree", "memory_read",
            "memory_add", "memory_update", "memory_forget", "memory_change_status",
        }  # fmt: skip
        writes = {"memory_add", "memory_update", "memory_forget"}
        for name, tool in tools.items():
            assert tool.title and tool.description
            hints = tool.annotations
            assert hints is not None
            assert hints.read_only_hint is (name not in writes)
            assert None not in (hints.destructive_hint, hints.idempotent_hint, hints.open_world_hint)


async def test_a_question_is_answered_cited_and_in_the_ledger(bank: MemoryBank) -> None:
    async with connected(bank) as client:
        result = await call(client, "memory_retrieve", query="Where do I live?")
        assert "Seattle" in result["answer"]
        (entry,) = bank.disclosures()
        assert entry.id == result["disclosure"]
        assert entry.recipient == "tester"
        assert [fact.ref for fact in entry.facts] == result["sentences"][0]["facts"]


async def test_reading_and_searching_are_disclosures_too(bank: MemoryBank) -> None:
    async with connected(bank) as client:
        file = await call(client, "memory_read", path="personal/about")
        assert [fact["text"] for fact in file["facts"]] == ["Lives in Seattle", "Plays the cello"]
        hits = (await call(client, "memory_search", query="cello"))["hits"]
        assert [hit["text"] for hit in hits] == ["Plays the cello"]
        assert [(entry.purpose, len(entry.facts)) for entry in bank.disclosures()] == [
            ("search", 1),
            ("read", 2),
        ]


async def test_what_is_withheld_does_not_exist(bank: MemoryBank) -> None:
    async with connected(bank) as client:
        seen = [
            await call(client, "memory_tree"),
            await call(client, "memory_search", query="marzipan money Zanzibar quokka fear counselor"),
            await call(client, "memory_read", path="personal/about.md"),
            await call(client, "memory_retrieve", query="What do I fear and owe?"),
            await call(client, "memory_preview", query="What do I fear and owe?"),
            await call(client, "memory_add", text="I live in Portland now."),
        ]
        text = json.dumps(seen).lower()
        assert not [word for word in (*PRIVATE, "ocelot") if word in text]
        about = next(file for file in seen[0]["files"] if file["path"] == "personal/about.md")
        assert about["facts"] == 2
        hidden = await refusal(client, "memory_read", path="tax/zanzibar.md")
        missing = await refusal(client, "memory_read", path="tax/nowhere.md")
        assert hidden.replace("zanzibar", "X") == missing.replace("nowhere", "X")


async def test_a_private_duplicate_is_not_told(bank: MemoryBank) -> None:
    async with connected(bank) as client:
        told = await call(client, "memory_add", text="I fear the marzipan factory.")
        assert set(told["change"]["edits"][0]) == {"n", "op", "path", "text", "state"}
        assert bank.pending()[0].edits[0].flags


@pytest.mark.parametrize("approval", ["auto", "ask"])
async def test_writes_wait_for_the_person_whatever_the_mode(
    memory: Path, approval: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NANOMEM_APPROVAL", approval)
    bank = MemoryBank(memory)
    before = contents(memory)
    async with Client(make_server(bank), client_info=TESTER) as client:
        for tool, words in [
            ("memory_add", {"text": "I am allergic to penicillin."}),
            ("memory_update", {"text": "Actually, I live in Portland now."}),
            ("memory_forget", {"query": "the cello"}),
        ]:
            told = await call(client, tool, **words)
            assert "nanomem review" in told["summary"]
            status = await call(client, "memory_change_status", change=told["change"]["id"])
            assert status["waiting"] is True
    assert contents(memory) == before
    assert {(c.author.kind, c.author.name) for c in bank.pending()} == {(AuthorKind.CLIENT, "tester")}
    await bank.close()


async def test_a_guest_learns_what_became_of_its_own_changes_only(bank: MemoryBank) -> None:
    async with connected(bank) as client:
        told = await call(client, "memory_add", text="I am allergic to penicillin.")
        bank.approve(told["change"]["id"])
        assert (await call(client, "memory_change_status", change=told["change"]["id"]))["state"] == "applied"
        own = await bank.add("My sister lives in Lisbon.")
        assert own.change is not None
        assert "proposed no change" in await refusal(client, "memory_change_status", change=own.change.id)
        assert "proposed no change" in await refusal(client, "memory_change_status", change="nonsense")


async def test_nothing_to_propose_says_so(bank: MemoryBank) -> None:
    async with connected(bank) as client:
        told = await call(client, "memory_add", text="What time is it?")
        assert told["change"] is None
        assert "Nothing was proposed" in told["summary"]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("memory_retrieve", {}),
        ("memory_retrieve", {"query": ""}),
        ("memory_add", {"text": ["a"]}),
        ("memory_search", {"query": "x", "limit": "many"}),
        ("memory_read", {"path": "../../etc/passwd"}),
        ("memory_read", {"path": "a\x00b.md"}),
        ("memory_approve", {"change": "x"}),
    ],
)
async def test_bad_arguments_are_refused_and_the_server_goes_on(
    bank: MemoryBank, tool: str, arguments: dict[str, Any]
) -> None:
    async with connected(bank) as client:
        try:
            refused = (await client.call_tool(tool, arguments)).is_error
        except Exception as error:  # noqa: BLE001 - the client raises protocol errors of its own
            refused = "Traceback" not in str(error)
        assert refused
        assert (await call(client, "memory_tree"))["files"]


async def test_a_recipient_of_the_policy_is_held_to_it(bank: MemoryBank) -> None:
    async with Client(make_server(bank, recipient="work-assistant")) as client:
        assert [file["path"] for file in (await call(client, "memory_tree"))["files"]] == ["work/job.md"]
        assert (await call(client, "memory_search", query="Seattle"))["hits"] == []
        await call(client, "memory_search", query="Acme")
    assert bank.disclosures()[0].recipient == "work-assistant"
    with pytest.raises(UsageError, match="stranger"):
        make_server(bank, recipient="stranger")


async def test_a_file_is_a_resource_as_far_as_it_may_be_told(bank: MemoryBank) -> None:
    async with connected(bank) as client:
        result = await client.read_resource("memory://personal/about.md")
        assert getattr(result.contents[0], "text", "") == "- Lives in Seattle\n- Plays the cello\n"
        with pytest.raises(Exception, match="no file"):
            await client.read_resource("memory://tax/zanzibar.md")


def over_stdio(memory: Path) -> StdioServerParameters:
    code = (
        "from nanomem_tui.settings import load; from nanomem_tui.mcp.serve import serve;"
        f"serve(load({{'root': {str(memory)!r}}}))"
    )
    return StdioServerParameters(command=sys.executable, args=["-c", code])


async def test_over_stdio_two_clients_at_once_lose_nothing(memory: Path) -> None:
    async def propose(word: str) -> str:
        async with Client(over_stdio(memory)) as client:
            return str((await call(client, "memory_add", text=f"I play the {word}."))["change"]["id"])

    ids = await asyncio.gather(propose("oboe"), propose("tuba"))
    bank = MemoryBank(memory)
    assert {change.id for change in bank.pending()} == set(ids)
    await bank.close()


async def test_http_wants_its_token() -> None:
    reached: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope["type"])

    answers: list[Any] = []

    async def send(message: Any) -> None:
        answers.append(message)

    async def receive() -> Any:
        return {}

    guarded = behind_token(app, "right")
    for headers in ([], [(b"authorization", b"Bearer wrong")]):
        await guarded({"type": "http", "headers": headers}, receive, send)
    assert [message["status"] for message in answers if "status" in message] == [401, 401]
    assert reached == []
    await guarded({"type": "http", "headers": [(b"authorization", b"Bearer right")]}, receive, send)
    assert reached == ["http"]


@pytest.mark.parametrize("client", CLIENTS)
def test_a_configuration_names_the_command_and_the_root(client: str) -> None:
    text = client_config(client, Path("/memory of mine"), "work-assistant")
    assert "nanomem" in text
    assert "/memory of mine" in text
    assert "work-assistant" in text


def test_an_unknown_client_is_one_sentence() -> None:
    with pytest.raises(UsageError, match="emacs"):
        client_config("emacs", Path("/m"))

"""The commands for other agents: configuration, skill, and the server as a client starts it."""

import sys
from pathlib import Path

from mcp import Client, StdioServerParameters

from tests.cli.conftest import Runs


def test_a_client_is_told_how_to_start_the_server(nanomem: Runs, root: Path) -> None:
    ran = nanomem("mcp", "--print-config", "claude", "--recipient", "work-assistant")
    assert ran.code == 0
    entry = ran.json["mcpServers"]["nanomem"]
    assert entry == {
        "command": "nanomem",
        "args": ["mcp", "--root", str(root), "--recipient", "work-assistant"],
    }
    assert nanomem("mcp", "--print-config", "emacs").code == 2


def test_the_skill_is_installed_where_it_is_wanted(nanomem: Runs, tmp_path: Path) -> None:
    ran = nanomem("skill", "install", "--dir", str(tmp_path / "skills"), "--json")
    assert ran.code == 0
    assert Path(ran.json["file"]).read_text(encoding="utf-8").startswith("---\nname: nanomem\n")
    assert "nanomem retrieve" in nanomem("skill", "snippet").out


def test_the_server_speaks_a_protocol_of_its_own(nanomem: Runs) -> None:
    ran = nanomem("mcp", "--json")
    assert ran.code == 2
    assert "--json" in ran.json["error"]["next"]


def test_an_unknown_recipient_is_one_sentence(nanomem: Runs) -> None:
    ran = nanomem("mcp", "--recipient", "stranger")
    assert ran.code == 2
    assert "stranger" in ran.err


async def test_a_client_starts_the_command_and_is_answered(root: Path) -> None:
    words = ["-m", "nanomem_tui", "--root", str(root), "mcp"]
    async with Client(StdioServerParameters(command=sys.executable, args=words)) as client:
        told = await client.call_tool("memory_add", {"text": "I play the oboe."})
        assert told.structured_content is not None
        assert told.structured_content["change"]["waiting"] is True

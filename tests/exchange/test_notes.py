"""Notes, vaults, agents' files, and memories that other programs keep."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from nanomem_tui.exchange.archive import Source as Opened
from nanomem_tui.exchange.detect import read
from nanomem_tui.exchange.model import ImportedFacts
from nanomem_tui.memory.facts import Confidence, Source, Tier
from nanomem_tui.memory.levels import Level
from tests.exchange.making import damaged, documents, facts, items, left_out


def one_list(data: object, name: str) -> ImportedFacts:
    (item,) = items(data, name)
    assert isinstance(item, ImportedFacts)
    return item


def test_a_list_of_facts_needs_no_model() -> None:
    found = one_list("# Garden\n\n- Grows tomatoes\n- [x] Built a shed\n  with a window\n", "garden.md")
    assert [one.fact.text for one in found.facts] == ["Grows tomatoes", "Built a shed"]
    assert found.facts[1].fact.details == "with a window"
    assert {(one.path, one.fact.source) for one in found.facts} == {("notes/garden.md", Source.DOCUMENT)}


def test_prose_is_a_document_with_its_words_untouched() -> None:
    note = "---\ntitle: My garden\ndate: 2024-05-03\n---\nI grow [[Tomatoes]] with [[Ana Silva|Ana]].\n"
    (document,) = documents(items(note, "garden.md"))
    assert (document.title, document.date) == ("My garden", datetime(2024, 5, 3))
    assert "[[Ana Silva|Ana]]" in document.text


def test_a_note_takes_its_day_from_its_name() -> None:
    (document,) = documents(items("I met Ana today.\n", "2024-05-03.md"))
    assert document.date == datetime(2024, 5, 3)


def test_tags_and_levels_of_a_vault_come_along() -> None:
    note = "---\ntags: [health]\ndisclosure: private\n---\n- Allergic to nuts\n"
    (one,) = one_list(note, "vault/body.md").facts
    assert (one.fact.topic, one.fact.disclosure, one.path) == ("health", Level.PRIVATE, "vault/body.md")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("CLAUDE.md", "assistants/claude.md"),
        ("AGENTS.md", "assistants/agents.md"),
        ("repo/CLAUDE.local.md", "assistants/claude-local.md"),
        ("memory/MEMORY.md", "assistants/memory.md"),
    ],
)
def test_files_of_agents_go_where_such_things_are(name: str, path: str) -> None:
    (one,) = one_list("# Rules\n\n- Prefers tabs\n", name).facts
    assert one.path == path


def test_a_memory_file_is_taken_over_as_it_is() -> None:
    text = "# Memory: Health\r\n\r\n- Nuts | topic=health | color=blue\r\nProse.\r\n"
    (document,) = documents(items(text, "health.md"))
    assert (document.memory, document.text, document.path) == (True, text, "health.md")


def test_a_vault_is_read_file_by_file(tmp_path: Path) -> None:
    for name, text in {
        "Daily/2024-05-03.md": "I met Ana.\n",
        "People/Ana.md": "- Lives in Porto\n- Keeps bees\n",
        ".obsidian/app.json": "{}",
        "picture.png": "\x00\x01",
        "Empty.md": "\n",
        "_tree.md": "- personal/about.md (1 items)\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    with Opened(tmp_path) as source:
        found = list(read(source))
    assert facts(found) == ["Lives in Porto", "Keeps bees"]
    assert [document.title for document in documents(found)] == ["2024-05-03"]
    assert (left_out(found), damaged(found)) == (["Empty.md", "_tree.md"], [])


# Memories of other programs


@pytest.mark.parametrize(
    "wrap",
    [
        lambda held: held,
        lambda held: {"results": held},
        lambda held: {"memories": held},
    ],
)
def test_mem0_is_read_in_its_shapes(wrap: object) -> None:
    held = [
        {
            "id": "1",
            "memory": "Likes hiking",
            "hash": "x",
            "user_id": "ana",
            "categories": ["hobbies"],
            "created_at": "2024-05-01T10:00:00",
            "updated_at": "2024-05-03T10:00:00",
        }
    ]
    assert callable(wrap)
    found = one_list(wrap(held), "mem0.json")
    fact = found.facts[0].fact
    assert (found.source, fact.text, fact.topic) == ("mem0", "Likes hiking", "hobbies")
    assert (fact.updated_at, fact.source) == (datetime(2024, 5, 3, 10), Source.ASSISTANT_SUMMARY)


GRAPH = [
    {"type": "entity", "name": "default_user", "entityType": "person", "observations": ["likes tea", ""]},
    {"type": "entity", "name": "Ana_Silva", "entityType": "person", "observations": ["Lives in Porto"]},
    {"type": "relation", "from": "Ana_Silva", "to": "Acme", "relationType": "works_at"},
]


@pytest.mark.parametrize(
    "data", ["\n".join(json.dumps(line) for line in GRAPH), {"entities": GRAPH[:2], "relations": GRAPH[2:]}]
)
def test_the_graph_of_the_mcp_server_is_read(data: object) -> None:
    assert facts(items(data, "memory.jsonl")) == [
        "Likes tea",
        "Ana Silva: Lives in Porto",
        "Ana Silva works at Acme",
    ]


@pytest.mark.parametrize(
    "data",
    [
        ["Likes tea", "Lives in Porto"],
        [{"text": "Likes tea"}, {"fact": "Lives in Porto"}],
        {"facts": ["Likes tea", "Lives in Porto"]},
        '{"text": "Likes tea"}\n{"content": "Lives in Porto"}\n',
    ],
)
def test_plain_lists_of_facts_are_read(data: object) -> None:
    assert facts(items(data)) == ["Likes tea", "Lives in Porto"]


def test_facts_with_our_metadata_keep_it() -> None:
    told = {
        "text": "Likes tea",
        "path": "food/tea.md",
        "tier": "working",
        "source": "inference",
        "confidence": "low",
    }
    (one,) = one_list([told], "facts.json").facts
    assert (one.path, one.fact.tier, one.fact.source, one.fact.confidence) == (
        "food/tea.md",
        Tier.WORKING,
        Source.INFERENCE,
        Confidence.LOW,
    )


def test_a_fact_with_an_unsafe_path_is_filed_by_what_it_says() -> None:
    (one,) = one_list([{"text": "Likes tea", "path": "../../evil.md"}], "facts.json").facts
    assert one.path is None

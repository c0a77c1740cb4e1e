"""The bank end to end, over a real server: what a remote model may see, and what is written and recorded."""

import base64
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from nanomem_tui import MemoryBank
from nanomem_tui.agent.events import Event, EventType
from nanomem_tui.changes.model import ChangeState
from nanomem_tui.memory.errors import NotFound, UsageError, Withheld
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.memory.levels import Trust
from nanomem_tui.settings import Approval, Settings
from tests.loopback import ScriptedServer
from tests.replies import Reply, last_message, reply_calls, turn

CANARIES = ("zanzibar", "quokka", "marzipan", "ocelot", "tamarind")
"""Words that stand in memory only where a remote model must not look."""


@pytest.fixture
def memory(root: Path) -> Path:
    files = {
        "personal/about.md": (
            "# Memory: Personal\n\n## Long-term memory\n"
            "- Lives in Seattle | updated_at=2026-01-02\n"
            "- Fears the marzipan factory | disclosure=private\n"
            "- Sees a doctor named Ocelot | disclosure=ask\n"
        ),
        "tax/zanzibar.md": "---\ndescription: quokka papers\n---\n- Owes money in Zanzibar\n",
        "health/about.md": "---\ndisclosure: ask\ntitle: Tamarind\n---\n- Allergic to tamarind\n",
    }
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    state = root / ".nanomem"
    state.mkdir(mode=0o700)
    (state / "policy.yaml").write_text('levels:\n  "tax/**": private\n', encoding="utf-8")
    return root


def bank_at(root: Path, server: ScriptedServer, trust: Trust, **more: Any) -> MemoryBank:
    settings = Settings(
        root=root, provider="custom", base_url=server.base_url, model="m", trust=trust, **more
    )
    return MemoryBank(settings=settings)


@pytest.fixture
async def closing() -> AsyncIterator[list[MemoryBank]]:
    banks: list[MemoryBank] = []
    yield banks
    for bank in banks:
        await bank.close()


def contents(root: Path) -> dict[str, bytes]:
    """The bytes of every memory file."""
    return {str(file): file.read_bytes() for file in root.rglob("*.md")}


def holding(root: Path, word: bytes) -> list[Path]:
    """The files that hold a word, in any letter case."""
    return [file for file in root.rglob("*") if file.is_file() and word in file.read_bytes().lower()]


def forms(canary: str) -> set[bytes]:
    """A word as it could hide in a request."""
    raw = canary.encode()
    return {raw, raw[::-1], raw.hex().encode(), base64.b64encode(raw).rstrip(b"="), quote(canary).encode()}


@dataclass
class Nosy:
    """A model that asks for everything it could guess, then ends."""

    ending: Reply
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: Mapping[str, Any]) -> Reply:
        questions = [
            ("list_folder", {"path": "."}),
            ("list_folder", {"path": "tax"}),
            ("search_facts", {"query": "money debt fear doctor allergic papers"}),
            ("read_file", {"path": "tax/about.md"}),
            ("read_file", {"path": "tax/" + "zan" + "zibar.md"}),
            ("read_file", {"path": "health/about.md"}),
            ("read_file", {"path": "personal/about.md"}),
        ]
        offered = {tool["function"]["name"] for tool in request["tools"]}
        questions = [question for question in questions if question[0] in offered]
        step = turn(request)
        if step < len(questions):
            return reply_calls(questions[step])
        self.asked.append(last_message(request))
        return self.ending


ANSWER = reply_calls(("answer", {"sentences": [{"text": "You live in Seattle.", "facts": []}]}))


@pytest.mark.parametrize("flow", ["add", "retrieve"])
async def test_for_a_remote_model_private_and_ask_memory_does_not_exist(
    memory: Path, flow: str, closing: list[MemoryBank]
) -> None:
    ending = ANSWER if flow == "retrieve" else reply_calls(("finish", {"summary": "done"}))
    with ScriptedServer(Nosy(ending)) as server:
        bank = bank_at(memory, server, Trust.REMOTE)
        closing.append(bank)
        await (bank.retrieve("Where do I live?") if flow == "retrieve" else bank.add("I live in Seattle."))
        sent = [request.body.lower() for request in server.requests]
    assert len(sent) >= 3
    # The path that the model itself guessed comes back in its own call; nothing else may name it.
    guessed = b"zan" + b"zibar.md"
    for body in sent:
        for canary in CANARIES:
            for form in forms(canary):
                assert form not in body.replace(guessed, b""), (canary, form)


async def test_a_guessed_path_is_answered_like_one_that_does_not_exist(
    memory: Path, closing: list[MemoryBank]
) -> None:
    results: dict[str, str] = {}

    def spy(event: Event) -> None:
        if event.type is EventType.TOOL_RETURNED:
            results[str(event.attributes["gen_ai.tool.call.id"])] = str(
                event.attributes["gen_ai.tool.call.result"]
            )

    replies = [
        reply_calls(("read_file", {"path": "tax/zanzibar.md"})),
        reply_calls(("read_file", {"path": "tax/nowhere.md"})),
        ANSWER,
        ANSWER,
    ]
    with ScriptedServer(replies) as server:
        bank = bank_at(memory, server, Trust.REMOTE)
        closing.append(bank)
        await bank.retrieve("What do I owe?", watch=spy)
    hidden, missing, *_ = results.values()
    assert hidden.replace("zanzibar", "X") == missing.replace("nowhere", "X")


async def test_a_local_model_writes_with_all_of_memory_in_view(
    memory: Path, closing: list[MemoryBank]
) -> None:
    with ScriptedServer(Nosy(reply_calls(("finish", {"summary": "done"})))) as server:
        bank = bank_at(memory, server, Trust.LOCAL)
        closing.append(bank)
        await bank.add("I live in Seattle.")
        sent = b"".join(request.body.lower() for request in server.requests)
    assert b"owes money in zanzibar" in sent


async def test_what_a_local_model_answers_for_others_never_rests_on_private_facts(
    memory: Path, closing: list[MemoryBank]
) -> None:
    with ScriptedServer(Nosy(ANSWER)) as server:
        bank = bank_at(memory, server, Trust.LOCAL)
        closing.append(bank)
        await bank.retrieve("What do I fear?")
        sent = b"".join(request.body.lower() for request in server.requests).replace(b"zanzibar.md", b"")
    assert not [canary for canary in CANARIES if canary.encode() in sent]


async def test_a_withheld_text_in_a_prompt_stops_the_request(memory: Path, closing: list[MemoryBank]) -> None:
    prompts = memory / ".nanomem" / "prompts"
    prompts.mkdir()
    (prompts / "retrieve.md").write_text(
        "---\nname: retrieve\ntools: [search_facts]\nterminal: answer\nmax_steps: 3\n"
        "max_output_tokens: 100\n---\nRemember: the user FEARS the   marzipan factory.\n",
        encoding="utf-8",
    )
    with ScriptedServer([ANSWER]) as server:
        bank = bank_at(memory, server, Trust.REMOTE)
        closing.append(bank)
        with pytest.raises(Withheld) as caught:
            await bank.retrieve("Where do I live?")
        assert server.requests == []
    assert "marzipan" not in str(caught.value)
    assert bank.traces()[0].state == "failed"


async def test_what_a_remote_model_was_shown_is_in_the_ledger(
    memory: Path, closing: list[MemoryBank]
) -> None:
    with ScriptedServer(Nosy(reply_calls(("finish", {"summary": "done"})))) as server:
        bank = bank_at(memory, server, Trust.REMOTE)
        closing.append(bank)
        await bank.add("I live in Seattle.")
    (entry,) = bank.disclosures()
    assert entry.recipient == bank.model.endpoint
    assert entry.trust is Trust.REMOTE
    assert [fact.ref for fact in entry.facts] == [bank.search("Seattle")[0].fact.ref]
    assert entry.facts[0].matches("Lives in Seattle")


async def test_an_answer_is_recorded_as_handed_to_its_recipient(
    memory: Path, closing: list[MemoryBank]
) -> None:
    bank = MemoryBank(memory)
    closing.append(bank)
    result = await bank.retrieve("Where do I live?")
    assert "Seattle" in result.answer
    assert result.disclosure is not None
    assert bank.disclosures() == [result.disclosure]
    assert [fact.ref for fact in result.disclosure.facts] == [fact.ref for fact in result.facts]
    events = [event.type for event in bank.trace(result.trace)]
    assert events[-2:] == [EventType.DISCLOSURE_MADE, EventType.RUN_FINISHED]


async def test_a_named_recipient_gets_only_its_paths(memory: Path, closing: list[MemoryBank]) -> None:
    policy = memory / ".nanomem" / "policy.yaml"
    policy.write_text('recipients:\n  work-assistant: {allow: ["work/**"]}\n', encoding="utf-8")
    bank = MemoryBank(memory)
    closing.append(bank)
    assert (await bank.retrieve("Where do I live?", recipient="work-assistant")).facts == ()
    with pytest.raises(UsageError, match="stranger"):
        await bank.retrieve("Where do I live?", recipient="stranger")


async def test_ask_facts_are_counted_and_come_with_a_yes(memory: Path, closing: list[MemoryBank]) -> None:
    bank = MemoryBank(memory)
    closing.append(bank)
    without = await bank.retrieve("What am I allergic to?")
    assert (without.facts, without.withheld.reasons) == ((), {"ask": 1})
    assert [fact.text for fact in bank.askable("What am I allergic to?")] == ["Allergic to tamarind"]
    with_yes = await bank.retrieve("What am I allergic to?", allow_ask=True)
    assert [fact.text for fact in with_yes.facts] == ["Allergic to tamarind"]


async def test_an_add_waits_until_it_is_approved_and_a_revert_gives_the_bytes_back(
    memory: Path, closing: list[MemoryBank]
) -> None:
    bank = MemoryBank(memory)
    closing.append(bank)
    before = contents(memory)
    result = await bank.add("I am allergic to penicillin.")
    assert result.change is not None
    assert result.change.state is ChangeState.PENDING
    assert contents(memory) == before
    bank.approve(result.change.id)
    assert any(b"penicillin" in data for data in contents(memory).values())
    bank.revert(result.change.id)
    assert contents(memory) == before


async def test_auto_applies_what_is_not_flagged(root: Path, closing: list[MemoryBank]) -> None:
    bank = MemoryBank(settings=Settings(root=root, approval=Approval.AUTO))
    closing.append(bank)
    plain = await bank.add("My sister lives in Lisbon.")
    assert plain.change is not None
    assert plain.change.state is ChangeState.APPLIED
    secret = await bank.add("My password is hunter2-Tr0ub4dor.")
    assert secret.change is not None
    assert secret.change.state is ChangeState.PENDING
    assert secret.change.edits[0].flags


async def test_a_hand_edit_is_a_change_like_any_other(memory: Path, closing: list[MemoryBank]) -> None:
    bank = MemoryBank(memory)
    closing.append(bank)
    before = (memory / "personal/about.md").read_bytes()
    bank.add_fact("personal/about.md", NewFact("Plays the cello"))
    ref = bank.search("cello")[0].fact.ref
    bank.remove_facts([ref])
    with pytest.raises(NotFound):
        bank.fact(ref)
    bank.undo()
    assert bank.fact(ref).text == "Plays the cello"
    bank.undo()
    assert (memory / "personal/about.md").read_bytes() == before


def test_a_root_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "f").touch()
    with pytest.raises(UsageError, match="is a file"):
        MemoryBank(tmp_path / "f")


async def test_update_forget_and_compact_propose_like_add(memory: Path, closing: list[MemoryBank]) -> None:
    bank = MemoryBank(memory)
    closing.append(bank)
    about = memory / "personal/about.md"
    about.write_bytes(about.read_bytes() + b"- Lives in Seattle | updated_at=2025-01-01\n")
    compacted = await bank.compact("personal/about")
    assert compacted.change is not None
    assert [edit.op.value for edit in compacted.change.edits] == ["archive"]
    assert not compacted.change.edits[0].flags
    updated = await bank.update("Actually, I live in Portland now.")
    assert updated.change is not None
    assert [edit.text for edit in updated.change.edits] == ["Lives in Portland"]
    forgotten = await bank.forget("marzipan factory")
    assert forgotten.change is not None
    assert [edit.before for edit in forgotten.change.edits] == ["Fears the marzipan factory"]
    assert len(bank.pending()) == 3


async def test_a_models_own_words_are_no_leak(memory: Path, closing: list[MemoryBank]) -> None:
    """A remote model that words a new fact like a withheld one was told nothing of it."""
    add = {
        "path": "personal/fears.md",
        "facts": [{"text": "Fears the marzipan factory", "quote": "marzipan"}],
    }
    replies = [reply_calls(("add_facts", add)), reply_calls(("finish", {"summary": "done"}))]
    with ScriptedServer(replies) as server:
        bank = bank_at(memory, server, Trust.REMOTE)
        closing.append(bank)
        result = await bank.add("I have a thing about marzipan.")
    assert result.change is not None
    assert [edit.text for edit in result.change.edits] == ["Fears the marzipan factory"]


async def test_a_stale_proposal_gives_way_to_a_new_one_and_a_conflict_can_be_overruled(root: Path) -> None:
    bank = MemoryBank(settings=Settings(root=root))
    bank.add_fact("home.md", NewFact("Lives in Seattle"))
    old = (await bank.update("I live in Portland now.")).change
    assert old is not None
    (fact,) = bank.read("home.md").document.facts
    bank.edit_fact(fact.ref, NewFact("Lives in Seattle, Ballard"))
    assert [edit.theirs for edit in bank.check(old.id)] == ["Lives in Seattle, Ballard"]
    new = (await bank.refresh(old.id)).change
    assert new is not None
    assert (bank.check(new.id), bank.pending()) == ((), [bank.change(new.id)])
    assert bank.change(old.id).state is ChangeState.REJECTED
    (fact,) = bank.read("home.md").document.facts
    bank.edit_fact(fact.ref, NewFact("Lives in Fremont"))
    assert bank.approve(new.id, flagged=True).conflicts
    assert bank.status().pending == 1
    assert not bank.take_proposal(new.id, 1).conflicts
    assert "Lives in Portland" in (root / "home.md").read_text()
    assert (bank.pending(), bank.faults()) == ([], [])
    await bank.close()


async def test_a_proposal_to_forget_for_good_waits_whatever_the_approval_mode(root: Path) -> None:
    bank = MemoryBank(settings=Settings(root=root, approval=Approval.AUTO))
    bank.add_fact("home.md", NewFact("Lives in Seattle"))
    change = (await bank.forget("Seattle", wait=True)).change
    assert change is not None
    assert change.state is ChangeState.PENDING
    assert bank.forget_forever(change.id).files == ("home.md",)
    assert not holding(root, b"seattle")
    bank.add_fact("home.md", NewFact("Lives in Lisbon"))
    with pytest.raises(NotFound):
        bank.purge(["home.md#zzzzz"])
    with pytest.raises(UsageError):
        bank.purge([])
    (fact,) = bank.read("home.md").document.facts
    assert bank.purge([fact.ref]).facts == 1
    assert bank.search("Lisbon") == []
    await bank.close()

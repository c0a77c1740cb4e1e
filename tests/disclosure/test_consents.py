"""A yes to `ask` facts: once, for a session, always; for one recipient, and taken back at once."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from nanomem_tui import MemoryBank
from nanomem_tui.disclosure.consents import Consents
from nanomem_tui.mcp.guest import Guest
from nanomem_tui.memory.errors import NotFound, UsageError
from nanomem_tui.memory.levels import Trust
from nanomem_tui.settings import Settings

AT = datetime(2026, 3, 1, 12, 0)
QUESTION = "What am I allergic to?"


@pytest.fixture
def memory(root: Path) -> Path:
    (root / "health").mkdir(parents=True)
    facts = "- Allergic to tamarind | disclosure=ask\n- Allergic to marzipan | disclosure=private\n"
    (root / "health/about.md").write_text(facts, encoding="utf-8")
    (root / ".nanomem").mkdir(mode=0o700)
    policy = 'recipients: {doctor: {allow: ["health/**"]}, work: {allow: ["work/**"]}}\n'
    (root / ".nanomem/policy.yaml").write_text(policy, encoding="utf-8")
    return root


async def told(bank: MemoryBank, recipient: str | None = None) -> list[str]:
    return [fact.text for fact in (await bank.retrieve(QUESTION, recipient=recipient)).facts]


async def test_always_holds_for_this_recipient_and_other_programs_until_it_is_revoked(memory: Path) -> None:
    bank, other = MemoryBank(memory), MemoryBank(memory)
    assert await told(bank, "doctor") == []
    bank.consent("doctor", always=True)
    assert await told(bank, "doctor") == await told(other, "doctor") == ["Allergic to tamarind"]
    assert await told(bank) == await told(bank, "work") == []
    assert "tamarind" in (await bank.augment(QUESTION, recipient="doctor")).prompt
    assert [fact.text for fact in (await bank.preview(QUESTION, recipient="doctor")).preview.disclosed] == [
        "Allergic to tamarind"
    ]
    assert [consent.recipient for consent in other.consents()] == ["doctor"]
    other.revoke("doctor")
    assert await told(bank, "doctor") == []
    assert bank.consents() == []
    with pytest.raises(NotFound):
        bank.revoke("doctor")
    assert oct((memory / ".nanomem/consents.jsonl").stat().st_mode)[-3:] == "600"
    await bank.close()
    await other.close()


async def test_for_this_session_holds_in_this_bank_alone(memory: Path) -> None:
    bank, other = MemoryBank(memory), MemoryBank(memory)
    bank.consent("caller", always=False)
    assert await told(bank) == ["Allergic to tamarind"]
    assert await told(other) == []
    bank.revoke("caller")
    assert await told(bank) == []
    assert not (memory / ".nanomem/consents.jsonl").exists()
    await bank.close()
    await other.close()


async def test_once_is_forgotten_at_once(memory: Path) -> None:
    bank = MemoryBank(memory)
    assert (await bank.retrieve(QUESTION, allow_ask=True)).facts
    assert await told(bank) == []
    await bank.close()


async def test_a_guest_needs_a_name_that_the_person_gave_it(memory: Path) -> None:
    bank = MemoryBank(memory)
    for name in ("caller", "doctor"):
        bank.consent(name, always=True)
    impostor = Guest(bank, "doctor")
    assert (await impostor.retrieve(QUESTION)).facts == ()
    assert impostor.search("allergic") == []
    assert Guest(bank, "caller").search("allergic") == []
    doctor = Guest(bank, "some client", "doctor")
    assert [fact.text for fact in (await doctor.retrieve(QUESTION)).facts] == ["Allergic to tamarind"]
    assert [hit.fact.text for hit in doctor.search("allergic")] == ["Allergic to tamarind"]
    bank.revoke("doctor")
    assert doctor.search("allergic") == []
    await bank.close()


async def test_a_model_elsewhere_is_a_recipient_of_its_own(memory: Path) -> None:
    url = "http://127.0.0.1:9/v1"
    settings = Settings(root=memory, provider="custom", base_url=url, model="m", trust=Trust.REMOTE)
    bank = MemoryBank(settings=settings)
    bank.consent("doctor", always=True)
    assert not bank.gate(recipient="doctor").allow_ask
    bank.consent(bank.model.endpoint, always=True)
    assert bank.gate(recipient="doctor").allow_ask
    assert not bank.gate(recipient="work").allow_ask
    await bank.close()


async def test_only_who_is_known_can_be_consented_to(memory: Path) -> None:
    bank = MemoryBank(memory)
    for name in ("stranger", ""):
        with pytest.raises(UsageError):
            bank.consent(name, always=True)
    await bank.close()


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"recipient": "doctor"}', '{"recipient": 1, "at": "x", "given": 1}']
)
def test_a_line_that_cannot_be_understood_ends_all_consents(tmp_path: Path, line: str) -> None:
    consents = Consents(tmp_path)
    consents.give("doctor", AT)
    assert list(consents.standing()) == ["doctor"]
    with (tmp_path / "consents.jsonl").open("a") as file:
        file.write(f"{line}\n")
    assert consents.standing() == {}
    assert consents.fault


def test_every_step_stays_on_record(tmp_path: Path) -> None:
    consents = Consents(tmp_path)
    consents.give("doctor", AT)
    consents.revoke("doctor", AT)
    consents.give("doctor", AT)
    lines = (tmp_path / "consents.jsonl").read_text().splitlines()
    assert [json.loads(line)["given"] for line in lines] == [True, False, True]
    assert list(consents.standing()) == ["doctor"]

"""Who was ever told a fact: by name, by words, and by its fingerprint once it is gone."""

from pathlib import Path

import pytest

from nanomem_tui import MemoryBank
from nanomem_tui.json_forms import disclosures_json
from nanomem_tui.memory.facts import NewFact

HOME, TEA = "Lives in Seattle", "Drinks Assam tea"


@pytest.fixture
def bank(root: Path) -> MemoryBank:
    bank = MemoryBank(root)
    bank.add_fact("personal/about.md", NewFact(HOME))
    bank.add_fact("food/tea.md", NewFact(TEA))
    facts = {hit.fact.text: hit.fact for word in ("Seattle", "Assam") for hit in bank.search(word)}
    bank.disclose("doctor", "retrieve", [facts[HOME]], 10)
    bank.disclose("shop", "augment", [facts[HOME], facts[TEA]], 20)
    bank.disclose("shop", "augment", [facts[TEA]], 20)
    return bank


def told(bank: MemoryBank, fact: str, recipient: str | None = None) -> list[str]:
    return [entry.recipient for entry in bank.disclosures(recipient, fact)]


def test_by_name_by_words_and_by_recipient(bank: MemoryBank) -> None:
    ref = bank.search("Seattle")[0].fact.ref
    for fact in (ref, HOME, "lives in  SEATTLE.", "seattle"):
        assert told(bank, fact) == ["shop", "doctor"]
    assert told(bank, HOME, "doctor") == ["doctor"]
    assert told(bank, "Plays the cello") == told(bank, "a.md#zzzzz") == []
    document = disclosures_json(bank.disclosures())
    assert document["union"] == {"shop": 2, "doctor": 1}
    assert document["known"] == {"shop": sorted([ref, bank.search("Assam")[0].fact.ref]), "doctor": [ref]}


def test_a_fact_that_moved_or_was_removed_is_known_by_its_fingerprint(bank: MemoryBank) -> None:
    old = bank.search("Seattle")[0].fact.ref
    bank.move_facts([old], "home/place.md")
    assert told(bank, bank.search("Seattle")[0].fact.ref) == ["shop", "doctor"]
    bank.remove_facts([bank.search("Seattle")[0].fact.ref])
    assert told(bank, HOME) == told(bank, old) == ["shop", "doctor"]


def test_what_was_forgotten_for_good_is_still_known_to_whom_it_was_told(bank: MemoryBank) -> None:
    old = bank.search("Seattle")[0].fact.ref
    bank.journal.purge([old])
    ledger = (bank.root / ".nanomem/disclosures.jsonl").read_text(encoding="utf-8")
    assert HOME not in ledger
    assert old not in ledger
    assert told(bank, HOME) == ["shop", "doctor"]
    assert told(bank, TEA) == ["shop", "shop"]
    assert disclosures_json(bank.disclosures("doctor"))["union"] == {"doctor": 1}

"""How many secrets are caught, and how few ordinary facts are mistaken for one."""

import pytest

from nanomem_tui.changes.secrets import RULES, find_secret, iban, luhn

from .samples import ordinary_facts, secrets


def test_nearly_every_secret_is_caught() -> None:
    missed = [text for text in secrets(300) if find_secret(text) is None]
    print(f"{300 - len(missed)} of 300 secrets caught")
    assert len(missed) <= 6, missed


def test_ordinary_facts_are_left_alone() -> None:
    flagged = {text: find for text in ordinary_facts(2_000) if (find := find_secret(text))}
    print(f"{len(flagged)} of 2,000 ordinary facts flagged")
    assert len(flagged) < 20, flagged


def test_the_finding_never_repeats_the_secret() -> None:
    for text in secrets(300, seed=3):
        found = find_secret(text) or ""
        assert not any(
            word in found for word in text.split() if len(word) > 7 and any(c.isdigit() for c in word)
        )


def test_there_are_about_forty_rules_or_more() -> None:
    assert len(RULES) >= 40


@pytest.mark.parametrize(
    ("number", "valid"),
    [("4111 1111 1111 1111", True), ("4111111111111112", False), ("378282246310005", True)],
)
def test_luhn(number: str, valid: bool) -> None:
    assert luhn(number) is valid


@pytest.mark.parametrize(
    ("account", "valid"),
    [
        ("GB82 WEST 1234 5698 7654 32", True),
        ("DE89370400440532013000", True),
        ("DE88370400440532013000", False),
    ],
)
def test_iban(account: str, valid: bool) -> None:
    assert iban(account) is valid


@pytest.mark.parametrize(
    "text",
    [
        "The password is “correct horse battery staple”",
        "My wifi password is hunter2",
        "password: swordfish",
        "密码: qwer1234",
        "https://user:hunter2@example.com/feed",
        "PIN: 4711",
    ],
)
def test_plain_words_of_a_person_are_caught_too(text: str) -> None:
    assert find_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "The password is kept in Bitwarden",
        "Password reset is annoying",
        "The secret is to use cold butter",
        "Meeting at 10:30 with https://example.com:8080/path@home",
        "The key is to practice every day",
        "Pin the map to the wall in room 1204",
    ],
)
def test_talk_about_secrets_is_no_secret(text: str) -> None:
    assert find_secret(text) is None

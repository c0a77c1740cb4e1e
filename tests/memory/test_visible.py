"""Nothing that steers a terminal or hides from the eye gets through; what people write stays."""

import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.memory.visible import visible


@pytest.mark.parametrize(
    "text",
    [
        "plain, with\ttab",
        "naïve café — «так»",
        "👩‍👩‍👧‍👦 👍🏽 ❤️ 🏳️‍🌈 👩🏽‍⚕️ 1️⃣ ©️",
        "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "می‌خواهم",
        "क्‍ष और श्रीलंका ශ්‍රී",
        "葛󠄀城市",
        "ไทย ລາວ မြန်မာ ខ្មែរ",
        "שָׁלוֹם مَرْحَبًا",
    ],
)
def test_text_of_people_stays(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    "payload",
    [
        "\x1b[31mred",
        "\x1b]52;c;aGk=\x07",
        "\x1b]0;title\x1b\\",
        "\x9b31m",
        "\x9d8;;http://x\x9c",
        "\x90q\x9c",
        "a\rb",
        "a\x08b",
        "a\x7fb",
        "\x00",
        "abc\u202edef",
        "\u2066x\u2069",
        "a\u200bb",
        "a\u200db",
        "pass\u00adword",
        "\ufeffx",
        "\u2028x",
        "a\U000e0041\U000e0042",
        "🏴\U000e0041\U000e0042",
        "a\ufe0e\ufe0f\ufe0f",
        "x\U000e0101",
        "\u3164",
        "\udcff",
        "line\nline",
    ],
)
def test_payloads_become_visible(payload: str) -> None:
    shown = visible(payload)
    assert shown != payload
    assert visible(shown) == shown
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in shown)


def test_newlines_when_asked() -> None:
    assert visible("a\nb\x1b", newlines=True) == "a\nb␛"


def test_forms() -> None:
    assert visible("\x1b") == "␛"
    assert visible("\u202e") == "<U+202E>"
    assert visible("\udc80") == "\ufffd"


@given(st.text() | st.binary().map(lambda data: data.decode("utf-8", "surrogateescape")))
@settings(deadline=None, max_examples=300)
def test_any_text(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    shown.encode("utf-8")
    assert not any((char < " " and char != "\t") or "\x7f" <= char < "\xa0" for char in shown)


def test_every_character_by_itself() -> None:
    """No control, separator or surrogate of Unicode passes alone."""
    for code in range(sys.maxunicode + 1):
        category = unicodedata.category(chr(code))
        if category in ("Cc", "Cs", "Zl", "Zp") and code != 9:
            assert visible(chr(code)) != chr(code), hex(code)

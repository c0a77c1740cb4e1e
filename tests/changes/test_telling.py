"""Which words give a forgotten fact away, for any facts."""

from hypothesis import given
from hypothesis import strategies as st

from nanomem_tui.changes.telling import breaks_off_in, says, telling_words

SENTENCES = st.text(alphabet="abcdefghij ÄßÉçñ’-+0123456789.", max_size=60)


@given(st.lists(SENTENCES, max_size=3), st.lists(SENTENCES, max_size=5))
def test_a_telling_word_stands_in_what_goes_and_in_nothing_that_stays(
    gone: list[str], stays: list[str]
) -> None:
    words = telling_words(gone, stays)
    assert all(any(says(text, [word]) for text in gone) for word in words)
    assert not any(says(text, words) for text in stays)
    assert all(says(f"about {text}, you know", words) for text in gone if says(text, words))


def test_small_words_numbers_and_days_tell_nothing() -> None:
    assert telling_words(["On Monday he is at it again in May 2026 for 20 €"], []) == {"again"}
    assert telling_words(["Phone +43 660 1234567", "C++"], []) == {"phon", "1234567"}


def test_the_forms_of_a_word_and_of_its_letters_are_one() -> None:
    words = telling_words(["Allergic to PENICILLIN and cashews"], ["Keeps cats"])
    for text in ("penicillin's", "ｐｅｎｉｃｉｌｌｉｎ!", "one cashew"):
        assert says(text, words), text
    assert not says("keep a cat", words)


def test_what_breaks_off_in_a_word_is_told_by_its_beginning() -> None:
    words = telling_words(["Allergic to penicillin"], [])
    assert breaks_off_in('{"text":"about penic', words)
    assert not breaks_off_in('{"text":"about pe', words)
    assert not breaks_off_in('{"text":"about penic"', words)
    assert not breaks_off_in("", words)

"""Looking for a fact like another among many finds what comparing with each would find."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.changes.likeness import Crowd, alike

WORDS = (
    "likes",
    "tea",
    "teas",
    "green",
    "not",
    "80",
    ">",
    "the",
    "a",
    "Ana",
    "Rome",
    "works",
    "working",
    "C++",
    "über",
    "茶",
    ".",
)
TEXTS = st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join) | st.text(max_size=12)


@given(st.lists(TEXTS, max_size=12), TEXTS)
@settings(max_examples=400, deadline=None)
def test_the_first_that_is_alike_is_found(crowd: list[str], text: str) -> None:
    among = Crowd()
    for one in crowd:
        among.add(one)
    assert among.find(text) == next((one for one in crowd if alike(one, text)), None)

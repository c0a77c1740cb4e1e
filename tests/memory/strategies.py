"""Generators of hostile text: markdown as people, editors and other programs leave it."""

from hypothesis import strategies as st

from nanomem_tui.memory.facts import Confidence, NewFact, Source, Status, Tier
from nanomem_tui.memory.levels import Level

any_bytes = st.binary(max_size=200)
any_text = st.one_of(
    st.text(max_size=80),
    any_bytes.map(lambda data: data.decode("utf-8", "surrogateescape")),
    st.text(alphabet="ab |\\=\n\r\t-*+#`~<!>_.:[]{}\"'\x00\x1b\u2028\u200b\u202e。é漢", max_size=60),
)

_LINES = (
    "- Lives in Seattle",
    "- Allergic to penicillin | topic=health | tier=long_term | status=active | updated_at=2026-04-07",
    "- a | b | topic=x",
    "- a \\| b | TIER = History | source=llm_infer",
    "-   wide | mood=good | expires_at=soon | confidence=maybe | disclosure=secret",
    "* star | tier=working",
    "+ plus | unknown=1",
    "- [ ] task | topic=todo",
    "- [x] done",
    "- 我喜欢喝茶。 | topic=口味",
    "- naïve café — «так» سلام 👩‍👩‍👧",
    "- bad bytes \udcff\udc80 | topic=x",
    "- nul \x00 and escape \x1b[31m",
    "- separator\u2028inside",
    "- - double",
    "- | topic=x",
    "-",
    "- ",
    "-nospace",
    "  - indented two",
    "   - indented three",
    "    - indented four",
    "\t- tabbed",
    "-\ttab after",
    "  continuation",
    " lazy continuation",
    "    code or continuation",
    "\tcontinuation by tab",
    "  - nested | topic=n",
    "  ```",
    "# Memory: Title",
    "## Working memory (current context subject to change)",
    "## Long-term memory (stable facts that are unlikely to change)",
    "## History (no longer current)",
    "### Sub ###",
    "#hash",
    "# ",
    "##",
    "_No entries yet._",
    "Prose with | topic=x",
    "Title",
    "=====",
    "---",
    "-----",
    "- - -",
    "***",
    "```",
    "```python",
    "````",
    "~~~",
    "<!--",
    "-->",
    "<!-- - hidden -->",
    "<!-- a --> b <!--",
    "1. ordered",
    "1) other",
    "| a | b |",
    "|---|---|",
    "| - x | topic=y |",
    "> - quoted",
    "[link]: https://example.org 'x'",
    "<div>",
    "title: Health # comment",
    "disclosure: ask",
    "tags: [a, b]",
    "odd: [",
    "",
    " ",
    "\t",
    "\u00a0",
)
_FACTS = (
    "- Likes tea | topic=taste | tier=long_term | status=active | updated_at=2026-04-07T10:00",
    "  - Lives in Lima | updated_at=2025-02-03 | mood=good",
    "* Old | tier=archived | status=stale | updated_at=2020-01-01 | topic=Home",
)
_ENDS = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"])
_HEADS = (
    "",
    "\ufeff",
    "---\ntitle: Health\ndescription: |\n  two\n  lines\n---\n",
    "---\n# comment\ntitle: 'x' # kept\ndisclosure: private\ntags: [a]\n...\n",
    "\ufeff---\r\ntitle: x\r\n---\r\n",
    "---\n{title: flow}\n---\n",
    "---\n: : :\n\t- [\n---\n",
    "---\nnever: closed\n",
)


@st.composite
def markdown(draw: st.DrawFn) -> str:
    """A file of lines like those found in the wild, in any order, with any line ends."""
    lines = draw(st.lists(st.sampled_from(_LINES) | st.sampled_from(_FACTS), max_size=25))
    ends = draw(st.sampled_from(["\n", "\r\n", "\r", None]))
    text = "".join(line + (ends or draw(_ENDS)) for line in lines)
    if text and draw(st.booleans()):
        text = text.rstrip("\r\n")
    return draw(st.sampled_from(_HEADS)) + text


fact_texts = any_text.filter(lambda text: bool("".join(text.split())))
_days = st.none() | st.dates()
new_facts = st.builds(
    NewFact,
    text=fact_texts,
    tier=st.sampled_from(Tier),
    status=st.sampled_from(Status),
    source=st.sampled_from(Source),
    confidence=st.none() | st.sampled_from(Confidence),
    topic=st.none() | st.text(max_size=10),
    updated_at=st.none() | st.datetimes(),
    review_at=_days,
    expires_at=_days,
    checked_at=_days,
    origin=st.none() | any_text,
    disclosure=st.none() | st.sampled_from(Level),
    details=st.just("") | any_text,
)

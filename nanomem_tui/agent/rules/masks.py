"""Spans that no rule may rewrite: quoted speech, addresses, code. Hidden while rules work, put back after."""

import re

from nanomem_tui.agent.rules.sentences import quoted_spans

_OPEN, _CLOSE = "\ue000", "\ue001"
_FIXED = re.compile(r"`[^`]+`|\bhttps?://\S+|\bwww\.\S+|\b[\w.+-]+@[\w-]+\.[\w.-]+\b|(?<!\w)[@#]\w+")
_TOKEN = re.compile(f"{_OPEN}(\\d+){_CLOSE}")


def mask(text: str) -> tuple[str, list[str]]:
    """`text` with its fixed spans replaced by tokens, and the spans."""
    if _OPEN in text:
        return text, []
    spans = sorted([*quoted_spans(text), *((m.start(), m.end()) for m in _FIXED.finditer(text))])
    pieces: list[str] = []
    kept: list[str] = []
    at = 0
    for start, end in spans:
        if start >= at:
            pieces += [text[at:start], f"{_OPEN}{len(kept)}{_CLOSE}"]
            kept.append(text[start:end])
            at = end
    return "".join([*pieces, text[at:]]), kept


def unmask(text: str, kept: list[str]) -> str:
    """`text` with its tokens replaced by what they hide."""
    return _TOKEN.sub(lambda m: kept[int(m[1])] if int(m[1]) < len(kept) else m[0], text)

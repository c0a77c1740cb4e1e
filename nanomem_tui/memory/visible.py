"""Text as it may be shown: what would steer a terminal or hide from the eye gets a visible form.

Serves every front end and every prompt; knows nothing of facts or screens.
"""

import re
import unicodedata
from functools import cache

_SUSPECT = (
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Controls, bidi, zero-width, fillers, line separators, surrogates, variation selectors and tags."""
_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
"""A subdivision flag such as Scotland's: the one use of tag characters that can be seen."""
_JOINERS = "\u200c\u200d"
_JOINING_SCRIPTS = "[\u0600-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc]"
"""Scripts whose spelling needs joiners: Arabic, the Indic family, Myanmar, Khmer, Mongolian."""
_EMOJI = "[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff]"
_DECORATION = "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]"

_compiled = cache(re.compile)
"""Patterns are compiled on first use: most texts are plain ASCII, and every start of the program comes by."""


def visible(text: str, *, newlines: bool = False) -> str:
    """Replace what acts on a terminal or cannot be seen by a form that can.

    Args:
        text: any str, lone surrogates included.
        newlines: keep `\\n`.

    Returns:
        `text` with controls as `␛`, invisible and bidi characters as `<U+202E>` and undecodable bytes
        as U+FFFD. Tabs stay, and joiners, variation selectors and tags where they are part of an
        emoji or of a script's spelling.
    """
    if (text.isascii() and text.isprintable()) or not _compiled(_SUSPECT).search(text):
        return text
    flags = {i for flag in _compiled(_FLAG).finditer(text) for i in range(flag.start() + 1, flag.end())}

    def shown(match: re.Match[str]) -> str:
        at = match.start()
        char = match.group()
        if (newlines and char == "\n") or at in flags or _belongs(text, at):
            return char
        return _form(char)

    return _compiled(_SUSPECT).sub(shown, text)


def _form(char: str) -> str:
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return f"<U+{code:04X}>"


def _belongs(text: str, at: int) -> bool:
    """True for a joiner or variation selector that does visible work where it stands."""
    char = text[at]
    before = text[at - 1] if at else ""
    if "\ufe00" <= char <= "\ufe0f":
        return bool(before) and (unicodedata.category(before)[0] in "LNS" or before in "#*")
    if "\U000e0100" <= char <= "\U000e01ef":
        return "\u3400" <= before <= "\u9fff" or "\U00020000" <= before <= "\U0003ffff"
    if char not in _JOINERS or not before or at + 1 >= len(text):
        return False
    after = text[at + 1]
    joining, emoji = _compiled(_JOINING_SCRIPTS), _compiled(_EMOJI)
    if joining.match(before) and (joining.match(after) or after == " "):
        return True
    while before and _compiled(_DECORATION).match(before) and at > 1:
        at -= 1
        before = text[at - 1]
    return char == "\u200d" and bool(emoji.match(before) and emoji.match(after))

"""Who `she`, `he`, `they` and `it` are: the last person or thing of the person's life that was named."""

import re

from nanomem_tui.agent.rules.words import HE, PEOPLE, PETS, PLURAL, SHE

_MY = re.compile(
    r"(?P<whole>(?:my|our) (?:(?:[a-z-]+ ){0,2}?)(?P<noun>[\w-]+)(?: (?P<name>[A-Z][\w-]+))?)"
    r"(?= (?:is|are|was|were|has|have|had|lives?|works?|loves?|likes?|moved|just|also|does|doesn|got"
    r"|studies|plays|turned|will|can|hates|\w+ed|\w+s)\b)"
)
_HAS = re.compile(
    r"\b(?:have|has|got|adopted|bought) (?:a|an|one) (?:[a-z-]+ ){0,2}?(?P<noun>[a-z-]+)\b(?:,? (?:named"
    r"|called) (?P<name>[A-Z]\w+))?"
)
_PRONOUN = re.compile(r"(?P<who>she|he|they|it)(?P<tail>['’](?:s|re))? (?P<verb>[\w'’]+)", re.IGNORECASE)


_ITS_MY = re.compile(
    r"it(?:['’]s| is) (?P<what>my [\w' -]+?) (?P<rest>(?:today|tomorrow|on|next|this|in)\b.*)",
    re.IGNORECASE | re.DOTALL,
)


_POSSESSIVE = re.compile(r"(her|his|its|their) (?=\w)", re.IGNORECASE)
_WHOSE = {"her": "she", "his": "he", "its": "it", "their": "they"}


class Mentioned:
    """Remembers who was named, sentence by sentence."""

    def __init__(self) -> None:
        self._last: dict[str, str] = {}
        self._turn = 0

    def enter(self, turn: int) -> None:
        """Forget everybody when another turn begins: `it` may now mean what the assistant said."""
        if turn != self._turn:
            self._last.clear()
            self._turn = turn

    def note(self, statement: str) -> None:
        """Remember whom `statement` is about."""
        match = _MY.match(statement[:1].lower() + statement[1:])
        if match:
            self._remember(match["noun"].casefold(), match["whole"])
        elif match := _HAS.search(statement):
            noun = match["noun"].casefold()
            if noun in PEOPLE | PETS:
                self._remember(noun, f"my {noun}" + (f" {match['name']}" if match["name"] else ""))

    def _remember(self, noun: str, phrase: str) -> None:
        if noun in SHE:
            self._last["she"] = phrase
        elif noun in HE:
            self._last["he"] = phrase
        elif noun in PLURAL:
            self._last["they"] = phrase
        elif noun in PEOPLE or noun in PETS:
            for pronoun in ("she", "he", "it") if noun in PETS else ("she", "he"):
                self._last[pronoun] = phrase
        else:
            self._last["it"] = phrase.removesuffix(" number")

    def named(self, statement: str) -> str:
        """`statement` with a leading pronoun replaced by whom it means; as it is where that is unclear."""
        if day := _ITS_MY.match(statement):
            return f"{day['what']} is {day['rest']}"
        if (own := _POSSESSIVE.match(statement)) and (who := self._last.get(_WHOSE[own[1].casefold()])):
            return f"{who}'s {statement[own.end() :]}"
        match = _PRONOUN.match(statement)
        if match is None:
            return statement
        who = self._last.get(match["who"].casefold())
        if who is None:
            return statement
        rest = statement[match.end("who") :]
        if match["tail"]:
            rest = (" is" if match["tail"][1:] == "s" else " are") + statement[match.end("tail") :]
        return who + rest

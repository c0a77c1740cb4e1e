"""Which facts are of a kind that deserves a second look before it goes to somebody else. Rules, no model.

A rule errs on the side of naming a kind: all it does is leave a fact switched off until the person says yes.
Secrets are found by the rules that also flag them when they are written.
"""

import re
from enum import StrEnum

from nanomem_tui.changes.secrets import find_secret
from nanomem_tui.memory.facts import Fact


class Kind(StrEnum):
    """A sensitive kind of fact."""

    HEALTH = "health"
    MONEY = "money"
    IDENTITY = "identity number"
    CONTACT = "contact data"
    LOCATION = "precise location"
    OTHERS = "other people"
    SECRET = "secret"


def _words(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b", re.I)


_RULES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        Kind.HEALTH,
        _words(
            r"allerg\w*|asthma\w*|diabet\w*|diagnos\w*|depress\w*|anxiety|adhd|autis\w*|cancer|hiv|pregnan\w*"
            r"|medicat\w*|prescri\w*|surgery|therap\w*|chronic|disabilit\w*|illness|disease|symptom\w*"
            r"|blood (?:type|pressure)|insulin|migraine\w*|epilep\w*|doctor|hospital|clinic|injur\w*"
            r"|vaccin\w*|alerg\w*|krankheit\w*|médecin\w*|maladie\w*|enfermedad\w*"
        ),
    ),
    (Kind.HEALTH, re.compile("过敏|糖尿病|病院|アレルギー|аллерги|болезн", re.I)),
    (
        Kind.MONEY,
        _words(
            r"salar\w*|wages?|income|earns?|mortgage\w*|loans?|debts?|owes?|savings|bank|invest\w*|pension"
            r"|tax(?:es)?|net worth|credit (?:card|score)|bankrupt\w*|inherit\w*|gehalt|salaire"
        ),
    ),
    (Kind.MONEY, re.compile(r"[$€£¥₹]\s?\d|\d\s?(?:[$€£¥₹]|USD|EUR|GBP|CHF|JPY)\b")),
    (
        Kind.IDENTITY,
        _words(
            r"passport|social security|ssn|national id|identity card|driver'?s licen[cs]e|tax (?:id|number)"
            r"|insurance number|iban|born on|date of birth"
        ),
    ),
    (
        Kind.IDENTITY,
        re.compile(
            r"(?=.*\bbirth(?:day|date)\b)(?=.*(?:\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)))",
            re.I | re.S,
        ),
    ),
    (Kind.IDENTITY, re.compile(r"\b\d{3}-\d{2}-\d{4}\b|\b[A-Z]{1,2}\d{6,9}\b")),
    (Kind.CONTACT, re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+|(?<![\w-])\+?\d[\d ()./-]{7,}\d(?![\w-])")),
    (Kind.CONTACT, _words(r"phone|e-?mail|telephone|signal|whatsapp|telegram")),
    (
        Kind.LOCATION,
        re.compile(
            r"\b\d{1,5}[a-z]?\s+(?:\w+\s){0,3}(?:street|st|avenue|ave|road|rd|lane|ln|drive|boulevard|blvd|way)\b"
            r"|\b\w+(?:straße|strasse|gasse|weg|laan|straat)\s*\d+|\b(?:rue|calle|via)\s+\w+"
            r"|-?\d{1,3}\.\d{3,},\s*-?\d{1,3}\.\d{3,}|\bapartment\b|\bflat \d|\bzip(?: code)?\b|\bpostcode\b",
            re.I,
        ),
    ),
    (
        Kind.OTHERS,
        _words(
            r"sisters?|brothers?|mother|father|mom|mum|dad|parents?|wife|husband|partner|girlfriend|boyfriend"
            r"|spouse|sons?|daughters?|child(?:ren)?|kids?|uncle|aunt|cousins?|niece|nephew|grand\w+|friends?"
            r"|colleagues?|boss|manager|neighbou?rs?|roommates?|flatmates?|fianc[eé]e?"
        ),
    ),
)
_PLACES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.HEALTH, _words(r"health|medical|medication|allerg\w*")),
    (Kind.MONEY, _words(r"finances?|money|tax(?:es)?|bank\w*|salary")),
    (Kind.OTHERS, _words(r"family|friends|people|contacts|relationships")),
)
"""What the path of a file says about all its facts."""


def kinds_of(fact: Fact) -> tuple[Kind, ...]:
    """The sensitive kinds of a fact, by its words and the place it is filed in; in the order of `Kind`."""
    text = f"{fact.text}\n{fact.details}"
    found = {kind for kind, pattern in _RULES if pattern.search(text)}
    where = fact.path.removesuffix(".md").replace("_", " ").replace("-", " ")
    found |= {kind for kind, pattern in _PLACES if pattern.search(where)}
    if find_secret(text):
        found.add(Kind.SECRET)
    return tuple(kind for kind in Kind if kind in found)

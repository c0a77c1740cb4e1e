"""Finding secrets in a sentence: keys, tokens, passwords, card and account numbers.

Rules of our own: general scanners are made for source code and flag plain prose. A rule names what it found
and never repeats it. Prefixes follow what the issuers document of their tokens.
"""

import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

_END = r"(?![A-Za-z0-9_\-])"
_START = r"(?<![A-Za-z0-9_])"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of secret."""

    name: str
    """What it is called in the sentence a person reads."""
    pattern: re.Pattern[str]
    holds: Callable[[str], bool] | None = None
    """Checked on group 1 (or the whole match) where the form alone is not enough."""


def find_secret(text: str) -> str | None:
    """What kind of secret `text` holds, as a noun phrase; None when none was found."""
    for rule in RULES:
        for match in rule.pattern.finditer(text):
            found = match[1] if match.re.groups else match[0]
            if rule.holds is None or rule.holds(found):
                return rule.name
    return None


def luhn(digits: str) -> bool:
    """The check digit of payment cards (ISO/IEC 7812-1, annex B)."""
    numbers = [int(char) for char in digits if char.isdigit()]
    doubled = [sum(divmod(2 * n, 10)) for n in numbers[-2::-2]]
    return (sum(numbers[-1::-2]) + sum(doubled)) % 10 == 0


def iban(text: str) -> bool:
    """The check digits of an IBAN (ISO 13616: mod 97)."""
    plain = re.sub(r"[\s-]", "", text).upper()
    if not 15 <= len(plain) <= 34:
        return False
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1


def entropy(text: str) -> float:
    """Shannon entropy in bits a character."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())


def _card(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    return 13 <= len(digits) <= 19 and digits[0] in "23456" and len(set(digits)) > 2 and luhn(digits)


def _mixed(text: str) -> bool:
    """Looks drawn at random: letters of both cases with digits, or long with high entropy."""
    kinds = sum(bool(re.search(kind, text)) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    return kinds >= 2 and bool(re.search("[0-9]", text)) and entropy(text) >= 3.0


def _random(text: str) -> bool:
    kinds = all(re.search(kind, text) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    return bool(kinds) and entropy(text) >= 4.0 and len(re.findall(r"[0-9]", text)) >= 3


def _hex(text: str) -> bool:
    return bool(re.search("[0-9]", text)) and bool(re.search("[a-f]", text.lower())) and entropy(text) >= 2.5


def _words(text: str) -> list[str]:
    return text.split()


_NOT_A_PASSWORD = frozenset(
    _words("""
a an the in on at by to of not never always kept stored saved same different managed reset changed
forgotten lost written with from for my his her their our your very too long short strong weak
secure unknown required expired old new protected only also both being hard easy generated rotated
shared on-file hidden safe manager managers policy policies needed somewhere something nothing it
what that this important set up empty default correct wrong good bad complicated simple due updated
annoying confusing based going about case under inside behind between bitwarden 1password keepass
keepassxc lastpass dashlane apple google
""")
)


def _password(text: str) -> bool:
    word = text.strip("\"'“”‘’«»`.,;:!?()")
    return len(word) >= 3 and word.casefold() not in _NOT_A_PASSWORD


def _given_password(text: str) -> bool:
    """After "password is" in running prose: an ordinary lower-case word is the rest of a sentence."""
    word = text.rstrip(".,;:!?)")
    quoted = word[:1] in "\"'“‘«`"
    if quoted:
        return len(word) >= 4
    return _password(word) and (not re.fullmatch(r"[a-z]+(?:-[a-z]+)*", word) or len(word) >= 14)


def _mnemonic(text: str) -> bool:
    """A run of 12 or more short lower-case words without the small words every sentence has."""
    words = text.split()
    return not any(word in _SMALL_WORDS for word in words) and len(set(words)) >= len(words) * 0.7


_SMALL_WORDS = frozenset(
    _words("""
the and for with that this from are was were has have had not but his her she they them you your our
its into who which when where while than then because since after before also very been does did
will would could should there their about over under per via between during until each other these
those what how why
""")
)


def _rule(name: str, pattern: str, holds: Callable[[str], bool] | None = None, flags: int = 0) -> Rule:
    return Rule(name, re.compile(pattern, flags), holds)


def _token(name: str, form: str, holds: Callable[[str], bool] | None = None) -> Rule:
    return _rule(name, f"{_START}{form}{_END}", holds)


_PASSWORD_WORDS = (
    r"(?:pass(?:word|code|phrase|wort)|kennwort|contraseña|mot de passe|senha|парол[ья]|密码|パスワード|pwd)"
)

RULES: tuple[Rule, ...] = (
    _token("an Anthropic key", r"sk-ant-[A-Za-z0-9_\-]{20,}"),
    _token("an OpenAI project key", r"sk-(?:proj|svcacct|admin)-[A-Za-z0-9_\-]{20,}"),
    _token("an OpenRouter key", r"sk-or-(?:v1-)?[A-Za-z0-9]{20,}"),
    _token("a key that begins with sk-", r"sk-[A-Za-z0-9]{16,}"),
    _token("a Stripe key", r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}"),
    _token("a Stripe webhook secret", r"whsec_[A-Za-z0-9+/=]{20,}"),
    _token("a GitHub token", r"gh[pousr]_[A-Za-z0-9]{30,}"),
    _token("a GitHub fine-grained token", r"github_pat_[A-Za-z0-9_]{22,}"),
    _token("a GitLab token", r"gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct)-[A-Za-z0-9_\-]{18,}"),
    _token("an AWS access key id", r"(?:AKIA|ASIA|AGPA|AIDA|AROA|ANPA|ANVA|ABIA|ACCA)[A-Z0-9]{16}"),
    _rule(
        "an AWS secret key",
        r"(?i:aws|secret).{0,30}?(?<![A-Za-z0-9/+])([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
        _mixed,
    ),
    _token("a Google API key", r"AIza[A-Za-z0-9_\-]{35}"),
    _token("a Google OAuth token", r"ya29\.[A-Za-z0-9_\-]{20,}"),
    _token("a Google client secret", r"GOCSPX-[A-Za-z0-9_\-]{20,}"),
    _token("a Slack token", r"xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9\-]{10,}"),
    _token("a Slack app token", r"xapp-\d-[A-Za-z0-9\-]{10,}"),
    _rule("a Slack webhook", r"https://hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/_\-]{20,}"),
    _rule("a Discord webhook", r"https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/\d+/[\w\-]{30,}"),
    _rule(
        "a Discord bot token",
        rf"{_START}[MNO][A-Za-z0-9_\-]{{23,27}}\.[A-Za-z0-9_\-]{{6}}\.[A-Za-z0-9_\-]{{27,}}{_END}",
    ),
    _rule("a Telegram bot token", rf"{_START}\d{{8,10}}:AA[A-Za-z0-9_\-]{{33}}{_END}"),
    _token("a Hugging Face token", r"(?:hf|api_org)_[A-Za-z0-9]{30,}"),
    _token("a Groq key", r"gsk_[A-Za-z0-9]{40,}"),
    _token("an xAI key", r"xai-[A-Za-z0-9]{40,}"),
    _token("a Perplexity key", r"pplx-[A-Za-z0-9]{32,}"),
    _token("a Replicate token", r"r8_[A-Za-z0-9]{30,}"),
    _token("an npm token", r"npm_[A-Za-z0-9]{30,}"),
    _token("a PyPI token", r"pypi-[A-Za-z0-9_\-]{40,}"),
    _token("a Docker Hub token", r"dckr_pat_[A-Za-z0-9_\-]{20,}"),
    _token("a DigitalOcean token", r"do[opr]_v1_[a-f0-9]{40,}"),
    _token("a SendGrid key", r"SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{30,}"),
    _token("a Mailgun key", r"key-[a-f0-9]{32}"),
    _token("a Mailchimp key", r"[a-f0-9]{32}-us\d{1,2}"),
    _token("a Twilio key", r"(?:SK|AC)[a-f0-9]{32}"),
    _token("a Square token", r"(?:EAAA|sq0(?:atp|csp|idp)-)[A-Za-z0-9_\-]{22,}"),
    _token("a Shopify token", r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
    _token("a Notion token", r"(?:secret_[A-Za-z0-9]{40,}|ntn_[A-Za-z0-9]{40,})"),
    _token("a Linear key", r"lin_(?:api|oauth)_[A-Za-z0-9]{30,}"),
    _token("an Atlassian token", r"ATATT3[A-Za-z0-9_\-=]{50,}"),
    _token("a Dropbox token", r"sl\.[A-Za-z0-9_\-]{60,}"),
    _token("a HashiCorp Vault token", r"hv[sbr]\.[A-Za-z0-9_\-]{20,}"),
    _token("a Databricks token", r"dapi[a-f0-9]{32}"),
    _token("a Cloudflare token", r"v1\.0-[a-f0-9]{24}-[a-f0-9]{100,}"),
    _token("a Grafana token", r"gl(?:c|sa)_[A-Za-z0-9_+/=]{30,}"),
    _token("an age secret key", r"AGE-SECRET-KEY-1[A-Z0-9]{50,}"),
    _token("a Tinfoil key", r"tk_[A-Za-z0-9]{30,}"),
    _token("a signed web token", r"eyJ[A-Za-z0-9_\-]{8,}\.eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]*"),
    _rule("a private key", r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    _rule("a PuTTY private key", r"PuTTY-User-Key-File-\d"),
    _rule(
        "an address with a password in it",
        r"[a-z][a-z0-9+.\-]{1,20}://[^\s:/@]*:([^\s:/@]{3,})@[^\s/]+",
        flags=re.I,
    ),
    _rule("a bearer token", r"(?i:bearer|authorization:?\s+basic)\s+([A-Za-z0-9_\-.=+/]{16,})", _mixed),
    _rule(
        "a password",
        rf"{_PASSWORD_WORDS}\s*(?:[:=：]|->|→)\s*(\S+)",
        _password,
        re.I,
    ),
    _rule(
        "a password",
        rf"{_PASSWORD_WORDS}[^\n:=]{{1,40}}?\s*(?:[:=：]|->|→)\s*(\S+)",
        _given_password,
        re.I,
    ),
    _rule(
        "a password",
        rf"{_PASSWORD_WORDS}(?:\s+(?:for|to|of|on)\b[^\n]{{1,40}}?)?\s+(?:is|was|lautet|ist|es|est|это|é)\s+(?:now\s+)?(\S+)",
        _given_password,
        re.I,
    ),
    _rule(
        "a password",
        r"(?:log(?:s|ged)? ?in|sign(?:s|ed)? ?in|unlock\w*)\b.{0,40}?\bwith\s+password\s+(\S+)",
        _password,
        re.I,
    ),
    _rule(
        "a key or token",
        r"(?:api|access|secret|auth|private|encryption|client|signing|license)[ _-]?(?:key|token|secret)s?\b"
        r"[^\n:=]{0,30}?\s*(?:[:=]|\bis\b)\s*[\"'`]?([A-Za-z0-9_\-+/=.]{12,})",
        _mixed,
        re.I,
    ),
    _rule(
        "a PIN or access code",
        r"\b(?:pin|(?:door|gate|alarm|safe|unlock|entry|access|security|lock|voicemail|garage)[ -]?"
        r"(?:code|pin|combination)"
        r"|cvv2?|cvc|otp|passcode|recovery code|backup code)\b(?:\s+(?:for|of|to|on)\b[^\n\d]{1,30}?)?"
        r"\s*(?:[:=#]|\bis\b|\bwas\b)?\s*"
        r"(\d[\d -]{1,10}\d)(?![\d.,]*\d)",
        lambda digits: 3 <= len(re.sub(r"\D", "", digits)) <= 8,
        re.I,
    ),
    _rule("a payment card number", r"(?<![\d.\-])(\d(?:[ -]?\d){12,18})(?![\d]|[-.]\d)", _card),
    _rule(
        "a bank account number (IBAN)",
        rf"{_START}([A-Z]{{2}}\d{{2}}(?:[ -][A-Z0-9]{{4}}){{2,7}}(?:[ -][A-Z0-9]{{1,3}})?"
        rf"|[A-Za-z]{{2}}\d{{2}}[A-Za-z0-9]{{11,30}}){_END}",
        iban,
    ),
    _rule("a social security number", r"(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])"),
    _rule("a crypto wallet's words", r"(?<![\w'])((?:[a-z]{3,8}[ ]+){11,23}[a-z]{3,8})(?![\w'])", _mnemonic),
    _rule(
        "a Bitcoin private key",
        rf"{_START}([5KL][1-9A-HJ-NP-Za-km-z]{{50,51}}|xprv[1-9A-HJ-NP-Za-km-z]{{100,}}){_END}",
    ),
    _rule("a long hexadecimal key", rf"{_START}(?:0x)?([A-Fa-f0-9]{{48,}}){_END}", _hex),
    _rule(
        "a hexadecimal key",
        rf"(?i:key|token|secret|seed|salt)\b.{{0,30}}?{_START}([A-Fa-f0-9]{{32,}}){_END}",
        _hex,
    ),
    _rule(
        "a long random string",
        r"(?<![A-Za-z0-9_+/=\-.:])([A-Za-z0-9_+/\-]{32,}={0,2})(?![A-Za-z0-9_+/=\-.])",
        _random,
    ),
)  # fmt: skip

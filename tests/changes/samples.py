"""Synthetic secrets and ordinary facts, drawn from a fixed seed. No secret here opens anything."""

import random
import re
import string
from collections.abc import Callable, Iterator

ALNUM = string.ascii_letters + string.digits
URL_SAFE = ALNUM + "_-"
HEX = "0123456789abcdef"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MNEMONIC = """
abandon ability absent absorb abstract absurd account achieve acid acoustic action actor adapt admit adult
advance aerobic afford again agent airport album alcohol alert alien alley almost alpha amateur amazing
amount anchor ancient anger animal ankle annual answer antenna apple arctic arena armor army arrest arrow
"""
SAID = ("The key is {}", "My key: {}", "{} is what I use", "token={}", "Uses `{}` at work", "{}")

FACTS = """
Lives in {place}
Moved to {place} in {month} {year}
{name} is a sister from {place}
{name} is my boss and comes from {place}
Allergic to {allergen} since {year}
Phone number is +{n2} {n3} {n3} {n4}
Call {name} at ({n3}) 555-{n4}
Ordered on {year}-0{n1}-1{n1}, order no. {n3}-{n7}
Runs {n2} km in {n3} minutes at 1{n2} bpm
Weighs {n2}.{n1} kg, 1{n2} cm tall
Prefers {thing} over {thing} on most evenings
Reads “Middlemarch” (ISBN 978-{n1}-{n4}-{n4}-{n1})
Email is {name}@example.org
Works on https://github.com/{name}/{thing}-notes/issues/{n3}
Fixed in commit {h7} of the parser
Fixed in commit {h40} of the parser
Ticket {h8}-{h4}-4{h3}-a{h3}-{h12} was closed
Uses {manager} as password manager
The password is stored in {manager}
The password is never shared
The wifi password is written on paper at home
Forgot the {shop} password twice this year
Changed the password policy at work: rotation every {n2} days
Holds a key role in the token project at the {place} office
Plans the secret santa with {name}
Flight LH{n4} from {place} to {place}, seat {n2}C
Address: {n3} Castle Street, {place} {n5}
Paid {n4},00 EUR for the piano (invoice {n8})
Tracking number 1Z{n3}AA1{n10} for the parcel
Keeps bees; hive {n2} gave {n2} kg of honey in {month}
Speaks Swahili and is learning Korean since {year}
住在东京，喜欢喝茶 {n2}
Живёт в Москве и любит джаз {n2}
Writes C++ at work, mostly for radios, and C# at home
Has a PIN board with {n2} photos of {place}
went to the market with {name} and bought apples bread cheese milk eggs flour sugar and tea for the weekend
Board game night: {name}, {name} and {name} play {thing} at {n2}:30
Serial number of the camera is {n9}, bought {year}
Library card {n8} of the city of {place}
Blood pressure 1{n2}/{n2} on {n1} {month}
Passed the security exam; the code of conduct was updated in {year}
Zip code is {n5} and area code {n3}
"""
WORDS = {
    "place": "Seattle Lisbon Kyoto Nairobi Lyon Quito Tromsø Perth Graz Hanoi Oaxaca Ghent Łódź Malmö Accra",
    "name": "Ann Bo Chiara Deniz Emil Fatima Goran Hana Igor Jun Kofi Lena Mateo Noor Olga Pavel Quinn Rosa",
    "month": "January March April June August October December",
    "thing": "tea coffee chess jazz sourdough bouldering pottery Rust Python origami kayaking opera tango",
    "allergen": "penicillin peanuts bees latex pollen",
    "manager": "1Password Bitwarden KeePassXC",
    "shop": "Netflix bank library",
}


def ordinary_facts(count: int, seed: int = 2) -> Iterator[str]:
    """Sentences as people have them in their memory, with many numbers and names and no secret."""
    draw = random.Random(seed)

    def fill(match: re.Match[str]) -> str:
        kind = match[1]
        if kind == "year":
            return str(draw.randint(1950, 2026))
        if kind in WORDS:
            return draw.choice(WORDS[kind].split())
        return "".join(draw.choices(string.digits if kind[0] == "n" else HEX, k=int(kind[1:])))

    forms = FACTS.strip().splitlines()
    for i in range(count):
        yield re.sub(r"\{(\w+)\}", fill, forms[i % len(forms)])


def secrets(count: int, seed: int = 1) -> Iterator[str]:
    """Sentences that each hold one secret, all kinds in turn."""
    makers = _Maker(random.Random(seed)).all()
    for i in range(count):
        yield makers[i % len(makers)]()


class _Maker:
    """Draws secrets of every kind."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw

    def some(self, alphabet: str, n: int) -> str:
        return "".join(self.draw.choices(alphabet, k=n))

    def strong(self) -> str:
        """A password of a person who takes care."""
        letters = self.draw.sample(ALNUM, 9) + self.draw.sample("!#%&?+=@", 2) + ["7"]
        self.draw.shuffle(letters)
        return "".join(letters)

    def card(self) -> str:
        prefix = self.draw.choice(("4", "51", "55", "34", "37", "6011"))
        length = 15 if prefix.startswith("3") else 16
        body = prefix + self.some(string.digits, length - len(prefix) - 1)
        total = sum(sum(divmod(int(c) * (2 - i % 2), 10)) for i, c in enumerate(reversed(body)))
        number = body + str(-total % 10)
        if self.draw.random() < 0.5 and length == 16:
            number = self.draw.choice((" ", "-")).join(number[i : i + 4] for i in range(0, 16, 4))
        return number

    def iban(self) -> str:
        countries = (("DE", 18), ("FR", 23), ("GB", 18), ("ES", 20), ("NL", 14), ("IT", 23))
        country, length = self.draw.choice(countries)
        bank = self.some(string.ascii_uppercase, 4) if country in ("GB", "NL") else ""
        account = bank + self.some(string.digits, length - len(bank))
        check = 98 - int("".join(str(int(c, 36)) for c in f"{account}{country}00")) % 97
        text = f"{country}{check:02d}{account}"
        return text if self.draw.random() < 0.5 else " ".join(re.findall(".{1,4}", text))

    def words(self, n: int) -> str:
        return " ".join(self.draw.sample(MNEMONIC.split(), n))

    def all(self) -> list[Callable[[], str]]:
        some = self.some
        tokens: list[Callable[[], str]] = [
            lambda: f"sk-{some(ALNUM, 48)}",
            lambda: f"sk-proj-{some(URL_SAFE, 64)}",
            lambda: f"sk-ant-api03-{some(URL_SAFE, 80)}",
            lambda: f"sk-or-v1-{some(HEX, 64)}",
            lambda: f"ghp_{some(ALNUM, 36)}",
            lambda: f"github_pat_{some(ALNUM, 22)}_{some(ALNUM, 59)}",
            lambda: f"glpat-{some(URL_SAFE, 20)}",
            lambda: f"AKIA{some(string.ascii_uppercase + '234567', 16)}",
            lambda: f"AIza{some(URL_SAFE, 35)}",
            lambda: f"xoxb-{some(string.digits, 12)}-{some(string.digits, 12)}-{some(ALNUM, 24)}",
            lambda: f"sk_live_{some(ALNUM, 24)}",
            lambda: f"hf_{some(string.ascii_letters, 34)}",
            lambda: f"npm_{some(ALNUM, 36)}",
            lambda: f"gsk_{some(ALNUM, 52)}",
            lambda: f"SG.{some(URL_SAFE, 22)}.{some(URL_SAFE, 43)}",
            lambda: f"dop_v1_{some(HEX, 64)}",
            lambda: f"dckr_pat_{some(URL_SAFE, 27)}",
            lambda: f"{some(string.digits, 10)}:AA{some(URL_SAFE, 33)}",
            lambda: f"eyJ{some(URL_SAFE, 33)}.eyJ{some(URL_SAFE, 60)}.{some(URL_SAFE, 43)}",
            lambda: f"shpat_{some(HEX, 32)}",
            lambda: f"xprv{some(BASE58, 107)}",
            lambda: "-----BEGIN OPENSSH PRIVATE KEY-----",
        ]
        sentences: list[Callable[[], str]] = [
            lambda: f"The wifi password is {self.strong()}",
            lambda: f"My Gmail password: {self.strong()}",
            lambda: f"Password for the router is {self.strong()}.",
            lambda: f"passphrase = {self.strong()}",
            lambda: f"Passwort ist {self.strong()}",
            lambda: f"The database is postgres://admin:{some(ALNUM, 12)}@db.example.com:5432/main",
            lambda: f"Clones from https://bot:{some(ALNUM, 20)}@git.example.com/x.git",
            lambda: f"Pays with card {self.card()}",
            lambda: f"Visa {self.card()}, expires soon",
            lambda: f"Bank account {self.iban()}",
            lambda: f"IBAN: {self.iban()}",
            lambda: f"PIN is {some(string.digits, 4)}",
            lambda: f"The door code is {some(string.digits, 6)}",
            lambda: f"Seed phrase {self.words(24)}",
            lambda: self.words(12),
            lambda: f"SSN {self.draw.randint(100, 665)}-{self.draw.randint(10, 99)}-{some('123456789', 4)}",
            lambda: f"aws_secret_access_key = {some(ALNUM + '/+', 40)}",
            lambda: f"API key: {some(ALNUM, 32)}",
            lambda: f"The access token is {some(HEX, 40)}",
            lambda: f"Authorization: Bearer {some(ALNUM, 40)}",
            lambda: f"Backup {some(HEX, 64)}",
        ]
        named = [lambda make=make: self.draw.choice(SAID).format(make()) for make in tokens]
        return [*named, *sentences]

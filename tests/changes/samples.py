"""Synthetic secrets and ordinary facts, drawn from a fixed seed. No secret here opens anything."""

import random
import string
from collections.abc import Callable, Iterator

ALNUM = string.ascii_letters + string.digits
URL_SAFE = ALNUM + "_-"
HEX = "0123456789abcdef"
_WORDS = (
    "abandon ability absent absorb abstract absurd account achieve acid acoustic action actor adapt admit adult "
    "advance aerobic afford again agent airport album alcohol alert alien alley almost alpha amateur amazing amount "
    "anchor ancient anger animal ankle annual answer antenna apple arctic arena armor army arrest arrow artist"
)


def secrets(count: int, seed: int = 1) -> Iterator[str]:
    """Sentences that each hold one secret, all kinds in turn."""
    draw = random.Random(seed)
    makers = _makers(draw)
    for i in range(count):
        yield makers[i % len(makers)]()


def _makers(draw: random.Random) -> list[Callable[[], str]]:
    def some(alphabet: str, n: int) -> str:
        return "".join(draw.choices(alphabet, k=n))

    def strong() -> str:
        letters = draw.sample(ALNUM, 9) + draw.sample("!#%&?+=@", 2) + [draw.choice(string.digits)]
        draw.shuffle(letters)
        return "".join(letters)

    def said(what: str) -> str:
        form = draw.choice(
            ("The key is {}", "My key: {}", "{} is what I use", "token={}", "Uses `{}` at work", "{}")
        )
        return form.format(what)

    def card() -> str:
        prefix = draw.choice(("4", "51", "55", "34", "37", "6011"))
        length = 15 if prefix.startswith("3") else 16
        body = prefix + some(string.digits, length - len(prefix) - 1)
        total = sum(sum(divmod(int(c) * (2 if i % 2 == 0 else 1), 10)) for i, c in enumerate(reversed(body)))
        number = body + str(-total % 10)
        if draw.random() < 0.5 and length == 16:
            number = draw.choice((" ", "-")).join(number[i : i + 4] for i in range(0, 16, 4))
        return number

    def iban() -> str:
        country, length = draw.choice(
            (("DE", 18), ("FR", 23), ("GB", 18), ("ES", 20), ("NL", 14), ("IT", 23))
        )
        if country in ("GB", "NL"):
            bban = some(string.ascii_uppercase, 4) + some(string.digits, length - 4)
        else:
            bban = some(string.digits, length)
        check = 98 - int("".join(str(int(c, 36)) for c in bban + country + "00")) % 97
        text = f"{country}{check:02d}{bban}"
        return text if draw.random() < 0.5 else " ".join(text[i : i + 4] for i in range(0, len(text), 4))

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
        lambda: f"xprv{some('123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz', 107)}",
        lambda: f"-----BEGIN {draw.choice(('RSA ', 'OPENSSH ', 'EC ', ''))}PRIVATE KEY-----",
    ]
    sentences: list[Callable[[], str]] = [
        lambda: f"The wifi password is {strong()}",
        lambda: f"My Gmail password: {strong()}",
        lambda: f"Password for the router is {strong()}.",
        lambda: f"passphrase = {strong()}",
        lambda: f"Passwort ist {strong()}",
        lambda: f"The database is postgres://admin:{some(ALNUM, 12)}@db.example.com:5432/main",
        lambda: f"Clones from https://bot:{some(ALNUM, 20)}@git.example.com/x.git",
        lambda: f"Pays with card {card()}",
        lambda: f"Visa {card()}, expires soon",
        lambda: f"Bank account {iban()}",
        lambda: f"IBAN: {iban()}",
        lambda: f"PIN is {some(string.digits, 4)}",
        lambda: f"The door code is {some(string.digits, draw.choice((4, 6)))}",
        lambda: "Seed phrase " + " ".join(draw.sample(_WORDS.split(), draw.choice((12, 24)))),
        lambda: " ".join(draw.sample(_WORDS.split(), 12)),
        lambda: f"SSN {draw.randint(100, 665)}-{draw.randint(10, 99)}-{draw.randint(1000, 9999)}",
        lambda: f"aws_secret_access_key = {some(ALNUM + '/+', 40)}",
        lambda: f"API key: {some(ALNUM, 32)}",
        lambda: f"The access token is {some(HEX, 40)}",
        lambda: f"Authorization: Bearer {some(ALNUM, 40)}",
        lambda: f"Backup {some(HEX, 64)}",
    ]
    return [*((lambda make=make: said(make())) for make in tokens), *sentences]


def ordinary_facts(count: int, seed: int = 2) -> Iterator[str]:
    """Sentences as people have them in their memory, with many numbers and names and no secret."""
    draw = random.Random(seed)

    def number(n: int) -> str:
        return "".join(draw.choices(string.digits, k=n))

    names = [
        "Ann",
        "Bo",
        "Chiara",
        "Deniz",
        "Emil",
        "Fatima",
        "Goran",
        "Hana",
        "Igor",
        "Jun",
        "Kofi",
        "Lena",
        "Mateo",
        "Noor",
        "Olga",
        "Pavel",
        "Quinn",
        "Rosa",
    ]
    places = [
        "Seattle",
        "Lisbon",
        "Kyoto",
        "Nairobi",
        "Lyon",
        "Quito",
        "Tromsø",
        "Perth",
        "Graz",
        "Hanoi",
        "Oaxaca",
        "Ghent",
        "Łódź",
        "Malmö",
        "Accra",
    ]
    things = [
        "tea",
        "coffee",
        "chess",
        "jazz",
        "sourdough",
        "bouldering",
        "pottery",
        "Rust",
        "Python",
        "origami",
        "kayaking",
        "opera",
        "tango",
        "gin",
    ]
    months = ["January", "March", "April", "June", "August", "October", "December"]
    forms: list[Callable[[], str]] = [
        lambda: f"Lives in {draw.choice(places)}",
        lambda: f"Moved to {draw.choice(places)} in {draw.choice(months)} {draw.randint(1990, 2026)}",
        lambda: f"{draw.choice(names)} is {draw.choice(('a sister', 'a cousin', 'my boss', 'the vet'))} from {draw.choice(places)}",
        lambda: f"Allergic to {draw.choice(('penicillin', 'peanuts', 'bees', 'latex', 'pollen'))} since {draw.randint(1980, 2024)}",
        lambda: f"Phone number is +{draw.randint(1, 99)} {number(3)} {number(3)} {number(4)}",
        lambda: f"Call {draw.choice(names)} at ({number(3)}) 555-{number(4)}",
        lambda: f"Ordered on {draw.randint(2020, 2026)}-0{draw.randint(1, 9)}-1{draw.randint(0, 9)}, order no. {number(3)}-{number(7)}",
        lambda: f"Runs {draw.randint(3, 42)} km in {draw.randint(20, 300)} minutes at {draw.randint(120, 190)} bpm",
        lambda: f"Weighs {draw.randint(50, 99)}.{draw.randint(0, 9)} kg, {draw.randint(150, 199)} cm tall",
        lambda: f"Prefers {draw.choice(things)} over {draw.choice(things)} on most {draw.choice(('mornings', 'evenings', 'Sundays'))}",
        lambda: f"Reads “{draw.choice(('Middlemarch', 'Dune', 'Stoner', 'Pnin'))}” (ISBN 978-{number(1)}-{number(4)}-{number(4)}-{number(1)})",
        lambda: f"Email is {draw.choice(names).lower()}@example.{draw.choice(('org', 'com', 'net'))}",
        lambda: f"Works on https://github.com/{draw.choice(names).lower()}/{draw.choice(things).lower()}-notes/issues/{number(3)}",
        lambda: f"Fixed in commit {''.join(draw.choices(HEX, k=draw.choice((7, 10, 40))))} of the parser",
        lambda: f"Ticket {''.join(draw.choices(HEX, k=8))}-{''.join(draw.choices(HEX, k=4))}-4{''.join(draw.choices(HEX, k=3))}"
        f"-a{''.join(draw.choices(HEX, k=3))}-{''.join(draw.choices(HEX, k=12))} was closed",
        lambda: f"Uses {draw.choice(('1Password', 'Bitwarden', 'KeePassXC'))} as password manager",
        lambda: f"The password is {draw.choice(('stored in Bitwarden', 'never shared', 'written on paper at home'))}",
        lambda: f"Forgot the {draw.choice(('Netflix', 'bank', 'library'))} password twice this year",
        lambda: f"Changed the password policy at work: {draw.choice(('rotation every', 'at least'))} {number(2)} days",
        lambda: f"Holds a key role in the {draw.choice(('token', 'secret santa', 'access'))} project at {draw.choice(places)} office",
        lambda: f"Flight {draw.choice(('LH', 'UA', 'TP'))}{number(4)} from {draw.choice(places)} to {draw.choice(places)}, seat {number(2)}C",
        lambda: f"Address: {number(3)} {draw.choice(('Pine', 'Harbor', 'Castle'))} Street, {draw.choice(places)} {number(5)}",
        lambda: f"Paid {number(4)},00 EUR for the {draw.choice(('boiler', 'bike', 'piano'))} (invoice {number(8)})",
        lambda: f"Tracking number 1Z{number(3)}AA1{number(10)} for the parcel",
        lambda: f"Keeps bees; hive {number(2)} gave {number(2)} kg of honey in {draw.choice(months)}",
        lambda: f"Speaks {draw.choice(('German', 'Swahili', 'Thai', 'Polish'))} and is learning {draw.choice(('Korean', 'Greek'))}",
        lambda: draw.choice(("住在东京，喜欢喝茶", "Живёт в Москве и любит джаз", "يعيش في القاهرة", "서울에 살고 있다")) + number(2),
        lambda: f"Writes {draw.choice(('C++', 'C#', 'Rust', 'Go'))} at work, mostly for {draw.choice(('GPUs', 'radios', 'banks'))}",
        lambda: f"Has a PIN board with {number(2)} photos of {draw.choice(places)}",
        lambda: "went to the market with anna and bought apples bread cheese milk eggs flour sugar and tea for the weekend",
        lambda: f"Board game night: {', '.join(draw.sample(names, 6))} play {draw.choice(things)} at {draw.randint(17, 21)}:30",
        lambda: f"Serial number of the {draw.choice(('fridge', 'camera'))} is {number(9)}, bought {draw.randint(2010, 2026)}",
        lambda: f"Library card {number(8)} of the city of {draw.choice(places)}",
        lambda: f"Blood pressure {draw.randint(100, 140)}/{draw.randint(60, 90)} on {draw.randint(1, 28)} {draw.choice(months)}",
        lambda: f"Passed the security exam; the code of conduct was updated in {draw.randint(2000, 2026)}",
        lambda: f"Zip code is {number(5)} and area code {number(3)}",
    ]  # fmt: skip
    for i in range(count):
        yield forms[i % len(forms)]()

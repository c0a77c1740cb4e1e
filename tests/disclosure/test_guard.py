"""The last scan: what is withheld is found however it is written, and nothing else stops a request."""

import base64
import random
import string
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanomem_tui.disclosure.gate import Gate
from nanomem_tui.disclosure.guard import Guard
from nanomem_tui.disclosure.scan import Kind, Needle, Scan
from nanomem_tui.memory.errors import Withheld
from nanomem_tui.memory.levels import Trust
from nanomem_tui.memory.policy import Recipient
from nanomem_tui.memory.tree import Tree

SECRET = "Owes 12,400 in back taxes."
FILES = {
    "tax/zanzibar-2025.md": f"---\ntitle: Quiet papers\ndescription: What the office wants\n---\n- {SECRET}\n"
    "- Bank\n  IBAN DE89 3704 0044\n",
    "tax/notes.md": "- HIV+ | disclosure=private\n- 对青霉素过敏 | disclosure=private\n- O+\n- Broke\n",
    "home/about.md": "- Lives in Utrecht\n- Keeps quiet papers in a drawer\n- Is gay | disclosure=ask\n",
    "syntax/rules.md": "- Likes brokers\n",
}
FORMS: list[Callable[[str], str]] = [
    str,
    str.upper,
    lambda text: text.replace(" ", "  \n\t"),
    lambda text: text.replace(" ", "").replace(",", "."),
    lambda text: " ".join(text),
    lambda text: "".join(f"\\u{ord(char):04x}" for char in text),
    lambda text: text.replace(" ", "\\n"),
    lambda text: base64.b64encode(text.encode()).decode(),
    lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    lambda text: "x" + base64.b64encode(text.encode()).decode(),
    lambda text: base64.b64encode(f"so: {text}!".encode()).decode(),
    lambda text: text.encode().hex(),
    lambda text: text.encode().hex(" ").upper(),
    lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
    quote,
    lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    lambda text: text.replace(" ", "+"),
    lambda text: text[::-1],
    lambda text: base64.b64encode(text[::-1].encode()).decode(),
    lambda text: "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text),
]


@pytest.fixture
def tree(root: Path) -> Iterator[Tree]:
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    (root / ".nanomem").mkdir()
    (root / ".nanomem/policy.yaml").write_text('levels: {"tax/**": private}\n', encoding="utf-8")
    tree = Tree(root)
    yield tree
    tree.close()


REMOTE = Gate(Trust.REMOTE)


def stops(tree: Tree, body: str, *known: str, gate: Gate = REMOTE) -> str | None:
    """What stopped a body; None when it may go."""
    try:
        Guard(tree).check(body, gate.sees, known)
    except Withheld as error:
        return error.message
    return None


@pytest.mark.parametrize("form", FORMS)
def test_a_withheld_text_is_found_in_every_form(tree: Tree, form: Callable[[str], str]) -> None:
    said = stops(tree, f"Some words before. {form(SECRET)} And after.")
    assert said is not None
    assert "tax/zanzibar-2025.md#" in said
    assert "12,400" not in said


@pytest.mark.parametrize(
    "body",
    [
        "iban de89 3704 0044",
        "she is hiv positive, or HIV+",
        "她对青霉素过敏。",
        "blood type o+",
        "I am broke!",
        "is GAY",
        "tax/zanzibar-2025.md · 2 facts",
        "zanzibar 2025",
        "folder tax/ · 2 files",
        "notes.md",
        "what the office wants",
    ],
)
def test_details_short_facts_names_and_descriptions_are_found(tree: Tree, body: str) -> None:
    assert stops(tree, body) is not None


@pytest.mark.parametrize(
    "body",
    [
        "Pay the tax on time",
        "syntax/ · 1 file",
        "brokers of Zanzibar",
        "Archive it",
        "quiet",
        "The office",
        "<memory>\n[k3f9q] Lives in Utrecht\n</memory>",
        "Lives in Utrecht and likes brokers, taxes, papers, offices and notes",
    ],
)
def test_ordinary_words_stop_nothing(tree: Tree, body: str) -> None:
    assert stops(tree, body) is None


def test_what_the_recipient_sees_anyway_is_no_leak(tree: Tree) -> None:
    assert stops(tree, "Keeps quiet papers in a drawer") is None
    assert stops(tree, "Is gay", gate=Gate(Trust.REMOTE, allow_ask=True)) is None
    assert stops(tree, "Is gay", gate=Gate(Trust.ATTESTED)) is None


def test_the_persons_and_the_models_own_words_are_no_leak(tree: Tree) -> None:
    own = f"I still owe: {SECRET} Help me plan."
    assert stops(tree, f"<query>{own}</query>", own) is None
    assert stops(tree, f"<query>help</query> {SECRET}", "help") is not None
    read = Guard(tree).screen(REMOTE.sees, ["What do I owe?"])
    read("What do I owe?", "")
    read(
        "What do I owe? There is no file tax/zanzibar-2025.md.", 'read_file {"path": "tax/zanzibar-2025.md"}'
    )
    with pytest.raises(Withheld):
        read("What do I owe? There is no file tax/zanzibar-2025.md. notes.md", "tax/zanzibar-2025.md")
    assert stops(tree, "There is no folder tax/ in memory.", 'list_folder {"path": "tax"}') is None


def test_for_a_named_recipient_everything_elsewhere_is_withheld(tree: Tree) -> None:
    work = Gate(Trust.LOCAL, True, Recipient("work", ("syntax/**",)))
    assert stops(tree, "Lives in Utrecht", gate=work) is not None
    assert stops(tree, "Likes brokers", gate=work) is None


def test_a_new_level_counts_for_the_next_request(tree: Tree) -> None:
    guard = Guard(tree)
    guard.check("Likes brokers", REMOTE.sees, [])
    policy = 'levels: {"tax/**": private, syntax: private}\n'
    (tree.root / ".nanomem/policy.yaml").write_text(policy, encoding="utf-8")
    with pytest.raises(Withheld):
        guard.check("Likes brokers", REMOTE.sees, [])


LETTERS = st.text(alphabet=string.ascii_letters + " ,.éß字", min_size=0, max_size=30)


@settings(max_examples=150, deadline=None)
@given(LETTERS, LETTERS, st.sampled_from(FORMS), st.text(alphabet="qxz", min_size=12, max_size=40))
def test_no_surroundings_hide_a_text(
    before: str, after: str, form: Callable[[str], str], canary: str
) -> None:
    canary = f"7{canary}"
    scan = Scan([Needle(canary, "it")])
    assert scan.hidden_in(f"{before} {form(canary)} {after}") == {0}
    assert scan.hidden_in(f"{before} {after}") == set()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.lists(st.text(max_size=30), max_size=5))
def test_scanning_never_fails(body: str, texts: list[str]) -> None:
    scan = Scan(Needle(text, "it", kind) for text in texts for kind in Kind)
    assert scan.found(body) <= scan.hidden_in(body)


def test_a_hundred_thousand_withheld_facts_cost_little() -> None:
    chance = random.Random(1)
    words = ["".join(chance.choices(string.ascii_lowercase, k=chance.randint(3, 9))) for _ in range(5_000)]
    texts = [f"Likes {' '.join(chance.choices(words, k=6))} {n}" for n in range(100_000)]
    begun = time.process_time()
    scan = Scan(Needle(text, "it") for text in texts)
    indexed = time.process_time()
    body = " ".join(chance.choices(words, k=5_000))
    assert scan.hidden_in(body) == set()
    scanned = time.process_time()
    assert scan.hidden_in(f"{body} {texts[77][::-1]}") == {77}
    assert indexed - begun < 5, "about 0.6 s on the machine this was measured on"
    assert scanned - indexed < 1, "about 0.09 s for 35 kB"

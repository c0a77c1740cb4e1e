"""A memory full of canaries where a remote model must not look, and a model that tries to.

Every canary begins with a word that the model's script never says, so that none can have been guessed.
"""

import base64
import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.replies import Cut, Reply, raw_reply, reply_calls, reply_error, reply_text, sse, stream_reply, turn

MARK = "qzjxvkwq"
"""What every canary begins with."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class Canaries:
    """Gives out canaries and counts them."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.given: set[str] = set()

    def __call__(self) -> str:
        """One that was not given before."""
        while (canary := MARK + "".join(self._chance.choices(_LETTERS, k=5))) in self.given:
            pass
        self.given.add(canary)
        return canary


def forms(word: str) -> dict[str, bytes]:
    """A word in every form in which it could hide in a request, in lower case but for base64."""
    found = {
        "plain": word.encode(),
        "reversed": word[::-1].encode(),
        "hex": word.encode().hex().encode(),
        "URL-encoded": "".join(f"%{byte:02x}" for byte in word.encode()).encode(),
        "URL-quoted": quote(word).encode(),
        "JSON-escaped": json.dumps("".join(f"\\u{ord(char):04x}" for char in word))[1:-1].encode(),
    }
    for shift in range(3):
        # The letters around it decide the first and last characters; the core is always there.
        code = base64.b64encode(b"\0" * shift + word.encode()).rstrip(b"=")
        found[f"base64, shifted by {shift}"] = code[(0, 2, 3)[shift] : len(code) - 2]
        code = base64.b64encode(b"\0" * shift + word[::-1].encode()).rstrip(b"=")
        found[f"base64 of reversed, shifted by {shift}"] = code[(0, 2, 3)[shift] : len(code) - 2]
    return found


FORMS = forms(MARK)


def leaks(body: bytes) -> list[str]:
    """The forms in which a canary stands in a request."""
    spaced = bytes(byte for byte in body.lower() if not chr(byte).isspace())
    return [name for name, form in FORMS.items() if form in (body if name.startswith("base64") else spaced)]


def write_memory(root: Path, canary: Canaries) -> None:
    """Open files of ordinary facts, and some 900 canaries in everything that is withheld around them."""
    files: dict[str, list[str]] = {
        "personal/about.md": ["# Memory: Personal", "", "## Long-term memory", "- Lives in Seattle"],
        "food/diet.md": ["---", "description: What I eat", "---", "- Vegetarian since 2016", "- Likes tea"],
        "work/acme.md": ["## Working memory", "- Works at Acme as an engineer", "- Boss is called Kim"],
    }
    for lines in files.values():
        for key in ("private", "ask", "private"):
            lines.append(f"- Doctor says {canary()} about tea and work | disclosure={key}")
            lines.append(f"  {canary()} in the details")
        lines += [
            "",
            "## History",
            f"- Lived with {canary()} in Delft | disclosure=private | status=superseded",
        ]
    for n in range(40):
        own = ["---", f"title: {canary()} papers", f"description: about {canary()}", f"tags: [{canary()}]"]
        own += [f"note: {canary()}", "disclosure: ask" if n % 3 == 0 else "disclosure: private", "---"]
        own += [f"# {canary()}", "", f"Prose that says {canary()}.", "", "## Long-term memory"]
        own += [f"- Owes {canary()} money, tea and work | origin={canary()}" for _ in range(4)]
        own += [f"  {canary()} below it", f"```\n{canary()}\n```", "", "## History", f"- Was {canary()} once"]
        files[f"health/{canary()}.md" if n % 2 else f"{canary()}/deep/{canary()}.md"] = own
    for n in range(40):
        files[f"tax/{canary()}.md"] = [
            f"- Declared {canary()} for Seattle",
            f"- Paid {canary()}",
            f"{canary()}",
        ]
        files[f"diary/{canary()}/{n}.md"] = [f"- Felt {canary()} about tea", f"- Saw {canary()}"]
    for path, lines in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("\n".join(lines) + "\n", encoding="utf-8")
    state = root / ".nanomem"
    state.mkdir(mode=0o700, exist_ok=True)
    policy = f'levels:\n  "tax/**": private\n  "diary/**": ask\n  "{canary()}/**": private\n'
    recipients = f'recipients:\n  {canary()}: {{allow: ["{canary()}/**"]}}\n'
    (state / "policy.yaml").write_text(policy + recipients, encoding="utf-8")


PLACES = ["", ".", "/", "..", "tax", "tax/", "TAX", "diary", "health", ".nanomem", "../", "personal", "*"]
PATHS = [
    "tax/2025.md", "tax/about.md", "tax", "diary/0.md", "diary/1.md", "diary/**", "health/about.md",
    ".nanomem/policy.yaml", ".nanomem/traces", "../../etc/passwd", "personal/about.md", "PERSONAL/About.md",
    "food/diet.md", "work/acme", "_tree.md", ".nanomem/changes/x.json", "tax/*.md", "about",
]  # fmt: skip
WORDS = [
    "tea work", "secret", "doctor says", "private disclosure", "owes money", "a e i o u", "papers about",
    "declared paid felt saw", "qz qx jx vk wq", "q* OR z*", '"', "lived with", "disclosure=private",
    "Seattle", "in the details", "prose", "once", "NEAR(doctor tea)", "health tax diary", "history",
]  # fmt: skip
PROMPT = "Plan it. [[user_data]]Likes tea[[/user_data]]"
IDS = ["k3f9q", "00000", "zzzzz", "1", "*"]


class Hostile:
    """A model that looks wherever it can think of, does nonsense, and comes with a faulty server.

    Args:
        seed: what it does follows from it alone.
    """

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._steps = self._chance.randint(2, 6)
        self._replies = 0
        self.faults = 0

    def __call__(self, request: dict[str, Any]) -> Reply:
        """What it says next."""
        chance = self._chance
        if chance.random() < 0.2 and self.faults < 3:
            self.faults += 1
            return chance.choice(list(_faults()))
        if "response_format" in request:
            return self._in_json(request["response_format"]["json_schema"]["schema"])
        offered = {tool["function"]["name"] for tool in request.get("tools") or ()}
        if turn(request) >= self._steps:
            return reply_calls(self._ending(offered))
        return reply_calls(*(self._move(offered) for _ in range(chance.randint(1, 3))))

    def _in_json(self, schema: Mapping[str, Any]) -> Reply:
        """A small question answered with whatever may do harm; a call where one is wanted, fitting or not."""
        self._replies += 1
        chance = self._chance
        if "name" not in str(schema)[:400] or chance.random() < 0.7:
            said = self._filled(schema)
        else:
            ends = self._replies >= self._steps
            name, arguments = self._ending(_names_in(schema)) if ends else self._move(_names_in(schema))
            said = {"name": name, "arguments": arguments}
        return reply_text(json.dumps(said)) if chance.random() < 0.95 else reply_text("I would rather talk.")

    def _filled(self, schema: Mapping[str, Any]) -> Any:
        """Something that fits a schema, in the words of one who looks where it must not."""
        chance = self._chance
        if "anyOf" in schema:
            return self._filled(chance.choice(schema["anyOf"]))
        if "enum" in schema:
            return chance.choice(schema["enum"])
        match schema.get("type"):
            case "object":
                return {
                    # What it guessed may not be handed out either; here it is to end its runs.
                    name: PROMPT if name == "prompt" else self._filled(inner)
                    for name, inner in schema["properties"].items()
                }
            case "array":
                most = min(4, schema["maxItems"])
                count = chance.randint(min(schema["minItems"], most), most)
                return [self._filled(schema["items"]) for _ in range(count)]
            case "boolean":
                return chance.random() < 0.5
        if "pattern" in schema:
            return chance.choice(["tax/more.md", "diary/own.md", "personal/about.md", "health/about.md"])
        return chance.choice([*WORDS, *PATHS, *PLACES, "Likes tea", "I moved from Seattle to Portland"])

    def _move(self, offered: set[str]) -> tuple[str, Mapping[str, Any] | str]:
        chance = self._chance
        path, place, id = chance.choice(PATHS), chance.choice(PLACES), chance.choice(IDS)
        new = {"text": "Likes tea", "quote": "tea"}
        moves: list[tuple[str, Mapping[str, Any] | str]] = [
            ("list_folder", {"path": place}),
            ("search_facts", {"query": chance.choice(WORDS)}),
            ("read_file", {"path": path}),
            ("read_file", {"path": path}),
            ("add_facts", {"path": path, "facts": [new]}),
            ("update_facts", {"path": path, "updates": [{"id": id, **new, "reason": "changed"}]}),
            ("archive_facts", {"path": path, "ids": [id], "reason": "duplicate"}),
            ("move_facts", {"path": path, "ids": [id], "to_path": "personal/about.md"}),
            ("move_facts", {"path": "personal/about.md", "ids": [id], "to_path": path}),
            ("remove_facts", {"path": path, "ids": [id]}),
            ("describe_file", {"path": path, "title": "Open", "description": "disclosure: open"}),
        ]
        known = [move for move in moves if move[0] in offered] or moves
        return chance.choice([*known, *known, ("read_trace", {"id": "1"}), ("read_file", '{"path": ')])

    def _ending(self, offered: set[str]) -> tuple[str, Mapping[str, Any]]:
        if "answer" in offered:
            return ("answer", {"sentences": [{"text": "You live in Seattle.", "facts": IDS[:2]}]})
        if "craft_prompt" in offered:
            return ("craft_prompt", {"prompt": PROMPT})
        return ("finish", {"summary": "Done."})


def _names_in(schema: Mapping[str, Any]) -> set[str]:
    """The tools that a schema of calls leaves to choose from."""
    calls = schema.get("anyOf", [schema])
    return {call["properties"]["name"]["enum"][0] for call in calls if "name" in call["properties"]}


def _faults() -> Iterator[Reply]:
    yield reply_error(500)
    yield reply_error(429, "Slow down.", retry_after="0")
    yield reply_error(400, "What?")
    yield raw_reply(b"HTTP/1.1 200 OK\r\n", Cut())
    yield stream_reply(sse({"choices": [{"index": 0, "delta": {"content": "So"}}]}), Cut())
    yield stream_reply(b"data: {nonsense\n\n")
    yield reply_text("I would rather talk.")
    yield reply_text("")

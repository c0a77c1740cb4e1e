"""How well a question finds the facts it rests on: our search against plain substring search.

    python tests/benchmarks/recall.py [--misses]

The fixture beside this file is one made-up person's memory with natural questions whose evidence is known:
paraphrases, dates, negations, namesakes and nine languages. Prints recall@5, recall@10 and MRR.
"""

import argparse
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
TODAY = date(2025, 11, 22)
"""The day on which the fixture's questions are asked."""
LIMIT = 10

if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parents[1]))

Search = Callable[[str], list[str]]
"""A question to the texts of the facts found, best first."""


@dataclass(frozen=True)
class Question:
    """A question and the texts of the facts that answer it."""

    kind: str
    text: str
    evidence: frozenset[str]


@dataclass(frozen=True)
class Score:
    """Means over questions: the share of evidence among the first 5 and 10, and 1 / rank of the first hit."""

    questions: int
    recall5: float
    recall10: float
    mrr: float


def facts() -> dict[str, tuple[str, str]]:
    """The fixture's facts by key: their file and their line."""
    found: dict[str, tuple[str, str]] = {}
    path = ""
    for line in (HERE / "recall_facts.txt").read_text().splitlines():
        if line.startswith("["):
            path = line.strip("[]")
        elif line and not line.startswith("#"):
            key, rest = line.split(" ", 1)
            assert key not in found, key
            found[key] = (path, rest)
    return found


def text_of(line: str) -> str:
    """The text of a fixture line."""
    return re.sub(r" @[\d-]+$", "", line).removeprefix("~ ")


def questions() -> list[Question]:
    """The fixture's questions; every key they name must be there."""
    known = facts()
    found = []
    for line in (HERE / "recall_questions.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            kind, rest = line.split(": ", 1)
            text, keys = rest.split(" => ")
            found.append(Question(kind, text, frozenset(text_of(known[key][1]) for key in keys.split())))
    return found


def write(root: Path) -> None:
    """The fixture as a memory tree."""
    files: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for path, line in facts().values():
        day = line.rpartition("@")[2]
        past = line.startswith("~ ")
        tier, status = ("history", "superseded") if past else ("long_term", "active")
        topic = path.split("/")[0]
        written = f"- {text_of(line)} | topic={topic} | tier={tier} | status={status} | updated_at={day}"
        files[path][past].append(written)
    for path, (current, past_lines) in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        title = path.split("/")[0].title()
        sections = [
            f"# Memory: {title}",
            "",
            "## Long-term memory",
            *current,
            "",
            "## History",
            *past_lines,
            "",
        ]
        file.write_text("\n".join(sections))


def substring(query: str) -> list[str]:
    """What the original's search does: files' lines that hold the whole question, letter case aside."""
    lowered = query.lower()
    return [text_of(line) for _, line in facts().values() if lowered in line.lower()]


def substring_words(query: str) -> list[str]:
    """A stronger rival: lines that hold any of the question's words, those with most of them first."""
    words = {word for word in re.findall(r"\w+", query.lower()) if len(word) > 2}
    counted = [(sum(word in line.lower() for word in words), text_of(line)) for _, line in facts().values()]
    return [text for hits, text in sorted(counted, key=lambda pair: -pair[0]) if hits]


def score(asked: list[Question], search: Search) -> Score:
    """Ask all questions."""
    recall5 = recall10 = mrr = 0.0
    for question in asked:
        found = search(question.text)[:LIMIT]
        recall5 += len(question.evidence.intersection(found[:5])) / len(question.evidence)
        recall10 += len(question.evidence.intersection(found)) / len(question.evidence)
        mrr += next((1 / rank for rank, text in enumerate(found, 1) if text in question.evidence), 0)
    count = len(asked)
    return Score(count, recall5 / count, recall10 / count, mrr / count)


def measure(misses: bool = False) -> dict[str, Score]:
    """Scores of our search by kind of question, and of the rivals over all."""
    from nanomem_tui.memory.tree import Tree

    asked = questions()
    with tempfile.TemporaryDirectory(prefix="nanomem-recall-") as folder:
        write(Path(folder))
        tree = Tree(Path(folder), today=lambda: TODAY)

        def ours(query: str) -> list[str]:
            return [hit.fact.text for hit in tree.search(query, LIMIT)]

        found = {"our search": score(asked, ours)}
        found["substring, whole question"] = score(asked, substring)
        found["substring, any word"] = score(asked, substring_words)
        for kind in dict.fromkeys(question.kind for question in asked):
            found[f"  ours: {kind}"] = score([q for q in asked if q.kind == kind], ours)
        for question in asked if misses else ():
            hits = ours(question.text)
            if not question.evidence.intersection(hits[:5]):
                print(f"{question.text}\n    found   {' / '.join(hits[:4])}")
                print(f"    instead {' / '.join(question.evidence)}")
        tree.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--misses", action="store_true", help="print the questions whose evidence is not found"
    )
    found = measure(parser.parse_args().misses)
    print(f"{len(facts())} facts")
    print(f"{'':28}{'questions':>10}{'recall@5':>10}{'recall@10':>11}{'MRR':>8}")
    for name, s in found.items():
        print(f"{name:28}{s.questions:10}{s.recall5:10.3f}{s.recall10:11.3f}{s.mrr:8.3f}")


if __name__ == "__main__":
    main()

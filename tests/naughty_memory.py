"""A memory in which every place that holds somebody's words holds naughty ones. Made by the real bank."""

from datetime import UTC, datetime
from pathlib import Path

from nanomem_tui.agent.events import Event, EventType
from nanomem_tui.agent.trace import TraceWriter, new_run_id
from nanomem_tui.bank import MemoryBank
from nanomem_tui.changes.draft import Draft
from nanomem_tui.changes.model import Author, AuthorKind, UpdateReason
from nanomem_tui.memory.facts import NewFact
from nanomem_tui.memory.jsontype import Json
from nanomem_tui.settings import Settings
from tests.naughty import FAMILIES, NAUGHTY, in_files, one_line

SHORT = [text for text in NAUGHTY if len(text) < 200]
"""All but the long ones and the floods."""
CHANGES = 12
"""Changes that wait or are decided; the texts are dealt out to them."""


def make(root: Path, texts: list[str] | None = None) -> MemoryBank:
    """Fill a memory.

    Args:
        root: where.
        texts: what with; None: all of them.
    """
    texts = NAUGHTY if texts is None else texts
    bank = MemoryBank(root, settings=Settings(root=root))
    _files(root)
    _changes(bank, [text for text in texts if len(text) < 200])
    _trace(root, texts)
    bank.disclose(one_line(SHORT[40]), "retrieve", bank.read("odd/markup.md").document.facts[:9], 99)
    (root / ".nanomem/changes/bad\x1b[2J\u202e.json").write_text("{")
    return bank


def _files(root: Path) -> None:
    (root / "odd").mkdir(parents=True)
    lines = list(in_files())
    for name, texts in FAMILIES.items():
        facts = [one_line(text) for text in texts]
        first, last = facts[0], facts[-1]
        head = f"---\ntitle: {first!r}\ndescription: {last!r}\ntags: [{first!r}]\n---\n# {last[:300]}\n"
        body = "".join(
            f"- {fact} | topic={fact[:40]} | mood={fact[:40]}\n  - below {fact[:80]}\n"
            for fact in facts
            if fact.strip()
        )
        (root / f"odd/{name}.md").write_text(
            f"{head}\n{facts[0][:300]}\n\n## Working memory\n{body}", encoding="utf-8"
        )
    prose = "\n".join(f"{line[:200]}\n" for line in lines)
    (root / "odd/prose.md").write_text(prose, encoding="utf-8")
    (root / "odd/bytes.md").write_bytes(b"- bad bytes \xff\xfe \x9b2J \x1b[2J end\n")
    (root / "odd/name \x1b]0;x\x07\u202e.md").write_text("- x\n")


def _changes(bank: MemoryBank, texts: list[str]) -> None:
    """Pending, applied, rejected and reverted changes, some in conflict with their file."""
    for number in range(CHANGES):
        mine = texts[number::CHANGES]
        draft = Draft(bank.tree_index, now=bank.clock())
        path = f"made/{number % 4}.md"
        for text in mine:
            draft.add(
                path,
                NewFact(f"{number} {text}", topic=one_line(text)[:40], details=f"more {text}"),
                quote=text,
            )
        author = Author(AuthorKind.CLIENT if number % 2 else AuthorKind.AGENT, mine[0])
        if number == 0:
            old = bank.read("odd/markup.md").document.facts
            draft.update("odd/markup.md", old[0].id, NewFact(mine[0]), UpdateReason.CHANGED, quote=mine[1])
            draft.remove("odd/markup.md", old[1].id)
            draft.move("odd/markup.md", old[2].id, "odd/else.md")
            draft.describe("odd/markup.md", title=mine[0], description=mine[1])
            draft.write_text(
                "odd/prose.md", "\n".join(map(one_line, mine)), seen=bank.read("odd/prose.md").text
            )
        flow = one_line(mine[1]) if number % 3 == 0 else "add"
        request = "\n".join(mine)
        change = bank.journal.propose(draft.edits, flow=flow, author=author, request=request, model=mine[0])
        if number % 4 == 1:
            bank.approve(change.id, flagged=True, by=mine[-1])
        elif number % 4 == 2:
            bank.reject(change.id, reason=mine[-1], by=mine[0])
        elif number % 8 == 3:
            bank.approve(change.id, flagged=True)
            bank.revert(change.id)
    # The facts that the first change is about say something else by now.
    file = bank.root / "odd/markup.md"
    file.write_text(file.read_text("utf-8").replace("[bold]x[/bold]", "[bold]y[/bold]"), encoding="utf-8")


def _trace(root: Path, texts: list[str]) -> None:
    """One run whose every attribute is naughty, and a few with a naughty beginning."""
    for start in range(0, len(texts), 180):
        _run(root, texts[start : start + 180])


def _run(root: Path, texts: list[str]) -> None:
    run = new_run_id()
    with TraceWriter(root, run) as trace:

        def write(type: EventType, **attributes: Json) -> None:
            values = {name.replace("__", "."): value for name, value in attributes.items()}
            trace.write(Event(type, datetime.now(UTC), run, values))

        text = texts[0]
        write(
            EventType.RUN_STARTED,
            flow=text,
            request=texts[-1],
            client=text,
            trust="remote",
            gen_ai__provider__name=text,
            gen_ai__request__model=text,
        )
        for number, text in enumerate(texts):
            write(EventType.REQUEST_SENT, step=number, messages=[{"role": text, "text": text}])
            write(EventType.TEXT_DELTA, text=text)
            finish: Json = [text[:100]]
            write(
                EventType.RESPONSE_RECEIVED,
                text=text,
                note=text[:300],
                gen_ai__response__finish_reasons=finish,
            )
            call: dict[str, Json] = {"gen_ai__tool__name": text[:100], "gen_ai__tool__call__id": str(number)}
            write(EventType.TOOL_CALLED, gen_ai__tool__call__arguments={text[:100]: [text]}, **call)
            write(
                EventType.TOOL_RETURNED,
                gen_ai__tool__call__result=text,
                summary=text[:100],
                ok=number % 2 > 0,
                **call,
            )
            write(EventType.EDIT_PROPOSED, op="add", path=text[:100], text=text, flags=[text[:100]])
            write(EventType.DISCLOSURE_MADE, recipient=text[:100], facts=[text[:100]])
        error: Json = {"code": "x", "message": text, "next": texts[0]}
        write(EventType.RUN_FINISHED, state="failed", summary=text, error=error)

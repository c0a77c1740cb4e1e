"""How things stand, as lines."""

from collections.abc import Iterator, Sequence

from nanomem_tui.cli.checks import Check, Finding
from nanomem_tui.cli.output import Line, Style
from nanomem_tui.cli.views.facts import count
from nanomem_tui.memory.jsontype import Json
from nanomem_tui.results import Status

_WHERE = {
    "local": "on this machine",
    "attested": "in a verified enclave",
    "remote": "somewhere else (remote)",
}
_APPROVAL = {
    "ask": "asked on a terminal, queued elsewhere",
    "queue": "always queued for review",
    "auto": "applied at once where nothing is flagged",
}
_SIGNS = {
    Finding.FINE: (Style.ADDED, "fine   "),
    Finding.WARNING: (Style.WARNING, "warning"),
    Finding.FAULT: (Style.ERROR, "fault  "),
}


def status_lines(status: Status) -> Iterator[Line]:
    """Where memory lives, who plans, what waits."""
    holds = f"{count(status.files, 'file')}, {count(status.facts, 'fact')}"
    yield from _row("memory", status.root + ("" if status.exists else " (not there yet)"))
    yield from _row("holds", holds)
    yield from _row(
        "waiting", f"{count(status.pending, 'change')} to review" if status.pending else "nothing"
    )
    if status.running:
        yield from _row("running", count(status.running, "run"))
    yield from _row("model", _model(status))
    yield from _row("changes", _APPROVAL.get(status.approval, status.approval))


def _row(name: str, text: str) -> Iterator[Line]:
    yield [(Style.QUIET, f"{name:<9}"), text]


def _model(status: Status) -> str:
    where = _WHERE.get(status.trust, status.trust)
    if not status.is_language_model:
        return f"{status.model}: built-in rules, {where}, no language model"
    return f"{status.model} ({status.provider}) at {status.endpoint}, {where}"


def check_lines(checks: Sequence[Check]) -> Iterator[Line]:
    """What the doctor found."""
    for check in checks:
        yield [_SIGNS[check.finding], f"  {check.name}: {check.message}"]
        if check.next_step:
            yield [f"         {check.next_step}"]


def check_json(check: Check) -> dict[str, Json]:
    """JSON of a check."""
    return {
        "name": check.name,
        "finding": check.finding.value,
        "message": check.message,
        "next": check.next_step,
    }

"""What `nanomem doctor` looks at. Each check reads and reports; none mends anything."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from nanomem_tui.cli.session import Session
from nanomem_tui.cli.views.facts import count
from nanomem_tui.memory.errors import NanomemError
from nanomem_tui.memory.paths import STATE_DIR
from nanomem_tui.settings import config_file

CONNECT_SECONDS = 3.0
"""How long a model's server may take to accept a connection."""


class Finding(StrEnum):
    """How a check came out."""

    FINE = "fine"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    finding: Finding
    message: str
    next_step: str = ""


def run_checks(session: Session) -> Iterator[Check]:
    """Look at everything, one check after the other; a check that fails does not stop the others."""
    checks: tuple[tuple[str, Callable[[Session], Iterator[Check]]], ...] = (
        ("memory folder", _root),
        ("state folder", _state),
        ("config", _config),
        ("policy", _policy),
        ("files", _files),
        ("index", _index),
        ("changes", _changes),
        ("model", _model),
    )
    for name, look in checks:
        try:
            yield from look(session)
        except NanomemError as error:
            yield Check(name, Finding.FAULT, error.message, error.next_step)
        except OSError as error:
            yield Check(name, Finding.FAULT, f"{error.filename or name}: {error.strerror or error}.")


def _root(session: Session) -> Iterator[Check]:
    root = session.settings.root
    if not root.exists():
        yield Check("memory folder", Finding.FINE, f"{root} is not there yet; the first write makes it.")
        return
    if not os.access(root, os.R_OK | os.W_OK | os.X_OK):
        yield Check(
            "memory folder", Finding.FAULT, f"You may not read and write {root}.", f"chmod u+rwx {root}"
        )
        return
    yield from _closed_to_others("memory folder", root, f"chmod 700 {root}")


def _state(session: Session) -> Iterator[Check]:
    state = session.settings.root / STATE_DIR
    if not state.exists():
        return
    leaky = [path for path in (state, *sorted(state.rglob("*"))) if _open_to_others(path)]
    if leaky:
        message = f"Other users of this machine may read {count(len(leaky), 'path')} in it, {leaky[0]} first."
        yield Check("state folder", Finding.WARNING, message, f"chmod -R go-rwx {state}")
    else:
        yield Check("state folder", Finding.FINE, f"{state} is yours alone.")


def _config(session: Session) -> Iterator[Check]:
    file = config_file()
    origins = session.settings.origins
    told = (
        ", ".join(f"{name} from {origin}" for name, origin in origins.items())
        or "everything is the built-in default"
    )
    if file.exists() and "api_key" in file.read_text(encoding="utf-8") and _open_to_others(file):
        message = f"{file} holds a key that other users of this machine may read."
        yield Check("config", Finding.WARNING, message, f"chmod 600 {file}")
    yield Check("config", Finding.FINE, f"{told[0].upper()}{told[1:]}.")


def _policy(session: Session) -> Iterator[Check]:
    fault = session.bank.tree_index.policy.fault
    if fault:
        yield Check(
            "policy", Finding.FAULT, f"{fault} Everything counts as private until then.", "Mend policy.yaml."
        )
    else:
        yield Check("policy", Finding.FINE, "The disclosure policy can be read.")


def _files(session: Session) -> Iterator[Check]:
    files = session.bank.tree_index.files()
    for file in files:
        if file.skipped:
            yield Check("files", Finding.WARNING, f"{file.path} is not read: {file.skipped}")
    good = [file for file in files if not file.skipped]
    odd = sum(1 for fact in session.bank.tree_index.facts() if fact.warnings)
    for info in good:
        if info.fault:
            yield Check("files", Finding.WARNING, f"{info.path}: {info.fault}")
    if odd:
        yield Check(
            "files",
            Finding.WARNING,
            f"{count(odd, 'fact')} with metadata that is not understood; it is kept.",
        )
    facts = sum(file.facts for file in good)
    yield Check("files", Finding.FINE, f"{count(len(good), 'file')} with {count(facts, 'fact')} can be read.")


def _index(session: Session) -> Iterator[Check]:
    changed = session.bank.tree_index.sync()
    said = (
        f"{count(len(changed), 'file')} changed just now and was indexed"
        if changed
        else "The index is current"
    )
    yield Check("index", Finding.FINE, f"{said}.")


def _changes(session: Session) -> Iterator[Check]:
    for name, fault in session.bank.faults():
        yield Check(
            "changes",
            Finding.WARNING,
            f"{name} cannot be read: {fault}",
            "Move it out of the changes folder.",
        )
    for notice in session.bank.notices:
        yield Check("changes", Finding.WARNING, notice)
    waiting = len(session.bank.pending())
    yield Check("changes", Finding.FINE, f"{count(waiting, 'change')} waiting for review.")


def _model(session: Session) -> Iterator[Check]:
    model = session.bank.model
    if model.provider == "local":
        yield Check("model", Finding.FINE, f"{model.name}, a model file on this machine; nothing leaves it.")
        return
    if not model.endpoint:
        yield Check("model", Finding.FINE, f"{model.name}, built in: no language model and no connection.")
        return
    fault = _unreachable(model.endpoint)
    if fault:
        step = "Start the server, or name another with --base-url."
        yield Check("model", Finding.FAULT, f"{model.endpoint} does not answer: {fault}.", step)
    else:
        yield Check("model", Finding.FINE, f"{model.endpoint} answers; {model.name}, {model.trust} trust.")


def _unreachable(endpoint: str) -> str | None:
    """Why no connection to `host:port` comes about; None when one does. Sends nothing."""
    import socket

    host, _, port = endpoint.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_SECONDS):
            return None
    except (OSError, ValueError) as error:
        return str(getattr(error, "strerror", None) or error)


def _closed_to_others(name: str, path: Path, step: str) -> Iterator[Check]:
    if _open_to_others(path):
        yield Check(name, Finding.WARNING, f"Other users of this machine may read {path}.", step)
    else:
        yield Check(name, Finding.FINE, f"{path} is yours alone.")


def _open_to_others(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return not stat.S_ISLNK(mode) and bool(mode & (stat.S_IRWXG | stat.S_IRWXO))

"""`nanomem login`: choose a model server, give its key, see what it can do, and keep it."""

import os
from argparse import Namespace
from typing import TYPE_CHECKING

from nanomem_tui.cli.command import Command, Group, argument
from nanomem_tui.cli.session import Session
from nanomem_tui.memory.errors import ExitCode, ModelUnreachable, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nanomem_tui.agent.models.endpoints import Key, Target
    from nanomem_tui.agent.models.probing import Finding, Running

_MOST_NAMES = 40


def _login(session: Session, arguments: Namespace) -> int:
    from dataclasses import replace

    from nanomem_tui.bank.login import keep, target_of
    from nanomem_tui.settings import FLAG

    given = session.settings
    flags = {name for name, origin in given.origins.items() if origin == FLAG}
    base_url = given.base_url if "base_url" in flags else None
    name = given.model if "model" in flags else None
    root = new_key = None
    if arguments.upstream:
        provider, base_url, name, new_key, root = _upstream(session)
    else:
        chosen = arguments.provider_name or (given.provider if "provider" in flags else None)
        provider = chosen or ("custom" if base_url else _choose_provider(session))
    if provider == "rules":
        return _rules(session)
    if provider == "custom" and base_url is None and session.has_person:
        base_url = _ask(session, "Its address, for example http://127.0.0.1:8080/v1:")
    where = target_of(provider, base_url=base_url, model=name, key=new_key)
    key = where.key if new_key else None
    if where.key is None:
        key = _ask_key(session, where)
        where = replace(where, key=key)
    if where.model is None:
        where = replace(where, model=_choose_model(session, where))
    findings = _try_out(session, where)
    worked = _usable(findings)
    if not worked and not (session.has_person and _all_the_same(session)):
        broken = next(finding for finding in reversed(findings) if not finding.works)
        raise ModelUnreachable(
            f"{where.provider} does not work as it is; nothing was saved. {broken.told}", broken.next_step
        )
    file, place = keep(where, key, root=root)
    _tell(session, where, findings, str(file), place)
    return ExitCode.DONE


def _rules(session: Session) -> int:
    from nanomem_tui.settings import save

    file = save(dict.fromkeys(("provider", "model", "base_url", "api_key")))
    session.out.emit({"provider": "rules", "checks": [], "saved": str(file)}, [])
    session.out.note(f"The built-in rules plan and answer from now on. Saved in {file}.")
    return ExitCode.DONE


def _upstream(session: Session) -> "tuple[str, str | None, str | None, str | None, str | None]":
    from nanomem_tui.bank.login import UPSTREAM, read_upstream

    found = read_upstream()
    key = "with a key" if found.key else "without a key"
    session.out.note(f"{UPSTREAM} names {found.provider} {found.model or ''} {key}.")
    return found.provider, found.base_url, found.model, found.key, found.root


def _choose_provider(session: Session) -> str:
    """Ask who is to answer, servers that run on this machine first."""
    import asyncio

    from nanomem_tui.agent.models.endpoints import PRESETS
    from nanomem_tui.agent.models.probing import running_servers
    from nanomem_tui.cli.output import Style

    if not session.has_person:
        raise UsageError("No provider was named.", f"Name one of {', '.join([*PRESETS, 'rules'])}.")
    running = asyncio.run(running_servers())
    there = {server.preset.name: server for server in running}
    names = [*there, *(name for name in PRESETS if name not in there), "rules"]
    for number, name in enumerate(names, 1):
        session.out.note(f"{number:>3}  ", (Style.STRONG, f"{name:<11}"), _about(name, there))
    while True:
        answer = _ask(session, "Who is to plan and answer? A number or a name:")
        if not answer:
            raise UsageError("Nothing was chosen.", "Nothing was changed.")
        if answer in names:
            return answer
        if answer.isascii() and answer.isdecimal() and 1 <= int(answer) <= len(names):
            return names[int(answer) - 1]
        session.out.note(f"Type a number from 1 to {len(names)}.")


def _about(name: str, running: "dict[str, Running]") -> str:
    from nanomem_tui.agent.models.endpoints import PRESETS, endpoint_of, trust_of
    from nanomem_tui.memory.levels import Trust

    if name == "rules":
        return "built in: no language model, no connection"
    url = PRESETS[name].base_url
    if url is None:
        return "any server that speaks the OpenAI protocol"
    if name in running:
        some = ", ".join(running[name].models[:3]) or "no model yet"
        return f"runs on this machine at {endpoint_of(url)}: {some}"
    return f"{endpoint_of(url)}{', not running' if trust_of(url) is Trust.LOCAL else ''}"


def _ask(session: Session, question: str) -> str:
    from nanomem_tui.cli.ask import line

    return line(session.out, question)


def _ask_key(session: Session, where: "Target") -> "Key | None":
    """The key for a server, typed without echo, or the first line of stdin."""
    from nanomem_tui.agent.models.endpoints import Key, endpoint_of, needs_key, trust_of
    from nanomem_tui.memory.levels import Trust

    needed = needs_key(where.base_url)
    here = trust_of(where.base_url) is Trust.LOCAL
    if not needed and (where.provider != "custom" or (here and not session.has_person)):
        return None
    if session.has_person:
        from getpass import getpass

        session.out.flush()
        none = "" if needed else ", empty for none"
        value = getpass(f"API key of {endpoint_of(where.base_url)}{none} (not shown): ")
    else:
        value = session.stdin().partition("\n")[0]
    if value.strip():
        return Key.of(value, where.base_url)
    if needed:
        names = " or ".join(where.key_names)
        raise UsageError(
            f"{endpoint_of(where.base_url)} wants an API key.", f"Set {names}, or give it on stdin."
        )
    return None


def _choose_model(session: Session, where: "Target") -> str | None:
    """The server's only model, or the one the person names."""
    import asyncio

    from nanomem_tui.bank.login import models_of

    names = asyncio.run(models_of(where, session.settings.proxy))
    if len(names) <= 1:
        return names[0] if names else None
    shown = names[:_MOST_NAMES]
    if not session.has_person:
        raise UsageError(
            f"The server has {len(names)} models.", f"Name one with --model: {', '.join(shown)}."
        )
    for number, name in enumerate(shown, 1):
        session.out.note(f"{number:>3}  {name}")
    answer = _ask(session, "Which model? A number or a name:")
    if answer.isascii() and answer.isdecimal() and 1 <= int(answer) <= len(shown):
        return shown[int(answer) - 1]
    if not answer:
        raise UsageError("No model was chosen.", "Nothing was changed.")
    return answer


def _try_out(session: Session, where: "Target") -> "list[Finding]":
    import asyncio

    from nanomem_tui.bank.login import try_out
    from nanomem_tui.cli.output import Style

    async def whole() -> "list[Finding]":
        findings = []
        session.out.passing("trying …")
        async for finding in try_out(where, session.settings.proxy):
            findings.append(finding)
            style, word = (Style.ADDED, "works") if finding.works else (Style.WARNING, "does not work")
            session.out.note(f"{finding.name:<11} ", (style, word), f"  {finding.told}")
            session.out.passing("trying …")
        return findings

    return asyncio.run(whole())


def _usable(findings: "Sequence[Finding]") -> bool:
    """Whether flows can run: something answers, and it makes calls one way or the other."""
    return any(finding.works for finding in findings if finding.name in ("tool calls", "JSON"))


def _all_the_same(session: Session) -> bool:
    from nanomem_tui.cli.ask import agree

    return agree(session.out, "Keep it all the same?")


def _tell(
    session: Session, where: "Target", findings: "Sequence[Finding]", saved: str, place: str | None
) -> None:
    from nanomem_tui.memory.levels import Trust

    own = [name for name in where.key_names if os.environ.get(name, "").strip()]
    key = place or (
        f"the environment ({own[0]})" if own and where.key else "kept before" if where.key else None
    )
    document = {
        "provider": where.provider,
        "base_url": where.base_url,
        "model": where.model,
        "trust": where.trust.value,
        "key": key,
        "checks": [
            {"name": f.name, "works": f.works, "message": f.told, "next": f.next_step} for f in findings
        ],
        "saved": saved,
    }
    session.out.emit(document, [])
    session.out.note(f"{where.provider} {where.model or ''} plans and answers from now on. Saved in {saved}.")
    if key:
        session.out.note(f"Its key is in {key}." if place or own else "Its key was kept before.")
    if where.trust is not Trust.LOCAL:
        session.out.note(
            "It runs elsewhere: it sees open facts, those of level ask after a yes, private ones never."
        )


COMMANDS = (
    Command(
        "login",
        Group.START,
        "set up a model: where it is, its key, what it can do",
        _login,
        (
            argument(
                "provider_name",
                nargs="?",
                metavar="PROVIDER",
                help="openai, openrouter, anthropic, tinfoil, ollama, lmstudio, llamacpp, custom or rules",
            ),
            argument(
                "--upstream", action="store_true", help="take over the settings of the original nanomem"
            ),
        ),
        "nanomem login ollama",
    ),
)

"""From the messages of a run to its next step: the flow is recognized by the tools it offers.

What a flow needs is imported with it: compiling the patterns of all of them takes longer than most runs.
"""

from nanomem_tui.agent.models.base import Message
from nanomem_tui.agent.rules.conversation import Step, conversation


def plan(messages: tuple[Message, ...], offered: frozenset[str]) -> Step:
    """The next step of the run that `messages` tell.

    Args:
        messages: all of it, from the opening on.
        offered: names of the tools of its flow.
    """
    try:
        run = conversation(messages, offered)
    except ValueError:
        return Step("The built-in rules, no language model, answer only flows of this program.", ())
    if offered & {"answer", "craft_prompt"}:
        from nanomem_tui.agent.rules import answering

        return answering.next_step(run)
    if "remove_facts" in offered and "add_facts" not in offered:
        from nanomem_tui.agent.rules import tidying

        return tidying.forget_step(run)
    if "add_facts" in offered:
        from nanomem_tui.agent.rules import writing

        return writing.next_step(run, document=run.context.tag == "document")
    if "archive_facts" in offered:
        from nanomem_tui.agent.rules import tidying

        return tidying.compact_step(run)
    return Step(
        "Nothing to do here for the built-in rules.",
        (("finish", {"summary": "The built-in rules know no plan for this flow."}),),
    )

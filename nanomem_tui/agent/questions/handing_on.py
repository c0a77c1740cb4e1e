"""The questions of the flow that writes a prompt for somebody else: of one fact after the other, whether the
query needs it. Code writes the prompt, so that every personal word stands in its marks.
"""

from nanomem_tui.agent.questions.answering import best, heeding, is_heeded, look_for
from nanomem_tui.agent.questions.asking import Guide
from nanomem_tui.agent.rules.conversation import Conversation, Step
from nanomem_tui.agent.rules.prompting import crafted
from nanomem_tui.agent.rules.replacing import is_current
from nanomem_tui.agent.rules.speaking import sentence_of

_MOST_ASKED = 15
"""Facts asked about, best first."""


def look(run: Conversation, prompt: str) -> Guide:
    """The first step: what to search and to read.

    Args:
        run: the run, at its beginning.
        prompt: the flow's own.
    """
    if not run.context.map:
        return _handed_on(run, [])
    return (yield from look_for(run, prompt))


def choose(run: Conversation) -> Guide:
    """The second step: the query and the facts that it needs, as a prompt."""
    chosen: list[str] = []
    for fact in [fact for fact in best(run.facts()) if is_current(fact)][:_MOST_ASKED]:
        reply = yield heeding(run, fact)
        if is_heeded(reply):
            chosen.append(sentence_of(fact, run.context.today))
    return _handed_on(run, chosen)


def _handed_on(run: Conversation, sentences: list[str]) -> Step:
    return Step("", (("craft_prompt", {"prompt": crafted(run.context.text.strip(), sentences)}),))

"""The question before an answer that completes an earlier one: whether that will do already."""

from nanomem_tui.agent.questions.answering import look_for
from nanomem_tui.agent.questions.asking import Guide, Kind, Question, form, one_of
from nanomem_tui.agent.rules.conversation import Conversation, Step

_WEIGHING = """\
An assistant was told something about its user before. Does that alone answer all that the user asks now?"""
_ENOUGH = "enough"
_EXAMPLES = (
    ("You work at a bank.", "Where do I work?", "yes"),
    ("You work at a bank.", "What is my daughter called?", "no"),
    ("You are 180 cm tall.", "How tall am I and what do I weigh?", "no"),
    ("Your children are called Ida and Leo.", "What are my children called?", "yes"),
    ("You like jazz.", "Which pills do I take?", "no"),
    ("You play tennis twice a week.", "How often do I play tennis?", "yes"),
    ("Your aunt Rosa is a baker.", "What does my uncle do?", "no"),
)
_REASON = "What was given answers this already."

WEIGH = Kind(
    "whether what was given will do",
    _WEIGHING,
    [(f"Told: {told}\nQuestion: {query}", {_ENOUGH: said}) for told, query, said in _EXAMPLES],
    400,
)
KINDS = (WEIGH,)


def weigh(run: Conversation, prompt: str) -> Guide:
    """The first step: nothing where what was given will do; else what to search and to read.

    Args:
        run: the run, at its beginning.
        prompt: the flow's own.
    """
    given = (run.context.block("given") or "").strip()
    query = run.context.block("query") or ""
    reply = yield Question(WEIGH, f"Told: {given}\nQuestion: {query}", form(enough=one_of(("yes", "no"))))
    if reply is not None and reply.get(_ENOUGH) == "yes":
        skipped = {"sentences": [], "skipped": True, "skip_reason": _REASON}
        return Step("", (("answer", skipped),))
    return (yield from look_for(run, prompt))

"""Notices a server that read less than it was sent: some cut a prompt that is too long without a word.

An answer to half a prompt looks like any other. The only trace is the number of tokens the server counted.
"""

from nanomem_tui.agent.models.base import Request

_MOST_CHARACTERS = 8
"""Of text in one token, on average; real prompts have four to five, so fewer tokens mean missing text."""


class Shortfall:
    """Compares what was sent with what a server counted, over the requests to one model."""

    def __init__(self) -> None:
        self._most = 0
        self._leaves_out_cached = False

    def note(self, request: Request, counted: int) -> str:
        """A sentence for the person when the server read far less than `request`; "" when all seems well.

        A count that falls by half while a conversation grows is no sign but a habit: such servers leave out
        what they had cached, and are not judged any more.

        Args:
            request: what was sent.
            counted: tokens of the prompt as the server reports them; 0: it does not.
        """
        if any(message.calls for message in request.messages) and 0 < counted < self._most / 2:
            self._leaves_out_cached = True
        self._most = max(self._most, counted)
        if not counted or self._leaves_out_cached or counted * _MOST_CHARACTERS >= _size(request):
            return ""
        return (
            f"The server read {counted} tokens, far less than it was sent: its context is too small, so it "
            "did not see all of memory or of its instructions. Raise the server's context size."
        )


def _size(request: Request) -> int:
    """Characters of the texts of a request, without what the protocol adds."""
    texts = sum(len(message.text) for message in request.messages)
    calls = sum(len(call.arguments) for message in request.messages for call in message.calls)
    return texts + calls

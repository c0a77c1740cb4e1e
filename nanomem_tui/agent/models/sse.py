"""The JSON documents in the body of a model server's answer, out of bytes as they arrive.

Written for servers as they are: wrong content types, missing empty lines, plain documents where a stream was
asked for. Knows nothing of what the documents mean.
"""

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_LINE_END = re.compile(r"\r\n|\n|\r")


class BrokenStream(ValueError):
    """The bytes are no stream of the protocol, nor a whole answer in one document."""


class Events:
    """The JSON documents in a body, whether they come as server-sent events or as one plain document.

    What the body is, is read from its first character and not from its content type, which servers get wrong.
    """

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._text = ""
        self._data: list[str] = []
        self._plain: bool | None = None
        self.ended = False
        """The server said that nothing more comes."""

    def feed(self, received: bytes) -> Iterator[Mapping[str, Any]]:
        """The documents that `received` completes.

        Raises:
            BrokenStream: something else arrived.
        """
        yield from self._read(self._decode(received), final=False)

    def finish(self) -> Iterator[Mapping[str, Any]]:
        """The documents that the end of the body completes. An event cut in two is none.

        Raises:
            BrokenStream: a plain document that is not whole, or no document at all.
        """
        try:
            yield from self._read(self._decode(b"", True), final=True)
        except BrokenStream:
            if self._plain is not False:
                raise

    def _read(self, text: str, *, final: bool) -> Iterator[Mapping[str, Any]]:
        self._text += text
        if self._plain is None:
            self._text = self._text.lstrip("\ufeff \t\r\n")
            if not self._text:
                return
            if self._text[0] == "<":
                raise BrokenStream("a web page")
            self._plain = self._text[0] in "{["
        if self._plain:
            if final:
                yield _document(self._text)
            return
        if final or "\n" in text or "\r" in text:  # a line that never ends is not searched again and again
            yield from self._events(final)

    def _events(self, final: bool) -> Iterator[Mapping[str, Any]]:
        held = "\r" if self._text.endswith("\r") and not final else ""  # perhaps half of \r\n
        *lines, rest = _LINE_END.split(self._text.removesuffix(held))
        self._text = rest + held
        if final:
            lines += [rest, ""]
        for line in lines:
            if self.ended:
                return
            if line:
                name, _, value = line.partition(":")
                if name == "data":
                    self._data.append(value.removeprefix(" "))
            elif self._data:
                data, self._data = self._data, []
                yield from self._event(data)

    def _event(self, data: list[str]) -> Iterator[Mapping[str, Any]]:
        whole = "\n".join(data).strip()
        if whole.startswith("[DONE]"):
            self.ended = True
        elif len(data) > 1 and not _is_json(whole):  # servers that leave out the empty line between events
            for line in data:
                yield from self._event([line])
        elif whole:
            yield _document(whole)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _document(text: str) -> Mapping[str, Any]:
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError):
        raise BrokenStream("broken JSON") from None
    if not isinstance(loaded, dict):
        raise BrokenStream("JSON that is no object")
    return loaded

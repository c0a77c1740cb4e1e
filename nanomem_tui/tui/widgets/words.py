"""Short forms for narrow places: ages, spans of time, numbers, and untrusted text as it may be shown.

Knows no widget and no screen.
"""

from datetime import date, datetime

from nanomem_tui.memory.visible import visible

_AGES = ((365 * 86400, "y"), (30 * 86400, "mo"), (7 * 86400, "w"), (86400, "d"), (3600, "h"), (60, "m"))


def shown(text: str) -> str:
    """Any text as one line: line breaks and tabs become spaces, what acts or hides gets a visible form."""
    return visible(" ".join(text.splitlines()).replace("\t", " ")) if text else ""


def shown_lines(text: str) -> list[str]:
    """Any text as lines, each as `shown`, tabs expanded."""
    return [visible(line.expandtabs(4)) for line in text.splitlines()] or [""]


def age(then: datetime | date, now: datetime) -> str:
    """How long ago, in one unit: `now`, `4m`, `3h`, `8mo`.

    Args:
        then: a local time, an aware time or a day.
        now: the local time.
    """
    if not isinstance(then, datetime):
        then = datetime(then.year, then.month, then.day)
    if then.tzinfo is not None:
        then = then.astimezone().replace(tzinfo=None)
    seconds = (now - then).total_seconds()
    for size, unit in _AGES:
        if seconds >= size:
            return f"{int(seconds // size)}{unit}"
    return "now"


def span(seconds: float) -> str:
    """A duration: `0.4s`, `12s`, `3:07`, `1:02:03`."""
    if seconds < 10:
        return f"{max(seconds, 0):.1f}s"
    if seconds < 60:
        return f"{int(seconds)}s"
    return clock(seconds)


def clock(seconds: float) -> str:
    """A duration that ticks: `0:04`, `12:30`, `1:02:03`."""
    whole = max(int(seconds), 0)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def thousands(number: int) -> str:
    """A number in four characters or fewer: `812`, `2.1k`, `34k`, `1.2M`."""
    if number < 1000:
        return str(number)
    for size, unit in ((1_000_000, "M"), (1000, "k")):
        if number >= size:
            value = number / size
            return f"{value:.1f}{unit}" if value < 10 else f"{int(value)}{unit}"
    return str(number)


def count(number: int, noun: str) -> str:
    """`1 edit`, `3 edits`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def tokens(sent: int, received: int) -> str:
    """`2.1k→180`; "" when none were counted."""
    return f"{thousands(sent)}→{thousands(received)}" if sent or received else ""

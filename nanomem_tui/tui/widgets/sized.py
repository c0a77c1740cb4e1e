"""Telling a list how much it holds, and a line of text what it says, without laying out the whole screen.

Textual lays everything out anew when a widget's virtual size changes, which costs more than a key press may
take. It is needed only where the scrollbar comes or goes. Knows nothing of what is shown.
"""

from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.widget import Widget
from textual.widgets import Static


def resize(view: ScrollView, size: Size) -> None:
    """Set the size of what a list holds."""
    if size == view.virtual_size:
        return
    room = view.container_size.height
    if not room or (size.height > room) != view.show_vertical_scrollbar:
        view.virtual_size = size
        return
    view.set_reactive(Widget.virtual_size, size)
    view._scroll_update(size)
    view.refresh()


def say(line: Static, content: Content, *, layout: bool = True) -> None:
    """Show other words in a text of one style, unless it says them already.

    Args:
        line: the text.
        content: what it is to say.
        layout: its height follows from what it says.
    """
    if line.content != content:
        line.update(content, layout=layout)

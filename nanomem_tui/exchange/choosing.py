"""What of a source a person wants to import."""

from dataclasses import dataclass
from datetime import date, datetime

from nanomem_tui.exchange.detect import Format


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What of a source is imported, and how."""

    format: Format | None = None
    """None: by content."""
    since: date | None = None
    """Only what is of this day or later; what has no date is kept."""
    only: str | None = None
    """Only titles that hold these words, in any case."""
    limit: int | None = None
    """At most so many that are new."""
    chosen: frozenset[str] | None = None
    """Only the items of these keys, as a dry run gives them; None: all."""
    dry_run: bool = False
    again: bool = False
    """Also what was imported before."""

    def takes(self, title: str, at: datetime | None) -> bool:
        """Whether something with this title and date is chosen."""
        if self.only is not None and self.only.casefold() not in title.casefold():
            return False
        return self.since is None or at is None or at.date() >= self.since

"""The bars of a goal: one for each moment that has a mark, as numbers for an SVG that needs no style and no script.

Who came back later gives the marks again: those stand below the first ones, with the number of the time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cases.enums.plan import HIGHEST_MARK, GoalMoment

LEFT, WIDEST, ROW, THICK = 104, 128, 24, 14


@dataclass(frozen=True)
class Bar:
    """One moment. ``mark`` is the row with who gave it."""

    label: str
    mark: Any
    place: int
    series: int
    was: str  # what it was before it was corrected

    @property
    def y(self) -> int:
        return self.place * ROW + 3

    @property
    def text_y(self) -> int:
        return self.y + THICK - 2

    @property
    def width(self) -> int:
        """In proportion; a 0 is a line that can be seen."""
        return max(2, round(WIDEST * self.mark.mark / HIGHEST_MARK))

    @property
    def end_x(self) -> int:
        return LEFT + self.width + 6


def bars(given: Sequence[Any]) -> list[Bar]:
    """In the order of time. ``given`` is all marks of a goal, the earliest time of help first; the last of a moment
    counts, and has beside it what it was before it was corrected."""
    found: list[Bar] = []
    for turn, since in enumerate(dict.fromkeys(row.since for row in given), 1):
        for series, moment in enumerate(GoalMoment, 1):
            rows = [row for row in given if (row.since, row.moment) == (since, moment)]
            label = str(moment.label) if turn == 1 else f"{moment.label} ({turn})"
            if rows:
                found.append(Bar(label, rows[-1], len(found), series, ", ".join(str(row.mark) for row in rows[:-1])))
    return found


def spoken(given: Sequence[Any]) -> str:
    """The same for who hears the page."""
    said = ", ".join(f"{bar.label.lower()} {bar.mark.mark}" for bar in bars(given))
    return _("Marks of 0 to 10: %(said)s") % {"said": said}

"""The bars of a goal: one for each moment that has a mark, as numbers for an SVG that needs no style and no script."""

from collections.abc import Mapping
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


def bars(marks: Mapping[str, Any]) -> list[Bar]:
    """In the order of time."""
    given = [(series, moment) for series, moment in enumerate(GoalMoment, 1) if moment in marks]
    return [
        Bar(str(moment.label), marks[moment], place, series) for place, (series, moment) in enumerate(given)
    ]  # fmt: skip


def spoken(marks: Mapping[str, Any]) -> str:
    """The same for who hears the page."""
    said = ", ".join(f"{bar.label.lower()} {bar.mark.mark}" for bar in bars(marks))
    return _("Marks of 0 to 10: %(said)s") % {"said": said}

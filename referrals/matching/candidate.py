"""Somebody who can help, and why, in words for the person who decides."""

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Team, User
from referrals.enums import MatchStep
from referrals.matching.places import because

USUAL = 20
"""So many open cases are taken for a full working week where nobody said how many fit; only to compare by."""


@dataclass(frozen=True)
class Room:
    """What somebody has, and how much fits. ``waiting`` was offered to them by name and is not answered; ``new`` was
    accepted since Monday. No limit: nobody said."""

    load: int = 0
    waiting: int = 0
    new: int = 0
    most_open: int | None = None
    most_new: int | None = None
    last_at: dt.datetime | None = None  # when they last accepted a case

    @property
    def is_full(self) -> bool:
        return self.left == 0

    @property
    def left(self) -> int | None:
        """How many more fit; None where nobody said."""
        open_ones = [] if self.most_open is None else [self.most_open - self.load]
        new_ones = [] if self.most_new is None else [self.most_new - self.new]
        return max(0, min(open_ones + new_ones) - self.waiting) if open_ones + new_ones else None

    @property
    def share(self) -> float:
        """How much of what fits is taken; for comparing two people. Whoever can take nothing is full."""
        most = USUAL if self.most_open is None else self.most_open
        return (self.load + self.waiting) / most if most else 1.0

    @property
    def text(self) -> str:
        if self.most_open:
            words = _("%(n)d of at most %(most)d open cases") % {"n": self.load, "most": self.most_open}
        else:
            words = ngettext("%(n)d open case", "%(n)d open cases", self.load) % {"n": self.load}
        parts = [words]
        if self.most_open == 0:
            parts.append(_("no room set"))
        elif self.most_new == 0:
            parts.append(_("no room set for new cases"))
        elif self.most_new is not None:
            parts.append(_("%(n)d of at most %(most)d new this week") % {"n": self.new, "most": self.most_new})
        if self.waiting:
            waits = ngettext("%(n)d waits for an answer", "%(n)d wait for an answer", self.waiting)
            parts.append(waits % {"n": self.waiting})
        return ", ".join(parts)


@dataclass(frozen=True)
class Candidate:
    """A worker, or a team as a whole, with the step that found them and the name of what matched.

    ``room`` says how busy they are; of a team, all ``workers`` who may answer together. ``full``: no room, or they said
    so of this case. ``close``: serves the unit where someone works whom the client is afraid of, and perhaps that
    person. Who is away is offered all the same, with ``away_until`` and the ``deputy`` who answers; that deputy is a
    candidate too, ``stands_in_for`` them. ``held_by`` is a colleague of the desk who looks at this worker at this
    moment, ``held_until`` then. ``helped`` says how they know the client; only somebody who may know it is told.
    ``meets`` and ``misses`` are the client's wishes, in sentences.
    """

    step: MatchStep
    name: str
    team: Team
    user: User | None = None
    room: Room = Room()
    workers: int = 1
    full: bool = False
    close: bool = False
    only: bool = False
    helped: str = ""
    meets: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()
    no_room_on: dt.date | None = None
    away_until: dt.date | None = None
    deputy: str = ""
    stands_in_for: str = ""
    held_by: str = ""
    held_until: dt.datetime | None = None

    @property
    def key(self) -> str:
        """For a form: which worker in which team, or which team."""
        return f"{self.team.pk}-{self.user.pk}" if self.user else str(self.team.pk)

    @property
    def who(self) -> str:
        return f"{self.user} ({self.team})" if self.user else str(self.team)

    @property
    def load(self) -> int:
        return self.room.load

    @property
    def because(self) -> str:
        """How they were found, in words."""
        if self.step == MatchStep.CHOSEN and self.helped:
            return _("Does not serve this unit")
        return because(self.step, self.name)

    @property
    def absence(self) -> str:
        """That they are away and who stands in, or for whom they stand in; empty for everyone else."""
        if self.stands_in_for:
            return _("Stands in for %(name)s") % {"name": self.stands_in_for}
        if self.away_until is None:
            return ""
        until = date_format(self.away_until, "j F")
        if not self.deputy:
            return _("Away until and including %(day)s, nobody stands in") % {"day": until}
        return _("Away until and including %(day)s, %(name)s stands in") % {"day": until, "name": self.deputy}

    @property
    def load_text(self) -> str:
        if self.user:
            return self.room.text
        return ngettext("%(n)d worker", "%(n)d workers", self.workers) % {"n": self.workers} + ", " + self.room.text

    @property
    def reasons(self) -> list[str]:
        """Why they stand where they stand, in sentences, what to think of first."""
        lines = []
        if self.no_room_on:
            lines.append(_("Said on %(day)s: no room") % {"day": date_format(self.no_room_on, "j F")})
        elif self.full:
            lines.append(_("Has no room now"))
        lines += [self.absence, self.helped, *self.meets, *self.misses, self.because]
        if self.only:
            lines.append(_("Is there for this topic or language"))
        lines.append(self.load_text)
        if self.close:
            lines.append(_("May also help the person the client is afraid of"))
        return [line for line in lines if line]


@dataclass(frozen=True)
class LeftOut:
    """Somebody who would fit, and why they are not suggested."""

    who: str
    because: str


def chosen(team: Team, user: User | None = None) -> Candidate:
    """Somebody the desk picks although nothing matched."""
    return Candidate(MatchStep.CHOSEN, "", team, user)

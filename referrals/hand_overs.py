"""The hand-overs of one case as colleagues see them: how often, to whom, who the client's contact person is now."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actors import Actor
from cases.models import Case, Merge, Session
from referrals import feedback, introducing
from referrals.enums import HandOver, ReferralState, ReturnReason
from referrals.models import Referral

DONE = (ReferralState.ACCEPTED, ReferralState.ENDED)


@dataclass(frozen=True)
class Row:
    """One hand-over in words; ``say_url`` where the reader may say what they think of it."""

    id: UUID
    moment: dt.datetime
    to: str
    state: str
    why: str
    warm: bool
    say_url: str
    say_words: str
    said: str


@dataclass(frozen=True)
class Overview:
    """All of one case; ``open`` while its worker and the client have not met."""

    rows: list[Row]
    count: int
    open: Referral | None
    contact: str
    worker: str

    @property
    def count_text(self) -> str:
        """How often the case came to somebody else."""
        if not self.count:
            return _("Not handed over yet.")
        return ngettext("Handed over %(n)d time.", "Handed over %(n)d times.", self.count) % {"n": self.count}

    @property
    def talk(self) -> Session | None:
        """The talk of three that is planned."""
        return self.open.planned_talk if self.open else None

    @property
    def must_plan(self) -> bool:
        """Whether a talk of three is still to be planned."""
        return self.open is not None and self.open.warm and self.talk is None and self.contact != self.worker


def of_case(case: Case, by: Actor, at: dt.datetime) -> Overview:
    """Everything about the hand-overs of a case that was read with its owner and contact person. Four queries."""
    referrals = list(
        Referral.objects.filter(case=case)
        .select_related("to_user", "to_team", "answered_by")
        .defer("summary", "choice_reason", "return_note", "reason", "override_reason")
        .order_by("-created_at", "pk")
    )
    said = feedback.said_of(referrals)
    counted: Any = Case.objects.filter(pk=case.pk).values(**counted_of_case())
    return Overview(
        rows=[_row(one, said.get(one.pk, {}), by) for one in referrals],
        count=counted.get()["handed_over"],
        open=introducing.of_case(case),
        contact=case.primary_contact.name if case.primary_contact else "",
        worker=case.owner.name if case.owner else "",
    )


def counted_of_case() -> dict[str, Any]:
    """How often a case came to somebody else, with what was put together with it, inside a query for cases: as
    ``handed_over``."""
    gone = Merge.objects.filter(into=OuterRef("pk"), undone_at=None).order_by().values("into")
    elsewhere = gone.annotate(n=Sum(F("case__passed_along") + _accepted("case"))).values("n")
    return {"handed_over": F("passed_along") + _accepted("pk") + Coalesce(Subquery(elsewhere), 0)}


def _accepted(case: str) -> Coalesce:
    """How many hand-overs of it were accepted; ``case`` is its column of the case."""
    rows = Referral.objects.handed_over().filter(case=OuterRef(case)).order_by().values("case")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def _row(one: Referral, said: dict[bool, Any], by: Actor) -> Row:
    mine = one.answered_by_id == by.user_id
    by_desk = one.state == ReferralState.RETURNED
    may_say = (one.state in DONE and mine) or (by_desk and not mine)
    own = said.get(by_desk)
    return Row(
        id=one.pk,
        moment=one.answered_at or one.offered_at or one.created_at,
        to=str(one.to_user or one.to_team),
        state=one.state_text,
        why=_why(one),
        warm=one.warm,
        say_url=reverse("referral_feedback", args=[one.pk]) if may_say else "",
        say_words=_("How did it come back?") if by_desk else _("How was it passed on?"),
        said=str(own.get_verdict_display()) if own and may_say else "",
    )


def _why(one: Referral) -> str:
    """What kind it was when it is no referral, who answered, and why it came back."""
    words = [] if one.kind == HandOver.REFERRAL else [str(HandOver(one.kind).label)]
    if one.answered_by and one.answered_by_id != one.to_user_id:
        words.append(one.answered_by.name)
    if one.return_reason:
        words.append(str(ReturnReason(one.return_reason).label))
    return ", ".join(words)

"""Between a yes and the first talk: the desk, or the worker who gave the case away, stays the client's one contact
person, and a clock runs for the worker.

With a warm hand-over that lasts until a talk of three was held; without, until the worker spoke to the client. Nothing
in a case knows of this: what was done there is seen here, by the sweep, and late or twice it comes to the same.
"""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor, system
from accounts.duty import load_calendar
from accounts.models import Membership, User
from accounts.notices import Kind, tell_user
from accounts.roles import CASE_CONTACT
from cases import appointments, deputies, timeline
from cases import moves as case_moves
from cases.deadlines import referral_clock
from cases.enums import (
    WITH_WORKER,
    AccessReason,
    AccessScope,
    AttemptOutcome,
    CaseState,
    ContactWay,
    EntryKind,
    SessionState,
)
from cases.models import Case, CaseAccess, ContactAttempt, Message, Session
from cases.moves import NotNow
from cases.permissions import end_access, grant, must_have
from referrals.models import Referral, ReferralQuerySet
from referrals.moves import locked_pair
from referrals.notices import TALK_AGAIN, TALK_PLANNED

BY = system("referral.introduced")
ALOUD = (ContactWay.PHONE, ContactWay.VIDEO, ContactWay.VISIT)
"""Who chose none of these is spoken to in writing, and then a message is the first contact."""
FELL_THROUGH = (SessionState.CANCELLED, SessionState.NO_SHOW)


def until_they_met(case: Case, worker: User, at: dt.datetime) -> User:
    """The client's contact person when ``worker`` gets the case: who it was, as long as they work here."""
    known = case.primary_contact
    return known if known and known.pk != worker.pk and deputies.works_here(known, at) else worker


def clock(case: Case, at: dt.datetime) -> dict[str, Any]:
    """By when the client has to be met, in opening hours by urgency, with the reminder at half."""
    half, end = referral_clock(case.urgency, at, load_calendar())
    return {"remind_at": half, "contact_due_at": end, "contact_reminded_at": None}


def go_on(running: Referral, *, warm: bool) -> dict[str, Any]:
    """The clock of an earlier hand-over goes on when the case moves before they met; with a talk of three when that was
    promised since."""
    if warm and not running.warm:
        _set(running, warm=True)
    return {}


def let_reach(case: Case, at: dt.datetime) -> None:
    """A worker who gave the case away and stays the contact person still sees how to reach the client, as the desk
    does, and no file."""
    known = case.primary_contact_id
    had = CaseAccess.objects.filter(case=case, user=known, reason=AccessReason.REFERRAL)
    if known is not None and known != case.owner_id and had.exists():
        grant(case, reason=AccessReason.REFERRAL, scope=AccessScope.CONTACT, user_id=known, at=at, source="until met")


def of_case(case: Case) -> Referral | None:
    """The hand-over by which its worker has this case, while they have not met the client. One query."""
    if case.state not in WITH_WORKER:
        return None
    rows = Referral.objects.being_introduced().filter(case=case).select_related("talk__with_user", "talk__also_user")
    found = rows.order_by("-answered_at").first()
    if found is not None:
        found.case = case  # its key is at hand
        if found.talk is not None:
            found.talk.case = case
    return found


def of_contact(by: Actor, at: dt.datetime) -> list[Referral]:
    """The same of every case of which ``by`` is the contact person, as far as they may see it now; what is due first on
    top. One query."""
    seen = Case.objects.visible_to(by, at).with_worker().filter(primary_contact=by.user_id or 0)
    rows = Referral.objects.being_introduced().filter(case__in=seen.exclude(owner=F("primary_contact")))
    rows = rows.select_related("case__owner", "talk").only(
        "warm", "answered_at", "contact_due_at", "case__reference", "case__owner__name", "talk__state",
        "talk__starts_at",
    )  # fmt: skip
    last = {row.case_id: row for row in rows.order_by("answered_at")}
    return sorted(last.values(), key=lambda row: (row.contact_due_at, row.pk))


def talk_of_case() -> dict[str, Any]:
    """Whether a talk of three is still to be planned, as ``talk_to_plan`` of a query for cases."""
    planned, own = Q(talk__state=SessionState.PLANNED), Q(case__primary_contact=F("case__owner"))
    rows = Referral.objects.being_introduced().filter(
        Q(talk=None) | ~planned, warm=True, case=OuterRef("pk"), case__state__in=WITH_WORKER
    )
    return {"talk_to_plan": Exists(rows.filter(case__primary_contact__isnull=False).exclude(own))}


@transaction.atomic
def plan_talk(
    case: Case, *, starts_at: dt.datetime, way: str, by: Actor, at: dt.datetime, minutes: int = 30, place: str = "",
    reason: str = "", session_id: uuid.UUID | None = None,
) -> Session:  # fmt: skip
    """Plan the talk of the client, who is at the desk their contact person, and their worker. It is an appointment
    outside the track: the client sees it and hears of it. Raises as planning any conversation does, and NotNow when
    there is no such talk to plan, Refused for who may not reach this client."""
    case, referral = _warm(case, by, at)
    if session_id and (known := appointments.session_for(case, session_id)):
        return known
    if referral.planned_talk:
        raise NotNow(_("This talk is planned already. Cancel it first, under Conversations."))
    also = case.primary_contact
    if also is None or also.pk == case.owner_id:
        raise NotNow(_("There is nobody left for a talk of three. Plan a conversation instead."))
    talk = appointments.plan_introduction(
        case, also=also, starts_at=starts_at, way=way, minutes=minutes, place=place, reason=reason,
        session_id=session_id, by=by, at=at,
    )  # fmt: skip
    _set(referral, talk=talk, **clock(case, starts_at + dt.timedelta(minutes=minutes)))
    _tell(TALK_PLANNED, case, {also, *deputies.helpers_of(case, at)}, f"{referral.pk}{talk.pk}", at, but=by)
    return talk


@transaction.atomic
def skip_talk(case: Case, *, by: Actor, at: dt.datetime) -> Referral:
    """The client does not need a talk of three: then the first contact of their worker counts. Not while one is
    planned: that is cancelled first, because the client expects it. Raises Refused as planning it does."""
    case, referral = _warm(case, by, at)
    if referral.planned_talk:
        raise NotNow(_("This talk is planned already. Cancel it first, under Conversations."))
    _set(referral, warm=False, talk=None, **clock(case, at))
    timeline.add(case, EntryKind.HAND_OVER, by=by, at=at, facts={"what": "no_talk"})
    audit.record("referral.no_talk", by=by, at=at, case_id=case.pk, obj=referral)
    return referral


def to_settle(at: dt.datetime) -> ReferralQuerySet:
    """Where something changed: they met, the talk fell through, the case left the worker, or nobody of the desk is
    the contact person any more."""
    here = Membership.objects.live_on(timezone.localdate(at)).filter(user__is_active=True)
    gone = ~Exists(here.filter(user=OuterRef("case__primary_contact")))
    own = Q(case__primary_contact=F("case__owner"))
    met = Q(warm=False) & (Exists(_spoken()) | Exists(_talked()) | Exists(_written()))
    changed = met | Q(talk__state__in=[SessionState.HELD, *FELL_THROUGH]) | ~Q(case__state__in=WITH_WORKER)
    return Referral.objects.being_introduced().filter(changed | gone & ~own | own & Q(warm=True))


@transaction.atomic
def settle(referral: Referral, at: dt.datetime) -> bool:
    """Bring one of these up to date; says whether there was anything."""
    case, referral = locked_pair(referral)
    if referral.contacted_at is not None or referral.contact_due_at is None:
        return False
    if case.state not in WITH_WORKER:
        _set(referral, contact_due_at=None)
        if case.state == CaseState.CLOSED and case.owner is not None:
            _set_contact(case, at)
    elif (moment := _met_at(referral)) is not None:
        _set(referral, contacted_at=moment)
        _set_contact(case, at, met=True)
    elif referral.talk is not None and referral.talk.state in FELL_THROUGH:
        people = {*deputies.helpers_of(case, at), *filter(None, [case.primary_contact])}
        _tell(TALK_AGAIN, case, people, f"{referral.pk}{referral.talk_id}", at)
        _set(referral, talk=None, **clock(case, at))
    elif case.primary_contact_id == case.owner_id or not deputies.works_here(case.primary_contact, at):
        _set(referral, warm=False)
        _set_contact(case, at)
    else:
        return False
    return True


def _warm(case: Case, by: Actor, at: dt.datetime) -> tuple[Case, Referral]:
    """Both rows, locked, of a warm hand-over that is not through."""
    must_have(CASE_CONTACT, case.pk, by=by, at=at, action="referral.talk")
    found = of_case(case_moves.locked(case))
    if found is None:
        raise NotNow(_("The client and their worker have met already. No talk of three is needed."))
    case, referral = locked_pair(found)
    if referral.contacted_at is not None or not referral.warm:
        raise NotNow(_("No talk of three belongs to this case."))
    return case, referral


def _met_at(referral: Referral) -> dt.datetime | None:
    """When the client met their worker: in the talk of three, or where there is none in any conversation."""
    if referral.warm:
        return referral.talk.starts_at if referral.talk and referral.talk.state == SessionState.HELD else None
    row = Referral.objects.filter(pk=referral.pk)
    moments = [
        row.annotate(moment=rows.order_by(name).values(name)[:1]).values_list("moment", flat=True).first()
        for rows, name in ((_spoken(), "at"), (_talked(), "starts_at"), (_written(), "sent_at"))
    ]
    return min((moment for moment in moments if moment), default=None)


def _helped(rows: QuerySet[Any], who: str, when: str) -> QuerySet[Any]:
    """Of these, by who helped with the case then: its worker or who stood in. Not the desk, nor who had it before."""
    reasons = [AccessReason.REFERRAL, AccessReason.DEPUTY]
    access = CaseAccess.objects.filter(case=OuterRef("case"), user=OuterRef(who), reason__in=reasons)
    then = Q(ends_at=None) | Q(ends_at__gt=OuterRef(when))
    return rows.filter(
        Exists(access.filter(then, scope=AccessScope.FULL, starts_at__lte=OuterRef(when))),
        **{"case": OuterRef("case"), f"{when}__gte": OuterRef("answered_at")},
    )


def _spoken() -> QuerySet[ContactAttempt]:
    return _helped(ContactAttempt.objects.filter(outcome=AttemptOutcome.SPOKEN), "by", "at")


def _talked() -> QuerySet[Session]:
    return _helped(Session.objects.filter(state=SessionState.HELD), "with_user", "starts_at")


def _written() -> QuerySet[Message]:
    rows = Message.objects.exclude(case__person__contact__channels__overlap=[str(way) for way in ALOUD])
    return _helped(rows, "sender", "sent_at")


def _set(referral: Referral, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(referral, name, value)
    referral.save(update_fields=list(changes))


def _set_contact(case: Case, at: dt.datetime, *, met: bool = False) -> None:
    """From now on the worker is the client's one contact person. The client reads it on their page: not of a case that
    is closed, nor before they met where that is not safe."""
    if met and case.is_quiet:
        case.is_quiet = False
        case_moves.save(case, "is_quiet")
    end_access(case, at=at, reason=AccessReason.REFERRAL, scope=AccessScope.CONTACT)
    if case.primary_contact_id == case.owner_id:
        return
    case.primary_contact = case.owner
    case_moves.save(case, "primary_contact")
    audit.record("case.contact_person", by=BY, at=at, case_id=case.pk, obj=case)
    facts = {"what": "contact", "to_user": case.owner_id}
    timeline.add(case, EntryKind.HAND_OVER, by=BY, at=at, facts=facts, for_client=case.is_open and not case.is_quiet)


def _tell(
    kind: Kind, case: Case, people: set[User], occasion: str, at: dt.datetime, *, but: Actor | None = None
) -> None:
    path = reverse("case_hand_overs", args=[case.reference])
    for user in sorted(people, key=lambda user: user.pk):
        if but is None or user.pk != but.user_id:
            tell_user(kind, user, about=case.pk, occasion=occasion, path=path, at=at)

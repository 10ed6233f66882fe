"""The bottom of every verb on a hand-over: take the locks, check the move, tell who must know."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.actors import Actor
from accounts.duty import roster
from accounts.enums import TeamKind
from accounts.models import Membership, User
from accounts.notices import Kind, tell_user
from accounts.roles import CASE_TRIAGE, PERMISSIONS
from cases import moves as case_moves
from cases import timeline
from cases.deputies import helpers_of, stands_in_until
from cases.enums import WITH_WORKER, CaseState, EntryKind, Overlay, Urgency
from cases.models import Case, CaseAccess, Mediation
from cases.moves import NotNow, locked
from referrals.destinations import roles_at
from referrals.enums import BY_WORKER, MOVES_CASE, NEXT, Consent, Destination, HandOver, ReferralState, SmtGets
from referrals.models import Referral, SmtRole
from referrals.models.hand_over import not_again
from referrals.permissions import ANSWERING_ROLES

TRIAGE_ROLES = tuple(role for role, permissions in PERMISSIONS.items() if CASE_TRIAGE in permissions)


def locked_pair(referral: Referral) -> tuple[Case, Referral]:
    """The case and its hand-over as they are now, FOR UPDATE; always in this order, so that no two block each other."""
    case = locked(Case(pk=referral.case_id))
    row = (
        Referral.objects.select_related("to_team", "to_user", "answered_by", "created_by", "decided_by")
        .select_for_update(of=("self",))
        .get(pk=referral.pk)
    )
    row.case = case
    return case, row


def move(referral: Referral, state: str, *, by: Actor, at: dt.datetime, **changes: Any) -> Referral:
    """Bring a locked hand-over to ``state`` with other fields in the same save; raises NotNow where NEXT forbids it."""
    if state not in NEXT[referral.state]:
        raise NotNow(how_it_ended(referral))
    changes["state"] = state
    for name, value in changes.items():
        setattr(referral, name, value)
    referral.save(update_fields=list(changes))
    audit.record(f"referral.{state}", by=by, at=at, case_id=referral.case_id, obj=referral)
    return referral


def how_it_ended(referral: Referral) -> str:
    """Why it can no longer be answered, in one calm sentence that names who has it."""
    if referral.kind == HandOver.CONSULTATION and referral.state == ReferralState.ACCEPTED:
        return _("Somebody gives advice about this case already. You need not do anything.")
    if referral.state == ReferralState.ACCEPTED and referral.case.owner_id != referral.answered_by_id:
        return _("Whoever accepted this case no longer has it. You need not do anything.")
    who = referral.answered_by.name if referral.answered_by else _("A colleague")
    if referral.consent == Consent.TAKEN_BACK:
        return _("The client changed their mind. You need not do anything.")
    if referral.not_agreed:
        return _("The coordinator did not agree. The case stays where it is.")
    left_behind = referral.state == ReferralState.OFFERED and not stands(referral)
    state = ReferralState.WITHDRAWN if left_behind else ReferralState(referral.state)
    if referral.kind in BY_WORKER and state in _STAYED:
        return str(_STAYED[state]) % {"who": who}
    return {
        ReferralState.ACCEPTED: _("%(who)s has accepted this case already. You need not do anything."),
        ReferralState.RETURNED: _("%(who)s has returned this case to the desk already."),
        ReferralState.EXPIRED: _("The time to answer has passed. The case is back at the desk."),
        ReferralState.WITHDRAWN: _("The desk has taken this case back. You need not do anything."),
        ReferralState.REFUSED: _("The client did not want the summary to be passed on."),
        ReferralState.AWAITING_CONSENT: _("The client has not approved the summary yet."),
        ReferralState.AWAITING_COORDINATOR: _("The coordinator has not agreed to it yet."),
        ReferralState.ENDED: _("It is over. You need not do anything."),
        ReferralState.OFFERED: _("This case is offered already and waits for an answer."),
    }[state] % {"who": who}


_STAYED = {
    ReferralState.RETURNED: gettext_lazy("%(who)s has said no already."),
    ReferralState.EXPIRED: gettext_lazy("The time to answer has passed. The case stays with its worker."),
    ReferralState.WITHDRAWN: gettext_lazy("It is not needed any more. You need not do anything."),
}
"""The same where the case never left its worker."""


def is_known(referral: Referral) -> bool:
    """Whether the client was told of this pending hand-over: not before a coordinator agreed, nor where that is not
    safe."""
    return referral.state != ReferralState.AWAITING_COORDINATOR and not referral.untold_reason


def stands(referral: Referral) -> bool:
    """Whether the case is where an offer of this kind needs it."""
    return referral.case.state in (WITH_WORKER if referral.kind in BY_WORKER else (CaseState.REFERRED,))


def not_yet(case: Case) -> str:
    """Why an emergency may not be passed on yet; empty when it may (MISSION, Routing)."""
    pressing = case.overlay == Overlay.EMERGENCY or case.urgency == Urgency.EMERGENCY
    if pressing and case.first_contact_at is None:
        return _("First speak to this person. An emergency is passed on only after that.")
    return ""


def back_to_desk(case: Case, *, by: Actor, at: dt.datetime, action: str, **changes: Any) -> None:
    """The desk is at work on it again; a case that was closed meanwhile stays closed."""
    if case.state == CaseState.REFERRED:
        case_moves.move(case, CaseState.IN_TRIAGE, by=by, at=at, action=action, is_quiet=False, **changes)


def receivers(referral: Referral, at: dt.datetime) -> list[User]:
    """Who can answer this hand-over at ``at``: the worker it names and who stands in for them, or those of its team, if
    they answer at its kind of destination. Not who leads a talk of this client: they cannot help them now; and of a
    team not who does not come again for it."""
    rows = Membership.objects.live_on(timezone.localdate(at)).filter(user__is_active=True)
    rows = rows.filter(role__in=[role for role in roles_at(referral.destination) if role in ANSWERING_ROLES])
    if referral.to_user_id:
        found = stands_in_until([referral.to_user_id], at).get(referral.to_user_id)
        rows = rows.filter(user__in=[referral.to_user_id, *([found.deputy_id] if found and found.deputy_id else [])])
    else:
        rows = rows.filter(team=referral.to_team)
    blocked = CaseAccess.objects.keeping_out_of(referral.case).values("user")
    people = User.objects.filter(pk__in=rows.values("user")).exclude(pk__in=blocked)
    led = Mediation.objects.filter(case=referral.case_id, ended_at=None).values("leader")
    again = Q(pk=referral.to_user_id) | ~not_again(referral.case_id, OuterRef("pk"))
    sent = {referral.created_by_id, referral.case.owner_id if referral.kind in BY_WORKER else None}
    able = people.filter(again).exclude(pk__in=led).exclude(pk__in=[pk for pk in sent if pk]).order_by("pk")
    return seated(list(able), referral, at)


def seated(people: list[User], referral: Referral, at: dt.datetime) -> list[User]:
    """Of these, who may get it in the Social Medical Team that is asked; who stands in from elsewhere may. Two queries
    for such a team, else none."""
    team = referral.to_team
    if referral.destination != Destination.SMT or team is None or team.kind != TeamKind.SMT:
        return people
    roles: dict[int, set[str]] = {}
    there = Membership.objects.live_on(timezone.localdate(at)).filter(team=team)
    for user, role in there.values_list("user_id", "role"):
        roles.setdefault(user, set()).add(role)
    seating = SmtRole.objects.seating()
    open_to = {SmtGets.FILE} if referral.kind in MOVES_CASE else {SmtGets.FILE, SmtGets.CONTACT}
    shut = {pk for pk, kinds in roles.items() if seating.place(team.pk, pk, kinds).gets not in open_to}
    return [user for user in people if user.pk not in shut]


def desk_people(case: Case, at: dt.datetime) -> list[User]:
    """Who at the desk must know: who has the case and who is on duty now; when that is nobody, everyone at the desk."""
    there = User.objects.filter(
        pk__in=Membership.objects.live_on(timezone.localdate(at))
        .filter(team__kind=TeamKind.DESK, role__in=TRIAGE_ROLES)
        .values("user"),
        is_active=True,
    ).order_by("pk")
    on_duty = {turn.user.pk for turn in roster(at).on_duty}
    everyone = list(there)
    chosen = [user for user in everyone if user.pk in on_duty or user.pk == case.owner_id]
    return chosen or everyone


def tell_desk(kind: Kind, case: Case, *, occasion: str, at: dt.datetime) -> None:
    """A notice to the people of ``desk_people``, with a link to the request."""
    for user in desk_people(case, at):
        tell_user(kind, user, about=case.pk, occasion=occasion, path=reverse("triage", args=[case.reference]), at=at)


def tell_sender(kind: Kind, referral: Referral, *, at: dt.datetime, of_worker: Kind | None = None) -> None:
    """A notice to who waits for the answer: the desk, or, with ``of_worker`` where that says it otherwise, the worker
    who has the case and who stands in. ``referral.case`` is at hand."""
    case, occasion = referral.case, f"{referral.pk}{referral.state}"
    if referral.kind not in BY_WORKER:
        return tell_desk(kind, case, occasion=str(referral.pk), at=at)
    for user in helpers_of(case, at):
        path = reverse("case_ways", args=[case.reference])
        tell_user(of_worker or kind, user, about=case.pk, occasion=occasion, path=path, at=at)


def say(
    referral: Referral, what: str, *, by: Actor, at: dt.datetime, text: str = "", for_client: bool = True, **facts: Any
) -> None:
    """The line of a transfer or a consultation, for staff and client; ``text`` is for staff only."""
    facts |= {"of": referral.kind, "what": what, "to_team": referral.to_team_id, "to_user": referral.to_user_id}
    if referral.answered_by_id and what in {"accepted", "advised", "returned", "ended"}:
        facts["to_user"] = referral.answered_by_id
    timeline.add(referral.case, EntryKind.HAND_OVER, by=by, at=at, facts=facts, text=text, for_client=for_client)


def tell_receivers(kind: Kind, people: Iterable[User], referral: Referral, *, at: dt.datetime) -> None:
    """A notice to those who can answer, with a link to their board."""
    for user in people:
        tell_user(kind, user, about=referral.case_id, occasion=str(referral.pk), path=reverse("board"), at=at)

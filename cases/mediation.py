"""A talk between a client and somebody at work, led by somebody neutral (R17).

Both say yes before they meet; who leads it helps neither of them now; both are told the same, at the same moment. It
has a key of its own: what is said in it is in nobody's file, and who leads it opens no file. The other one may be a
manager. They learn that the client asks for this talk, never that there is a case (decision 9).
Each verb locks the case first and then the mediation, so that closing the case and answering never wait for each other.
"""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor, system
from accounts.enums import Role
from accounts.models import DataKey, Membership, User
from accounts.notices import tell_user
from accounts.roles import CASE_WORK, PERMISSIONS
from cases import held, links, search, timeline, tokens, tracks
from cases.enums import KEEPS_OUT, WITH_WORKER, AccessReason, EntryKind, SessionState
from cases.enums.mediation import LEADER_ENDINGS, MediationEnding, MediationState, Side
from cases.enums.tracks import TrackKind
from cases.models import Case, CaseAccess, Mediation, MediationNote, MediationTalk, Party, Person, Session
from cases.moves import NotNow, locked, unused
from cases.notices import MEDIATION_LEADS, tell_both

ANSWER_WITHIN = dt.timedelta(days=14)
"""How long both have to say yes. After that it ends by itself, and both are told."""


@dataclass(frozen=True)
class OtherOne:
    """Whom the client wants to talk with. ``email`` or ``phone`` is how the invitation reaches them."""

    name: str
    relation: str
    email: str = ""
    phone: str = ""


def of_case(case: Case) -> Mediation | None:
    """The running one, otherwise the last. One query, two with its sides."""
    found = Mediation.objects.filter(case=case).select_related("leader", "data_key").order_by("-opened_at").first()
    if found is not None:
        found.case = case
    return found


def sides(mediation: Mediation) -> dict[str, Party]:
    """The two, by side. One query."""
    rows = Party.objects.filter(mediation=mediation).select_related("user")
    for row in rows:
        row.mediation = mediation  # the key is at hand
    return {row.side: row for row in rows}


def leaders_for(case: Case, at: dt.datetime) -> "QuerySet[User]":
    """Who may lead a talk of this client: works with cases, helps this client in nothing now, and may know of them. By
    name."""
    roles = [role for role in Role.values if CASE_WORK in PERMISSIONS.get(role, frozenset())]
    works = Membership.objects.live_on(timezone.localdate(at)).filter(role__in=roles)
    people = User.objects.filter(is_active=True, pk__in=works.values("user"))
    out = CaseAccess.objects.keeping_out_of(case.pk).values("user")
    return people.exclude(pk__in=_helpers_of(links.people_of(case), at)).exclude(pk__in=out).order_by("name", "pk")


def not_neutral(leader: User, case: Case, other: OtherOne, at: dt.datetime, *, user_id: int | None = None) -> str:
    """Why this person cannot lead the talk; empty when they can. Says nothing about whether the other one has a case:
    somebody who helps them, who is them, or who is kept out of the client's case gets the same sentence.

    ``user_id`` is the other one's account, once they came in.
    """
    people = links.people_of(case) | _persons_like(other, user_id)
    kept_out = CaseAccess.objects.keeping_out_of(case.pk).filter(user=leader)
    is_one = Person.objects.filter(pk__in=people, user=leader).exists() or _same(leader.email, other.email)
    if leader.pk in _helpers_of(people, at) or is_one or leader.pk == user_id or kept_out.exists():
        return _("%(name)s cannot lead this talk. Choose somebody else.") % {"name": leader.name}
    return ""


def helps(user_id: int | None, case: Case, at: dt.datetime) -> bool:
    """Whether somebody is, or stands in for, the client's worker now, in whatever open case of theirs."""
    return user_id in _helpers_of(links.people_of(case), at)


def leads_for(user_id: int | None, case: Case) -> bool:
    """Whether somebody leads a talk that runs and that this client is one of the two of, as far as that is known."""
    open_ones = Mediation.objects.filter(leader=user_id, ended_at=None)
    mine = Q(case__person__in=links.people_of(case))
    if case.person.user_id:
        mine |= Q(partys__side=Side.OTHER, partys__user=case.person.user_id)
    return open_ones.filter(mine).exists()


def clients_of(leader_id: int | None) -> Any:
    """Who is one of the two of a running talk of this leader, as far as they have a request or came in with an
    account: part of another question."""
    led = Mediation.objects.filter(leader=leader_id, ended_at=None)
    came_in = Party.objects.filter(mediation__in=led, side=Side.OTHER, user__isnull=False)
    by_case = Person.objects.filter(pk__in=led.values("case__person")).values("pk")
    return by_case.union(Person.objects.filter(user__in=came_in.values("user")).values("pk"))  # each by its index


def why_not_merge(case: Case) -> str:
    """Why this case cannot go on under another reference now: both wait for a talk. Empty when it can."""
    if Mediation.objects.filter(case=case, ended_at=None).exists():
        return _("A talk with a neutral leader runs here. It has to end first.")
    return ""


def _same(one: str, two: str) -> bool:
    return bool(one and two) and search.email(one) == search.email(two)


def _persons_like(other: OtherOne, user_id: int | None) -> set[uuid.UUID]:
    """People known here with this e-mail address, phone number or account; the first two by blind index."""
    given = {name: value for name, value in (("email", other.email), ("phone", other.phone)) if value}
    hit = Q(user=user_id) if user_id else Q(pk__in=[])
    for field, value in search.indexes_of(**given).items():
        hit |= Q(**{field: value})
    return set(Person.objects.filter(hit).values_list("pk", flat=True))


def _helpers_of(people: Collection[uuid.UUID], at: dt.datetime) -> set[int]:
    """Everyone who is, or stands in for, the worker of an open case of these people."""
    cases = Case.objects.open().filter(person__in=people)
    rows = CaseAccess.objects.live(at).filter(case__in=cases, user__isnull=False)
    let_in = rows.filter(reason__in=[AccessReason.REFERRAL, AccessReason.DEPUTY]).values_list("user", flat=True)
    owners = cases.exclude(owner=None).values_list("owner", flat=True)
    return {pk for pk in [*let_in, *owners] if pk}


@transaction.atomic
def begin(
    case: Case,
    *,
    other: OtherOne,
    called: str,
    subject: str,
    leader: User,
    wanted: bool,
    by: Actor,
    at: dt.datetime,
    mediation_id: uuid.UUID | None = None,
) -> Mediation:
    """Ask both whether they want to talk, led by ``leader``; ``called`` is what the other one reads as the client's
    name. ``wanted``: the client said that the other one may be asked; without it nothing is sent.

    Both are asked in the same moment, and so is told who leads it. ``mediation_id`` comes from the form: a second
    click is the same one. Raises NotNow.
    """
    case = locked(case)
    if mediation_id and (known := Mediation.objects.filter(pk=mediation_id, case=case).first()):
        return known
    if case.state not in WITH_WORKER:
        raise NotNow(_("A talk with somebody neutral belongs to a case that a worker has accepted."))
    if not wanted:
        raise NotNow(_("Ask the client first whether the other one may be asked."))
    if Mediation.objects.filter(case=case, ended_at=None).exists():
        raise NotNow(_("There is such a talk already."))
    if why := not_neutral(leader, case, other, at):
        raise NotNow(why)
    mediation = Mediation(
        id=unused(Mediation, mediation_id), case=case, data_key=DataKey.objects.make(), leader=leader,
        opened_by=by.user, opened_at=at, answer_by=at + ANSWER_WITHIN,
    )  # fmt: skip
    mediation.subject = subject.strip()
    mediation.save(force_insert=True)
    _two_sides(mediation, other, called)
    held.follow(case, mediation.pk, at)
    tracks.start(case, TrackKind.MEDIATION, by=by, at=at)
    _write_down(mediation, "asked", by=by, at=at)
    tell_user(
        MEDIATION_LEADS, leader, about=mediation.pk, occasion="asked", at=at,
        path=reverse("mediation", args=[mediation.pk]),
    )  # fmt: skip
    tell_both(mediation, occasion="asked", at=at)
    return mediation


def _two_sides(mediation: Mediation, other: OtherOne, called: str) -> None:
    client = Party(mediation=mediation, side=Side.CLIENT)
    client.name = called.strip()
    guest = Party(mediation=mediation, side=Side.OTHER, relation=other.relation)
    guest.name, guest.email, guest.phone = other.name.strip(), other.email.strip(), other.phone.strip()
    guest.token_hash = tokens.token_hashes(tokens.new_token(guest.pk, tokens.MEDIATION), tokens.MEDIATION)[0]
    client.save(force_insert=True)
    guest.save(force_insert=True)


@transaction.atomic
def agree(party: Party, *, by: Actor, at: dt.datetime, told: bool = False) -> Mediation:
    """Yes, of one of the two; ``told``: the leader heard it and writes it down. When both said yes they can meet."""
    mediation = lock(party.mediation)
    party = sides(mediation)[party.side]
    if party.agreed_at:
        return mediation
    must_run(mediation)
    party.agreed_at, party.told_by = at, by.user if told else None
    party.save(update_fields=["agreed_at", "told_by"])
    audit.record("mediation.agreed", by=by, at=at, case_id=mediation.case_id, obj=mediation, part=party.side)
    if all(one.agreed_at for one in sides(mediation).values()):
        must_be_neutral(mediation, at)
        mediation.state, mediation.agreed_at = MediationState.AGREED, at
        mediation.save(update_fields=["state", "agreed_at"])
        _write_down(mediation, "agreed", by=by, at=at)
        tell_leader(mediation, "agreed", at)
        tell_both(mediation, occasion="agreed", at=at)
    return mediation


@transaction.atomic
def stop(party: Party, *, by: Actor, at: dt.datetime) -> Mediation:
    """No, or no longer; without a reason, at any moment. Both are told that it is over, and not who ended it."""
    mediation = lock(party.mediation)
    if mediation.ended_at:
        return mediation
    how = MediationEnding.REFUSED if mediation.state == MediationState.ASKED else MediationEnding.WITHDRAWN
    _end(mediation, how, by=by, at=at)
    tell_leader(mediation, "ended", at)
    return mediation


@transaction.atomic
def end(mediation: Mediation, ending: str, *, by: Actor, at: dt.datetime) -> Mediation:
    """The leader says how it ended. "Signed" only when both did. Raises NotNow."""
    mediation = lock(mediation)
    if mediation.ended_at:
        return mediation
    if ending not in LEADER_ENDINGS:
        raise ValueError(f"a leader does not end it as {ending}")
    if ending == MediationEnding.SIGNED and not is_signed(mediation):
        raise NotNow(_("Both have to sign the agreement first."))
    _end(mediation, MediationEnding(ending), by=by, at=at)
    return mediation


@transaction.atomic
def lapse_due(at: dt.datetime) -> int:
    """End what was not answered in time, and what nobody leads any more, because they left or are kept out of the case
    since; returns how many. May run late or twice."""
    due = Mediation.objects.filter(state=MediationState.ASKED, answer_by__lte=at).select_related("case")[:200]
    ended = 0
    for one in due:
        mediation = lock(one)
        if mediation.state == MediationState.ASKED and mediation.answer_by <= at:
            _end(mediation, MediationEnding.NO_ANSWER, by=system("mediation"), at=at)
            tell_leader(mediation, "ended", at)
            ended += 1
    here = Membership.objects.live_on(timezone.localdate(at)).filter(user__is_active=True).values("user")
    kept_out = CaseAccess.objects.filter(reason__in=KEEPS_OUT, case=OuterRef("case"), user=OuterRef("leader"))
    left = Mediation.objects.filter(~Q(leader__in=here) | Exists(kept_out), ended_at=None)
    return ended + _end_left(left, by=system("mediation"), at=at)


@transaction.atomic
def leader_left(leader: User, *, by: Actor, at: dt.datetime) -> int:
    """Who leads it works here no longer: both hear that it is over, instead of waiting for nobody. Returns how many."""
    return _end_left(Mediation.objects.filter(leader=leader, ended_at=None), by=by, at=at)


def _end_left(rows: "QuerySet[Mediation]", *, by: Actor, at: dt.datetime) -> int:
    found = [lock(one) for one in rows.select_related("case").order_by("case_id")[:200]]
    running = [mediation for mediation in found if not mediation.ended_at]
    for mediation in running:
        _end(mediation, MediationEnding.NOT_NEUTRAL, by=by, at=at)
    return len(running)


def end_of(case: Case, *, by: Actor, at: dt.datetime) -> None:
    """Part of closing a case, in its transaction and under its lock: nobody waits for a talk any more."""
    for mediation in Mediation.objects.select_for_update().filter(case=case, ended_at=None):
        mediation.case = case
        _end(mediation, MediationEnding.CASE_CLOSED, by=by, at=at)
        tell_leader(mediation, "ended", at)


def lock(mediation: Mediation) -> Mediation:
    """The mediation as it is now, under lock; the case is locked before it. Needs a transaction."""
    case = locked(mediation.case)
    Mediation.objects.select_for_update().only("pk").get(pk=mediation.pk)
    row = Mediation.objects.select_related("leader", "data_key").get(pk=mediation.pk)
    row.case = case
    return row


def must_be_neutral(mediation: Mediation, at: dt.datetime) -> None:
    """Raises NotNow when who leads it began to help one of the two since."""
    guest = sides(mediation)[Side.OTHER]
    other = OtherOne(guest.name, guest.relation, guest.email, guest.phone)
    if not_neutral(mediation.leader, mediation.case, other, at, user_id=guest.user_id):
        raise NotNow(_("Who leads this talk helps one of the two now. Another conversation leader is needed."))


def is_signed(mediation: Mediation) -> bool:
    """Whether both signed the text as it is now."""
    version = mediation.agreement_version
    return bool(version) and all(one.signed_version == version for one in sides(mediation).values())


def must_run(mediation: Mediation) -> None:
    if mediation.ended_at:
        raise NotNow(_("This talk is over."))


def _end(mediation: Mediation, ending: MediationEnding, *, by: Actor, at: dt.datetime) -> None:
    """Nothing stays due: what is planned is cancelled, and the private notes go."""
    mediation.state, mediation.ending, mediation.ended_at = MediationState.ENDED, ending, at
    mediation.save(update_fields=["state", "ending", "ended_at"])
    MediationTalk.objects.filter(mediation=mediation, state=SessionState.PLANNED).update(state=SessionState.CANCELLED)
    MediationNote.objects.filter(mediation=mediation).delete()
    _write_down(mediation, "ended", by=by, at=at)
    _end_track(mediation, by=by, at=at)
    tell_both(mediation, occasion="ended", at=at)


def _end_track(mediation: Mediation, *, by: Actor, at: dt.datetime) -> None:
    """Room for the next kind of help, also while the desk looks for the next worker; closing ends it itself."""
    case, track = mediation.case, tracks.latest(mediation.case)
    runs = track is not None and track.ended_at is None and track.kind == TrackKind.MEDIATION
    planned = Session.objects.filter(track=track, state=SessionState.PLANNED).exists()
    if track is not None and case.is_open and runs and not planned:
        tracks.finish(track, case, by=by, at=at)


def _write_down(mediation: Mediation, what: str, *, by: Actor, at: dt.datetime) -> None:
    """In the client's timeline only that it is, and who leads it: never what the other one did."""
    facts = {"what": what, "user": mediation.leader_id}
    timeline.add(mediation.case, EntryKind.MEDIATION, by=system("mediation"), at=at, facts=facts, for_client=True)
    audit.record(f"mediation.{what}", by=by, at=at, case_id=mediation.case_id, obj=mediation, part=mediation.ending)


def tell_leader(mediation: Mediation, occasion: str, at: dt.datetime) -> None:
    tell_user(
        MEDIATION_LEADS, mediation.leader, about=mediation.pk, occasion=occasion, at=at,
        path=reverse("mediation", args=[mediation.pk]),
    )  # fmt: skip

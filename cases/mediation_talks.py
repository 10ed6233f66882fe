"""What happens in a talk that somebody neutral leads: meetings, private notes, one agreement that both sign (R17)."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from cases import mediation as talks
from cases import safe_contact
from cases.appointments import FURTHEST
from cases.enums import SessionState
from cases.enums.mediation import MediationState, TalkWith
from cases.enums.tracks import SHORTEST_SESSION_MINUTES
from cases.models import Mediation, MediationNote, MediationTalk, Party
from cases.moves import NeedsReason, NotNow, unused
from cases.notices import tell_both

LONGEST_AGREEMENT = 6000


class TextChanged(NotNow):
    """The agreement was changed meanwhile. ``saved`` is how it is now, ``mine`` the text that was not saved."""

    def __init__(self, saved: Mediation, mine: str) -> None:
        super().__init__(_("This text was changed while you had it open. Nothing is lost: both texts are below."))
        self.saved, self.mine = saved, mine


def meetings(mediation: Mediation, side: str = "") -> list[MediationTalk]:
    """All meetings, earliest first; for one of the two only those they are part of."""
    rows = MediationTalk.objects.filter(mediation=mediation).order_by("starts_at", "pk")
    if side:
        rows = rows.filter(with_whom__in=[side, TalkWith.BOTH])
    for row in (found := list(rows)):
        row.mediation = mediation
    return found


def notes(mediation: Mediation) -> dict[str, list[MediationNote]]:
    """The leader's notes about each of the two and about both, newest first."""
    found: dict[str, list[MediationNote]] = {str(about): [] for about in TalkWith}
    for row in MediationNote.objects.filter(mediation=mediation).order_by("-written_at", "-pk"):
        row.mediation = mediation
        found[row.about].append(row)
    return found


@transaction.atomic
def plan(
    mediation: Mediation,
    *,
    with_whom: str,
    starts_at: dt.datetime,
    minutes: int,
    way: str,
    place: str,
    by: Actor,
    at: dt.datetime,
    reason: str = "",
    talk_id: uuid.UUID | None = None,
) -> MediationTalk:
    """Plan a meeting. One with both only when both said yes and the leader still helps neither: raises NotNow.

    Raises NeedsReason when ``way`` is outside the client's wishes. Both hear of a meeting of both in the same moment;
    of one with the other one only they hear, by the leader's own word: a notice to one alone would not be equal.
    """
    mediation = _running(mediation)
    if talk_id and (known := MediationTalk.objects.filter(pk=talk_id, mediation=mediation).first()):
        return known
    if not at < starts_at <= at + FURTHEST:
        raise NotNow(_("Choose a moment that is still to come, within a year from now."))
    if minutes < SHORTEST_SESSION_MINUTES:
        raise NotNow(_("A conversation takes at least %(least)d minutes.") % {"least": SHORTEST_SESSION_MINUTES})
    if with_whom == TalkWith.BOTH and mediation.state != MediationState.AGREED:
        raise NotNow(_("Both have to say yes before you meet with both."))
    talks.must_be_neutral(mediation, at)
    if with_whom != TalkWith.OTHER:
        outside = safe_contact.against(safe_contact.wishes_of(mediation.case), way, starts_at)
        if outside and not reason.strip():
            raise NeedsReason(" ".join([*outside, _("Write down why you do it all the same.")]))
    talk = MediationTalk(
        id=unused(MediationTalk, talk_id), mediation=mediation, with_whom=with_whom, way=way, starts_at=starts_at,
        minutes=minutes, place=place.strip(),
    )  # fmt: skip
    talk.save(force_insert=True)
    _settle(talk, by=by, at=at)
    return talk


@transaction.atomic
def settle(talk: MediationTalk, state: str, *, by: Actor, at: dt.datetime) -> MediationTalk:
    """Say that a planned meeting took place, that somebody did not come, or that it is cancelled."""
    mediation = _running(talk.mediation)
    talk = MediationTalk.objects.select_for_update().get(pk=talk.pk, mediation=mediation)
    talk.mediation = mediation
    if talk.state == state:
        return talk
    if talk.state != SessionState.PLANNED:
        raise NotNow(_("How this meeting went was written down already."))
    if state != SessionState.CANCELLED and talk.starts_at > at:
        raise NotNow(_("This conversation is still to come."))
    talk.state = state
    talk.save(update_fields=["state"])
    _settle(talk, by=by, at=at)
    return talk


def _settle(talk: MediationTalk, *, by: Actor, at: dt.datetime) -> None:
    mediation = talk.mediation
    audit.record(
        f"mediation.meeting_{talk.state}", by=by, at=at, case_id=mediation.case_id, obj=mediation, part=talk.with_whom
    )
    if talk.with_whom == TalkWith.BOTH and talk.state in {SessionState.PLANNED, SessionState.CANCELLED}:
        tell_both(mediation, occasion=f"{talk.state}{talk.pk}", at=at)


@transaction.atomic
def write_note(
    mediation: Mediation, body: str, *, about: str, by: Actor, at: dt.datetime, note_id: uuid.UUID | None = None
) -> MediationNote:
    """A private note of the leader, about one of the two or about both. The same ``note_id`` is the same note."""
    mediation = _running(mediation)
    if note_id and (known := MediationNote.objects.filter(pk=note_id, mediation=mediation).first()):
        return known
    note = MediationNote(id=unused(MediationNote, note_id), mediation=mediation, about=about, written_at=at)
    note.body = body.strip()
    note.save(force_insert=True)
    audit.record("mediation.note", by=by, at=at, case_id=mediation.case_id, obj=mediation, part=about)
    return note


@transaction.atomic
def write_agreement(mediation: Mediation, text: str, *, version: int, by: Actor, at: dt.datetime) -> Mediation:
    """The one text both read. A change takes away what was signed, and both hear of it. Raises TextChanged."""
    mediation = _running(mediation)
    if mediation.state != MediationState.AGREED:
        raise NotNow(_("Both have to say yes before there is anything to agree on."))
    if mediation.agreement == text.strip():
        return mediation
    if mediation.agreement_version != version:
        raise TextChanged(mediation, text)
    mediation.agreement, mediation.agreement_version = text.strip(), version + 1
    mediation.save(update_fields=["agreement", "agreement_version"])
    Party.objects.filter(mediation=mediation).update(signed_version=None, signed_at=None)
    audit.record("mediation.agreement", by=by, at=at, case_id=mediation.case_id, obj=mediation, part=str(version + 1))
    tell_both(mediation, occasion=f"agreement{version + 1}", at=at)
    return mediation


@transaction.atomic
def sign(party: Party, *, version: int, by: Actor, at: dt.datetime) -> Mediation:
    """Yes of one of the two to the very text they read. Raises NotNow when it was changed since."""
    mediation = _running(party.mediation)
    party = talks.sides(mediation)[party.side]
    if not mediation.agreement_version or mediation.agreement_version != version:
        raise NotNow(_("The text was changed meanwhile. Read it again before you sign."))
    if party.signed_version == version:
        return mediation
    party.signed_version, party.signed_at = version, at
    party.save(update_fields=["signed_version", "signed_at"])
    audit.record("mediation.signed", by=by, at=at, case_id=mediation.case_id, obj=mediation, part=party.side)
    if talks.is_signed(mediation):
        tell_both(mediation, occasion=f"signed{version}", at=at)
        talks.tell_leader(mediation, f"signed{version}", at)
    return mediation


def _running(mediation: Mediation) -> Mediation:
    mediation = talks.lock(mediation)
    talks.must_run(mediation)
    return mediation

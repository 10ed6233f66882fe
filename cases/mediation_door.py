"""Who may open a talk that somebody neutral leads, and as whom. Everyone else gets a page that does not exist."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts import audit, throttle
from accounts.actors import Actor
from accounts.enums import Outcome
from accounts.permissions import Refused
from cases import mediation as talks
from cases import merged, safe_contact, tokens
from cases.enums import AccessReason, AccessScope
from cases.enums.mediation import Side, TalkWith
from cases.invited import Try
from cases.mediation_talks import meetings
from cases.models import Case, CaseAccess, Mediation, MediationTalk, Party
from cases.permissions import grant

PART = "mediation"
CLOSED_FOR = dt.timedelta(days=365)
"""How long after the end the leader and the other one can still read the agreement."""


@dataclass(frozen=True)
class Seat:
    """What one of the two sees: the other's name, who leads it, their own meetings, the agreement. No file."""

    mediation: Mediation
    own: Party
    opposite: Party
    meetings: list[MediationTalk]

    @property
    def is_open(self) -> bool:
        return self.mediation.ended_at is None

    @property
    def may_sign(self) -> bool:
        version = self.mediation.agreement_version
        return self.is_open and bool(version) and self.own.signed_version != version

    @property
    def opposite_signed(self) -> bool:
        return bool(self.opposite.signed_version) and self.opposite.signed_version == self.mediation.agreement_version

    @property
    def has_signed(self) -> bool:
        return bool(self.own.signed_version) and self.own.signed_version == self.mediation.agreement_version


def leads(by: Actor) -> bool:
    """Whether somebody leads, or led, any such talk. One query."""
    return bool(by.roles) and _led_by(by, Mediation.objects.all()).exists()


def led(by: Actor, at: dt.datetime) -> list[Mediation]:
    """What somebody leads: open ones first, then those that ended, latest first."""
    if not by.roles:
        return []
    rows = _led_by(by, _rows()).filter(opened_at__lte=at)
    rows = rows.order_by(F("ended_at").desc(nulls_first=True), "-opened_at")
    return [row for row in rows[:100] if _still(row, at)]


def open_led(by: Actor, pk: UUID, *, at: dt.datetime) -> Mediation:
    """For who leads it. Not for the client's own worker, nor for a coordinator: the talk is confidential too."""
    row = _rows().filter(pk=pk).first()
    mine = row is not None and bool(by.roles) and _led_by(by, _rows()).filter(pk=pk).exists()
    if row is None or not mine or not _still(row, at):
        raise Refused(f"{PART}:lead", basis="does not lead it, or not existing", case_id=row.case_id if row else None)
    audit.record("mediation.viewed", by=by, at=at, obj=row, case_id=row.case_id, part="leader")
    return row


def seat_of_client(case: Case) -> Seat | None:
    """For the client, whose own case was opened by its own door. None when there never was such a talk."""
    found = talks.of_case(case)
    return _seat(found, Side.CLIENT) if found else None


def asked_of_case() -> dict[str, Exists]:
    """For the client's page: whether there is such a talk, and whether it waits for their yes or their signature."""
    own = Party.objects.filter(mediation__case=OuterRef("pk"), mediation__ended_at=None, side=Side.CLIENT)
    to_sign = Q(mediation__agreement_version__gt=0) & (
        Q(signed_version=None) | ~Q(signed_version=F("mediation__agreement_version"))
    )
    return {
        "has_mediation": Exists(Mediation.objects.filter(case=OuterRef("pk"))),
        "mediation_waits": Exists(own.filter(Q(agreed_at=None) | to_sign)),
    }


def seat_of_other(by: Actor, pk: UUID, *, at: dt.datetime) -> Seat:
    """For the other one, who came in by the link and the code with this account."""
    party = Party.objects.filter(mediation=pk, side=Side.OTHER, user=by.user_id, user__isnull=False).first()
    row = _rows().filter(pk=pk).first() if party else None
    if row is None or not _still(row, at):
        raise Refused(f"{PART}:other", basis="not one of the two, or not existing")
    audit.record("mediation.viewed", by=by, at=at, obj=row, part="other")
    return _seat(row, Side.OTHER)


def seats(by: Actor, at: dt.datetime) -> list[Party]:
    """Talks in which this account is the other one, latest first."""
    rows = Party.objects.filter(side=Side.OTHER, user=by.user_id, user__isnull=False)
    rows = rows.select_related("mediation__data_key", "mediation__leader").order_by("-mediation__opened_at")
    return [row for row in rows[:50] if _still(row.mediation, at)]


def guest_of(token: str, at: dt.datetime) -> Party | None:
    """The other one behind a link; none when there is no such link or the talk is over."""
    rows = Party.objects.filter(token_hash__in=tokens.token_hashes(token, tokens.MEDIATION), side=Side.OTHER)
    party = rows.select_related("mediation__data_key", "mediation__leader", "mediation__case__person").first()
    if party is None or not _still(party.mediation, at):
        return None
    return party if party.user_id or party.mediation.ended_at is None else None


def link_of(party: Party) -> str:
    """The last part of the other one's link, which is kept nowhere."""
    return tokens.token_of(party.pk, party.token_hash or "", tokens.MEDIATION)


@transaction.atomic
def new_code(mediation: Mediation, *, by: Actor, at: dt.datetime) -> str:
    """A code for the other one, to be told by voice; an earlier one no longer works. Only its hash is kept."""
    mediation = talks.lock(mediation)
    talks.must_run(mediation)
    party = talks.sides(mediation)[Side.OTHER]
    code = tokens.new_code()
    party.code_hash, party.failures, party.failed_at = tokens.code_hash(party.pk, code), 0, None
    party.save(update_fields=["code_hash", "failures", "failed_at"])
    audit.record("mediation.code", by=by, at=at, case_id=mediation.case_id, obj=mediation)
    return code


@transaction.atomic
def try_code(party: Party, code: str, *, by: Actor, at: dt.datetime) -> Try:
    """The code that was told by voice lets this account in. Wrong ones make the next wait, and lock nobody out.

    Never the client, the leader, or who helps the client: for them no code is right. Whoever comes in never sees the
    client's file at work: neither of the two sees the other's.
    """
    row = Party.objects.select_for_update().get(pk=party.pk)
    row.mediation = party.mediation
    wait = max((row.failed_at or at) + throttle.delay_after(row.failures) - at, dt.timedelta())
    if wait:
        return Try(wait=wait)
    mediation = party.mediation
    fits = bool(row.code_hash) and tokens.code_fits(row.code_hash, row.pk, code)
    inside = by.user_id in {mediation.leader_id, mediation.opened_by_id, mediation.case.person.user_id}
    inside = inside or talks.helps(by.user_id, mediation.case, at)
    if row.user_id not in {None, by.user_id} or not fits or inside:
        row.failures, row.failed_at = row.failures + 1, at
        row.save(update_fields=["failures", "failed_at"])
        audit.record("mediation.refused", by=by, at=at, obj=mediation, basis="wrong code", outcome=Outcome.DENIED)
        return Try()
    row.failures, row.user, row.code_hash = 0, by.user, ""
    row.save(update_fields=["failures", "user", "code_hash"])
    _keep_out(mediation, by, at)
    audit.record("mediation.came_in", by=by, at=at, obj=mediation, part="other")
    return Try(right=True)


def _keep_out(mediation: Mediation, by: Actor, at: dt.datetime) -> None:
    """As with a relative: a row that is over lets nobody in, and keeps out at work for good."""
    grant(
        mediation.case, reason=AccessReason.FAMILY, scope=AccessScope.NAMED, user_id=by.user_id, at=at, ends_at=at,
        source=f"talk {mediation.pk}",
    )  # fmt: skip
    merged.keep_out_of_all(mediation.case, at)


def reachable(mediation: Mediation) -> dict[str, bool]:
    """Whether a mail may go to each of the two; where not, the leader tells both by voice, so that it stays equal."""
    other = talks.sides(mediation)[Side.OTHER]
    person = mediation.case.person
    return {
        Side.CLIENT.value: bool(person.email and safe_contact.wishes_of(mediation.case).safe_to_email),
        Side.OTHER.value: bool(other.email),
    }


def _seat(mediation: Mediation, side: Side) -> Seat:
    two = talks.sides(mediation)
    opposite = Side.OTHER if side == Side.CLIENT else Side.CLIENT
    return Seat(mediation, two[side], two[opposite], meetings(mediation, TalkWith(side.value)))


def _still(row: Mediation, at: dt.datetime) -> bool:
    return row.ended_at is None or row.ended_at + CLOSED_FOR > at


def _led_by(by: Actor, rows: "QuerySet[Mediation]") -> "QuerySet[Mediation]":
    """Those that this user leads, but for clients of whose case they are kept out since."""
    return rows.filter(leader=by.user_id).exclude(case__in=CaseAccess.objects.blocking(by).values("case"))


def _rows() -> "QuerySet[Mediation]":
    return Mediation.objects.select_related(
        "leader", "data_key", "case__person__data_key", "case__person__contact", "case__person__user"
    )

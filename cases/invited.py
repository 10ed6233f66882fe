"""The invited person's side: the link, the code, yes or no, and what they then see. Nothing of the file.

Who they are is an account of their own, in the capacity ``family``. Every answer that is not "yes, this one" reveals
neither a case nor a client.
"""

import datetime as dt
from dataclasses import dataclass, replace
from enum import Enum
from secrets import token_hex
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from accounts import audit, throttle, vault
from accounts.actors import Actor, actor_for
from accounts.enums import Outcome
from accounts.permissions import Refused
from cases import family, timeline, tokens
from cases.enums import AccessReason, EntryKind, InvitationState, SessionState
from cases.messages import Bubble, without_words
from cases.models import Case, CaseAccess, Invitation, Message, Session
from cases.models.family import InvitationQuerySet
from cases.notices import tell_client
from cases.permissions import FAMILY_DATES, FAMILY_JOINT, FAMILY_MESSAGES, FAMILY_NAMED, case_for

PART = "family page"
"""Of the audit lines of their looks; the client sees those."""


class Problem(Enum):
    """Why a link does not open anything for this account. UNKNOWN is also said of what was withdrawn."""

    UNKNOWN = "unknown"
    OVER = "over"
    USED = "used"
    OWN = "own"
    COLLEAGUE = "colleague"


class NotForYou(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True)
class Try:
    """A try with a code. ``wait`` is how long before the next one counts; nothing was looked at then."""

    right: bool = False
    wait: dt.timedelta = dt.timedelta()


@dataclass(frozen=True)
class Back:
    """What someone shows of a case of their own in return; ``scope`` as in an invitation."""

    case: Case
    scope: str


@dataclass(frozen=True)
class Guesthouse:
    """What one invitation shows at a moment; ``allowed`` decides, and everything else is empty."""

    invitation: Invitation
    case: Case
    allowed: frozenset[str]
    appointments: list[Session]
    messages: list[Bubble]

    @property
    def shows_dates(self) -> bool:
        return FAMILY_DATES in self.allowed

    @property
    def shows_messages(self) -> bool:
        return FAMILY_MESSAGES in self.allowed

    @property
    def is_joint(self) -> bool:
        return FAMILY_JOINT in self.allowed

    @property
    def may_write(self) -> bool:
        return self.shows_messages and self.case.is_open


def as_family(by: Actor) -> Actor:
    """The same account in the capacity of someone who was let in: roles do not count here."""
    return replace(by, roles=frozenset(), teams={}, team_kinds=frozenset(), as_family=True)


def find(token: str, *, by: Actor, at: dt.datetime) -> Invitation:
    """The invitation behind a link. Raises NotForYou; one that this account accepted is found as well."""
    row = _rows().filter(token_hash__in=tokens.token_hashes(token)).first()
    return _judged(row, by, at)


def own_cases(by: Actor, at: dt.datetime) -> list[Case]:
    """The open cases of which this account is the client, to show something of in return."""
    own = replace(by, as_family=False)
    return list(
        Case.objects.visible_to(own, at).open().select_related("data_key", "person__data_key").order_by("-sent_at")
    )


def has_given_code(invitation: Invitation, by: Actor) -> bool:
    """Whether this account gave the right code, as the log-in address it still has."""
    return invitation.shown_to_id == by.user_id is not None and invitation.shown_as == _address_of(by)


@transaction.atomic
def try_code(token: str, code: str, *, by: Actor, at: dt.datetime) -> Try:
    """Count wrong codes in the row: after five the next must wait, ever longer to five minutes, and nobody is locked
    out. The row is locked, so that many at once are one after the other. Raises NotForYou."""
    row = _locked(token, by, at)
    wait = max((row.failed_at or at) + throttle.delay_after(row.failures) - at, dt.timedelta())
    if wait:
        return Try(wait=wait)
    if not tokens.code_fits(row.code_hash, row.pk, code):
        row.failures, row.failed_at = row.failures + 1, at
        row.save(update_fields=["failures", "failed_at"])
        refused("wrong code", by=by, at=at, invitation=row)
        return Try()
    if problem := _not_them(row, by, at):
        raise NotForYou(problem)
    row.failures, row.shown_to, row.shown_as = 0, by.user, _address_of(by)
    row.save(update_fields=["failures", "shown_to", "shown_as"])
    audit.record("family.code_given", by=by, at=at, case_id=row.case_id, obj=row)
    return Try(right=True)


@transaction.atomic
def accept(token: str, *, by: Actor, at: dt.datetime, back: Back | None = None) -> Invitation | None:
    """Yes: from now on they see what the scope says. None when the code has to be given (again). Twice is once.

    A mutual one needs ``back``, what they show of their own case; it opens in the same moment. A newer invitation to
    the same case takes the place of the one before. Raises NotForYou.
    """
    row = _locked(token, by, at)
    if row.accepted_at:
        return row
    if not has_given_code(row, by):
        return None
    if problem := _not_them(row, by, at):
        raise NotForYou(problem)
    if row.mutual and back is None:
        return None
    _replace(row, by.user_id, at)
    row.accepted_by, row.accepted_at = by.user, at
    row.save(update_fields=["accepted_by", "accepted_at"])
    family.let_in(row, at)
    if row.mutual and back is not None:
        _show_back(row, back, by=by, at=at)
    timeline.add(row.case, EntryKind.FAMILY_ACCEPTED, by=by, at=at, facts={"invitation": str(row.pk)}, for_client=True)
    audit.record("family.accepted", by=by, at=at, case_id=row.case_id, obj=row, part=row.scope)
    tell_client(row.case, occasion=f"family{row.pk}", at=at)
    return row


@transaction.atomic
def decline(token: str, *, by: Actor, at: dt.datetime) -> bool:
    """No, from someone who gave the code. The client sees it in their list. Raises NotForYou."""
    row = _locked(token, by, at)
    if row.accepted_at or not has_given_code(row, by):
        return False
    row.declined_at = at
    row.save(update_fields=["declined_at"])
    audit.record("family.declined", by=by, at=at, case_id=row.case_id, obj=row)
    return True


@transaction.atomic
def leave(invitation: Invitation, *, by: Actor, at: dt.datetime) -> None:
    """They no longer want to see it."""
    row = Invitation.objects.select_for_update().select_related("case__data_key").get(pk=invitation.pk)
    row.left_at = row.ends_at = at
    row.save(update_fields=["left_at", "ends_at"])
    family.end_rows(row, at)
    if (partner := row.partner) and partner.ends_at > at:
        family.end_partner(partner, at)
    timeline.add(row.case, EntryKind.FAMILY_ENDED, by=by, at=at, facts={"invitation": str(row.pk)}, for_client=True)
    audit.record("family.left", by=by, at=at, case_id=row.case_id, obj=row)


def let_into(by: Actor, at: dt.datetime) -> list[Invitation]:
    """Everything this account was let into and still is: the list follows the rule of the single page."""
    rows = list(Invitation.objects.accepted_by_actor(by, at))
    seen = Case.objects.visible_to(by, at).filter(pk__in=[row.case_id for row in rows])
    visible = set(seen.values_list("pk", flat=True))
    return [row for row in rows if row.case_id in visible]


def open_page(by: Actor, pk: UUID, *, needs: str = FAMILY_NAMED, at: dt.datetime) -> Guesthouse:
    """The page of one invitation, through the one door. Raises Refused like a case that does not exist."""
    row = Invitation.objects.accepted_by_actor(by, at).filter(pk=pk).first()
    if row is None:
        case_id = Invitation.objects.filter(pk=pk).values_list("case", flat=True).first()
        raise Refused(f"{needs}:{PART}", basis="not let in or not existing", case_id=case_id)
    case = case_for(by, row.case.reference, needs=FAMILY_NAMED, at=at, part=PART)
    allowed: frozenset[str] = case.allowed  # type: ignore[attr-defined]
    if needs not in allowed:
        raise Refused(f"{needs}:{PART}", basis="outside what the client chose", case_id=case.pk)
    row.case = case
    return Guesthouse(row, case, allowed, _appointments(row, allowed, at), _messages(row, allowed))


def refused(why: str, *, by: Actor, at: dt.datetime, invitation: Invitation | None = None) -> None:
    """A line in the audit; the case is named there and nowhere else."""
    case_id = invitation.case_id if invitation else None
    audit.record("family.refused", by=by, at=at, case_id=case_id, obj=invitation, basis=why, outcome=Outcome.DENIED)


def _appointments(row: Invitation, allowed: frozenset[str], at: dt.datetime) -> list[Session]:
    rows = Session.objects.filter(case=row.case_id, state=SessionState.PLANNED).order_by("starts_at")
    today = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    if FAMILY_DATES in allowed:
        rows = rows.filter(starts_at__gte=today)
    elif FAMILY_JOINT in allowed and row.session_id:
        rows = rows.filter(pk=row.session_id)
    else:
        return []
    for session in (found := list(rows)):
        session.case = row.case
    return found


def _messages(row: Invitation, allowed: frozenset[str]) -> list[Bubble]:
    """What was written since they came; never what another relative wrote."""
    if FAMILY_MESSAGES not in allowed:
        return []
    found = Message.objects.filter(case=row.case_id, sent_at__gte=row.accepted_at).select_related("sender")
    bubbles = []
    for message in found.order_by("sent_at", "pk"):
        if message.family_id in {None, row.pk}:
            message.case = row.case
            author = message.sender.name if message.sender else row.called
            words = message.body or without_words()
            bubbles.append(Bubble(author, message.sent_at, words, mine=message.family_id == row.pk))
    return bubbles


def _rows() -> InvitationQuerySet:
    return Invitation.objects.select_related(
        "case__data_key", "case__person__data_key", "case__person__contact", "case__person__user"
    )


def _locked(token: str, by: Actor, at: dt.datetime) -> Invitation:
    hashes = tokens.token_hashes(token)
    Invitation.objects.select_for_update().filter(token_hash__in=hashes).only("pk").first()
    return find(token, by=by, at=at)


def _judged(row: Invitation | None, by: Actor, at: dt.datetime) -> Invitation:
    if row is None or CaseAccess.objects.blocking(by).filter(case=row.case_id).exists():
        raise NotForYou(Problem.UNKNOWN)
    state = row.state(at)
    if state in {InvitationState.WITHDRAWN, InvitationState.DECLINED} or not (row.case.is_open or row.accepted_at):
        raise NotForYou(Problem.UNKNOWN)
    if row.accepted_at and (row.accepted_by_id != by.user_id or state == InvitationState.LEFT):
        raise NotForYou(Problem.USED)
    if state == InvitationState.OVER:
        raise NotForYou(Problem.OVER)
    return row


def _replace(row: Invitation, user_id: int | None, at: dt.datetime) -> None:
    """An older invitation of the same account to the same case makes place; of a mutual one both halves end."""
    older = Invitation.objects.in_force(at).filter(case=row.case_id, accepted_by=user_id).exclude(pk=row.pk)
    for one in older.select_for_update():
        one.ends_at = at
        one.save(update_fields=["ends_at"])
        family.end_rows(one, at)
        if (partner := one.partner) and partner.ends_at > at:
            family.end_partner(partner, at)


def _show_back(row: Invitation, back: Back, *, by: Actor, at: dt.datetime) -> None:
    """The other half: the client of ``row`` sees something of the guest's case, as long as both want it."""
    case, client = back.case, row.case.person.user
    works = CaseAccess.objects.filter(case=case).exclude(reason__in=[AccessReason.CLIENT, AccessReason.FAMILY]).live(at)
    if (
        client is None
        or case.pk not in {one.pk for one in own_cases(by, at)}
        or works.of(actor_for(client, at)).exists()
    ):
        raise NotForYou(Problem.COLLEAGUE)
    half = Invitation(
        case=case, submission_id=uuid4(), scope=back.scope, mutual=True, answers=row, token_hash=token_hex(32),
        code_hash="", created_at=at, open_until=at, ends_at=row.ends_at, accepted_by=client, accepted_at=at,
    )  # fmt: skip
    half.name, half.called = row.called, row.name
    half.save(force_insert=True)
    _replace(half, client.pk, at)
    family.let_in(half, at)
    timeline.add(case, EntryKind.FAMILY_ACCEPTED, by=by, at=at, facts={"invitation": str(half.pk)}, for_client=True)
    audit.record("family.accepted", by=by, at=at, case_id=case.pk, obj=half, part=half.scope)


def _not_them(row: Invitation, by: Actor, at: dt.datetime) -> Problem | None:
    """The client themselves, or somebody who can see the case at work."""
    own = CaseAccess.objects.filter(case=row.case_id, reason=AccessReason.CLIENT, user=by.user_id)
    if row.case.person.user_id == by.user_id or own.exists():
        return Problem.OWN
    at_work = actor_for(by.user, at) if by.user else by
    works = CaseAccess.objects.filter(case=row.case_id).exclude(reason__in=["blocked", "client", "family"]).live(at)
    return Problem.COLLEAGUE if works.of(at_work).exists() else None


def _address_of(by: Actor) -> str:
    return vault.blind_index("account", by.user.email.lower()) if by.user else ""

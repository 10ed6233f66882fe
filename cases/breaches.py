"""Breaking confidentiality (DOMAIN 3.4): weighed by one, signed by another, carried out by a person, and kept for good.

Nothing is sent by the machine. The client reads it from the moment that somebody says to have told them.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import User
from accounts.notices import tell_user
from cases import colleagues, guarded, timeline
from cases.enums import EntryKind
from cases.enums.guarded import ENDS, BreachAct
from cases.guarded_notices import GUARDED_WAITS
from cases.models import BreachStep, Case, ConfidentialityBreach
from cases.moves import NeedsReason, NotNow, locked, unused
from cases.notices import tell_client

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Weighed:
    """What somebody wants to tell whom, and why that may be."""

    ground: str
    weighing: str
    consulted: User
    to_whom: str
    what: str
    tells_client: bool
    telling_note: str


def steps_of(breach: ConfidentialityBreach) -> dict[str, BreachStep]:
    """What was done with it, by act, oldest first. One query."""
    rows = BreachStep.objects.filter(breach=breach).select_related("by").order_by("at", "pk")
    found = {}
    for row in rows:
        row.case = breach.case
        found[row.act] = row
    return found


def state_of(acts: "set[str] | dict[str, BreachStep]") -> str:
    """How far it is, in words."""
    for act in (BreachAct.LAPSED, BreachAct.REFUSED, BreachAct.CARRIED_OUT, BreachAct.SIGNED):
        if act in acts:
            return str(act.label)
    return _("Waits for a second signature")


@transaction.atomic
def ask(
    case: Case, weighed: Weighed, *, by: Actor, at: dt.datetime, number: UUID | None = None
) -> ConfidentialityBreach:
    """Lay down the weighing; somebody else has to sign. The same ``number`` is the same one."""
    case = locked(case)
    if number and (known := ConfidentialityBreach.objects.filter(pk=number, case=case).first()):
        return known
    _must_be_open(case)
    if weighed.consulted.pk == by.user_id:
        raise NotNow(_("Talk it over with somebody else than yourself."))
    row = ConfidentialityBreach(
        id=unused(ConfidentialityBreach, number), case=case, ground=weighed.ground, consulted=weighed.consulted,
        tells_client=weighed.tells_client, made_by=by.user, made_at=at,
    )  # fmt: skip
    row.weighing, row.to_whom, row.what = weighed.weighing.strip(), weighed.to_whom.strip(), weighed.what.strip()
    row.telling_note = weighed.telling_note.strip()
    row.save(force_insert=True)
    _tell(case, row, "asked", by=by, at=at)
    _call_for_signature(row, "asked", at)
    return row


@transaction.atomic
def sign(breach: ConfidentialityBreach, *, by: Actor, at: dt.datetime) -> BreachStep:
    """The second signature. Raises NotNow for who asked it, and when somebody was first."""
    return _decide(breach, BreachAct.SIGNED, "", by=by, at=at)


@transaction.atomic
def refuse(breach: ConfidentialityBreach, *, reason: str, by: Actor, at: dt.datetime) -> BreachStep:
    """Not like this: it ends here, with the reason."""
    if not reason.strip():
        raise NeedsReason(_("Write down why you do not sign."))
    return _decide(breach, BreachAct.REFUSED, reason, by=by, at=at)


@transaction.atomic
def carry_out(
    breach: ConfidentialityBreach, *, how: str, told: bool, by: Actor, at: dt.datetime
) -> BreachStep:  # fmt: skip
    """It was done, by a person; ``told``: the client knows. Only after it was signed. Twice is once."""
    case, acts = _locked(breach, by, at)
    if known := acts.get(BreachAct.CARRIED_OUT):
        return known
    _must_be_open(case)
    if BreachAct.SIGNED not in acts or acts.keys() & set(ENDS):
        raise NotNow(_("This may only be carried out after somebody else signed."))
    if not how.strip():
        raise NeedsReason(_("Write down when and how it was done."))
    step = _add(breach, BreachAct.CARRIED_OUT, how, by=by, at=at)
    if told:
        _client_knows(breach, how, by=by, at=at)
    return step


@transaction.atomic
def tell(breach: ConfidentialityBreach, *, how: str, by: Actor, at: dt.datetime) -> BreachStep:
    """The client was told afterwards; from now on they read it on their page."""
    _case, acts = _locked(breach, by, at)
    if known := acts.get(BreachAct.TOLD):
        return known
    if BreachAct.CARRIED_OUT not in acts:
        raise NotNow(_("This was not carried out."))
    if not how.strip():
        raise NeedsReason(_("Write down when and how the client was told."))
    return _client_knows(breach, how, by=by, at=at)


def remind_due(at: dt.datetime) -> int:
    """Who has to sign hears of it again each day that nobody did; returns of how many. Safe to run late, twice, and
    several at once: it is said once for each day since it was asked."""
    rows = list(ConfidentialityBreach.objects.unsigned(at - DAY).select_related("case"))
    for breach in rows:
        _call_for_signature(breach, f"unsigned{(at - breach.made_at) // DAY}", at)
    return len(rows)


def lapse(case: Case, *, by: Actor, at: dt.datetime) -> None:
    """The case ends: what was not carried out may no longer be. Low-level: the case is locked."""
    waiting = ConfidentialityBreach.objects.filter(case=case).waiting()
    for breach in waiting:
        breach.case = case
        _add(breach, BreachAct.LAPSED, "", by=by, at=at)


def _decide(breach: ConfidentialityBreach, act: BreachAct, reason: str, *, by: Actor, at: dt.datetime) -> BreachStep:
    case, acts = _locked(breach, by, at)
    if (known := acts.get(act)) and known.by_id == by.user_id:
        return known
    if breach.made_by_id == by.user_id:
        raise NotNow(_("You asked for this yourself. Somebody else has to sign."))
    _must_be_open(case)
    if acts:
        first = next(iter(acts.values()))
        name = first.by.name if first.by else _("The desk")
        raise NotNow(_("%(name)s decided about this already.") % {"name": name})
    step = _add(breach, act, reason, by=by, at=at)
    _point(breach, breach.made_by, act, at)
    return step


def _client_knows(breach: ConfidentialityBreach, how: str, *, by: Actor, at: dt.datetime) -> BreachStep:
    step = _add(breach, BreachAct.TOLD, how, by=by, at=at, shown=f"{breach.to_whom}: {breach.what}")
    tell_client(breach.case, occasion=f"breach{breach.pk}", at=at)
    return step


def _add(
    breach: ConfidentialityBreach, act: BreachAct, reason: str, *, by: Actor, at: dt.datetime, shown: str = ""
) -> BreachStep:
    step = BreachStep(case=breach.case, breach=breach, act=act, by=by.user if by.roles else None, at=at)
    step.reason = reason.strip()
    step.save(force_insert=True)
    _tell(breach.case, breach, act, by=by, at=at, shown=shown)
    return step


def _tell(case: Case, breach: ConfidentialityBreach, what: str, *, by: Actor, at: dt.datetime, shown: str = "") -> None:
    """On the timeline, and to the client only what they were told in person; and in the audit."""
    timeline.add(
        case, EntryKind.BREACH, by=by, at=at, facts={"what": str(what)}, text=shown, for_client=what == BreachAct.TOLD
    )
    audit.record(f"breach.{what}", by=by, at=at, case_id=case.pk, obj=breach)


def _call_for_signature(breach: ConfidentialityBreach, occasion: str, at: dt.datetime) -> None:
    """The coordinators; when only the asker is one, whoever else works in the file may sign just as well."""
    case, asker = breach.case, {breach.made_by_id}
    signers = guarded.coordinators(at, case=case, but=asker)
    for user in signers or [one for one in colleagues.of_case(case, at) if one.pk not in asker]:
        _point(breach, user, occasion, at)


def _point(breach: ConfidentialityBreach, user: User, occasion: str, at: dt.datetime) -> None:
    path = reverse("breach", args=[breach.pk])
    tell_user(GUARDED_WAITS, user, about=breach.case_id, occasion=f"{breach.pk}{occasion}", path=path, at=at)


def _locked(breach: ConfidentialityBreach, by: Actor, at: dt.datetime) -> tuple[Case, dict[str, BreachStep]]:
    """The case, and what was done until now. Raises NotNow for who may not see it (any more)."""
    breach.case = locked(breach.case)
    if not guarded.breaches(by, at).filter(pk=breach.pk).exists():
        raise NotNow(_("You no longer see this case."))
    return breach.case, steps_of(breach)


def _must_be_open(case: Case) -> None:
    if not case.is_open:
        raise NotNow(_("This case is closed."))

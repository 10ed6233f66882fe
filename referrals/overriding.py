"""Passing on without the client's yes: by a coordinator, with a reason, before the eyes of the privacy officer."""

import datetime as dt

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import Membership, User
from accounts.notices import tell_user
from accounts.roles import AUDIT_VIEW, CONSENT_OVERRIDE, PERMISSIONS
from cases import timeline
from cases.enums import EntryKind
from cases.moves import NeedsReason, NotNow
from cases.permissions import permissions_on
from referrals.enums import Consent, HandOver, ReferralState
from referrals.models import Referral
from referrals.moves import how_it_ended, locked_pair, not_yet
from referrals.notices import OVERRIDDEN
from referrals.offering import put_out
from referrals.permissions import refused

LEAST_REASON = 20
PER_PAGE = 50
WATCHING = [role for role, permissions in PERMISSIONS.items() if AUDIT_VIEW in permissions]


@transaction.atomic
def override(referral: Referral, *, reason: str, untold: str = "", by: Actor, at: dt.datetime) -> Referral:
    """Offer what waits for the client's yes all the same. They are told, unless ``untold`` says why that is not safe.

    Only what the desk passes on; what a worker asks can wait. Raises Refused, NeedsReason for fewer than LEAST_REASON
    letters, NotNow. Twice is once.
    """
    case, row = locked_pair(referral)
    if row.kind != HandOver.REFERRAL or CONSENT_OVERRIDE not in permissions_on(case.pk, by, at):
        raise refused(row.pk, "consent.override")
    if row.overridden_by_id == by.user_id:
        return row
    if row.state != ReferralState.AWAITING_CONSENT:
        raise NotNow(how_it_ended(row))
    if row.consent != Consent.ASKED:
        raise NotNow(_("The summary is approved already."))
    if why := not_yet(case):
        raise NotNow(why)
    if len(reason.strip()) < LEAST_REASON:
        raise NeedsReason(
            _("Write why this cannot wait for the client's yes: at least %(n)d letters.") % {"n": LEAST_REASON}
        )
    row.consent, row.consent_at, row.overridden_by = Consent.OVERRIDDEN, at, by.user
    row.override_reason, row.untold_reason = reason.strip(), untold.strip()
    row.save(update_fields=["consent", "consent_at", "overridden_by", "override_reason", "untold_reason"])
    facts = {"what": "override", "to_team": row.to_team_id, "to_user": row.to_user_id}
    timeline.add(case, EntryKind.HAND_OVER, by=by, at=at, facts=facts, for_client=not untold.strip())
    audit.record("consent.overridden", by=by, at=at, case_id=case.pk, obj=row, basis="without the client's yes")
    for officer in _officers(at):
        tell_user(OVERRIDDEN, officer, about=case.pk, occasion=str(row.pk), path=reverse("overrides"), at=at)
    return put_out(row, by=by, at=at)


def done(number: int | str | None, *, by: Actor, at: dt.datetime) -> "Page[Referral]":
    """What was passed on without a yes, and second hand-overs about which a coordinator decided alone. Newest first,
    with the reasons; each look is in the audit. Two queries."""
    alone = Q(decided_by=F("created_by"))
    rows = Referral.objects.filter(Q(overridden_by__isnull=False) | alone).order_by("-created_at", "pk")
    rows = rows.select_related("case__data_key", "to_team", "to_user", "overridden_by", "created_by").defer(
        "summary", "return_note", "case__own_words", "case__summary"
    )
    page = Paginator(rows, PER_PAGE).get_page(number)
    audit.record_each("override.viewed", page.object_list, by=by, at=at, kind=Referral, part="reason")
    return page


def _officers(at: dt.datetime) -> list[User]:
    rows = Membership.objects.live_on(timezone.localdate(at)).filter(role__in=WATCHING, user__is_active=True)
    return list(User.objects.filter(pk__in=rows.values("user")).order_by("pk"))

"""Where a request can go, and the states of a hand-over."""

from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _


class Destination(models.TextChoices):
    """Where a request can go; what each of them means is in referrals/destinations.py."""

    DESK = "DESK", _("Support desk")
    COMMANDER_ADVICE = "COMMANDER_ADVICE", _("Advice to a commander")
    CHAPLAIN = "CHAPLAIN", _("Chaplain")
    SMT = "SMT", _("Social Medical Team")
    BIU = "BIU", _("Individual Deployments Office")
    RETURN_INTERVIEW = "RETURN_INTERVIEW", _("Return interview")
    REGIONAL_DIRECT = "REGIONAL_DIRECT", _("Own social worker in the region")
    OTHER_REGION = "OTHER_REGION", _("Social worker of another region")
    COACH = "COACH", _("Coach")
    COMPANY_DOCTOR = "COMPANY_DOCTOR", _("Company doctor")
    REINTEGRATION = "REINTEGRATION", _("Reintegration adviser")
    PREVENTION_OFFICER = "PREVENTION_OFFICER", _("Prevention officer")
    OUTSIDE = "OUTSIDE", _("Outside provider")


ROUTABLE = (
    Destination.DESK,
    Destination.COMMANDER_ADVICE,
    Destination.CHAPLAIN,
    Destination.SMT,
    Destination.BIU,
    Destination.RETURN_INTERVIEW,
    Destination.REGIONAL_DIRECT,
)
"""What a routing rule may propose (MISSION, Routing); the rest only a person chooses."""


class Travel(models.TextChoices):
    """What can go along with a hand-over, once the client said yes."""

    SUMMARY = "summary", _("the summary")
    CONTACT = "contact", _("how to reach the client")
    NOTES = "notes", _("notes you choose")
    DOCUMENTS = "documents", _("documents you choose")


class SmtGets(models.TextChoices):
    """What may go to a role of a Social Medical Team, the most first."""

    FILE = "file", _("The case, with the file")
    CONTACT = "contact", _("Only a question, and the ways to reach the client")
    WAYS = "ways", _("Nothing; the client gets the ways to reach them")


class HandOver(models.TextChoices):
    """How somebody is asked to help. With REFERRAL and TRANSFER the case moves to who accepts, with REQUEST to who
    asked; with CONSULTATION it stays where it is."""

    REFERRAL = "referral", _("Referral")
    CONSULTATION = "consultation", _("Consultation")
    TRANSFER = "transfer", _("Transfer")
    REQUEST = "request", _("Request for a case")


MOVES_CASE = (HandOver.REFERRAL, HandOver.TRANSFER)
"""One of these at a time waits in a case; the others may wait beside it."""

BY_WORKER = (HandOver.TRANSFER, HandOver.CONSULTATION)
"""What the worker who has a case begins; it stays with them until it is accepted, or for good."""


class ReferralState(models.TextChoices):
    AWAITING_COORDINATOR = "awaiting_coordinator", _("Waiting for the coordinator")
    AWAITING_CONSENT = "awaiting_consent", _("Waiting for the client's yes")
    OFFERED = "offered", _("Offered")
    ACCEPTED = "accepted", _("Accepted")
    RETURNED = "returned", _("Returned")
    EXPIRED = "expired", _("Not answered in time")
    WITHDRAWN = "withdrawn", _("Taken back by the desk")
    REFUSED = "refused", _("Client said no")
    ENDED = "ended", _("Over")


NEXT: dict[str, frozenset[str]] = {
    ReferralState.AWAITING_COORDINATOR: frozenset(
        {ReferralState.AWAITING_CONSENT, ReferralState.REFUSED, ReferralState.WITHDRAWN}
    ),
    ReferralState.AWAITING_CONSENT: frozenset({ReferralState.OFFERED, ReferralState.REFUSED, ReferralState.WITHDRAWN}),
    ReferralState.OFFERED: frozenset(
        {ReferralState.ACCEPTED, ReferralState.RETURNED, ReferralState.EXPIRED, ReferralState.WITHDRAWN}
    ),
    ReferralState.ACCEPTED: frozenset({ReferralState.ENDED}),
    ReferralState.RETURNED: frozenset(),
    ReferralState.EXPIRED: frozenset(),
    ReferralState.WITHDRAWN: frozenset(),
    ReferralState.REFUSED: frozenset(),
    ReferralState.ENDED: frozenset(),
}
"""The allowed moves of every kind of hand-over; only a consultation ends after it was accepted."""

PENDING = (ReferralState.AWAITING_COORDINATOR, ReferralState.AWAITING_CONSENT, ReferralState.OFFERED)


class Consent(models.TextChoices):
    """How the client said yes to the summary that travels."""

    ASKED = "asked", _("Asked")
    IN_PORTAL = "in_portal", _("Approved on the site")
    BY_PHONE = "by_phone", _("Approved by phone")
    REFUSED = "refused", _("Not approved")
    OVERRIDDEN = "overridden", _("Passed on without a yes")
    TAKEN_BACK = "taken_back", _("Yes taken back by the client")


SAID_YES = (Consent.IN_PORTAL, Consent.BY_PHONE)


class ReturnReason(models.TextChoices):
    WRONG_UNIT = "wrong_unit", _("Not my unit or region")
    NO_CAPACITY = "no_capacity", _("No room now")
    CONFLICT = "conflict", _("I know this person, or they know me")
    OTHER_HELP = "other_help", _("Other help fits better")
    MORE_NEEDED = "more_needed", _("I need to know more first")
    DUPLICATE = "duplicate", _("I help this person already")
    CLIENT_DECLINES = "client_declines", _("The client does not want this")


class NextStep(models.TextChoices):
    """What a return leads to."""

    DESK_LOOKS = "desk_looks", _("The desk looks for somebody else")
    NEXT_WORKER = "next_worker", _("The next worker is asked by itself")
    JOINED = "joined", _("It is put together with the other request")
    DESK_KEEPS = "desk_keeps", _("The desk goes on with the client")
    STAYS = "stays", _("It stays with who asked")


class Steer(NamedTuple):
    """Where a return goes, and whether who returned it is never suggested for this case again."""

    step: NextStep
    never_again: bool = False


STEERS: dict[str, Steer] = {
    ReturnReason.WRONG_UNIT: Steer(NextStep.DESK_LOOKS, never_again=True),
    ReturnReason.NO_CAPACITY: Steer(NextStep.NEXT_WORKER),
    ReturnReason.CONFLICT: Steer(NextStep.DESK_LOOKS, never_again=True),
    ReturnReason.OTHER_HELP: Steer(NextStep.DESK_LOOKS),
    ReturnReason.MORE_NEEDED: Steer(NextStep.DESK_LOOKS),
    ReturnReason.DUPLICATE: Steer(NextStep.JOINED),
    ReturnReason.CLIENT_DECLINES: Steer(NextStep.DESK_KEEPS),
}
"""The one table of why a hand-over comes back against what happens then."""

NOT_AGAIN = tuple(reason for reason, steer in STEERS.items() if steer.never_again)
"""Whoever returned this case for one of these reasons is not suggested for it again."""


def next_step(reason: str, kind: str, state: str) -> NextStep | None:
    """What a return for this reason leads to; None in a state in which nothing can be returned. Only a referral leaves
    the desk's hands: of every other kind the case stays where it is."""
    if state != ReferralState.OFFERED:
        return None
    return STEERS[reason].step if kind == HandOver.REFERRAL else NextStep.STAYS


class Verdict(models.TextChoices):
    """What one side says afterwards of how the other passed it on."""

    RIGHT = "right", _("Right")
    INCOMPLETE = "incomplete", _("Right, but something was missing")
    WRONG = "wrong", _("Not right")


class MatchStep(models.TextChoices):
    """How a worker or team was found, nearest first (decision 6)."""

    UNIT = "unit", _("serves this unit")
    PARENT = "parent", _("serves the larger unit it is part of")
    LOCATION = "location", _("serves this location")
    REGION = "region", _("serves this region")
    POOL = "pool", _("national pool")
    CHOSEN = "chosen", _("chosen by the desk")


class SignalState(models.TextChoices):
    """What became of a signal to the prevention officer."""

    SENT = "sent", _("Not answered yet")
    TAKEN_UP = "taken_up", _("Taken up")
    NOT_MINE = "not_mine", _("Not for the prevention officer")
    DONE = "done", _("Done")


SIGNAL_NEXT: dict[str, tuple[SignalState, ...]] = {
    SignalState.SENT: (SignalState.TAKEN_UP, SignalState.NOT_MINE, SignalState.DONE),
    SignalState.TAKEN_UP: (SignalState.DONE, SignalState.NOT_MINE),
    SignalState.NOT_MINE: (),
    SignalState.DONE: (),
}

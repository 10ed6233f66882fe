"""A yes by voice counts when the client says their pass-phrase: it is typed in, never shown, and tries cost time."""

import datetime as dt

from django.utils.translation import gettext as _

from accounts import audit, throttle
from accounts.actors import Actor
from accounts.enums import Outcome
from cases import following, passphrase
from cases.models import Case, Intake
from cases.moves import NotNow


class NotHeard(NotNow):
    """The pass-phrase does not fit, or the next try has to wait."""


def must_fit(case: Case, phrase: str, *, by: Actor, at: dt.datetime) -> None:
    """Raises NotHeard unless this is the pass-phrase of the case. Call it outside a transaction: a wrong try counts.

    Who tries is what is held to a pace, so that nobody at the desk can keep trying, nor keep a colleague from it.
    """
    rows = throttle.near("voice", case.reference, f"user {by.user_id}")
    if wait := throttle.admit(rows, at):
        raise NotHeard(throttle.wait_words(wait))
    intake = Intake.objects.only("id", "reference", "passphrase_hash").get(pk=case.intake_id)
    if not passphrase.fits(following.stored_hash(intake), intake.reference, phrase):
        audit.record("voice.refused", by=by, at=at, case_id=case.pk, basis="wrong phrase", outcome=Outcome.DENIED)
        raise NotHeard(_("This is not the pass-phrase of this client. Nothing was recorded."))
    throttle.forgive(rows)
    audit.record("voice.heard", by=by, at=at, case_id=case.pk, obj=case)

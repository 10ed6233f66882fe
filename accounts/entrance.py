"""Around logging in: letters with a code, what is written down, and who is told when the way in changes."""

import datetime as dt
import logging
from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.actors import ANONYMOUS, Actor, actor_for, system
from accounts.delivery import describe
from accounts.enums import Audience, Outcome
from accounts.models import Membership, User
from accounts.notices import Address, Kind, register, tell_user

log = logging.getLogger("accounts.entrance")

UNPROVED_FOR = dt.timedelta(days=1)

SECURITY_CHANGED = register(
    Kind(
        code="security.changed",
        title=gettext_lazy("The way you log in was changed"),
        text=gettext_lazy(
            "Somebody changed how you log in. Was that you? Then you need do nothing. If not, call the desk now."
        ),
        audience=Audience.EVERYONE,
    )
)
ADDRESS_CHANGED = register(
    Kind(
        code="security.address",
        title=SECURITY_CHANGED.title,
        text=SECURITY_CHANGED.text,
        address=lambda notice: Address(email=notice.params["to"]),
        audience=Audience.EVERYONE,
    )
)


def is_staff(user: User, at: dt.datetime) -> bool:
    """Whether the user is a member of any team now. One query."""
    return Membership.objects.filter(user=user).live_on(timezone.localdate(at)).exists()


def know_addresses(users: Iterable[User]) -> None:
    """Keep the addresses of new accounts as proved, because whoever made the accounts may say so. One query."""
    rows = [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users]
    EmailAddress.objects.bulk_create(rows, ignore_conflicts=True)


def forget_unproved(at: dt.datetime) -> int:
    """Accounts that somebody began and never proved go after a day, by the sweep; returns how many."""
    waiting = EmailAddress.objects.filter(verified=False, user__last_login=None, user__memberships=None)
    old = User.objects.filter(pk__in=waiting.values("user"), date_joined__lt=at - UNPROVED_FOR)
    begun = list(old.exclude(emailaddress__verified=True)[:100])
    for user in begun:
        with transaction.atomic():
            audit.record("entrance.forgotten", by=system("unproved accounts"), at=at, part=f"user {user.pk}")
            user.delete()
    return len(begun)


def spend_time(password: str) -> None:
    """As long as keeping a password takes, where there is none to keep: an address that is known may not be quicker."""
    make_password(password)


# -- letters ---------------------------------------------------------------------------------------------------------


def make_mail(what: str, to: str, code: str) -> EmailMultiAlternatives:
    """A letter to whoever owns an address, in their language when we know them, else in that of the page."""
    known = User.objects.filter(email=to.lower()).values_list("language", flat=True).first()
    with translation.override(known or translation.get_language()):
        heading, text = _words(what)
        context = {
            "language": translation.get_language(), "brand_name": settings.BRAND_NAME, "heading": heading, "text": text,
            "code": code, "link": settings.SITE_URL + "/",
        }  # fmt: skip
        mail = EmailMultiAlternatives(
            _("There is a message for you"), render_to_string("mail/entrance.txt", context), None, [to]
        )
        mail.attach_alternative(render_to_string("mail/entrance.html", context), "text/html")
    mail.extra_headers = {"Auto-Submitted": "auto-generated"}
    return mail


def _words(what: str) -> tuple[str, str]:
    """Heading and text of each letter of allauth's that is sent here."""
    ignore = _("Was it not you? Then you need do nothing.")
    if what == "unknown_account":
        return _("No account"), _("Somebody gave this address, but there is no account with it.") + " " + ignore
    if what == "account_already_exists":
        return _("You have an account"), _("Somebody gave this address, and it has an account already. You can log in.")
    return _("Your code"), _("Type this code on the page that asks for it. It works for 10 minutes.") + " " + ignore


def no_mail_page(request: Any, error: OSError) -> TemplateResponse:
    """What to say when the mail server is away: nothing was done, and what was typed can be sent again."""
    log.error("no mail could be sent at the entrance: %s", describe(error))
    again = {name: value for name, value in request.POST.items() if name in {"email", "login", "action", "next"}}
    context = {"again": again, "back": request.get_full_path(), "ask_again": "password" in "".join(request.POST)}
    return TemplateResponse(request, "account/no_mail.html", context, status=503)


# -- what is written down --------------------------------------------------------------------------------------------


def record(action: str, user: User | None, *, at: dt.datetime, part: str = "", denied: bool = False) -> None:
    """One line about the entrance in the audit, under the person's own name when we know them."""
    by = actor_for(user, at) if user is not None and user.pk else ANONYMOUS
    audit.record(
        f"entrance.{action}", by=by, at=at, obj=user, part=part, outcome=Outcome.DENIED if denied else Outcome.DONE
    )


def record_refusal(request: Any, what: str, *, at: dt.datetime, user: User | None = None) -> None:
    """Somebody did not get in."""
    by = actor_for(user, at) if user is not None else ANONYMOUS
    audit.record("entrance.refused", by=by, at=at, part=what, outcome=Outcome.DENIED)


def tell_of_change(user: User, what: str, *, old_address: str = "", at: dt.datetime) -> None:
    """Something about how the user logs in was changed: they hear it, at the address before it as well."""
    by: Actor = actor_for(user, at)
    audit.record("entrance.changed", by=by, at=at, obj=user, part=what)
    tell_user(SECURITY_CHANGED, user, about=None, occasion=at.isoformat(), path="/account/beveiliging/", at=at)
    if old_address and old_address.lower() != user.email.lower():
        _tell_old_address(user, old_address, at)


def _tell_old_address(user: User, to: str, at: dt.datetime) -> None:
    tell_user(ADDRESS_CHANGED, user, about=None, occasion=at.isoformat(), at=at, params={"to": to}, channels=("email",))

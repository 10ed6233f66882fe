"""What allauth tells about the entrance: who came in, who did not, and when an address was proved."""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts import entrance, throttle
from accounts.actors import actor_for
from accounts.models import User
from accounts.sessions import opened


def on_logged_in(sender: Any, request: Any, user: User, **kwargs: Any) -> None:
    entrance.record("logged_in", user, at=timezone.now(), part=_ways(request, user))


def on_step(sender: Any, request: Any, user: User, method: str, **kwargs: Any) -> None:
    """The owner of an address showed up: earlier tries are forgiven, and a password of a stranger is worth nothing."""
    if method not in {"code", "password_reset"}:
        return
    throttle.forgive(throttle.keys("mail", user.email, throttle.place_of(request)))
    proved = EmailAddress.objects.filter(user=user, verified=True).exists()
    if method == "code" and not proved and user.has_usable_password():
        user.set_unusable_password()
        user.save(update_fields=["password"])


def on_new_password(sender: Any, request: Any, user: User, **kwargs: Any) -> None:
    """Other browsers are let in no longer, so they go from the list too; this one has a new key."""
    own = request.session.session_key if request.user == user else None
    at = timezone.now()
    opened.end_others(user, key=own, by=actor_for(user, at), at=at)
    if own:
        opened.note(str(user.pk), own, agent=request.META.get("HTTP_USER_AGENT", ""))


def on_address_proved(sender: Any, request: Any, email_address: EmailAddress, **kwargs: Any) -> None:
    """Whoever typed the code of a new address has just shown that it is them, as with a code to log in."""
    record_authentication(request, email_address.user, "code")


def on_factor_refused(sender: Any, request: Any, user: User | None, **kwargs: Any) -> None:
    entrance.record_refusal(request, "second factor", at=timezone.now(), user=user)


def on_code_refused(sender: Any, request: Any, user: User, **kwargs: Any) -> None:
    entrance.record_refusal(request, "code", at=timezone.now(), user=user)


def _ways(request: Any, user: User) -> str:
    records = get_authentication_records(request, user)
    return ",".join(dict.fromkeys(str(record.get("type") or record.get("method")) for record in records))[:60]

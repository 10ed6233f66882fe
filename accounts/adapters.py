"""How allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import entrance, factors, throttle
from accounts.models import User
from accounts.sessions import opened

WEAK = {
    "password_too_short": _("This password is too short. Use at least 12 characters."),
    "password_too_common": _("Many people use this password. Choose another one."),
    "password_too_similar": _("This looks too much like your address. Choose another one."),
}
AGAIN = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use your app or a recovery code"),
    "mfa_reauthenticate:webauthn": _("Use your passkey"),
}


class AccountAdapter(DefaultAccountAdapter):
    """Anyone may have an account; it gives no role. Nobody needs one to ask for help."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("This e-mail address and this password do not belong together. Check both."),
        "incorrect_code": _("This code is not right, or it was used before. Check it, or ask for a new one."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your password."),
        "email_taken": _("This address cannot be used."),
        "duplicate_email": _("This is your address already."),
        "too_many_login_attempts": _("That was wrong too often. Ask for a new code."),
    }

    def new_user(self, request: HttpRequest) -> User:
        """Their mails come in the language in which they signed up."""
        return User(language=(get_language() or "nl")[:2])

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """A try is counted before the password is looked at; a right one gives it back."""
        rows = throttle.keys("password", str(credentials.get("email", "")), throttle.place_of(request))
        if wait := throttle.admit(rows, timezone.now()):
            raise ValidationError(throttle.wait_words(wait), code="wait")
        user = super().authenticate(request, **credentials)
        if user:
            throttle.forgive(rows)
        return user

    def clean_password(self, password: str, user: Any = None) -> str:
        """In our words; Django's are not all in Dutch."""
        try:
            return str(super().clean_password(password, user=user))
        except ValidationError as error:
            said = [WEAK.get(str(problem.code), problem) for problem in error.error_list]
            raise ValidationError([ValidationError(words) for words in said]) from error

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counted in ``authenticate`` already."""

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        entrance.record_refusal(request, "password", at=timezone.now())

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Logging in counts as well, not only doing it again (accounts/permissions.py: fresh)."""
        return not factors.is_fresh(self.request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Who has a factor proves it with that; a password alone must not open the way to other factors."""
        ways = [way | {"description": AGAIN[way["id"]]} for way in super().get_reauthentication_methods(user)]
        strong = [way for way in ways if way["id"].startswith("mfa_reauthenticate")]
        if not strong and user.is_authenticated:
            ways.append({"id": "code", "description": _("Use a code by mail"), "url": reverse("reauthenticate_code")})
        return strong or ways

    def get_login_stages(self) -> list[str]:
        """The factor is not asked again of whom the employer asked it just now."""
        own = {"allauth.mfa.stages.AuthenticateStage": "accounts.employer.stage.FactorStage"}
        return [own.get(stage, stage) for stage in super().get_login_stages()]

    def get_client_ip(self, request: HttpRequest) -> str:
        """None: allauth asks it only to keep it with a session, and here none is kept. Who tries too often
        is told by accounts/throttle.py."""
        return opened.NO_ADDRESS

    def add_message(self, request: Any, level: Any, message_template: Any = None, *args: Any, **kwargs: Any) -> None:
        """Only what went wrong: a 'signed in as …' line would stay on a shared screen."""
        if level >= messages.ERROR and kwargs.get("message"):
            messages.error(request, str(kwargs["message"]))

    def render_mail(self, template_prefix: str, email: Any, context: Any, headers: Any = None) -> EmailMessage:
        """In our own look, with a subject that says nothing."""
        return entrance.make_mail(template_prefix.rpartition("/")[2], str(email), str(context.get("code", "")))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """At once: somebody waits for the code. A mail server that is away gets an honest page."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            raise ImmediateHttpResponse(entrance.no_mail_page(self.request, error)) from error

    def send_notification_mail(self, template_prefix: str, user: Any, context: Any = None, email: Any = None) -> None:
        """Through the outbox, to the inbox too, without saying what changed; an old address hears it as well."""
        entrance.tell_of_change(user, template_prefix.rpartition("/")[2], old_address=email or "", at=timezone.now())


class MFAAdapter(DefaultMFAAdapter):
    """Secrets are sealed with a key of their own; staff keep at least one factor."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("This is your last one, and you need it. Add another one first."),
        "incorrect_code": _("This code is not right, or it was used before. Wait for the next one."),
    }

    def encrypt(self, text: str) -> str:
        return factors.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return factors.unseal(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """The square code as one path, for a page without inline style."""
        return factors.square_code(url)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not (factors.is_last(authenticator) and entrance.is_staff(authenticator.user, timezone.now()))

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - the name allauth calls it by
        return str(_("My passkey"))
